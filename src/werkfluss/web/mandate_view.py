"""How mandates of fractional executives are put into words, for the firm and for the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import fractional, shares
from werkfluss.engagement.models import Mandate
from werkfluss.kernel import clock

WEEKS = 5
_DAY = timedelta(days=1)


def amount_of_days(days: Decimal) -> str:
    return number_format(days.normalize(), decimal_pos=0 if days % 1 == 0 else 1)


def share_words(mandate: Mandate) -> str:
    """Such as: 2 days per week, Tue, Thu."""
    number = amount_of_days(mandate.days)
    unit = _("day per week") if mandate.per == "week" else _("day per month")
    if mandate.days > 1:
        unit = _("days per week") if mandate.per == "week" else _("days per month")
    listed = ", ".join(str(WEEKDAYS_ABBR[weekday]) for weekday in mandate.weekdays)
    return f"{number} {unit}" + (f" ({listed})" if listed else "")


def firm_calendar(mandate: Mandate) -> list[dict[str, Any]]:
    """The next weeks as the firm sees them: own days, and days on which the person is not available."""
    user = mandate.resource.user
    if user is None:
        return []
    own = dict(fractional.own_days(mandate)) if mandate.state == Mandate.State.RUNNING else {}
    zone = fractional.zone_of(mandate)
    taken = [
        (start.astimezone(zone).date(), end.astimezone(zone).date())
        for start, end in fractional.busy_elsewhere(user.pk, besides=mandate.source)
    ]
    return weeks(
        dict.fromkeys(own, "own") | {day: "taken" for day in _days_ahead() if _within(day, taken) and day not in own}
    )


def _within(day: date, spans: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _days_ahead() -> list[date]:
    first = clock.today()
    monday = first - _DAY * first.weekday()
    return shares.days_on(range(5), first_day=monday, last_day=monday + _DAY * (7 * WEEKS - 1))


def weeks(marked: Mapping[date, Any]) -> list[dict[str, Any]]:
    """Working days of the next weeks with their marks, week by week."""
    days = _days_ahead()
    return [
        {"monday": days[start], "days": [(day, marked.get(day)) for day in days[start : start + 5]]}
        for start in range(0, len(days), 5)
    ]
