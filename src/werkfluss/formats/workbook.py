"""Excel workbooks (OOXML, ECMA-376) as sheets: zip bombs refused, formulas only by their stored value."""

from __future__ import annotations

import re
import warnings as python_warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .fault import SAVE_AGAIN, broken
from .tabular import Row, Sheet, column_letter, require_bounds
from .values import Value, text_of

MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 200  # real workbooks stay below 60
MAX_PARTS = 2_000
_MOST_FAULTS = 100
_WORKBOOK = Text("Eine Excel-Datei (XLSX).", "An Excel workbook (XLSX).")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FIXED = re.compile(r"(0+)(?:\.(0+))?")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def read_workbook(data: bytes, *, filename: str) -> tuple[Sheet, ...]:
    """Every sheet that holds something.

    A formula is never taken as a value: its stored result is read and a warning names the cells; a formula
    without a stored result is an error of its cell.

    Raises:
        Broken: not an XLSX file, damaged, protected, a zip bomb, with a DOCTYPE inside, or too large.
    """
    has_formulas = _inspect(data, filename)
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # openpyxl tells of features that it drops, none is a value
            values = _load(data, data_only=True)
            formulas = _load(data, data_only=False) if has_formulas else None
            sheets = tuple(_read_sheet(ws, formulas) for ws in values.worksheets)
    except Broken:
        raise
    except Exception as error:
        # openpyxl raises nearly anything on damaged parts (KeyError, TypeError, ParseError, …); all mean the same.
        raise _damaged(filename) from error
    filled = tuple(sheet for sheet in sheets if sheet.rows)
    if not filled:
        cause = Text("Die Arbeitsmappe ist leer.", "The workbook is empty.")
        raise broken(filename, cause, Text("Ein Blatt mit einer Tabelle.", "A sheet with a table."))
    return filled


