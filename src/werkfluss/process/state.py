"""What the engine is given and what it gives back: state, events, commands. All of it is plain, comparable data.

``State.as_json`` is made of strings, numbers, lists and objects only, so that it can be kept as rows and come back
equal. Instants are ISO 8601 in UTC. Ids inside a case (``t1`` token, ``s1`` scope, ``w1`` wait) are counted, never
drawn at random: the same events give the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .model import WorkFacts

FORMAT = 1


class Status(StrEnum):
    NEW = "new"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class WaitKind(StrEnum):
    WORK = "work"
    DECISION = "decision"
    SERVICE = "service"
    TIMER = "timer"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Token:
    """``via`` is the flow on which it came; a parallel gateway joins by it."""

    id: str
    node: str
    scope: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A running process or sub-process. ``token`` waits in the parent scope until this one is empty."""

    id: str
    element: str
    parent: str = ""
    token: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Something outside that has to happen. ``node`` differs from the token's node for boundary events.

    ``due`` is empty for a timer that names no time; a person lets it go on. ``remaining`` counts a repeating timer.
    """

    id: str
    kind: WaitKind
    node: str
    token: str
    scope: str
    due: str = ""
    name: str = ""
    remaining: int = 1


@dataclass(frozen=True, slots=True)
class State:
    """One case. ``counter`` is the last number used for an id; ``zone`` is the calendar of its timers."""

    process: str
    status: Status = Status.NEW
    tokens: tuple[Token, ...] = ()
    scopes: tuple[Scope, ...] = ()
    waits: tuple[Wait, ...] = ()
    counter: int = 0
    zone: str = "Europe/Berlin"

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the case as a whole."""
        return self.scopes[0].variables if self.scopes else {}

    @property
    def active(self) -> frozenset[str]:
        """The elements where the case stands; sub-processes included."""
        return frozenset(token.node for token in self.tokens)

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> State:
        """Raises ValueError if it was written by another format version."""
        if value.get("format") != FORMAT:
            raise ValueError(f"state format {value.get('format')!r}, expected {FORMAT}")
        return cls(
            process=value["process"],
            status=Status(value["status"]),
            tokens=tuple(Token(**token) for token in value["tokens"]),
            scopes=tuple(Scope(**scope) for scope in value["scopes"]),
            waits=tuple(Wait(**{**wait, "kind": WaitKind(wait["kind"])}) for wait in value["waits"]),
            counter=value["counter"],
            zone=value["zone"],
        )


# Events: what happened outside. ``at`` is the instant (with a zone); the engine never asks for the time itself.


@dataclass(frozen=True, slots=True)
class Start:
    """``element`` picks one of several start events; empty takes the plain one."""

    at: datetime
    variables: Mapping[str, Any] = field(default_factory=dict)
    element: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """A work item, decision or service call is done. ``choice`` is the id of the flow that was picked."""

    wait: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    choice: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A work item or service call ended in the business error ``error``, or broke down (``error`` empty)."""

    wait: str
    at: datetime
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    wait: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """``wait`` picks one of several waits for the same name; empty takes the oldest."""

    name: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    at: datetime
    reason: str


Happening = Start | Completed | Failed | TimerFired | MessageReceived | Cancelled


# Commands: what the outside has to do, in this order.


@dataclass(frozen=True, slots=True)
class Choice:
    """A branch that can be picked: the id of its flow and the label in the drawing (or the name of its target)."""

    flow: str
    label: str


@dataclass(frozen=True, slots=True)
class Entered:
    """For the log and the drawing: ``element`` was reached by these flows (none at the start, several at a join)."""

    element: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateWorkItem:
    """``kind`` is ``work`` or ``decision``. A decision must, other work may be completed with one of ``choices``."""

    wait: str
    kind: WaitKind
    element: str
    name: str
    performer: str
    documentation: str
    facts: WorkFacts
    due: datetime | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CallService:
    """``inputs`` are the variables of the case at this moment; ``wait`` serves as idempotency key within the case."""

    wait: str
    element: str
    name: str
    operation: str
    performer: str
    facts: WorkFacts
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StartTimer:
    wait: str
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    wait: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class SendMessage:
    element: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The wait no longer counts: take back the work item, stop the timer."""

    wait: str
    kind: WaitKind
    element: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A person has to look: ``cause`` is one sentence in English for the log, ``code`` is stable."""

    element: str
    code: str
    cause: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No wait for this message; the caller keeps it or refuses it."""

    name: str


@dataclass(frozen=True, slots=True)
class Finished:
    """``elements`` are the end points that were reached last; ``status`` says how."""

    status: Status
    elements: tuple[str, ...]


Command = (
    Entered
    | CreateWorkItem
    | CallService
    | StartTimer
    | AwaitMessage
    | SendMessage
    | Withdraw
    | Incident
    | Unmatched
    | Finished
)
