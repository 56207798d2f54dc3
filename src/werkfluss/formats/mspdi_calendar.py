"""Working-time calendars of Microsoft Project XML: weeks, exceptions with their recurrence, alternative weeks.

Element values follow Microsoft's MSPDI schema (Project 2007 and later): DayType 1 = Sunday … 7 = Saturday, 0 = an
exception in the older form; Exception/Type 1 = range of days, 2/3 = yearly on a date/on a weekday, 4/5 = monthly
on a date/on a weekday, 6 = weekly, 7 = every n days.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from lxml import etree

from .project import CalendarException, PlanCalendar, Shift, WorkWeek
from .recurrence import occurrences

_MAX_DAYS = 40_000  # Project's own calendar runs from 1984 to 2149
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_STANDARD_DAY: tuple[Shift, ...] = ((time(8), time(12)), (time(13), time(17)))


def text(element: etree._Element, path: str) -> str | None:
    """The stripped text of a child, whatever its namespace; None if it is missing or blank."""
    found = child(element, path)
    value = found.text if found is not None else None
    return value.strip() or None if value else None


def child(element: etree._Element, path: str) -> etree._Element | None:
    for name in path.split("/"):
        found = element.find(f"{{*}}{name}")
        if found is None:
            return None
        element = found
    return element


def children(element: etree._Element, path: str) -> list[etree._Element]:
    """All elements at the end of ``path`` (``Tasks/Task``), whatever their namespace."""
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def number(element: etree._Element, path: str, default: int = 0) -> int:
    """A whole number.

    Raises:
        ValueError: the text is something else.
    """
    value = text(element, path)
    if value is None:
        return default
    if not value.lstrip("-").isascii() or not value.lstrip("-").isdigit() or len(value) > 15:
        raise ValueError(f"{path}: {value[:40]} is not a number")
    return int(value)


def flag(element: etree._Element, path: str) -> bool:
    return text(element, path) in {"1", "true"}


def moment(element: etree._Element, path: str) -> datetime | None:
    """A wall-clock time without zone, as Microsoft Project writes it.

    Raises:
        ValueError: not an ISO date and time.
    """
    value = text(element, path)
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=None)


def read_calendar(element: etree._Element, *, name: str, base: str | None) -> PlanCalendar:
    """One calendar; ``base`` is the name of the calendar that it refines.

    Raises:
        ValueError: a day, time or recurrence cannot be read.
    """
    week: dict[int, tuple[Shift, ...]] = {}
    old: list[CalendarException] = []
    for day in children(element, "WeekDays/WeekDay"):
        kind = number(day, "DayType")
        if kind == 0:
            old.append(CalendarException("", _range(day), _shifts(day)))
        else:
            week[_iso_weekday(kind)] = _shifts(day)
    exceptions = [_exception(e) for e in children(element, "Exceptions/Exception")]
    return PlanCalendar(
        name=name,
        uid=number(element, "UID"),
        base=base,
        week=week,
        # Newer files repeat every exception in the older form; the newer one has the names.
        exceptions=tuple(exceptions or old),
        work_weeks=tuple(_work_week(w) for w in children(element, "WorkWeeks/WorkWeek")),
    )


def _iso_weekday(kind: int) -> int:
    if not 1 <= kind <= 7:
        raise ValueError(f"DayType: {kind} is not a weekday")
    return kind - 1 or 7


def _shifts(day: etree._Element) -> tuple[Shift, ...]:
    if not flag(day, "DayWorking"):
        return ()
    shifts = []
    for times in children(day, "WorkingTimes/WorkingTime"):
        start, end = text(times, "FromTime"), text(times, "ToTime")
        if start is None or end is None:
            continue
        shift = (time.fromisoformat(start), time.fromisoformat(end))
        if shift[1] <= shift[0] and shift[1] != time(0):
            raise ValueError(f"WorkingTime: {start}-{end} runs backwards")
        shifts.append(shift)
    return tuple(shifts) or _STANDARD_DAY


def _bounds(element: etree._Element) -> tuple[date, date]:
    first, last = moment(element, "TimePeriod/FromDate"), moment(element, "TimePeriod/ToDate")
    if first is None or last is None:
        raise ValueError("TimePeriod: FromDate or ToDate is missing")
    if last.date() < first.date() or (last - first).days > _MAX_DAYS:
        raise ValueError(f"TimePeriod: {first.date()}..{last.date()} runs backwards or is too long")
    return first.date(), last.date()


def _range(element: etree._Element) -> tuple[date, ...]:
    first, last = _bounds(element)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def _exception(element: etree._Element) -> CalendarException:
    rule = _rule(element)
    if rule is None:
        days = _range(element)
    else:
        first, last = _bounds(element)
        limit = number(element, "Occurrences") if flag(element, "EnteredByOccurrences") else 0
        end = datetime.combine(last, time.max)
        found = occurrences(rule, datetime.combine(first, time()), end, limit=min(limit or _MAX_DAYS, _MAX_DAYS))
        days = tuple(moment_.date() for moment_ in found)
    return CalendarException(text(element, "Name") or "", days, _shifts(element))


def _rule(element: etree._Element) -> str | None:
    """The recurrence as an RFC 5545 rule; None for a plain range of days."""
    kind, every = number(element, "Type", 1), max(number(element, "Period", 1), 1)
    if kind == 7:
        return f"FREQ=DAILY;INTERVAL={every}"
    if kind == 6:
        mask = number(element, "DaysOfWeek")
        days = ",".join(day for bit, day in enumerate(_WEEKDAYS) if mask & (1 << bit))
        if not days:
            raise ValueError("DaysOfWeek: no day is set")
        # Project counts weeks from Sunday here, whatever the file's WeekStartDay says.
        return f"FREQ=WEEKLY;INTERVAL={every};WKST=SU;BYDAY={days}"
    if kind in {4, 2}:
        day = number(element, "MonthDay", 1)
        yearly = f"FREQ=YEARLY;BYMONTH={number(element, 'Month') + 1};BYMONTHDAY={day}"
        return yearly if kind == 2 else f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={day}"
    if kind in {5, 3}:
        which = _month_item(number(element, "MonthItem"), number(element, "MonthPosition"))
        yearly = f"FREQ=YEARLY;BYMONTH={number(element, 'Month') + 1};{which}"
        return yearly if kind == 3 else f"FREQ=MONTHLY;INTERVAL={every};{which}"
    return None


def _month_item(item: int, position: int) -> str:
    """As in "the second Tuesday", "the last working day": item 0 = day, 1 = weekday, 2 = weekend, 3 … 9 = Sun … Sat."""
    if not 0 <= item <= 9 or not 0 <= position <= 4:
        raise ValueError(f"MonthItem {item} or MonthPosition {position} is out of range")
    place = position + 1 if position < 4 else -1
    if item >= 3:
        return f"BYDAY={place}{_WEEKDAYS[item - 3]}"
    days = (",".join(_WEEKDAYS), "MO,TU,WE,TH,FR", "SA,SU")[item]
    return f"BYDAY={days};BYSETPOS={place}"


def _work_week(element: etree._Element) -> WorkWeek:
    first, last = _bounds(element)
    days = children(element, "WeekDays/WeekDay")
    return WorkWeek(first, last, {_iso_weekday(number(day, "DayType")): _shifts(day) for day in days})
