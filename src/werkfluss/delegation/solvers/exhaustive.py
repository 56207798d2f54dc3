"""A handful of tasks: every order with every choice is tried, so nothing is left to luck. Pure."""

from __future__ import annotations

from itertools import permutations, product
from math import factorial, prod

from werkfluss.delegation.grid import Choice, Grid
from werkfluss.delegation.schedule import decode

from .search import Point

# Below a second of one core, so it is no part of the work that is counted.
_MOST = 10_000


def is_small(grid: Grid) -> bool:
    """Whether all orders and choices can be tried."""
    return grid.n <= 6 and factorial(grid.n) * prod(max(1, len(choices)) for choices in grid.choices) <= _MOST


def best_of_all(grid: Grid) -> Point:
    """The best of all orders and choices, the first of equals."""
    best: Point | None = None
    options: list[list[Choice | None]] = [[*choices] or [None] for choices in grid.choices]
    for order in permutations(range(grid.n)):
        for chosen in product(*options):
            schedule = decode(grid, list(order), list(chosen))
            value = schedule.value()
            if best is None or value < best.value:
                best = Point(list(order), list(schedule.choice), schedule, value)
    assert best is not None  # even of no task there is one order
    return best
