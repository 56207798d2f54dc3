"""Properties of the residence pack: salaries, blocking facts, routes, dates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import REVIEWED
from werkfluss.law.api import library
from werkfluss.law.packs.de.residence.common import add_months
from werkfluss.law.verdict import Verdict

R = "de/residence"
QUICK = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANK = {"blocked": 0, "unknown": 1, "allowed_with_conditions": 2, "allowed": 3}
DAYS = st.dates(date(2024, 6, 1), date(2027, 12, 31))
SALARY_RULES: dict[str, dict[str, Any]] = {
    "blue_card": {"qualification": "academic", "degree_years_ago": 2, "contract_months": 12},
    "blue_card_renewal": {
        "first_card_route": "graduate",
        "degree_years_ago": 2,
        "first_card_on": "2026-01-01",
    },
    "blue_card_long_mobility": {
        "card_state": "FR",
        "months_in_state": 20,
        "qualification": "academic",
        "degree_years_ago": 2,
        "contract_months": 12,
    },
    "skilled_worker": {"qualification": "vocational", "age": 50, "pension_proof": False},
    "experienced": {
        "experience_years": 3,
        "it_job": True,
        "qualification": "none",
        "collective_agreement": False,
        "age": 50,
        "pension_proof": False,
    },
    "western_balkans": {"citizenship": "RS", "asylum_benefits": False, "age": 50, "pension_proof": False},
}
# Answers that close a route whatever else is said.
BLOCKING: dict[str, list[dict[str, Any]]] = {
    "blue_card": [{"suitable_job": False}, {"refusal_ground": True}, {"licence": "missing"}, {"contract_months": 5}],
    "skilled_worker": [{"qualification": "none"}, {"licence": "missing"}, {"agency_work": True}],
    "experienced": [{"experience_years": 1}, {"qualified_job": False}, {"agency_work": True}],
    "recognition_partnership": [{"related_job": False}, {"recognition_agreement": False}, {"german_level": "a1"}],
    "western_balkans": [{"asylum_benefits": True}, {"applied_there": False}, {"citizenship": "IN"}],
    "opportunity_card": [{"present_stay": "other"}, {"qualification": "none"}],
    "self_employed": [{"licence": "missing"}],
}


def _ask(rule: str, facts: dict[str, Any], on: date = REVIEWED) -> Verdict:
    return library().check(f"{R}/{rule}", facts, on, today=REVIEWED)


def _rank(verdict: Verdict) -> int:
    return RANK[verdict.outcome]


@QUICK
@given(
    st.sampled_from(sorted(SALARY_RULES)),
    st.integers(20_000, 70_000),
    st.integers(1, 30_000),
    st.sampled_from(["it", "shortage", "other"]),
    DAYS,
)
def test_more_salary_never_loses_a_salary_test(rule, salary, more, group, on):
    known = library().schema(f"{R}/{rule}").facts
    facts = SALARY_RULES[rule] | ({"occupation_group": group} if "occupation_group" in known else {})
    low = _ask(rule, {**facts, "salary": salary}, on)
    high = _ask(rule, {**facts, "salary": salary + more}, on)
    assert _rank(low) <= _rank(high)


@QUICK
@given(st.sampled_from([(rule, fact) for rule, facts in BLOCKING.items() for fact in facts]), DAYS)
def test_blocking_fact_added_to_an_open_question_never_allows(question, on):
    rule, blocking = question
    before = _ask(rule, {}, on)
    assert before.outcome == "unknown"
    assert _ask(rule, blocking, on).outcome in ("blocked", "unknown")
    assert _rank(_ask(rule, blocking, on)) <= _rank(before)


@QUICK
@given(st.integers(30_000, 70_000), st.integers(20, 60), st.sampled_from(["academic", "vocational", "none"]), DAYS)
def test_routes_say_of_each_route_what_its_own_rule_says(salary, age, qualification, on):
    facts = {
        "citizenship": "IN",
        "salary": salary,
        "age": age,
        "qualification": qualification,
        "occupation_group": "shortage",
        "contract_months": 24,
        "pension_proof": False,
        "degree_years_ago": 5,
        "it_experience_years": 0,
        "experience_years": 3,
        "it_job": False,
        "collective_agreement": False,
    }
    verdict = _ask("routes", facts, on)
    for part in verdict.parts:
        if part.id in ("blue_card", "skilled_worker", "experienced"):
            known = library().schema(f"{R}/{part.id}").facts
            own = _ask(part.id, {name: value for name, value in facts.items() if name in known}, on)
            assert (part.outcome, part.certainty) == (own.outcome, own.certainty)
    opened = [part for part in verdict.parts if part.outcome in ("allowed", "allowed_with_conditions")]
    assert list(verdict.parts[: len(opened)]) == opened
    assert verdict.values["open"] == tuple(part.id for part in opened)
    assert (verdict.outcome == "allowed_with_conditions") == bool(opened)


def test_route_that_carries_the_job_comes_before_one_to_look_for_work():
    facts = {
        "citizenship": "US",
        "qualification": "vocational",
        "age": 30,
        "salary": "40000",
        "contract_months": 24,
        "livelihood_secured": True,
        "occupation_group": "other",
        "it_experience_years": 0,
        "experience_years": 0,
    }
    order = list(_ask("routes", facts).values["order"])
    assert order[:3] == ["skilled_worker", "best_friends", "opportunity_card"]


def test_accelerated_procedure_changes_time_and_fee_of_a_route():
    facts = {"citizenship": "IN", "qualification": "vocational", "age": 30, "salary": "40000"}
    (best, *_) = _ask("routes", facts).parts
    assert (best.id, best.value("fee_total"), best.value("fee_accelerated")) == ("skilled_worker", "175", "411")
    assert (best.value("usual_days"), best.value("usual_days_accelerated")) == (120, 75)


def test_visa_free_national_pays_no_visa():
    (best, *_) = _ask("routes", {"citizenship": "JP", "qualification": "vocational", "age": 30, "salary": "1"}).parts
    assert (best.value("fee_total"), best.value("usual_days")) == ("100", 60)


def test_route_with_the_draft_says_both_readings_in_its_lines():
    facts = {**SALARY_RULES["blue_card"], "occupation_group": "it", "salary": "47000", "citizenship": "IN"}
    verdict = _ask("routes", facts, date(2027, 1, 15))
    (card,) = [part for part in verdict.parts if part.id == "blue_card"]
    assert (card.outcome, card.certainty) == ("unknown", "C")
    lines = " ".join(line.en for line in card.lines)
    assert "with the draft for 2027 (48,108.60 €" in lines
    assert "not met" in lines
    assert "with the last value in force (45,934.20 €" in lines


@QUICK
@given(
    st.integers(0, 400),
    st.sampled_from(["none", "anabin", "zab", "bqfg"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_steps_keep_their_order_and_their_time(days, recognition, accelerated, visa, consent):
    start = REVIEWED + timedelta(days=days)
    facts = {
        "planned_start": start.isoformat(),
        "recognition_step": recognition,
        "accelerated": accelerated,
        "visa_needed": visa,
        "consent_needed": consent,
    }
    verdict = _ask("case_steps", facts)
    before = [part for part in verdict.parts if part.value("phase") == "before_start"]
    assert before[-1].value("done_by") == start.isoformat()
    for part in before:
        begin, end = date.fromisoformat(str(part.value("start_by"))), date.fromisoformat(str(part.value("done_by")))
        assert (end - begin).days == part.value("lead_days")
        assert end <= start
        assert part.who is not None
    slack = verdict.values["slack_days"]
    assert slack == min(part.value("slack_days") for part in before)
    earliest = date.fromisoformat(str(verdict.values["earliest_start"]))
    assert (verdict.outcome == "blocked") == (earliest > start) == (slack < 0)
    assert verdict.values["critical"] == tuple(part.id for part in before if part.value("critical"))
    assert verdict.values["critical"]


def test_later_start_never_makes_a_case_harder():
    ranks = [
        _rank(
            _ask(
                "case_steps",
                {"planned_start": (REVIEWED + timedelta(days=days)).isoformat(), "recognition_step": "bqfg"},
            )
        )
        for days in range(0, 300, 7)
    ]
    assert ranks == sorted(ranks)
    assert {0, 2} == set(ranks)


@pytest.mark.parametrize("level", ["a1", "a2", "b1", "b2", "c1"])
def test_better_german_never_settles_later(level):
    facts = {"title_kind": "blue_card", "since": "2026-01-31", "contribution_months": 0, "german_level": level}
    earliest = _ask("settlement", facts).values["earliest"]
    assert earliest == ("2028-04-30" if level in ("a1", "a2") else "2027-10-31")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 12, 1), 2, date(2027, 2, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start, months, end):
    assert add_months(start, months) == end


def test_fees_and_clocks_are_dated_values_with_a_provision():
    verdict = _ask("accelerated_procedure", {"purpose": "18g", "consent_asked_on": "2026-12-07"})
    used = {use.id.rpartition("/")[2]: (use.value, use.provision) for use in verdict.parameters}
    assert used["fee_accelerated"] == ("411", "aufenthv_47")
    assert used["consent_days_accelerated"] == ("7", "beschv_36_2")


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_salary_thresholds_are_their_share_of_the_ceiling(year):
    """§ 18g Abs. 1, 2, § 18 Abs. 2 Nr. 5 AufenthG, § 6 BeschV: 50, 45.3, 55 and 45 per cent."""
    day = date(year, 3, 1)
    ceiling = library().packs["de/pension"].environment(day).numbers["ceiling"]
    numbers = library().packs["de/residence"].environment(day).numbers
    shares = {"blue_card_regular": "50", "blue_card_reduced": "45.3", "age_45": "55", "experienced": "45"}
    assert {name: numbers[name] for name in shares} == {
        name: ceiling * Decimal(percent) / 100 for name, percent in shares.items()
    }