def _load(data: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook

    return load_workbook(BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _damaged(filename: str) -> Broken:
    cause = Text("Die Excel-Datei ist beschädigt oder unvollständig.", "The workbook is damaged or incomplete.")
    return broken(filename, cause, _WORKBOOK, SAVE_AGAIN)


def _inspect(data: bytes, filename: str) -> bool:
    """Whether any sheet has formulas, after everything dangerous has been refused."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _scan(archive, archive.infolist(), len(data), filename)
    except Broken:
        raise
    except Exception as error:
        # zipfile and zlib have a dozen ways to say that an archive is damaged, encrypted or cut off.
        raise _damaged(filename) from error


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int, filename: str) -> None:
    # zipfile never hands out more than the declared size of a part, so the declared sizes are the bound.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or unpacked > max(packed * MAX_RATIO, 1_000_000) or len(parts) > MAX_PARTS:
        raise broken(
            filename,
            Text(
                "Die Datei würde beim Entpacken übermäßig groß und wird abgelehnt.",
                "The file would become excessively large when unpacked and is refused.",
            ),
            Text(
                f"Entpackt höchstens {MAX_UNPACKED // 1_048_576} MB.",
                f"At most {MAX_UNPACKED // 1_048_576} MB when unpacked.",
            ),
            Text("Kopieren Sie nur die Tabelle in eine neue Arbeitsmappe.", "Copy only the table to a new workbook."),
        )


def _other_archive(filename: str) -> Broken:
    return broken(
        filename,
        Text("Das ist ein Archiv, aber keine Excel-Datei.", "This is an archive, but not an Excel workbook."),
        _WORKBOOK,
        Text(
            "LibreOffice: „Speichern unter“ → XLSX. Ein ZIP bitte vorher entpacken.",
            "LibreOffice: “Save as” → XLSX. Unpack a ZIP first.",
        ),
    )


def _scan(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed: int, filename: str) -> bool:
    _refuse_bomb(parts, packed, filename)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _other_archive(filename)
    formulas = False
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        head = content[:1_000].replace(b"\0", b"")
        if b"<!DOCTYPE" in head or b"<!ENTITY" in content:
            raise broken(
                f"{filename}: {part.filename}",
                Text("Die Datei enthält eine DOCTYPE-Angabe.", "The file contains a DOCTYPE declaration."),
                _WORKBOOK,
            )
        formulas = formulas or bool(_SHEET_PART.fullmatch(part.filename) and _FORMULA.search(content))
    return formulas


def _read_sheet(sheet: Any, formulas: Any | None) -> Sheet:
    sheet.reset_dimensions()  # the declared extent may be wrong or a million rows long
    found = dict(_formula_cells(formulas[sheet.title])) if formulas else {}
    rows: list[Row] = []
    missing: list[str] = []
    faulty: set[int] = set()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = tuple(_value(cell) for cell in cells)
        empty = [i for i in found.get(number, ()) if i >= len(values) or values[i] is None]
        missing += [f"{column_letter(index)}{number}" for index in empty]
        faulty |= {number} if empty else set()
        while values and (values[-1] is None or values[-1] == ""):
            values = values[:-1]
        if any(text_of(value) for value in values):
            require_bounds(sheet.title, len(rows), len(values))
            indents = tuple(_indent(cell) for cell in cells[: len(values)])
            shown = tuple(_shown(cell) for cell in cells[: len(values)])
            rows.append(Row(number, values, indents, shown))
    stored = [f"{column_letter(i)}{n}" for n, indexes in found.items() for i in indexes]
    errors = tuple(_no_result(sheet.title, cell) for cell in missing[:_MOST_FAULTS])
    stored = [cell for cell in stored if cell not in set(missing)]
    warnings = _uses_results(sheet.title, stored)
    return Sheet(sheet.title, tuple(rows), errors=errors, warnings=warnings, faulty_rows=frozenset(faulty))


def _formula_cells(sheet: Any) -> Iterator[tuple[int, list[int]]]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        indexes = [index for index, cell in enumerate(cells) if getattr(cell, "data_type", None) == "f"]
        if indexes:
            yield number, indexes


def _value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, str):
        # The apostrophe that our own export (and Excel) puts before text that looks like a formula.
        return value[1:] if value[:1] == "'" and value[1:2] in tuple("=+-@") else value
    if isinstance(value, time | timedelta):
        return str(value)
    return value if isinstance(value, int | float | datetime | date | bool) else None


def _shown(cell: Any) -> str | None:
    """What Excel shows for a number with a fixed format: 876 as "00876", 1.1 as "1.10"; None for all else."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    found = _FIXED.fullmatch(cell.number_format or "")
    if not found:
        return None
    decimals = len(found[2] or "")
    width = len(found[1]) + (decimals + 1 if decimals else 0)
    return f"{value:0{width}.{decimals}f}"


def _indent(cell: Any) -> int:
    alignment = getattr(cell, "alignment", None)
    return int(alignment.indent or 0) if alignment is not None else 0


def _no_result(sheet: str, cell: str) -> Fault:
    return Fault(
        f"{sheet}!{cell}",
        Text(
            f"Zelle {cell}: Die Formel hat kein gespeichertes Ergebnis.",
            f"Cell {cell}: the formula has no stored result.",
        ),
        Text("Ein Wert statt einer Formel.", "A value instead of a formula."),
        Text(
            "Öffnen Sie die Datei in Excel und speichern Sie sie, oder fügen Sie die Spalte als Werte ein.",
            "Open the file in Excel and save it, or paste the column as values.",
        ),
    )


def _uses_results(sheet: str, cells: list[str]) -> tuple[Fault, ...]:
    if not cells:
        return ()
    listed = ", ".join(cells[:8]) + (" …" if len(cells) > 8 else "")
    return (
        Fault(
            f"{sheet}!{cells[0]}",
            Text(
                f"{len(cells)} Zellen sind Formeln ({listed}); übernommen wird ihr gespeichertes Ergebnis.",
                f"{len(cells)} cells are formulas ({listed}); their stored result is taken.",
            ),
            Text("Werte, die beim Speichern aktuell waren.", "Values that were current when the file was saved."),
            Text("Prüfen Sie diese Werte in der Vorschau.", "Check these values in the preview."),
        ),
    )
