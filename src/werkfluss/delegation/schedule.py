"""A schedule under construction: tasks placed on the axes of resources, with the cost of the whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from .grid import Choice, Grid
from .plan import Costs

OPEN = -1


class Schedule:
    """Start, end and resource per task index (``OPEN``: nobody, or a milestone). Pins are placed at the beginning."""

    __slots__ = ("choice", "end", "grid", "lanes", "placed", "resource", "start", "used")

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.start = [0] * grid.n
        self.end = [0] * grid.n
        self.resource = [OPEN] * grid.n
        self.placed = [False] * grid.n
        self.choice: list[Choice | None] = [None] * grid.n
        self.lanes = grid.empty_lanes()
        self.used = [0] * grid.m
        for i, (r, start, end) in grid.pins.items():
            self.start[i], self.end[i], self.resource[i], self.placed[i] = start, end, r, True
            if r != OPEN:
                self.used[r] += grid.pinned[i].effort

    def copy(self) -> Schedule:
        twin = Schedule.__new__(Schedule)
        twin.grid = self.grid
        twin.start, twin.end, twin.resource = list(self.start), list(self.end), list(self.resource)
        twin.placed, twin.choice, twin.used = list(self.placed), list(self.choice), list(self.used)
        twin.lanes = [one.copy() for one in self.lanes]
        return twin

    def bounds(self, task: int) -> tuple[int, int]:
        """Earliest start and earliest end that the placed predecessors allow."""
        start, end = self.grid.earliest[task], 0
        for i, kind, lag in self.grid.preds[task]:
            if kind == "FS":
                start = max(start, self.end[i] + lag)
            elif kind == "SS":
                start = max(start, self.start[i] + lag)
            elif kind == "FF":
                end = max(end, self.end[i] + lag)
            else:
                end = max(end, self.start[i] + lag)
        for gate in self.grid.gates[task]:
            if gate.kind[1] == "S":
                start = max(start, gate.opens(self.start, self.end))
            else:
                end = max(end, gate.opens(self.start, self.end))
        return start, end

    def slot(self, task: int, choice: Choice, bounds: tuple[int, int]) -> tuple[int, int, int] | None:
        """Earliest (end minute, axis position, lane) for the choice; None: no room, hours used up, or four eyes."""
        grid, r = self.grid, choice.resource
        if self.used[r] + choice.effort > grid.maximum[r]:
            return None
        for other in grid.apart[task]:
            if self.resource[other] == r:
                return None
        axis, step = grid.axes[r], grid.problem.granularity
        minute = max(bounds[0], choice.earliest)
        position = axis.position(-(-minute // step) * step)
        if bounds[1]:
            position = max(position, axis.position(-(-bounds[1] // step) * step) - choice.need)
        while True:
            position, lane = self.lanes[r].first_gap(position, choice.need)
            if position + choice.need > axis.total:
                return None
            end = axis.end_at(position + choice.need)
            if end >= bounds[1]:
                return end, position, lane
            position += step

    def slot_at(self, task: int, choice: Choice, start: int) -> tuple[int, int, int] | None:
        """The place that begins exactly at minute ``start``; None: it is taken, too early or not working time."""
        r, axis = choice.resource, self.grid.axes[choice.resource]
        taken = any(self.resource[other] == r for other in self.grid.apart[task])
        position = axis.position(start)
        if taken or start < choice.earliest or self.used[r] + choice.effort > self.grid.maximum[r]:
            return None
        at, lane = self.lanes[r].first_gap(position, choice.need)
        if at != position or at + choice.need > axis.total or axis.start_at(at) != start:
            return None
        return axis.end_at(at + choice.need), at, lane

    def place(self, task: int, choice: Choice, slot: tuple[int, int, int]) -> None:
        end, position, lane = slot
        r = choice.resource
        self.lanes[r].take(lane, position, position + choice.need)
        self.start[task] = self.grid.axes[r].start_at(position)
        self.end[task], self.resource[task], self.placed[task] = end, r, True
        self.choice[task] = choice
        self.used[r] += choice.effort

    def place_open(self, task: int, bounds: tuple[int, int]) -> None:
        """A milestone at its earliest minute, or a task without anybody, at its reckoned length."""
        self.start[task] = max(bounds[0], bounds[1]) if self.grid.milestone[task] else bounds[0]
        length = 0 if self.grid.milestone[task] else self.grid.open_minutes[task]
        self.end[task] = max(self.start[task] + length, bounds[1])
        self.resource[task], self.placed[task], self.choice[task] = OPEN, True, None

    def remove(self, task: int) -> None:
        """Take a placed task (not a pin) out again."""
        choice = self.choice[task]
        if choice is not None:
            begin = self.grid.axes[choice.resource].position(self.start[task])
            self.lanes[choice.resource].release(begin, begin + choice.need)
            self.used[choice.resource] -= choice.effort
        self.resource[task], self.placed[task], self.choice[task] = OPEN, False, None

    def worth(self, task: int, choice: Choice, end: int, start: int) -> int:
        """Price of ending here, in thousandths of a cent: labour, change, lateness caused on the chain below."""
        grid = self.grid
        over = end - grid.finish_by[task]
        cents = choice.cents + (over * grid.slope[task] // 60 if over > 0 else 0)
        if grid.promises:
            cents += grid.change_cents(task, choice.resource, start, end)
        return cents * 1000 + end // 16

    def best(
        self, task: int, choices: Iterable[Choice], bounds: tuple[int, int]
    ) -> tuple[Choice, tuple[int, int, int]] | None:
        """The choice of least ``worth``, or None when nobody has room."""
        found: tuple[Choice, tuple[int, int, int]] | None = None
        least = 0
        for choice in choices:
            slot = self.slot(task, choice, bounds)
            if slot is None:
                continue
            worth = self.worth(task, choice, slot[0], self.grid.axes[choice.resource].start_at(slot[1]))
            if found is None or worth < least:
                found, least = (choice, slot), worth
        return found

    def put(self, task: int, choices: Iterable[Choice]) -> None:
        """Place at the best of the choices, else leave open."""
        bounds = self.bounds(task)
        found = None if self.grid.milestone[task] else self.best(task, choices, bounds)
        if found is None or self.open_pays(task, *found):
            self.place_open(task, bounds)
        else:
            self.place(task, *found)

    def put_chosen(self, task: int, choice: Choice) -> None:
        """``put`` with one choice. The search does little else, so the plain case is written out here."""
        grid, r = self.grid, choice.resource
        minute = choice.earliest
        plain = grid.parallel[r] == 1 and not grid.apart[task] and not grid.gates[task]
        for i, kind, lag in grid.preds[task]:
            if kind == "FS":
                after = self.end[i] + lag
            elif kind == "SS":
                after = self.start[i] + lag
            else:
                plain = False
                break
            minute = max(minute, after)
        if not plain or self.used[r] + choice.effort > grid.maximum[r]:
            self._put_one(task, choice)
            return
        step, need, axis, lanes = grid.problem.granularity, choice.need, grid.axes[r], self.lanes[r]
        minute += -minute % step
        starts, cum = axis.starts, axis.cum
        k = bisect_right(starts, minute) - 1
        position = 0 if k < 0 else cum[k] + min(minute, axis.ends[k]) - starts[k]
        begins, ends = lanes.begins[0], lanes.ends[0]
        at, count = bisect_right(ends, position), len(ends)
        while at < count and begins[at] - position < need:
            position = max(position, ends[at])
            at += 1
        finish = position + need
        if finish > axis.total:
            self._put_one(task, choice)
            return
        k = bisect_left(cum, finish) - 1
        end = starts[k] + finish - cum[k]
        doubtful = end > grid.finish_by[task] or choice.cents > grid.open_cents[task]
        if doubtful and self.open_pays(task, choice, (end, position, 0)):
            self._put_one(task, choice)
            return
        begins.insert(at, position)
        ends.insert(at, finish)
        if position < cum[k]:
            k = bisect_right(cum, position) - 1
        self.start[task], self.end[task], self.resource[task] = starts[k] + position - cum[k], end, r
        self.placed[task], self.choice[task] = True, choice
        self.used[r] += choice.effort

    def _put_one(self, task: int, choice: Choice) -> None:
        bounds = self.bounds(task)
        slot = self.slot(task, choice, bounds)
        if slot is None or self.open_pays(task, choice, slot):
            self.place_open(task, bounds)
        else:
            self.place(task, choice, slot)

    def open_pays(self, task: int, choice: Choice, slot: tuple[int, int, int]) -> bool:
        """Whether leaving the task open is cheaper than this place (only with a price set by the caller)."""
        start = self.grid.axes[choice.resource].start_at(slot[1])
        return self.worth(task, choice, slot[0], start) > self.grid.open_cents[task] * 1000 + slot[0] // 16

    def costs(self) -> Costs:
        """The parts of the objective; the value searched for is ``value``."""
        grid = self.grid
        labour = lateness = change = unassigned = 0
        for i in range(grid.n):
            lateness += grid.late_cents(i, self.end[i])
            change += grid.change_cents(i, self.resource[i], self.start[i], self.end[i])
            if self.resource[i] != OPEN:
                choice = self.choice[i] or grid.choice(i, self.resource[i])
                labour += choice.cents if choice else 0
            else:
                unassigned += grid.open_cents[i]
        guaranteed = sum(
            (max(0, grid.minimum[r] - self.used[r]) * grid.rate[r] + 30) // 60 for r in range(grid.m) if grid.minimum[r]
        )
        return Costs(labour=labour, guaranteed=guaranteed, lateness=lateness, change=change, unassigned=unassigned)

    def value(self) -> int:
        """The objective: cents, for ``makespan`` the last end in minutes plus the price of open tasks."""
        grid, end = self.grid, self.end
        total = 0
        for i, choice in enumerate(self.choice):
            if choice is not None:
                total += choice.cents
            elif self.resource[i] == OPEN:
                total += grid.open_cents[i]
            else:
                total += grid.pinned[i].cents
        for i in grid.dated:
            if end[i] > grid.due[i]:
                total += ((end[i] - grid.due[i]) * grid.late_rate[i] + 30) // 60
        for i in grid.promises:
            total += grid.change_cents(i, self.resource[i], self.start[i], end[i])
        for r in grid.guaranteed:
            total += (max(0, grid.minimum[r] - self.used[r]) * grid.rate[r] + 30) // 60
        return total + max(end, default=0) if grid.kind == "makespan" else total


def decode(grid: Grid, keys: Sequence[int], chosen: Sequence[Choice | None]) -> Schedule:
    """Serial schedule generation: ready tasks by least key, each at its chosen resource, or the best if None."""
    schedule = Schedule(grid)
    waiting = [0] * grid.n
    for following in grid.succs:
        for j, _, _ in following:
            waiting[j] += 1
    for i in grid.pins:
        for j, _, _ in grid.succs[i]:
            waiting[j] -= 1
    ready = [(keys[i], i) for i in range(grid.n) if not waiting[i] and not schedule.placed[i]]
    heapify(ready)
    while ready:
        _, i = heappop(ready)
        choice = chosen[i]
        if choice is None:
            schedule.put(i, grid.choices[i])
        else:
            schedule.put_chosen(i, choice)
        for j, _, _ in grid.succs[i]:
            waiting[j] -= 1
            if not waiting[j] and not schedule.placed[j]:
                heappush(ready, (keys[j], j))
    return schedule
