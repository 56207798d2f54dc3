"""Microsoft Project XML (MSPDI, Project 2003 and later): tasks, links, resources, assignments, calendars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from lxml import etree

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .columns import ColumnMapping
from .durations import LinkType
from .fault import broken, require_size
from .mspdi_calendar import children, flag, moment, number, read_calendar, text
from .project import (
    Link,
    Plan,
    PlanAssignment,
    PlanCalendar,
    PlanResource,
    PlanTask,
    cycle_fault,
    find_cycles,
    find_knots,
    knot_fault,
)
from .xml import local_name, parse_xml

_T = TypeVar("_T")
_LINK_TYPES: tuple[LinkType, ...] = ("FF", "FS", "SF", "SS")  # PredecessorLink/Type 0 … 3
# DurationFormat and LagFormat: minutes, hours, days, weeks, months as elapsed time, also when estimated; percent.
_ELAPSED = {4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52}
_PERCENT = {19, 20, 51, 52}
_TENTHS_PER_HOUR = 600  # LinkLag counts tenths of minutes
_NOBODY = {-65535, 4294901761}  # ResourceUID of an assignment without resource, signed and unsigned
_DURATION = re.compile(r"(-?)PT?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?", re.ASCII)
_KINDS = {0: "material", 1: "work", 2: "cost"}
_SAVE_AS_XML = Text(
    "Microsoft Project: „Datei › Speichern unter › XML-Format“.", "Microsoft Project: “File › Save As › XML Format”."
)
_MSPDI = Text("Eine XML-Datei von Microsoft Project.", "An XML file from Microsoft Project.")


@dataclass(slots=True)
class _Reading:
    filename: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, element: etree._Element, cause: Text, expected: Text) -> Fault:
        line = str(element.sourceline)
        kind, uid = local_name(element), text(element, "UID") or "?"
        where = f"{self.filename}, {line}: {kind} {uid}"
        return Fault(
            where,
            Text(f"Zeile {line}, {kind} {uid}: {cause.de}", f"Line {line}, {kind} {uid}: {cause.en}"),
            expected,
            Text(
                "Berichtigen Sie das in Microsoft Project und speichern Sie die XML-Datei neu.",
                "Correct it in Microsoft Project and save the XML file again.",
            ),
        )

    def error(self, element: etree._Element, cause: Text, expected: Text) -> None:
        self.errors.append(self.fault(element, cause, expected))

    def each(self, elements: list[etree._Element], read_one: Callable[[etree._Element], _T]) -> list[_T]:
        """Every element read; what cannot be read becomes an error of its own."""
        found = []
        for element in elements:
            try:
                found.append(read_one(element))
            except ValueError as error:
                detail = str(error)[:120]
                cause = Text(f"Ein Wert ist unlesbar ({detail}).", f"A value cannot be read ({detail}).")
                self.error(element, cause, _MSPDI)
        return found


def read(data: bytes, *, filename: str, mapping: Mapping[str, str] | None = None) -> Plan:
    """Read a Microsoft Project XML file. ``mapping`` is accepted for the sake of one signature and not used.

    The project's own summary (UID 0) is the task of level 0. Blank rows are left out. A plan with errors (unknown
    predecessor, circle, unreadable value, negative duration) must not be taken over.

    Raises:
        Broken: not XML, unsafe XML, or not from Microsoft Project.
    """
    del mapping
    root = _root(data, filename)
    reading = _Reading(filename)
    hours_per_day = _hours_per_day(root)
    calendars = _calendars(reading, root)
    names = {calendar.uid: calendar.name for calendar in calendars}
    resources = reading.each(_filled(root, "Resources/Resource"), lambda e: _resource(e, names))
    elements = _filled(root, "Tasks/Task")
    tasks = reading.each(elements, lambda e: _task(e, names, hours_per_day))
    tasks = _numbered(reading, elements, tasks)
    by_uid = {task.uid: task for task in tasks if task.uid is not None}
    tasks = [_linked(reading, element, by_uid) for element in elements if _uid(element) in by_uid]
    people = {resource.uid: resource.name for resource in resources if resource.uid is not None}
    assignments = _assignments(reading, root, by_uid, people)
    tasks = _with_people(tasks, assignments)
    shown = {task.wbs: task.name for task in tasks}
    cycles = find_cycles(tasks, _parents(tasks))
    reading.errors += [cycle_fault(f"{filename}: {path[0]}", path, shown) for path in cycles]
    if not cycles:
        reading.warnings += [knot_fault(f"{filename}: {path[0]}", path, shown) for path in find_knots(tasks)]
    if not tasks and not reading.errors:
        cause = Text("Die Datei enthält keine Aufgaben.", "The file holds no tasks.")
        reading.error(root, cause, Text("Mindestens eine Aufgabe.", "At least one task."))
    return Plan(
        tasks=tuple(tasks),
        resources=tuple(resources),
        assignments=tuple(assignments),
        calendars=tuple(calendars),
        errors=tuple(reading.errors),
        warnings=tuple(reading.warnings),
        encoding=root.getroottree().docinfo.encoding,
        mapping=ColumnMapping(),
        name=text(root, "Title") or text(root, "Name"),
        start=next(iter(reading.each([root], lambda e: moment(e, "StartDate"))), None),
        calendar=next(iter(reading.each([root], lambda e: names.get(number(e, "CalendarUID", -1)))), None),
    )


def _root(data: bytes, filename: str) -> etree._Element:
    require_size(data, filename)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        cause = Text("Das ist eine MPP-Datei, kein XML.", "This is an MPP file, not XML.")
        raise broken(filename, cause, _MSPDI, _SAVE_AS_XML)
    root = parse_xml(data, filename=filename)
    if local_name(root) != "Project" or "schemas.microsoft.com/project" not in (etree.QName(root).namespace or ""):
        cause = Text(
            f"Das Wurzelelement ist „{local_name(root)[:40]}“, also keine Microsoft-Project-Datei.",
            f"The root element is “{local_name(root)[:40]}”, so this is no Microsoft Project file.",
        )
        raise broken(filename, cause, _MSPDI, _SAVE_AS_XML)
    return root


def _filled(root: etree._Element, path: str) -> list[etree._Element]:
    return [element for element in children(root, path) if not flag(element, "IsNull")]


def _uid(element: etree._Element) -> int | None:
    try:
        return number(element, "UID", -1)
    except ValueError:
        return None


def _hours_per_day(root: etree._Element) -> Decimal:
    try:
        minutes = number(root, "MinutesPerDay", 480)
    except ValueError:
        minutes = 480
    return Decimal(minutes if 0 < minutes <= 1440 else 480) / 60


def _calendars(reading: _Reading, root: etree._Element) -> list[PlanCalendar]:
    elements = children(root, "Calendars/Calendar")
    owners = {text(r, "CalendarUID"): text(r, "Name") for r in _filled(root, "Resources/Resource")}
    names: dict[str, str] = {}
    for element in elements:
        uid = text(element, "UID") or ""
        names[uid] = text(element, "Name") or owners.get(uid) or f"Calendar {uid}"

    def read_one(element: etree._Element) -> PlanCalendar:
        base = names.get(text(element, "BaseCalendarUID") or "")
        return read_calendar(element, name=names[text(element, "UID") or ""], base=base)

    return reading.each(elements, read_one)


def _resource(element: etree._Element, calendars: dict[int, str]) -> PlanResource:
    # Resource 0 without a name is Project's "nobody"; it stays, so that counts agree with the program.
    kind = "cost" if flag(element, "IsCostResource") else _KINDS.get(number(element, "Type", 1), "work")
    return PlanResource(
        name=text(element, "Name") or "",
        kind=kind,
        uid=number(element, "UID"),
        email=text(element, "EmailAddress"),
        group=text(element, "Group"),
        max_units=_decimal(element, "MaxUnits"),
        calendar=calendars.get(number(element, "CalendarUID", -1)),
    )


def _decimal(element: etree._Element, path: str) -> Decimal | None:
    value = text(element, path)
    if value is None:
        return None
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,12})?", value, re.ASCII):
        raise ValueError(f"{path}: {value[:40]} is not a number")
    return Decimal(value)


def _hours(element: etree._Element, path: str) -> Decimal | None:
    """An ISO 8601 duration (PT96H0M0S) in hours."""
    value = text(element, path)
    if value is None:
        return None
    found = _DURATION.fullmatch(value)
    if not found:
        raise ValueError(f"{path}: {value[:40]} is not a duration")
    hours = Decimal(found[2] or 0) + Decimal(found[3] or 0) / 60 + Decimal(found[4] or 0) / 3600
    if found[1] and hours:
        raise ValueError(f"{path}: {value[:40]} is negative")
    return hours


def _task(element: etree._Element, calendars: dict[int, str], hours_per_day: Decimal) -> PlanTask:
    uid = number(element, "UID", -1)
    if uid < 0:
        raise ValueError("UID: missing")
    outline = text(element, "OutlineNumber")
    notes = text(element, "Notes")
    return PlanTask(
        wbs=text(element, "WBS") or outline or str(uid),
        name=text(element, "Name") or "",
        place=number(element, "ID", uid),
        level=number(element, "OutlineLevel", 1),
        summary=flag(element, "Summary"),
        milestone=flag(element, "Milestone"),
        duration_hours=_hours(element, "Duration"),
        effort_hours=_hours(element, "Work"),
        predecessors=(),
        resources=(),
        duration_elapsed=number(element, "DurationFormat") in _ELAPSED,
        hours_per_day=hours_per_day,
        start=moment(element, "Start"),
        finish=moment(element, "Finish"),
        deadline=moment(element, "Deadline"),
        status=f"{number(element, 'PercentComplete')} %",
        description=notes[:10_000] if notes else None,
        calendar=calendars.get(number(element, "CalendarUID", -1)),
        uid=uid,
    )


def _numbered(reading: _Reading, elements: list[etree._Element], tasks: list[PlanTask]) -> list[PlanTask]:
    """Tasks with numbers that are unique: the WBS code, else the outline number, else the UID."""
    uids = Counter(task.uid for task in tasks)
    for element in elements:
        uid = _uid(element)
        if uid is not None and uids[uid] > 1:
            cause = Text("Diese UID kommt mehrfach vor.", "This UID occurs more than once.")
            reading.error(element, cause, Text("Jede UID nur einmal.", "Every UID only once."))
            uids[uid] = 0  # said once
    if len({task.wbs.casefold() for task in tasks}) == len(tasks):
        return tasks
    outline = {_uid(element): text(element, "OutlineNumber") for element in elements}
    numbers = [outline.get(task.uid) for task in tasks]
    if None in numbers or len(set(numbers)) < len(tasks):
        return [replace(task, wbs=str(task.uid)) for task in tasks]
    return [replace(task, wbs=wbs or task.wbs) for task, wbs in zip(tasks, numbers, strict=True)]


def _linked(reading: _Reading, element: etree._Element, by_uid: dict[int, PlanTask]) -> PlanTask:
    task = by_uid[_uid(element) or 0]
    links: list[Link] = []
    for link in children(element, "PredecessorLink"):
        if flag(link, "CrossProject"):
            cause = Text("Ein Vorgänger liegt in einem anderen Projekt.", "A predecessor is in another project.")
            expected = Text("Vorgänger in dieser Datei.", "Predecessors in this file.")
            reading.warnings.append(reading.fault(element, cause, expected))
            continue
        for found in reading.each([link], lambda e: _link(e, by_uid, task.hours_per_day)):
            if found is None:
                uid = (text(link, "PredecessorUID") or "?")[:20]
                cause = Text(f"Den Vorgänger {uid} gibt es nicht.", f"There is no predecessor {uid}.")
                reading.error(element, cause, Text("Die UID einer Aufgabe.", "The UID of a task."))
            else:
                links.append(found)
    return replace(task, predecessors=tuple(links))


def _link(element: etree._Element, by_uid: dict[int, PlanTask], hours_per_day: Decimal) -> Link | None:
    before = by_uid.get(number(element, "PredecessorUID", -1))
    kind, lag, unit = number(element, "Type", 1), number(element, "LinkLag"), number(element, "LagFormat", 7)
    if not 0 <= kind < len(_LINK_TYPES):
        raise ValueError(f"Type: {kind} is not a link type")
    if before is None:
        return None
    elapsed = unit in _ELAPSED
    if unit in _PERCENT:
        days = (before.duration_days or Decimal(0)) * lag / 100
    else:
        days = Decimal(lag) / _TENTHS_PER_HOUR / (24 if elapsed else hours_per_day)
    return Link(before.wbs, _LINK_TYPES[kind], days, elapsed)


def _assignments(
    reading: _Reading, root: etree._Element, by_uid: dict[int, PlanTask], people: dict[int, str]
) -> list[PlanAssignment]:
    def read_one(element: etree._Element) -> PlanAssignment:
        task_uid, resource_uid = number(element, "TaskUID", -1), number(element, "ResourceUID", -65535)
        if task_uid not in by_uid:
            raise ValueError(f"TaskUID: there is no task {task_uid}")
        if resource_uid not in people and resource_uid not in _NOBODY:
            raise ValueError(f"ResourceUID: there is no resource {resource_uid}")
        return PlanAssignment(
            by_uid[task_uid].wbs,
            people.get(resource_uid) or None,
            _decimal(element, "Units"),
            _hours(element, "Work"),
        )

    return reading.each(_filled(root, "Assignments/Assignment"), read_one)


def _with_people(tasks: list[PlanTask], assignments: list[PlanAssignment]) -> list[PlanTask]:
    names: dict[str, dict[str, None]] = {}
    for assignment in assignments:
        if assignment.resource:
            names.setdefault(assignment.wbs, {})[assignment.resource] = None
    return [replace(task, resources=tuple(names.get(task.wbs, ()))) for task in tasks]


def _parents(tasks: list[PlanTask]) -> dict[str, str | None]:
    """The heading of each task, from the outline levels in the order of the file."""
    parents: dict[str, str | None] = {}
    above: list[PlanTask] = []
    for task in tasks:
        while above and above[-1].level >= task.level:
            above.pop()
        parents[task.wbs] = above[-1].wbs if above else None
        above.append(task)
    return parents
