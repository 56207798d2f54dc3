"""FEEL operators on two values. ``NotDefined`` means null: the operands do not fit (DMN 1.5, tables 50 to 56)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from werkfluss.process.timers import add_months

from .values import DECIMAL, YearsMonths, kind


class NotDefined(Exception):
    """The operation has no value for these operands."""


def whole(value: Decimal) -> int:
    """The number without its fraction, for a position, a length or a scale.

    Raises:
        NotDefined: far beyond any text or list.
    """
    if abs(value) > 10**9:
        raise NotDefined(f"{value:.3E}")
    return int(value)


def operate(operator: str, left: Any, right: Any) -> Any:
    """Raises NotDefined."""
    table = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
    try:
        return table[operator](left, right)
    except (DecimalException, OverflowError, ZeroDivisionError, ValueError) as error:
        raise NotDefined(type(error).__name__ if isinstance(error, DecimalException) else str(error)) from None


def _undefined(left: Any, right: Any) -> NotDefined:
    return NotDefined(f"{kind(left)}, {kind(right)}")


def _shift(moment: Any, duration: Any) -> Any:
    """A date, time, or date and time moved by a duration."""
    if isinstance(duration, YearsMonths):
        if isinstance(moment, datetime):
            return datetime.combine(add_months(moment.date(), duration.months), moment.timetz())
        if isinstance(moment, date):
            return add_months(moment, duration.months)
    elif isinstance(duration, timedelta):
        if isinstance(moment, datetime):
            # A duration is elapsed time: across the change of the clocks the hour of the day moves.
            zoned = moment.utcoffset() is not None
            return (moment.astimezone(UTC) + duration).astimezone(moment.tzinfo) if zoned else moment + duration
        if isinstance(moment, date):
            return (datetime.combine(moment, time()) + duration).date()
        if isinstance(moment, time):
            return (datetime.combine(date(2000, 1, 2), moment) + duration).timetz()
    raise _undefined(moment, duration)


def add(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left + right
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months + right.months)
    if isinstance(left, timedelta | YearsMonths):
        return _shift(right, left)
    return _shift(left, right)


def _instant(value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC)


def subtract(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL.subtract(left, right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left - right
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months - right.months)
    if isinstance(left, time) and isinstance(right, time):
        return _gap(datetime.combine(date(2000, 1, 2), left), datetime.combine(date(2000, 1, 2), right))
    if isinstance(left, date) and isinstance(right, date):
        if not isinstance(left, datetime) and not isinstance(right, datetime):
            return left - right
        return _gap(_instant(left), _instant(right))
    if isinstance(right, timedelta):
        return _shift(left, -right)
    if isinstance(right, YearsMonths):
        return _shift(left, YearsMonths(-right.months))
    raise _undefined(left, right)


def _gap(left: datetime, right: datetime) -> timedelta:
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        raise NotDefined("only one of them has a time zone")
    if left.utcoffset() is None:
        return left - right
    return left.astimezone(UTC) - right.astimezone(UTC)


def _seconds(value: timedelta) -> Decimal:
    return Decimal(value // timedelta(microseconds=1)).scaleb(-6)


def _from_seconds(seconds: Decimal) -> timedelta:
    return timedelta(microseconds=int(seconds.scaleb(6).to_integral_value()))


def multiply(left: Any, right: Any) -> Any:
    if isinstance(right, timedelta | YearsMonths):
        left, right = right, left
    if isinstance(right, Decimal):
        if isinstance(left, Decimal):
            return DECIMAL.multiply(left, right)
        if isinstance(left, timedelta):
            return _from_seconds(DECIMAL.multiply(_seconds(left), right))
        if isinstance(left, YearsMonths):
            return YearsMonths(int(DECIMAL.multiply(Decimal(left.months), right)))
    raise _undefined(left, right)


def divide(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL.divide(left, right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return DECIMAL.divide(_seconds(left), _seconds(right))
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return DECIMAL.divide(Decimal(left.months), Decimal(right.months))
    if isinstance(left, timedelta) and isinstance(right, Decimal):
        return _from_seconds(DECIMAL.divide(_seconds(left), right))
    if isinstance(left, YearsMonths) and isinstance(right, Decimal):
        return YearsMonths(int(DECIMAL.divide(Decimal(left.months), right)))
    raise _undefined(left, right)


def power(left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL.power(left, right)
    raise _undefined(left, right)


def negate(value: Any) -> Any:
    if isinstance(value, Decimal):
        return DECIMAL.minus(value)
    if isinstance(value, timedelta):
        try:
            return -value
        except OverflowError as error:
            raise NotDefined(str(error)) from None
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    raise NotDefined(kind(value))
