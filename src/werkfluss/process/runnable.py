"""What of a process the engine can run, and what will run otherwise than drawn; said by element before it starts.

Nearly everything runs. Where a drawing leaves out what a machine would need (a condition, a number, a time), a person
is asked at that point; that is a note, not an obstacle.
"""

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
    Loop,
    LoopKind,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    Timer,
    Trigger,
)
from .routing import Routing, comes_from_outside, formal_text, link_targets, outgoing, routing, start_nodes
from .timing import is_valid


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
        edit = Text("Zeichnen Sie die Schritte ein.", "Draw the steps.")
        found.append(RunFinding("empty", process.id, "blocks", message, edit))
    elif not start_nodes(definitions, process_id):
        message = Text("Der Prozess hat keinen Anfang.", "The process has no beginning.")
        edit = Text("Fügen Sie ein Startereignis ein.", "Add a start event.")
        found.append(RunFinding("no_start", process.id, "blocks", message, edit))
    return tuple(found)


def _said(node: FlowNode, message: Text) -> Text:
    de = f"„{node.name}“" if node.name else node.id
    return Text(f"{de}: {message.de}", f"{node.name or node.id}: {message.en}")


def _note(code: str, node: FlowNode, message: Text, edit: Text) -> RunFinding:
    return RunFinding(code, node.id, "note", _said(node, message), edit)


def _blocks(code: str, node: FlowNode, message: Text, edit: Text) -> RunFinding:
    return RunFinding(code, node.id, "blocks", _said(node, message), edit)


def _node(definitions: Definitions, node: FlowNode) -> Iterator[RunFinding]:
    if isinstance(node, Gateway):
        yield from _gateway(definitions, node)
    elif isinstance(node, Event):
        yield from _event(definitions, node)
    elif isinstance(node, Activity):
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
        f"{why.de}; ein Mensch wählt den Zweig und begründet es.",
        f"{why.en}; a person picks the branch and gives the reason.",
    )
    edit = Text(
        "Nur wenn es von allein gehen soll: Bedingung in FEEL angeben.", "Only if automatic: give a FEEL condition."
    )
    return _note("decided_by_person", node, message, edit)


def _gateway(definitions: Definitions, node: Gateway) -> Iterator[RunFinding]:
    if node.type is GatewayType.EVENT_BASED:
        for flow in outgoing(definitions, node):
            target = definitions.nodes[flow.target]
            if not comes_from_outside(target):
                message = Text(
                    "Hinter einem Ereignis-Gateway wartet der Prozess auf Ereignisse; dieser Zweig beginnt mit keinem.",
                    "Behind an event gateway the process waits for events; this branch begins with none.",
                )
                edit = Text("Setzen Sie ein Ereignis an den Anfang.", "Put an event at its beginning.")
                yield _note("never_taken", target, message, edit)
    if node.type is GatewayType.COMPLEX and len(node.incoming) > 1 and not formal_text(node.activation):
        message = Text(
            "Ohne Regel in FEEL wartet das Gateway auf alles, was noch kommen kann.",
            "Without a rule in FEEL the gateway waits for all that can still come.",
        )
        edit = Text("Zum Beispiel: activationCount >= 2.", "For example: activationCount >= 2.")
        yield _note("complex_waits_for_all", node, message, edit)


def _event(definitions: Definitions, node: Event) -> Iterator[RunFinding]:
    starts_process = node.position is EventPosition.START and node.scope not in definitions.nodes
    for trigger in node.triggers:
        if trigger.kind is EventKind.TIMER and not starts_process:
            yield from _timer(node, trigger)
        if trigger.kind is EventKind.CONDITIONAL and not starts_process:
            yield from _condition(node, trigger)
        if trigger.kind is EventKind.LINK and node.position in (EventPosition.THROW, EventPosition.END):
            yield from _link(definitions, node, trigger)
        if node.position is EventPosition.END:
            yield from _end(definitions, node, trigger)
    if node.position is EventPosition.CATCH and not node.triggers:
        message = Text(
            "Das Ereignis nennt nichts, worauf gewartet wird; der Vorgang geht gleich weiter.",
            "The event names nothing to wait for; the case goes on at once.",
        )
        edit = Text("Zeit, Nachricht oder Signal angeben.", "Give a time, a message or a signal.")
        yield _note("event_without_trigger", node, message, edit)


