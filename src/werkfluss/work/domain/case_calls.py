"""Called processes: which version is started, and what the case that called hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.model import Definitions, Event, EventKind, EventPosition
from werkfluss.process.state import (
    CallProcess,
    Command,
    Completed,
    Entered,
    Escalated,
    Failed,
    Finished,
    Status,
)
from werkfluss.work.domain import definitions
from werkfluss.work.domain.case_answers import Answer
from werkfluss.work.models import Case, ProcessDefinition

MAX_DEPTH = 20  # cases that call one another


def definition_for(case: Case, command: CallProcess, *, by: Actor) -> ProcessDefinition | Answer:
    """The version in use of the process that a step calls, or why a person has to do the step."""
    if sum(1 for _ in callers(case)) >= MAX_DEPTH:
        text = Text(
            f"Mehr als {MAX_DEPTH} Prozesse rufen einander auf.", f"More than {MAX_DEPTH} processes call one another."
        )
        return _by_hand(command, text)
    try:
        return definitions.definition_of(definitions.key_of(command.called), by=by)
    except KeyError:
        text = Text(
            f"Der Prozess „{command.called}“ ist nicht übernommen. Bitte übernehmen Sie ihn und versuchen Sie es noch "
            "einmal, oder erledigen Sie den Schritt von Hand.",
            f"The process “{command.called}” has not been taken over.",
        )
        return _by_hand(command, text)


def _by_hand(command: CallProcess, text: Text) -> Answer:
    return Answer(Failed(command.wait, clock.now(), message=text.en), command.wait, text.de)


def callers(case: Case) -> Iterator[Case]:
    """The case that called this one, the one that called that, and so on."""
    while case.parent is not None:
        case = case.parent
        yield case


def answers(child: Case, commands: Sequence[Command]) -> Iterator[Answer]:
    """What the case that called hears: escalations that nobody inside caught, and the end."""
    now, wait = clock.now(), child.parent_key
    model = definitions.model_of(child.definition)
    for number, command in enumerate(commands):
        if isinstance(command, Entered) and (names := _escalations(model, command.element)):
            if not _caught(model, names, commands[number + 1 :]):
                yield Answer(Escalated(wait, now, names[0], dict(child.variables)))
        elif isinstance(command, Finished):
            yield _end(child, command, wait)


def _end(child: Case, command: Finished, wait: str) -> Answer:
    now = clock.now()
    if command.status is Status.COMPLETED:
        return Answer(Completed(wait, now, dict(child.variables)))
    how = (
        Text("abgebrochen worden", "was cancelled")
        if command.status is Status.CANCELLED
        else Text("gescheitert", "failed")
    )
    de = f"Der aufgerufene Vorgang {child.number} ist {how.de}. Bitte noch einmal versuchen oder von Hand erledigen."
    return Answer(Failed(wait, now, command.error, f"the called case {child.number} {how.en}"), wait, de)


def _escalations(model: Definitions, element: str) -> list[str]:
    """What an event throws as an escalation: code, name, declaration, the most telling first."""
    node = model.nodes.get(element)
    if not isinstance(node, Event) or node.position not in (EventPosition.THROW, EventPosition.END):
        return []
    thrown = [one for one in node.triggers if one.kind is EventKind.ESCALATION]
    return [one.key or node.name for one in thrown]


def _caught(model: Definitions, names: Sequence[str], later: Sequence[Command]) -> bool:
    """Whether an event that catches the escalation was reached afterwards."""
    for command in later:
        node = model.nodes.get(command.element) if isinstance(command, Entered) else None
        if isinstance(node, Event) and node.position in (EventPosition.BOUNDARY, EventPosition.START):
            catching = [one for one in node.triggers if one.kind is EventKind.ESCALATION]
            if any(not one.key or {one.key, one.name, one.reference} & set(names) for one in catching):
                return True
    return False
