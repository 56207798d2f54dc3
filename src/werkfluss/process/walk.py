"""Walk a process to its end with prepared answers: to try a model before anybody works by it.

Answers, as JSON::

    {"choices":   {"gateway or task, by id or name": "flow, label or target" or a list, one per visit},
     "data":      {"task, by id or name": {"variable": value}},
     "variables": {"variable": value},
     "timers":    ["boundary timer or message, by id or name, that happens before its activity is done"],
     "start":     "start event, by id or name"}

An object without any of these keys is taken as the choices themselves. Every task is completed, every service answers,
every awaited message and timer comes. A decision without an answer stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkfluss.kernel.text import Text

from .engine import step
from .model import Definitions, Event, EventPosition, FlowNode
from .state import (
    Completed,
    CreateWorkItem,
    Entered,
    Happening,
    Incident,
    MessageReceived,
    Start,
    State,
    Status,
    TimerFired,
    Wait,
    WaitKind,
)
from .xml import broken, squeezed

MAX_STEPS = 1_000
_KEYS = {"choices", "data", "variables", "timers", "start"}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What the case waits for; ``choices`` are the labels (or flow ids) that an answer may name."""

    element: str
    name: str
    kind: WaitKind
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    state: State
    path: tuple[str, ...]
    open: tuple[OpenItem, ...]
    incidents: tuple[Incident, ...]

    @property
    def outcome(self) -> str:
        """``completed``, ``waiting`` or ``failed``."""
        if self.state.status is Status.COMPLETED:
            return "completed"
        return "waiting" if self.state.status is Status.RUNNING else "failed"


@dataclass(frozen=True, slots=True)
class _Answers:
    choices: Mapping[str, Any]
    data: Mapping[str, Any]
    variables: Mapping[str, Any]
    timers: tuple[str, ...]
    start: str


def _refuse(where: str, cause: Text, expected: Text) -> Exception:
    return broken(where, cause, expected, Text("Berichtigen Sie die Antwortdatei.", "Correct the file of answers."))


def _answers(raw: Any) -> _Answers:
    whole = Text("Ein JSON-Objekt mit den Antworten.", "A JSON object with the answers.")
    if not isinstance(raw, dict):
        raise _refuse("choices", Text("Das ist kein JSON-Objekt.", "This is not a JSON object."), whole)
    given = raw if raw.keys() & _KEYS else {"choices": raw}
    for key in ("choices", "data", "variables"):
        if not isinstance(given.get(key, {}), dict):
            raise _refuse(key, Text(f"„{key}“ ist kein Objekt.", f"“{key}” is not an object."), whole)
    timers = given.get("timers", [])
    if not isinstance(timers, list) or not all(isinstance(timer, str) for timer in timers):
        raise _refuse("timers", Text("„timers“ ist keine Liste.", "“timers” is not a list."), whole)
    data, variables = given.get("data", {}), given.get("variables", {})
    return _Answers(given.get("choices", {}), data, variables, tuple(timers), str(given.get("start", "")))


