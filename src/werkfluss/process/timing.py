"""When a timer is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .feel import FeelError, YearsMonths, evaluate
from .model import EventKind, Timer, Trigger
from .timers import after, parse_cycle, parse_duration, parse_instant


def is_valid(timer: Timer) -> bool:
    """Whether the engine can read a timer; expressions are judged when their variables are known."""
    if timer.expression.startswith("="):
        return True
    try:
        if timer.kind == "cycle":
            parse_cycle(timer.expression)
        elif timer.kind == "duration":
            parse_duration(timer.expression)
        else:
            parse_instant(timer.expression, ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        return False
    return True


def deadline_of(text: str, at: datetime, zone: ZoneInfo, variables: Mapping[str, object]) -> datetime | None:
    """When a step is due (UTC): a duration from now, or FEEL after ``=``; ``None`` if it gives no time."""
    return due_of(Trigger(EventKind.TIMER, timer=Timer("duration", text)), at, zone, variables)[0]


@dataclass(frozen=True, slots=True)
class First:
    """When a timer fires first and how often (0: without end); it counts its turns from ``anchor``."""

    due: datetime
    repeats: int = 1
    anchor: datetime | None = None
    turn: int = 0


def first_of(trigger: Trigger, at: datetime, zone: ZoneInfo, variables: Mapping[str, object]) -> First | None:
    """``None`` if the timer names no time that can be read."""
    if trigger.timer is None:
        return None
    text = trigger.timer.expression
    try:
        if text.startswith("="):
            due = _from_feel(evaluate(text[1:], variables).value, at, zone)
            return First(due) if due else None
        if trigger.timer.kind == "cycle":
            cycle = parse_cycle(text)
            if cycle.start:
                start = parse_instant(cycle.start, zone)
                return First(start, cycle.repeats, start)
            return First(after(at, cycle.every, zone), cycle.repeats, at, 1)
        if trigger.timer.kind == "duration":
            return First(after(at, parse_duration(text), zone))
        return First(parse_instant(text, zone))
    except (ValueError, OverflowError, FeelError):
        return None


def next_of(trigger: Trigger, anchor: datetime, turn: int, zone: ZoneInfo, now: datetime) -> tuple[datetime, int]:
    """The next instant of a repeating timer and its turn, counted from ``anchor``.

    Raises:
        ValueError, OverflowError: it does not repeat, or no calendar goes that far.
    """
    if trigger.timer is None or trigger.timer.kind != "cycle":
        raise ValueError("a timer that does not repeat")
    return parse_cycle(trigger.timer.expression).turn_after(anchor, turn, zone, now)


def due_of(
    trigger: Trigger, at: datetime, zone: ZoneInfo, variables: Mapping[str, object]
) -> tuple[datetime | None, int]:
    """The first instant (UTC) and how often the timer fires, 0 without end; ``None`` if it names no readable time."""
    first = first_of(trigger, at, zone, variables)
    return (first.due, first.repeats) if first else (None, 1)


def _from_feel(value: object, at: datetime, zone: ZoneInfo) -> datetime | None:
    """A timer expression may give a duration, a date, a date and time, or the text of one of them."""
    if isinstance(value, timedelta):
        return at + value
    if isinstance(value, YearsMonths):
        return after(at, parse_duration(str(value)), zone)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return parse_instant(value.isoformat(), zone)
    if isinstance(value, str):
        is_duration = value.strip().startswith(("P", "-P"))
        return after(at, parse_duration(value), zone) if is_duration else parse_instant(value, zone)
    return None
