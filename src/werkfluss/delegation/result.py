"""From a schedule to the plan that people see: costs per task, date windows for externals, reasons for open tasks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .axis import Lanes
from .causes import why_open
from .grid import FAR, Grid
from .plan import Assignment, DateWindow, OpenTask, Plan, Status, Stop
from .schedule import OPEN, Schedule

SOLVER = "werkfluss-delegation 1"


def build_plan(
    grid: Grid,
    schedule: Schedule,
    *,
    bound: int | None = None,
    status: Status | None = None,
    seed: int = 0,
    work_limit: float = 0.0,
    workers: int = 1,
    stop: Stop = "finished",
    cpu_s: float = 0.0,
    wall_s: float = 0.0,
) -> Plan:
    """The plan of a complete schedule; ``optimal`` only when the proven bound is reached."""
    value = schedule.value()
    return Plan(
        problem=grid.problem.digest,
        objective_kind=grid.kind,
        status=status or ("optimal" if bound is not None and value <= bound else "feasible"),
        objective=value,
        bound=None if bound is None else min(bound, value),
        assignments=tuple(_assignment(grid, schedule, i) for i in range(grid.n) if _is_done(grid, schedule, i)),
        unassigned=tuple(_open_task(grid, schedule, i) for i in range(grid.n) if not _is_done(grid, schedule, i)),
        costs=schedule.costs(),
        seed=seed,
        work_limit=work_limit,
        workers=workers,
        solver=SOLVER,
        stop=stop,
        cpu_s=cpu_s,
        wall_s=wall_s,
    )


def schedule_of(grid: Grid, plan: Plan, *, keep_open: bool = True) -> Schedule:
    """The schedule of an earlier plan, on the grid of the same or a changed problem.

    Tasks that no longer fit (pair not permitted, time taken away) are left unplaced, and with ``keep_open=False``
    the open ones too.
    """
    crowded: set[int] = set()
    while True:
        schedule, pressed = _placed(grid, plan, keep_open=keep_open, crowded=crowded)
        if pressed <= crowded:
            return schedule
        crowded |= pressed


def _placed(grid: Grid, plan: Plan, *, keep_open: bool, crowded: set[int]) -> tuple[Schedule, set[int]]:
    """The schedule, and the resources on which a pin came upon a full lane.

    Pins and assignments go in by start together: so each finds a lane if there is one at all. On ``crowded``
    resources pins go first, and whoever is then in their way is left unplaced.
    """
    schedule = Schedule(grid)
    number = {one: r for r, one in enumerate(grid.resources)}
    index = {one: i for i, one in enumerate(grid.tasks)}
    known = [one for one in plan.assignments if one.task in index]
    loose = [(one.task, one.start, one.end) for one in known if grid.milestone[index[one.task]]]
    loose += [(one.task, one.start, one.end) for one in plan.unassigned if keep_open and one.task in index]
    for task, start, end in loose:
        if not schedule.placed[index[task]]:
            schedule.start[index[task]], schedule.end[index[task]], schedule.placed[index[task]] = start, end, True
    schedule.lanes = [Lanes(parallel) for parallel in grid.parallel]
    rows = [(one.start, one.end, index[one.task], number.get(one.resource, OPEN)) for one in known]
    rows = [row for row in rows if row[2] not in grid.pins and not grid.milestone[row[2]]]
    rows += [(start, end, i, r) for i, (r, start, end) in grid.pins.items() if r != OPEN]
    pressed = set()
    for start, end, i, r in sorted(rows, key=lambda row: (row[3] not in crowded or row[2] not in grid.pins, *row)):
        if i in grid.pins:
            if not grid.book_pin(schedule.lanes, r, start, end):
                pressed.add(r)
        else:
            choice = grid.choice(i, r)
            slot = schedule.slot_at(i, choice, start) if choice else None
            if choice and slot and slot[0] == end:
                schedule.place(i, choice, slot)
    return schedule, pressed


def _is_done(grid: Grid, schedule: Schedule, task: int) -> bool:
    return grid.milestone[task] or schedule.resource[task] != OPEN


def _assignment(grid: Grid, schedule: Schedule, task: int) -> Assignment:
    r, start, end = schedule.resource[task], schedule.start[task], schedule.end[task]
    choice = (schedule.choice[task] or grid.choice(task, r)) if r != OPEN else None
    return Assignment(
        task=grid.tasks[task],
        resource=grid.resources[r] if r != OPEN else "",
        start=start,
        end=end,
        labour_cents=choice.cents if choice else 0,
        late_cents=grid.late_cents(task, end),
        change_cents=grid.change_cents(task, r, start, end),
        pinned=task in grid.pins,
        window=_window(grid, schedule, task) if r != OPEN else None,
    )


def _open_task(grid: Grid, schedule: Schedule, task: int) -> OpenTask:
    reason, rejections = why_open(grid, schedule, task)
    return OpenTask(
        task=grid.tasks[task],
        start=schedule.start[task],
        end=schedule.end[task],
        price_cents=grid.open_cents[task],
        late_cents=grid.late_cents(task, schedule.end[task]),
        change_cents=grid.change_cents(task, OPEN, schedule.start[task], schedule.end[task]),
        rejections=rejections,
        reason=reason,
    )


def _window(grid: Grid, schedule: Schedule, task: int) -> DateWindow | None:
    """Days from the start to the last day whose end harms neither the due date nor a successor as planned."""
    resource = grid.problem.resource(grid.resources[schedule.resource[task]])
    if not resource.shows_window:
        return None
    zone = ZoneInfo(resource.time_zone)
    end = schedule.end[task]
    limit = grid.due[task]
    for j in {j for j, _, _ in grid.succs[task]}:
        for before, kind, lag in grid.preds[j]:
            if before == task and kind[0] == "F":
                limit = min(limit, (schedule.start[j] if kind == "FS" else schedule.end[j]) - lag)
        for gate in grid.gates[j]:
            if task in gate.members and gate.kind[0] == "F" and gate.calendar is not None:
                then = schedule.start[j] if gate.kind == "FS" else schedule.end[j]
                limit = min(limit, gate.calendar.latest_before(then, gate.lag))
    first = _day(grid, schedule.start[task], zone)
    last = _day(grid, max(end - 1, schedule.start[task]), zone)
    if end < limit < FAR:
        last = max(last, _last_whole_day(grid, schedule.resource[task], limit, zone))
    return DateWindow(first_day=first, last_day=last)


def _day(grid: Grid, minute: int, zone: ZoneInfo) -> date:
    return grid.problem.instant(minute).astimezone(zone).date()


def _last_whole_day(grid: Grid, resource: int, limit: int, zone: ZoneInfo) -> date:
    """The day of ``limit``, if no working time of the resource remains on it after the limit; else the day before."""
    day = _day(grid, limit, zone)
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    axis = grid.axes[resource]
    if axis.position(limit) == axis.position(grid.problem.minute(midnight)) and axis.total > axis.position(limit):
        return day
    return day - timedelta(days=1)
