"""Staff lists: what the corpus says, and what people do to such files."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from werkfluss.formats import stafflist
from werkfluss.kernel.errors import Broken

CSV = "Pers.-Nr.;Name;Vorname;Wochenstd.;Eintritt;E-Mail\r\n"


def _csv(*rows: str, encoding: str = "cp1252", header: str = CSV) -> bytes:
    return (header + "\r\n".join(rows) + "\r\n").encode(encoding)


def _xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Personal"
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _as_truth(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "pnr": record["personnel_no"],
        "nachname": record["last_name"],
        "vorname": record["first_name"],
        "abteilung": record["department"],
        "wochenstunden": float(record["weekly_hours"] or "nan"),
        "eintritt": record["entry_date"],
        "befristet_bis": record["fixed_term_until"],
        "staatsangehoerigkeit": record["nationality"],
        "aufenthaltstitel_bis": record["residence_title_until"],
        "sprachen": record["languages"],
        "faehigkeiten": record["skills"],
        "email": record["email"],
    }


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["mitarbeiterliste.xlsx", "mitarbeiterliste_excel_export_cp1252.csv"])
def test_corpus_staff_list_equals_its_truth(corpus: Path, name: str) -> None:
    result = stafflist.read((corpus / "stafflist" / name).read_bytes(), filename=name)
    truth = json.loads((corpus / "stafflist" / "truth_stafflist.json").read_text("utf-8"))
    assert [_as_truth(r) for r in result.as_json()["records"]] == truth  # type: ignore[attr-defined]
    assert result.errors == ()


@pytest.mark.corpus
def test_corpus_lodas_file_equals_its_truth(corpus: Path) -> None:
    data = (corpus / "stafflist" / "lodas_stammdaten.txt").read_bytes()
    result = stafflist.read(data, filename="lodas_stammdaten.txt")
    truth = json.loads((corpus / "stafflist" / "truth_stafflist.json").read_text("utf-8"))
    assert [(r.personnel_no, r.last_name, r.first_name, r.nationality) for r in result.records] == [
        (t["pnr"], t["nachname"], t["vorname"], t["staatsangehoerigkeit"]) for t in truth
    ]
    assert (result.errors, result.encoding, result.source) == ((), "cp1252", "lodas")


@pytest.mark.corpus
def test_corpus_personio_employees_are_read_and_other_answers_refused(corpus: Path) -> None:
    folder = corpus / "stafflist"
    name = "personio_api_json_string_employees.json"
    result = stafflist.read((folder / name).read_bytes(), filename=name)
    assert [(r.first_name, r.weekly_hours) for r in result.records] == [
        ("Richard", Decimal(40)),
        ("Alan", Decimal(40)),
        ("Ada", Decimal(35)),
    ]
    others = [p for p in folder.glob("personio_*") if "employee" not in p.name]
    assert len(others) > 10
    for path in others:
        with pytest.raises(Broken, match="no employees"):
            stafflist.read(path.read_bytes(), filename=path.name)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "cp850", "mac_roman"])
def test_umlauts_survive_in_every_encoding_of_german_programs(encoding: str) -> None:
    rows = ("1;Müller;Jörg;40;01.09.2022;j@f.example", "2;Groß;Änne;38,5;;", "3;Öztürk;Übeyde;20;;")
    result = stafflist.read(_csv(*rows, encoding=encoding), filename="liste.csv")
    assert [r.name for r in result.records] == ["Jörg Müller", "Änne Groß", "Übeyde Öztürk"]
    assert result.warnings == ()


def test_mixed_encodings_are_refused_with_the_line() -> None:
    data = _csv("1;Müller;Jörg;40;;", encoding="utf-8") + "2;Groß;Änne;40;;".encode("cp1252")
    with pytest.raises(Broken) as caught:
        stafflist.read(data, filename="liste.csv")
    assert caught.value.fault.cause.de.startswith("Zeile 3:")
    assert "UTF-8" in caught.value.fault.next_step.de


def test_already_damaged_umlauts_are_pointed_out() -> None:
    result = stafflist.read(_csv("1;MÃ¼ller;Inna;40;;", encoding="utf-8"), filename="liste.csv")
    assert "Zeile 2" in result.warnings[0].cause.de


@pytest.mark.parametrize(
    ("row", "cell", "word"),
    [
        ("1;;;40;01.09.2022;a@f.example", "liste.csv!B2", "Name fehlt"),
        ("1;Meier;Anna;viel;01.09.2022;", "liste.csv!D2", "keine Zahl"),
        ("1;Meier;Anna;-5;01.09.2022;", "liste.csv!D2", "nicht möglich"),
        ("1;Meier;Anna;40;31.02.2022;", "liste.csv!E2", "kein Datum"),
        ("1;Meier;Anna;40;12/31/2022;", "liste.csv!E2", "kein Datum"),
        ("1;Meier;Anna;40;;anna(at)firma", "liste.csv!F2", "keine E-Mail-Adresse"),
    ],
)
def test_faulty_row_is_reported_with_its_cell_and_left_out(row: str, cell: str, word: str) -> None:
    result = stafflist.read(_csv(row, "2;Groß;Änne;38,5;01.02.2020;"), filename="liste.csv")
    assert [(f.where, "Zeile 2" in f.cause.de, word in f.cause.de) for f in result.errors] == [(cell, True, True)]
    assert [r.name for r in result.records] == ["Änne Groß"]


def test_exit_before_entry_is_an_error() -> None:
    data = b"Name;Eintritt;Austritt\r\nAnna Meier;01.09.2022;01.08.2022\r\n"
    assert "vor dem Eintritt" in stafflist.read(data, filename="l.csv").errors[0].cause.de


def test_duplicates_name_both_rows() -> None:
    rows = ("7;Meier;Anna;40;;a@f.example", "8;Groß;Änne;40;;b@f.example", "7;Meier;Anna;40;;A@f.example")
    result = stafflist.read(_csv(*rows), filename="liste.csv")
    assert [f.cause.de for f in result.warnings] == [
        "Zeilen 2 und 4: dieselbe Personalnummer 7.",
        "Zeilen 2 und 4: dieselbe E-Mail-Adresse a@f.example.",
    ]
    assert result.errors == ()


def test_leading_zeros_cut_by_excel_are_put_back() -> None:
    data = _xlsx(["Pers.-Nr.", "Name"], [876, "Inna Meier"], ["00930", "Stan Groß"])
    result = stafflist.read(data, filename="l.xlsx")
    assert [r.personnel_no for r in result.records] == ["00876", "00930"]
    assert "führende Nullen" in result.warnings[0].cause.de


def test_number_format_of_a_personnel_number_is_kept() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Personalnummer", "Name"])
    sheet.append([876, "Inna Meier"])
    sheet["A2"].number_format = "00000"
    out = BytesIO()
    book.save(out)
    assert stafflist.read(out.getvalue(), filename="l.xlsx").records[0].personnel_no == "00876"


def test_pay_and_health_columns_are_neither_read_nor_shown() -> None:
    data = b"Name;Abteilung;Gehalt;IBAN;Konfession\r\nAnna Meier;IT;4711;DE02;rk\r\n"
    result = stafflist.read(data, filename="l.csv")
    shown = json.dumps(result.as_json())
    assert "4711" not in shown
    assert [c.title for c in result.mapping.columns if c.withheld] == ["Gehalt", "IBAN", "Konfession"]


def test_unknown_column_is_a_warning_and_can_be_mapped() -> None:
    data = "Name;Abteilung;Kapazität\r\nAnna Meier;IT;38,5\r\n".encode()
    plain = stafflist.read(data, filename="l.csv")
    assert "Kapazität" in plain.warnings[0].cause.de
    for told in ({"Kapazität": "weekly_hours"}, {"C": "weekly_hours"}, {"weekly_hours": "Kapazität"}):
        mapped = stafflist.read(data, filename="l.csv", mapping=told)
        assert mapped.records[0].weekly_hours == Decimal("38.5")
        assert mapped.warnings == ()


def test_mapping_can_be_given_back_as_it_was_reported() -> None:
    data = _csv("1;Meier;Anna;40;01.09.2022;")
    first = stafflist.read(data, filename="l.csv")
    again = stafflist.read(data, filename="l.csv", mapping=first.mapping.as_pairs())
    assert again.records == first.records
    assert {c.confidence for c in again.mapping.columns} == {1.0}


@pytest.mark.parametrize("told", [{"Name": "salary"}, {"Gibtsnicht": "name"}])
def test_mapping_that_does_not_fit_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(Broken, match="mapping"):
        stafflist.read(_csv("1;Meier;Anna;40;;"), filename="l.csv", mapping=told)


def test_missing_name_column_is_reported_with_all_columns_for_the_mapping() -> None:
    result = stafflist.read(b"Abteilung;E-Mail;Wer\r\nIT;a@f.example;Anna Meier\r\n", filename="l.csv")
    assert result.records == ()
    assert "wurde nicht gefunden" in result.errors[0].cause.de
    assert [(c.title, c.samples) for c in result.mapping.columns][2] == ("Wer", ("Anna Meier",))


def test_formula_is_read_by_its_stored_result_never_by_its_text() -> None:
    data = _xlsx(["Name", "Wochenstunden"], ["Anna Meier", "=35+5"])
    result = stafflist.read(data, filename="l.xlsx")
    assert "kein gespeichertes Ergebnis" in result.errors[0].cause.de
    assert result.records == ()
    assert result.errors[0].where == "Personal!B2"
    assert "=35" not in json.dumps(result.as_json())


def test_formula_in_a_csv_file_is_an_error_and_its_row_left_out() -> None:
    data = b'Pers.-Nr.;Name;Abteilung\n="00876";Anna Meier;IT\n7;Bernd Alt;=HYPERLINK("http://x.example")\n'
    result = stafflist.read(data, filename="l.csv")
    assert [(r.personnel_no, r.name) for r in result.records] == [("00876", "Anna Meier")]
    assert [f.where for f in result.errors] == ["l.csv!C3"]


def test_names_written_in_one_cell_are_parted_at_the_comma() -> None:
    record = stafflist.read(b'Mitarbeiter,Abteilung\n"Meier, Anna",IT\n', filename="l.csv").records[0]
    assert (record.first_name, record.last_name, record.name) == ("Anna", "Meier", "Anna Meier")


def test_open_ended_dates_are_no_dates() -> None:
    data = "Name;Eintritt;Befristet bis;Austritt;Land\r\nA B;1.9.22;unbefristet;31.12.9999;Österreich\r\n".encode()
    record = stafflist.read(data, filename="l.csv").records[0]
    assert (record.entry_date, record.fixed_term_until, record.exit_date) == (date(2022, 9, 1), None, None)
    assert record.country == "AT"


def test_lodas_records_of_several_tables_become_one_person() -> None:
    data = (
        "[Allgemein]\r\nZiel=LODAS\r\nFeldtrennzeichen=;\r\n[Satzbeschreibung]\r\n"
        "100;u_lod_psd_mitarbeiter;pnr#psd;duevo_familienname#psd;duevo_vorname#psd;\r\n"
        "101;u_lod_psd_arbeitszeit_regelm;pnr#psd;az_wtl_indiv#psd;\r\n"
        "[Stammdaten]\r\n100;7;Groß;Anna;\r\n101;7;38,50;\r\n102;7;x;\r\n"
    ).encode("cp1252")
    result = stafflist.read(data, filename="l.txt")
    assert [(r.name, r.weekly_hours) for r in result.records] == [("Anna Groß", Decimal("38.5"))]
    assert [f.where for f in result.errors] == ["l.txt, 10"]


def test_lodas_without_a_readable_record_names_the_first_fault() -> None:
    data = (
        "[Allgemein]\nZiel=LODAS\n[Satzbeschreibung]\n1;u_lod_psd_mitarbeiter;pnr#psd;duevo_familienname#psd;\n"
        "[Stammdaten]\n1;;Muster;\n2;17;Otto;\n"
    )
    with pytest.raises(Broken) as refused:
        stafflist.read(data.encode("cp1252"), filename="lodas.txt")
    assert refused.value.fault.where == "lodas.txt, 6"
    assert "die Personalnummer fehlt" in refused.value.fault.cause.de


def test_lodas_without_record_description_is_refused() -> None:
    with pytest.raises(Broken, match="record description"):
        stafflist.read(b"[Allgemein]\r\nZiel=LODAS\r\n[Stammdaten]\r\n100;7;Gross;\r\n", filename="l.txt")
