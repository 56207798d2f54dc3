"""Arithmetic of shared days, without a database: sums over time, and the busy times of days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
WEEKS_PER_YEAR, MONTHS_PER_YEAR = 52, 12
DAY_BEGINS, NOON, DAY_ENDS = time(8), time(13), time(18)
_DAY = timedelta(days=1)
_MINUTES_PER_DAY = 480


@dataclass(frozen=True, slots=True)
class Part:
    """Days per week that somebody has of a person, from the first to the last day, both incl."""

    days_per_week: Decimal
    first_day: date
    last_day: date


def weekly(days: Decimal, per: str) -> Decimal:
    """Days per week of an agreement by the ``week`` or by the ``month``."""
    return days if per == "week" else days * MONTHS_PER_YEAR / WEEKS_PER_YEAR


def weekly_minutes(days: Decimal, per: str) -> int:
    """The same in minutes, a day being eight hours."""
    return round(weekly(days, per) * _MINUTES_PER_DAY)


def most(parts: Iterable[Part], *, first_day: date, last_day: date) -> Decimal:
    """The most days per week that the parts take together on any day from ``first_day`` to ``last_day``."""
    listed = [part for part in parts if part.first_day <= last_day and part.last_day >= first_day]
    # A sum only ever grows on a day on which a part begins.
    days = {first_day, *(part.first_day for part in listed if part.first_day > first_day)}
    return max((_on(listed, day) for day in days), default=Decimal(0))


def _on(parts: Sequence[Part], day: date) -> Decimal:
    return sum((part.days_per_week for part in parts if part.first_day <= day <= part.last_day), Decimal(0))


def days_on(weekdays: Iterable[int], *, first_day: date, last_day: date) -> list[date]:
    """Every day of these weekdays (0 = Monday) from the first to the last day."""
    wanted = set(weekdays)
    number = (last_day - first_day).days + 1
    return [day for day in (first_day + _DAY * offset for offset in range(number)) if day.weekday() in wanted]


def span(day: date, *, half: bool, zone: ZoneInfo) -> Interval:
    """A working day or its morning, as instants."""
    begin = datetime.combine(day, DAY_BEGINS, zone)
    return begin.astimezone(UTC), datetime.combine(day, NOON if half else DAY_ENDS, zone).astimezone(UTC)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, with those that overlap or touch made one: nothing tells how many firms are behind one of them."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def overlap(left: Iterable[Interval], right: Iterable[Interval]) -> Interval | None:
    """The first interval of ``left`` that has time in common with one of ``right``."""
    others = merged(right)
    for start, end in sorted(left):
        if any(begin < end and start < until for begin, until in others):
            return start, end
    return None
