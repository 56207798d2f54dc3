"""What whoever does a step may say instead: the errors and escalations that the drawing has an answer to."""

from __future__ import annotations

from dataclasses import replace

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.lifecycle import WaitKind
from werkfluss.process.model import Definitions, EventKind, FlowNode
from werkfluss.process.raising import Raisable, catcher, raisable
from werkfluss.work.domain import cases, services
from werkfluss.work.domain.case_calls import places_around
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_claims import fresh, require_reason
from werkfluss.work.models import Case, CaseTask

_DONE_BY_PEOPLE = frozenset({WaitKind.WORK, WaitKind.DECISION, WaitKind.SERVICE, WaitKind.RULE, WaitKind.CALL})


def raisable_at(step: CaseTask) -> tuple[Raisable, ...]:
    """What may be raised at an open step, also where a case that called this one catches it.

    Needs ``case.definition`` selected.
    """
    if step.kind not in _DONE_BY_PEOPLE or services.is_led(step.case.definition.key, step.element):
        return ()
    model = model_of(step.case.definition)
    found: dict[tuple[EventKind, str], Raisable] = {}
    nearer: list[tuple[Definitions, FlowNode]] = []
    for place in ((model, model.nodes[step.element]), *places_around(step.case)):
        for one in raisable(*place):
            thrown = [name for name in (one.code, one.name) if name]
            if not any(catcher(inner, at, one.kind, thrown) for inner, at in nearer):
                found.setdefault((one.kind, one.code), replace(one, outside=bool(nearer)))
        nearer.append(place)
    return tuple(found.values())


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
        return cases.fail_step(step, error=found.code, name=found.name, reason=said, by=by)
    return cases.escalate_step(step, escalation=found.code, name=found.name, reason=said, by=by)
