"""The only place that asks for the time. Everything else is given dates and instants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

FIRM_ZONE = ZoneInfo("Europe/Berlin")
_frozen: ContextVar[datetime | None] = ContextVar("werkfluss_frozen_clock", default=None)


def now() -> datetime:
    """The present instant in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: ZoneInfo = FIRM_ZONE) -> date:
    """The present calendar day in ``zone``."""
    return now().astimezone(zone).date()


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at ``instant`` (must carry a zone); for tests, replays and the example firm."""
    if instant.tzinfo is None:
        raise ValueError("a frozen instant needs a time zone")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
