"""What service tasks of processes do. Upper rooms say so per operation in ``AppConfig.ready``; ``cases`` calls them.

A service runs in the transaction of the event that leads to it, behind a savepoint: it happens with the event or not at
all. If it refuses, or says with ``ProcessError`` what went wrong, nothing of it stays. If its program breaks down it is
called again later with the same key. So whatever leaves the firm (mail, a call to another system) it must only enqueue,
in the same transaction: mail with ``send_mail``, everything else with a job of ``flow`` that takes the key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
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


Service = Callable[[ServiceCall, Actor], Mapping[str, Any] | None]
_services: dict[str, Service] = {}
_led: dict[str, frozenset[str]] = {}


def register_service(name: str, function: Service) -> None:
    """Let service tasks whose operation is ``name`` call ``function``; what it returns goes into the case's variables.

    Raises:
        ValueError: the operation has another function already.
    """
    if _services.setdefault(name, function) is not function:
        raise ValueError(f"the operation {name} is registered twice")


def service_named(name: str) -> Service | None:
    return _services.get(name)


def lead_steps(definition: str, elements: Collection[str]) -> None:
    """These steps are done where their subject is (an order is accepted on the order), never on the case alone."""
    _led[definition] = frozenset(elements)


def is_led(definition: str, element: str) -> bool:
    return element in _led.get(definition, frozenset())
