"""The shared golden cases on residence, recognition and employer duties, each as rules with facts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.law.conftest import REVIEWED
from werkfluss.law.api import library
from werkfluss.law.verdict import Verdict

R = "de/residence"
WITH_CONDITIONS = "allowed_with_conditions"


@dataclass(frozen=True)
class Question:
    """One rule asked for a golden case, and what its verdict must say."""

    rule: str
    facts: dict[str, Any]
    outcome: str
    certainty: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    conditions: tuple[str, ...] | None = None
    due: tuple[str, ...] = ()
    day: str = "2026-11-22"


D01 = {
    "citizenship": "IN",
    "age": 27,
    "qualification": "academic",
    "occupation_group": "it",
    "degree_years_ago": "2.3",
    "salary": "47000",
    "contract_months": 999,
    "it_job": True,
    "experience_years": 0,
    "collective_agreement": False,
    "livelihood_secured": False,
}
CONTROLLER = {
    "qualification": "academic",
    "occupation_group": "other",
    "degree_years_ago": 7,
    "contract_months": 999,
    "age": 35,
}
ENGINEER = {
    "qualification": "academic",
    "occupation_group": "shortage",
    "contract_months": 999,
    "age": 48,
    "salary": "46500",
    "pension_proof": False,
}
IT = {"qualification": "none", "occupation_group": "it", "contract_months": 999, "salary": "46000"}
METAL = {
    "experience_years": 2,
    "it_job": False,
    "qualification": "foreign_state_recognised",
    "salary": "44000",
    "age": 30,
}
CARD = {
    "qualification": "foreign_state_recognised",
    "german_level": "a1",
    "english_level": "c1",
    "experience_years": 2,
    "experience_years_of_seven": 2,
    "shortage_profession": True,
    "age": 33,
    "livelihood_secured": True,
}


def _only(rule: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that the rule knows."""
    known = library().schema(f"{R}/{rule}").facts
    return {name: value for name, value in facts.items() if name in known}


def ask(rule: str, facts: dict[str, Any], outcome: str, certainty: str | None = None, **more: Any) -> Question:
    return Question(f"{R}/{rule}", _only(rule, facts), outcome, certainty, **more)


TABLE: dict[str, list[Question]] = {
    "D01": [
        ask("blue_card", D01, WITH_CONDITIONS, "A", values={"route": "reduced"}, conditions=("consent",)),
        ask("skilled_worker", D01, WITH_CONDITIONS, "B", conditions=("consent",)),
        ask("experienced", D01, "blocked"),
        ask("experienced", {**D01, "experience_years": 2}, WITH_CONDITIONS, "B"),
        ask("routes", D01, WITH_CONDITIONS, values={"open": ["blue_card", "skilled_worker"]}),
    ],
    "D02": [
        ask("blue_card", {**D01, "salary": "45900"}, "blocked", values={"short_by": "34.2"}),
        ask("skilled_worker", {**D01, "salary": "45900"}, WITH_CONDITIONS, "B", conditions=("consent",)),
    ],
    "D03": [
        ask("blue_card", D01, "unknown", "C", day="2027-01-15"),
        ask("skilled_worker", D01, WITH_CONDITIONS, "B", day="2027-01-15"),
    ],
    "D04": [ask("blue_card", {**CONTROLLER, "salary": "50700.00"}, "allowed", "A", values={"consent": False})],
    "D05": [
        ask("blue_card", {**CONTROLLER, "salary": "50699.99"}, "blocked"),
        ask("skilled_worker", {**CONTROLLER, "salary": "50699.99"}, WITH_CONDITIONS, "B", conditions=("consent",)),
    ],
    "D06": [
        ask("blue_card", ENGINEER, WITH_CONDITIONS, "A"),
        ask("skilled_worker", ENGINEER, "blocked", "A", values={"threshold": "55770"}),
    ],
    "D07": [
        ask("blue_card", {**IT, "it_experience_years": 4}, WITH_CONDITIONS, "A", values={"route": "it_experience"})
    ],
    "D08": [
        ask("blue_card", {**IT, "it_experience_years": 2}, "blocked", "A"),
        ask(
            "experienced",
            {**IT, "experience_years": 2, "it_job": True, "collective_agreement": False, "age": 30},
            WITH_CONDITIONS,
            values={"discretion": True},
        ),
    ],
    "D09": [
        ask("experienced", {**METAL, "collective_agreement": True}, WITH_CONDITIONS),
        ask("experienced", {**METAL, "collective_agreement": False}, "blocked", "A", values={"threshold": "45630"}),
    ],
    "D10": [ask("blue_card", {**D01, "contract_months": 5}, "blocked", "A")],
    "D11": [
        ask(
            "blue_card_change",
            {"employed_since": "2026-04-01", "change_on": "2026-12-01"},
            WITH_CONDITIONS,
            "A",
            values={"refusal_until": "2026-12-31"},
            conditions=("notice",),
        )
    ],
    "D12": [ask("opportunity_card", CARD, WITH_CONDITIONS, "B", values={"points": 6}, conditions=("paper", "limit"))],
    "D13": [ask("opportunity_card", {**CARD, "age": 36}, "blocked", "A", values={"points": 5})],
    "D14": [
        ask(
            "early_end",
            {"title_for_this_employment": True, "known_on": "2026-11-23"},
            WITH_CONDITIONS,
            "A",
            due=("2026-12-21",),
        )
    ],
    "D15": [
        ask(
            "employer_duties",
            {"citizenship": "IN", "work_start": "2027-01-04", "lives_abroad": True},
            WITH_CONDITIONS,
            "A",
            conditions=("paper", "record", "notice"),
            due=("2027-01-04",),
        )
    ],
    "D16": [ask("registration", {"moved_in_on": "2026-11-25"}, WITH_CONDITIONS, "A", due=("2026-12-09",))],
    "D17": [
        ask("free_movement", {"citizenship": "ES"}, "allowed", "A"),
        ask("work_permission", {"citizenship": "ES"}, "allowed", "A"),
    ],
    "D18": [
        ask(
            "accelerated_procedure",
            {
                "purpose": "18b",
                "recognition_complete_on": "2026-12-01",
                "consent_asked_on": "2026-12-07",
                "slot_asked_on": "2027-02-02",
                "visa_applied_on": "2027-02-22",
            },
            WITH_CONDITIONS,
            "A",
            values={
                "fee": "411",
                "recognition_due": "2027-02-01",
                "consent_deemed_after": "2026-12-14",
                "slot_due": "2027-02-23",
                "visa_due": "2027-03-15",
            },
            due=("2027-02-01", "2026-12-14"),
        )
    ],
}


