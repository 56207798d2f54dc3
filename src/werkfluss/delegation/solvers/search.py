"""Construction and local search on the real calendars. Whatever else runs, this always holds a valid schedule."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from werkfluss.delegation.grid import Choice, Grid
from werkfluss.delegation.schedule import OPEN, Schedule, decode
from werkfluss.kernel.text import Text

from .budget import Budget

_WORK_PER_PLACEMENT = 3.3e-6
_LEAST_PATIENCE, _ROUNDS_PER_TASK = 0.2, 8
"""Work without a better plan after which the search ends. Counted as work, not as time, so that the end repeats."""
_IMPROVING = Text("Plan wird verbessert", "Improving the plan")


@dataclass(slots=True)
class Point:
    """A place in the search: order keys and chosen resources, with the schedule and value they decode to."""

    keys: list[int]
    chosen: list[Choice | None]
    schedule: Schedule
    value: int


def point_of(schedule: Schedule) -> Point:
    """The point that decodes to this schedule, or to one that starts nothing later."""
    keys = [start * 4 for start in schedule.start]
    return Point(keys, list(schedule.choice), schedule, schedule.value())


def decoded(grid: Grid, keys: list[int], chosen: list[Choice | None], budget: Budget) -> Point:
    schedule = decode(grid, keys, chosen)
    free = sum(len(grid.choices[i]) if chosen[i] is None else 1 for i in range(grid.n))
    budget.spend(_WORK_PER_PLACEMENT * free)
    return Point(keys, list(schedule.choice), schedule, schedule.value())


def construct(grid: Grid, budget: Budget) -> Point:
    """Best of a few priority rules: latest start, earliest start of the chain, longest task, priority."""
    free: list[Choice | None] = [None] * grid.n
    tasks = grid.problem.tasks
    rules = [
        [grid.latest[i] * 8 - min(7, max(0, tasks[i].priority)) for i in range(grid.n)],
        [grid.finish_by[i] for i in range(grid.n)],
        [grid.latest[i] - 2 * tasks[i].effort for i in range(grid.n)],
        [-grid.slope[i] * 10_000_000 + grid.latest[i] for i in range(grid.n)],
    ]
    best: Point | None = None
    for keys in rules:
        point = decoded(grid, keys, free, budget)
        if best is None or point.value < best.value:
            best = point
        if budget.over():
            break
    assert best is not None
    return best


def improve(grid: Grid, start: Point, budget: Budget, *, seed: int, work: float, bound: int = 0) -> Point:
    """Simulated annealing by ruin and recreate: a related handful of tasks is re-ordered and chosen anew.

    Ends when the value reaches ``bound``, for nothing can be better, or when nothing got better for long: a firm with
    room to spare has its best plan after the first second, and one with a task that must stay open never reaches the
    bound. The search cools down with the work spent or with the wait for something better, whichever is further.
    """
    movable = [i for i in range(grid.n) if i not in grid.pins and (grid.choices[i] or grid.milestone[i])]
    open_to_choice = [i for i in movable if grid.choices[i]]
    if not open_to_choice:
        return start
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    best = current = start
    begin = budget.work
    # The price of open tasks is set to be above all others; as part of the heat it would make every worse plan welcome.
    heat = max(1.0, (start.value - _open_price(grid, start)) * 2e-4)
    patience = max(_LEAST_PATIENCE, _ROUNDS_PER_TASK * len(open_to_choice) * grid.n * _WORK_PER_PLACEMENT)
    rounds, better = 0, begin
    while best.value > bound and budget.work - better < patience and budget.work - begin < work and not budget.over():
        rounds += 1
        if rounds % 50 == 0:
            budget.tell(_IMPROVING)
        share = min(1.0, max((budget.work - begin) / work, (budget.work - better) / patience))
        keys, chosen = list(current.keys), list(current.chosen)
        _disturb(grid, current.schedule, open_to_choice, keys=keys, chosen=chosen, chance=chance)
        point = decoded(grid, keys, chosen, budget)
        gain = current.value - point.value
        if gain >= 0 or chance.random() < math.exp(gain / (heat * (1.0 - share) ** 2 + 1e-9)):
            current = Point([one * 4 for one in point.schedule.start], point.chosen, point.schedule, point.value)
            if point.value < best.value:
                best, better = current, budget.work
    return best


def _open_price(grid: Grid, point: Point) -> int:
    free = (i for i in range(grid.n) if point.schedule.resource[i] == OPEN)
    return sum(grid.open_cents[i] for i in free)


def _disturb(
    grid: Grid,
    schedule: Schedule,
    tasks: list[int],
    *,
    keys: list[int],
    chosen: list[Choice | None],
    chance: random.Random,
) -> None:
    seed_task = tasks[chance.randrange(len(tasks))]
    kind = chance.random()
    if kind < 0.35:
        _reassign(grid, seed_task, keys, chosen, chance)
        return
    group = _related(grid, schedule, seed_task, tasks, chance=chance, size=2 + chance.randrange(6))
    span = max(60, (max(schedule.end) - min(schedule.start)) // 8)
    for i in group:
        chosen[i] = None if grid.choices[i] and chance.random() < 0.8 else chosen[i]
        if kind < 0.85:
            keys[i] += chance.randint(-4 * span, 4 * span)
        else:
            keys[i] = grid.latest[i] * 4


def _reassign(grid: Grid, task: int, keys: list[int], chosen: list[Choice | None], chance: random.Random) -> None:
    """Another resource for one task, a little earlier in the order so that it finds a place."""
    options = grid.choices[task]
    wanted = options[min(len(options) - 1, int(chance.random() ** 2 * len(options)))]
    chosen[task] = wanted
    for other in grid.apart[task]:
        # Two tasks under four eyes change places only together: whoever has to make room chooses anew.
        held = chosen[other]
        if held is not None and held.resource == wanted.resource and len(grid.choices[other]) > 1:
            chosen[other] = chance.choice([one for one in grid.choices[other] if one.resource != wanted.resource])
    keys[task] -= chance.randrange(4 * 60 * 24 * 3)


def _related(
    grid: Grid, schedule: Schedule, task: int, tasks: list[int], *, chance: random.Random, size: int
) -> list[int]:
    """The task with neighbours: on its chain, on its resource, or near it in time on a resource it could have."""
    near = {task}
    near.update(j for j, _, _ in grid.preds[task] if grid.choices[j])
    near.update(j for j, _, _ in grid.succs[task] if grid.choices[j])
    near.update(j for j in grid.apart[task] if grid.choices[j])
    possible = {one.resource for one in grid.choices[task]}
    a, b = schedule.start[task], schedule.end[task]
    reach = (b - a) * 2 + 60 * 24
    around = [
        j
        for j in tasks
        if schedule.start[j] < b + reach
        and schedule.end[j] > a - reach
        and (schedule.resource[j] in possible or schedule.resource[j] == OPEN)
    ]
    chance.shuffle(around)
    near.update(around[:size])
    return sorted(near)[: size + 2] if len(near) <= size + 2 else chance.sample(sorted(near), size + 2)
