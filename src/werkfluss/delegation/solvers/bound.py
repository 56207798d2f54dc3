"""A proven lower bound of the objective: cheapest work in (resource, week) buckets as a minimum-cost flow.

Every relaxation only makes the plan cheaper: work may be split over resources and weeks, tasks of one resource may
interleave, links count only through the earliest finish (nobody queueing). A minute of work done in a week proves
that the task, and with its remaining chain every task after it, ends no earlier than that week allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkfluss.delegation.grid import FAR, Grid

_WEEK = 7 * 24 * 60
_SCALE = 1_000_000
_MOST_ARCS = 400_000


def earliest_finish(grid: Grid) -> tuple[list[int], list[int]]:
    """Earliest start and finish of each task when nobody has to queue (open tasks at their reckoned length)."""
    start, end = [0] * grid.n, [0] * grid.n
    for i in grid.order:
        if i in grid.pins:
            _, start[i], end[i] = grid.pins[i]
            continue
        first, last = grid.earliest[i], 0
        for j, kind, lag in grid.preds[i]:
            base = (end[j] if kind[0] == "F" else start[j]) + lag
            if kind[1] == "S":
                first = max(first, base)
            else:
                last = max(last, base)
        for gate in grid.gates[i]:
            if gate.kind[1] == "S":
                first = max(first, gate.opens(start, end))
            else:
                last = max(last, gate.opens(start, end))
        start[i], end[i] = _first_place(grid, i, first, last)
    return start, end


def _first_place(grid: Grid, task: int, first: int, last: int) -> tuple[int, int]:
    if grid.milestone[task]:
        return max(first, last), max(first, last)
    best_start, best_end = first, max(last, first + grid.open_minutes[task])
    for one in grid.choices[task]:
        axis = grid.axes[one.resource]
        position = axis.position(max(first, one.earliest))
        if position + one.need <= axis.total:
            best_end = min(best_end, max(last, axis.end_at(position + one.need)))
    return best_start, best_end


def lower_bound(grid: Grid) -> int:
    """A value no plan can be below: cents, or minutes for ``makespan``."""
    start, end = earliest_finish(grid)
    if grid.kind == "makespan":
        return max(end, default=0)
    fixed = sum(_fixed_cents(grid, i) for i in grid.pins)
    alone = _Flow(grid, start, end, spread=False).solve()
    shared = _Flow(grid, start, end, spread=True).solve() if any(grid.late_rate) else alone
    return fixed + max(alone, shared)


def _fixed_cents(grid: Grid, task: int) -> int:
    r, start, end = grid.pins[task]
    choice = grid.choice(task, r) if r >= 0 else None
    cents = choice.cents if choice else 0
    return cents + grid.change_cents(task, r, start, end)


@dataclass(slots=True)
class _Share:
    """Part of the lateness of task ``due``: weight out of ``whole``, seen ``tail`` minutes before its end."""

    due: int
    weight: int
    whole: int
    tail: int


class _Flow:
    """Nodes: tasks, (resource, week), resources, sink. ``spread`` lets ancestors carry the lateness of a task."""

    def __init__(self, grid: Grid, start: list[int], end: list[int], *, spread: bool) -> None:
        self.grid, self.start, self.end = grid, start, end
        self.shares: list[list[_Share]] = [[] for _ in range(grid.n)]
        self.constant = 0
        for i in range(grid.n):
            if grid.due[i] < FAR and grid.late_rate[i]:
                self._carry(i, spread=spread)

    def _carry(self, due: int, *, spread: bool) -> None:
        """Give the lateness of ``due`` to the tasks that carry it, by effort; to a constant if nobody can."""
        grid = self.grid
        tails = self._tails(due) if spread or grid.milestone[due] else {due: 0}
        carriers = [i for i in tails if self._flows(i)]
        whole = sum(grid.problem.tasks[i].effort for i in carriers)
        if not whole:
            self.constant += grid.late_cents(due, self.end[due])
        for i in carriers:
            self.shares[i].append(_Share(due, grid.problem.tasks[i].effort, whole, tails[i]))

    def _flows(self, task: int) -> bool:
        return task not in self.grid.pins and not self.grid.milestone[task]

    def _tails(self, due: int) -> dict[int, int]:
        """Ancestors over FS links, with minutes that must pass from their end to the end of ``due`` (0 for itself)."""
        grid = self.grid
        tails = {due: 0}
        for i in reversed(grid.order):
            if i in tails:
                length = 0 if i in grid.pins or grid.milestone[i] else _least_span(grid, i)
                for j, kind, lag in grid.preds[i]:
                    if kind == "FS" and i not in grid.pins:
                        tails[j] = max(tails.get(j, 0), tails[i] + length + max(0, lag))
                for gate in grid.gates[i]:
                    # Working minutes are never more than the minutes that pass.
                    if gate.kind == "FS" and i not in grid.pins:
                        (j,) = gate.members
                        tails[j] = max(tails.get(j, 0), tails[i] + length + max(0, gate.lag))
        return tails

    def solve(self) -> int:
        from ortools.graph.python import min_cost_flow

        grid = self.grid
        flow: Any = min_cost_flow.SimpleMinCostFlow()
        weeks = [_weeks(axis.starts, axis.ends) for axis in grid.axes]
        node = grid.n
        buckets: list[list[int]] = []
        for found in weeks:
            buckets.append(list(range(node, node + len(found))))
            node += len(found)
        hubs = list(range(node, node + grid.m))
        sink = node + grid.m
        total = arcs = 0
        for i in range(grid.n):
            if not self._flows(i):
                continue
            effort = grid.problem.tasks[i].effort
            total += effort
            flow.set_node_supply(i, effort)
            flow.add_arc_with_capacity_and_unit_cost(i, sink, effort, self._unit(i, grid.open_cents[i], 0))
            arcs += self._arcs(flow, i, weeks, buckets, sink)
            if arcs > _MOST_ARCS:
                return self._without_capacity()
        for r in range(grid.m):
            share = grid.problem.resource(grid.resources[r]).capacity_share
            for bucket, (first, last) in zip(buckets[r], weeks[r], strict=True):
                worked = grid.axes[r].position(last) - grid.axes[r].position(first)
                room = -(-worked * share // 100) * grid.parallel[r]
                flow.add_arc_with_capacity_and_unit_cost(bucket, hubs[r], room, 0)
            flow.add_arc_with_capacity_and_unit_cost(hubs[r], sink, min(total, grid.maximum[r]), 0)
        flow.set_node_supply(sink, -total)
        if flow.solve() != flow.OPTIMAL:
            return self._without_capacity()
        # The objective is a whole number, so the bound may be rounded up to one.
        return -(-int(flow.optimal_cost()) // _SCALE) + self.constant

    def _arcs(
        self, flow: Any, task: int, weeks: list[list[tuple[int, int]]], buckets: list[list[int]], sink: int
    ) -> int:
        """Arcs of one task; a resource with an effort of its own (agent, partner) is not limited at all."""
        grid = self.grid
        effort = grid.problem.tasks[task].effort
        add = flow.add_arc_with_capacity_and_unit_cost
        count = 0
        for one in grid.choices[task]:
            if one.effort != effort:
                add(task, sink, effort, self._unit(task, self._cents(task, one.resource, one.cents), 0))
                continue
            ready = max(self.start[task], one.earliest)
            for bucket, (first, last) in zip(buckets[one.resource], weeks[one.resource], strict=True):
                if last > ready:
                    cents = self._cents(task, one.resource, one.cents)
                    add(task, bucket, effort, self._unit(task, cents, max(first, ready)))
                    count += 1
        return count

    def _cents(self, task: int, resource: int, cents: int) -> int:
        promise = self.grid.promises.get(task)
        return cents + (promise.cents if promise and promise.resource != resource else 0)

    def _unit(self, task: int, cents: int, reached: int) -> int:
        """Price of a minute of work, in millionths of a cent, rounded down."""
        late = 0
        for share in self.shares[task]:
            least = max(self.end[share.due], reached + share.tail)
            over = least - self.grid.due[share.due]
            if over > 0:
                cents_late = over * self.grid.late_rate[share.due] // 60
                late += cents_late * _SCALE * share.weight // share.whole
        return (cents * _SCALE + late) // self.grid.problem.tasks[task].effort

    def _without_capacity(self) -> int:
        grid = self.grid
        least = 0
        for i in range(grid.n):
            if self._flows(i):
                prices = [self._cents(i, one.resource, one.cents) for one in grid.choices[i]] + [grid.open_cents[i]]
                least += min(prices) + grid.late_cents(i, self.end[i])
        return least


def _least_span(grid: Grid, task: int) -> int:
    """Elapsed minutes the task takes at least, wherever it begins: never less than its shortest need."""
    return min([one.need for one in grid.choices[task]] + [grid.open_minutes[task]])


def _weeks(starts: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """Weeks, from the origin, in which the windows hold any working time."""
    held: set[int] = set()
    for start, end in zip(starts, ends, strict=True):
        held.update(range(start // _WEEK, (end - 1) // _WEEK + 1))
    return [(week * _WEEK, (week + 1) * _WEEK) for week in sorted(held)]
