"""Tables: encoding, delimiter, title rows, sheets, formulas, and the mapping of columns."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from werkfluss.formats import stafflist, wbs
from werkfluss.formats.columns import confidence, find_table, match_columns
from werkfluss.formats.sheets import read_sheets
from werkfluss.formats.staff_fields import FIELDS
from werkfluss.formats.tabular import column_letter, find_delimiter, read_csv
from werkfluss.kernel.errors import Broken

NAMES = {field.name: field for field in FIELDS}


def _book(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_found_behind_title_rows(delimiter: str) -> None:
    rows = [["Stand: 1.11.2026"], [], ["Name", "Abteilung", "E-Mail"], ["Meier, Anna", "IT", "a@f.example"]]
    text = "\n".join(delimiter.join(f'"{c}"' if "," in c else c for c in row) for row in rows)
    assert find_delimiter(text) == delimiter
    assert stafflist.read(text.encode(), filename="l.csv").records[0].email == "a@f.example"


def test_excels_own_hint_names_the_delimiter() -> None:
    sheet = read_csv(b"sep=,\r\nName,Abteilung\r\nA;B,IT\r\n", filename="l.csv")
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ("Name", "Abteilung")), (3, ("A;B", "IT"))]


def test_row_numbers_count_lines_inside_quotation_marks() -> None:
    sheet = read_csv(b'Name;Notiz\n"Anna\nMeier";x\n\nBernd;y\n', filename="l.csv")
    assert [row.number for row in sheet.rows] == [1, 2, 5]


def test_rare_encoding_is_guessed_with_a_warning_that_shows_a_line() -> None:
    data = "Name;Abteilung\nИванов Пётр;Конструкторский отдел\nСидорова Анна;Отдел закупок\n".encode("cp1251")
    sheet = read_csv(data, filename="l.csv")
    assert sheet.encoding == "cp1251"
    assert "Иванов" in sheet.warnings[0].expected.de


@pytest.mark.parametrize("encoding", ["koi8-r", "iso8859-7", "cp1251"])
def test_another_alphabet_is_never_read_silently_as_signs(encoding: str) -> None:
    name = "Γιώργος" if encoding == "iso8859-7" else "Юрий"
    sheet = read_csv(f"Name;Ort\n{name};Kassel\n".encode(encoding), filename="liste.csv")
    assert sheet.rows[1].cells[0] == name or "geraten" in sheet.warnings[0].cause.de


def test_cell_that_is_too_long_is_named_as_such() -> None:
    with pytest.raises(Broken) as refused:
        read_csv(f"Name;Ort\n{'x' * 200_000};Kassel\n".encode(), filename="liste.csv")
    assert refused.value.fault.where == "liste.csv, 2"
    assert "länger als 131072 Zeichen" in refused.value.fault.cause.de


@given(st.text("aäöüßÄÖÜ ", min_size=20, max_size=60).filter(lambda t: any(c in "äöüßÄÖÜ" for c in t)))
def test_german_text_survives_windows_encoding(text: str) -> None:
    row = read_csv(f"Name;{text}x\n".encode("cp1252"), filename="l.csv").rows[0]
    assert row.cells[1] == f"{text}x"


def test_sheet_and_header_row_that_fit_best_are_taken() -> None:
    data = _book(
        ("Deckblatt", [["Personalübersicht"], ["Stand", "1.11."]]),
        ("Liste", [["Muster GmbH"], [], ["Pers.-Nr.", "Nachname", "Vorname"], [7, "Meier", "Anna"]]),
    )
    result = stafflist.read(data, filename="l.xlsx")
    assert (result.sheet, result.header_row, result.records[0].name) == ("Liste", 3, "Anna Meier")


def test_repeated_header_row_is_no_person() -> None:
    data = b"Name;Abteilung\nAnna Meier;IT\nName;Abteilung\nBernd Alt;IT\n"
    assert [r.name for r in stafflist.read(data, filename="l.csv").records] == ["Anna Meier", "Bernd Alt"]


def test_stored_result_of_a_formula_is_taken_with_a_warning() -> None:
    plain = _book(("Plan", [["PSP", "Vorgang", "Dauer"], ["1", "A", "=2+2"], ["2", "B", 3]]))
    out = BytesIO()
    with ZipFile(BytesIO(plain)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, re.sub(rb"</f><v\s*(/>|></v>)", b"</f><v>4</v>", content))
    plan = wbs.read(out.getvalue(), filename="p.xlsx")
    assert (plan.errors, plan.tasks[0].duration_days) == ((), 4)
    assert "1 Zellen sind Formeln (C2)" in plan.warnings[0].cause.de


def test_wide_and_long_stray_cells_do_not_matter() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Abteilung"])
    sheet.append(["Anna Meier", "IT"])
    sheet["A60000"].number_format = "0.00"
    out = BytesIO()
    book.save(out)
    assert len(stafflist.read(out.getvalue(), filename="l.xlsx").records) == 1


@pytest.mark.parametrize(
    ("title", "field", "least"),
    [
        ("Pers.-Nr.", "personnel_no", 1.0),
        ("PERSONALNUMMER", "personnel_no", 1.0),
        ("Wochenstunden (vertraglich)", "weekly_hours", 0.9),
        ("Eintrittsdatm", "entry_date", 0.6),
        ("E-Mail-Adresse", "email", 1.0),
        ("Aufenthaltstitel gueltig bis", "residence_title_until", 1.0),
    ],
)
def test_title_is_recognised_in_its_spellings(title: str, field: str, least: float) -> None:
    assert confidence(title, NAMES[field]) >= least
    mapping = match_columns([title, "Sonstiges"], [], FIELDS)
    assert [column.field for column in mapping.columns] == [field, None]


def test_each_field_is_given_to_one_column_only() -> None:
    mapping = match_columns(["Name", "Abteilung", "Abt.", "Name"], [], FIELDS)
    fields = [column.field for column in mapping.columns if column.field]
    assert len(fields) == len(set(fields))


def test_column_can_be_left_out_by_mapping() -> None:
    sheets = read_sheets(b"Name;E-Mail\nAnna;a@f.example\n", filename="l.csv")
    table = find_table(sheets, FIELDS, {"E-Mail": "ignore"})
    assert [column.field for column in table.mapping.columns] == ["name", None]


def test_table_without_header_names_what_was_seen_and_what_is_needed() -> None:
    with pytest.raises(Broken) as caught:
        stafflist.read(b"4711;4712\n1;2\n", filename="l.csv")
    assert "4711; 4712" in caught.value.fault.cause.de
    assert "Name" in caught.value.fault.expected.de


def test_columns_have_excels_letters() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
