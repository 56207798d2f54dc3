"""CP-SAT on the common working time of the firm: who does what, and in which order, for all tasks at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from werkfluss.delegation.grid import FAR, Choice, Gate, Grid
from werkfluss.delegation.schedule import OPEN, Schedule

from .warp import Warp, WarpedResource, warp_resource

_DETERMINISTIC = 0.06
"""CP-SAT's deterministic seconds per unit of work, measured on models of 60 to 150 tasks."""


@dataclass(slots=True)
class Proposal:
    """Order keys and chosen resources, to be decoded on the real calendars."""

    keys: list[int]
    chosen: list[Choice | None]

    def open_again(self) -> list[Choice | None]:
        """Only the order; resources are chosen anew."""
        return [None] * len(self.chosen)


@dataclass(slots=True)
class _Vars:
    start: Any
    end: Any
    picks: list[tuple[Choice, Any]]
    open: Any


def propose(grid: Grid, hint: Schedule, *, work: float, seconds: float, seed: int) -> Proposal | None:
    """Best order and resources found from ``hint``; None: nothing found.

    One worker and a limit of deterministic time, so that the answer repeats; ``seconds`` of wall clock only cut off.
    """
    from ortools.sat.python import cp_model

    built = _Builder(grid, hint)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.num_workers = 1
    parameters.catch_sigint_signal = False  # Ctrl-C belongs to the process; the library would abort it
    parameters.max_deterministic_time = work * _DETERMINISTIC
    parameters.max_time_in_seconds = max(0.01, seconds)
    status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return built.read(solver)


