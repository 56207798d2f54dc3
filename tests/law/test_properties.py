"""Properties over all rules: what a missing fact may hide, and what never depends on chance."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import REVIEWED
from werkfluss.kernel.errors import Broken
from werkfluss.law.api import library
from werkfluss.law.facts import COUNTRY_SAMPLES, FIRST_DAY, LAST_DAY, Fact, FactsRefused
from werkfluss.law.verdict import OUTCOMES, Verdict

RULE_IDS = sorted(rule.id for rule in library().rules())
DAYS = st.dates(date(2024, 3, 1), date(2027, 12, 31))
QUICK = settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _answers(fact: Fact) -> st.SearchStrategy:
    if fact.type == "boolean":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.values)
    if fact.type == "country":
        return st.sampled_from((*COUNTRY_SAMPLES, "BG", "BR", "LI", "PL", "UA"))
    if fact.type == "date":
        return st.dates(date(2026, 1, 1), date(2028, 12, 31)).map(date.isoformat)
    if fact.whole:
        return st.integers(0, 60).map(str)
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


def _far_answers(fact: Fact) -> st.SearchStrategy:
    """Anything the schema takes, above all its ends."""
    if fact.type == "number":
        ends = st.sampled_from([Decimal(0), Decimal("0.01") if not fact.whole else Decimal(1), fact.most])
        return st.none() | ends | (st.integers(0, int(fact.most)).map(Decimal))
    if fact.type == "date":
        return st.none() | st.sampled_from([FIRST_DAY, LAST_DAY, date(2024, 2, 29)]) | st.dates(FIRST_DAY, LAST_DAY)
    return st.none() | _answers(fact)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(RULE_IDS), st.sampled_from([FIRST_DAY, LAST_DAY]) | st.dates(FIRST_DAY, LAST_DAY))
def test_whatever_the_schema_takes_gets_an_answer_on_every_day(data, rule_id, on):
    facts = {name: data.draw(_far_answers(fact)) for name, fact in library().schema(rule_id).facts.items()}
    verdict = _ask(rule_id, facts, on)
    assert verdict.outcome in OUTCOMES
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict


@pytest.mark.parametrize(
    ("rule_id", "fact", "value"),
    [
        ("eu/a1/telework", "telework_percent", "100.01"),
        ("eu/a1/telework", "telework_percent", "4٣"),
        ("eu/a1/telework", "telework_percent", "1_0"),
        ("eu/a1/telework", "telework_percent", " 5"),
        ("eu/a1/telework", "telework_percent", "-0"),
        ("eu/a1/telework", "telework_percent", float("inf")),
        ("eu/a1/telework", "residence", "EL"),
        ("eu/a1/telework", "residence", "QQ"),
        ("de/aueg/duration", "leasing_since", "1899-12-31"),
        ("de/aueg/duration", "leasing_since", "2200-01-01"),
        ("de/aueg/duration", "leasing_since", "20261122"),
        ("de/aueg/duration", "leasing_since", datetime(2026, 11, 22)),
        ("de/aueg/duration", "agreed_months", "1201"),
        ("de/residence/blue_card", "salary", "1e13"),
        ("de/terms/minimum_wage", "weekly_hours", "0.000000000000000000001"),
        ("de/social/contributions", "children_under_25", "1.5"),
    ],
)
def test_what_cannot_be_is_refused_with_what_could(rule_id, fact, value):
    with pytest.raises(FactsRefused) as refused:
        _ask(rule_id, {fact: value}, REVIEWED)
    (fault,) = refused.value.faults
    assert fault.where == fact
    assert fault.expected.de != fault.expected.en
    assert ("GR" in fault.expected.de) == (value == "EL")


@pytest.mark.parametrize("on", [date(1899, 12, 31), date(2200, 1, 1)])
def test_a_day_far_away_is_refused(on):
    with pytest.raises(Broken, match="Nothing can be said for this day"):
        _ask("de/working_time/day", {}, on)


def test_a_day_after_the_last_value_of_a_pack_is_open_and_shows_the_last_one():
    facts = {"gross": "5000", "childless": True, "additional_rate": "2.9", "tax_class": "1", "church_tax": "none"}
    verdict = _ask("de/social/net_pay", facts, date(2030, 3, 1))
    assert verdict.outcome == "unknown"
    assert {use.status for use in verdict.parameters} >= {"unknown"}
    assert verdict.readings[-1].values["net"] == "3130.08"
    assert verdict.citations


def test_a_year_without_a_published_wage_tax_plan_says_so():
    facts = {"gross": "5000", "childless": True, "additional_rate": "2.9", "tax_class": "1", "church_tax": "none"}
    verdict = _ask("de/social/net_pay", facts, date(2027, 2, 1))
    assert verdict.outcome == "unknown"
    assert "Programmablaufplan der Lohnsteuer" in verdict.reasons[0].de
    assert "pap" in " ".join(use.reference for use in verdict.parameters if use.status == "unknown").casefold()


def test_a_day_before_the_first_version_of_a_rule_says_since_when_there_is_one_and_cites():
    verdict = _ask("de/status/artists_levy", {"purpose": "own_advertising", "fees_of_year": "2000"}, date(2025, 6, 1))
    assert verdict.outcome == "unknown"
    assert "die erste gilt ab dem 01.01.2026" in verdict.reasons[0].de
    assert "ksvg_24" in {citation.id for citation in verdict.citations}
