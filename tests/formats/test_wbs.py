"""Work breakdowns: the corpus, and the traps of Excel."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment

from werkfluss.formats import wbs
from werkfluss.formats.project import Link, Plan

HEADER = "PSP-Nr.;Vorgang;Dauer (Tage);Vorgänger;Verantwortlich\n"


def _read(*rows: str, header: str = HEADER) -> Plan:
    return wbs.read((header + "\n".join(rows) + "\n").encode(), filename="plan.csv")


def _xlsx(rows: list[list[Any]], **formats: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats.items():
        sheet[cell].number_format = number_format
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.corpus
def test_corpus_work_breakdown_equals_its_truth(corpus: Path) -> None:
    plan = wbs.read((corpus / "wbs-xlsx" / "projektplan.xlsx").read_bytes(), filename="projektplan.xlsx")
    truth = json.loads((corpus / "wbs-xlsx" / "truth_wbs.json").read_text("utf-8"))
    found = [
        {
            "wbs": task.wbs,
            "name": task.name,
            "tage": task.duration_days,
            "vorgaenger": [p.wbs + (f"+{p.lag_days}T" if p.lag_days else "") for p in task.predecessors],
        }
        for task in plan.tasks
    ]
    assert found == truth
    assert (plan.errors, plan.warnings) == ((), ())
    assert [task.wbs for task in plan.tasks if task.summary] == ["1", "2", "3", "4", "5"]


def test_german_and_english_links_give_the_same_plan() -> None:
    german = _read("1;A;2;;", "2;B;2;1AA+1,5T;", "3;C;2;1EE-2T,2AE;")
    english = _read("1;A;2;;", "2;B;2;1SS+1.5d;", "3;C;2;1FF-2d,2SF;")
    assert german.tasks == english.tasks
    assert german.tasks[1].predecessors == (Link("1", "SS", Decimal("1.5")),)
    assert german.errors == ()


def test_percent_lag_counts_the_predecessors_duration() -> None:
    assert _read("1;A;4;;", "2;B;2;1AA+50%;").tasks[1].predecessors == (Link("1", "SS", Decimal(2)),)


def test_project_export_names_running_numbers() -> None:
    plan = _read(
        "1;1;Konstruktion;10 Tage;;",
        "2;1.1;Grobkonzept;4 Tage?;;Meier[50%];",
        "3;1.2;Details;6 Tage;2EA+2 Tage;Meier;Groß",
        header="Nr.;PSP-Code;Vorgangsname;Dauer;Vorgänger;Ressourcennamen\n",
    )
    assert plan.tasks[2].predecessors == (Link("1.1", "FS", Decimal(2)),)
    assert [(a.wbs, a.resource, a.units) for a in plan.assignments][:1] == [("1.1", "Meier", Decimal("0.5"))]


@pytest.mark.parametrize("indent", ["  ", "\t", "cells", "levels"])
def test_numbers_come_from_the_indentation_where_there_is_no_psp_column(indent: str) -> None:
    depths = [0, 1, 2, 1, 0]
    names = ["Bau", "Rohbau", "Keller", "Dach", "Abnahme"]
    if indent == "cells":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Aufgabe", "Dauer"])
        for row, (depth, name) in enumerate(zip(depths, names, strict=True), start=2):
            sheet.append([name, 1])
            sheet.cell(row, 1).alignment = Alignment(indent=depth)
        out = BytesIO()
        book.save(out)
        data = out.getvalue()
    elif indent == "levels":
        data = _xlsx([["Ebene", "Aufgabe", "Dauer"], *([d + 1, n, 1] for d, n in zip(depths, names, strict=True))])
    else:
        data = _xlsx([["Aufgabe", "Dauer"], *([indent * d + n, 1] for d, n in zip(depths, names, strict=True))])
    plan = wbs.read(data, filename="plan.xlsx")
    assert [(t.wbs, t.name, t.level, t.summary) for t in plan.tasks] == [
        ("1", "Bau", 1, True),
        ("1.1", "Rohbau", 2, True),
        ("1.1.1", "Keller", 3, False),
        ("1.2", "Dach", 2, False),
        ("2", "Abnahme", 1, False),
    ]


@pytest.mark.parametrize(
    ("rows", "where", "word"),
    [
        (["1;A;2;;", "2;B;2;7;"], "plan.csv!D3", "Vorgänger 7 gibt es"),
        (["1;A;2;;", "2;B;2;siehe oben;"], "plan.csv!D3", "kein Vorgänger"),
        (["1;A;2;;", "1;B;2;;"], "plan.csv!A3", "steht schon in Zeile 2"),
        (["1;A;-2;;"], "plan.csv!C2", "negativ"),
        (["1;A;bald;;"], "plan.csv!C2", "keine Dauer"),
        (["1;;2;;"], "plan.csv!B2", "Name fehlt"),
        (["?;A;2;;"], "plan.csv!A2", "keine PSP-Nummer"),
    ],
)
def test_faulty_row_is_an_error_with_cell_and_row(rows: list[str], where: str, word: str) -> None:
    errors = _read(*rows).errors
    assert [(f.where, word in f.cause.de) for f in errors] == [(where, True)]
    assert f"Zeile {where[-1]}" in errors[0].cause.de


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        (["1;A;2;3;", "2;B;2;1;", "3;C;2;2;"], {"1", "2", "3"}),
        (["1;A;2;1;"], {"1"}),
        (["1;A;2;2AA;", "2;B;2;1AA;"], {"1", "2"}),
        (["1;A;;;", "1.1;B;2;1;"], {"1", "1.1"}),
        (["1;A;;2;", "1.1;B;2;;", "2;C;1;1.1;"], {"1", "1.1", "2"}),
    ],
)
def test_circle_of_predecessors_is_named(rows: list[str], path: set[str]) -> None:
    errors = _read(*rows).errors
    assert len(errors) == 1
    assert "Kreis" in errors[0].cause.de
    named = errors[0].cause.en.split("circle: ")[1].split(" (at")[0].split(" → ")
    assert set(named) == path
    assert named[0] == named[-1]


def test_links_that_only_look_like_a_circle_are_accepted() -> None:
    assert _read("1;A;2;2EE;", "2;B;2;1AA;").errors == ()


def test_lost_zero_of_psp_number_is_put_back_with_a_warning() -> None:
    rows = [
        ["PSP", "Vorgang", "Dauer"],
        [1, "Phase", None],
        *([round(1 + n / 10, 1), f"T{n}", 1] for n in range(1, 10)),
    ]
    plan = wbs.read(_xlsx([*rows, [1.1, "T10", 1]]), filename="plan.xlsx")
    assert [t.wbs for t in plan.tasks][-2:] == ["1.9", "1.10"]
    assert "Excel hat aus 1.10 die Zahl 1.1 gemacht" in plan.warnings[0].cause.de
    assert plan.errors == ()


def test_number_format_of_psp_number_is_kept() -> None:
    data = _xlsx([["PSP", "Vorgang", "Dauer"], [1.1, "A", 1], [1.1, "B", 1]], A3="0.00")
    assert [t.wbs for t in wbs.read(data, filename="plan.xlsx").tasks] == ["1.1", "1.10"]


def test_psp_number_that_excel_made_a_date_is_an_error() -> None:
    data = _xlsx([["PSP", "Vorgang", "Dauer"], [datetime(2026, 2, 1), "A", 1]])
    errors = wbs.read(data, filename="plan.xlsx").errors
    assert "das Datum 01.02.2026" in errors[0].cause.de
    assert "als Text" in errors[0].next_step.de


def test_missing_level_and_missing_duration_are_warnings() -> None:
    plan = _read("1;A;;;", "2.1.1;B;3;;")
    assert [w.cause.de.split(": ")[1] for w in plan.warnings] == [
        "Die übergeordnete Nummer 2.1 fehlt.",
        "Die Dauer fehlt.",
    ]
    assert plan.errors == ()


def test_effort_is_read_in_the_unit_of_its_title() -> None:
    plan = _read("1;A;3;", header="PSP;Vorgang;Aufwand (PT);Vorgänger\n")
    assert plan.tasks[0].effort_hours == 24


def test_remark_below_the_table_is_left_out_with_a_warning() -> None:
    plan = _read("1;A;3;;", ";* Stand 1.11.;;;")
    assert [t.name for t in plan.tasks] == ["A"]
    assert plan.warnings[0].where == "plan.csv!3"


def test_json_has_the_keys_of_the_contract() -> None:
    document = _read("1;A;2;;Meier", "2;B;1,5;1EA+5T;").as_json()
    tasks = document["tasks"]
    assert isinstance(tasks, list)
    assert tasks[1]["predecessors"] == [{"wbs": "1", "type": "FS", "lag_days": "5"}]
    assert (tasks[1]["duration_days"], tasks[1]["duration_hours"]) == ("1.5", "12")
    assert document["links"] == [{"from": "1", "to": "2", "type": "FS", "lag_days": "5"}]
    assert {"tasks", "resources", "assignments", "calendars", "links", "errors"} <= set(document)
