"""Insertion: place tasks where it is cheapest, push what that violates, leave the rest where it is."""

from __future__ import annotations

from collections.abc import Iterable

from .axis import Axis
from .grid import Grid
from .schedule import OPEN, Schedule

STAY_CENTS = 2_000
"""How much dearer staying with the same resource may be before a repair moves a task."""


def settle(grid: Grid, schedule: Schedule, first: Iterable[int]) -> list[int]:
    """Place the tasks ``first`` (taken out before) and everything their new times violate, in topological order."""
    rank = {task: at for at, task in enumerate(grid.order)}
    queue = sorted(first, key=rank.__getitem__)
    old = {i: schedule.resource[i] for i in queue}
    touched: list[int] = []
    while queue:
        i = queue.pop(0)
        if not schedule.placed[i]:
            _place_again(grid, schedule, i, old.get(i, OPEN))
            touched.append(i)
        for j, _, _ in grid.succs[i]:
            if schedule.placed[j] and j not in grid.pins and must_move(grid, schedule, j):
                old[j] = schedule.resource[j]
                schedule.remove(j)
                queue.append(j)
        queue.sort(key=rank.__getitem__)
    return touched


def _place_again(grid: Grid, schedule: Schedule, task: int, old: int) -> None:
    """The cheapest place, with a bonus for staying with ``old``."""
    bounds = schedule.bounds(task)
    if grid.milestone[task]:
        schedule.place_open(task, bounds)
        return
    found = schedule.best(task, grid.choices[task], bounds)
    stay = grid.choice(task, old) if old != OPEN else None
    slot = schedule.slot(task, stay, bounds) if stay else None
    if found and stay and slot:
        here = schedule.worth(task, stay, slot[0], slot_start(grid.axes[stay.resource], slot))
        there = schedule.worth(task, found[0], found[1][0], slot_start(grid.axes[found[0].resource], found[1]))
        if here <= there + STAY_CENTS * 1000:
            found = (stay, slot)
    if found is None or schedule.open_pays(task, *found):
        schedule.place_open(task, bounds)
    else:
        schedule.place(task, *found)


def slot_start(axis: Axis, slot: tuple[int, int, int]) -> int:
    return axis.start_at(slot[1])


def must_move(grid: Grid, schedule: Schedule, task: int) -> bool:
    """Whether a placed task breaks a link, or is late or without length of its own and could move nearer."""
    start, end = schedule.bounds(task)
    if schedule.start[task] < start or schedule.end[task] < end:
        return True
    if grid.milestone[task]:
        return schedule.start[task] != max(start, end)
    if schedule.resource[task] == OPEN:
        return schedule.start[task] != start
    return False
