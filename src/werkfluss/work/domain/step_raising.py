"""What whoever does a step may say instead: the errors and escalations that the drawing has an answer to."""

from __future__ import annotations

from collections.abc import Iterator

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.lifecycle import WaitKind
from werkfluss.process.model import EventKind
from werkfluss.process.raising import Raisable, raisable
from werkfluss.work.domain import cases, services
from werkfluss.work.domain.case_calls import callers
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_claims import fresh, require_reason
from werkfluss.work.models import Case, CaseTask

_DONE_BY_PEOPLE = frozenset({WaitKind.WORK, WaitKind.DECISION, WaitKind.SERVICE, WaitKind.RULE, WaitKind.CALL})


def raisable_at(step: CaseTask) -> tuple[Raisable, ...]:
    """What may be raised at an open step; escalations also where the case that called this one catches them.

    Needs ``case.definition`` selected.
    """
    if step.kind not in _DONE_BY_PEOPLE or services.is_led(step.case.definition.key, step.element):
        return ()
    model = model_of(step.case.definition)
    found = {(one.kind, one.code): one for one in raisable(model, model.nodes[step.element])}
    for one in _at_callers(step.case):
        if (one.kind, "") not in found:  # else it is caught here already
            found.setdefault((one.kind, one.code), one)
    return tuple(found.values())


def _at_callers(case: Case) -> Iterator[Raisable]:
    """What the cases around catch: an error of a person stays inside, an escalation goes on outwards."""
    inner = case
    for outer in callers(case):
        model = model_of(outer.definition)
        wait = outer.waits.filter(key=inner.parent_key).values_list("element", flat=True).first()
        if wait is not None and wait in model.nodes:
            yield from raisable(model, model.nodes[wait], errors=False)
        inner = outer


def raise_at(step: CaseTask, *, key: str, reason: str, by: Actor) -> Case:
    """Say at a step what hinders it, by the key of what is on offer; the drawing goes on where it is caught.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is no longer open.
        Refused: no reason, or nothing of the kind is caught here.
    """
    fresh(step)
    require_reason(reason)
    found = next((one for one in raisable_at(step) if one.key == key), None)
    if found is None:
        raise Refused(
            Text("Das ist an diesem Schritt nicht vorgesehen.", "The drawing has no answer to this here."),
            citation="Vorgang",
            what_to_do=Text("Bitte wählen Sie einen der angebotenen Gründe.", "Please choose one of those on offer."),
        )
    said = reason.strip()[:300]
    if found.kind is EventKind.ERROR:
        return cases.fail_step(step, error=found.code, reason=said, by=by)
    return cases.escalate_step(step, escalation=found.code, name=found.name, reason=said, by=by)
