"""Ends of periods that are counted in months or calendar years."""

from __future__ import annotations

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later; where it does not exist, the last day (s. 188(3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of_year(day: date, years: int = 0) -> date:
    """The last day of the calendar year of ``day``, or of a year that many years later."""
    return date(day.year + years, 12, 31)
