"""What of a process the engine can run, said by element before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from werkfluss.kernel.text import Text

from .model import (
    Activity,
    CallActivity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    Timer,
)
from .routing import Routing, outgoing, routing, start_nodes
from .timing import is_valid

_TASKS = {TaskType.PLAIN, TaskType.USER, TaskType.MANUAL, TaskType.SERVICE, TaskType.SEND, TaskType.RECEIVE}
_GATEWAYS = {GatewayType.EXCLUSIVE, GatewayType.PARALLEL, GatewayType.EVENT_BASED}
_K = EventKind
_EVENTS = {
    EventPosition.START: {_K.NONE, _K.TIMER, _K.MESSAGE, _K.SIGNAL, _K.CONDITIONAL},  # the caller says when
    EventPosition.END: {_K.NONE, _K.MESSAGE, _K.TERMINATE, _K.ERROR},
    EventPosition.CATCH: {_K.TIMER, _K.MESSAGE, _K.LINK},
    EventPosition.THROW: {_K.NONE, _K.MESSAGE, _K.LINK},
    EventPosition.BOUNDARY: {_K.TIMER, _K.MESSAGE, _K.ERROR},
}
_LOOPS = Text("Schleife oder Mehrfachausführung", "loop or multi-instance")


@dataclass(frozen=True, slots=True)
class RunFinding:
    """``blocks``: the process cannot start. ``note``: it runs, but somebody should know how."""

    code: str
    element: str
    severity: Literal["blocks", "note"]
    message: Text
    edit: Text


def runnable(definitions: Definitions, process_id: str) -> tuple[RunFinding, ...]:
    """Everything that keeps the process from running, and what will run otherwise than it may seem.

    Raises:
        KeyError: there is no such process.
    """
    process = definitions.process(process_id)
    found = [finding for node in process.nodes for finding in _node(definitions, node)]
    for called in sorted(_called(definitions, process_id) - {process_id}):
        inner = (finding for node in definitions.process(called).nodes for finding in _node(definitions, node))
        found += [finding for finding in inner if finding.severity == "blocks"]
    if not process.nodes:
        message = Text("Der Prozess enthält keine Schritte.", "The process contains no steps.")
        found.append(_blocks("empty", process.id, message, Text("Zeichnen Sie die Schritte ein.", "Draw the steps.")))
    elif not start_nodes(definitions, process_id):
        message = Text("Der Prozess hat keinen Anfang.", "The process has no beginning.")
        edit = Text("Fügen Sie ein Startereignis ein.", "Add a start event.")
        found.append(_blocks("no_start", process.id, message, edit))
    return tuple(found)


def _blocks(code: str, element: str, message: Text, edit: Text) -> RunFinding:
    return RunFinding(code, element, "blocks", message, edit)


def _named(node: FlowNode) -> str:
    return f"„{node.name}“" if node.name else node.id


def _unsupported(node: FlowNode, what: Text) -> RunFinding:
    message = Text(
        f"{_named(node)}: {what.de} kann noch nicht ausgeführt werden.",
        f"{node.name or node.id}: {what.en} cannot be run yet.",
    )
    edit = Text(
        "Ersetzen Sie das Element durch Aufgaben, Zeitereignisse, Nachrichten oder einfache Verzweigungen.",
        "Replace the element by tasks, timers, messages or simple gateways.",
    )
    return _blocks("unsupported_element", node.id, message, edit)


def _node(definitions: Definitions, node: FlowNode) -> Iterator[RunFinding]:
    if isinstance(node, Gateway) and node.type not in _GATEWAYS:
        yield _unsupported(node, Text(node.tag, node.tag))
    elif isinstance(node, Gateway) and node.type is GatewayType.EVENT_BASED:
        yield from _event_gateway(definitions, node)
    if isinstance(node, Event):
        yield from _event(definitions, node)
    if isinstance(node, Activity):
        yield from _activity(definitions, node)
    if routing(definitions, node) is Routing.DECISION:
        yield _decision(definitions, node)


def _decision(definitions: Definitions, node: FlowNode) -> RunFinding:
    foreign = any(flow.condition for flow in outgoing(definitions, node))
    why = (
        Text("Die Bedingungen sind nicht in FEEL geschrieben", "The conditions are not written in FEEL")
        if foreign
        else Text("Es gibt keine formale Bedingung", "There is no formal condition")
    )
    message = Text(
        f"{_named(node)}: {why.de}; ein Mensch wählt den Zweig und begründet es.",
        f"{node.name or node.id}: {why.en}; a person picks the branch and gives the reason.",
    )
    edit = Text(
        "Nur wenn es von allein gehen soll: Bedingung in FEEL angeben.", "Only if automatic: give a FEEL condition."
    )
    return RunFinding("decided_by_person", node.id, "note", message, edit)


def _event_gateway(definitions: Definitions, node: Gateway) -> Iterator[RunFinding]:
    for flow in outgoing(definitions, node):
        target = definitions.nodes[flow.target]
        catches = isinstance(target, Event) and target.position is EventPosition.CATCH
        if not catches and not (isinstance(target, Task) and target.type is TaskType.RECEIVE):
            yield _unsupported(
                target, Text(f"{target.tag} nach einem Ereignis-Gateway", f"{target.tag} after an event gateway")
            )


def _event(definitions: Definitions, node: Event) -> Iterator[RunFinding]:
    kind = node.trigger.kind
    in_event_process = (
        isinstance(definitions.nodes.get(node.scope), SubProcess) and node.position is EventPosition.START
    )
    if kind not in _EVENTS[node.position] and not (in_event_process and kind is not EventKind.NONE):
        # The start of an event sub-process is reported once, with the sub-process.
        yield _unsupported(node, Text(f"{node.tag} ({kind.value})", f"{node.tag} ({kind.value})"))
    if kind is EventKind.TIMER and node.position is not EventPosition.START:
        yield from _timer(node)
    if kind is EventKind.LINK and node.position is EventPosition.THROW:
        targets = [
            n
            for n in definitions.members[node.scope]
            if isinstance(n, Event) and n.position is EventPosition.CATCH and n.trigger == node.trigger
        ]
        if len(targets) != 1:
            message = Text(
                f"{_named(node)}: Zum Link „{node.trigger.name}“ gehören {len(targets)} Ziele.",
                f"{node.name or node.id}: the link “{node.trigger.name}” has {len(targets)} targets.",
            )
            yield _blocks("link_target", node.id, message, Text("Genau ein Ziel zeichnen.", "Draw exactly one target."))


def _timer(node: Event) -> Iterator[RunFinding]:
    if node.trigger.timer is None:
        message = Text(
            f"{_named(node)}: Das Zeitereignis nennt keine Zeit; ein Mensch löst es aus.",
            f"{node.name or node.id}: the timer names no time; a person triggers it.",
        )
        edit = Text("Geben Sie eine Dauer wie P5D oder ein Datum an.", "Give a duration such as P5D, or a date.")
        yield RunFinding("timer_without_time", node.id, "note", message, edit)
    elif not is_valid(node.trigger.timer):
        message = Text(
            f"{_named(node)}: „{node.trigger.timer.expression}“ ist keine Zeitangabe.",
            f"{node.name or node.id}: “{node.trigger.timer.expression}” is not a time.",
        )
        edit = Text("Schreiben Sie zum Beispiel P5D oder 2026-12-31.", "Write for example P5D or 2026-12-31.")
        yield _blocks("timer_unreadable", node.id, message, edit)


def _activity(definitions: Definitions, node: Activity) -> Iterator[RunFinding]:
    if node.loop is not None:
        yield _unsupported(node, _LOOPS)
    if node.for_compensation:
        yield _unsupported(node, Text("Kompensation", "compensation"))
    if isinstance(node, Task) and node.type not in _TASKS:
        yield _unsupported(node, Text(node.tag, node.tag))
    if isinstance(node, SubProcess) and node.kind is not SubProcessKind.EMBEDDED:
        yield _unsupported(node, Text(node.tag, node.tag))
    if isinstance(node, CallActivity):
        yield from _call(definitions, node)
    if node.facts.due and not is_valid(Timer("duration", node.facts.due)):
        message = Text(
            f"{_named(node)}: Die Frist „{node.facts.due}“ ist keine Dauer.",
            f"{node.name or node.id}: the due time “{node.facts.due}” is not a duration.",
        )
        yield _blocks("due_unreadable", node.id, message, Text("Zum Beispiel P5D.", "For example P5D."))


def _call(definitions: Definitions, node: CallActivity) -> Iterator[RunFinding]:
    """A call runs if the called process stands in the same file and does not lead back here."""
    if node.called not in {process.id for process in definitions.processes}:
        yield _unsupported(
            node, Text("Aufruf eines Prozesses außerhalb der Datei", "calling a process outside the file")
        )
    elif definitions.process_of(node).id in _called(definitions, node.called):
        yield _unsupported(node, Text("Aufruf im Kreis", "a circular call"))


def _called(definitions: Definitions, process_id: str) -> set[str]:
    """The process and every process of the file that it calls, directly or not."""
    known = {process.id for process in definitions.processes}
    seen: set[str] = set()
    pending = [process_id]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        calls = [node.called for node in definitions.process(current).nodes if isinstance(node, CallActivity)]
        pending += [called for called in calls if called in known]
    return seen
