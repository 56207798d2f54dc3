"""Days by which something must be done, with their basis and the time it takes in practice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet

from werkfluss.compliance.models import Deadline
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

_FIRST_YEAR = 1900


def open_deadlines() -> QuerySet[Deadline]:
    """What is still to do, the nearest first."""
    return Deadline.objects.filter(state="open").order_by("due", "start_by")


def deadlines_about(subject: models.Model) -> QuerySet[Deadline]:
    """All deadlines of a subject but the dropped ones, the nearest first."""
    rows = Deadline.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return rows.exclude(state="dropped").order_by("due", "code")


def set_deadline(
    subject: models.Model, *, code: str, title: Text, due: date, lead_days: int, who: str, basis: str, by: Actor
) -> Deadline:
    """Something about ``subject`` must be done by ``due``; it takes ``lead_days`` calendar days in practice.

    An open deadline of this code moves to the new day, with what it said before in the record; one that was done for
    this very day is left alone. ``who`` is a role, or the word for whoever has to act; ``basis`` names the provision or
    the agreement.

    Raises:
        Refused: the day lies before the last century: a year was mistyped.
    """
    label = subject._meta.label_lower
    own = Deadline.objects.filter(subject_type=label, subject_id=subject.pk, code=code)
    says: dict[str, Any] = {
        "title_de": title.de[:200],
        "title_en": title.en[:200],
        "due": due,
        "start_by": _start_by(due, lead_days),
        "who": who[:40],
        "basis": basis[:200],
    }
    deadline = own.filter(due=due).first() or own.filter(state="open").first()
    was: dict[str, Any] = {}
    if deadline is None:
        deadline = Deadline.objects.create(subject_type=label, subject_id=subject.pk, code=code, **says)
    elif deadline.state == "done" or (deadline.state == "open" and all(getattr(deadline, k) == says[k] for k in says)):
        return deadline
    else:
        was = _says(deadline)
        deadline.edit(state="open", done_at=None, done_by=None, **says)
    data = {"code": code, **_says(deadline), "was": was}
    record(Event("compliance.deadline.set", deadline, data), by=by)
    return deadline


def _start_by(due: date, lead_days: int) -> date:
    if due.year < _FIRST_YEAR:
        raise Refused(
            Text(f"Dieser Tag liegt vor dem Jahr {_FIRST_YEAR}.", f"This day is before the year {_FIRST_YEAR}."),
            citation="Frist",
            what_to_do=Text("Bitte prüfen Sie das Jahr.", "Please check the year."),
        )
    return due - timedelta(days=lead_days)


def move_deadline(deadline: Deadline, *, due: date, lead_days: int, who: str, reason: str, by: Actor) -> None:
    """Another day, another lead time or somebody else; what it said before stays in the record.

    Raises:
        Conflict: it is closed, or there is another one about the same for that day.
        Refused: no reason.
    """
    if deadline.state != "open":
        raise Conflict(f"deadline {deadline.code}")
    if not reason.strip():
        raise _no_reason()
    same = {name: getattr(deadline, name) for name in ("subject_type", "subject_id", "code")}
    if Deadline.objects.filter(**same, due=due).exclude(pk=deadline.pk).exists():
        raise Conflict(f"deadline {deadline.code} {due}")
    was = _says(deadline)
    deadline.edit(due=due, start_by=_start_by(due, lead_days), who=who[:40])
    data = {"code": deadline.code, **_says(deadline), "was": was, "reason": reason.strip()}
    record(Event("compliance.deadline.moved", deadline, data), by=by)


def _says(deadline: Deadline) -> dict[str, Any]:
    """What is compared and shown in its history."""
    return {name: getattr(deadline, name) for name in ("due", "start_by", "who", "basis", "state")}


def complete_deadline(deadline: Deadline, *, proof: Document | None = None, by: Actor) -> None:
    """It is done.

    Raises:
        Conflict: somebody else was faster.
    """
    if deadline.state != "open":
        raise Conflict(f"deadline {deadline.code}")
    deadline.edit(state="done", done_at=clock.now(), done_by=by.id, proof=proof)
    record(Event("compliance.deadline.done", deadline, {"code": deadline.code, "due": deadline.due}), by=by)


def drop_deadline(deadline: Deadline, *, reason: str, by: Actor) -> None:
    """It no longer applies.

    Raises:
        Conflict: it is closed already.
        Refused: no reason.
    """
    if deadline.state != "open":
        raise Conflict(f"deadline {deadline.code}")
    if not reason.strip():
        raise _no_reason()
    deadline.edit(state="dropped", done_at=clock.now(), done_by=by.id)
    record(Event("compliance.deadline.dropped", deadline, {"code": deadline.code, "reason": reason}), by=by)


def _no_reason() -> Refused:
    return Refused(
        Text("Bitte nennen Sie den Grund.", "Please give the reason."),
        citation="Fristen",
        what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
    )
