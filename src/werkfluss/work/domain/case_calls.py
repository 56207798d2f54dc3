"""Called processes: which version is started, and what the case that called hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.state import (
    CallProcess,
    Command,
    Completed,
    Escalated,
    Failed,
    Finished,
    Status,
    Uncaught,
)
from werkfluss.work.domain import case_undo, definitions
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
    for command in commands:
        if isinstance(command, Uncaught):
            case_undo.forget(child)  # who called has heard of it
            said = command.code or command.name
            yield Answer(Escalated(wait, now, said, dict(child.variables), command.name))
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
