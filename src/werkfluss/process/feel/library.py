"""Built-ins for numbers, lists, contexts, ranges, dates and durations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import cmp_to_key
from typing import Any

from . import temporal
from .arithmetic import NotDefined
from .registry import Table
from .values import DECIMAL, Function, Range, YearsMonths, equal, less, string

TABLE = Table()
builtin = TABLE.builtin
_MAX_DISTINCT = 2_000  # every item is compared with every other

# Numbers


def _rounded(value: Decimal, scale: Decimal | None, how: str) -> Decimal:
    places = int(scale or 0)
    exponent = value.as_tuple().exponent
    if not -6000 < places < 6000 or not isinstance(exponent, int):
        raise NotDefined(f"scale {places}")
    if -exponent <= places:
        return value  # nothing to round, and padding with zeros could exceed the precision
    return value.quantize(Decimal(1).scaleb(-places), how, DECIMAL)


@builtin("decimal", "n:n", "scale:n")
def _decimal(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_EVEN)


@builtin("floor", "n:n", "scale:n?")
def _floor(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_FLOOR)


@builtin("ceiling", "n:n", "scale:n?")
def _ceiling(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_CEILING)


@builtin("round up", "n:n", "scale:n")
def _round_up(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_UP)


@builtin("round down", "n:n", "scale:n")
def _round_down(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_DOWN)


@builtin("round half up", "n:n", "scale:n")
def _round_half_up(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_UP)


@builtin("round half down", "n:n", "scale:n")
def _round_half_down(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_DOWN)


@builtin("abs", "n:a")
def _abs(value: Any) -> Any:
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    if isinstance(value, Decimal | timedelta):
        return abs(value)
    raise NotDefined("abs")


@builtin("modulo", "dividend:n", "divisor:n")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The result has the sign of the divisor."""
    quotient = DECIMAL.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return DECIMAL.subtract(dividend, DECIMAL.multiply(divisor, quotient))


@builtin("sqrt", "number:n")
def _sqrt(value: Decimal) -> Decimal:
    return DECIMAL.sqrt(value)


@builtin("log", "number:n")
def _log(value: Decimal) -> Decimal:
    if value <= 0:
        raise NotDefined(string(value))
    return DECIMAL.ln(value)


@builtin("exp", "number:n")
def _exp(value: Decimal) -> Decimal:
    return DECIMAL.exp(value)


@builtin("odd", "number:n")
def _odd(value: Decimal) -> bool:
    return _modulo(value, Decimal(2)) == 1


@builtin("even", "number:n")
def _even(value: Decimal) -> bool:
    return _modulo(value, Decimal(2)) == 0


# Lists


