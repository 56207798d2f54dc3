"""The one way to a plan: construct, improve, prove what can be proven, check everything again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from werkfluss.kernel.text import Text

from .check import verify
from .grid import Grid, compile_grid
from .plan import Objective, Plan
from .problem import Problem
from .repair import complete
from .result import build_plan, schedule_of
from .schedule import OPEN
from .settle import settle
from .solvers.bound import lower_bound
from .solvers.budget import Budget, Cancelled, Progress
from .solvers.cpsat import propose
from .solvers.exhaustive import best_of_all, is_small
from .solvers.search import Point, construct, decoded, improve, point_of

_BUILDING = Text("Erster Plan wird aufgestellt", "Setting up the first plan")
_MODEL_TASKS = 150
_DONE = Text("Plan ist fertig", "The plan is ready")


def solve(
    problem: Problem,
    *,
    objective: Objective = "euro",
    seed: int = 0,
    work_limit: float = 3.0,
    time_limit: float | None = None,
    workers: int = 1,
    start: Plan | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Plan:
    """The best plan found within the limits; always one, because every task may stay open at its price.

    Parameters
    ----------
    problem
        What is given.
    objective
        ``euro`` (labour, lateness, change, open tasks), ``cost`` (labour, open tasks) or ``makespan``.
    seed, work_limit, workers
        Same problem, seed, deterministic work (about seconds of one core) and number of cores: same plan. The search
        ends earlier when the bound is reached or when nothing got better for long, which is counted as work too.
    time_limit
        Seconds of wall clock after which the search is cut off; only then may a plan differ from one run to another.
    start
        An earlier plan to begin from.
    on_progress, cancelled
        Told a share from 0 to 1 and a text; asked often whether to hand back the best plan so far.

    Raises
    ------
    AssertionError: a plan failed the independent check; never to be caught, it is a fault of this package.

    """
    budget = Budget(work_limit, time_limit, on_progress, cancelled)
    budget.tell(_BUILDING)
    grid = compile_grid(problem, objective)
    point = construct(grid, budget)
    if start is not None:
        earlier = point_of(complete(grid, schedule_of(grid, start)))
        point = min(point, earlier, key=lambda one: one.value)
    bound = lower_bound(grid)
    if point.value > bound and not budget.over():
        point = _search(grid, point, budget, seed=seed, workers=workers, bound=bound)
    point = _filled(grid, point)
    plan = build_plan(
        grid,
        point.schedule,
        bound=bound,
        seed=seed,
        work_limit=work_limit,
        workers=workers,
        stop="finished" if point.value <= bound else budget.stop,
        cpu_s=budget.cpu_s,
        wall_s=budget.wall_s,
    )
    verify(problem, plan)
    budget.tell(_DONE)
    return plan


def _filled(grid: Grid, point: Point) -> Point:
    """Nobody stays without a task that has room after all: the search tries one resource at a time and may miss it."""
    for i in range(grid.n):
        if grid.choices[i] and point.schedule.resource[i] == OPEN and i not in grid.pins:
            schedule = point.schedule.copy()
            schedule.remove(i)
            settle(grid, schedule, [i])
            point = min(point, point_of(schedule), key=lambda one: one.value)
    return point


def _search(grid: Grid, point: Point, budget: Budget, *, seed: int, workers: int, bound: int) -> Point:
    """Local search on one core and, with two or more and not too many tasks, CP-SAT on the other.

    Both have a fixed amount of work and meet at a fixed point, so the result does not depend on who is faster.
    """
    if is_small(grid):
        point = min(point, best_of_all(grid), key=lambda one: one.value)
    if workers < 2 or grid.n > _MODEL_TASKS:
        return improve(grid, point, budget, seed=seed, work=budget.left(), bound=bound)
    main, last = budget.left() * 0.75, budget.left() * 0.2
    with ThreadPoolExecutor(max_workers=1) as other:
        asked = other.submit(propose, grid, point.schedule, work=main, seconds=budget.seconds_left() * 0.8, seed=seed)
        point = improve(grid, point, budget, seed=seed, work=main, bound=bound)
        proposal = asked.result()
    if proposal is not None:
        for chosen in (proposal.chosen, proposal.open_again()):
            point = min(point, decoded(grid, proposal.keys, chosen, budget), key=lambda one: one.value)
    return improve(grid, point, budget, seed=seed + 1, work=last, bound=bound)
