"""Inquiries of a CRM export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from werkfluss.formats import crm
from werkfluss.formats.commands import import_group
from werkfluss.kernel.errors import Broken

HUBSPOT = (
    "\ufeffRecord ID,First Name,Last Name,Email,Phone Number,Company Name,Lead Status,Original Source,Create Date,Message\n"
    '7,Ida,Krämer,ida@kraemer.example,0561 44,Krämer KG,New,Messe,2026-10-21 13:31,"Ersatzteil, eilt"\n'
)
PIPEDRIVE = (
    '"Lead - ID";"Lead - Title";"Lead - Created";"Person - Name";"Person - Email - Work";"Organization - Name";"Note"\n'
    '"007";"Wartung";"21.10.2026 13:31";"Ida Krämer";"ida@kraemer.example";"Krämer KG";"Wartung für drei Anlagen"\n'
)


def test_export_in_the_manner_of_hubspot_is_read() -> None:
    found = crm.read(HUBSPOT.encode(), filename="kontakte.csv")
    (one,) = found.records
    assert (one.id, one.name, one.message, one.created) == ("7", "Ida Krämer", "Ersatzteil, eilt", "2026-10-21T13:31")
    assert (one.company, one.source, one.status, one.phone) == ("Krämer KG", "Messe", "New", "0561 44")
    assert found.errors == ()


def test_export_in_the_manner_of_pipedrive_is_read_in_windows_letters() -> None:
    found = crm.read(PIPEDRIVE.encode("cp1252"), filename="leads.csv")
    (one,) = found.records
    assert (one.id, one.first_name, one.last_name) == ("007", "Ida", "Krämer")
    assert (one.title, one.created, found.encoding) == ("Wartung", "2026-10-21T13:31", "cp1252")


def test_other_titles_are_told_by_a_mapping() -> None:
    text = "Wer;Worum\nIda Krämer;Ersatzteil\nUlf Bast;Werbung\n"
    found = crm.read(text.encode(), filename="x.csv", mapping={"Wer": "name", "Worum": "message"})
    assert [(one.id, one.name) for one in found.records] == [("2", "Ida Krämer"), ("3", "Ulf Bast")]


def test_table_without_messages_and_double_numbers_are_named() -> None:
    without = crm.read(b"Email,First Name,Last Name,Company Name\na@b.example,A,B,C\n", filename="x.csv")
    assert without.records == ()
    assert "Nachricht" in str(without.errors[0].as_json("de"))
    twice = crm.read((HUBSPOT + "7,Ulf,Bast,u@bast.example,,,,,,Hallo\n").encode(), filename="x.csv")
    assert "7" in twice.errors[0].cause.en
    with pytest.raises(Broken):
        crm.read(b"just a line", filename="x.csv")


def test_command_prints_one_document_and_refuses_with_errors(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text(HUBSPOT, encoding="utf-8")
    bad.write_bytes(b"\x00\x01")
    done = CliRunner().invoke(import_group, ["leads", str(good), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["records"][0]["email"] == "ida@kraemer.example"
    refused = CliRunner().invoke(import_group, ["leads", str(bad), "--json"])
    assert refused.exit_code == 1
    assert {"where", "cause", "expected", "next_step"} <= set(json.loads(refused.stdout)["errors"][0])


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["hubspot_style_contacts.csv", "pipedrive_style_leads.csv"])
def test_every_inquiry_of_the_corpus_is_read_as_its_truth(corpus: Path, name: str) -> None:
    truth = {str(one["id"]): one for one in json.loads((corpus / "leads/truth_leads.json").read_text("utf-8"))}
    found = crm.read((corpus / "leads" / name).read_bytes(), filename=name)
    assert found.errors == ()
    assert len(found.records) == len(truth)
    for one in found.records:
        wanted = truth[one.id]
        assert one.name == f"{wanted['vorname']} {wanted['nachname']}"
        assert [one.email, one.phone, one.company, one.message, one.source, one.created] == [
            wanted[key] for key in ("email", "telefon", "firma", "nachricht", "quelle", "eingang")
        ]
