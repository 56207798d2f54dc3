"""``record``: the sole way to log what was done and to announce it.

The entry is appended last, in the outermost transaction, so the firm's chain is locked only for the moment of commit.
Upper rooms hear of the event through handlers they registered in ``AppConfig.ready``; handlers run at once, in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import models

from werkfluss.kernel import clock
from werkfluss.org import chain, tenancy
from werkfluss.org.actor import Actor


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to one object. ``kind`` reads ``room.object.verb``, as ``work.task.accepted``."""

    kind: str
    subject: models.Model
    data: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Event, Actor], None]
_handlers: dict[str, list[Handler]] = {}


def on(kind: str, handler: Handler) -> None:
    """Call ``handler`` for every event of this kind; upper rooms say so in ``AppConfig.ready``."""
    listeners = _handlers.setdefault(kind, [])
    if handler not in listeners:
        listeners.append(handler)


def record(event: Event, *, by: Actor) -> None:
    """Append the event to the firm's chain and tell those who listen.

    Raises:
        RuntimeError: outside ``acting``, or the actor belongs to another firm.
    """
    if by.org_id != tenancy.current_org_id():
        raise RuntimeError("an event is recorded in the actor's own firm")
    draft = chain.Draft(
        at=clock.now(),
        kind=event.kind,
        actor=by,
        object_type=event.subject._meta.label_lower,
        object_id=event.subject.pk,
        data=_plain(event.data),
    )
    tenancy.together_before_commit(chain.append_all, draft)
    for handler in _handlers.get(event.kind, ()):
        handler(event, by)


def _plain(value: Any) -> Any:
    """As JSON holds it: decimals, dates and ids as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, float)):
        return str(value)
    if isinstance(value, models.Model):
        return str(value.pk)
    return value
