"""Properties and data of the packs on status, terms, works council and cross-border work."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import REVIEWED
from werkfluss.law.api import library
from werkfluss.law.packs.de.status.counsel import Evidence, dossier
from werkfluss.law.packs.de.status.indicators import INDICATORS
from werkfluss.law.packs.de.terms.checklist import ITEMS, due
from werkfluss.law.packs.de.works_council.annex import BLANKS, clauses, filled
from werkfluss.law.packs.de.works_council.functions import FUNCTIONS
from werkfluss.law.packs.eu.cross_border.treaties import LIMITED
from werkfluss.law.verdict import Verdict

QUICK = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = [item.name for item in INDICATORS]
WEIGHT = {item.name: item.weight for item in INDICATORS}
ANSWERS = st.fixed_dictionaries({name: st.sampled_from((True, False, None)) for name in NAMES})
DAYS = st.dates(date(2024, 3, 1), date(2027, 12, 31))
# From best to worst for who wants to give the order.
RANK = {"allowed_with_conditions": 0, "unknown": 1, "blocked": 2}
MINE = ("de/status", "de/aueg", "de/terms", "de/works_council", "de/working_time", "eu/a1", "eu/cross_border")


def _status(answers: dict[str, Any], on: date = REVIEWED, **more: Any) -> Verdict:
    return library().check("de/status/engagement", {**answers, **more}, on, today=REVIEWED)


def _span(verdict: Verdict) -> tuple[int, int]:
    low, high = verdict.values["score_min"], verdict.values["score_max"]
    assert isinstance(low, int)
    assert isinstance(high, int)
    return low, high


@QUICK
@given(ANSWERS, st.sampled_from(NAMES), DAYS)
def test_leaving_a_question_open_only_widens_the_interval(answers, name, on):
    answered = {**answers, name: answers[name] if answers[name] is not None else True}
    low, high = _span(_status(answered, on))
    wide_low, wide_high = _span(_status({**answers, name: None}, on))
    assert wide_low <= low <= high <= wide_high


@QUICK
@given(ANSWERS, st.sampled_from([name for name in NAMES if WEIGHT[name] > 0]), DAYS, st.booleans())
def test_an_indicator_of_employment_never_improves_the_outcome(answers, name, on, running):
    before = _status({**answers, name: False}, on, already_running=running)
    after = _status({**answers, name: True}, on, already_running=running)
    assert RANK[before.outcome] <= RANK[after.outcome]
    assert _span(before)[0] <= _span(after)[0]


@QUICK
@given(ANSWERS, st.sampled_from([name for name in NAMES if WEIGHT[name] < 0]), DAYS)
def test_an_indicator_of_self_employment_never_worsens_the_outcome(answers, name, on):
    assert RANK[_status({**answers, name: True}, on).outcome] <= RANK[_status({**answers, name: False}, on).outcome]


@QUICK
@given(ANSWERS, DAYS)
def test_status_is_never_plainly_allowed_and_never_certain(answers, on):
    verdict = _status(answers, on)
    assert verdict.outcome in RANK
    assert verdict.certainty == "B"
    assert len(verdict.values["answers"]) == len(INDICATORS)
    if verdict.outcome == "unknown":
        assert verdict.missing


@QUICK
@given(ANSWERS, DAYS)
def test_an_ignored_warning_is_named_and_never_improves(answers, on):
    before, after = _status(answers, on), _status(answers, on, warning_ignored=True)
    assert RANK[before.outcome] <= RANK[after.outcome]
    if after.outcome != "unknown":
        assert any("evidence of intent" in reason.en for reason in after.reasons)
        assert "sgb4_25" in {condition.basis for condition in after.conditions}


def _change_days(pack_id: str) -> set[date]:
    return {
        change.day
        for change in library().changes(date(2023, 1, 1), date(2028, 12, 31))
        if change.id.startswith(f"{pack_id}/")
    }


def _told(rule_id: str) -> st.SearchStrategy:
    """Facts of a rule without its dates; some left open."""
    facts = library().schema(rule_id).facts.values()
    kinds: dict[str, st.SearchStrategy] = {
        "boolean": st.booleans(),
        "country": st.sampled_from(("DE", "AT", "FR", "EE", "DK", "GB", "US", "IN", "TR", "VN")),
    }
    numbers = ("0", "1", "5", "20", "21", "83.34", "100", "183", "1000", "1000.01", "9000")
    for fact in facts:
        taken = [each for each in numbers if Decimal(each) <= fact.most and not (fact.whole and "." in each)]
        kinds[fact.name] = kinds[fact.type] if fact.type in kinds else st.sampled_from(taken)
    return st.fixed_dictionaries(
        {},
        optional={
            fact.name: st.sampled_from(fact.values) if fact.type == "choice" else kinds[fact.name]
            for fact in facts
            if fact.type != "date"
        },
    )


UNDATED = sorted(
    info.id
    for info in library().rules()
    if info.id.rpartition("/")[0] in MINE and all(fact.type != "date" for fact in info.facts.facts.values())
)


@QUICK
@given(st.data(), st.sampled_from(UNDATED), DAYS)
def test_verdict_is_constant_between_change_dates(data, rule_id, on):
    following = on + timedelta(days=1)
    if following in _change_days(rule_id.rpartition("/")[0]):
        return
    facts = data.draw(_told(rule_id))
    first, second = (library().check(rule_id, facts, day, today=REVIEWED) for day in (on, following))
    assert (first.outcome, first.values, first.certainty) == (second.outcome, second.values, second.certainty)
    assert first.conditions == second.conditions


@QUICK
@given(st.integers(0, 6000), st.integers(1, 2000), st.integers(1, 60), DAYS)
def test_more_pay_never_breaks_the_minimum_wage(pay, more, weekly, on):
    rank = {"blocked": 0, "unknown": 1, "allowed": 2}
    facts = {"weekly_hours": weekly, "month": on.isoformat()}
    low, high = (
        library().check("de/terms/minimum_wage", {**facts, "monthly_pay": amount}, on, today=REVIEWED)
        for amount in (pay, pay + more)
    )
    assert rank[low.outcome] <= rank[high.outcome]


@QUICK
@given(st.integers(0, 100), st.integers(0, 100), DAYS)
def test_more_telework_never_leads_back_to_the_employers_law(some, more, on):
    facts = {"residence": "FR", "employer_state": "DE"}
    low, high = (
        library().check("eu/a1/telework", {**facts, "telework_percent": min(100, share)}, on, today=REVIEWED)
        for share in (some, some + more)
    )
    assert not (low.values["applicable_law"] == "FR" and high.values["applicable_law"] == "DE")


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
@QUICK
def test_leasing_is_blocked_exactly_after_its_last_day(since, on):
    verdict = library().check("de/aueg/duration", {"leasing_since": since.isoformat()}, on, today=REVIEWED)
    assert (verdict.outcome == "blocked") == (on.isoformat() > str(verdict.values["last_day"]))


def test_dossier_joins_answers_with_their_evidence():
    facts = {"client_sets_hours": True, "own_staff_used": False, "already_running": True}
    verdict = _status(facts)
    proof = {"client_sets_hours": Evidence(date(2026, 9, 1), "Dienstplan KW 36")}
    made = dossier(verdict, facts, proof)
    rows = {row["fact"]: row for row in made["indicators"]}
    assert rows["client_sets_hours"]["since"] == "2026-09-01"
    assert rows["client_sets_hours"]["answer"] == "yes"
    assert rows["client_sets_hours"]["hard_stop"]
    assert rows["exclusivity"]["answer"] == "open"
    assert made["unproven"] == ["own_staff_used"]
    assert [row["fact"] for row in made["other_facts"]] == ["already_running"]
    assert json.loads(json.dumps(made))["verdict"]["rule"] == "de/status/engagement"


def test_dossier_refuses_a_verdict_of_another_rule(ask):
    with pytest.raises(ValueError, match="pension_duty"):
        dossier(ask("de/status/pension_duty", insured_staff=True), {}, {})


def test_checklist_names_every_item_once_and_all_are_due():
    assert [item.number for item in ITEMS] == list(range(1, 16))
    assert sorted(int(n) for when in ("first_day", "day_7", "month") for n in due(when)) == list(range(1, 16))
    # s. 2(4) NachwG: nos. 6 to 8 and 10 to 14 may be replaced by a reference.
    assert {item.number for item in ITEMS if item.by_reference} == {6, 7, 8, 10, 11, 12, 13, 14}


def test_annex_rests_on_provisions_of_the_pack_and_its_blanks_are_filled():
    known = library().packs["de/works_council"].provisions
    assert all(set(clause.basis) <= set(known) for clause in clauses())
    covered = {basis for clause in clauses() for basis in clause.basis}
    assert {"betrvg_87_1_1", "betrvg_87_1_2", "betrvg_87_1_3", "betrvg_87_1_6", "betrvg_87_1_14"} <= covered
    assert {"betrvg_80_2", "betrvg_90", "betrvg_94", "betrvg_95_2a"} <= covered
    made = filled({"firm": "Muster Werke GmbH", "date": "1.1.2027", "group": "10"})
    assert len({clause.id for clause in made}) == len(clauses())
    assert not any("{" in text for clause in made for text in (clause.text.de, clause.text.en))
    with pytest.raises(KeyError):
        filled(dict.fromkeys(BLANKS[:-1], "x"))


def test_functions_of_the_product_cite_provisions_and_the_lock_follows_them(ask):
    known = library().packs["de/works_council"].provisions
    assert all(set(function.rights) <= set(known) for function in FUNCTIONS)
    assert all(function.rights for function in FUNCTIONS if function.person_related)
    for function in FUNCTIONS:
        verdict = ask(
            "de/works_council/go_live", works_council=True, person_related=function.person_related, agreement="none"
        )
        assert (verdict.outcome == "blocked") == function.person_related, function.id


def test_every_state_with_a_limit_has_its_parameter():
    named = {name for name in library().packs["eu/cross_border"].parameters if name.startswith("limit_")}
    assert named == {f"limit_{state.lower()}" for state in LIMITED}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("de/status/pension_rate", "de/social/rate_pension"),
        ("de/status/levy_rate", "de/social/artists_levy"),
        ("de/status/levy_threshold", "de/social/artists_levy_free"),
    ],
)
def test_values_that_two_packs_need_agree_where_both_know_them(one, other):
    """A pack is installed by itself and so carries its own values; they must not drift apart."""
    mine, theirs = _decided(one), _decided(other)
    days = {date(2024, 7, 1), date(2025, 7, 1), REVIEWED, date(2027, 7, 1)}
    both = {day for day in days if mine(day) is not None and theirs(day) is not None}
    assert REVIEWED in both
    assert {day: Decimal(str(mine(day))) for day in both} == {day: Decimal(str(theirs(day))) for day in both}


def _decided(parameter_id: str) -> Callable[[date], object]:
    """The value in force or enacted on a day, else None."""
    pack_id, _, name = parameter_id.rpartition("/")
    parameter = library().packs[pack_id].parameters[name]

    def at(day: date) -> object:
        value = parameter.at(day)
        return value.value if value is not None and value.decides else None

    return at
