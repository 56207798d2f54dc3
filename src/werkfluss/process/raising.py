"""Which errors and escalations a person at a step may raise: those that the drawing has an answer to.

The nearest event that catches one gets it, as the engine does it (BPMN 2.0.2, 10.5.1 and 10.5.7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from werkfluss.kernel.text import Text

from .engine.throwing import catches
from .model import Definitions, Event, EventKind, EventPosition, FlowNode, SubProcess, SubProcessKind, Trigger

_KINDS = (EventKind.ERROR, EventKind.ESCALATION)
# How people call what the drawing gives no name.
_USUAL = {EventKind.ERROR: Text("es ist gescheitert", "it has failed"), EventKind.ESCALATION: Text("Hilfe", "help")}


@dataclass(frozen=True, slots=True)
class Raisable:
    """What can be raised: ``code`` and ``name`` are those to give to the engine, ``said`` is how people call it.

    ``event`` catches it. ``ends``: the step is taken back, else it goes on beside what begins then. ``outside``: a case
    that called this one catches it; an error ends this one then.
    """

    kind: EventKind
    code: str
    name: str
    said: Text
    event: str
    ends: bool
    outside: bool = False

    @property
    def key(self) -> str:
        """Tells it from all others that may be raised at the same step."""
        return f"{self.kind}:{self.code}"


def raisable(definitions: Definitions, node: FlowNode) -> tuple[Raisable, ...]:
    """What may be raised at a node, the nearest first; each name once."""
    found: dict[tuple[EventKind, str], Raisable] = {}
    closed: set[EventKind] = set()
    for events in _outward(definitions, node):
        pairs = [(event, trigger) for event in events for trigger in event.triggers if trigger.kind in _KINDS]
        for event, trigger in pairs:
            if trigger.kind not in closed and _named(trigger):
                found.setdefault((trigger.kind, trigger.key), _raisable(event, trigger))
        for event, trigger in pairs:  # behind those that name one: it takes all others of its kind
            if trigger.kind not in closed and not _named(trigger):
                closed.add(trigger.kind)
                found.setdefault((trigger.kind, ""), _raisable(event, trigger))
    return tuple(found.values())


def catcher(definitions: Definitions, node: FlowNode, kind: EventKind, thrown: Collection[str]) -> Event | None:
    """The event that catches an error or escalation of these names at a node, as the engine would find it."""
    for events in _outward(definitions, node):
        found = [event for event in events if any(catches(trigger, kind, thrown) for trigger in event.triggers)]
        if found:
            return found[0]
    return None


def _named(trigger: Trigger) -> bool:
    return bool(trigger.code or trigger.name or trigger.reference)


def _raisable(event: Event, trigger: Trigger) -> Raisable:
    code = trigger.code or trigger.name or trigger.reference
    if not code and trigger.kind is EventKind.ERROR:
        code = event.name or event.id  # the engine takes no error without a name
    ends = event.interrupting or any(one.kind is EventKind.ERROR for one in event.triggers)
    plain = trigger.name or trigger.code
    usual = _USUAL[trigger.kind]
    said = Text(event.name_in("de") or plain or usual.de, event.name_in("en") or plain or usual.en)
    return Raisable(trigger.kind, code, trigger.name, said, event.id, ends)


def _outward(definitions: Definitions, node: FlowNode) -> Iterator[tuple[Event, ...]]:
    """The events that may catch, level by level: at the step, then of the scope around it, then at that one …"""
    yield definitions.boundaries.get(node.id, ())
    inner: FlowNode = node
    while True:
        # What goes wrong in an event sub-process is not caught by its siblings, but further out.
        handling = isinstance(inner, SubProcess) and inner.kind is SubProcessKind.EVENT
        if not handling:
            yield tuple(_starts(definitions, definitions.members.get(inner.scope, ())))
        outer = definitions.nodes.get(inner.scope)
        if outer is None:
            return
        yield definitions.boundaries.get(outer.id, ())
        inner = outer


def _starts(definitions: Definitions, inside: Iterable[FlowNode]) -> Iterator[Event]:
    for node in inside:
        if isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT:
            for start in definitions.members.get(node.id, ()):
                if isinstance(start, Event) and start.position is EventPosition.START:
                    yield start
