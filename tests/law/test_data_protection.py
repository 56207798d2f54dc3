"""Drafts of the record of processing and of impact assessments, from what is switched on."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.kernel.errors import Broken
from werkfluss.law.api import library
from werkfluss.law.packs.de.retention.retention import PERIODS
from werkfluss.law.packs.eu.data_protection.records import Recipient, assessments, record, switches
from werkfluss.law.packs.eu.data_protection.transfer import DECISIONS

MODEL = Recipient("Modelldienst Beispiel", "processor", "US", "adequacy", ("agents",))


def test_record_holds_what_is_switched_on_and_nothing_else():
    lines = record(["planning", "agents"], [MODEL])
    assert [line.id for line in lines] == ["planning", "agents"]
    assert lines[0].services == ()
    assert lines[1].services == (MODEL,)
    assert "neutralen" in lines[0].purpose.de
    assert [group.en for group in lines[0].people] == ["staff", "freelancers and fractional executives"]
    assert len(lines[0].measures) == 5
    assert record([]) == ()


def test_record_is_json():
    document = json.loads(json.dumps([line.as_json() for line in record(switches(), [MODEL])]))
    assert len(document) == len(switches())
    by_id = {line["id"]: line for line in document}
    assert by_id["agents"]["services"][0]["place"] == "US"
    assert by_id["psychosocial"]["special"] is True
    assert by_id["planning"]["special"] is False


def test_every_activity_names_known_periods():
    assert {name for line in record(switches()) for name in line.retention} <= set(PERIODS)


def test_assessment_is_drafted_where_two_criteria_are_met():
    drafts = assessments(switches())
    assert [draft.activity for draft in drafts] == ["planning", "payroll_cost", "reporting_office", "psychosocial"]
    assert [name for name, _, _ in drafts[0].risks] == ["workers", "new_technology"]
    assert len(drafts[0].open) == 3
    more = assessments(["agents"], {"agents": ["evaluates_people"]})
    assert [[name for name, _, _ in draft.risks] for draft in more] == [["new_technology", "evaluates_people"]]
    assert assessments(["agents"]) == ()
    assert "Zweck" in json.loads(json.dumps(more[0].as_json()))["description"]["de"]


def test_the_rule_agrees_that_a_drafted_assessment_is_required(ask):
    criteria = {"evaluates_people", "monitors", "special_data", "workers", "new_technology", "combines_data"}
    for draft in assessments(switches()):
        met = {name for name, _, _ in draft.risks}
        facts = {name: name in met for name in criteria} | {"done": False}
        assert ask("eu/data_protection/impact_assessment", **facts).values["required"] is True


@pytest.mark.parametrize(
    "call",
    [
        lambda: record(["nothing"]),
        lambda: record([], [Recipient("x", "processor", "DE", "eea", ("nothing",))]),
        lambda: assessments(["planning"], {"nothing": []}),
        lambda: assessments(["planning"], {"planning": ["nothing"]}),
    ],
)
def test_unknown_names_are_refused(call):
    with pytest.raises(Broken) as refused:
        call()
    assert refused.value.fault.where == "nothing"


@given(st.sets(st.sampled_from(switches())))
def test_record_and_drafts_follow_the_switches(on):
    assert {line.id for line in record(on)} == on
    assert {draft.activity for draft in assessments(on)} <= on


def test_every_decision_is_a_dated_value():
    values = library().packs["eu/data_protection"].parameters
    assert {f"adequacy_{code.lower()}" for code in DECISIONS} == {n for n in values if n.startswith("adequacy_")}