def _timer(node: Event, trigger: Trigger) -> Iterator[RunFinding]:
    if trigger.timer is None:
        message = Text(
            "Das Zeitereignis nennt keine Zeit; ein Mensch löst es aus.",
            "The timer names no time; a person triggers it.",
        )
        edit = Text("Geben Sie eine Dauer wie P5D oder ein Datum an.", "Give a duration such as P5D, or a date.")
        yield _note("timer_without_time", node, message, edit)
    elif not is_valid(trigger.timer):
        message = Text(
            f"„{trigger.timer.expression}“ ist keine Zeitangabe.", f"“{trigger.timer.expression}” is not a time."
        )
        edit = Text("Schreiben Sie zum Beispiel P5D oder 2026-12-31.", "Write for example P5D or 2026-12-31.")
        yield _blocks("timer_unreadable", node, message, edit)


def _condition(node: Event, trigger: Trigger) -> Iterator[RunFinding]:
    if not formal_text(trigger.condition, trigger.language):
        message = Text(
            "Die Bedingung ist nicht in FEEL geschrieben; ein Mensch sagt, wann sie erfüllt ist.",
            "The condition is not written in FEEL; a person says when it holds.",
        )
        edit = Text("Nur wenn es von allein gehen soll: FEEL angeben.", "Only if automatic: give FEEL.")
        yield _note("condition_by_person", node, message, edit)


def _link(definitions: Definitions, node: Event, trigger: Trigger) -> Iterator[RunFinding]:
    count = len(link_targets(definitions, node))
    if count != 1:
        message = Text(
            f"Zum Link „{trigger.name}“ gehören {count} Ziele.", f"The link “{trigger.name}” has {count} targets."
        )
        yield _blocks("link_target", node, message, Text("Genau ein Ziel zeichnen.", "Draw exactly one target."))


def _end(definitions: Definitions, node: Event, trigger: Trigger) -> Iterator[RunFinding]:
    around = list(definitions.enclosing(node))
    if trigger.kind is EventKind.ERROR and not any(_catches_errors(definitions, scope) for scope in around):
        message = Text(
            "Diesen Fehler fängt in diesem Prozess nichts auf; der Vorgang endet hier als gescheitert.",
            "Nothing in this process catches the error; the case ends here as failed.",
        )
        edit = Text(
            "Ein Fehlerereignis an den Rand des Teilprozesses setzen, oder ein anderes Ende wählen.",
            "Put an error event on the sub-process, or choose another end.",
        )
        yield _note("error_uncaught", node, message, edit)
    if trigger.kind is EventKind.CANCEL:
        whole = next((s for s in around if isinstance(s, SubProcess) and s.kind is SubProcessKind.TRANSACTION), None)
        boundaries = definitions.boundaries.get(whole.id, ()) if whole is not None else ()
        if not any(t.kind is EventKind.CANCEL for event in boundaries for t in event.triggers):
            message = Text(
                "Es ist nicht gezeichnet, wie es nach dem Abbruch weitergeht.",
                "It is not drawn how it goes on after the cancellation.",
            )
            edit = Text(
                "Ein Abbruchereignis an den Rand der Transaktion setzen.", "Put a cancel event on the transaction."
            )
            yield _note("cancel_uncaught", node, message, edit)


def _catches_errors(definitions: Definitions, scope: FlowNode) -> bool:
    beside = (n for n in definitions.members.get(scope.id, ()) if n.tag == SubProcessKind.EVENT.value)
    starts = [n for one in beside for n in definitions.members.get(one.id, ()) if isinstance(n, Event)]
    events = [*definitions.boundaries.get(scope.id, ()), *(n for n in starts if n.position is EventPosition.START)]
    return any(t.kind is EventKind.ERROR for event in events for t in event.triggers)


