"""Events: do they say what happens, is their time readable, can they ever occur."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from werkfluss.kernel.text import Text
from werkfluss.process.model import (
    Activity,
    CallActivity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Process,
    SubProcess,
    SubProcessKind,
    Task,
    Trigger,
)
from werkfluss.process.timers import parse_duration

from .activities import is_machine
from .catalogue import finding
from .expressions import feel_finding, time_findings
from .findings import ClarityFinding
from .fitted import fitted_event

_THROWN = (EventKind.ERROR, EventKind.ESCALATION)
# A timer without a time is a finding of its own; the others say all by their sign.
_SELF_EVIDENT = (EventKind.TERMINATE, EventKind.COMPENSATE, EventKind.CANCEL, EventKind.TIMER)


def event_findings(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
    """What is unclear about the events of a process."""
    for node in process.nodes:
        if isinstance(node, Event):
            if _says_nothing(definitions, node):
                yield finding("event_unnamed", node.id, example=fitted_event(definitions, node))
            for trigger in node.triggers:
                yield from _trigger(node, trigger)
        elif isinstance(node, Activity):
            yield from _never(definitions, node)


def _says_nothing(definitions: Definitions, node: Event) -> bool:
    if node.name or (node.label and node.label.texts):
        return False
    if not node.triggers:
        plain = node.position in (EventPosition.START, EventPosition.END)
        return not (plain and node.scope in definitions.nodes)  # inside a sub-process its name says it all
    told = (t.name or t.code or t.condition or t.kind in _SELF_EVIDENT for t in node.triggers)
    return not all(told)


def _trigger(node: Event, trigger: Trigger) -> Iterator[ClarityFinding]:
    if trigger.kind is EventKind.TIMER:
        yield from (
            [finding("timer_without_time", node.id)] if trigger.timer is None else time_findings(node, trigger.timer)
        )
    yield from feel_finding(node.id, trigger.condition, trigger.language)


def _never(definitions: Definitions, node: Activity) -> Iterator[ClarityFinding]:
    shortest: tuple[timedelta, Event] | None = None
    events = definitions.boundaries.get(node.id, ())
    for event in events:
        if event.interrupting and (length := _length(event)) is not None and (not shortest or length < shortest[0]):
            shortest = length, event
    for event in events:
        later = _length(event)
        if shortest and later is not None and later > shortest[0]:
            first = shortest[1]
            yield finding(
                "boundary_never",
                event.id,
                message=Text(
                    f"Diese Frist läuft nie ab: Vorher bricht „{first.name or first.id}“ den Schritt ab.",
                    f"This time never runs out: “{first.name or first.id}” interrupts the step before.",
                ),
            )
        elif event.trigger.kind is EventKind.CANCEL and not _is_transaction(node):
            message = Text(
                "Abbruch gibt es nur an einer Transaktion, hier tritt er nie ein.",
                "A cancel event occurs at a transaction only, here never.",
            )
            yield finding("boundary_never", event.id, message=message)
        elif event.trigger.kind in _THROWN and isinstance(node, SubProcess) and not _raised(definitions, node, event):
            yield finding("boundary_never", event.id)


def _is_transaction(node: Activity) -> bool:
    return isinstance(node, SubProcess) and node.kind is SubProcessKind.TRANSACTION


def _length(event: Event) -> timedelta | None:
    """How long a boundary timer runs, months taken as 30 days; ``None`` if it is no plain duration."""
    timer = event.trigger.timer
    if timer is None or timer.kind != "duration" or timer.expression.startswith("="):
        return None
    try:
        length = parse_duration(timer.expression)
    except ValueError:
        return None
    return timedelta(days=30 * length.months + length.days) + length.rest


def _inside(definitions: Definitions, holder: FlowNode) -> Iterator[FlowNode]:
    for node in definitions.members.get(holder.id, ()):
        yield node
        yield from _inside(definitions, node)


def _raised(definitions: Definitions, holder: SubProcess, event: Event) -> bool:
    """Whether anything inside may raise what the event catches; what is called or automatic may raise anything."""
    inside = list(_inside(definitions, holder))
    if not inside:
        return True  # drawn closed: its inside is not known
    for node in inside:
        if isinstance(node, CallActivity) or is_machine(node):
            return True
        if isinstance(node, Task) and event.trigger.kind is EventKind.ESCALATION:
            return True  # a person may escalate
        if isinstance(node, Event) and node.position in (EventPosition.END, EventPosition.THROW):
            for thrown in node.triggers:
                same = not event.trigger.key or not thrown.key or thrown.key == event.trigger.key
                if thrown.kind is event.trigger.kind and same:
                    return True
    return False
