"""Deadlines as German law counts them: months end on the same number, an end moves to the next working day.

The move (s. 193 BGB, s. 108(3) AO, s. 26(3) SGB X) is made only by rules where the law is clear and a day too early
would do harm, or the later day is safe; all others show the day without it, which is always in time.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from werkfluss.kernel.text import Text

from .facts import one_of
from .rule import Facts

_SATURDAY = 5
FEDERAL_STATES = {
    "BB": Text("Brandenburg", "Brandenburg"),
    "BE": Text("Berlin", "Berlin"),
    "BW": Text("Baden-Württemberg", "Baden-Württemberg"),
    "BY": Text("Bayern", "Bavaria"),
    "HB": Text("Bremen", "Bremen"),
    "HE": Text("Hessen", "Hesse"),
    "HH": Text("Hamburg", "Hamburg"),
    "MV": Text("Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"),
    "NI": Text("Niedersachsen", "Lower Saxony"),
    "NW": Text("Nordrhein-Westfalen", "North Rhine-Westphalia"),
    "RP": Text("Rheinland-Pfalz", "Rhineland-Palatinate"),
    "SH": Text("Schleswig-Holstein", "Schleswig-Holstein"),
    "SL": Text("Saarland", "Saarland"),
    "SN": Text("Sachsen", "Saxony"),
    "ST": Text("Sachsen-Anhalt", "Saxony-Anhalt"),
    "TH": Text("Thüringen", "Thuringia"),
}
FEDERAL_STATE = one_of(
    "federal_state",
    FEDERAL_STATES,
    "In welchem Bundesland (nur gefragt, wenn die Frist an einem Feiertag endet, den nicht alle Länder haben)?",
    "In which federal state (asked only if the period ends on a holiday that not all states have)?",
    labels=FEDERAL_STATES,
)


def months_after(start: date, months: int) -> date:
    """The last day of a period of months that an event on ``start`` sets off (ss. 187(1), 188(2), (3) BGB)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day_of_months(first: date, months: int) -> date:
    """The last day of a period of months that begins on the day ``first`` itself (ss. 187(2), 188(2) BGB)."""
    return months_after(first, months) - timedelta(days=1)


def next_working_day(day: date, state: str | None = None) -> date:
    """The day itself, or the next that is no Saturday, Sunday or public holiday (s. 193 BGB and its like in tax law).

    ``state``: a key of ``FEDERAL_STATES``; without it only the holidays that all of Germany has.
    """
    while day.weekday() >= _SATURDAY or day in _holidays(day.year, state):
        day += timedelta(days=1)
    return day


def moved_end(facts: Facts, day: date) -> date:
    """``next_working_day`` at the place of the fact ``federal_state``, which is asked only where it makes a difference.

    Raises:
        FactMissingError: the end falls on a holiday that some states have, and the state is not known.

    """
    end = next_working_day(day)
    if not any(end in _holidays(end.year, state) for state in FEDERAL_STATES):
        return end
    return next_working_day(end, facts.word(FEDERAL_STATE.name))


def tenth_after_quarter(paid: date) -> date:
    """The 10th of the month after the calendar quarter of ``paid``, moved to a working day (s. 108(3) AO)."""
    return next_working_day(months_after(date(paid.year, (paid.month - 1) // 3 * 3 + 1, 10), 3))


@cache
def _holidays(year: int, state: str | None) -> frozenset[date]:
    import holidays  # takes a third of a second, and few rules need it

    return frozenset(holidays.country_holidays("DE", subdiv=state, years=year))


def weekdays_in_month(day: date) -> int:
    """Mondays to Fridays of the calendar month, public holidays included (they are paid)."""
    days = monthrange(day.year, day.month)[1]
    return sum(date(day.year, day.month, number).weekday() < _SATURDAY for number in range(1, days + 1))
