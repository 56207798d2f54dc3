"""FEEL dates, times and durations from their texts and parts (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkfluss.process.timers import parse_duration

from .arithmetic import NotDefined
from .values import YearsMonths

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}(?::\d{2})?)?(?:@([A-Za-z0-9_+\-/]{1,60}))?")


def _zone(offset: str | None, name: str | None) -> tzinfo | None:
    if name:
        if offset:
            raise NotDefined("offset and zone at the same time")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise NotDefined(f"unknown time zone {name}") from None
    if not offset:
        return None
    if offset == "Z":
        return UTC
    parts = [int(part) for part in offset[1:].split(":")]
    shift = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    return timezone(shift if offset[0] == "+" else -shift)


def offset_text(offset: timedelta) -> str:
    """An offset as it stands behind a time: ``+02:00``."""
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def date_from(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise NotDefined(f"not a date: {text}")
    return date.fromisoformat(text)


def time_from(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise NotDefined(f"not a time: {text}")
    clock = time.fromisoformat(match[1])
    micros = int((match[2] or ".0")[1:7].ljust(6, "0"))
    return clock.replace(microsecond=micros, tzinfo=_zone(match[3], match[4]))


def moment_from(text: str) -> datetime:
    day, separator, clock = text.partition("T")
    return datetime.combine(date_from(day), time_from(clock) if separator else time())


def duration_from(text: str) -> timedelta | YearsMonths:
    duration = parse_duration(text)
    if duration.months or re.fullmatch(r"-?P[\dYM]+", text.strip()):
        if duration.days or duration.rest:
            raise NotDefined("months and days in one duration")
        return YearsMonths(duration.months)
    return timedelta(days=duration.days) + duration.rest


def literal(text: str) -> Any:
    """``@"…"``: whichever of date, time, date and time, or duration it is."""
    for reader in (duration_from, date_from, time_from, moment_from):
        try:
            return reader(text)
        except (NotDefined, ValueError, OverflowError):
            continue
    raise NotDefined(text)


def years_and_months_between(start: date, end: date) -> YearsMonths:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


def properties(value: Any) -> dict[str, Any]:
    """What a path reads of a value that is not a context."""
    found: dict[str, Any] = {}
    if isinstance(value, date):
        found |= {"year": Decimal(value.year), "month": Decimal(value.month), "day": Decimal(value.day)}
        found["weekday"] = Decimal(value.isoweekday())
    if isinstance(value, datetime | time):
        found |= {"hour": Decimal(value.hour), "minute": Decimal(value.minute)}
        found["second"] = Decimal(value.second) + Decimal(value.microsecond).scaleb(-6)
        found["time offset"] = value.utcoffset()
        found["timezone"] = getattr(value.tzinfo, "key", None)
    if isinstance(value, YearsMonths):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        found |= {"years": Decimal(sign * years), "months": Decimal(sign * months)}
    if isinstance(value, timedelta):
        sign = -1 if value < timedelta(0) else 1
        size = abs(value)
        hours, rest = divmod(size.seconds, 3600)
        parts = {"days": size.days, "hours": hours, "minutes": rest // 60, "seconds": rest % 60}
        found |= {key: Decimal(sign * part) for key, part in parts.items()}
    return found
