"""What service tasks of processes do. Upper rooms say so per operation in ``AppConfig.ready``; ``cases`` calls them.

A service runs in the transaction of the event that leads to it, so it happens with the event or not at all. It refuses
before it changes anything (then a person takes over), and whatever leaves the firm it only enqueues.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from werkfluss.org.actor import Actor
from werkfluss.work.models import Case


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call. ``key`` is the same however often the call is repeated; ``inputs`` are the variables of the case."""

    case: Case
    element: str
    key: str
    inputs: Mapping[str, Any]


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
