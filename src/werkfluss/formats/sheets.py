"""Any table from outside as sheets of rows: an Excel workbook or a text file, told apart by its first bytes."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .fault import broken, require_size
from .tabular import SAVE_AS_XLSX, TABLE, Sheet, read_csv


def read_sheets(data: bytes, *, filename: str) -> tuple[Sheet, ...]:
    """Every sheet that holds something; a CSV file is one sheet.

    Raises:
        Broken: empty, over 25 MB, not a table, damaged, unsafe, or with more than 50,000 rows.
    """
    require_size(data, filename)
    if data.startswith(b"PK"):
        # openpyxl is heavy; a text file does not need it.
        from .workbook import read_workbook

        return read_workbook(data, filename=filename)
    _refuse_other_kinds(data, filename)
    return (read_csv(data, filename=filename),)


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        cause = Text(
            "Das ist eine alte Excel-Datei (.xls) oder eine mit Kennwort geschützte Datei.",
            "This is an old Excel file (.xls) or a file protected with a password.",
        )
        raise broken(filename, cause, TABLE, SAVE_AS_XLSX)
    if data.startswith(b"%PDF"):
        raise broken(filename, Text("Das ist eine PDF-Datei.", "This is a PDF file."), TABLE, SAVE_AS_XLSX)
    if data.lstrip()[:5].lower() in {b"<?xml", b"<html", b"<!doc", b"<tabl"}:
        cause = Text("Das ist eine XML- oder HTML-Datei.", "This is an XML or HTML file.")
        raise broken(filename, cause, TABLE, SAVE_AS_XLSX)
