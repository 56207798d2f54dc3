"""Walk a process to its end with prepared answers: to try a model before anybody works by it.

Answers, as JSON::

    {"choices":   {"gateway or task, by id or name": "flow, label or target" or a list, one per visit},
     "data":      {"task, by id or name": {"variable": value}},
     "variables": {"variable": value},
     "timers":    ["event at a boundary or of an event sub-process, by id or name, that happens before its activity is
                    done: a time, a message, a signal, a condition, an error, an escalation"],
     "start":     "start event, by id or name"}

An object without any of these keys is taken as the choices themselves. Every task is completed, every service answers,
every awaited message, signal and time comes. A decision without an answer stays open.

Where several branches may be picked, the answer is a list of them (or a list of such lists, one per visit). At an event
gateway it names the event that comes first; otherwise the first drawn one comes. An activity that is repeated as long
as a person says so is repeated on the answer ``again``. Out of an ad-hoc sub-process the named activities are begun,
one after the other; without an answer each of them once.

Some drawings need what happens beside an activity to reach their end (a join behind a boundary event). If no ``timers``
are given and the walk gets stuck, it is made once more with every such event that does not interrupt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkfluss.kernel.text import Text, joined

from .choices import choice_words
from .engine import new_case, step
from .model import Definitions, Event, EventKind, EventPosition, FlowNode
from .state import (
    AGAIN,
    DONE,
    EVENT_WAITS,
    LOOP_WORDS,
    ActivityChosen,
    AdHocFinished,
    Completed,
    ConditionMet,
    CreateWorkItem,
    Entered,
    Escalated,
    Failed,
    Happening,
    Incident,
    MessageReceived,
    OfferActivities,
    SignalReceived,
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
    """What the case waits for; ``choices`` are the German labels (or ids) that an answer may name."""

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
        self.several: set[str] = set()
        self.left: dict[str, list[str]] = {}  # what is still to be begun in each ad-hoc sub-process, by its wait
        self.path: list[str] = []
        self.incidents: list[Incident] = []

    def happen(self, state: State, event: Happening) -> State:
        state, commands = step(self.definitions, state, event)
        for command in commands:
            if isinstance(command, Entered):
                self.path.append(command.element)
            elif isinstance(command, CreateWorkItem):
                self.choices[command.wait] = tuple(choice.flow for choice in command.choices)
                self.several |= {command.wait} if command.several else set()
            elif isinstance(command, OfferActivities):
                self.left[command.wait] = self.tools(command)
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
        state = self.happen(new_case(process_id), Start(self.at, self.answers.variables, element))
        for _ in range(MAX_STEPS):
            event = self.next_event(state)
            if event is None:
                return state
            state = self.happen(state, event)
        self.incidents.append(Incident(process_id, "endless", f"still running after {MAX_STEPS} steps"))
        return state

    def tools(self, command: OfferActivities) -> list[str]:
        """The activities to begin, in the order of the answer."""
        offered = [choice.flow for choice in command.activities]
        wanted = self.look_up(self.answers.choices, command.element)
        if wanted is None:
            return offered
        listed = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        names = {name: flow for flow in offered for name in (flow, self.definitions.nodes[flow].name)}
        for one in listed:
            if one not in names:
                cause = Text(f"„{one}“ wird dort nicht angeboten.", f"“{one}” is not on offer there.")
                raise _refuse(command.element, cause, Text(", ".join(offered) or "–", ", ".join(offered) or "–"))
        return [names[one] for one in listed]

    def next_event(self, state: State) -> Happening | None:
        if state.status is not Status.RUNNING:
            return None
        early = [wait for wait in state.waits if self.is_beside(wait) and self.named(wait) in self.answers.timers]
        for wait in early:
            if not self.visits.get(wait.id):
                self.visits[wait.id] = 1
                return self.occur(wait)
        tokens = {token.id: token.node for token in state.tokens}
        open_waits = [wait for wait in state.waits if not self.is_beside(wait)]
        busy = {wait.scope for wait in open_waits if wait.kind is not WaitKind.TOOLBOX}
        for wait in open_waits:
            if wait.kind is WaitKind.TOOLBOX and wait.scope in busy:
                continue  # what was begun is done first
            if not self.comes_first(wait, tokens[wait.token]):
                continue
            if (event := self.answer(wait)) is not None:
                return event
        return None

    def is_beside(self, wait: Wait) -> bool:
        """Whether it happens beside the flow: at a boundary, or as the start of an event sub-process."""
        node = self.definitions.nodes[wait.node]
        return isinstance(node, Event) and node.position in (EventPosition.BOUNDARY, EventPosition.START)

    def named(self, wait: Wait) -> str:
        node = self.definitions.nodes[wait.node]
        return node.id if node.id in self.answers.timers else node.name

    def comes_first(self, wait: Wait, gateway: str) -> bool:
        """At an event gateway only the event comes that the answer names."""
        wanted = self.look_up(self.answers.choices, gateway) if gateway != wait.node else None
        if wanted is None:
            return True
        visit = self.visits.get(gateway, 0)
        if isinstance(wanted, list):
            wanted = wanted[min(visit, len(wanted) - 1)] if wanted else None
        node = self.definitions.nodes[gateway]
        flows = [flow for flow in node.outgoing if self.definitions.flows[flow].target == wait.node]
        chosen = wanted is None or squeezed(str(wanted)).casefold() in self.spellings(flows[0])
        self.visits[gateway] = visit + chosen
        return chosen

    def occur(self, wait: Wait) -> Happening:
        data = self.look_up(self.answers.data, wait.node) or {}
        if wait.kind is WaitKind.TIMER:
            return TimerFired(wait.id, self.at)
        if wait.kind is WaitKind.SIGNAL:
            return SignalReceived(wait.name, self.at, data)
        if wait.kind is WaitKind.CONDITION:
            return ConditionMet(wait.id, self.at, data)
        return MessageReceived(wait.name, self.at, data, wait.id)

    def answer(self, wait: Wait) -> Happening | None:
        if wait.kind in EVENT_WAITS:
            return self.occur(wait)
        if wait.kind is WaitKind.TOOLBOX:
            left = self.left.get(wait.id, [])
            return ActivityChosen(wait.id, left.pop(0), self.at) if left else AdHocFinished(wait.id, self.at)
        if (thrown := self.thrown(wait)) is not None:
            return thrown
        picked = self.picked(wait)
        if wait.kind is WaitKind.DECISION and not picked:
            return None
        data = self.look_up(self.answers.data, wait.node) or {}
        if not isinstance(data, dict):
            raise _refuse(
                wait.node, Text("Die Daten sind kein Objekt.", "The data are not an object."), Text("{…}", "{…}")
            )
        return Completed(wait.id, self.at, data, choices=picked)

    def thrown(self, wait: Wait) -> Happening | None:
        """The error or escalation that the answers want to happen in this step, once."""
        node = self.definitions.nodes[wait.node]
        for around in (node, *self.definitions.enclosing(node)):
            for event in self.definitions.boundaries.get(around.id, ()):
                trigger = event.trigger
                name = event.id if event.id in self.answers.timers else event.name
                if name not in self.answers.timers or self.visits.get(f"{event.id}:thrown"):
                    continue
                if trigger.kind is EventKind.ERROR:
                    self.visits[f"{event.id}:thrown"] = 1
                    return Failed(wait.id, self.at, trigger.key or "error")
                if trigger.kind is EventKind.ESCALATION:
                    self.visits[f"{event.id}:thrown"] = 1
                    return Escalated(wait.id, self.at, trigger.key)
        return None

    def look_up(self, table: Mapping[str, Any], element: str) -> Any:
        node = self.definitions.nodes[element]
        return table.get(node.id, table.get(node.name))

    def picked(self, wait: Wait) -> tuple[str, ...]:
        """The flows that the answer for this element names, the next ones of a list on every visit."""
        offered = self.choices.get(wait.id, ())
        if set(offered) == {AGAIN, DONE}:
            return (self.once_more(wait),)
        wanted = self.look_up(self.answers.choices, wait.node) if offered else None
        at_once = wait.id in self.several and isinstance(wanted, list) and not any(isinstance(w, list) for w in wanted)
        if isinstance(wanted, list) and not at_once:
            visit = self.visits.get(wait.node, 0)
            self.visits[wait.node] = visit + 1
            wanted = wanted[visit] if visit < len(wanted) else None
        if wanted is None:
            return ()
        return tuple(self.flow_named(one, wait, offered) for one in (wanted if isinstance(wanted, list) else [wanted]))

    def once_more(self, wait: Wait) -> str:
        """Whether a step is repeated whose drawing does not say how often; without an answer it is not."""
        wanted = self.look_up(self.answers.choices, wait.node)
        visit = self.visits.get(f"{wait.node}:again", 0)
        self.visits[f"{wait.node}:again"] = visit + 1
        listed = wanted if isinstance(wanted, list) else [wanted] * (wanted is not None)
        again = (AGAIN, LOOP_WORDS[AGAIN].de, LOOP_WORDS[AGAIN].en)
        return AGAIN if visit < len(listed) and str(listed[visit]) in again else DONE

    def flow_named(self, wanted: Any, wait: Wait, offered: tuple[str, ...]) -> str:
        text = squeezed(str(wanted)).casefold()
        for flow_id in offered:
            if text in self.spellings(flow_id):
                return flow_id
        cause = Text(f"„{wanted}“ ist keiner der Zweige.", f"“{wanted}” is none of the branches.")
        words = [choice_words(self.definitions, flow_id) for flow_id in offered]
        raise _refuse(wait.node, cause, joined([Text("Einer von:", "One of:"), joined(words, ", ")]))

    def spellings(self, flow_id: str) -> set[str]:
        flow = self.definitions.flows[flow_id]
        target: FlowNode = self.definitions.nodes[flow.target]
        names = {flow.id, flow.name, flow.name_in("en"), flow.condition, target.id, target.name}
        return {squeezed(name).casefold() for name in names if name}

    def left_open(self, state: State) -> tuple[OpenItem, ...]:
        return tuple(
            OpenItem(
                wait.node,
                self.definitions.nodes[wait.node].name,
                wait.kind,
                tuple(choice_words(self.definitions, flow).de for flow in self.choices.get(wait.id, ())),
            )
            for wait in state.waits
            if not self.is_beside(wait)
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
    given = _answers(answers)
    found = _walk(definitions, process_id, given, at)
    if not given.timers and any(incident.code == "deadlock" for incident in found.incidents):
        beside = tuple(event.id for event in _beside(definitions))
        again = _walk(definitions, process_id, replace(given, timers=beside), at)
        return again if again.outcome == "completed" else found
    return found


def _walk(definitions: Definitions, process_id: str, answers: _Answers, at: datetime) -> Walk:
    walker = _Walker(definitions, answers, at)
    state = walker.run(process_id)
    return Walk(state, tuple(walker.path), walker.left_open(state), tuple(walker.incidents))


def _beside(definitions: Definitions) -> list[Event]:
    """The boundary events that leave their activity alone."""
    events = (node for node in definitions.nodes.values() if isinstance(node, Event) and not node.interrupting)
    return [event for event in events if event.position is EventPosition.BOUNDARY]