class _Walker:
    def __init__(self, definitions: Definitions, answers: _Answers, at: datetime) -> None:
        self.definitions = definitions
        self.answers = answers
        self.at = at
        self.visits: dict[str, int] = {}
        self.choices: dict[str, tuple[str, ...]] = {}
        self.path: list[str] = []
        self.incidents: list[Incident] = []

    def happen(self, state: State, event: Happening) -> State:
        state, commands = step(self.definitions, state, event)
        for command in commands:
            if isinstance(command, Entered):
                self.path.append(command.element)
            elif isinstance(command, CreateWorkItem):
                self.choices[command.wait] = tuple(choice.flow for choice in command.choices)
            elif isinstance(command, Incident):
                self.incidents.append(command)
        return state

    def run(self, process_id: str) -> State:
        start = next(
            (n.id for n in self.definitions.members.get(process_id, ()) if self.answers.start in (n.id, n.name)), ""
        )
        element = start if self.answers.start else ""
        if self.answers.start and not element:
            cause = Text(f"„{self.answers.start}“ gibt es nicht.", f"There is no “{self.answers.start}”.")
            raise _refuse("start", cause, Text("Ein Startereignis des Prozesses.", "A start event of the process."))
        state = self.happen(State(process_id), Start(self.at, self.answers.variables, element))
        for _ in range(MAX_STEPS):
            event = self.next_event(state)
            if event is None:
                return state
            state = self.happen(state, event)
        self.incidents.append(Incident(process_id, "endless", f"still running after {MAX_STEPS} steps"))
        return state

    def next_event(self, state: State) -> Happening | None:
        if state.status is not Status.RUNNING:
            return None
        early = [wait for wait in state.waits if self.is_boundary(wait) and self.named(wait) in self.answers.timers]
        for wait in early:
            if not self.visits.get(wait.id):
                self.visits[wait.id] = 1
                return self.occur(wait)
        for wait in state.waits:
            if not self.is_boundary(wait) and (event := self.answer(wait)) is not None:
                return event
        return None

    def is_boundary(self, wait: Wait) -> bool:
        node = self.definitions.nodes[wait.node]
        return isinstance(node, Event) and node.position is EventPosition.BOUNDARY

    def named(self, wait: Wait) -> str:
        node = self.definitions.nodes[wait.node]
        return node.id if node.id in self.answers.timers else node.name

    def occur(self, wait: Wait) -> Happening:
        if wait.kind is WaitKind.TIMER:
            return TimerFired(wait.id, self.at)
        return MessageReceived(wait.name, self.at, self.look_up(self.answers.data, wait.node) or {}, wait.id)

    def answer(self, wait: Wait) -> Happening | None:
        if wait.kind in (WaitKind.TIMER, WaitKind.MESSAGE):
            return self.occur(wait)
        choice = self.choice(wait)
        if wait.kind is WaitKind.DECISION and not choice:
            return None
        data = self.look_up(self.answers.data, wait.node) or {}
        if not isinstance(data, dict):
            raise _refuse(
                wait.node, Text("Die Daten sind kein Objekt.", "The data are not an object."), Text("{…}", "{…}")
            )
        return Completed(wait.id, self.at, data, choice)

    def look_up(self, table: Mapping[str, Any], element: str) -> Any:
        node = self.definitions.nodes[element]
        return table.get(node.id, table.get(node.name))

    def choice(self, wait: Wait) -> str:
        """The flow that the answer for this element names, the next one of a list on every visit."""
        offered = self.choices.get(wait.id, ())
        wanted = self.look_up(self.answers.choices, wait.node) if offered else None
        if isinstance(wanted, list):
            visit = self.visits.get(wait.node, 0)
            self.visits[wait.node] = visit + 1
            wanted = wanted[visit] if visit < len(wanted) else None
        if wanted is None:
            return ""
        text = squeezed(str(wanted)).casefold()
        for flow_id in offered:
            if text in self.spellings(flow_id):
                return flow_id
        cause = Text(f"„{wanted}“ ist keiner der Zweige.", f"“{wanted}” is none of the branches.")
        labels = ", ".join(self.label(flow_id) for flow_id in offered)
        raise _refuse(wait.node, cause, Text(f"Einer von: {labels}", f"One of: {labels}"))

    def spellings(self, flow_id: str) -> set[str]:
        flow = self.definitions.flows[flow_id]
        target: FlowNode = self.definitions.nodes[flow.target]
        names = {flow.id, flow.name, flow.name_in("en"), flow.condition, target.id, target.name}
        return {squeezed(name).casefold() for name in names if name}

    def label(self, flow_id: str) -> str:
        return self.definitions.flows[flow_id].name or flow_id

    def left_open(self, state: State) -> tuple[OpenItem, ...]:
        return tuple(
            OpenItem(
                wait.node,
                self.definitions.nodes[wait.node].name,
                wait.kind,
                tuple(self.label(flow) for flow in self.choices.get(wait.id, ())),
            )
            for wait in state.waits
            if not self.is_boundary(wait)
        )


def default_process(definitions: Definitions) -> str:
    """The first executable process that has steps, else the first that has any; empty if none has."""
    filled = [process for process in definitions.processes if process.nodes]
    return next((process.id for process in filled if process.executable), filled[0].id if filled else "")


def walk(definitions: Definitions, process_id: str, answers: Any, at: datetime) -> Walk:
    """Run the process from its start with prepared answers (see the module's text).

    Raises:
        Refused: the process contains what the engine does not run.
        Broken: the answers cannot be read, or name a branch that is not there.
    """
    walker = _Walker(definitions, _answers(answers), at)
    state = walker.run(process_id)
    return Walk(state, tuple(walker.path), walker.left_open(state), tuple(walker.incidents))
