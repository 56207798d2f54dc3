"""Due times that move with a reason, questions and answers, comments; what an erased person leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.work.step_world import case_of, person_of, the_step
from werkfluss.evidence.domain.erasure import Erased
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.work import step_erasure
from werkfluss.work.domain import cases, step_claims, step_lists, step_talk
from werkfluss.work.models import CaseTask, StepComment, StepQuestion

Member = Callable[..., Actor]


@pytest.fixture
def anna(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "anna@muster.example")


@pytest.fixture
def hr(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def step(firm: Organisation, in_firm: Actor) -> CaseTask:
    return the_step(case_of(firm, in_firm))


def user(actor: Actor) -> User:
    return User.objects.get(pk=actor.id)


def test_due_time_moves_with_a_reason_only(step: CaseTask, in_firm: Actor, anna: Actor) -> None:
    later = clock.now() + timedelta(days=9)
    with pytest.raises(Refused):
        step_talk.move_due(step, due=later, reason="", by=in_firm)
    with pytest.raises(NotPermitted):
        step_talk.move_due(step, due=later, reason="Urlaub", by=anna)
    step_talk.move_due(step, due=later, reason="Lieferant meldet sich erst dann", by=in_firm)
    step.refresh_from_db()
    assert step.due == later
    step_talk.set_follow_up(step, follow_up=later, by=anna)
    assert step.follow_up == later


def test_question_is_answered_by_who_was_asked_and_holds_the_step(
    step: CaseTask, in_firm: Actor, anna: Actor, hr: Actor, firm: Organisation, member_of: Member
) -> None:
    asked = step_talk.ask(step, to=user(hr), text="Welche Kostenstelle?", by=anna)
    assert [one.pk for one in step_talk.questions_for(hr)] == [asked.pk]
    assert step.pk in {one.pk for one in step_lists.steps_for(hr)}
    with pytest.raises(Refused):
        cases.complete_step(step, by=anna)
    with pytest.raises(NotPermitted):
        step_talk.answer(asked, text="4711", by=member_of(firm, Role.LEAD))
    step_talk.answer(asked, text="4711", by=hr)
    with pytest.raises(Conflict):
        step_talk.answer(asked, text="4712", by=hr)
    assert not step_talk.questions_for(hr).exists()
    cases.complete_step(step, by=anna)


def test_question_can_be_withdrawn_by_who_asked(step: CaseTask, anna: Actor, hr: Actor) -> None:
    asked = step_talk.ask(step, to=Role.HR, text="Noch gültig?", by=anna)
    with pytest.raises(NotPermitted):
        step_talk.withdraw_question(asked, by=Actor(anna.org_id, anna.kind, UUID(int=1)))
    step_talk.withdraw_question(asked, by=anna)
    assert not step_talk.questions_for(hr).exists()
    with pytest.raises(Conflict):
        step_talk.withdraw_question(asked, by=anna)


def test_due_time_goes_on_unless_it_is_stopped_with_a_reason(
    step: CaseTask, anna: Actor, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = clock.now() + timedelta(days=2)
    step.edit(due=due)
    plain = step_talk.ask(step, to=Role.HR, text="Eins?", by=anna)
    stopping = step_talk.ask(step, to=Role.HR, text="Zwei?", stop_reason="ohne Antwort geht es nicht", by=anna)
    later = clock.now() + timedelta(days=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    step_talk.answer(plain, text="ja", by=hr)
    step.refresh_from_db()
    assert step.due == due
    step_talk.answer(stopping, text="ja", by=hr)
    step.refresh_from_db()
    assert step.due is not None
    assert abs(step.due - due - timedelta(days=5)) < timedelta(minutes=1)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001])
def test_question_without_text_is_refused(step: CaseTask, anna: Actor, hr: Actor, text: str) -> None:
    with pytest.raises(Refused):
        step_talk.ask(step, to=Role.HR, text=text, by=anna)


def test_question_that_reaches_nobody_is_refused(step: CaseTask, anna: Actor) -> None:
    for nobody in (Role.WORKS_COUNCIL, user(anna)):
        with pytest.raises(Refused):
            step_talk.ask(step, to=nobody, text="Jemand da?", by=anna)
    assert not StepQuestion.objects.exists()


def test_comment_is_written_by_those_who_see_the_step(
    step: CaseTask, anna: Actor, hr: Actor, firm: Organisation, member_of: Member
) -> None:
    step_talk.comment(step, text="Angebot liegt bei.", by=anna)
    with pytest.raises(NotPermitted):
        step_talk.comment(step, text="?", by=member_of(firm, Role.WORKS_COUNCIL))
    assert [one.text for one in StepComment.objects.all()] == ["Angebot liegt bei."]


def test_erased_person_leaves_no_words_and_stands_in_for_nobody(
    step: CaseTask, in_firm: Actor, anna: Actor, hr: Actor
) -> None:
    person = person_of(anna, in_firm)
    step_claims.name_substitute(person, substitute=person_of(hr, in_firm), by=anna)
    step_claims.claim_step(step, by=anna)
    step_talk.comment(step, text="Meine Notiz", by=anna)
    asked = step_talk.ask(step, to=Role.HR, text="Frage", by=anna)
    step_talk.answer(asked, text="Antwort", by=hr)
    erased = step_erasure.erase(person)
    assert isinstance(erased, Erased)
    assert {label for label, _ in erased.objects} == {"work.substitution", "work.stepcomment"}
    asked.refresh_from_db()
    step.refresh_from_db()
    assert (asked.text, asked.answer, step.claimed_by_id) == ("", "Antwort", None)
