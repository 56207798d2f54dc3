"""Inquiries as a CRM exports them (HubSpot and Pipedrive style CSV or XLSX): who wrote what, when, by which way.

Column titles are matched as for every table; another program's titles are told with ``mapping``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .columns import ColumnMapping, Field, Table, find_table, missing_errors, unmapped_warnings
from .fault import require_size
from .sheets import read_sheets
from .tabular import Row
from .values import text_of

FIELDS: tuple[Field, ...] = (
    Field("id", Text("Nummer", "ID"), ("Record ID", "Lead - ID", "Lead ID", "ID", "Kontakt-ID", "Nr.", "Lead-Nr.")),
    Field("first_name", Text("Vorname", "First name"), ("First Name", "Vorname", "Person - First name")),
    Field("last_name", Text("Nachname", "Last name"), ("Last Name", "Nachname", "Person - Last name", "Surname")),
    Field(
        "name",
        Text("Name", "Name"),
        ("Person - Name", "Name", "Full Name", "Contact Name", "Ansprechpartner", "Kontakt"),
    ),
    Field(
        "email",
        Text("E-Mail", "E-mail"),
        ("Email", "E-Mail", "Person - Email - Work", "Person - Email", "E-Mail-Adresse", "Email Address"),
    ),
    Field(
        "phone",
        Text("Telefon", "Phone"),
        ("Phone Number", "Phone", "Telefon", "Telefonnummer", "Person - Phone - Work", "Person - Phone"),
    ),
    Field(
        "company",
        Text("Firma", "Company"),
        ("Company Name", "Company", "Firma", "Unternehmen", "Organization - Name", "Organization", "Organisation"),
    ),
    Field("title", Text("Betreff", "Subject"), ("Lead - Title", "Title", "Subject", "Betreff", "Titel")),
    Field(
        "message",
        Text("Nachricht", "Message"),
        ("Message", "Note", "Nachricht", "Notiz", "Lead - Note", "Description", "Anfrage", "Inquiry"),
        required=True,
    ),
    Field(
        "source",
        Text("Herkunft", "Source"),
        ("Original Source", "Lead - Source", "Lead Source", "Source", "Quelle", "Herkunft"),
    ),
    Field("status", Text("Stand", "Status"), ("Lead Status", "Lead - Status", "Status", "Stand")),
    Field("stage", Text("Phase", "Stage"), ("Lifecycle Stage", "Stage", "Phase")),
    Field(
        "created",
        Text("Eingang", "Received"),
        ("Create Date", "Lead - Created", "Created", "Erstellt", "Eingang", "Eingangsdatum"),
    ),
)
_TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Lead:
    """One inquiry. ``id`` as in the file, else its row; ``created`` ISO, as written if it is no instant."""

    row: int
    id: str
    name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    title: str
    message: str
    source: str
    status: str
    stage: str
    created: str


@dataclass(frozen=True, slots=True)
class LeadList:
    """What a file of inquiries holds; rows with an error are not among the records."""

    records: tuple[Lead, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    encoding: str | None
    columns: ColumnMapping

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "records": [asdict(one) for one in self.records],
            "errors": [one.as_json(language) for one in self.errors],
            "warnings": [one.as_json(language) for one in self.warnings],
            "encoding": self.encoding,
            **self.columns.as_json(language),
        }


def read(data: bytes, *, filename: str, mapping: Mapping[str, str] | None = None) -> LeadList:
    """Read the inquiries of a CRM export.

    Raises:
        Broken: no table with a message can be found in the file, or ``mapping`` does not fit it.
    """
    require_size(data, filename)
    table = find_table(read_sheets(data, filename=filename), FIELDS, mapping)
    errors = [*table.sheet.errors, *missing_errors(table)]
    records: list[Lead] = []
    if not table.mapping.missing():
        sound = (row for row in table.rows if row.number not in table.sheet.faulty_rows)
        records = [_lead(table, row) for row in sound if any(text_of(cell) for cell in row.cells)]
        errors += _twice(table, records)
    if not records and not errors:
        errors.append(_nothing(table))
    warnings = (*table.sheet.warnings, *unmapped_warnings(table))
    return LeadList(tuple(records), tuple(errors), warnings, table.sheet.encoding, table.mapping)


def _lead(table: Table, row: Row) -> Lead:
    said = {field.name: _text(table, row, field.name) for field in FIELDS}
    first, last, whole = said["first_name"], said["last_name"], said["name"]
    if not whole:
        whole = " ".join(part for part in (first, last) if part)
    elif not (first or last):
        first, _blank, last = whole.partition(" ")
    return Lead(
        row.number,
        **said
        | {"id": said["id"] or str(row.number), "name": whole, "first_name": first, "last_name": last}
        | {"created": _instant(said["created"])},
    )


def _text(table: Table, row: Row, field: str) -> str:
    index = table.mapping.index(field)
    if index is None:
        return ""
    return row.code(index) if field == "id" else text_of(row.cell(index))


def _instant(text: str) -> str:
    for shape in _TIMES:
        try:
            # A wall clock: the export names no zone, and none is made up.
            return datetime.strptime(text, shape).isoformat(timespec="minutes")  # noqa: DTZ007
        except ValueError:
            continue
    return text


def _twice(table: Table, records: list[Lead]) -> list[Fault]:
    """The same number in two rows: which one is meant could not be said."""
    first: dict[str, int] = {}
    again = [one for one in records if first.setdefault(one.id, one.row) != one.row]
    return [
        Fault(
            f"{table.sheet.name}!{one.row}",
            Text(
                f"Die Nummer {one.id} steht in Zeile {first[one.id]} und {one.row}.",
                f"The number {one.id} stands in rows {first[one.id]} and {one.row}.",
            ),
            Text("Jede Nummer einmal.", "Each number once."),
            Text("Berichtigen Sie den Export.", "Correct the export."),
        )
        for one in again
    ]


def _nothing(table: Table) -> Fault:
    return Fault(
        table.sheet.name,
        Text("Unter der Überschrift steht keine Anfrage.", "There is no inquiry below the titles."),
        Text("Eine Zeile je Anfrage.", "One row per inquiry."),
        Text("Prüfen Sie den Export.", "Check the export."),
    )
