"""A supplier list from CSV, for use without the database (command line)."""

from __future__ import annotations

import csv
import io

from werkfluss.formats.fault import broken, require_size
from werkfluss.kernel.text import Text

from .accounts import table
from .model import Supplier

COLUMNS = ("name", "creditor", "vat_id", "tax_number", "ibans", "kind", "small_business")
"""Headings; ``ibans`` separated by blanks, ``small_business`` is ja or empty; only name and creditor are needed."""


def read_suppliers(data: bytes, *, filename: str) -> tuple[Supplier, ...]:
    """Suppliers of a CSV with semicolons, UTF-8 or Windows-1252.

    Raises
    ------
    Broken : a column is missing, a creditor is no number, or a cost type is unknown; ``where`` names the line.

    """
    require_size(data, filename)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except csv.Error:
        rows = []
    headings = [name.strip().casefold() for name in rows[0]] if rows else []
    if not {"name", "creditor"} <= set(headings):
        raise broken(
            f"{filename}, Zeile 1",
            Text("Die Spalten name und creditor fehlen.", "The columns name and creditor are missing."),
            Text(";".join(COLUMNS), ";".join(COLUMNS)),
        )
    return tuple(
        _supplier(dict(zip(headings, row, strict=False)), f"{filename}, Zeile {number}")
        for number, row in enumerate(rows[1:], start=2)
        if any(row)
    )


def _supplier(row: dict[str, str], where: str) -> Supplier:
    cells = {name: value.strip() for name, value in row.items()}
    creditor, kind = cells.get("creditor", ""), cells.get("kind", "")
    if not (creditor.isascii() and creditor.isdigit()):
        raise broken(
            where,
            Text(f"„{creditor}“ ist keine Kreditorennummer.", f"“{creditor}” is not a creditor number."),
            Text("Eine Zahl, z. B. 70101.", "A number, e.g. 70101."),
        )
    if kind and kind not in table().kinds:
        known = ", ".join(table().kinds)
        raise broken(
            where,
            Text(f"Die Kostenart „{kind}“ gibt es nicht.", f"There is no cost type “{kind}”."),
            Text(known, known),
        )
    return Supplier(
        name=cells.get("name", ""),
        creditor=creditor,
        vat_id=cells.get("vat_id", ""),
        tax_number=cells.get("tax_number", ""),
        ibans=tuple(cells.get("ibans", "").split()),
        kind=kind,
        small_business=cells.get("small_business", "").casefold() in {"ja", "yes", "true", "1"},
    )
