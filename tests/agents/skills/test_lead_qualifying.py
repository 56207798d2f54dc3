"""Inquiries sorted by their words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.agents.skills.lead_qualifying.qualify import kinds, qualify
from werkfluss.cli.leads import leads
from werkfluss.formats import crm

PLAIN = crm.Lead(2, "1", "Ida Krämer", "Ida", "Krämer", "ida@k.example", "0561 44", "Krämer KG", "", "", "", "", "", "")


@pytest.mark.parametrize(
    ("message", "qualified", "kind"),
    [
        ("We are looking for a second lathe.", True, "machine"),
        ("Bitte um ein Angebot über 12 Spindeln", True, "purchase"),
        ("Wir brauchen eine Inspektion unserer Presse", True, "service"),
        ("Bewerbung als Dreher", False, "application"),
        ("Guten Tag", False, "no_request"),
        ("", None, "empty"),
        ("Können wir telefonieren?", None, "unclear"),
        ("Wartung gesucht; und SEO für Ihre Website!", None, "unclear"),
    ],
)
def test_message_decides_or_a_person_must_look(message: str, qualified: bool | None, kind: str) -> None:
    (found,) = qualify([replace(PLAIN, message=message)])
    assert (found.qualified, found.kind) == (qualified, kind)
    assert found.reasons


def test_same_person_in_another_row_is_named_once_by_mail_phone_or_firm() -> None:
    again = replace(PLAIN, id="2", email="IDA@K.EXAMPLE", name="I. Krämer")
    phone = replace(PLAIN, id="3", email="", phone="+49(0)561/44", company="")
    firm = replace(PLAIN, id="4", email="", phone="", company="KRÄMER KG")
    other = replace(PLAIN, id="5", email="ulf@k.example", name="Ulf Bast", phone="0561 44")
    found = qualify([PLAIN, again, phone, firm, other])
    assert [one.duplicate_of for one in found] == [None, "1", "1", "1", None]


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.sampled_from(["Messe", "Kaltakquise", ""]))
def test_who_writes_and_from_where_never_changes_the_answer(name: str, email: str, company: str, source: str) -> None:
    asked = replace(PLAIN, message="Ersatzteil für eine Presse")
    (found,) = qualify([replace(asked, name=name, email=email, company=company, source=source)])
    assert (found.qualified, found.kind) == (True, "spare_part")


def test_every_kind_is_found_by_each_of_its_own_words() -> None:
    for kind in kinds():
        for word in kind.words:
            assert kind.found_in(f"… {word.replace('…', 'und eine')} …"), word


def test_command_prints_the_contract_and_refuses_what_is_no_table(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("Lead ID,Name,Message\n9,Ida Krämer,Ersatzteil\n", encoding="utf-8")
    bad.write_text("nothing", encoding="utf-8")
    done = CliRunner().invoke(leads, ["qualify", str(good), "--json"])
    assert done.exit_code == 0
    (one,) = json.loads(done.stdout)["leads"]
    assert set(one) == {"id", "qualified", "kind", "reasons", "duplicate_of"}
    refused = CliRunner().invoke(leads, ["qualify", str(bad), "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["leads"] == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["hubspot_style_contacts.csv", "pipedrive_style_leads.csv"])
def test_corpus_is_judged_as_its_truth_says(corpus: Path, name: str) -> None:
    truth = {str(one["id"]): one for one in json.loads((corpus / "leads/truth_leads.json").read_text("utf-8"))}
    found = qualify(crm.read((corpus / "leads" / name).read_bytes(), filename=name).records)
    right = [one for one in found if one.qualified is bool(truth[one.id]["qualifiziert"])]
    assert len(right) == len(truth)
    assert {one.id for one in found if one.duplicate_of} == {
        key for key, row in truth.items() if row.get("duplikat_von")
    }
