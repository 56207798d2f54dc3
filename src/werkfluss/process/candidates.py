"""Which steps of a process could do without a person, or with less waiting: each with its reason and what to do next.

Only what the figures show (``mining``) and what the file says of a step (``WorkFacts``) counts. A step for which the
file forbids AI is never proposed for an agent; a decision with four eyes, or on personal data, is never proposed as a
rule (Art. 22 GDPR: decisions about people are not left to a machine alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from werkfluss.kernel.text import Text

from .mining import StepFigures
from .model import AiUse, FlowNode, Gateway, Task

_OFTEN = 20
_ALWAYS = 0.95
_MOSTLY = 0.8
_MINUTES = timedelta(minutes=15)
_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What could take the step's place, or change about it."""

    RULE = "rule"
    SERVICE = "service"
    AGENT = "agent"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Candidate:
    element: str
    kind: Kind
    reason: Text
    what_to_do: Text


def candidates(
    nodes: Mapping[str, FlowNode],
    found: Mapping[str, StepFigures],
    *,
    branch: Callable[[str], Text],
    connected: Callable[[str], bool],
) -> list[Candidate]:
    """What could be automated, the most frequent step first.

    ``branch`` names a branch by its id; ``connected`` says whether a program stands behind an operation.
    """
    shown = [one for one in found.values() if one.shown and one.element in nodes]
    ranked = sorted(shown, key=lambda one: (-one.finished, one.element))
    return [each for one in ranked for each in _of(nodes[one.element], one, branch, connected)]


def _of(
    node: FlowNode, one: StepFigures, branch: Callable[[str], Text], connected: Callable[[str], bool]
) -> Iterator[Candidate]:
    yield from _rule(node, one, branch)
    if isinstance(node, Task) and node.facts.operation:
        yield from _service(node, one, connected(node.facts.operation))
    elif node.facts.ai in (AiUse.ALLOWED, AiUse.REQUIRED):
        yield from _agent(node, one)
    yield from _bundle(node, one)


def _rule(node: FlowNode, one: StepFigures, branch: Callable[[str], Text]) -> Iterator[Candidate]:
    guarded = node.facts.acceptance == "four_eyes" or node.facts.data_class == "personal"
    if one.decided < _OFTEN or guarded or not isinstance(node, Gateway | Task):
        return
    way, count = max(one.branches.items(), key=lambda pair: pair[1])
    if count / one.decided < _ALWAYS:
        return
    name = branch(way)
    yield Candidate(
        node.id,
        Kind.RULE,
        Text(
            f"{count} von {one.decided} Entscheidungen fielen gleich aus: „{name.de}“.",
            f"{count} of {one.decided} decisions went the same way: “{name.en}”.",
        ),
        Text(
            "Schreiben Sie auf, woran die übrigen zu erkennen sind, und hinterlegen Sie es als Bedingung oder "
            "Entscheidungstabelle; nur sie kommen dann noch zu einem Menschen. Entscheidungen über Menschen bleiben "
            "bei Menschen (Art. 22 DSGVO).",
            "Write down how the others can be told and keep it as a condition or decision table; only they then still "
            "come to a person. Decisions about people stay with people (Art. 22 GDPR).",
        ),
    )


def _service(node: Task, one: StepFigures, connected: bool) -> Iterator[Candidate]:
    operation = node.facts.operation
    if not one.by_hand:
        return
    if connected:
        reason = Text(
            f"Das Programm „{operation}“ ist angebunden, und doch erledigten Menschen den Schritt {one.by_hand}-mal.",
            f"The program “{operation}” is connected, yet people did the step {one.by_hand} times.",
        )
        what = Text(
            "Sehen Sie bei den Störungen nach, warum es ablehnt, und beheben Sie die häufigste Ursache.",
            "Look among the disturbances why it refuses, and remove the most frequent cause.",
        )
    else:
        reason = Text(
            f"Der Schritt ist als automatisch gezeichnet („{operation}“), wurde aber {one.by_hand}-mal von Hand "
            "erledigt: kein Programm ist angebunden.",
            f"The step is drawn as automatic (“{operation}”) but was done by hand {one.by_hand} times: no program "
            "is connected.",
        )
        what = Text(
            "Lassen Sie das Programm anbinden, oder zeichnen Sie den Schritt als Aufgabe für Menschen.",
            "Have the program connected, or draw the step as a task for people.",
        )
    yield Candidate(node.id, Kind.SERVICE, reason, what)


def _agent(node: FlowNode, one: StepFigures) -> Iterator[Candidate]:
    if one.finished < _OFTEN or one.by_hand / one.finished < _MOSTLY:
        return
    wants = Text("erlaubt", "allows")
    if node.facts.ai is AiUse.REQUIRED:
        wants = Text("verlangt", "asks for")
    yield Candidate(
        node.id,
        Kind.AGENT,
        Text(
            f"Der Ablauf {wants.de} hier einen KI-Agenten; {one.by_hand} von {one.finished} Malen taten es Menschen.",
            f"The process {wants.en} an AI agent here; people did it {one.by_hand} of {one.finished} times.",
        ),
        Text(
            "Prüfen Sie, ob ein Agent ihn auf Probe vorbereiten soll. Ein Mensch nimmt das Ergebnis ab, bis die Probe "
            "bestanden ist.",
            "Consider an agent that prepares it on probation. A person accepts the result until it has passed.",
        ),
    )


def _bundle(node: FlowNode, one: StepFigures) -> Iterator[Candidate]:
    if one.finished < _OFTEN or one.work is None or one.idle is None:
        return
    if one.work.median > _MINUTES or one.idle.median < _DAY:
        return
    yield Candidate(
        node.id,
        Kind.BUNDLE,
        Text(
            "In Minuten erledigt, aber meist erst nach mehr als einem Tag begonnen.",
            "Done within minutes, but mostly begun only after more than a day.",
        ),
        Text(
            "Legen Sie eine feste Zeit am Tag dafür fest, verteilen Sie den Schritt auf mehr Schultern, oder ziehen "
            "Sie ihn mit dem Schritt davor zusammen.",
            "Set a fixed time of the day for it, let more people do it, or join it with the step before.",
        ),
    )
