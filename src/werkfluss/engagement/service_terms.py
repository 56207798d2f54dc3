"""Service levels as terms of an order: how long a partner team has to answer, to deliver, to mend. Plain Python.

Time counts in working hours of an agreed calendar or as it passes, always in the agreed time zone. A term without a
penalty clause has none: a breach is a fact about the order and changes no price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

KINDS = {
    "response": Text("Antwort auf eine Frage", "answer to a question"),
    "delivery": Text("Lieferung nach dem vereinbarten Tag", "delivery after the agreed day"),
    "rework": Text("Behebung eines Mangels", "mending of a defect"),
}
SEVERITIES = {"": Text("üblich", "usual"), "high": Text("dringend", "urgent")}
MOST_HOURS = 2000
_DAY = timedelta(days=1)
# A calendar of a few hours a week still ends: no clock looks further than this.
_HORIZON_DAYS = 3660

IsFree = Callable[[date], bool]


def never_free(_day: date) -> bool:
    """A calendar without public holidays."""
    return False


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """``hours`` by (kind, severity). Elapsed time if there are no ``weekdays`` (0 = Monday); ``start`` to ``end`` are
    local times of ``zone``. ``country`` and ``subdivision`` say whose public holidays are free, empty: none.
    """

    zone: str
    hours: Mapping[tuple[str, str], int]
    weekdays: tuple[int, ...] = ()
    start: time = time(9)
    end: time = time(17)
    country: str = ""
    subdivision: str = ""
    warn_percent: int = 75
    penalty: str = ""

    @property
    def working(self) -> bool:
        return bool(self.weekdays)

    def minutes(self, kind: str, severity: str = "") -> int | None:
        """What is agreed for this kind; the usual time where the severity has none of its own."""
        hours = self.hours.get((kind, severity), self.hours.get((kind, "")))
        return None if hours is None else hours * 60

    def words(self) -> Text:
        """The calendar in one line."""
        if not self.working:
            return Text(f"verstrichene Zeit, {self.zone}", f"elapsed time, {self.zone}")
        days = [("Mo", "Mon"), ("Di", "Tue"), ("Mi", "Wed"), ("Do", "Thu"), ("Fr", "Fri"), ("Sa", "Sat"), ("So", "Sun")]
        german, english = (", ".join(days[day][index] for day in self.weekdays) for index in (0, 1))
        span = f"{self.start:%H:%M}–{self.end:%H:%M} {self.zone}"
        place = "-".join(part for part in (self.country, self.subdivision) if part)
        free = Text(f", ohne Feiertage {place}", f", without public holidays {place}") if place else None
        return Text(f"{german} {span}{free.de if free else ''}", f"{english} {span}{free.en if free else ''}")


def read(value: Mapping[str, Any] | None) -> ServiceTerms | None:
    """Terms as an order keeps them; None where nothing is agreed.

    Raises:
        Refused: zone, calendar or hours do not hold together.
    """
    if not value:
        return None
    try:
        terms = ServiceTerms(
            zone=str(value["zone"]),
            hours={(one["kind"], one.get("severity", "")): int(one["hours"]) for one in value["levels"]},
            weekdays=tuple(sorted({int(day) for day in value.get("weekdays", ())})),
            start=time.fromisoformat(value.get("start", "09:00")),
            end=time.fromisoformat(value.get("end", "17:00")),
            country=str(value.get("country", "")),
            subdivision=str(value.get("subdivision", "")),
            warn_percent=int(value.get("warn_percent", 75)),
            penalty=str(value.get("penalty", "")),
        )
        ZoneInfo(terms.zone)
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError):
        raise _refused(Text("Die Angaben sind unvollständig.", "The entry is incomplete.")) from None
    return _checked(terms)


def _checked(terms: ServiceTerms) -> ServiceTerms:
    if not terms.hours:
        raise _refused(Text("Es ist keine Zeit vereinbart.", "No time is agreed."))
    for (kind, severity), hours in terms.hours.items():
        least = 0 if kind == "delivery" else 1
        if kind not in KINDS or severity not in SEVERITIES or not least <= hours <= MOST_HOURS:
            raise _refused(
                Text(f"Stunden liegen zwischen {least} und {MOST_HOURS}.", f"Hours are {least} to {MOST_HOURS}.")
            )
    if terms.working and (terms.end <= terms.start or not set(terms.weekdays) <= set(range(7))):
        raise _refused(Text("Die Arbeitszeit endet vor ihrem Anfang.", "Working time ends before it begins."))
    if not 10 <= terms.warn_percent <= 95:
        raise _refused(Text("Gewarnt wird bei 10 bis 95 Prozent.", "Warnings come at 10 to 95 per cent."))
    return terms


def as_json(terms: ServiceTerms) -> dict[str, Any]:
    """The terms as an order keeps them."""
    return {
        "zone": terms.zone,
        "levels": [{"kind": kind, "severity": how, "hours": hours} for (kind, how), hours in terms.hours.items()],
        "weekdays": list(terms.weekdays),
        "start": f"{terms.start:%H:%M}",
        "end": f"{terms.end:%H:%M}",
        "country": terms.country,
        "subdivision": terms.subdivision,
        "warn_percent": terms.warn_percent,
        "penalty": terms.penalty,
    }


def after(terms: ServiceTerms, start: datetime, minutes: int, *, is_free: IsFree = never_free) -> datetime:
    """The instant, in UTC, at which this many minutes have counted from ``start`` on."""
    if not terms.working:
        return start.astimezone(UTC) + timedelta(minutes=minutes)
    left = timedelta(minutes=minutes)
    last = start.astimezone(UTC)
    for begin, end in _windows(terms, start, is_free):
        last = end
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return last


def between(terms: ServiceTerms, start: datetime, end: datetime, *, is_free: IsFree = never_free) -> int:
    """How many minutes count from ``start`` to ``end``; none if it ends before it begins."""
    # Differences of instants, not of what the clocks on the wall say.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return 0
    if not terms.working:
        return int((end - start) / timedelta(minutes=1))
    total = timedelta()
    for begin, until in _windows(terms, start, is_free):
        if begin >= end:
            break
        total += min(until, end) - begin
    return int(total / timedelta(minutes=1))


def end_of_day(terms: ServiceTerms, day: date) -> datetime:
    """When a day ends for a delivery: at the close of work, or at midnight where time simply passes."""
    zone = ZoneInfo(terms.zone)
    if terms.working:
        return datetime.combine(day, terms.end, zone).astimezone(UTC)
    return datetime.combine(day + _DAY, time(), zone).astimezone(UTC)


def next_start(terms: ServiceTerms, moment: datetime, *, is_free: IsFree = never_free) -> datetime:
    """The first instant of working time at or after ``moment``, in UTC; where time simply passes that is now."""
    return after(terms, moment, 0, is_free=is_free)


def _windows(terms: ServiceTerms, start: datetime, is_free: IsFree) -> Iterator[tuple[datetime, datetime]]:
    """Working hours from ``start`` on as instants in UTC. Local hours are joined with each day: a change of the clocks
    moves them with the people.
    """
    zone = ZoneInfo(terms.zone)
    first = start.astimezone(UTC)
    day = start.astimezone(zone).date()
    for _number in range(_HORIZON_DAYS):
        if day.weekday() in terms.weekdays and not is_free(day):
            begin = datetime.combine(day, terms.start, zone).astimezone(UTC)
            end = datetime.combine(day, terms.end, zone).astimezone(UTC)
            if end > first:
                yield max(begin, first), end
        day += _DAY


def _refused(reason: Text) -> Refused:
    return Refused(
        reason, citation="Servicezeiten", what_to_do=Text("Bitte prüfen Sie die Angaben.", "Please check the entry.")
    )
