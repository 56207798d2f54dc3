"""Deadlines as German law counts them: months end on the same number, a weekend moves the end to Monday.

Public holidays are not known here (they differ by state), so a deadline shown is never later than the real one.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

_SATURDAY = 5


def months_after(start: date, months: int) -> date:
    """The last day of a period of months that an event on ``start`` sets off (ss. 187(1), 188(2), (3) BGB)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day_of_months(first: date, months: int) -> date:
    """The last day of a period of months that begins on the day ``first`` itself (ss. 187(2), 188(2) BGB)."""
    return months_after(first, months) - timedelta(days=1)


def next_weekday(day: date) -> date:
    """The day itself, or the Monday after a Saturday or Sunday (s. 193 BGB, s. 108(3) AO, s. 26(3) SGB X)."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


def tenth_after_quarter(paid: date) -> date:
    """The 10th of the month after the calendar quarter of ``paid``, moved from a weekend."""
    return next_weekday(months_after(date(paid.year, (paid.month - 1) // 3 * 3 + 1, 10), 3))


def weekdays_in_month(day: date) -> int:
    """Mondays to Fridays of the calendar month, public holidays included (they are paid)."""
    days = monthrange(day.year, day.month)[1]
    return sum(date(day.year, day.month, number).weekday() < _SATURDAY for number in range(1, days + 1))
