"""Start events by which processes begin of themselves: at a time, by a message, by a signal.

The version in use of each process has them as rows. Each occurrence of a time starts one case: the row moves on to the
next one in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.model import Definitions, EventKind, EventPosition, FlowNode, Task, TaskType, Trigger
from werkfluss.process.model import Event as EventNode
from werkfluss.process.routing import start_nodes
from werkfluss.process.timing import first_of
from werkfluss.process.walk import default_process
from werkfluss.work.models import ProcessDefinition, ProcessStart

_KINDS = {EventKind.TIMER: "timer", EventKind.MESSAGE: "message", EventKind.SIGNAL: "signal"}


def keep_starts(definition: ProcessDefinition, model: Definitions, *, by: Actor) -> list[ProcessStart]:
    """The start events of a version that is in use from now on, instead of those of the versions before.

    A time that was awaited before and has not changed goes on to be awaited.
    """
    # Locked: a time that goes off at this moment must not be taken over as one that is still to come.
    held = ProcessStart.objects.filter(definition__key=definition.key).select_for_update(of=("self",)).order_by("pk")
    before = {(row.element, row.expression): row for row in held}
    rows = list(_starts(definition, model))
    for row in rows:
        was = before.get((row.element, row.expression))
        if row.kind == "timer" and was is not None:
            row.due, row.remaining, row.anchor, row.turn = was.due, was.remaining, was.anchor, was.turn
    ProcessStart.objects.filter(definition__key=definition.key).delete()
    ProcessStart.objects.bulk_create(rows)
    if rows or before:
        told = [{"element": row.element, "kind": row.kind, "name": row.name, "due": row.due} for row in rows]
        record(Event("work.process.starts_set", definition, {"starts": told}), by=by)
    return rows


def _starts(definition: ProcessDefinition, model: Definitions) -> Iterator[ProcessStart]:
    process = default_process(model)
    for node in model.members.get(process, ()):
        if not start_nodes(model, process, node.id):
            continue
        for trigger in _triggers(model, node):
            name = trigger.name or node.name or trigger.reference
            row = ProcessStart(definition=definition, element=node.id, kind=_KINDS[trigger.kind], name=name[:120])
            if trigger.kind is EventKind.TIMER:
                first = first_of(trigger, clock.now(), clock.FIRM_ZONE, {})
                if first is None or trigger.timer is None:
                    continue  # a time that nobody can read, or that needs variables
                row.due, row.remaining, row.anchor, row.turn = first.due, first.repeats, first.anchor, first.turn
                row.expression = trigger.timer.expression[:200]
            yield row


def _triggers(model: Definitions, node: FlowNode) -> list[Trigger]:
    if isinstance(node, EventNode):
        starts = node.position is EventPosition.START or not node.incoming or _behind_gateway(model, node)
        return [one for one in node.triggers if one.kind in _KINDS] if starts else []
    if isinstance(node, Task) and node.type is TaskType.RECEIVE and (node.instantiating or not node.incoming):
        return [Trigger(EventKind.MESSAGE, node.message or node.name)]
    return []


def _behind_gateway(model: Definitions, node: FlowNode) -> bool:
    return any(not model.nodes[model.flows[flow].source].incoming for flow in node.incoming)


def due_starts(now: datetime) -> list[UUID]:
    """Start events whose time has come."""
    rows = ProcessStart.objects.filter(kind="timer", due__lte=now)
    return list(rows.order_by("due").values_list("pk", flat=True))
