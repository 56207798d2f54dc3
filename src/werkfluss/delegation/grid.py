"""A problem in whole numbers, ready to be searched. Order of resources depends on declared data, not on names."""

from __future__ import annotations

from dataclasses import dataclass, field

from .axis import Axis, Lanes, WorkCalendar
from .candidate import Rejection
from .codec import digest_of, to_json
from .plan import Objective
from .problem import Problem, topological
from .screen import Eligible, Screen, labour_cents

FAR = 1 << 40
"""A minute later than every other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One permitted resource of one task, by index."""

    resource: int
    need: int
    effort: int
    earliest: int
    cents: int


@dataclass(frozen=True, slots=True)
class Promise:
    """The published place of a task, by index, with the price of leaving it (resource -1: unknown to this grid)."""

    resource: int
    start: int
    end: int
    cents: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound of one task that is more than a plain link: a lag in working time, or the first start of a group.

    ``members`` are the predecessors by index, of which the least counts; without ``calendar`` the lag is elapsed time.
    """

    members: tuple[int, ...]
    kind: str
    lag: int
    calendar: WorkCalendar | None

    def opens(self, start: list[int], end: list[int]) -> int:
        """The minute before which the task must not start (or end)."""
        times = end if self.kind[0] == "F" else start
        least = min(times[i] for i in self.members)
        return least + self.lag if self.calendar is None else self.calendar.after(least, self.lag)

    def elapsed(self) -> int:
        """The lag in elapsed minutes, on average."""
        return self.lag if self.calendar is None else round(self.lag * self.calendar.stretch)


@dataclass(slots=True)
class Grid:
    """``n`` tasks in the given order, ``m`` resources in neutral order. Lists are indexed by task or resource.

    ``preds`` are the plain links (elapsed lag), ``gates`` the others; ``succs`` holds both, with the lag in elapsed
    minutes (on average).
    """

    problem: Problem
    kind: Objective
    order: list[int]
    tasks: list[str]
    resources: list[str]
    axes: list[Axis]
    parallel: list[int]
    maximum: list[int]
    minimum: list[int]
    rate: list[int]
    choices: list[list[Choice]]
    rejections: list[list[Rejection]]
    earliest: list[int]
    due: list[int]
    late_rate: list[int]
    open_cents: list[int]
    open_minutes: list[int]
    milestone: list[bool]
    preds: list[list[tuple[int, str, int]]]
    gates: list[list[Gate]]
    succs: list[list[tuple[int, str, int]]]
    apart: list[list[int]]
    pins: dict[int, tuple[int, int, int]]
    pinned: dict[int, Choice]
    refused_pins: list[int]
    promises: dict[int, Promise]
    latest: list[int] = field(default_factory=list)
    finish_by: list[int] = field(default_factory=list)
    slope: list[int] = field(default_factory=list)
    dated: list[int] = field(default_factory=list)
    guaranteed: list[int] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.tasks)

    @property
    def m(self) -> int:
        return len(self.resources)

    def choice(self, task: int, resource: int) -> Choice | None:
        if task in self.pinned:
            return self.pinned[task] if self.pinned[task].resource == resource else None
        return next((one for one in self.choices[task] if one.resource == resource), None)

    def late_cents(self, task: int, end: int) -> int:
        over = end - self.due[task]
        return (over * self.late_rate[task] + 30) // 60 if over > 0 else 0

    def change_cents(self, task: int, resource: int, start: int, end: int) -> int:
        promise = self.promises.get(task)
        if promise is None:
            return 0
        kept = promise.resource == resource and promise.start <= start and end <= promise.end
        return 0 if kept else promise.cents

    def empty_lanes(self) -> list[Lanes]:
        """Fresh lanes in which the pins already lie."""
        lanes = [Lanes(self.parallel[r]) for r in range(self.m)]
        for r, start, end in sorted(self.pins.values()):
            if r >= 0:
                self.book_pin(lanes, r, start, end)
        return lanes

    def book_pin(self, lanes: list[Lanes], resource: int, start: int, end: int) -> bool:
        """Mark the working time of a pin as taken; pins that overlap more than there is room for are joined.

        Returns whether there was room.
        """
        begin, finish = self.axes[resource].position(start), self.axes[resource].position(end)
        if finish > begin:
            at, lane = lanes[resource].first_gap(begin, finish - begin)
            lanes[resource].take(lane if at == begin else 0, begin, finish)
            return at == begin
        return True


def compile_grid(problem: Problem, kind: Objective = "euro") -> Grid:
    """Screen every pair and number everything.

    ``cost`` drops lateness and the price of change, ``makespan`` all prices but the one for open tasks.
    """
    screen = Screen(problem)
    index = {task.id: i for i, task in enumerate(problem.tasks)}
    judged = [[screen.judge(task, resource) for resource in problem.resources] for task in problem.tasks]
    neutral = _neutral_order(problem, judged)
    number = {problem.resources[old].id: new for new, old in enumerate(neutral)}
    preds, gates, succs = _links(problem, index)
    apart: list[list[int]] = [[] for _ in problem.tasks]
    for left, right in problem.four_eyes:
        apart[index[left]].append(index[right])
        apart[index[right]].append(index[left])
    ordered = [problem.resources[old] for old in neutral]
    grid = Grid(
        problem=problem,
        kind=kind,
        order=[index[one] for one in topological(problem.tasks, problem.links)],
        tasks=[task.id for task in problem.tasks],
        resources=[one.id for one in ordered],
        axes=[screen.axes[one.id] for one in ordered],
        parallel=[one.parallel for one in ordered],
        maximum=[FAR if one.maximum_minutes is None else one.maximum_minutes for one in ordered],
        minimum=[one.minimum_minutes if kind != "makespan" else 0 for one in ordered],
        rate=[one.rate_cents_per_hour for one in ordered],
        choices=_choices(judged, number, kind),
        rejections=[[one for one in row if isinstance(one, Rejection)] for row in judged],
        earliest=[max(0, task.earliest) for task in problem.tasks],
        due=[FAR if task.due is None or kind != "euro" else task.due for task in problem.tasks],
        late_rate=[task.late_cents_per_hour if kind == "euro" else 0 for task in problem.tasks],
        open_cents=[problem.open_cents[task.id] if not task.milestone else 0 for task in problem.tasks],
        open_minutes=[task.effort * problem.open_stretch for task in problem.tasks],
        milestone=[task.milestone for task in problem.tasks],
        preds=preds,
        gates=gates,
        succs=succs,
        apart=apart,
        pins={},
        pinned={},
        refused_pins=[],
        promises={},
    )
    _take_pins(grid, problem, index, number)
    for one in problem.published if kind == "euro" else ():
        grid.promises[index[one.task]] = Promise(number[one.resource], one.start, one.end, one.change_cents)
    set_latest(grid)
    grid.dated = [i for i in range(grid.n) if grid.late_rate[i] and grid.due[i] < FAR]
    grid.guaranteed = [r for r in range(grid.m) if grid.minimum[r]]
    return grid


def _links(
    problem: Problem, index: dict[str, int]
) -> tuple[list[list[tuple[int, str, int]]], list[list[Gate]], list[list[tuple[int, str, int]]]]:
    preds: list[list[tuple[int, str, int]]] = [[] for _ in problem.tasks]
    gates: list[list[Gate]] = [[] for _ in problem.tasks]
    succs: list[list[tuple[int, str, int]]] = [[] for _ in problem.tasks]
    calendars = {one.id: WorkCalendar(one.windows) for one in problem.calendars}
    grouped: dict[tuple[int, str, str, int, str], list[int]] = {}
    for place, link in enumerate(problem.links):
        a, b = index[link.predecessor], index[link.successor]
        calendar = link.calendar if link.lag else ""
        if calendar or link.group:
            key = (b, link.group or f"#{place}", link.kind, link.lag, calendar)
            grouped.setdefault(key, []).append(a)
        else:
            preds[b].append((a, link.kind, link.lag))
            succs[a].append((b, link.kind, link.lag))
    for (b, _, kind, lag, calendar), members in grouped.items():
        gate = Gate(tuple(members), kind, lag, calendars.get(calendar))
        gates[b].append(gate)
        for a in members:
            succs[a].append((b, kind, gate.elapsed()))
    return preds, gates, succs


def _choices(judged: list[list[Eligible | Rejection]], number: dict[str, int], kind: Objective) -> list[list[Choice]]:
    rows = []
    for row in judged:
        found = [
            Choice(
                number[one.resource],
                one.need,
                one.effort,
                one.earliest,
                one.labour_cents if kind != "makespan" else 0,
            )
            for one in row
            if isinstance(one, Eligible) and one.effort
        ]
        rows.append(sorted(found, key=lambda one: (one.cents, one.resource)))
    return rows


def _take_pins(grid: Grid, problem: Problem, index: dict[str, int], number: dict[str, int]) -> None:
    """A pin whose pair the law no longer permits is not kept: the task stays open and says why."""
    for pin in problem.pins:
        if problem.task(pin.task).milestone:
            grid.pins[index[pin.task]] = (-1, pin.start, pin.end)
            continue
        candidate = problem.candidate(pin.task, pin.resource)
        if candidate is not None and candidate.assignable:
            i, r = index[pin.task], number[pin.resource]
            grid.pins[i] = (r, pin.start, pin.end)
            task, resource = problem.task(pin.task), problem.resource(pin.resource)
            cents = labour_cents(task, resource, candidate) if grid.kind != "makespan" else 0
            # What has begun is paid for, also where a filter would not let it begin today.
            grid.pinned[i] = Choice(r, pin.end - pin.start, candidate.effort or task.effort, 0, cents)
        else:
            grid.refused_pins.append(index[pin.task])
            grid.choices[index[pin.task]] = []


def _neutral_order(problem: Problem, judged: list[list[Eligible | Rejection]]) -> list[int]:
    """Resources by a digest of what is declared about them; name and id decide only between equals.

    So a search that looks at resources in order cannot favour anybody for a name.
    """
    pinned = {pin.task: pin.resource for pin in problem.pins}
    promised = {one.task: one.resource for one in problem.published}
    keys: list[tuple[str, str]] = []
    for column, resource in enumerate(problem.resources):
        declared = to_json(resource)
        del declared["id"], declared["name"]
        pairs = []
        for row, task in enumerate(problem.tasks):
            one = judged[row][column]
            pairs.append(
                [
                    [one.need, one.effort, one.earliest, one.labour_cents] if isinstance(one, Eligible) else one.filter,
                    pinned.get(task.id) == resource.id,
                    promised.get(task.id) == resource.id,
                ]
            )
        keys.append((digest_of([declared, pairs]), resource.id))
    return sorted(range(len(keys)), key=keys.__getitem__)


def set_latest(grid: Grid) -> None:
    """Fill ``finish_by`` and ``latest``: last finish and start that keep every due date below (nobody queueing).

    Tasks without a due date below them get a far, but ordered, value: longest remaining chain first. ``slope`` is
    what an hour past ``finish_by`` costs on the dearest chain below.
    """
    horizon = max((axis.ends[-1] for axis in grid.axes if axis.ends), default=0) + sum(grid.open_minutes)
    grid.latest, grid.finish_by, grid.slope = [0] * grid.n, [0] * grid.n, [0] * grid.n
    for i in reversed(grid.order):
        finish = min(grid.due[i], horizon)
        below = 0
        for j, kind, lag in grid.succs[i]:
            below = max(below, grid.slope[j])
            if kind == "FS":
                finish = min(finish, grid.latest[j] - lag)
            elif kind == "SS":
                finish = min(finish, grid.latest[j] - lag + _shortest(grid, i))
            elif kind == "FF":
                finish = min(finish, grid.finish_by[j] - lag)
        starts = [
            start
            for one in grid.choices[i]
            if (start := grid.axes[one.resource].latest_start(finish, one.need)) is not None
        ]
        grid.finish_by[i] = finish
        grid.latest[i] = max(starts, default=finish - _shortest(grid, i))
        grid.slope[i] = below + (grid.late_rate[i] if grid.due[i] < FAR else 0)


def _shortest(grid: Grid, task: int) -> int:
    if grid.milestone[task]:
        return 0
    return min((one.need for one in grid.choices[task]), default=grid.open_minutes[task])
