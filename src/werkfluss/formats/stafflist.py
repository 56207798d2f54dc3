"""Staff lists: Excel with title rows, German CSV, DATEV LODAS ASCII, Personio's employee answer (JSON)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from . import lodas, personio
from .columns import ColumnMapping, Table, find_table, missing_errors, unmapped_warnings
from .fault import require_size
from .sheets import read_sheets
from .staff_fields import FIELDS, WITHHELD
from .tabular import Row, column_letter
from .values import (
    Value,
    country_code,
    day_text,
    decimal_text,
    is_empty,
    parse_date,
    parse_decimal,
    split_list,
    text_of,
)

_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
_TOTALS = re.compile(r"(?:summe|gesamt|total|anzahl|zwischensumme)\b", re.IGNORECASE)
_UNIT = re.compile(r"\s*(?:std\.?|stunden|h|hours)(?:\s*/\s*w(?:oche)?\.?)?\s*$", re.IGNORECASE)
_MAX_WEEKLY_HOURS = 168


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """One person of a staff list. ``country`` is ISO 3166-1 alpha-2; hours are per week; ``row`` as in the file."""

    row: int
    personnel_no: str | None
    name: str
    first_name: str | None
    last_name: str | None
    email: str | None
    department: str | None
    position: str | None
    location: str | None
    country: str | None
    weekly_hours: Decimal | None
    entry_date: date | None
    exit_date: date | None
    fixed_term_until: date | None
    nationality: str | None
    residence_title_until: date | None
    languages: tuple[str, ...]
    skills: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "row": self.row,
            "personnel_no": self.personnel_no,
            "name": self.name,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "department": self.department,
            "position": self.position,
            "location": self.location,
            "country": self.country,
            "weekly_hours": decimal_text(self.weekly_hours),
            "entry_date": day_text(self.entry_date),
            "exit_date": day_text(self.exit_date),
            "fixed_term_until": day_text(self.fixed_term_until),
            "nationality": self.nationality,
            "residence_title_until": day_text(self.residence_title_until),
            "languages": list(self.languages),
            "skills": list(self.skills),
        }


@dataclass(frozen=True, slots=True)
class StaffList:
    """What a staff list holds. ``records`` are the rows without a fault; rows with one are in ``errors`` only."""

    records: tuple[StaffRecord, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    encoding: str | None
    mapping: ColumnMapping
    source: str
    sheet: str
    header_row: int

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "records": [record.as_json() for record in self.records],
            "errors": [fault.as_json(language) for fault in self.errors],
            "warnings": [fault.as_json(language) for fault in self.warnings],
            "encoding": self.encoding,
            **self.mapping.as_json(language),
            "source": self.source,
            "sheet": self.sheet,
            "header_row": self.header_row,
        }


def read(data: bytes, *, filename: str, mapping: Mapping[str, str] | None = None) -> StaffList:
    """Read a staff list of any of the known kinds; the kind is found by its content, not by its name.

    ``mapping`` tells what columns mean (source title or letter → field name, or ``ignore``); the rest is matched
    by title. Duplicates within the file are warnings that name both rows.

    Raises:
        Broken: the file cannot be read as a staff list at all, or ``mapping`` does not fit it.
    """
    require_size(data, filename)
    if lodas.is_lodas(data):
        source, sheet = "lodas", lodas.read_sheet(data, filename=filename)
        table = find_table((sheet,), FIELDS, mapping, withhold=WITHHELD)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        source, sheet = "personio", personio.read_sheet(data, filename=filename)
        table = find_table((sheet,), FIELDS, mapping, withhold=WITHHELD)
    else:
        source = "xlsx" if data.startswith(b"PK") else "csv"
        table = find_table(read_sheets(data, filename=filename), FIELDS, mapping, withhold=WITHHELD)
    return _read_table(_with_name(table), source)


def _with_name(table: Table) -> Table:
    """Beside "Vorname" a column "Name" is the last name; with a last name, a full name is no longer required."""
    columns, fields = table.mapping.columns, table.mapping.fields
    names = {column.field for column in columns}
    if "first_name" in names and "last_name" not in names:
        columns = tuple(replace(c, field="last_name") if c.field == "name" else c for c in columns)
        names = {column.field for column in columns}
    if "last_name" in names:
        fields = tuple(replace(f, required=False) if f.name == "name" else f for f in fields)
    return replace(table, mapping=ColumnMapping(columns, fields))


def _read_table(table: Table, source: str) -> StaffList:
    errors = [*table.sheet.errors, *missing_errors(table)]
    warnings = [*table.sheet.warnings, *unmapped_warnings(table)]
    records: list[StaffRecord] = []
    if not table.mapping.missing():
        for row in table.rows:
            if row.number in table.sheet.faulty_rows:
                continue  # said already
            if _is_remark(row):
                warnings.append(_skipped(table, row))
                continue
            reader = _RowReader(table, row)
            record = reader.record()
            errors.extend(reader.errors)
            warnings.extend(reader.warnings)
            if not reader.errors:
                records.append(record)
        if not records and not errors:
            errors.append(_nobody(table))
        records, padded = _with_leading_zeros(table, records)
        warnings.extend(padded)
        warnings.extend(_duplicates(table, records))
    return StaffList(
        tuple(records),
        tuple(errors),
        tuple(warnings),
        table.sheet.encoding,
        table.mapping,
        source,
        table.sheet.name,
        table.header_row,
    )


def _is_remark(row: Row) -> bool:
    texts = [text_of(cell) for cell in row.cells]
    filled = [text for text in texts if text]
    return len(filled) < 2 or bool(_TOTALS.match(filled[0]))


class _RowReader:
    """Reads the fields of one row and keeps what is wrong with them."""

    def __init__(self, table: Table, row: Row) -> None:
        self._table = table
        self._row = row
        self.errors: list[Fault] = []
        self.warnings: list[Fault] = []

    def record(self) -> StaffRecord:
        first, last, name = self._names()
        entry, leaving = self._date("entry_date"), self._date("exit_date")
        if entry and leaving and leaving < entry:
            self._fault(
                "exit_date",
                Text("Der Austritt liegt vor dem Eintritt.", "The exit is before the entry."),
                Text(f"Ein Tag ab {entry:%d.%m.%Y}.", f"A day from {entry} on."),
            )
        return StaffRecord(
            row=self._row.number,
            personnel_no=self._code("personnel_no"),
            name=name,
            first_name=first,
            last_name=last,
            email=self._email(),
            department=self._text("department"),
            position=self._text("position"),
            location=self._text("location"),
            country=self._country(),
            weekly_hours=self._hours(),
            entry_date=entry,
            exit_date=leaving,
            fixed_term_until=self._date("fixed_term_until"),
            nationality=self._text("nationality"),
            residence_title_until=self._date("residence_title_until"),
            languages=split_list(self._value("languages")),
            skills=split_list(self._value("skills")),
        )

    def _value(self, field: str) -> Value:
        index = self._table.mapping.index(field)
        return None if index is None else self._row.cell(index)

    def _text(self, field: str) -> str | None:
        value = self._value(field)
        return None if is_empty(value) else text_of(value)

    def _code(self, field: str) -> str | None:
        index = self._table.mapping.index(field)
        return None if index is None else self._row.code(index) or None

    def _names(self) -> tuple[str | None, str | None, str]:
        first, last = text_of(self._value("first_name")), text_of(self._value("last_name"))
        name = text_of(self._value("name"))
        if name and not last and name.count(",") == 1:  # "Nachname, Vorname"
            last, first = (part.strip() for part in name.split(","))
        joined = " ".join(part for part in (first, last) if part)
        if not (joined or name):
            field = "last_name" if self._table.mapping.index("last_name") is not None else "name"
            self._fault(
                field,
                Text("Der Name fehlt.", "The name is missing."),
                Text("Ein Name in jeder Zeile.", "A name in every row."),
            )
        return first or None, last or None, joined or name

    def _date(self, field: str) -> date | None:
        value = self._value(field)
        try:
            return parse_date(value)
        except ValueError:
            self._fault(
                field,
                Text(f"„{text_of(value)[:40]}“ ist kein Datum.", f"“{text_of(value)[:40]}” is not a date."),
                Text("Ein Datum wie 31.12.2026 oder 2026-12-31.", "A date such as 31.12.2026 or 2026-12-31."),
            )
        return None

    def _hours(self) -> Decimal | None:
        value = self._value("weekly_hours")
        if is_empty(value):
            return None
        expected = Text("Stunden je Woche von 0 bis 168, etwa 38,5.", "Hours per week from 0 to 168, such as 38.5.")
        try:
            number = parse_decimal(_UNIT.sub("", value) if isinstance(value, str) else value)
        except ValueError:
            shown = text_of(value)[:40]
            self._fault("weekly_hours", Text(f"„{shown}“ ist keine Zahl.", f"“{shown}” is not a number."), expected)
            return None
        if not 0 <= number <= _MAX_WEEKLY_HOURS:
            cause = Text(f"{number} Wochenstunden sind nicht möglich.", f"{number} hours per week are not possible.")
            self._fault("weekly_hours", cause, expected)
            return None
        return number

    def _email(self) -> str | None:
        text = self._text("email")
        if text is None:
            return None
        text = text.removeprefix("mailto:")
        if not _EMAIL.fullmatch(text):
            self._fault(
                "email",
                Text(f"„{text[:60]}“ ist keine E-Mail-Adresse.", f"“{text[:60]}” is not an e-mail address."),
                Text("Eine Adresse wie name@firma.example.", "An address such as name@company.example."),
            )
        return text

    def _country(self) -> str | None:
        text = self._text("country")
        if text is None:
            return None
        code = country_code(text)
        if code is None:
            self._fault(
                "country",
                Text(f"„{text[:40]}“ ist kein bekanntes Land.", f"“{text[:40]}” is not a known country."),
                Text("Ein Landesname oder Kürzel, etwa Österreich oder AT.", "A country name or code, such as AT."),
            )
        return code

    def _fault(self, field: str, cause: Text, expected: Text) -> None:
        index = self._table.mapping.index(field) or 0
        title = next((c.title for c in self._table.mapping.columns if c.index == index), "")
        number = self._row.number
        self.errors.append(
            Fault(
                f"{self._table.sheet.name}!{column_letter(index)}{number}",
                Text(f"Zeile {number}, Spalte „{title}“: {cause.de}", f"Row {number}, column “{title}”: {cause.en}"),
                expected,
                Text(
                    "Berichtigen Sie die Zelle oder lassen Sie diese Zeile aus.",
                    "Correct the cell or leave this row out.",
                ),
            )
        )


def _with_leading_zeros(table: Table, records: list[StaffRecord]) -> tuple[list[StaffRecord], list[Fault]]:
    """Excel cuts leading zeros off numbers; if other rows show the full width, they are put back, with a warning."""
    widths = {len(r.personnel_no) for r in records if r.personnel_no and r.personnel_no.startswith("0")}
    if len(widths) != 1:
        return records, []
    width = widths.pop()
    short = {
        r.row
        for r in records
        if r.personnel_no and r.personnel_no.isascii() and r.personnel_no.isdigit() and len(r.personnel_no) < width
    }
    if not short:
        return records, []
    rows = ", ".join(str(row) for row in sorted(short)[:10])
    warning = Fault(
        f"{table.sheet.name}!{min(short)}",
        Text(
            f"Excel hat führende Nullen abgeschnitten; auf {width} Stellen ergänzt (Zeilen {rows}).",
            f"Excel has cut leading zeros; filled up to {width} digits (rows {rows}).",
        ),
        Text(f"Personalnummern mit {width} Stellen.", f"Personnel numbers of {width} digits."),
        Text("Prüfen Sie diese Nummern in der Vorschau.", "Check these numbers in the preview."),
    )
    padded = [
        replace(r, personnel_no=r.personnel_no.zfill(width)) if r.personnel_no and r.row in short else r
        for r in records
    ]
    return padded, [warning]


def _duplicates(table: Table, records: Iterable[StaffRecord]) -> list[Fault]:
    keys: tuple[tuple[Text, Callable[[StaffRecord], str | None]], ...] = (
        (Text("Personalnummer", "personnel number"), lambda r: r.personnel_no),
        (Text("E-Mail-Adresse", "e-mail address"), lambda r: r.email.casefold() if r.email else None),
    )
    faults = []
    for label, key in keys:
        seen: dict[str, list[int]] = defaultdict(list)
        for record in records:
            if value := key(record):
                seen[value].append(record.row)
        for value, rows in seen.items():
            if len(rows) > 1:
                faults.append(_duplicate(table, label, value, rows))
    return faults


def _duplicate(table: Table, label: Text, value: str, rows: list[int]) -> Fault:
    listed_de = " und ".join(str(row) for row in rows)
    listed_en = " and ".join(str(row) for row in rows)
    return Fault(
        f"{table.sheet.name}!{rows[0]}, {rows[-1]}",
        Text(
            f"Zeilen {listed_de}: dieselbe {label.de} {value}.",
            f"Rows {listed_en}: the same {label.en} {value}.",
        ),
        Text("Jede Person steht einmal in der Liste.", "Every person is listed once."),
        Text("Löschen Sie eine der Zeilen oder berichtigen Sie den Wert.", "Delete one row or correct the value."),
    )


def _skipped(table: Table, row: Row) -> Fault:
    seen = next((text_of(cell) for cell in row.cells if text_of(cell)), "")[:60]
    return Fault(
        f"{table.sheet.name}!{row.number}",
        Text(
            f"Zeile {row.number} ausgelassen, sie beschreibt niemanden: {seen}",
            f"Row {row.number} left out, it describes nobody: {seen}",
        ),
        Text("Eine Zeile je Person.", "One row per person."),
        Text("Nichts zu tun, wenn das eine Fußnote oder Summe ist.", "Nothing to do if it is a footnote or total."),
    )


def _nobody(table: Table) -> Fault:
    return Fault(
        f"{table.sheet.name}!{table.header_row}",
        Text("Unter der Überschriftenzeile steht niemand.", "There is nobody below the column titles."),
        Text("Mindestens eine Zeile mit einem Namen.", "At least one row with a name."),
        Text("Prüfen Sie den Export.", "Check the export."),
    )
