"""Where a case stands, as plain, comparable data.

``State.as_json`` is made of strings, numbers, lists and objects only, so that it can be kept as rows and come back
equal. Instants are ISO 8601 in UTC. Ids inside a case (``t1`` token, ``s1`` scope, ``w1`` wait) are counted, never
drawn at random: the same events give the same ids. Only what lives is kept: a step costs the same after 10 steps and
after 10,000. The one thing that outlives its end is a completed activity that may have to be compensated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .lifecycle import ScopeKind, Status, WaitKind

FORMAT = 2
_READABLE = (1, 2)  # format 1 had scopes without kind and data


@dataclass(frozen=True, slots=True)
class Token:
    """``via`` is the flow on which it came; a parallel gateway joins by it."""

    id: str
    node: str
    scope: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A running process or sub-process. ``token`` waits in the parent scope until this one is empty.

    ``kind`` is a ``ScopeKind``; ``data`` are the counters of that kind, plain JSON.
    """

    id: str
    element: str
    parent: str = ""
    token: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ScopeKind.BODY
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Something outside that has to happen. ``node`` differs from the token's node for boundary events.

    ``token`` is empty where the scope itself waits: for the start of an event sub-process. ``due`` is empty for a
    timer that names no time; a person lets it go on. ``remaining`` counts a repeating timer (0: without end), whose
    ``due`` is the turn number ``turn`` since ``anchor``; for a condition it is 0 while it has not been false again
    since it last held. ``correlation`` is the key of the message.
    """

    id: str
    kind: WaitKind
    node: str
    token: str
    scope: str
    due: str = ""
    name: str = ""
    remaining: int = 1
    correlation: str = ""
    anchor: str = ""
    turn: int = 0


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
        """Raises ValueError if it was written by a format version that is not readable."""
        if value.get("format") not in _READABLE:
            raise ValueError(f"state format {value.get('format')!r}, expected one of {_READABLE}")
        return cls(
            process=value["process"],
            status=Status(value["status"]),
            tokens=tuple(Token(**token) for token in value["tokens"]),
            scopes=tuple(Scope(**scope) for scope in value["scopes"]),
            waits=tuple(Wait(**{**wait, "kind": WaitKind(wait["kind"])}) for wait in value["waits"]),
            counter=value["counter"],
            zone=value["zone"],
        )
