"""What a plan from outside holds, whatever program wrote it: tasks, links, resources, assignments, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .columns import ColumnMapping
from .durations import LinkType
from .values import decimal_text

_MOST_CYCLES = 10
_Node = TypeVar("_Node", str, tuple[str, str])


def _moment(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class Link:
    """A predecessor. ``lag_days`` are working days of 8 hours, calendar days if ``elapsed``; negative is a lead."""

    wbs: str
    type: LinkType = "FS"
    lag_days: Decimal = Decimal(0)
    elapsed: bool = False

    def as_json(self) -> dict[str, object]:
        plain: dict[str, object] = {"wbs": self.wbs, "type": self.type, "lag_days": decimal_text(self.lag_days)}
        return plain | {"lag_elapsed": True} if self.elapsed else plain


@dataclass(frozen=True, slots=True)
class PlanTask:
    """A task or, with ``summary``, a heading over the tasks below it; its own duration is then only derived.

    Durations and effort are in hours; ``duration_elapsed`` marks calendar time. ``place`` is the row or the
    program's own number, ``level`` counts from 1 (0 = the project itself).
    """

    wbs: str
    name: str
    place: int
    level: int
    summary: bool
    milestone: bool
    duration_hours: Decimal | None
    effort_hours: Decimal | None
    predecessors: tuple[Link, ...]
    resources: tuple[str, ...]
    duration_elapsed: bool = False
    hours_per_day: Decimal = Decimal(8)
    start: date | datetime | None = None
    finish: date | datetime | None = None
    deadline: date | datetime | None = None
    status: str | None = None
    skills: tuple[str, ...] = ()
    description: str | None = None
    acceptance: str | None = None
    calendar: str | None = None
    uid: int | None = None

    @property
    def duration_days(self) -> Decimal | None:
        if self.duration_hours is None:
            return None
        return self.duration_hours / (24 if self.duration_elapsed else self.hours_per_day)

    def as_json(self) -> dict[str, object]:
        return {
            "wbs": self.wbs,
            "name": self.name,
            "row": self.place,
            "level": self.level,
            "summary": self.summary,
            "milestone": self.milestone,
            "duration_days": decimal_text(self.duration_days),
            "duration_hours": decimal_text(self.duration_hours),
            "duration_elapsed": self.duration_elapsed,
            "effort_hours": decimal_text(self.effort_hours),
            "predecessors": [link.as_json() for link in self.predecessors],
            "resources": list(self.resources),
            "start": _moment(self.start),
            "finish": _moment(self.finish),
            "deadline": _moment(self.deadline),
            "status": self.status,
            "skills": list(self.skills),
            "description": self.description,
            "acceptance": self.acceptance,
            "calendar": self.calendar,
            "uid": self.uid,
        }


@dataclass(frozen=True, slots=True)
class PlanResource:
    """A person, machine, material or cost item of a plan. Rates and pay are not read."""

    name: str
    kind: str = "work"  # work | material | cost
    uid: int | None = None
    email: str | None = None
    group: str | None = None
    max_units: Decimal | None = None
    calendar: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind,
            "uid": self.uid,
            "email": self.email,
            "group": self.group,
            "max_units": decimal_text(self.max_units),
            "calendar": self.calendar,
        }


@dataclass(frozen=True, slots=True)
class PlanAssignment:
    """Who works on a task, with which share (1 = full) and how many hours; None = nobody named yet."""

    wbs: str
    resource: str | None
    units: Decimal | None = None
    work_hours: Decimal | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "wbs": self.wbs,
            "resource": self.resource,
            "units": decimal_text(self.units),
            "work_hours": decimal_text(self.work_hours),
        }


Shift = tuple[time, time]  # 00:00 as the end means midnight after the day


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Days that differ from the week; ``shifts`` is empty for days off."""

    name: str
    days: tuple[date, ...]
    shifts: tuple[Shift, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "days": [day.isoformat() for day in self.days],
            "working": bool(self.shifts),
            "shifts": _shifts(self.shifts),
        }


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Another week that holds from ``first`` to ``last``, both included; keys as in ``PlanCalendar.week``."""

    first: date
    last: date
    week: dict[int, tuple[Shift, ...]]


@dataclass(frozen=True, slots=True)
class PlanCalendar:
    """Working time. ``week`` maps ISO weekdays (1 = Monday) to shifts; a missing day follows ``base``."""

    name: str
    uid: int
    base: str | None
    week: dict[int, tuple[Shift, ...]]
    exceptions: tuple[CalendarException, ...]
    work_weeks: tuple[WorkWeek, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "uid": self.uid,
            "base": self.base,
            "week": {str(day): _shifts(shifts) for day, shifts in sorted(self.week.items())},
            "exceptions": [exception.as_json() for exception in self.exceptions],
            "work_weeks": [
                {
                    "first": w.first.isoformat(),
                    "last": w.last.isoformat(),
                    "week": {str(day): _shifts(shifts) for day, shifts in sorted(w.week.items())},
                }
                for w in self.work_weeks
            ],
        }


def _shifts(shifts: Iterable[Shift]) -> list[str]:
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in shifts]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan read from a file. With ``errors`` it must not be taken over; ``tasks`` are then for the preview only."""

    tasks: tuple[PlanTask, ...]
    resources: tuple[PlanResource, ...]
    assignments: tuple[PlanAssignment, ...]
    calendars: tuple[PlanCalendar, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    encoding: str | None
    mapping: ColumnMapping
    name: str | None = None
    start: date | datetime | None = None
    calendar: str | None = None  # of the project, by name: what tasks without a calendar of their own follow

    @property
    def links(self) -> tuple[tuple[str, Link], ...]:
        """Every link as (number of the task that follows, predecessor)."""
        return tuple((task.wbs, link) for task in self.tasks for link in task.predecessors)

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "project": {"name": self.name, "start": _moment(self.start), "calendar": self.calendar},
            "tasks": [task.as_json() for task in self.tasks],
            "resources": [resource.as_json() for resource in self.resources],
            "assignments": [assignment.as_json() for assignment in self.assignments],
            "calendars": [calendar.as_json() for calendar in self.calendars],
            "links": [
                {"from": link.wbs, "to": wbs, **{k: v for k, v in link.as_json().items() if k != "wbs"}}
                for wbs, link in self.links
            ],
            "errors": [fault.as_json(language) for fault in self.errors],
            "warnings": [fault.as_json(language) for fault in self.warnings],
            "encoding": self.encoding,
            **self.mapping.as_json(language),
        }


