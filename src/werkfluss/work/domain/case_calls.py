"""Called processes: which version is started, and what the case that called hears of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.process.model import Definitions, EventKind, FlowNode
from werkfluss.process.raising import catcher
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


def catches_outside(case: Case, kind: EventKind, thrown: Collection[str]) -> bool:
    """Whether a case that called this one, or one further out, catches an error or escalation of these names."""
    return any(catcher(model, node, kind, thrown) is not None for model, node in places_around(case))


def places_around(case: Case) -> Iterator[tuple[Definitions, FlowNode]]:
    """Where the cases around wait for this one, the nearest first, as long as they do."""
    inner = case
    for outer in callers(case):
        wait = outer.waits.filter(key=inner.parent_key).values_list("element", flat=True).first()
        model = definitions.model_of(outer.definition)
        if outer.state != "running" or wait is None or wait not in model.nodes:
            return
        yield model, model.nodes[wait]
        inner = outer


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
    said = command.name or command.error
    without_way = f" („{said}“; dafür ist hier kein Weg gezeichnet)" if said else ""
    next_step = "Bitte noch einmal versuchen oder von Hand erledigen."
    de = f"Der aufgerufene Vorgang {child.number} ist {how.de}{without_way}. {next_step}"
    message = f"the called case {child.number} {how.en}" + (f" with {said!r}" if said else "")
    return Answer(Failed(wait, now, command.error, message, command.name), wait, de)
