"""Events and what triggers them (BPMN 2.0, 10.5)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from werkfluss.process.model import Event, EventKind, EventPosition, Timer, Trigger
from werkfluss.process.xml import local_name, squeezed

from .dialects import zeebe
from .elements import Index, child, children, expression, flag, reference, text_of

KINDS = {
    "timerEventDefinition": EventKind.TIMER,
    "messageEventDefinition": EventKind.MESSAGE,
    "signalEventDefinition": EventKind.SIGNAL,
    "errorEventDefinition": EventKind.ERROR,
    "escalationEventDefinition": EventKind.ESCALATION,
    "conditionalEventDefinition": EventKind.CONDITIONAL,
    "linkEventDefinition": EventKind.LINK,
    "terminateEventDefinition": EventKind.TERMINATE,
    "compensateEventDefinition": EventKind.COMPENSATE,
    "cancelEventDefinition": EventKind.CANCEL,
}
_DECLARED = {
    EventKind.MESSAGE: ("messageRef", ""),
    EventKind.SIGNAL: ("signalRef", ""),
    EventKind.ERROR: ("errorRef", "errorCode"),
    EventKind.ESCALATION: ("escalationRef", "escalationCode"),
}
_TIMES = (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle"))


def read_event(element: etree._Element, position: EventPosition, index: Index, common: dict[str, Any]) -> Event:
    """``common`` holds the fields of FlowNode by name."""
    interrupting = "cancelActivity" if position is EventPosition.BOUNDARY else "isInterrupting"
    return Event(
        **common,
        position=position,
        triggers=_triggers(element, index),
        parallel=flag(element, "parallelMultiple", default=False),
        attached_to=reference(element.get("attachedToRef")),
        interrupting=flag(element, interrupting, default=True),
    )


def _triggers(element: etree._Element, index: Index) -> tuple[Trigger, ...]:
    found = [_trigger(definition, element, index) for definition in children(element, *KINDS)]
    for pointer in children(element, "eventDefinitionRef"):
        # A definition that stands elsewhere in the file, to be shared by several events.
        shared = index.get(reference(pointer.text))
        if shared is not None and local_name(shared) in KINDS:
            found.append(_trigger(shared, element, index))
    return tuple(found)


def _trigger(definition: etree._Element, event: etree._Element, index: Index) -> Trigger:
    kind = KINDS[local_name(definition)]
    if kind in _DECLARED:
        return _declared(definition, kind, index)
    if kind is EventKind.TIMER:
        times = (Timer(form, text) for tag, form in _TIMES if (text := expression(definition, tag)))
        return Trigger(kind, timer=next(times, None))
    if kind is EventKind.CONDITIONAL:
        condition = child(definition, "condition")
        language = condition.get("language") if condition is not None else None
        text = text_of(definition, "condition")
        plain = expression(definition, "condition")
        named = (language or index.expression_language) if plain == text else ""
        return Trigger(kind, squeezed(definition.get("name")), condition=plain, language=named)
    if kind is EventKind.LINK:
        return Trigger(kind, squeezed(definition.get("name")) or squeezed(event.get("name")))
    if kind is EventKind.COMPENSATE:
        activity = reference(definition.get("activityRef"))
        return Trigger(kind, activity=activity, wait=flag(definition, "waitForCompletion", default=True))
    return Trigger(kind)


def _declared(definition: etree._Element, kind: EventKind, index: Index) -> Trigger:
    attribute, code = _DECLARED[kind]
    target = reference(definition.get(attribute))
    declared = index.get(target)
    return Trigger(
        kind,
        index.name(target),
        code=squeezed(declared.get(code)) if declared is not None and code else "",
        reference=target,
        correlation=correlation(target, index),
    )


def correlation(message: str, index: Index) -> str:
    """The key by which a message finds its case (``zeebe:subscription``); empty if none is given."""
    declared = index.get(message)
    return zeebe(declared, "subscription", "correlationKey") if declared is not None else ""