def _activity(definitions: Definitions, node: Activity) -> Iterator[RunFinding]:
    if node.loop is not None:
        yield from _loop(node, node.loop)
    if isinstance(node, Task):
        yield from _task(node)
    if isinstance(node, SubProcess) and node.kind is SubProcessKind.AD_HOC and not formal_text(node.completion):
        message = Text("Ein Mensch sagt, wann es genug ist.", "A person says when it is enough.")
        edit = Text("Nur wenn es von allein enden soll: FEEL angeben.", "Only if it ends by itself: give FEEL.")
        yield _note("finished_by_person", node, message, edit)
    if isinstance(node, CallActivity):
        yield from _call(definitions, node)
    for text in (node.facts.due, node.facts.follow_up):
        if text and not is_valid(Timer("duration", text)):
            message = Text(f"Die Frist „{text}“ ist keine Dauer.", f"The due time “{text}” is not a duration.")
            yield _blocks("due_unreadable", node, message, Text("Zum Beispiel P5D.", "For example P5D."))


def _loop(node: Activity, loop: Loop) -> Iterator[RunFinding]:
    counted = formal_text(loop.collection) or formal_text(loop.cardinality)
    if loop.kind is LoopKind.STANDARD:
        counted = formal_text(loop.condition) or (loop.maximum is not None and not loop.condition)
    if not counted:
        message = Text(
            "Es steht nicht da, wie oft; nach jedem Mal sagt ein Mensch, ob noch einmal.",
            "It does not say how often; after each time a person says whether once more.",
        )
        edit = Text("Anzahl, Liste oder Bedingung in FEEL angeben.", "Give number, list or condition in FEEL.")
        yield _note("repeated_by_person", node, message, edit)
    if loop.completion and not formal_text(loop.completion):
        message = Text(
            "Die Abbruchbedingung ist nicht in FEEL geschrieben; es werden alle Durchgänge gemacht.",
            "The completion condition is not written in FEEL; all turns are done.",
        )
        yield _note("completion_ignored", node, message, Text("Bedingung in FEEL angeben.", "Give it in FEEL."))


def _task(node: Task) -> Iterator[RunFinding]:
    if node.type is TaskType.SCRIPT and (
        node.script is None or not formal_text(node.script.text, node.script.language)
    ):
        message = Text(
            "Das Skript ist nicht in FEEL geschrieben; ein Mensch erledigt den Schritt.",
            "The script is not written in FEEL; a person does the step.",
        )
        yield _note("script_by_person", node, message, Text("Den Ausdruck in FEEL angeben.", "Give it in FEEL."))
    if node.type is TaskType.BUSINESS_RULE and not node.decision:
        message = Text(
            "Es ist keine Entscheidungstabelle genannt; ein Mensch entscheidet.",
            "No decision table is named; a person decides.",
        )
        yield _note("rule_by_person", node, message, Text("Die Entscheidung (DMN) angeben.", "Name the DMN decision."))


def _call(definitions: Definitions, node: CallActivity) -> Iterator[RunFinding]:
    if not node.called:
        message = Text(
            "Es steht nicht da, welcher Prozess aufgerufen wird; ein Mensch erledigt den Schritt.",
            "It does not say which process is called; a person does the step.",
        )
        yield _note("call_by_person", node, message, Text("Den Prozess angeben.", "Name the process."))
    elif node.called not in {process.id for process in definitions.processes}:
        message = Text(
            f"Der Prozess „{node.called}“ steht nicht in dieser Datei; er läuft als eigener Vorgang.",
            f"The process “{node.called}” is not in this file; it runs as a case of its own.",
        )
        edit = Text("Auch diesen Prozess übernehmen.", "Take over that process too.")
        yield _note("called_outside", node, message, edit)
    elif definitions.process_of(node).id in _called(definitions, node.called):
        message = Text(
            "Der Prozess ruft sich im Kreis auf; es muss einen Weg geben, auf dem er es nicht tut.",
            "The process calls itself in a circle; there has to be a way on which it does not.",
        )
        yield _note("circular_call", node, message, Text("Den Aufruf prüfen.", "Check the call."))


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
