"""FEEL dates, times and durations from their texts and parts (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

Years run from 1 to 9999 and seconds have six decimals: what Python's calendar knows.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .arithmetic import NotDefined
from .values import DECIMAL, YearsMonths

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(
    r"(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}(?::\d{2})?)?(?:@([A-Za-z0-9_+\-/]{1,60}))?", re.ASCII
)
_YEARS_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,10})Y)?(?:(\d{1,10})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,14})H)?(?:(\d{1,15})M)?(?:(\d{1,17})(\.\d{0,9})?S)?)?", re.ASCII
)
_NUMBER = re.compile(r"-?(\d{1,40}(\.\d{1,40})?|\.\d{1,40})", re.ASCII)
_CALL = re.compile(r'(date and time|date|time|duration)\(\s*"([^"\\]*)"\s*\)')
_MAX_OFFSET = timedelta(hours=18)


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
    return shifted(shift if offset[0] == "+" else -shift)


def shifted(offset: timedelta) -> tzinfo:
    """The zone with this distance from UTC."""
    if abs(offset) > _MAX_OFFSET:
        raise NotDefined(f"offset {offset}")
    return timezone(offset)


def date_from(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise NotDefined(f"not a date: {text[:40]}")
    return date.fromisoformat(text)


def time_from(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise NotDefined(f"not a time: {text[:40]}")
    clock = time.fromisoformat(match[1])
    micros = int((match[2] or ".0")[1:7].ljust(6, "0"))
    return clock.replace(microsecond=micros, tzinfo=_zone(match[3], match[4]))


def moment_from(text: str) -> datetime:
    day, separator, clock = text.partition("T")
    return datetime.combine(date_from(day), time_from(clock) if separator else time())


def duration_from(text: str) -> timedelta | YearsMonths:
    """``P1Y2M`` or ``P1DT2H``; the two kinds do not mix (XML Schema 1.1, 3.4.26 and 3.4.27)."""
    if match := _YEARS_MONTHS.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        raise NotDefined(f"not a duration: {text[:40]}")
    days, hours, minutes, seconds = (int(match[index] or 0) for index in range(2, 6))
    micros = int((match[6] or ".")[1:7].ljust(6, "0"))
    whole = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
    return -whole if match[1] else whole


def literal(text: str) -> Any:
    """``@"…"``: whichever of date, time, date and time, or duration it is."""
    for reader in (duration_from, date_from, time_from, moment_from):
        try:
            return reader(text)
        except (NotDefined, ValueError, OverflowError):
            continue
    raise NotDefined(text[:40])


# The literals that may stand at the ends of ``range("[…..…]")``.


def quoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or '"' in text[1:-1]:
        raise NotDefined(text[:40])
    return text[1:-1]


def number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise NotDefined(text[:40])
    return DECIMAL.create_decimal(text)


def called(text: str) -> Any:
    """``@"2026-01-01"`` or ``date("2026-01-01")``."""
    if text.startswith("@"):
        return literal(quoted(text[1:]))
    match = _CALL.fullmatch(text)
    if match is None:
        raise NotDefined(text[:40])
    readers = {"date": date_from, "time": time_from, "date and time": moment_from, "duration": duration_from}
    return readers[match[1]](match[2])


def years_and_months_between(start: date, end: date) -> YearsMonths:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


def properties(value: Any) -> dict[str, Any]:
    """What a path reads of a value that is not a context (DMN 1.5, table 65)."""
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
        found["seconds"] += sign * Decimal(size.microseconds).scaleb(-6)
    return found
