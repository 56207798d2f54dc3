"""What service tasks of processes do. Upper rooms say so per operation in ``AppConfig.ready``; ``cases`` calls them.

Each says what is left of it when it is repeated, or when the step before it is taken back: its ``Effect``.

A service runs in the transaction of the event that leads to it, behind a savepoint: it happens with the event or not at
all. If it refuses, or says with ``ProcessError`` what went wrong, nothing of it stays. If its program breaks down it is
called again later with the same key. So whatever leaves the firm (mail, a call to another system) it must only enqueue,
in the same transaction: mail with ``send_mail``, everything else with a job of ``flow`` that takes the key.

What can do neither, because another system knows no key, is called once: before the call stands on record that it
begins, in a transaction of its own. If nobody can tell afterwards what came of it, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.models import Case


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call. ``key`` is the same however often the call is repeated; ``inputs`` are the variables of the case."""

    case: Case
    element: str
    key: str
    inputs: Mapping[str, Any]


class ProcessError(Exception):
    """A result that the drawing knows: caught by the error event with this code, at the step or around it.

    Where none is drawn a person gets the step, with ``text``.
    """

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(f"{code}: {text.en}")
        self.code = code
        self.text = text


class Effect(StrEnum):
    """What a service leaves outside the case."""

    NONE = "none"
    """Nothing: it answers a question. The step before it can be taken back."""
    BY_KEY = "by_key"
    """Something that stays. Repeated with the same key it counts once, so it is tried again by itself."""
    ONCE = "once"
    """Something that a repetition would double: it is called once, and if it broke down a person is asked."""


Service = Callable[[ServiceCall, Actor], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Registered:
    """What stands behind an operation."""

    function: Service
    effect: Effect


_services: dict[str, Registered] = {}
_led: dict[str, frozenset[str]] = {}


def register_service(name: str, function: Service, *, effect: Effect) -> None:
    """Let service tasks whose operation is ``name`` call ``function``; what it returns goes into the case's variables.

    Raises:
        TypeError: the effect is none of ``Effect``; the program does not start without it.
        ValueError: the operation has another function already.
    """
    if not isinstance(effect, Effect):
        raise TypeError(f"the operation {name} does not say which effect it has")
    made = Registered(function, effect)
    if _services.setdefault(name, made) != made:
        raise ValueError(f"the operation {name} is registered twice")


def service_named(name: str) -> Registered | None:
    return _services.get(name)


def effect_of(name: str) -> Effect | None:
    """``None`` if nothing stands behind the operation, so that a person does the step."""
    found = _services.get(name)
    return found.effect if found else None


def lead_steps(definition: str, elements: Collection[str]) -> None:
    """These steps are done where their subject is (an order is accepted on the order), never on the case alone."""
    _led[definition] = frozenset(elements)


def is_led(definition: str, element: str) -> bool:
    return element in _led.get(definition, frozenset())
