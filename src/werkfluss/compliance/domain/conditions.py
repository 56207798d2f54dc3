"""Conditions of verdicts: taken on for a subject, worked off, with a deadline each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.db.models import QuerySet

from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.deadlines import complete_deadline, set_deadline
from werkfluss.compliance.models import Check, Condition, Deadline
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, Fault
from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Condition as LawCondition
from werkfluss.law.verdict import DayKind, Duty
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

_CODE = 80


def open_conditions() -> QuerySet[Condition]:
    """What is still to be done, the nearest first."""
    return Condition.objects.filter(state="open").select_related("check_ref").order_by("due", "created_at")


def conditions_about(subject: models.Model) -> QuerySet[Condition]:
    """All conditions taken on for a subject, the open ones first."""
    rows = Condition.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return rows.select_related("check_ref").order_by(models.Case(models.When(state="open", then=0), default=1), "due")


def take_on(check: Check, *, number: int, subject: models.Model, on: date, by: Actor) -> Condition:
    """Plan the condition ``number`` of a verdict for a subject: it becomes a condition with a deadline.

    The day of the check is the day by which it is needed, or as soon as it can be done, whichever is later. A
    condition that was taken on before is opened again if it lapsed, else left as it is.

    Raises:
        Broken: the verdict has no such condition.
    """
    wanted = _nth(check, number)
    code = f"{check.rule}:{wanted.kind}:{wanted.basis}"[:_CODE]
    lead = calendar_days(wanted)
    due = max(check.on, on + timedelta(days=lead))
    label = subject._meta.label_lower
    condition, made = Condition.objects.get_or_create(
        subject_type=label,
        subject_id=subject.pk,
        code=code,
        defaults={
            "check_ref": check,
            "text_de": wanted.text.de,
            "text_en": wanted.text.en,
            "who": wanted.who.de[:40],
            "lead_days": lead,
            "due": due,
        },
    )
    if not made and condition.state == "lapsed":
        condition.edit(state="open", check_ref=check, due=due)
    if condition.state == "open":
        set_deadline(
            subject,
            code=code,
            title=wanted.text,
            due=condition.due or due,
            lead_days=lead,
            who=wanted.who.de,
            basis=_basis(check, wanted.basis),
            by=by,
        )
    record(Event("compliance.condition.taken_on", condition, {"code": code, "due": condition.due}), by=by)
    return condition


def take_on_duty(check: Check, *, number: int, subject: models.Model, by: Actor) -> Deadline:
    """The dated duty ``number`` of a verdict becomes a deadline of a subject.

    Raises:
        Broken: the verdict has no such duty, or it has no date.
    """
    duties = Verdict.from_json(check.verdict).duties
    due = duties[number].due if 0 <= number < len(duties) else None
    if due is None:
        raise _no_such(check)
    duty = duties[number]
    return set_deadline(
        subject,
        code=duty_code(check.rule, duties, number),
        title=duty.what,
        due=due,
        lead_days=days_of_duty(duty),
        who=duty.who.de,
        basis=_basis(check, duty.basis),
        by=by,
    )


def duty_code(rule: str, duties: Sequence[Duty], number: int) -> str:
    """What the deadline of a duty is known by; of several duties that rest on one provision each has its number."""
    basis = duties[number].basis
    nth = sum(duty.basis == basis for duty in duties[: number + 1])
    ending = f":{nth}" if nth > 1 else ""
    return f"{rule}:duty:{basis}"[: _CODE - len(ending)] + ending


def days_of_duty(duty: Duty) -> int:
    """How long a duty takes in calendar days; nobody can say counts as none."""
    return _calendar(duty.practical_days, duty.day_kind)


def fulfil(condition: Condition, *, proof: Document | None = None, by: Actor) -> None:
    """The condition is met; its deadline is done with it.

    Raises:
        Conflict: somebody else was faster.
    """
    if condition.state != "open":
        raise Conflict(f"condition {condition.code}")
    own = Deadline.objects.filter(
        subject_type=condition.subject_type, subject_id=condition.subject_id, code=condition.code, state="open"
    )
    for deadline in own:
        complete_deadline(deadline, proof=proof, by=by)
    condition.edit(state="done", done_at=clock.now(), done_by=by.id, proof=proof)
    record(Event("compliance.condition.done", condition, {"code": condition.code}), by=by)


def close_conditions(deadline: Deadline, *, state: str, by: Actor) -> None:
    """A deadline that came from a condition closes it: ``done`` with its proof, ``lapsed`` when it was dropped."""
    rows = Condition.objects.filter(
        subject_type=deadline.subject_type, subject_id=deadline.subject_id, code=deadline.code, state="open"
    )
    for condition in rows:
        condition.edit(state=state, done_at=clock.now(), done_by=by.id, proof=deadline.proof)
        record(Event(f"compliance.condition.{state}", condition, {"code": condition.code}), by=by)


def calendar_days(condition: LawCondition) -> int:
    """How long a condition takes in calendar days; nobody can say counts as none."""
    return _calendar(condition.lead_days, condition.day_kind)


def _calendar(days: int | None, kind: DayKind) -> int:
    return -(-(days or 0) * 7 // 5) if kind == "working" else days or 0


def _nth(check: Check, number: int) -> LawCondition:
    conditions = Verdict.from_json(check.verdict).conditions
    if not 0 <= number < len(conditions):
        raise _no_such(check)
    return conditions[number]


def _basis(check: Check, basis: str) -> str:
    """The provision as lawyers write it."""
    cited = {citation.id: citation.label for citation in Verdict.from_json(check.verdict).citations}
    return cited.get(basis, basis)


def _no_such(check: Check) -> Broken:
    return Broken(
        Fault(
            check.rule,
            Text("Diese Bedingung enthält die Prüfung nicht.", "The check has no such condition."),
            Text("Eine Bedingung oder Frist dieser Prüfung.", "A condition or deadline of this check."),
            Text("Bitte laden Sie die Seite neu.", "Please reload the page."),
        )
    )
