"""Recurring days and times (RFC 5545 rules), always bounded. The only place that knows dateutil."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, datetime
from itertools import islice, takewhile

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

MAX_OCCURRENCES = 5_000
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}  # what ticks more often is no absence
_PARTS = {"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}
_PARTS |= {"BYYEARDAY", "BYWEEKNO"}
_INTERVAL = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_GREGORIAN = 400  # years after which weekdays and leap years repeat


def occurrences(rule: str, start: datetime, until: datetime, *, limit: int = MAX_OCCURRENCES) -> Iterator[datetime]:
    """The instants of ``rule`` (``FREQ=WEEKLY;BYDAY=MO;…``) from ``start`` to ``until``, both included.

    All three are wall-clock times without zone; a COUNT or UNTIL inside the rule ends it earlier.

    Raises:
        ValueError: the rule is not valid, or ticks more often than daily.
    """
    pairs = [part.partition("=")[::2] for part in rule.upper().strip(";").split(";")]
    parts = {key.strip(): value.strip() for key, value in pairs}
    if parts.get("FREQ") not in _FREQUENCIES or not set(parts) <= _PARTS:
        raise ValueError(f"not a recurrence rule for days: {rule[:200]}")
    if not _INTERVAL.fullmatch(parts.get("INTERVAL", "1")):
        raise ValueError(f"not an interval: {rule[:200]}")
    # dateutil looks for an impossible day ("30 February") until the year 9999. The calendar repeats every 400
    # years, so the search is moved as near to that end as it goes: 370 years instead of 8,000.
    shift = (MAXYEAR - max(start.year, until.year)) // _GREGORIAN * _GREGORIAN
    ended = parts.get("UNTIL")
    try:
        last = min(until, _moment(ended)) if ended else until
        parts |= {"UNTIL": f"{_moved(last, shift):%Y%m%dT%H%M%S}"} if "COUNT" not in parts else {}
        text = ";".join(f"{key}={value}" for key, value in parts.items())
        found = rrulestr(text, dtstart=_moved(start, shift))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"not a recurrence rule: {rule[:200]}") from error
    return islice(takewhile(lambda moment: moment <= last, (_moved(moment, -shift) for moment in found)), limit)


def _moved(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _moment(text: str) -> datetime:
    """An UNTIL value without its zone; a bare day counts to its end."""
    plain = text.rstrip("Z")
    if "T" in plain:
        return datetime.strptime(plain, "%Y%m%dT%H%M%S")  # noqa: DTZ007 -- wall-clock time by contract
    return datetime.strptime(f"{plain}T235959", "%Y%m%dT%H%M%S")  # noqa: DTZ007 -- wall-clock time by contract
