"""Reminders, escalation, time-outs and questions come by mail once, inside working hours, in one mail a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from tests.work.step_world import away, case_of, decision_of, person_of, the_step
from werkfluss.flow.step_mails import look_after_steps
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import LoginLink, Organisation, User
from werkfluss.org.roles import Role
from werkfluss.work.domain import step_claims, step_talk
from werkfluss.work.domain.step_votes import cast_vote
from werkfluss.work.models import Case, CaseTask, MailWish, StepNotice

Member = Callable[..., Actor]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten in the morning in Kassel
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _post(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]


@pytest.fixture
def anna(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "anna@muster.example")


@pytest.fixture
def step(firm: Organisation, in_firm: Actor, anna: Actor) -> CaseTask:
    """Claimed by anna, due on Monday at four in the afternoon."""
    step = the_step(case_of(firm, in_firm))
    step_claims.claim_step(step, by=anna)
    step.edit(due=MONDAY + timedelta(hours=6))
    return step


def sent_to(address: str) -> list[str]:
    return [one.body for one in mail.outbox if one.to == [address]]


def test_reminder_comes_once_a_day_however_often_the_job_runs(firm: Organisation, step: CaseTask) -> None:
    for minutes in (0, 5, 300):
        look_after_steps(firm.pk, MONDAY + timedelta(minutes=minutes))
    (body,) = sent_to("anna@muster.example")
    assert "Antrag schreiben (Neue Presse): fällig, 23.11.2026 16:00 (Europe/Berlin)" in body
    assert f"/steps/{step.pk}/" in body
    look_after_steps(firm.pk, MONDAY + DAY)
    assert len(sent_to("anna@muster.example")) == 2


@pytest.mark.parametrize("hours", [-7, 12, 5 * 24])
def test_nobody_is_reminded_outside_working_hours(firm: Organisation, step: CaseTask, hours: int) -> None:
    look_after_steps(firm.pk, MONDAY + timedelta(hours=hours))
    assert sent_to("anna@muster.example") == []


def test_all_steps_of_a_person_come_in_one_mail_in_the_own_language_and_zone(
    firm: Organisation, in_firm: Actor, anna: Actor, step: CaseTask
) -> None:
    User.objects.filter(pk=anna.id).update(language="en", time_zone="Asia/Kolkata")
    second = the_step(case_of(firm, in_firm))
    step_claims.claim_step(second, by=anna)
    second.edit(due=MONDAY)
    look_after_steps(firm.pk, MONDAY)
    (body,) = sent_to("anna@muster.example")
    assert body.count("/steps/") == 2
    assert "23 Nov 2026 14:30 (Asia/Kolkata)" in body


def test_mail_about_a_step_is_in_a_further_language_with_german_below(
    firm: Organisation, anna: Actor, step: CaseTask
) -> None:
    User.objects.filter(pk=anna.id).update(language="es", time_zone="Europe/Madrid")
    look_after_steps(firm.pk, MONDAY)
    (body,) = sent_to("anna@muster.example")
    assert body.index("Buenos días") < body.index("vence, 2026-11-23 16:00 (Europe/Madrid)") < body.index("Guten Tag")


def test_follow_up_can_be_switched_off_but_not_a_due_time(firm: Organisation, anna: Actor, step: CaseTask) -> None:
    step.edit(due=None, follow_up=MONDAY)
    MailWish.objects.create(user_id=anna.id, follow_ups=False)
    look_after_steps(firm.pk, MONDAY)
    assert sent_to("anna@muster.example") == []
    MailWish.objects.update(follow_ups=True)
    look_after_steps(firm.pk, MONDAY)
    look_after_steps(firm.pk, MONDAY + DAY)
    assert len(sent_to("anna@muster.example")) == 1
    MailWish.objects.update(follow_ups=False)
    step.edit(due=MONDAY + DAY)
    look_after_steps(firm.pk, MONDAY + DAY)
    assert len(sent_to("anna@muster.example")) == 2


def test_each_stage_of_an_escalation_is_told_once(
    firm: Organisation, in_firm: Actor, step: CaseTask, member_of: Member
) -> None:
    member_of(firm, Role.LEAD)
    for hours in (7, 7, 8):
        look_after_steps(firm.pk, MONDAY + timedelta(hours=hours))
    assert len(sent_to("lead@muster.example")) == 1
    assert "überfällig" in sent_to("lead@muster.example")[0]
    director = User.objects.get(pk=in_firm.id).email
    assert sent_to(director) == []
    look_after_steps(firm.pk, MONDAY + 4 * DAY)
    assert len(sent_to("lead@muster.example")) == 1
    assert len(sent_to(director)) == 1


def test_substitute_is_reminded_in_place_of_who_is_away(
    firm: Organisation, in_firm: Actor, anna: Actor, member_of: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = member_of(firm, Role.EMPLOYEE, "ben@muster.example")
    absent = person_of(anna, in_firm)
    step_claims.name_substitute(absent, substitute=person_of(ben, in_firm), by=anna)
    the_step(case_of(firm, in_firm, Team=absent)).edit(due=MONDAY)
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    away(absent)
    look_after_steps(firm.pk, MONDAY)
    assert sent_to("anna@muster.example") == []
    assert "in Vertretung für anna" in sent_to("ben@muster.example")[0]


def test_claim_of_an_absent_person_is_given_back(
    firm: Organisation, in_firm: Actor, anna: Actor, step: CaseTask
) -> None:
    away(person_of(anna, in_firm))
    look_after_steps(firm.pk, clock.now())
    step.refresh_from_db()
    assert step.claimed_by_id is None


def test_time_that_has_passed_takes_the_branch_that_the_drawing_names(
    firm: Organisation, in_firm: Actor, anna: Actor
) -> None:
    approval = 'approvals="2/Geschäftsführung,Personal,Leitung" timeout="nein"'
    step = decision_of(firm, in_firm, approval, doer=anna)
    step.edit(due=MONDAY)
    cast_vote(step, choices=["yes"], by=in_firm)
    look_after_steps(firm.pk, MONDAY - DAY)
    step.refresh_from_db()
    assert step.state == "open"
    look_after_steps(firm.pk, MONDAY + timedelta(minutes=1))
    step.refresh_from_db()
    assert (step.state, step.choice, step.reason, step.done_by) == ("done", "no", "Frist abgelaufen", None)
    assert Case.objects.get().state == "completed"


def test_silence_approves_nothing(firm: Organisation, in_firm: Actor, anna: Actor) -> None:
    step = decision_of(firm, in_firm, 'approvals="1/Geschäftsführung,Personal"', doer=anna)
    step.edit(due=MONDAY)
    look_after_steps(firm.pk, MONDAY + 30 * DAY)
    step.refresh_from_db()
    assert step.state == "open"


def test_open_question_that_stops_the_due_time_stops_the_time_out_too(
    firm: Organisation, in_firm: Actor, anna: Actor, member_of: Member
) -> None:
    hr = member_of(firm, Role.HR)
    step = decision_of(firm, in_firm, 'timeout="nein"', doer=anna)
    step.edit(due=MONDAY)
    asked = step_talk.ask(step, to=Role.HR, text="Gibt es die Stelle?", stop_reason="ohne Stelle nichts", by=in_firm)
    look_after_steps(firm.pk, MONDAY + DAY)
    step.refresh_from_db()
    assert step.state == "open"
    assert len([one for one in sent_to("hr@muster.example") if "Rückfrage an Sie" in one]) == 1
    step_talk.answer(asked, text="Ja, ab Januar.", by=hr)
    step.refresh_from_db()
    assert step.due is not None
    assert step.due >= MONDAY


def test_tie_is_told_to_the_role_that_decides(
    firm: Organisation, in_firm: Actor, anna: Actor, member_of: Member
) -> None:
    step = decision_of(firm, in_firm, 'approvals="2/Personal,Leitung" escalation="Geschäftsführung"', doer=anna)
    cast_vote(step, choices=["yes"], by=member_of(firm, Role.HR))
    cast_vote(step, choices=["no"], by=member_of(firm, Role.LEAD))
    look_after_steps(firm.pk, MONDAY)
    look_after_steps(firm.pk, MONDAY + DAY)
    (body,) = sent_to(User.objects.get(pk=in_firm.id).email)
    assert "führen zu keinem Ergebnis" in body


def test_external_gets_a_link_to_the_one_step_when_it_opens(firm: Organisation, in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name="Partner", cents_per_hour=9000, by=in_firm)
    partner = resources.add_resource(
        kind=Kind.PARTNER, name="Büro Nord", email="post@buero-nord.example", rate=rate, by=in_firm
    )
    step = the_step(case_of(firm, in_firm, Team=partner))
    look_after_steps(firm.pk, MONDAY)
    look_after_steps(firm.pk, MONDAY)
    (body,) = sent_to("post@buero-nord.example")
    assert "/link/muster/" in body
    link = LoginLink.objects.get()
    assert link.target == f"/o/muster/steps/{step.pk}/"
    assert StepNotice.objects.filter(stage="opened").count() == 1
