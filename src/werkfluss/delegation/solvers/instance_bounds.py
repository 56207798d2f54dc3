"""Lower bounds of the makespan of an instance: longest chain, and work per group of workers or capacity."""

from __future__ import annotations

import math
from typing import Any

from werkfluss.delegation.instances.instance import Instance


def makespan_bound(instance: Instance) -> int:
    """Best of the longest chain, the energy of each capacity and the fractional load of the workers."""
    chain = max(instance.tails(), default=0)
    energy = 0
    for k, capacity in enumerate(instance.capacities):
        work = sum(one.duration * one.demands[k] for one in instance.activities)
        energy = max(energy, -(-work // capacity) if capacity else 0)
    return max(chain, energy, load_bound(instance) if instance.workers else 0)


def load_bound(instance: Instance) -> int:
    """Least T such that all work fits fractionally into T per worker (linear program, no precedence)."""
    from ortools.linear_solver import pywraplp

    groups: dict[tuple[int, ...], int] = {}
    for activity in instance.activities:
        for need in activity.needs:
            key = tuple(instance.capable(need))
            groups[key] = groups.get(key, 0) + need.count * activity.duration
    make: Any = pywraplp.Solver
    solver = make.CreateSolver("GLOP")
    span = solver.NumVar(0, solver.infinity(), "")
    loads = [solver.Constraint(-solver.infinity(), 0) for _ in instance.workers]
    for load in loads:
        load.SetCoefficient(span, -1)
    for workers, work in groups.items():
        share = solver.Constraint(work, work)
        for w in workers:
            part = solver.NumVar(0, work, "")
            share.SetCoefficient(part, 1)
            loads[w].SetCoefficient(part, 1)
    solver.Minimize(span)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return 0
    return math.ceil(float(solver.Objective().Value()) - 1e-6)


def cost_bound(instance: Instance) -> int:
    """Everybody the cheapest capable: for each need the ``count`` cheapest, without regard to time."""
    total = 0
    for activity in instance.activities:
        for need in activity.needs:
            cheapest = sorted(instance.workers[w].cents for w in instance.capable(need))[: need.count]
            total += sum(cheapest) * activity.duration
    return total
