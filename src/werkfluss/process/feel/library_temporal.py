"""Built-ins for dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7, 10.3.4.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from . import temporal
from .arithmetic import NotDefined
from .registry import Table
from .values import YearsMonths, equal, string

TABLE = Table()
builtin = TABLE.builtin
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@builtin("@", "text:s")
def _literal(text: str) -> Any:
    return temporal.literal(text)


def _whole(value: Decimal) -> int:
    if abs(value) > 10**6 or value != int(value):
        raise NotDefined(string(value)[:40])
    return int(value)


@builtin("date", "from/year:a", "month:n?", "day:n?")
def _date(value: Any, month: Decimal | None = None, day: Decimal | None = None) -> date:
    if isinstance(value, Decimal) and month is not None and day is not None:
        return date(_whole(value), _whole(month), _whole(day))
    if month is None and day is None:
        if isinstance(value, str):
            return temporal.date_from(value)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
    raise NotDefined("date")


@builtin("time", "from/hour:a", "minute:n?", "second:n?", "offset:D?")
def _time(
    value: Any,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: timedelta | YearsMonths | None = None,
) -> time:
    if isinstance(value, Decimal) and minute is not None and second is not None:
        if isinstance(offset, YearsMonths) or not 0 <= second < 60:
            raise NotDefined("time")
        micros = int((second - int(second)).scaleb(6).to_integral_value(ROUND_FLOOR))
        zone = temporal.shifted(offset) if offset is not None else None
        return time(_whole(value), _whole(minute), int(second), micros, zone)
    if minute is not None or second is not None:
        raise NotDefined("time")
    if isinstance(value, str):
        return temporal.time_from(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, time):
        return value
    if isinstance(value, date):
        return time(tzinfo=UTC)
    raise NotDefined("time")


@builtin("date and time", "from/date:a", "time:a?")
def _date_and_time(value: Any, clock: Any = None) -> datetime:
    if clock is None:
        if isinstance(value, str):
            return temporal.moment_from(value)
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
    elif isinstance(value, date) and isinstance(clock, time):
        return datetime.combine(value.date() if isinstance(value, datetime) else value, clock)
    raise NotDefined("date and time")


@builtin("duration", "from:a")
def _duration(value: Any) -> Any:
    if isinstance(value, str):
        return temporal.duration_from(value)
    if isinstance(value, timedelta | YearsMonths):
        return value
    raise NotDefined("duration")


@builtin("years and months duration", "from:d", "to:d")
def _years_and_months(start: date, end: date) -> YearsMonths:
    return temporal.years_and_months_between(start, end)


@builtin("is", "value1:a", "value2:a")
def _is(left: Any, right: Any) -> bool:
    """The same element of the same semantic domain: 10:00Z is not 11:00+01:00 (DMN 1.5, 10.3.4.7)."""
    return equal(left, right) is True and type(left) is type(right) and string(left) == string(right)


@builtin("now")
@builtin("today")
def _clock() -> None:
    """Answered by the evaluator, with the instant that was given to it."""
    raise NotDefined("clock")


@builtin("day of year", "date:d")
def _day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date:d")
def _day_of_week(day: date) -> str:
    return _DAYS[day.weekday()]


@builtin("month of year", "date:d")
def _month_of_year(day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date:d")
def _week_of_year(day: date) -> Decimal:
    """ISO 8601: the week with the first Thursday is week 1."""
    return Decimal(day.isocalendar().week)
