"""FEEL values in Python, how they compare, and how they go into and out of JSON.

number ``Decimal`` · string ``str`` · boolean ``bool`` · null ``None`` · date ``date`` · time ``time`` ·
date and time ``datetime`` · days and time duration ``timedelta`` · years and months duration ``YearsMonths`` ·
list ``list`` · context ``dict`` · range ``Range`` · function ``Function``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

# The arithmetic of DMN: IEEE 754-2008 decimal128.
DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
MAX_JSON_DEPTH = 60
MAX_MONTHS = 12 * 10**12


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise OverflowError("a duration of too many months")

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


@dataclass(frozen=True, slots=True)
class Range:
    """``None`` at an end means open without bound."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool

    def contains(self, value: Any) -> bool | None:
        above = True if self.low is None else less(self.low, value, or_equal=self.low_included)
        below = True if self.high is None else less(value, self.high, or_equal=self.high_included)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True


@dataclass(frozen=True, slots=True)
class Function:
    parameters: tuple[str, ...]
    call: Callable[[list[Any]], Any]


_KINDS: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Any) -> str:
    """The FEEL type name."""
    exact = _KINDS.get(type(value))
    return exact or next((name for one, name in _KINDS.items() if isinstance(value, one)), "function")


def equal(left: Any, right: Any) -> bool | None:
    """``null`` equals only null; values of different types are not comparable (null)."""
    if left is None or right is None:
        return left is None and right is None
    name = kind(left)
    if name != kind(right):
        return None
    if name == "list":
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if name == "context":
        return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
    if name == "range":
        ends = equal(left.low, right.low) is True and equal(left.high, right.high) is True
        return ends and (left.low_included, left.high_included) == (right.low_included, right.high_included)
    if name == "date and time" and (pair := _instants(left, right)) is not None:
        return pair[0] == pair[1]
    return bool(left == right)


def _instants(left: datetime, right: datetime) -> tuple[timedelta, timedelta] | None:
    """Their distances from the beginning of the calendar in UTC; ``None`` if one of them has no zone.

    Python compares two of the same zone by the clock on the wall, which repeats an hour every autumn, and cannot move
    the first and the last day of its calendar to UTC.
    """
    shifts = left.utcoffset(), right.utcoffset()
    if shifts[0] is None or shifts[1] is None:
        return None
    start = datetime(1, 1, 1, tzinfo=UTC)
    return left.replace(tzinfo=UTC) - start - shifts[0], right.replace(tzinfo=UTC) - start - shifts[1]


def less(left: Any, right: Any, *, or_equal: bool = False) -> bool | None:
    name = kind(left)
    if name != kind(right) or name in ("Null", "boolean", "list", "context", "range", "function"):
        return None
    if name == "date and time":
        left, right = _instants(left, right) or (left, right)
    try:
        return bool(left <= right) if or_equal else bool(left < right)
    except TypeError:  # one has a time zone, the other has none
        return None


def from_json(value: Any, depth: int = 0) -> Any:
    """Plain data to FEEL; FEEL values pass through.

    Raises:
        ValueError: nested too deeply, or a value that is neither JSON nor FEEL.
    """
    if depth > MAX_JSON_DEPTH:
        raise ValueError("nested too deeply")
    if value is None or isinstance(value, bool | str | date | time | timedelta | YearsMonths | Range | Function):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value if isinstance(value, Decimal) else Decimal(str(value)))
    if isinstance(value, Mapping):
        return {str(key): from_json(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [from_json(part, depth + 1) for part in value]
    raise ValueError(f"no FEEL value: {type(value).__name__}")


def _number(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a finite number")
    try:
        return DECIMAL.plus(value)
    except ArithmeticError:
        raise ValueError("a number beyond 1E6144") from None


def to_json(value: Any) -> Any:
    """Whole numbers as numbers, other decimals as strings with a point, dates and durations as ISO 8601."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < 2**53
        return int(value) if whole else string(value)
    if isinstance(value, list):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {key: to_json(part) for key, part in value.items()}
    if value is None or isinstance(value, bool | str):
        return value
    return string(value)


def string(value: Any) -> str:
    """As the FEEL function ``string`` writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(DECIMAL) if value else Decimal(0), "f")
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, datetime | time):
        return _with_zone(value)
    if isinstance(value, date | YearsMonths):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inner(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Range):
        left, right = "[" if value.low_included else "(", "]" if value.high_included else ")"
        return f"{left}{_inner(value.low)}..{_inner(value.high)}{right}"
    return "null" if value is None else "function"


def _inner(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else string(value)


def _with_zone(value: datetime | time) -> str:
    name = getattr(value.tzinfo, "key", None)
    text = value.replace(tzinfo=None).isoformat() if name else value.isoformat()
    if name:
        return f"{text}@{name}"
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _duration(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{value.days}D" if value.days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{text or 'T0S'}"
