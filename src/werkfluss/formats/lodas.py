"""DATEV LODAS ASCII: an INI-like file that describes its own records (interface description LODAS, version 1.0).

``[Allgemein]`` names separators and formats, ``[Satzbeschreibung]`` gives per record number a table and its fields
(``pnr_betriebliche#psd``), ``[Stammdaten]`` and ``[Bewegungsdaten]`` hold rows that begin with a record number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .fault import broken
from .tabular import Row, Sheet, decode
from .values import Value

_KEYS = ("pnr_betriebliche#psd", "pnr#psd", "pnr#bwd", "pnr_betriebliche#bwd")
_LODAS = Text(
    "Eine LODAS-ASCII-Datei mit [Allgemein], [Satzbeschreibung] und [Stammdaten].",
    "A LODAS ASCII file with [Allgemein], [Satzbeschreibung] and [Stammdaten].",
)
_EXPORT_AGAIN = Text("Exportieren Sie die Datei neu aus dem Lohnprogramm.", "Export the file again from payroll.")
_SECTION = re.compile(rb"^\s*\[(?:Allgemein|Satzbeschreibung)\]", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Layout:
    delimiter: str = ";"
    comment: str = "*"
    fields: dict[str, list[str]] = field(default_factory=dict)  # record number → field names


@dataclass(slots=True)
class _People:
    rows: dict[str, tuple[int, dict[str, Value]]] = field(default_factory=dict)  # personnel number → line, values
    names: dict[str, None] = field(default_factory=dict)  # field names in the order met
    errors: list[Fault] = field(default_factory=list)


def is_lodas(data: bytes) -> bool:
    """Whether the bytes look like LODAS ASCII (and not like a DATEV EXTF file, which begins with "EXTF")."""
    return bool(_SECTION.search(data[:4_000]))


def read_sheet(data: bytes, *, filename: str) -> Sheet:
    """One row per personnel number, one column per field; the first row holds the field names.

    Records of several tables (person, employment, working time, …) with one personnel number become one row,
    whose number is the line of the first record.

    Raises:
        Broken: no record description, no data, or no record that can be read (``cause`` names the first).
    """
    text, encoding, warnings = decode(data, filename=filename)
    layout = _Layout()
    people = _People()
    for number, section, line in _lines(text, layout):
        if section == "satzbeschreibung":
            cells = _cells(line, layout)
            layout.fields[cells[0]] = [name for name in cells[2:] if name]
        elif section in {"stammdaten", "bewegungsdaten"}:
            fault = _add_record(number, _cells(line, layout), layout, people)
            if fault:
                people.errors.append(_line_fault(filename, number, *fault))
    if not layout.fields:
        cause = Text("Die Satzbeschreibung fehlt.", "The record description is missing.")
        raise broken(f"{filename}: [Satzbeschreibung]", cause, _LODAS, _EXPORT_AGAIN)
    if not people.rows and people.errors:
        raise Broken(people.errors[0])
    if not people.rows:
        cause = Text("Die Datei enthält keine Stammdaten.", "The file holds no master data.")
        raise broken(f"{filename}: [Stammdaten]", cause, _LODAS, _EXPORT_AGAIN)
    header = tuple(people.names)
    rows = [Row(0, header)]
    rows += [Row(number, tuple(values.get(name) for name in header)) for number, values in people.rows.values()]
    return Sheet(filename, tuple(rows), encoding, layout.delimiter, tuple(people.errors), warnings)


def _lines(text: str, layout: _Layout) -> Iterator[tuple[int, str, str]]:
    section = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith(layout.comment):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip().casefold()
        elif section == "allgemein":
            key, _, value = line.partition("=")
            _set(layout, key.strip().casefold(), value.strip())
        else:
            yield number, section, line


def _set(layout: _Layout, key: str, value: str) -> None:
    if len(value) != 1:
        return
    if key == "feldtrennzeichen":
        layout.delimiter = value
    elif key == "kommentarzeichen":
        layout.comment = value


def _cells(line: str, layout: _Layout) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=layout.delimiter))
    except csv.Error:  # a cell beyond the csv module's limit of 128 KB
        cells = line.split(layout.delimiter)
    return [cell.strip() for cell in cells]


def _add_record(number: int, cells: list[str], layout: _Layout, people: _People) -> tuple[Text, Text] | None:
    """Cause and expectation of what is wrong with a record, or None once it is added."""
    fields = layout.fields.get(cells[0])
    values = cells[1:-1] if len(cells) > 1 and not cells[-1] else cells[1:]  # rows end in a separator
    if fields is None:
        known = ", ".join(layout.fields) or "–"
        cause = Text(f"Satzart {cells[0][:20]} ist nicht beschrieben", f"record {cells[0][:20]} is not described")
        return cause, Text(f"Eine von: {known}.", f"One of: {known}.")
    if len(values) > len(fields):
        cause = Text(f"{len(values)} Werte für {len(fields)} Felder", f"{len(values)} values for {len(fields)} fields")
        return cause, Text(f"Felder: {', '.join(fields)}.", f"Fields: {', '.join(fields)}.")
    record: dict[str, Value] = dict(zip(fields, values, strict=False))
    key = next((str(record[name]) for name in _KEYS if record.get(name)), None)
    if key is None:
        return Text("die Personalnummer fehlt", "the personnel number is missing"), Text("pnr#psd.", "pnr#psd.")
    people.names.update(dict.fromkeys(fields))
    line, known_values = people.rows.get(key, (number, {}))
    if any(known_values.get(name) not in {None, "", value} for name, value in record.items()):
        # A second record of the same table for one number: keep it apart, so that it shows up as a duplicate.
        people.rows[f"{key}\0{number}"] = (number, record)
    else:
        people.rows[key] = (line, known_values | {name: value for name, value in record.items() if value})
    return None


def _line_fault(filename: str, number: int, cause: Text, expected: Text) -> Fault:
    return Fault(
        f"{filename}, {number}",
        Text(f"Zeile {number}: {cause.de}.", f"Line {number}: {cause.en}."),
        expected,
        _EXPORT_AGAIN,
    )
