"""ISO 8601 dates, durations and repetitions, as timers and efforts use them (ISO 8601-1:2019, 5.5 and 5.6)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DURATION = re.compile(
    r"(?P<sign>-)?P(?=\d|T\d)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?"
    r"(?:(?P<days>\d{1,6})D)?(?:T(?=\d)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:[.,]\d{1,6})?)S)?)?"
)
_MAX_REPEATS = 1000


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar parts are kept apart from clock time: neither a month nor a day has a fixed number of hours."""

    months: int
    days: int
    rest: timedelta

    def __mul__(self, times: int) -> Duration:
        return Duration(self.months * times, self.days * times, self.rest * times)

    @property
    def at_most(self) -> timedelta:
        """No calendar makes it longer (a month has up to 31 days, a day up to 25 hours)."""
        return timedelta(days=31 * self.months + self.days, hours=self.days and 1) + self.rest


def parse_duration(text: str) -> Duration:
    """Raises ValueError if ``text`` is not an ISO 8601 duration."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an ISO 8601 duration: {text!r}")
    sign = -1 if match["sign"] else 1
    whole = {key: int(match[key] or 0) for key in ("years", "months", "weeks", "days", "hours", "minutes")}
    seconds = float((match["seconds"] or "0").replace(",", "."))
    rest = timedelta(hours=whole["hours"], minutes=whole["minutes"], seconds=seconds)
    return Duration(
        sign * (whole["years"] * 12 + whole["months"]), sign * (whole["weeks"] * 7 + whole["days"]), sign * rest
    )


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where that does not exist (s.188(3) BGB)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date out of range")
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def after(start: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """``start`` plus ``duration`` in UTC; months and days go by the calendar of ``zone``, so that 9:00 stays 9:00.

    Raises:
        OverflowError: outside the years 1 to 9999.
    """
    local = start.astimezone(zone)
    day = add_months(local.date(), duration.months) + timedelta(days=duration.days)
    return datetime.combine(day, local.time(), zone).astimezone(UTC) + duration.rest


def duration_hours(text: str) -> float:
    """An effort in hours; a day counts as 8 hours of work, a week as 40.

    Raises:
        ValueError: not a duration, negative, or with months (a month is no amount of work).
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or match["sign"] or match["years"] or match["months"]:
        raise ValueError(f"not an effort: {text!r}")
    per_unit = {"weeks": 40.0, "days": 8.0, "hours": 1.0, "minutes": 1 / 60, "seconds": 1 / 3600}
    return sum(float((match[unit] or "0").replace(",", ".")) * hours for unit, hours in per_unit.items())


def hours_as_duration(hours: float) -> str:
    """The inverse of ``duration_hours``, to the minute."""
    whole, minutes = divmod(round(hours * 60), 60)
    return f"PT{whole}H" + (f"{minutes}M" if minutes else "")


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 date (its midnight) or date and time as an instant in UTC; local times are those of ``zone``.

    Raises:
        ValueError: neither of them.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cycle:
    """``repeats`` is how often the timer fires, 0 without end."""

    repeats: int
    every: Duration
    start: str = ""

    def turn_after(self, anchor: datetime, turn: int, zone: ZoneInfo, now: datetime) -> tuple[datetime, int]:
        """The next instant after that of ``turn``, and its turn.

        All are counted from ``anchor``, so that the 31st comes back after a shorter month. Without end, those that
        have passed while nobody looked are left out.

        Raises:
            OverflowError: outside the years 1 to 9999.
        """
        turn += 1
        if not self.repeats:
            turn = max(turn, (now - anchor) // self.every.at_most)
        while (due := after(anchor, self.every * turn, zone)) <= now and not self.repeats:
            turn += 1
        return due, turn


def parse_cycle(text: str) -> Cycle:
    """``R3/PT1H`` or ``R3/<start>/PT1H``; an open ``R/PT1H`` goes on as long as what it is drawn at.

    Raises:
        ValueError: not such a repetition, or one that does not move on.
    """
    head, *rest = text.strip().split("/")
    if not re.fullmatch(r"R\d{0,4}", head) or len(rest) not in (1, 2):
        raise ValueError(f"not an ISO 8601 repetition: {text!r}")
    if head[1:] and not 1 <= int(head[1:]) <= _MAX_REPEATS:
        raise ValueError(f"a repetition fires 1 to {_MAX_REPEATS} times: {text!r}")
    every = parse_duration(rest[-1])
    if every.at_most <= timedelta(0):
        raise ValueError(f"a repetition has to move on: {text!r}")
    return Cycle(int(head[1:] or 0), every, rest[0] if len(rest) == 2 else "")
