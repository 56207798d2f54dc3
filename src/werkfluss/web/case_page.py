"""The page of a case: where it stands in one sentence, its history by day, its files, its messages, its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import User
from werkfluss.web import law_view, objects
from werkfluss.web.board_view import lasting
from werkfluss.web.forms.case_files import FileForm
from werkfluss.web.process_view import NOBODY, Happened, ShownStep, history, name_of
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.process_board import latest_of
from werkfluss.work.models import Case, CaseMessage

_OWN_PAPERS = ("engagement.order", "care.expatcase")
_FILES = 50
_POST = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. ``step`` is the most urgent open one, ``more`` how many others are open beside it.

    Without an open step ``awaited`` says what has to come, or ``ended`` when it was over, after ``lasted``.
    """

    step: ShownStep | None = None
    more: int = 0
    late: str = ""
    awaited: str = ""
    until: datetime | None = None
    ended: datetime | None = None
    lasted: str = ""


def standing(case: Case, steps: Sequence[ShownStep]) -> Standing:
    """In one sentence: what is next, who does it, until when."""
    now = clock.now()
    if case.state != "running":
        lasted = lasting(case.ended_at - case.created_at) if case.ended_at else ""
        return Standing(ended=case.ended_at, lasted=lasted)
    if steps:
        first = min(steps, key=lambda one: (one.step.due is None, one.step.due or now, one.step.created_at))
        due = first.step.due
        late = lasting(now - due) if due is not None and due < now else ""
        return Standing(step=first, more=len(steps) - 1, late=late, until=due)
    return _awaited(case)


def _awaited(case: Case) -> Standing:
    waits = sorted(case.waits.all(), key=lambda one: (one.due is None, one.due or one.created_at))
    if not waits:
        return Standing()
    first = waits[0]
    if first.due is not None:
        return Standing(awaited=name_of(model_of(case.definition), first.element), until=first.due)
    return Standing(awaited=first.name or name_of(model_of(case.definition), first.element))


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, newest first."""

    day: date
    entries: tuple[Happened, ...]


def days(entries: Iterable[Happened], *, own: str, hidden: bool) -> list[Day]:
    """The history by day in the reader's zone. ``hidden``: no name but the reader's ``own``."""
    shown = [
        replace(one, who=_("a person")) if hidden and one.who not in {own, _("Werkfluss itself")} else one
        for one in entries
    ]
    grouped = groupby(shown, key=lambda one: timezone.localtime(one.at).date())
    return [Day(day, tuple(found)) for day, found in grouped]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message or signal of a case: sent by it or come to it."""

    at: datetime
    sent: bool
    name: str
    state: str
    other: Case | None


def post(case: Case) -> list[Letter]:
    """What the case sent and what came to it, newest first. One query."""
    rows = CaseMessage.objects.filter(Q(sender=case) | Q(receiver=case)).select_related("sender", "receiver")
    return [_letter(row, case) for row in rows.order_by("-created_at")[:_POST]]


def _letter(row: CaseMessage, case: Case) -> Letter:
    sent = row.sender_id == case.pk
    return Letter(row.created_at, sent, row.name, row.state, row.receiver if sent else row.sender)


def files(case: Case, actor: Actor) -> list[Document]:
    """The files of the case, and those of what it is about as far as the reader may know of them; newest first."""
    about = Q(object_type="work.case", object_id=case.pk)
    about |= Q(object_type=case.subject_type, object_id=case.subject_id)
    rows = objects.visible_documents(actor).filter(about).select_related("blob")
    return list(rows.order_by("-created_at")[:_FILES])


def with_anchor(drawing: SafeString | None) -> SafeString | None:
    """The drawing with an anchor where the case stands, so that a link brings it into view."""
    if drawing is None:
        return None
    stands = 'class="bpmn-element is-active'
    return mark_safe(drawing.replace(stands, f'id="here" {stands}', 1))  # noqa: S308


def takes_files(case: Case) -> bool:
    """Orders and moves keep their papers themselves, with their own rules of who may see them."""
    return case.subject_type not in _OWN_PAPERS


def page(case: Case, steps: Sequence[ShownStep], actor: Actor) -> Mapping[str, Any]:
    """What the template of a case needs besides its steps."""
    (latest,) = latest_of([case.definition.key])
    own = User.objects.filter(pk=actor.id or NOBODY).values_list("name", flat=True).first() or ""
    return {
        "standing": standing(case, steps),
        "days": days(history(case), own=own, hidden=law_view.locked("task_times")),
        "files": files(case, actor),
        "file_form": FileForm(auto_id="case-file-%s") if actor.may("case.work") and takes_files(case) else None,
        "post": post(case),
        "newer": latest if latest.revision > case.definition.revision else None,
        "age": lasting(max(timedelta(0), clock.now() - case.created_at)),
    }
