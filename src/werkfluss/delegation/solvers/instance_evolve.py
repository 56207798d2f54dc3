"""A small evolution of schedules for shared capacities, where CP-SAT alone stays far from the best known values.

Each child joins the beginning of one parent with the end of another and is justified twice (after Valls, Ballestín,
Quintanilla, EJOR 2008).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from werkfluss.delegation.instances.instance import Instance, Solution

from .instance_greedy import justified, mirror, schedule

_POPULATION = 40


def evolve(instance: Instance, start: Solution, *, seed: int, enough: int, over: Callable[[], bool]) -> Solution:
    """Best schedule found until ``over()`` or a makespan of ``enough``."""
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    twin = mirror(instance)
    tails = instance.tails()
    people: list[tuple[int, Solution]] = [(start.makespan(instance), start)]
    while len(people) < _POPULATION and not over():
        keys = [-one * (0.4 + 1.2 * chance.random()) for one in tails]
        people.append(_grown(instance, twin, keys))
    people.sort(key=lambda one: one[0])
    while people[0][0] > enough and not over():
        first, second = (min(chance.sample(range(len(people)), min(2, len(people)))) for _ in range(2))
        value, child = _grown(instance, twin, _joined(people[first][1], people[second][1], chance))
        if value < people[-1][0] and all(child.starts != other.starts for _, other in people):
            people[-1] = (value, child)
            people.sort(key=lambda one: one[0])
    return people[0][1]


def _joined(first: Solution, second: Solution, chance: random.Random) -> list[float]:
    """Keys: what begins before a cut in the first keeps its order, the rest follows in the order of the second."""
    last = max(first.starts, default=0) + 1
    cut = last * (0.15 + 0.7 * chance.random())
    keys = [float(a) if a < cut else last + float(b) for a, b in zip(first.starts, second.starts, strict=True)]
    if chance.random() < 0.5:
        for _ in range(max(1, len(keys) // 40)):
            i = chance.randrange(len(keys))
            keys[i] += chance.uniform(-0.2, 0.2) * last
    return keys


def _grown(instance: Instance, twin: Instance, keys: list[float]) -> tuple[int, Solution]:
    grown = justified(instance, schedule(instance, keys), twin)
    return grown.makespan(instance), grown
