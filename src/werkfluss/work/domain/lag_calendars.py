"""The working time in which lags between tasks are counted: of the imported file, else of the firm.

A file of Microsoft Project says which calendar its project and which its tasks follow; a lag is counted in that of the
task that waits. The calendars are kept with the import; once that is gone (a year after it), and for
projects without one, the firm's working time counts: Monday to Friday, less the public holidays of its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from werkfluss import delegation as core
from werkfluss.evidence.models import ImportBatch
from werkfluss.formats.project import PlanCalendar, Shift
from werkfluss.formats.project_calendar import calendar_of_json, working_shifts
from werkfluss.kernel import clock
from werkfluss.org.models import FirmProfile
from werkfluss.work.models import Project, Task
from werkfluss.workforce.domain.calendars import holidays_of

FIRM = "firm"
# The standard calendar of Microsoft Project: in it a lag of one day is eight hours.
_SHIFTS: tuple[Shift, ...] = ((time(8), time(12)), (time(13), time(17)))
_SATURDAY = 5
_PAST = timedelta(days=120)
_KIND = "plan"


@dataclass(slots=True)
class LagCalendars:
    """Which calendar each task's lags follow. ``named`` maps an id of the problem to (calendar, all of its file)."""

    of_project: dict[UUID, str] = field(default_factory=dict)
    of_task: dict[UUID, str] = field(default_factory=dict)
    named: dict[str, tuple[str, Mapping[str, PlanCalendar]]] = field(default_factory=dict)

    def id_for(self, task: UUID, project: UUID) -> str:
        return self.of_task.get(task) or self.of_project.get(project) or FIRM

    def windows(self, used: Iterable[str], *, origin: datetime, horizon: timedelta) -> tuple[core.Calendar, ...]:
        """The firm's calendar, and the others that are used."""
        others = [self._drawn(one, origin, horizon) for one in sorted(set(used) - {FIRM, ""})]
        return (firm_calendar(origin, horizon), *others)

    def _drawn(self, key: str, origin: datetime, horizon: timedelta) -> core.Calendar:
        name, calendars = self.named[key]
        return core.Calendar(
            id=key,
            windows=tuple(
                window
                for day in _days(origin, horizon)
                for window in _minutes(day, working_shifts(name, calendars, day), origin)
            ),
        )


def lag_calendars(tasks: Sequence[Task]) -> LagCalendars:
    """Read what the imports of these tasks' projects say of working time. One query."""
    projects = {task.project_id for task in tasks}
    found = LagCalendars()
    label = Project._meta.label_lower
    wanted = Q(pk__in=[])
    for project in projects:
        wanted |= Q(created__contains=[[label, str(project)]])
    for batch in ImportBatch.objects.filter(wanted, kind=_KIND, state="done").exclude(mapping={}).order_by("pk"):
        own = {UUID(key) for kind, key in batch.created if kind == label} & projects
        _add(found, batch, own)
    return found


def _add(found: LagCalendars, batch: ImportBatch, projects: set[UUID]) -> None:
    calendars = {one["name"]: calendar_of_json(one) for one in batch.mapping["calendars"]}
    keys = {name: f"{batch.pk}:{name}" for name in calendars}
    found.named |= {key: (name, calendars) for name, key in keys.items() if _works(name, calendars)}
    usable = {name: key for name, key in keys.items() if key in found.named}
    default = usable.get(batch.mapping["calendar"] or "")
    if default:
        found.of_project |= dict.fromkeys(projects, default)
    told = batch.mapping["tasks"].items()
    found.of_task |= {UUID(task): usable[name] for task, name in told if name in usable}


def _works(name: str, calendars: Mapping[str, PlanCalendar]) -> bool:
    """Whether there is a working day in some week: in a calendar without one a lag would never end."""
    monday = date(2001, 1, 1)
    return any(working_shifts(name, calendars, monday + timedelta(days=n)) for n in range(7))


def firm_calendar(origin: datetime, horizon: timedelta) -> core.Calendar:
    """Monday to Friday, less the public holidays of the firm's place."""
    profile = FirmProfile.objects.first()
    country, subdivision = (profile.country, profile.subdivision) if profile else ("", "")
    windows: list[tuple[int, int]] = []
    for day in _days(origin, horizon):
        if day.weekday() < _SATURDAY and day not in holidays_of(country, subdivision, day.year):
            windows += _minutes(day, _SHIFTS, origin)
    return core.Calendar(id=FIRM, windows=tuple(windows))


def _days(origin: datetime, horizon: timedelta) -> Iterable[date]:
    first, last = (origin - _PAST).date(), (origin + horizon).date()
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _minutes(day: date, shifts: Sequence[Shift], origin: datetime) -> list[tuple[int, int]]:
    ends = [(start, day if end > start else day + timedelta(days=1), end) for start, end in shifts]
    return [(_minute(day, start, origin), _minute(until, end, origin)) for start, until, end in ends]


def _minute(day: date, at: time, origin: datetime) -> int:
    return int((datetime.combine(day, at, clock.FIRM_ZONE).astimezone(UTC) - origin) // timedelta(minutes=1))
