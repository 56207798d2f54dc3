"""Work breakdowns from Excel or CSV: PSP numbers or indentation, durations, predecessors, people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .columns import Table, find_table, missing_errors, unmapped_warnings
from .durations import Duration, Reference, parse_duration, parse_predecessors, unit_in_title
from .project import (
    Link,
    Plan,
    PlanAssignment,
    PlanResource,
    PlanTask,
    cycle_fault,
    find_cycles,
    find_knots,
    knot_fault,
    parent_number,
)
from .sheets import read_sheets
from .tabular import Row, column_letter
from .values import Value, is_empty, parse_date, parse_decimal, split_list, text_of
from .wbs_fields import FIELDS

_CODE = re.compile(r"[A-Za-z0-9ÄÖÜäöü][A-Za-z0-9ÄÖÜäöü._/ -]{0,39}")
_SHARE = re.compile(r"(.+?)\s*\[\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*%\s*\]")  # Microsoft Project: "Meier[50%]"
_MAX_HOURS = Decimal(24 * 366 * 20)


@dataclass(slots=True)
class _Draft:
    """A row on its way to a task."""

    row: Row
    wbs: str
    number: str
    name: str
    depth: int  # indentation, or the level column; only its order counts
    duration: Duration | None = None
    effort: Decimal | None = None
    people: tuple[tuple[str, Decimal], ...] = ()
    links: tuple[Link, ...] = ()
    parent: str | None = None


@dataclass(slots=True)
class _Reading:
    """The table with everything found wrong so far."""

    table: Table
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return self.table.mapping.index(name) is not None

    def value(self, row: Row, name: str) -> Value:
        index = self.table.mapping.index(name)
        return None if index is None else row.cell(index)

    def title(self, name: str) -> str:
        index = self.table.mapping.index(name)
        return next((c.title for c in self.table.mapping.columns if c.index == index), name)

    def fault(self, row: Row, name: str, cause: Text, expected: Text, next_step: Text | None = None) -> Fault:
        index = self.table.mapping.index(name) or 0
        title = self.title(name)
        return Fault(
            f"{self.table.sheet.name}!{column_letter(index)}{row.number}",
            Text(
                f"Zeile {row.number}, Spalte „{title}“: {cause.de}",
                f"Row {row.number}, column “{title}”: {cause.en}",
            ),
            expected,
            next_step or Text("Berichtigen Sie die Zelle.", "Correct the cell."),
        )

    def error(self, row: Row, name: str, cause: Text, expected: Text, next_step: Text | None = None) -> None:
        self.errors.append(self.fault(row, name, cause, expected, next_step))


def read(data: bytes, *, filename: str, mapping: Mapping[str, str] | None = None) -> Plan:
    """Read a work breakdown.

    Numbers come from a PSP column or, where there is none, from the indentation of the names (blanks, Excel's
    cell indentation, or a level column). Predecessors name PSP numbers; in a file with a running number they name
    that, as Microsoft Project exports do. Any fault that would change the network (unknown predecessor, circle,
    duplicate number, negative duration) is an error; a plan with errors must not be taken over.

    Raises:
        Broken: the file cannot be read as a table with task names, or ``mapping`` does not fit it.
    """
    table = _number_is_wbs(find_table(read_sheets(data, filename=filename), FIELDS, mapping))
    reading = _Reading(table)
    reading.errors += [*table.sheet.errors, *missing_errors(table)]
    reading.warnings += [*table.sheet.warnings, *unmapped_warnings(table)]
    drafts = _drafts(reading) if not table.mapping.missing() else []
    if not drafts and not reading.errors:
        reading.errors.append(_no_tasks(table))
    if not reading.has("wbs"):
        _number_by_depth(drafts)
    _check_numbers(reading, drafts)
    _find_parents(reading, drafts)
    _link(reading, drafts)
    tasks = _tasks(reading, drafts)
    names = {task.wbs: task.name for task in tasks}
    cycles = find_cycles(tasks, {d.wbs: d.parent for d in drafts})
    reading.errors += [cycle_fault(f"{table.sheet.name}: {path[0]}", path, names) for path in cycles]
    if not cycles:
        reading.warnings += [knot_fault(f"{table.sheet.name}: {path[0]}", path, names) for path in find_knots(tasks)]
    return _plan(reading, drafts, tasks)


def _plan(reading: _Reading, drafts: list[_Draft], tasks: tuple[PlanTask, ...]) -> Plan:
    sheet = reading.table.sheet
    people = dict.fromkeys(name for draft in drafts for name, _ in draft.people)
    title = next((text_of(row.cell(0)) for row in sheet.rows if row.number < reading.table.header_row), "")
    return Plan(
        tasks=tasks,
        resources=tuple(PlanResource(name) for name in people),
        assignments=tuple(PlanAssignment(d.wbs, name, units) for d in drafts for name, units in d.people),
        calendars=(),
        errors=tuple(reading.errors),
        warnings=tuple(reading.warnings),
        encoding=sheet.encoding,
        mapping=reading.table.mapping,
        name=title or None,
    )


def _number_is_wbs(table: Table) -> Table:
    """A column "Nr." that holds 1.1, 1.2, … is a PSP number, whatever its title."""
    index = table.mapping.index("number")
    if table.mapping.index("wbs") is not None or index is None:
        return table
    if not any("." in row.code(index).rstrip(".") for row in table.rows):
        return table
    columns = tuple(replace(c, field="wbs") if c.index == index else c for c in table.mapping.columns)
    return replace(table, mapping=replace(table.mapping, columns=columns))


def _drafts(reading: _Reading) -> list[_Draft]:
    drafts: list[_Draft] = []
    seen: set[str] = set()
    mapping = reading.table.mapping
    numbered = mapping.index("wbs") is not None or mapping.index("number") is not None
    name_index = mapping.index("name") or 0
    for row in reading.table.rows:
        raw = row.cell(name_index)
        name, wbs = text_of(raw), _code(reading, row, "wbs")
        number = _code(reading, row, "number")
        filled = sum(bool(text_of(cell)) for cell in row.cells)
        if numbered and not (wbs or number) and filled < 2:
            reading.warnings.append(_skipped(reading.table, row))
            continue
        if not name:
            reading.error(row, "name", Text("Der Name fehlt.", "The name is missing."), _EVERY_ROW)
            continue
        if reading.has("wbs") and not _CODE.fullmatch(wbs):
            cause = Text(f"„{wbs[:40]}“ ist keine PSP-Nummer.", f"“{wbs[:40]}” is not a WBS number.")
            reading.error(row, "wbs", cause, Text("Eine Nummer wie 1.2.3.", "A number such as 1.2.3."))
            continue
        if wbs in seen and isinstance(reading.value(row, "wbs"), float):
            wbs = _with_lost_zero(reading, row, wbs, drafts[-1].wbs)
        seen.add(wbs)
        draft = _Draft(row, wbs, number, name, _depth(reading, row, str(raw), name_index))
        _fill(reading, draft)
        drafts.append(draft)
    return drafts


_EVERY_ROW = Text("Ein Name in jeder Zeile.", "A name in every row.")


def _fill(reading: _Reading, draft: _Draft) -> None:
    draft.duration = _length(reading, draft.row, "duration", "t")
    effort = _length(reading, draft.row, "effort", "h")
    draft.effort = effort.hours if effort else None
    draft.people = tuple(_share(part) for part in split_list(reading.value(draft.row, "resources")))


def _code(reading: _Reading, row: Row, name: str) -> str:
    index = reading.table.mapping.index(name)
    if index is None or row.cell(index) is None:
        return ""
    value = row.cell(index)
    if isinstance(value, date):
        _turned_into_date(reading, row, name, value)
    return row.code(index).strip().rstrip(".")


def _with_lost_zero(reading: _Reading, row: Row, code: str, previous: str) -> str:
    """Excel makes the number 1.1 out of "1.10": after 1.9 a second 1.1 can only be that."""
    head, _, last = previous.rpartition(".")
    follower = f"{head}.{int(last) + 1}" if head and last.isdigit() else ""
    if not follower.endswith("0") or follower.rstrip("0") != code:
        return code
    cause = Text(f"Excel hat aus {follower} die Zahl {code} gemacht.", f"Excel made {follower} into {code}.")
    expected = Text("PSP-Nummern als Text.", "WBS numbers as text.")
    next_step = Text(f"Übernommen wird {follower}; bitte prüfen.", f"{follower} is taken; please check.")
    reading.warnings.append(reading.fault(row, "wbs", cause, expected, next_step))
    return follower


def _turned_into_date(reading: _Reading, row: Row, name: str, value: date) -> None:
    shown = f"{value:%d.%m.%Y}"
    reading.error(
        row,
        name,
        Text(f"Excel hat aus der Nummer das Datum {shown} gemacht.", f"Excel made the number into the date {shown}."),
        Text("Nummern als Text, etwa 1.2.", "Numbers as text, such as 1.2."),
        Text(
            "Formatieren Sie die Spalte als Text und tragen Sie die Nummer neu ein.",
            "Format the column as text and enter the number again.",
        ),
    )


def _depth(reading: _Reading, row: Row, raw: str, name_index: int) -> int:
    if reading.has("level"):
        try:
            return int(parse_decimal(reading.value(row, "level")))
        except ValueError:
            cause = Text("Die Ebene ist keine Zahl.", "The level is not a number.")
            reading.error(row, "level", cause, Text("Eine Zahl ab 1.", "A number from 1 on."))
    blanks = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
    return row.indent(name_index) * 100 + blanks  # cell indentation weighs more than blanks


def _length(reading: _Reading, row: Row, name: str, default_unit: str) -> Duration | None:
    value = reading.value(row, name)
    if is_empty(value):
        return None
    unit = unit_in_title(reading.title(name)) or default_unit
    expected = Text("Eine Dauer wie 5 Tage, 2 W oder 16 h.", "A duration such as 5 days, 2 w or 16 h.")
    try:
        length = parse_duration(value, unit=unit)
    except ValueError:
        shown = text_of(value)[:40]
        reading.error(row, name, Text(f"„{shown}“ ist keine Dauer.", f"“{shown}” is not a duration."), expected)
        return None
    if not 0 <= length.hours <= _MAX_HOURS:
        shown = text_of(value)[:40]
        cause = Text(
            f"{shown} ist keine mögliche Dauer (negativ oder zu lang).",
            f"{shown} is not a possible duration (negative or too long).",
        )
        reading.error(row, name, cause, expected)
        return None
    return length


def _share(part: str) -> tuple[str, Decimal]:
    found = _SHARE.fullmatch(part)
    return (found[1], parse_decimal(found[2]) / 100) if found else (part, Decimal(1))


def _number_by_depth(drafts: list[_Draft]) -> None:
    stack: list[tuple[int, int]] = []  # depth, count so far
    for draft in drafts:
        while stack and stack[-1][0] > draft.depth:
            stack.pop()
        if stack and stack[-1][0] == draft.depth:
            stack[-1] = (draft.depth, stack[-1][1] + 1)
        else:
            stack.append((draft.depth, 1))
        draft.wbs = ".".join(str(count) for _, count in stack)


def _check_numbers(reading: _Reading, drafts: list[_Draft]) -> None:
    for name in ("wbs", "number"):
        seen: dict[str, int] = {}
        for draft in drafts:
            code = (draft.wbs if name == "wbs" else draft.number).casefold()
            if code and code in seen:
                cause = Text(
                    f"Die Nummer {code} steht schon in Zeile {seen[code]}.",
                    f"The number {code} is already in row {seen[code]}.",
                )
                reading.error(draft.row, name, cause, Text("Jede Nummer nur einmal.", "Every number only once."))
            seen.setdefault(code, draft.row.number)


def _find_parents(reading: _Reading, drafts: list[_Draft]) -> None:
    known = dict.fromkeys(draft.wbs for draft in drafts)
    for draft in drafts:
        draft.parent = parent_number(draft.wbs, known)
        head, dot, last = draft.wbs.rpartition(".")
        if dot and draft.parent is None and last.strip("0") and head.replace(".", "").isdigit():
            cause = Text(f"Die übergeordnete Nummer {head} fehlt.", f"The number above, {head}, is missing.")
            expected = Text("Eine Zeile für jede Ebene.", "A row for every level.")
            next_step = Text("Die Aufgabe kommt auf die oberste Ebene.", "The task is put on the top level.")
            reading.warnings.append(reading.fault(draft.row, "wbs", cause, expected, next_step))


def _link(reading: _Reading, drafts: list[_Draft]) -> None:
    by_wbs = {draft.wbs.casefold(): draft for draft in drafts}
    by_number = {draft.number.casefold(): draft for draft in drafts if draft.number}
    if not reading.has("wbs") and not by_number:  # neither column: Microsoft Project counts the rows
        by_number = {str(place): draft for place, draft in enumerate(drafts, start=1)}
    cells = [(draft, _predecessor_text(reading, draft.row)) for draft in drafts]
    known = _chosen(cells, by_number, by_wbs)
    for draft, text in cells:
        references, unreadable = parse_predecessors(text, known)
        for item in unreadable:
            cause = Text(f"„{item}“ ist kein Vorgänger.", f"“{item}” is not a predecessor.")
            expected = Text("Etwa 3, 3EA+5T oder 2.1AA-2T.", "Such as 3, 3FS+5d or 2.1SS-2d.")
            reading.error(draft.row, "predecessors", cause, expected)
        links: dict[str, Link] = {}
        for reference in references:
            before = known.get(reference.task.casefold())
            if before is None:
                _unknown(reading, draft, reference)
            else:
                links[before.wbs] = _as_link(reference, before)
        draft.links = tuple(links.values())


def _predecessor_text(reading: _Reading, row: Row) -> str:
    index = reading.table.mapping.index("predecessors")
    value = None if index is None else row.cell(index)
    if index is None or is_empty(value):
        return ""
    if isinstance(value, date):
        _turned_into_date(reading, row, "predecessors", value)
        return ""
    return str(value) if isinstance(value, str) else row.code(index)


def _chosen(
    cells: list[tuple[_Draft, str]], by_number: dict[str, _Draft], by_wbs: dict[str, _Draft]
) -> dict[str, _Draft]:
    """Whether predecessors name running numbers or PSP numbers: what more of them fit, running numbers if equal."""

    def fitting(known: dict[str, _Draft]) -> int:
        found = (parse_predecessors(text, known)[0] for _, text in cells if text)
        return sum(reference.task.casefold() in known for references in found for reference in references)

    if not by_number:
        return by_wbs
    return by_number if fitting(by_number) >= fitting(by_wbs) else by_wbs


def _unknown(reading: _Reading, draft: _Draft, reference: Reference) -> None:
    cause = Text(
        f"Den Vorgänger {reference.task} gibt es in der Liste nicht.",
        f"The predecessor {reference.task} is not in the list.",
    )
    expected = Text("Die Nummer einer Aufgabe dieser Liste.", "The number of a task of this list.")
    reading.error(draft.row, "predecessors", cause, expected)


def _as_link(reference: Reference, before: _Draft) -> Link:
    lag, elapsed = reference.days, reference.elapsed
    if reference.percent:
        lag = before.duration.days * reference.percent / 100 if before.duration else Decimal(0)
        elapsed = elapsed or bool(before.duration and before.duration.elapsed)
    return Link(before.wbs, reference.type, lag, elapsed)


def _tasks(reading: _Reading, drafts: list[_Draft]) -> tuple[PlanTask, ...]:
    headings = {draft.parent for draft in drafts}
    levels: dict[str, int] = {}
    tasks = []
    for draft in drafts:
        levels[draft.wbs] = levels.get(draft.parent or "", 0) + 1
        tasks.append(_task(reading, draft, summary=draft.wbs in headings, level=levels[draft.wbs]))
    return tuple(tasks)


def _task(reading: _Reading, draft: _Draft, *, summary: bool, level: int) -> PlanTask:
    row, duration = draft.row, draft.duration
    hours = duration.hours if duration else Decimal(0) if summary else None
    if hours is None and draft.effort is None and reading.has("duration"):
        cause = Text("Die Dauer fehlt.", "The duration is missing.")
        expected = Text("Eine Dauer oder ein Aufwand.", "A duration or an effort.")
        next_step = Text("Ergänzen Sie sie vor dem Planen.", "Add it before planning.")
        reading.warnings.append(reading.fault(row, "duration", cause, expected, next_step))
    return PlanTask(
        wbs=draft.wbs,
        name=draft.name,
        place=row.number,
        level=level,
        summary=summary,
        milestone=not summary and duration is not None and duration.hours == 0,
        duration_hours=hours,
        effort_hours=draft.effort,
        predecessors=draft.links,
        resources=tuple(name for name, _ in draft.people),
        duration_elapsed=bool(duration and duration.elapsed),
        start=_day(reading, row, "start"),
        finish=_day(reading, row, "finish"),
        deadline=_day(reading, row, "deadline"),
        status=text_of(reading.value(row, "status")) or None,
        skills=split_list(reading.value(row, "skills")),
        description=text_of(reading.value(row, "description")) or None,
        acceptance=text_of(reading.value(row, "acceptance")) or None,
    )


def _day(reading: _Reading, row: Row, name: str) -> date | None:
    value = reading.value(row, name)
    if isinstance(value, str):  # Microsoft Project puts the weekday first: "Mo 05.10.26"
        value = re.sub(r"^(?:Mo|Di|Mi|Do|Fr|Sa|So|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?,?\s+", "", value.strip())
    try:
        return parse_date(value)
    except ValueError:
        shown = text_of(value)[:40]
        cause = Text(f"„{shown}“ ist kein Datum.", f"“{shown}” is not a date.")
        reading.error(row, name, cause, Text("Ein Datum wie 31.12.2026.", "A date such as 31.12.2026."))
    return None


def _skipped(table: Table, row: Row) -> Fault:
    seen = next((text_of(cell) for cell in row.cells if text_of(cell)), "")[:60]
    return Fault(
        f"{table.sheet.name}!{row.number}",
        Text(f"Zeile {row.number} ausgelassen: {seen}", f"Row {row.number} left out: {seen}"),
        Text("Eine Nummer und ein Name je Aufgabe.", "A number and a name per task."),
        Text("Nichts zu tun, wenn das eine Anmerkung ist.", "Nothing to do if it is a remark."),
    )


def _no_tasks(table: Table) -> Fault:
    return Fault(
        f"{table.sheet.name}!{table.header_row}",
        Text("Unter der Überschriftenzeile steht keine Aufgabe.", "There is no task below the column titles."),
        Text("Mindestens eine Aufgabe.", "At least one task."),
        Text("Prüfen Sie den Export.", "Check the export."),
    )
