"""The engine, on the law of a country that does not exist."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken
from werkfluss.law.api import Library, facts_digest
from werkfluss.law.facts import FactsRefused
from werkfluss.law.verdict import Verdict

IN_2026 = date(2026, 3, 1)
TODAY = date(2026, 11, 22)


def check(
    toy: Library, on: date = IN_2026, rule: str = "zz/toy/cross", today: date = TODAY, **facts: object
) -> Verdict:
    return toy.check(rule, facts, on, today=today)


def test_known_facts_decide(toy):
    verdict = check(toy, weight=11, has_paper=False)
    assert verdict.outcome == "allowed"
    assert verdict.values == {"wagon": "cart"}
    assert [use.value for use in verdict.parameters] == ["12"]
    assert [citation.id for citation in verdict.citations] == ["s1", "s2"]
    assert verdict.pack_version == "zz/toy@1"
    assert verdict.as_of == IN_2026


def test_condition_makes_allowed_conditional(toy):
    verdict = check(toy, weight=12, has_paper=True)
    assert verdict.outcome == "allowed_with_conditions"
    assert verdict.permits
    assert [(c.kind, c.lead_days, c.day_kind, c.who.en) for c in verdict.conditions] == [
        ("paper", 3, "working", "guard")
    ]


def test_missing_fact_that_matters_is_asked_for(toy):
    verdict = check(toy, weight=20)
    assert verdict.outcome == "unknown"
    assert not verdict.permits
    assert [missing.name for missing in verdict.missing] == ["has_paper"]
    assert verdict.missing[0].question.en == "Is there a paper?"
    assert verdict.missing[0].effects == (("false", ("blocked",)), ("true", ("allowed_with_conditions",)))


def test_missing_fact_that_cannot_matter_is_not_asked_for(toy):
    verdict = check(toy, weight=3)
    assert verdict.outcome == "allowed"
    assert verdict.missing == ()


def test_missing_number_is_tried_on_both_sides_of_the_threshold(toy):
    verdict = check(toy, has_paper=False)
    assert verdict.outcome == "unknown"
    assert [missing.name for missing in verdict.missing] == ["weight"]
    outcomes = {answer: outcome for answer, (outcome,) in verdict.missing[0].effects}
    assert outcomes["11"] == "allowed"
    assert outcomes["12"] == "blocked"


@pytest.mark.parametrize("nothing", [None, "unknown"])
def test_null_and_unknown_mean_missing_even_where_there_is_a_default(toy, nothing):
    verdict = check(toy, weight=3, wagon=nothing)
    assert verdict.outcome == "allowed"
    assert "wagon" not in verdict.values
    assert [missing.name for missing in verdict.missing] == ["wagon"]


def test_facts_that_matter_only_together_are_all_asked_for(toy):
    verdict = check(toy, rule="zz/toy/kind")
    assert verdict.outcome == "unknown"
    assert [missing.name for missing in verdict.missing] == ["left", "right"]
    assert verdict.as_json()["kind"] == "REVIEW"
    assert check(toy, rule="zz/toy/kind", left=True, right=False).as_json()["kind"] == "ODD"


def test_dates_are_tried_around_known_dates(toy):
    known = {"home": "IN", "arrival": "2026-03-01"}
    assert check(toy, rule="zz/toy/stay", **known).outcome == "unknown"
    assert check(toy, rule="zz/toy/stay", home="AT").outcome == "allowed"
    short = check(toy, rule="zz/toy/stay", departure="2026-03-31", **known)
    assert short.outcome == "allowed"
    assert [(duty.due, duty.basis) for duty in short.duties] == [(date(2026, 3, 31), "s1")]
    assert check(toy, rule="zz/toy/stay", departure="2026-04-01", **known).outcome == "blocked"


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"wieght": 3}, "wieght"),
        ({"weight": "heavy"}, "weight"),
        ({"weight": -1}, "weight"),
        ({"weight": True}, "weight"),
        ({"weight": "NaN"}, "weight"),
        ({"weight": [3]}, "weight"),
        ({"has_paper": "yes"}, "has_paper"),
        ({"has_paper": 1}, "has_paper"),
        ({"wagon": "ship"}, "wagon"),
        ({"wagon": {}}, "wagon"),
    ],
)
def test_wrong_fact_is_refused_with_its_name(toy, facts, where):
    with pytest.raises(FactsRefused) as refused:
        check(toy, **facts)
    assert [fault.where for fault in refused.value.faults] == [where]


@pytest.mark.parametrize("facts", [{"home": "Indien"}, {"arrival": "1.3.2026"}, {"arrival": 20260301}])
def test_wrong_country_or_date_is_refused(toy, facts):
    with pytest.raises(FactsRefused):
        check(toy, rule="zz/toy/stay", **facts)


def test_all_wrong_facts_are_named_and_the_near_name_is_offered(toy):
    with pytest.raises(FactsRefused) as refused:
        check(toy, wieght=3, wagon="ship")
    faults = refused.value.faults
    assert [fault.where for fault in faults] == ["wieght", "wagon"]
    assert "weight" in faults[0].next_step.en


@pytest.mark.parametrize("rule", ["zz/toy/fly", "zz/other/cross", "cross", ""])
def test_unknown_rule_is_refused(toy, rule):
    with pytest.raises(Broken) as refused:
        toy.check(rule, {}, IN_2026)
    assert refused.value.fault.where == rule


def test_versions_change_with_the_date(toy):
    last_day = check(toy, date(2025, 12, 31), weight=20, has_paper=False)
    first_day = check(toy, date(2026, 1, 1), weight=20, has_paper=False)
    assert (last_day.outcome, first_day.outcome) == ("allowed", "blocked")
    assert last_day.values == {"limit": "10"}


def test_day_before_the_first_version_is_unknown_not_an_error(toy):
    verdict = check(toy, date(2019, 12, 31), weight=1, has_paper=True)
    assert verdict.outcome == "unknown"
    assert "2019-12-31" in verdict.reasons[0].en


def test_draft_value_decides_only_if_the_old_one_agrees(toy):
    on = date(2027, 5, 1)
    light = check(toy, on, weight=5, has_paper=False)
    assert (light.outcome, light.certainty) == ("allowed", "C")
    between = check(toy, on, weight=13, has_paper=False)
    assert between.outcome == "unknown"
    assert [(reading.label.en, reading.outcome) for reading in between.readings][:2] == [
        ("with the draft for 2027 (14)", "allowed"),
        ("with the last value in force (12)", "blocked"),
    ]
    assert [use.status for use in between.parameters] == ["draft"]


def test_value_not_yet_published_never_decides(toy):
    verdict = check(toy, date(2028, 5, 1), weight=1, has_paper=False)
    assert verdict.outcome == "unknown"
    assert [reading.outcome for reading in verdict.readings][:2] == ["unknown", "allowed"]
    assert [use.value for use in verdict.parameters] == [None]


def test_bill_is_a_reading_and_never_decides(toy):
    verdict = check(toy, date(2026, 6, 1), weight=1, has_paper=False, wagon="coach")
    assert (verdict.outcome, verdict.certainty) == ("allowed", "C")
    assert [(reading.label.en, reading.outcome) for reading in verdict.readings] == [("under the bill", "blocked")]
    assert check(toy, date(2026, 5, 31), weight=1, has_paper=False, wagon="coach").readings == ()


def test_pack_past_its_review_decides_nothing_but_shows_its_reading(toy):
    due = check(toy, weight=1, has_paper=False, today=date(2027, 12, 31))
    late = check(toy, weight=1, has_paper=False, today=date(2028, 1, 1))
    assert due.outcome == "allowed"
    assert (late.outcome, late.certainty) == ("unknown", "C")
    assert late.readings[0].outcome == "allowed"
    assert "2027-12-31" in late.reasons[0].en


def test_review_follows_the_clock(toy):
    with clock.frozen(datetime(2028, 1, 2, tzinfo=UTC)):
        assert toy.check("zz/toy/cross", {"weight": 1, "has_paper": True}, IN_2026).outcome == "unknown"


@pytest.mark.parametrize(
    "facts", [{}, {"weight": 20}, {"weight": 12, "has_paper": True}, {"weight": 13, "has_paper": False}]
)
@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2027, 3, 1), date(2028, 3, 1)])
def test_verdict_survives_json(toy, facts, on):
    verdict = check(toy, on, **facts)
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict


def test_changes_between_two_days(toy):
    found = [
        (change.day.isoformat(), change.kind, change.before, change.after)
        for change in toy.changes(date(2025, 12, 31), date(2026, 12, 31))
    ]
    assert ("2026-01-01", "parameter", "10", "12") in found
    assert ("2026-06-01", "milestone", None, None) in found
    assert [kind for _, kind, *_ in found].count("rule") == 3
    assert toy.changes(date(2026, 7, 1), date(2026, 12, 31)) == []


def test_check_many_keeps_the_order_and_equals_single_checks(toy):
    cases = [("zz/toy/cross", {"weight": weight, "has_paper": False}, IN_2026) for weight in (1, 20, 1)]
    assert [verdict.outcome for verdict in toy.check_many(cases, today=TODAY)] == ["allowed", "blocked", "allowed"]


def test_explain_shows_versions_and_code(toy):
    document = toy.explain("zz/toy/cross")
    assert [(v["from"], v["to"], v["status"]) for v in document["versions"]] == [
        ("2020-01-01", "2025-12-31", "in_force"),
        ("2026-01-01", None, "in_force"),
        ("2026-06-01", None, "draft"),
    ]
    assert "heavy wagons" in document["versions"][1]["provision"]
    assert "def cross(" in document["versions"][1]["source"]


def test_facts_digest_ignores_the_order():
    assert facts_digest({"a": 1, "b": "x"}) == facts_digest({"b": "x", "a": 1})
    assert facts_digest({"a": 1}) != facts_digest({"a": 2})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('to: "2025-12-31"', 'to: "2026-02-01"'),
        ("reference: Gazette 1, ", ""),
        ("reference: Gazette 1", 'reference: ""'),
        ("value: null", 'value: "3"'),
        ("status: enacted", "status: rumour"),
    ],
)
def test_pack_with_a_flaw_is_refused(tmp_path: Path, old, new):
    source = Path(__file__).parent / "packs" / "zz" / "toy"
    target = tmp_path / "zz" / "toy"
    target.mkdir(parents=True)
    text = (source / "toy.yaml").read_text(encoding="utf-8")
    assert old in text
    (target / "toy.yaml").write_text(text.replace(old, new), encoding="utf-8")
    (target / "toy.py").write_text((source / "toy.py").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(Broken):
        Library(tmp_path).check("zz/toy/cross", {"weight": 1}, IN_2026, today=TODAY)
