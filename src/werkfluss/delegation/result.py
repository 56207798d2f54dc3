"""From a schedule to the plan that people see: costs per task, date windows for externals, reasons for open tasks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from werkfluss.kernel.text import Text

from .axis import Lanes
from .candidate import Rejection
from .grid import FAR, Grid
from .plan import Assignment, DateWindow, OpenTask, Plan, Status, Stop
from .schedule import OPEN, Schedule

SOLVER = "werkfluss-delegation 1"

_NO_ROOM = Text(
    "Alle zulässigen Stellen sind im Zeitraum ausgelastet.", "Everyone who is permitted is fully booked in the period."
)
_NOBODY = Text("Niemand ist für diese Aufgabe zulässig.", "Nobody is permitted to do this task.")
_TOO_DEAR = Text("Offen lassen kostet weniger als jede zulässige Wahl.", "Leaving it open costs less than any choice.")
_PIN_REFUSED = Text(
    "Die bestätigte Besetzung ist nach der Rechtsprüfung nicht mehr zulässig.",
    "The confirmed assignment is no longer permitted by the legal check.",
)


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
    schedule = Schedule(grid)
    number = {one: r for r, one in enumerate(grid.resources)}
    index = {one: i for i, one in enumerate(grid.tasks)}
    known = [one for one in plan.assignments if one.task in index]
    loose = [(one.task, one.start, one.end) for one in known if grid.milestone[index[one.task]]]
    loose += [(one.task, one.start, one.end) for one in plan.unassigned if keep_open and one.task in index]
    for task, start, end in loose:
        if not schedule.placed[index[task]]:
            schedule.start[index[task]], schedule.end[index[task]], schedule.placed[index[task]] = start, end, True
    # Pins and assignments go in by start together: so each finds a lane if there is one at all.
    schedule.lanes = [Lanes(parallel) for parallel in grid.parallel]
    rows = [(one.start, one.end, index[one.task], number.get(one.resource, OPEN)) for one in known]
    rows = [row for row in rows if row[2] not in grid.pins and not grid.milestone[row[2]]]
    rows += [(start, end, i, r) for i, (r, start, end) in grid.pins.items() if r != OPEN]
    for start, end, i, r in sorted(rows):
        if i in grid.pins:
            grid.book_pin(schedule.lanes, r, start, end)
        else:
            choice = grid.choice(i, r)
            slot = schedule.slot_at(i, choice, start) if choice else None
            if choice and slot and slot[0] == end:
                schedule.place(i, choice, slot)
    return schedule


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
    rejections: list[Rejection] = sorted(grid.rejections[task], key=lambda one: one.resource)
    if task in grid.refused_pins:
        reason = _PIN_REFUSED
    elif not grid.choices[task]:
        reason = _NOBODY
    else:
        found = schedule.best(task, grid.choices[task], schedule.bounds(task))
        reason = _NO_ROOM if found is None else _TOO_DEAR
    return OpenTask(
        task=grid.tasks[task],
        start=schedule.start[task],
        end=schedule.end[task],
        price_cents=grid.open_cents[task],
        late_cents=grid.late_cents(task, schedule.end[task]),
        change_cents=grid.change_cents(task, OPEN, schedule.start[task], schedule.end[task]),
        rejections=tuple(rejections),
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
    for j, kind, lag in grid.succs[task]:
        if kind == "FS":
            limit = min(limit, schedule.start[j] - lag)
        elif kind == "FF":
            limit = min(limit, schedule.end[j] - lag)
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
