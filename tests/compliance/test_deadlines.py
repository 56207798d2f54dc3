"""Facts, conditions and deadlines: what ends what, what is done with what, and what the packs say of themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from werkfluss.compliance.domain import conditions, deadlines, explain
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.domain.facts import facts_about, facts_on, record_fact
from werkfluss.compliance.models import Check, Condition, Deadline
from werkfluss.kernel.errors import Broken, Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Condition as LawCondition
from werkfluss.org.models import FirmProfile

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor

ON = date(2026, 11, 2)
AGREED = {"agreed_before": True, "client_is_business": True, "objected": False}


def firm() -> FirmProfile:
    return FirmProfile.objects.get()


def check(by: Actor, facts: dict[str, Any] | None = None, rule: str = "de/invoice/self_billing") -> Check:
    question = Question.of(rule, ON, facts if facts is not None else AGREED)
    return check_facts([question], by=by)[question].check


def set_one(by: Actor, **more: Any) -> Deadline:
    given = {"code": "x", "title": Text("Melden", "Report"), "due": date(2027, 3, 1), "lead_days": 30}
    return deadlines.set_deadline(firm(), **(given | {"who": "hr", "basis": "§ 1"} | more), by=by)


# Deadlines


def test_deadline_starts_its_lead_time_before(in_firm: Actor) -> None:
    assert set_one(in_firm).start_by == date(2027, 1, 30)


def test_day_with_a_mistyped_year_is_refused(in_firm: Actor) -> None:
    with pytest.raises(Refused, match="before the year 1900"):
        set_one(in_firm, due=date(1, 1, 1))


def test_open_deadline_moves_to_the_new_day(in_firm: Actor) -> None:
    first = set_one(in_firm)
    moved = set_one(in_firm, due=date(2027, 6, 1))
    assert (moved.pk, Deadline.objects.count()) == (first.pk, 1)


def test_deadline_that_was_done_for_this_day_is_left_alone(in_firm: Actor) -> None:
    deadlines.complete_deadline(set_one(in_firm), by=in_firm)
    assert set_one(in_firm).state == "done"
    assert set_one(in_firm, due=date(2028, 3, 1)).state == "open"


def test_deadline_is_closed_once(in_firm: Actor) -> None:
    row = set_one(in_firm)
    deadlines.drop_deadline(row, reason="entfallen", by=in_firm)
    with pytest.raises(Conflict):
        deadlines.complete_deadline(row, by=in_firm)
    with pytest.raises(Conflict):
        deadlines.drop_deadline(row, reason="noch einmal", by=in_firm)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_dropping_needs_a_reason(reason: str, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        deadlines.drop_deadline(set_one(in_firm), reason=reason, by=in_firm)


def test_dropped_deadlines_are_not_about_anything_any_more(in_firm: Actor) -> None:
    row = set_one(in_firm)
    assert list(deadlines.deadlines_about(firm())) == [row]
    deadlines.drop_deadline(row, reason="x", by=in_firm)
    assert not deadlines.deadlines_about(firm()).exists()
    assert not deadlines.open_deadlines().exists()


# Conditions


def test_condition_taken_on_has_a_deadline_with_its_provision(in_firm: Actor) -> None:
    found = conditions.take_on(check(in_firm), number=0, subject=firm(), on=ON, by=in_firm)
    deadline = Deadline.objects.get()
    assert (deadline.code, deadline.due, deadline.state) == (found.code, found.due, "open")
    assert deadline.basis.startswith("§ 14")
    assert list(conditions.open_conditions()) == [found]


def test_condition_is_taken_on_once_and_again_after_it_lapsed(in_firm: Actor) -> None:
    stored = check(in_firm)
    first = conditions.take_on(stored, number=0, subject=firm(), on=ON, by=in_firm)
    assert conditions.take_on(stored, number=0, subject=firm(), on=ON, by=in_firm).pk == first.pk
    first.edit(state="lapsed")
    again = conditions.take_on(stored, number=0, subject=firm(), on=ON, by=in_firm)
    assert (again.pk, again.state) == (first.pk, "open")


def test_condition_and_deadline_are_done_together(in_firm: Actor) -> None:
    found = conditions.take_on(check(in_firm), number=0, subject=firm(), on=ON, by=in_firm)
    conditions.fulfil(found, by=in_firm)
    assert Deadline.objects.get().state == "done"
    with pytest.raises(Conflict):
        conditions.fulfil(found, by=in_firm)


def test_day_of_a_condition_is_never_before_it_can_be_done(in_firm: Actor) -> None:
    later = ON + timedelta(days=400)
    found = conditions.take_on(check(in_firm), number=0, subject=firm(), on=later, by=in_firm)
    assert found.due is not None
    assert found.due >= later


@pytest.mark.parametrize("number", [-1, 99])
def test_condition_that_is_not_in_the_verdict_is_refused(number: int, in_firm: Actor) -> None:
    with pytest.raises(Broken):
        conditions.take_on(check(in_firm), number=number, subject=firm(), on=ON, by=in_firm)
    with pytest.raises(Broken):
        conditions.take_on_duty(check(in_firm), number=number, subject=firm(), by=in_firm)
    assert not Condition.objects.exists()


@pytest.mark.parametrize(("days", "kind", "calendar"), [(10, "working", 14), (3, "working", 5), (10, "calendar", 10)])
def test_working_days_become_calendar_days(days: int, kind: Any, calendar: int) -> None:
    one = LawCondition("paper", Text("a", "a"), Text("b", "b"), "x", days, kind)
    assert conditions.calendar_days(one) == calendar
    assert conditions.calendar_days(LawCondition("paper", Text("a", "a"), Text("b", "b"), "x", None, kind)) == 0


def test_dated_duty_becomes_a_deadline(in_firm: Actor) -> None:
    facts = {"title_for_this_employment": True, "known_on": "2026-11-02"}
    stored = check(in_firm, facts, "de/residence/early_end")
    duty = next(number for number, one in enumerate(stored.verdict["duties"]) if one["due"])
    row = conditions.take_on_duty(stored, number=duty, subject=firm(), by=in_firm)
    assert row.due.isoformat() == stored.verdict["duties"][duty]["due"]


# Facts


def test_new_fact_ends_the_old_one(in_firm: Actor) -> None:
    for value, day in ((True, ON), (False, ON + timedelta(days=10))):
        record_fact(firm(), name="f", value=value, source="Brief", valid_from=day, by=in_firm)
    label, key = "org.firmprofile", firm().pk
    assert facts_on(ON + timedelta(days=9), subject_type=label, subject_ids=[key])[key] == {"f": True}
    assert facts_on(ON + timedelta(days=10), subject_type=label, subject_ids=[key])[key] == {"f": False}
    assert [row.value for row in facts_about(firm())] == [False, True]


# What the packs say of themselves


def test_every_rule_has_its_card_and_story() -> None:
    cards = explain.rule_cards()
    assert len(cards) >= 15
    for card in cards:
        story = explain.rule_story(card.id)
        assert story.sources
        assert all(version["provision"] for version in story.versions)
        assert [fact.name for fact in explain.questions_of(card.id, on=ON)]


def test_unknown_rule_is_broken() -> None:
    with pytest.raises(Broken):
        explain.rule_card("de/nix/regel")


def test_facts_of_a_stored_check_are_said_in_words(in_firm: Actor) -> None:
    stored = check(in_firm)
    said = {name: value for _question, value, name in explain.asked(stored)}
    assert said["agreed_before"] == Text("ja", "yes")
    stored.facts = None
    assert explain.asked(stored) == []


def test_answer_is_not_stored(in_firm: Actor) -> None:
    verdict = explain.answer(Question.of("de/invoice/self_billing", ON, AGREED))
    assert verdict.outcome == "allowed_with_conditions"
    assert not Check.objects.exists()


def test_changes_lie_in_the_period() -> None:
    rows = explain.changes_between(date(2025, 12, 31), date(2026, 12, 31))
    assert rows
    assert all(date(2025, 12, 31) < row.day <= date(2026, 12, 31) for row in rows)
