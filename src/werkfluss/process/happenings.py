"""What the engine is told: everything that can happen outside. ``at`` is the instant (with a zone)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .orders import Command
from .standing import State


@dataclass(frozen=True, slots=True)
class Start:
    """``element`` says which start event came, or which event behind an instantiating gateway; empty: the plain one."""

    at: datetime
    variables: Mapping[str, Any] = field(default_factory=dict)
    element: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """A work item, decision, service, rule or call is done. ``choice`` is the id of the flow that was picked.

    ``choices`` are several of them, where the item offered ``several``. A rule is answered with the value of its
    decision as ``data["result"]``.
    """

    wait: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    choice: str = ""
    reason: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A work item, service or call ended in the business error ``error``, or broke down (``error`` empty).

    ``error`` is the code of the error or its name, ``name`` its name beside a code. ``outward``: if nobody inside
    catches it, the case ends with it, because one that called it does; else it stays where it is, as an incident.
    """

    wait: str
    at: datetime
    error: str = ""
    message: str = ""
    name: str = ""
    outward: bool = False


@dataclass(frozen=True, slots=True)
class Escalated:
    """Whoever does the work says that it needs attention; ``escalation`` is a code or a name, empty for any.

    ``name`` is given beside a code where both are known: the catching event may have either.
    """

    wait: str
    at: datetime
    escalation: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    wait: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """``wait`` picks one of several waits for the same name, ``correlation`` one with the same key.

    With a key, the oldest wait with this key gets it, else the oldest that asks for none; with neither, the oldest.
    """

    name: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: str = ""
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class SignalReceived:
    """Every wait for it goes on. Nobody has to wait for a signal."""

    name: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionMet:
    """A person says that a condition holds which is not written in FEEL."""

    wait: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActivityChosen:
    """Somebody begins one of the activities that an ad-hoc sub-process offers; as often as needed."""

    wait: str
    element: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdHocFinished:
    """The ad-hoc sub-process has reached its purpose."""

    wait: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """Take back the step ``wait``: ``before`` is the state it was done in, ``since`` all commands since then."""

    wait: str
    at: datetime
    before: State
    since: Sequence[Command]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    at: datetime
    reason: str


Happening = (
    Start
    | Completed
    | Failed
    | Escalated
    | TimerFired
    | MessageReceived
    | SignalReceived
    | ConditionMet
    | ActivityChosen
    | AdHocFinished
    | Undone
    | Cancelled
)
