"""What a calendar of a plan says of one day, and keeping such calendars as JSON.

As in Microsoft Project: days that differ from the week go before everything, those of the calendar itself before those
of the one it refines; then the other weeks and the usual week, in the same order. A day nobody speaks of is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

from .project import CalendarException, PlanCalendar, Shift, WorkWeek


def working_shifts(name: str, calendars: Mapping[str, PlanCalendar], day: date) -> tuple[Shift, ...]:
    """The working times of ``day``, local, in the calendar ``name``; 00:00 as the end is the midnight after it.

    Raises:
        KeyError: there is no such calendar.
    """
    chain = list(_chain(calendars[name], calendars))
    for calendar in chain:
        for exception in calendar.exceptions:
            if day in exception.days:
                return exception.shifts
    weekday = day.isoweekday()
    for calendar in chain:
        for other in calendar.work_weeks:
            if other.first <= day <= other.last and weekday in other.week:
                return other.week[weekday]
        if weekday in calendar.week:
            return calendar.week[weekday]
    return ()


def _chain(calendar: PlanCalendar | None, calendars: Mapping[str, PlanCalendar]) -> Iterator[PlanCalendar]:
    """The calendar and those it refines; one that refines itself ends the chain."""
    seen: set[str] = set()
    while calendar is not None and calendar.name not in seen:
        yield calendar
        seen.add(calendar.name)
        calendar = calendars.get(calendar.base or "")


def shortened(calendar: PlanCalendar, *, first: date, last: date) -> PlanCalendar:
    """The calendar with only those exceptions that fall into the days asked for, both included."""
    exceptions = []
    for exception in calendar.exceptions:
        days = tuple(day for day in exception.days if first <= day <= last)
        if days:
            exceptions.append(CalendarException(exception.name, days, exception.shifts))
    return PlanCalendar(
        calendar.name, calendar.uid, calendar.base, calendar.week, tuple(exceptions), calendar.work_weeks
    )


def calendar_of_json(data: Mapping[str, Any]) -> PlanCalendar:
    """A calendar from what ``PlanCalendar.as_json`` wrote.

    Raises:
        KeyError, ValueError: it is something else.
    """
    return PlanCalendar(
        name=data["name"],
        uid=data["uid"],
        base=data["base"],
        week=_week(data["week"]),
        exceptions=tuple(
            CalendarException(one["name"], tuple(date.fromisoformat(day) for day in one["days"]), _times(one["shifts"]))
            for one in data["exceptions"]
        ),
        work_weeks=tuple(
            WorkWeek(date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), _week(one["week"]))
            for one in data["work_weeks"]
        ),
    )


def _week(data: Mapping[str, Iterable[str]]) -> dict[int, tuple[Shift, ...]]:
    return {int(day): _times(shifts) for day, shifts in data.items()}


def _times(shifts: Iterable[str]) -> tuple[Shift, ...]:
    pairs = (shift.split("-") for shift in shifts)
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)
