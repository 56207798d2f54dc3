"""The shared golden cases on payroll and pensions, each as a rule with facts.

D31 and D32 (one essential client) and D46 and D47 (minimum wage) stand with ``de/status`` and ``de/terms``.
"""

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

CHILDLESS = {"childless": True, "additional_rate": "2.9"}


@dataclass(frozen=True)
class Question:
    """One rule asked for a golden case. ``figures``: value of the verdict → the figure as the case writes it."""

    rule: str
    facts: dict[str, Any]
    outcome: str
    figures: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    readings: int = 0
    day: str = "2026-11-22"


TABLE: dict[str, tuple[Question, ...]] = {
    "D19": (
        Question(
            "de/social/net_pay",
            {"gross": "5000", "tax_class": "1", "church_tax": "none", **CHILDLESS},
            "allowed",
            {
                "employee_total": "1,087.50",
                "employer_total": "1,057.50",
                "wage_tax": "782.42",
                "net": "3,130.08",
                "employer_cost": "6,057.50",
            },
            {"solidarity": "0.00"},
        ),
    ),
    "D20": (
        Question("de/social/contributions", {"gross": "9000", "childless": True}, "unknown", missing=("health",)),
        Question(
            "de/social/contributions",
            {"gross": "9000", "health": "statutory", **CHILDLESS},
            "allowed",
            {"employee_total": "1,543.79", "employer_total": "1,508.92"},
        ),
    ),
    "D21": (
        Question(
            "de/social/contributions",
            {"gross": "5000", "childless": False, "children_under_25": 3, "additional_rate": "2.9"},
            "allowed",
            {"employee_total": "1,032.50", "employer_total": "1,057.50"},
        ),
    ),
    "D22": (
        Question(
            "de/social/minijob",
            {"gross": "603", "health": "statutory", "pension_exempt": False},
            "allowed_with_conditions",
            {
                "health_employer": "78.39",
                "pension_employer": "90.45",
                "flat_tax": "12.06",
                "employer_total": "180.90",
                "pension_employee": "21.71",
            },
        ),
        Question(
            "de/social/minijob",
            {"gross": "603", "pension_exempt": False},
            "allowed_with_conditions",
            missing=("health",),
        ),
    ),
    "D23": (
        Question(
            "de/social/midijob", {"gross": "620", **CHILDLESS}, "allowed", values={"kind": "midijob"}, day="2026-12-01"
        ),
        Question(
            "de/social/minijob",
            {"gross": "620", "health": "statutory", "pension_exempt": False},
            "allowed_with_conditions",
            {"limit": "633"},
            {"kind": "minijob"},
            readings=3,
            day="2027-01-15",
        ),
    ),
    "D24": (
        Question(
            "de/social/midijob",
            {"gross": "1000", **CHILDLESS},
            "allowed",
            {
                "assessable": "854.06",
                "employee_base": "568.36",
                "pension_employee": "52.86",
                "employee_total": "125.33",
                "employer_total_unrounded": "241.06",
            },
            {"employer_total": "241.05"},  # by § 2(2) BVV; the case rounds only at the end
        ),
    ),
    "D25": (
        Question(
            "de/social/insurance_duty", {"annual_pay": "77400"}, "allowed", values={"health_insurance": "compulsory"}
        ),
    ),
    "D51": (
        Question(
            "de/pension/conversion",
            {"conversion": "300", "gross": "4000"},
            "allowed",
            {"subsidy": "45.00", "tax_free_month": "676", "contribution_free_month": "338"},
            {"total": "345.00", "subject_to_contributions": "7.00", "subject_to_tax": "0"},
        ),
    ),
}
PAIRS = [(name, question) for name, questions in TABLE.items() for question in questions]


@pytest.fixture(scope="session")
def golden(corpus: Path) -> dict[str, dict[str, Any]]:
    path = corpus.parent / "law" / "people" / "golden_dev.json"
    if not path.is_file():
        pytest.skip("the golden cases are not here")
    return {case["id"]: case for case in json.loads(path.read_text(encoding="utf-8"))}


def _ask(question: Question) -> Verdict:
    day = date.fromisoformat(question.day)
    return library().check(question.rule, question.facts, day, today=REVIEWED)


@pytest.mark.parametrize(("name", "question"), PAIRS, ids=[f"{name}-{q.rule}-{q.outcome}" for name, q in PAIRS])
def test_golden_case_has_the_expected_verdict(name, question):
    verdict = _ask(question)
    assert verdict.outcome == question.outcome
    written = {value: figure.replace(",", "") for value, figure in question.figures.items()}
    assert {value: float(str(verdict.values[value])) for value in written} == {
        value: float(figure) for value, figure in written.items()
    }
    assert {value: verdict.values[value] for value in question.values} == question.values
    assert set(question.missing) <= {missing.name for missing in verdict.missing}
    assert len(verdict.readings) == question.readings
    assert verdict.citations


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "question"), PAIRS, ids=[f"{name}-{q.rule}-{q.outcome}" for name, q in PAIRS])
def test_figures_are_those_of_the_shared_case(golden, name, question):
    case = golden[name]
    told = case["expect"] + case["given"]
    assert [figure for figure in question.figures.values() if figure not in told] == []
    assert _ask(question).outcome == question.outcome


@pytest.mark.corpus
def test_every_shared_case_on_pay_and_pension_is_in_the_table(golden):
    asked = {name for name, case in golden.items() if case["area"] in ("payroll", "pension")}
    assert asked == set(TABLE)
