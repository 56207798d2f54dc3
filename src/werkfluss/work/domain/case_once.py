"""Programs that must not be called twice, because another system does not recognise a repetition.

First, in a transaction of its own, stands on record that the call begins; then the program is called, in the
transaction that keeps its answer. Whoever finds a call that has begun and no answer calls nothing: a person is asked.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.model import Definitions, Task
from werkfluss.process.state import WaitKind
from werkfluss.work.domain import case_services, services
from werkfluss.work.domain.case_run import call_begun, hand_over, lock
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, Wait


def due_calls(now: datetime) -> list[UUID]:
    """Waits whose program is to be called now, or was and has not answered; the longest due first."""
    rows = Wait.objects.filter(kind=WaitKind.SERVICE.value, due__lte=now, case__state="running")
    found = rows.select_related("case__definition").order_by("due")
    return [row.pk for row in found if is_once(model_of(row.case.definition), row.element)]


def is_once(model: Definitions, element: str) -> bool:
    """Whether the program of this step must not be called twice."""
    node = model.nodes.get(element)
    return isinstance(node, Task) and services.effect_of(node.facts.operation) is services.Effect.ONCE


def begin(wait_id: UUID, *, by: Actor) -> bool:
    """Note that the program is called now. ``False``: it is not to be called, because nobody waits for it any more, or
    because it was called before and what came of it is not known; then a person has been asked.
    """
    found = _locked(wait_id)
    if found is None:
        return False
    case, wait = found
    if wait.tries:
        wait.edit(due=None)
        answer = case_services.in_doubt(wait.key, "the call has begun, and there is no answer")
        hand_over(case, answer, kind="work.service.in_doubt", data={"step": wait.element}, by=by)
        return False
    wait.edit(tries=1)
    record(Event("work.service.begun", case, {"step": wait.element}), by=by)
    return True


def act(wait_id: UUID, *, by: Actor) -> bool:
    """Call the program that ``begin`` has noted, and go on with its answer."""
    found = _locked(wait_id)
    if found is None:
        return False
    case, wait = found
    wait.edit(due=None)
    call_begun(case, wait.key, by=by)
    return True


def _locked(wait_id: UUID) -> tuple[Case, Wait] | None:
    key = Wait.objects.filter(pk=wait_id).values_list("case_id", flat=True).first()
    if key is None:
        return None
    case = lock(key)
    wait = Wait.objects.filter(pk=wait_id, due__isnull=False).first()
    return (case, wait) if wait is not None and case.state == "running" else None