class _Builder:
    def __init__(self, grid: Grid, hint: Schedule) -> None:
        from ortools.sat.python import cp_model

        self.grid, self.hint = grid, hint
        self.free = [i for i in grid.order if i not in grid.pins]
        self.model = cp_model.CpModel()
        self.warp = Warp(grid, max(grid.problem.granularity, 15))
        week = self.warp.per_minute * 7 * 24 * 60
        self.warped = [warp_resource(grid, r, self.warp, week / 5) for r in range(grid.m)]
        last = max([axis.ends[-1] for axis in grid.axes if axis.ends] + hint.end + [0])
        self.horizon = self.warp.units(last) + sum(grid.open_minutes[i] for i in self.free) // self.warp.unit + 100
        self.vars: dict[int, _Vars] = {}
        self.on_resource: list[list[Any]] = [[] for _ in range(grid.m)]
        self.terms: list[Any] = []
        for i in self.free:
            self._task(i)
        for i in self.free:
            self._links(i)
            self._lateness(i)
        self._resources()
        self._apart()
        self._hint()
        self.model.minimize(sum(self.terms))

    def _length(self, choice: Choice) -> int:
        warped: WarpedResource = self.warped[choice.resource]
        return max(1, round(choice.need * warped.stretch / self.warp.unit))

    def _reckoned(self, i: int) -> int:
        return max(1, round(self.grid.open_minutes[i] * self.warp.per_minute / self.warp.unit))

    def _task(self, i: int) -> None:
        grid, model = self.grid, self.model
        low = self.warp.units(grid.earliest[i])
        start = model.new_int_var(low, self.horizon, "")
        if grid.milestone[i]:
            self.vars[i] = _Vars(start, start, [], None)
            return
        end = model.new_int_var(low, self.horizon, "")
        picks = []
        for one in grid.choices[i]:
            pick = model.new_bool_var("")
            length = self._length(one)
            interval = model.new_optional_fixed_size_interval_var(start, length, pick, "")
            self.on_resource[one.resource].append((interval, i))
            model.add(end == start + length).only_enforce_if(pick)
            ready = self.warp.units(one.earliest)
            if ready > low:
                model.add(start >= ready).only_enforce_if(pick)
            self.terms.append(pick * (one.cents + self._moved_cents(i, one.resource)))
            picks.append((one, pick))
        nobody = model.new_bool_var("")
        model.add(end == start + self._reckoned(i)).only_enforce_if(nobody)
        self.terms.append(nobody * (grid.open_cents[i] + self._moved_cents(i, OPEN)))
        model.add_exactly_one([pick for _, pick in picks] + [nobody])
        self.vars[i] = _Vars(start, end, picks, nobody)

    def _units(self, lag: int) -> int:
        return round(lag * self.warp.per_minute / self.warp.unit)

    def _moved_cents(self, task: int, resource: int) -> int:
        promise = self.grid.promises.get(task)
        return promise.cents if promise and promise.resource != resource else 0

    def _links(self, i: int) -> None:
        for j, kind, lag in self.grid.preds[i]:
            mine = self.vars[i].start if kind[1] == "S" else self.vars[i].end
            if j in self.vars:
                theirs = self.vars[j].end if kind[0] == "F" else self.vars[j].start
                self.model.add(mine >= theirs + self._units(lag))
            else:
                fixed = (self.hint.end[j] if kind[0] == "F" else self.hint.start[j]) + lag
                self.model.add(mine >= self.warp.units(fixed))
        for gate in self.grid.gates[i]:
            self._gate(i, gate)

    def _gate(self, i: int, gate: Gate) -> None:
        """A lag in working time has a fixed length on the common axis, as tasks have. A group opens with its first."""
        mine = self.vars[i].start if gate.kind[1] == "S" else self.vars[i].end
        times: list[Any] = []
        for j in gate.members:
            if j in self.vars:
                times.append(self.vars[j].end if gate.kind[0] == "F" else self.vars[j].start)
            else:
                times.append(self.warp.units(self.hint.end[j] if gate.kind[0] == "F" else self.hint.start[j]))
        first = times[0]
        if len(times) > 1:
            first = self.model.new_int_var(-self.horizon, self.horizon, "")
            self.model.add_min_equality(first, times)
        self.model.add(mine >= first + self._units(gate.elapsed()))

    def _lateness(self, i: int) -> None:
        grid = self.grid
        if grid.due[i] < FAR and grid.late_rate[i]:
            over = self.model.new_int_var(0, self.horizon, "")
            self.model.add(over >= self.vars[i].end - self.warp.units(grid.due[i]))
            cents = max(1, round(grid.late_rate[i] * self.warp.unit / self.warp.per_minute / 60))
            self.terms.append(over * cents)
        if grid.kind == "makespan" and not any(j in self.vars for j, _, _ in grid.succs[i]):
            if not hasattr(self, "last"):
                self.last = self.model.new_int_var(0, self.horizon, "")
                self.terms.append(self.last * max(1, round(self.warp.unit / self.warp.per_minute)))
            self.model.add(self.last >= self.vars[i].end)

    def _resources(self) -> None:
        grid, model = self.grid, self.model
        for r, intervals in enumerate(self.on_resource):
            if not intervals:
                continue
            taken = [one for one, _ in intervals]
            blocks = [(max(0, a), min(b, self.horizon * 2)) for a, b in self.warped[r].breaks]
            fixed = [model.new_fixed_size_interval_var(a, b - a, "") for a, b in blocks if b > a]
            booked = [self._booked(j) for j in range(grid.n) if self.hint.resource[j] == r and j not in self.vars]
            if grid.parallel[r] == 1:
                model.add_no_overlap(taken + fixed + booked)
            else:
                demands = [1] * len(taken) + [grid.parallel[r]] * len(fixed) + [1] * len(booked)
                model.add_cumulative(taken + fixed + booked, demands, grid.parallel[r])
            self._hours(r)

    def _booked(self, task: int) -> Any:
        start = self.warp.units(self.hint.start[task])
        return self.model.new_fixed_size_interval_var(start, max(0, self.warp.units(self.hint.end[task]) - start), "")

    def _hours(self, r: int) -> None:
        grid = self.grid
        mine = [(one.effort, pick) for i in self.free for one, pick in self.vars[i].picks if one.resource == r]
        others = sum(
            choice.effort
            for j in range(grid.n)
            if j not in self.vars and self.hint.resource[j] == r and (choice := grid.choice(j, r))
        )
        used = sum(effort * pick for effort, pick in mine)
        if grid.maximum[r] < FAR:
            self.model.add(used <= max(0, grid.maximum[r] - others))
        if grid.minimum[r] > others and grid.rate[r]:
            unused = self.model.new_int_var(0, grid.minimum[r], "")
            self.model.add(unused >= grid.minimum[r] - others - used)
            self.terms.append(unused * math.ceil(grid.rate[r] / 60))

    def _apart(self) -> None:
        for i in self.free:
            for j in self.grid.apart[i]:
                for one, pick in self.vars[i].picks:
                    if j not in self.vars:
                        if self.hint.resource[j] == one.resource:
                            self.model.add(pick == 0)
                    elif i < j:
                        twin = next((p for c, p in self.vars[j].picks if c.resource == one.resource), None)
                        if twin is not None:
                            self.model.add_at_most_one([pick, twin])

    def _hint(self) -> None:
        """The known schedule in units of the model: same order, same resources, each as early as the model allows."""
        grid, model = self.grid, self.model
        free_at: list[list[int]] = [[0] * grid.parallel[r] for r in range(grid.m)]
        begin, finish = [0] * grid.n, [0] * grid.n
        for i in grid.pins:
            begin[i], finish[i] = self.warp.units(self.hint.start[i]), self.warp.units(self.hint.end[i])
            if self.hint.resource[i] != OPEN:
                free_at[self.hint.resource[i]][0] = max(free_at[self.hint.resource[i]][0], finish[i])
        rank = {task: at for at, task in enumerate(grid.order)}
        for i in sorted(self.free, key=lambda i: (self.hint.start[i], rank[i])):
            one, choice = self.vars[i], self.hint.choice[i]
            ready = self._ready(i, begin, finish)
            if choice is None:
                begin[i], length = ready, 0 if grid.milestone[i] else self._reckoned(i)
            else:
                lanes, length = free_at[choice.resource], self._length(choice)
                lane = min(range(len(lanes)), key=lanes.__getitem__)
                ready = max(ready, self.warp.units(choice.earliest), lanes[lane])
                begin[i] = self._past_breaks(choice.resource, ready, length)
                lanes[lane] = begin[i] + length
            finish[i] = begin[i] + length
            model.add_hint(one.start, begin[i])
            if one.open is not None:
                model.add_hint(one.end, finish[i])
                model.add_hint(one.open, choice is None)
            for option, pick in one.picks:
                model.add_hint(pick, choice is not None and option.resource == choice.resource)

    def _ready(self, i: int, begin: list[int], finish: list[int]) -> int:
        ready = self.warp.units(self.grid.earliest[i])
        for j, kind, lag in self.grid.preds[i]:
            if kind[1] == "S" or self.grid.milestone[i]:
                after = finish[j] if kind[0] == "F" else begin[j]
                ready = max(ready, after + self._units(lag))
        for gate in self.grid.gates[i]:
            if gate.kind[1] == "S" or self.grid.milestone[i]:
                after = min(finish[j] if gate.kind[0] == "F" else begin[j] for j in gate.members)
                ready = max(ready, after + self._units(gate.elapsed()))
        return ready

    def _past_breaks(self, r: int, start: int, length: int) -> int:
        for a, b in self.warped[r].breaks:
            if start < b and start + length > a and b < self.horizon:
                start = b
        return start

    def read(self, solver: Any) -> Proposal:
        keys = [self.warp.units(one) * 4 for one in self.hint.start]
        chosen: list[Choice | None] = list(self.hint.choice)
        for i, one in self.vars.items():
            keys[i] = solver.value(one.start) * 4
            chosen[i] = next((choice for choice, pick in one.picks if solver.value(pick)), None)
        return Proposal(keys, chosen)