def _verdict(question: Question) -> Verdict:
    return library().check(question.rule, question.facts, date.fromisoformat(question.day), today=REVIEWED)


@pytest.mark.parametrize("case", TABLE, ids=TABLE)
def test_golden_case_is_answered_as_expected(case: str):
    for question in TABLE[case]:
        verdict = _verdict(question)
        document = verdict.as_json()
        assert verdict.outcome == question.outcome, question
        assert question.certainty in (None, verdict.certainty), question
        assert {name: document["values"].get(name) for name in question.values} == question.values
        if question.conditions is not None:
            assert tuple(condition.kind for condition in verdict.conditions) == question.conditions
        assert set(question.due) <= {duty.due.isoformat() for duty in verdict.duties if duty.due}
        assert verdict.citations


def test_draft_of_next_year_is_named_with_its_amount_and_never_decides():
    (blue_card, _) = TABLE["D03"]
    verdict = _verdict(blue_card)
    draft, in_force = verdict.readings
    assert (draft.outcome, in_force.outcome) == ("blocked", WITH_CONDITIONS)
    assert draft.label.en.startswith("with the draft for 2027 (48,108.60 €")
    assert "48.108,60 €" in draft.reasons[0].de
    assert draft.values["short_by"] == "1108.6"
    assert {use.status for use in verdict.parameters if use.unit == "EUR/year"} == {"draft"}


@pytest.mark.corpus
def test_table_covers_every_shared_case_on_residence(corpus: Path):
    golden = json.loads((corpus.parent / "law/people/golden_dev.json").read_text(encoding="utf-8"))
    assert {case["id"] for case in golden if case["area"] == "residence"} <= set(TABLE)


@pytest.mark.corpus
@pytest.mark.parametrize("case", TABLE, ids=TABLE)
def test_shared_case_agrees_in_certainty_and_in_what_it_names(corpus: Path, case: str):
    """What the shared text promises and the verdicts say: amounts, dates, and how firm the weakest answer is."""
    golden = json.loads((corpus.parent / "law/people/golden_dev.json").read_text(encoding="utf-8"))
    shared = next(item for item in golden if item["id"] == case)
    verdicts = [_verdict(question) for question in TABLE[case]]
    said = json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False)
    for wanted in _NAMED.get(case, ()):
        assert wanted in said, (case, wanted)
    weakest = max(verdict.certainty for verdict in verdicts)
    assert weakest >= shared["certainty"], "the pack may be more careful than the case, never surer"


# Dates and amounts of the shared cases as the verdicts write them.
_NAMED: dict[str, tuple[str, ...]] = {
    "D01": ("45934.2", "aufenthg_39"),
    "D03": ("48,108.60", "draft"),
    "D06": ("55770",),
    "D09": ("45630",),
    "D13": ('"points": 5',),
    "D14": ("2026-12-21", "30.000"),
    "D15": ("2027-01-04", "aufenthg_45c"),
    "D16": ("2026-12-09",),
    "D18": ("2027-02-01", "2026-12-14", "411"),
}
