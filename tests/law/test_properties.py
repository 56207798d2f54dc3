"""Properties over all rules: what a missing fact may hide, and what never depends on chance."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.law.conftest import REVIEWED
from werkfluss.kernel.errors import Broken
from werkfluss.law.api import library
from werkfluss.law.facts import COUNTRY_SAMPLES, Fact
from werkfluss.law.verdict import OUTCOMES, Verdict

RULE_IDS = sorted(rule.id for rule in library().rules())
DAYS = st.dates(date(2024, 3, 1), date(2027, 12, 31))
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _answers(fact: Fact) -> st.SearchStrategy:
    if fact.type == "boolean":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.values)
    if fact.type == "country":
        return st.sampled_from((*COUNTRY_SAMPLES, "BG", "BR", "LI", "PL", "UA"))
    if fact.type == "date":
        return st.dates(date(2026, 1, 1), date(2028, 12, 31)).map(date.isoformat)
    high = {"EUR/year": 120_000, "EUR/month": 9_000, "EUR": 2_000, "percent": 100, "years": 80}.get(fact.unit, 100)
    return st.decimals(Decimal(0), Decimal(high), places=2).map(str)


@st.composite
def _questions(draw) -> tuple[str, dict, dict]:
    """A rule, all its facts, and the same facts with some left open."""
    rule_id = draw(st.sampled_from(RULE_IDS))
    facts = library().schema(rule_id).facts
    # Of the many facts with a default only a few are answered, as in real life.
    told = draw(st.sets(st.sampled_from(sorted(facts)), max_size=len(facts)))
    full = {name: draw(_answers(fact)) for name, fact in facts.items() if fact.default is None or name in told}
    hidden = draw(st.sets(st.sampled_from(sorted(full)), max_size=3)) if full else set()
    return rule_id, full, {name: (None if name in hidden else value) for name, value in full.items()}


def _ask(rule_id: str, facts: dict, on: date) -> Verdict:
    return library().check(rule_id, facts, on, today=REVIEWED)


@QUICK
@given(_questions(), DAYS)
def test_an_answer_never_leads_where_the_open_question_did_not(question, on):
    rule_id, full, partial = question
    before, after = _ask(rule_id, partial, on), _ask(rule_id, full, on)
    assert before.outcome in OUTCOMES
    if before.outcome != "unknown":
        assert after.outcome == before.outcome
        if before.headline:
            assert after.values["class"] == before.values["class"]


@QUICK
@given(_questions(), DAYS)
def test_unknown_names_a_fact_a_reading_or_a_reason(question, on):
    rule_id, _, partial = question
    verdict = _ask(rule_id, partial, on)
    assert verdict.reasons
    if verdict.outcome == "unknown":
        assert verdict.missing or verdict.readings or verdict.certainty == "C"
    if verdict.outcome == "allowed_with_conditions":
        assert verdict.conditions
    cited = {citation.id for citation in verdict.citations}
    assert {condition.basis for condition in verdict.conditions} <= set(library().pack_of(rule_id).provisions)
    assert cited or verdict.certainty == "C"


@QUICK
@given(_questions(), DAYS)
def test_verdict_survives_json_and_does_not_depend_on_the_order_of_facts(question, on):
    rule_id, _, partial = question
    verdict = _ask(rule_id, partial, on)
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
    assert _ask(rule_id, dict(reversed(partial.items())), on) == verdict


@QUICK
@given(st.integers(0, 120_000), st.integers(1, 30_000), st.sampled_from(["academic", "none"]), DAYS)
def test_more_salary_never_loses_the_blue_card(salary, more, qualification, on):
    facts = {
        "qualification": qualification,
        "occupation_group": "it",
        "it_experience_years": 4,
        "degree_years_ago": 1,
        "contract_months": 12,
    }
    rank = {"blocked": 0, "unknown": 1, "allowed_with_conditions": 2, "allowed": 3}
    low = _ask("de/residence/blue_card", {**facts, "salary": salary}, on)
    high = _ask("de/residence/blue_card", {**facts, "salary": salary + more}, on)
    assert rank[low.outcome] <= rank[high.outcome]


@QUICK
@given(_questions(), DAYS)
def test_verdict_is_constant_between_change_dates(question, on):
    rule_id, full, _ = question
    pack = library().pack_of(rule_id)
    changes = {change.day for change in library().changes(date(2023, 1, 1), date(2028, 1, 1))}
    following = on + timedelta(days=1)
    facts = {name: value for name, value in full.items() if pack.rules[rule_id][-1].facts.facts[name].type != "date"}
    if len(facts) == len(full) and following not in changes:
        first, second = _ask(rule_id, full, on), _ask(rule_id, full, following)
        assert (first.outcome, first.values) == (second.outcome, second.values)


@QUICK
@given(
    st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=3)
)
def test_strange_facts_are_refused_or_answered_but_never_crash(facts):
    for rule_id in RULE_IDS[:4]:
        known = set(library().schema(rule_id).facts)
        if set(facts) <= known and not facts:
            assert _ask(rule_id, facts, REVIEWED).outcome in OUTCOMES
        elif not set(facts) & known:
            with pytest.raises(Broken, match="does not know this fact"):
                _ask(rule_id, facts, REVIEWED)
