"""``werkfluss invoices prepare`` from outside: files in, JSON, DATEV batch and documents out."""

from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner

from werkfluss.cli import main
from werkfluss.cli.example_firm.invoices import generate, suppliers
from werkfluss.formats.en16931.findings import check
from werkfluss.formats.en16931.read import read as read_invoice
from werkfluss.formats.extf.read import read


@pytest.fixture(scope="module")
def month():
    return generate()


@pytest.fixture
def inbox(tmp_path, month):
    folder = tmp_path / "eingang"
    folder.mkdir()
    for name, data, _ in month:
        (folder / name).write_bytes(data)
    (folder / "notiz.txt").write_text("keine Rechnung")
    rows = ["name;creditor;vat_id;tax_number;ibans;kind;small_business"]
    rows += [
        f"{s.name};{s.creditor};{s.vat_id};{s.tax_number};{' '.join(s.ibans)};{s.kind};{'ja' if s.small_business else ''}"
        for s in suppliers()
    ]
    (tmp_path / "lieferanten.csv").write_text("\n".join(rows))
    return folder


def run(*arguments):
    result = CliRunner().invoke(main, ["invoices", "prepare", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_month_is_prepared_as_the_truth_says(inbox, month):
    supplier_list = inbox.parent / "lieferanten.csv"
    out, package = inbox.parent / "stapel.csv", inbox.parent / "belege.zip"
    result = run(
        inbox, "--chart", "SKR03", "--out", out, "--documents", package, "--suppliers", supplier_list, "--json"
    )
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    lights = {booking["file"].rsplit("/", 1)[-1]: booking["light"] for booking in answer["bookings"]}
    assert lights == {name: truth.light for name, _, truth in month if truth.light != "refused"}
    assert [entry["file"].rsplit("/", 1)[-1] for entry in answer["refused"]] == ["2026-10-28_24_fracht.xml"]
    keys = {"file", "invoice_id", "light", "reasons", "account", "contra_account", "amount", "tax_key", "text"}
    assert all(keys <= booking.keys() for booking in answer["bookings"])
    batch = read(out.read_bytes(), filename=out.name)
    safe = [booking for booking in answer["bookings"] if booking["light"] == "sicher"]
    assert [(b.account, b.contra_account, f"{b.amount}") for b in batch.bookings] == [
        (b["account"], b["contra_account"], b["amount"]) for b in safe
    ]
    with zipfile.ZipFile(package) as archive:
        assert len(archive.namelist()) == 1 + sum(light == "sicher" for light in lights.values())


def test_unsure_bookings_are_exported_only_on_request(inbox):
    out = inbox.parent / "stapel.csv"
    common = (inbox, "--out", out, "--suppliers", inbox.parent / "lieferanten.csv", "--json")
    run(*common)
    few = len(read(out.read_bytes(), filename="x").bookings)
    answer = json.loads(run(*common, "--with-unsure").stdout)
    more = len(read(out.read_bytes(), filename="x").bookings)
    assert more - few == sum(booking["light"] == "unsicher" for booking in answer["bookings"])


def test_own_firm_is_the_buyer_of_most_invoices(inbox):
    result = run(inbox, "--json")
    assert "Nordhessen Maschinenbau GmbH" in result.stderr
    flagged = [b["invoice_id"] for b in json.loads(result.stdout)["bookings"] if "BUYER" in str(b["reasons"])]
    assert flagged == ["WK-60427"]


def test_nothing_readable_is_refused_with_errors(tmp_path):
    (tmp_path / "a.xml").write_text("<a/>")
    result = run(tmp_path, tmp_path / "missing.xml", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["bookings"] == []
    assert len(answer["errors"]) == 2
    assert set(answer["errors"][0]) == {"where", "cause", "expected", "next_step"}


def test_out_file_that_cannot_be_written_is_a_clear_error(inbox):
    result = run(inbox, "--out", inbox / "nowhere" / "x.csv", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"][0]["where"].endswith("x.csv")


def test_wrong_usage_exits_with_2():
    assert run().exit_code == 2


def test_text_output_names_light_and_place(inbox):
    result = run(inbox / "2026-10-20_22_fracht.xml", "--firm-vat-id", "DE987654328")
    assert result.exit_code == 0
    assert result.stdout.startswith("unsicher")
    assert "BT-48" in result.stdout


def test_example_month_is_40_files_in_three_forms_and_repeatable(month):
    assert len(month) == 40
    assert {truth.format for _, _, truth in month} == {"ubl", "cii", "pdf"}
    assert len({truth.problem for _, _, truth in month}) >= 9
    again = generate()
    assert [(n, t) for n, _, t in again] == [(n, t) for n, _, t in month]
    for (name, data, _), (_, other, _) in zip(month, again, strict=True):
        if name.endswith(".xml"):
            assert data == other
        else:
            assert read_invoice(data, filename=name).invoice == read_invoice(other, filename=name).invoice


def test_example_invoices_without_a_planted_fault_are_spotless(month):
    spotless = [(name, data) for name, data, truth in month if truth.problem == "none"]
    assert len(spotless) >= 25
    for name, data in spotless:
        source = read_invoice(data, filename=name)
        assert check(source.invoice, schema_fault=source.schema_fault) == (), name
