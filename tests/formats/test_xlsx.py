"""Exported workbooks: typed, and nothing that Excel would run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from werkfluss.formats import stafflist
from werkfluss.formats.xlsx import write_table
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text


def _cells(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows()]


def test_values_are_typed_and_formatted() -> None:
    row = [7, Decimal("1234.5"), Money.of("99.90"), date(2026, 12, 31), datetime(2026, 7, 1, 8, 0, tzinfo=UTC), True]
    cells = _cells(write_table([str(n) for n in range(6)], [row]))[1]
    assert [c.value for c in cells] == [7, 1234.5, 99.9, datetime(2026, 12, 31), datetime(2026, 7, 1, 10, 0), True]
    assert [c.number_format for c in cells[:5]] == [
        "0",
        "#,##0.00",
        '#,##0.00 "EUR"',
        "dd.mm.yyyy",
        "dd.mm.yyyy hh:mm",
    ]


def test_texts_lists_and_ranges_become_readable_text() -> None:
    row = [Text("ja", "yes"), ("Deutsch", "Englisch"), DateRange.inclusive(date(2026, 1, 1), date(2026, 1, 2)), None]
    cells = _cells(write_table([Text("Eins", "One"), "b", "c", "d"], [row], language="en"))
    assert [c.value for c in cells[0]] == ["One", "b", "c", "d"]
    assert [c.value for c in cells[1]] == ["yes", "Deutsch, Englisch", "01.01.2026 – 02.01.2026", None]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x.example")'],
)
def test_text_that_begins_like_a_formula_is_neutralised(text: str) -> None:
    data = write_table(["a"], [[text]])
    cell = _cells(data)[1][0]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    with ZipFile(BytesIO(data)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["+49 561 1234-5", "-", "Müller", "a=b"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert _cells(write_table(["a"], [[text]]))[1][0].value == text


@given(st.lists(st.text(max_size=50), max_size=5))
def test_no_text_ever_becomes_a_formula(texts: list[str]) -> None:
    rows = _cells(write_table(["a"], [[text] for text in texts], title="a/b*[c]"))
    assert all(cell.data_type != "f" for row in rows for cell in row)


def test_exported_staff_list_is_read_back() -> None:
    columns = ["Personalnummer", "Nachname", "Vorname", "Wochenstunden", "Eintritt", "Qualifikationen"]
    rows = [["00876", "Groß", "=Anna", Decimal("38.5"), date(2022, 9, 1), ["CNC", "SAP FI"]]]
    record = stafflist.read(write_table(columns, rows), filename="export.xlsx").records[0]
    assert (record.personnel_no, record.name, record.weekly_hours) == ("00876", "=Anna Groß", Decimal("38.5"))
    assert (record.entry_date, record.skills) == (date(2022, 9, 1), ("CNC", "SAP FI"))


def test_row_longer_than_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 1"):
        write_table(["a"], [[1, 2]])
