"""When resources can work: regular hours in their own zone, less holidays of their place, absences, busy times.

The result is plain intervals in UTC: whoever plans needs to know nothing of zones, states or leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from werkfluss.workforce.models import Absence, BusyInterval, Kind, Resource, Share, WorkingTime

Interval = tuple[datetime, datetime]
_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def holidays_of(country: str, subdivision: str, year: int, language: str = "") -> dict[date, str]:
    """Public holidays of a place, day -> name; empty if the library knows no such place.

    ``language`` (``de``, ``en``) is taken where the library has it, else English, else the country's own.
    """
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
        has = getattr(found, "supported_languages", ())
        chosen = next((each for each in (language, "en_US") if each in has), None) if language else None
        if chosen:
            found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=chosen)
    except NotImplementedError:
        return {}
    return {day: str(name) for day, name in found.items()}


def is_holiday(resource: Resource, day: date) -> bool:
    return day in holidays_of(resource.country, resource.subdivision, day.year)


def working_windows(resources: Sequence[Resource], *, start: datetime, end: datetime) -> dict[UUID, list[Interval]]:
    """Sorted, disjoint intervals in UTC in which each resource works between two instants; four queries at most."""
    ids = [resource.pk for resource in resources]
    hours: dict[UUID, list[WorkingTime]] = defaultdict(list)
    for row in WorkingTime.objects.filter(resource_id__in=ids).order_by("weekday", "start"):
        hours[row.resource_id].append(row)
    away: dict[UUID, list[Interval]] = defaultdict(list)
    for absence in Absence.objects.filter(resource_id__in=ids, start__lt=end, end__gt=start):
        away[absence.resource_id].append((absence.start, absence.end))
    busy, agreed = _busy_elsewhere(resources, start, end), _agreed_periods(resources)
    return {
        resource.pk: without(
            _regular(resource, hours[resource.pk], start, end, agreed.get(resource.pk)),
            away[resource.pk] + busy.get(resource.user_id, []),
        )
        for resource in resources
    }


def _agreed_periods(resources: Sequence[Resource]) -> dict[UUID, list[Share]]:
    """For partner teams that agreed for a time: when. A team that never did is there in its usual week."""
    teams = [resource.pk for resource in resources if resource.kind == Kind.PARTNER]
    found: dict[UUID, list[Share]] = defaultdict(list)
    if teams:
        for share in Share.objects.filter(resource_id__in=teams):
            found[share.resource_id].append(share)
    return found


def _agreed(periods: list[Share] | None, day: date) -> bool:
    return not periods or any(one.valid_from <= day and (one.valid_to is None or day < one.valid_to) for one in periods)


def _busy_elsewhere(resources: Sequence[Resource], start: datetime, end: datetime) -> dict[UUID | None, list[Interval]]:
    shared = {resource.user_id for resource in resources if resource.kind == Kind.FRACTIONAL and resource.user_id}
    found: dict[UUID | None, list[Interval]] = defaultdict(list)
    if shared:
        rows = BusyInterval.objects.filter(user_id__in=shared).filter(Q(start__lt=end), Q(end__gt=start))
        # On the days that are this firm's own the person is there for it.
        own = Share.objects.filter(resource__in=resources, source__isnull=False).values_list("source", flat=True)
        rows = rows.exclude(source__in=list(own))
        for row in rows:
            found[row.user_id].append((row.start, row.end))
    return found


def _regular(
    resource: Resource,
    hours: list[WorkingTime],
    start: datetime,
    end: datetime,
    agreed: list[Share] | None = None,
) -> list[Interval]:
    if resource.kind == Kind.AGENT and not hours:
        return [(start, end)]
    zone = ZoneInfo(resource.time_zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found: list[Interval] = []
    while day <= last:
        if _employed(resource, day) and _agreed(agreed, day) and not is_holiday(resource, day):
            for row in hours:
                if row.weekday == day.weekday():
                    window = _window(day, row.start, row.end, zone)
                    if window[0] < end and window[1] > start:
                        found.append((max(window[0], start), min(window[1], end)))
        day += _DAY
    return found


def _employed(resource: Resource, day: date) -> bool:
    return (resource.active_from is None or resource.active_from <= day) and (
        resource.active_to is None or day < resource.active_to
    )


def _window(day: date, first: time, last: time, zone: ZoneInfo) -> Interval:
    """Local hours as instants; an end at or before the start lies on the next day."""
    begin = datetime.combine(day, first, zone)
    until = datetime.combine(day if last > first else day + _DAY, last, zone)
    return begin.astimezone(UTC), until.astimezone(UTC)


def without(windows: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """``windows`` with every part of ``holes`` cut out; both in any order, the result sorted and disjoint."""
    left: list[Interval] = sorted(windows)
    for hole_start, hole_end in sorted(holes):
        cut: list[Interval] = []
        for start, end in left:
            if hole_end <= start or end <= hole_start:
                cut.append((start, end))
                continue
            if start < hole_start:
                cut.append((start, hole_start))
            if hole_end < end:
                cut.append((hole_end, end))
        left = cut
    return left


def full_week(minutes_per_week: int, *, day_start: time = time(8)) -> list[tuple[int, time, time]]:
    """Usual hours for a weekly contract: equal days Monday to Friday, the break of s.4 ArbZG between the two parts.

    Returns rows of (weekday, start, end), local time.
    """
    per_day = minutes_per_week // 5
    before = min(per_day, 240)
    after = per_day - before
    rows: list[tuple[int, time, time]] = []
    for weekday in range(5):
        rows.append((weekday, day_start, _after(day_start, before)))
        if after:
            rows.append((weekday, _after(day_start, before + 30), _after(day_start, before + 30 + after)))
    return rows


def _after(start: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), start, UTC) + timedelta(minutes=minutes)).time()