def parent_number(wbs: str, known: Iterable[str] | dict[str, object]) -> str | None:
    """The number one level up that is in ``known``: "1.2" of "1.2.3"; also "1.0" of "1.1"."""
    head, dot, last = wbs.rpartition(".")
    if not dot:
        return None
    if last.strip("0") == "" and head:  # "1.0" is itself the heading
        return parent_number(head, known)
    for candidate in (head, f"{head}.0", f"{head}.00"):
        if candidate in known and candidate != wbs:
            return candidate
    return parent_number(head, known)


def find_cycles(tasks: Iterable[PlanTask], parents: dict[str, str | None]) -> list[list[str]]:
    """Circles of predecessors, each as task numbers with the first one repeated at the end.

    Start and end of every task are nodes, a summary spans its children: so a task that waits for its own heading
    is a circle too, while "B starts with A, A ends with B" is none.
    """
    graph: dict[tuple[str, str], set[tuple[str, str]]] = {}  # node → nodes that must come before it
    for task in tasks:
        start, end = (task.wbs, "start"), (task.wbs, "end")
        graph.setdefault(start, set())
        graph.setdefault(end, set()).add(start)
        parent = parents.get(task.wbs)
        if parent is not None:
            graph[start].add((parent, "start"))
            graph.setdefault((parent, "end"), set()).add(end)
        for link in task.predecessors:
            before = (link.wbs, "end" if link.type[0] == "F" else "start")
            graph[end if link.type[1] == "F" else start].add(before)
    return [_shortened(nodes) for nodes in _circles(graph)]


def _circles(graph: dict[_Node, set[_Node]]) -> list[list[_Node]]:
    """Circles one after the other, each opened at one place to find the next; takes links out of ``graph``."""
    found: list[list[_Node]] = []
    while len(found) < _MOST_CYCLES:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            nodes: list[_Node] = error.args[1]
            graph[nodes[1]].discard(nodes[0])
            found.append(nodes)
        else:
            break
    return found


def find_knots(tasks: Sequence[PlanTask]) -> list[list[str]]:
    """Circles of single tasks that dates could fulfil but no order of the tasks can: B starts with A, A ends with B.

    Task numbers with the first one repeated at the end. Ask only of a plan in which ``find_cycles`` finds nothing.
    """
    single = {task.wbs for task in tasks if not task.summary}
    graph = {
        task.wbs: {link.wbs for link in task.predecessors if link.wbs in single} for task in tasks if task.wbs in single
    }
    return _circles(graph)


def knot_fault(where: str, path: list[str], names: dict[str, str]) -> Fault:
    tasks = ", ".join(f"{wbs} „{names.get(wbs, '')}“" for wbs in path[:-1][:6])
    english = ", ".join(f"{wbs} “{names.get(wbs, '')}”" for wbs in path[:-1][:6])
    return Fault(
        where,
        Text(
            f"Anfang-Anfang- oder Ende-Ende-Beziehungen laufen zwischen Aufgaben im Kreis: {tasks}. Die Planung "
            "beachtet davon nur die, mit denen sich eine Reihenfolge ergibt.",
            f"Start-start or finish-finish links run in a circle among tasks: {english}. Planning keeps only those "
            "with which there is an order.",
        ),
        Text("Eine Reihenfolge unter den Aufgaben.", "An order among the tasks."),
        Text(
            "Entfernen Sie eine dieser Beziehungen, oder fassen Sie die Aufgaben zusammen.",
            "Remove one of these links, or join the tasks.",
        ),
    )


def _shortened(nodes: list[tuple[str, str]]) -> list[str]:
    path = [nodes[0][0]]
    for wbs, _ in nodes[1:]:
        if wbs != path[-1]:
            path.append(wbs)
    if len(path) > 1 and path[0] != path[-1]:
        path.append(path[0])
    return path if len(path) > 1 else path * 2


def cycle_fault(where: str, path: list[str], names: dict[str, str]) -> Fault:
    shown = path if len(path) <= 12 else [*path[:10], "…", path[-1]]
    arrows = " → ".join(shown)
    first = names.get(path[0], "")
    return Fault(
        where,
        Text(
            f"Die Vorgänger bilden einen Kreis: {arrows} (bei „{first}“).",
            f"The predecessors form a circle: {arrows} (at “{first}”).",
        ),
        Text("Eine Reihenfolge, in der jede Aufgabe beginnen kann.", "An order in which every task can start."),
        Text("Entfernen Sie einen dieser Vorgänger.", "Remove one of these predecessors."),
    )