def _sum_of(items: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for item in items:
        total = DECIMAL.add(total, item)
    return total


@builtin("count", "list:l")
def _count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


@builtin("sum", "list:n", repeats=True)
def _sum(items: list[Decimal]) -> Decimal | None:
    return _sum_of(items) if items else None


@builtin("product", "list:n", repeats=True)
def _product(items: list[Decimal]) -> Decimal | None:
    total = Decimal(1)
    for item in items:
        total = DECIMAL.multiply(total, item)
    return total if items else None


@builtin("mean", "list:n", repeats=True)
def _mean(items: list[Decimal]) -> Decimal | None:
    return DECIMAL.divide(_sum_of(items), Decimal(len(items))) if items else None


@builtin("median", "list:n", repeats=True)
def _median(items: list[Decimal]) -> Decimal | None:
    if not items:
        return None
    ordered, half = sorted(items), len(items) // 2
    return ordered[half] if len(items) % 2 else DECIMAL.divide(ordered[half - 1] + ordered[half], Decimal(2))


@builtin("mode", "list:n", repeats=True)
def _mode(items: list[Decimal]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


@builtin("stddev", "list:n", repeats=True)
def _stddev(items: list[Decimal]) -> Decimal | None:
    if len(items) < 2:
        return None
    mean = DECIMAL.divide(_sum_of(items), Decimal(len(items)))
    squares = [DECIMAL.power(DECIMAL.subtract(item, mean), Decimal(2)) for item in items]
    return DECIMAL.sqrt(DECIMAL.divide(_sum_of(squares), Decimal(len(items) - 1)))


def _extreme(items: list[Any], *, largest: bool) -> Any:
    best = items[0] if items else None
    for item in items[1:]:
        smaller = less(item, best)
        if smaller is None:
            raise NotDefined("mixed types")
        if smaller is not largest and equal(item, best) is not True:
            best = item
    return best


@builtin("min", "list:a", repeats=True)
def _min(items: list[Any]) -> Any:
    return _extreme(items, largest=False)


@builtin("max", "list:a", repeats=True)
def _max(items: list[Any]) -> Any:
    return _extreme(items, largest=True)


@builtin("all", "list:a", repeats=True)
def _all(items: list[Any]) -> bool | None:
    if False in [item for item in items if isinstance(item, bool)]:
        return False
    return True if all(isinstance(item, bool) for item in items) else None


@builtin("any", "list:a", repeats=True)
def _any(items: list[Any]) -> bool | None:
    if True in [item for item in items if isinstance(item, bool)]:
        return True
    return False if all(isinstance(item, bool) for item in items) else None


@builtin("list contains", "list:l", "element:a")
def _list_contains(items: list[Any], element: Any) -> bool:
    return any(equal(item, element) is True for item in items)


@builtin("append", "list:l", "item:a")
def _append(items: list[Any], item: Any) -> list[Any]:
    return [*items, item]


@builtin("concatenate", "list:a", repeats=True)
def _concatenate(lists: list[Any]) -> list[Any]:
    return [item for part in lists for item in (part if isinstance(part, list) else [part])]


@builtin("union", "list:a", repeats=True)
def _union(lists: list[Any]) -> list[Any]:
    return _distinct(_concatenate(lists))


@builtin("distinct values", "list:l")
def _distinct(items: list[Any]) -> list[Any]:
    if len(items) > _MAX_DISTINCT:
        raise NotDefined(f"more than {_MAX_DISTINCT} items")
    found: list[Any] = []
    for item in items:
        if not _list_contains(found, item):
            found.append(item)
    return found


@builtin("flatten", "list:l")
def _flatten(items: list[Any]) -> list[Any]:
    return [leaf for item in items for leaf in (_flatten(item) if isinstance(item, list) else [item])]


@builtin("reverse", "list:l")
def _reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


def _position(items: list[Any], position: Decimal, beyond: int = 0) -> int:
    index = int(position)
    if index != position or not 1 <= abs(index) <= len(items) + (beyond if index > 0 else 0):
        raise NotDefined(string(position))
    return index - 1 if index > 0 else len(items) + index


@builtin("sublist", "list:l", "start position:n", "length:n?")
def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    first = _position(items, start)
    return items[first:] if length is None else items[first : first + max(0, int(length))]


@builtin("insert before", "list:l", "position:n", "newItem:a")
def _insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any]:
    index = _position(items, position, beyond=1)
    return [*items[:index], item, *items[index:]]


@builtin("remove", "list:l", "position:n")
def _remove(items: list[Any], position: Decimal) -> list[Any]:
    index = _position(items, position)
    return [*items[:index], *items[index + 1 :]]


@builtin("index of", "list:l", "match:a")
def _index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("sort", "list:l", "precedes:f?")
def _sort(items: list[Any], precedes: Function | None = None) -> list[Any]:
    def before(left: Any, right: Any) -> bool:
        return (precedes.call([left, right]) if precedes else less(left, right)) is True

    return sorted(items, key=cmp_to_key(lambda a, b: -1 if before(a, b) else (1 if before(b, a) else 0)))


# Contexts


@builtin("get value", "m:c", "key:s")
def _get_value(context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@builtin("get entries", "m:c")
def _get_entries(context: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context put", "context:c", "key:s", "value:a")
def _context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@builtin("context merge", "contexts:l")
def _context_merge(contexts: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise NotDefined("context")
        merged |= context
    return merged


@builtin("context", "entries:l")
def _context(entries: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or entry["key"] in made:
            raise NotDefined("entries")
        made[entry["key"]] = entry.get("value")
    return made


@builtin("is defined", "value:a")
def _is_defined(value: Any) -> bool:
    return value is not None


@builtin("is", "value1:a", "value2:a")
def _is(left: Any, right: Any) -> bool:
    return equal(left, right) is True and type(left) is type(right) and string(left) == string(right)


@builtin("not", "negand:a")
def _not(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


# Ranges


@builtin("includes", "range:r", "point:a")
def _includes(span: Range, point: Any) -> bool | None:
    if not isinstance(point, Range):
        return span.contains(point)
    low = span.contains(point.low) or (equal(span.low, point.low) is True and not point.low_included)
    high = span.contains(point.high) or (equal(span.high, point.high) is True and not point.high_included)
    return bool(low and high)


@builtin("during", "point:a", "range:r")
def _during(point: Any, span: Range) -> bool | None:
    return _includes(span, point)


@builtin("before", "a:a", "b:a")
def _before(left: Any, right: Any) -> bool | None:
    end, end_included = (left.high, left.high_included) if isinstance(left, Range) else (left, True)
    start, start_included = (right.low, right.low_included) if isinstance(right, Range) else (right, True)
    return less(end, start, or_equal=not (end_included and start_included))


@builtin("after", "a:a", "b:a")
def _after(left: Any, right: Any) -> bool | None:
    return _before(right, left)


@builtin("overlaps", "range1:r", "range2:r")
def _overlaps(left: Range, right: Range) -> bool | None:
    apart = _before(left, right), _before(right, left)
    return None if None in apart else not any(apart)


# Dates, times, durations


@builtin("@", "text:s")
def _literal(text: str) -> Any:
    return temporal.literal(text)


@builtin("date", "from:a", "month:n?", "day:n?")
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


def _whole(value: Decimal) -> int:
    if value != int(value):
        raise NotDefined(string(value))
    return int(value)


@builtin("time", "from:a", "minute:n?", "second:n?", "offset:D?")
def _time(
    value: Any, minute: Decimal | None = None, second: Decimal | None = None, offset: timedelta | None = None
) -> time:
    if isinstance(value, Decimal) and minute is not None and second is not None:
        text = f"{_whole(value):02d}:{_whole(minute):02d}:{int(second):02d}"
        return temporal.time_from(text + (temporal.offset_text(offset) if offset is not None else ""))
    if isinstance(value, str):
        return temporal.time_from(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, time):
        return value
    if isinstance(value, date):
        return temporal.time_from("00:00:00Z")
    raise NotDefined("time")


@builtin("date and time", "from:a", "time:a?")
def _date_and_time(value: Any, clock: Any = None) -> datetime:
    if isinstance(value, str) and clock is None:
        return temporal.moment_from(value)
    if isinstance(value, date) and isinstance(clock, time):
        return datetime.combine(value.date() if isinstance(value, datetime) else value, clock)
    if clock is None and isinstance(value, datetime):
        return value
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


@builtin("day of year", "date:d")
def _day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
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
)


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
