"""One VEVENT or VFREEBUSY as a series of absences: start, length, zone, recurrence, and whether it is one at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.text import Text

from .ics_zones import Zones, in_zone, zone_name
from .recurrence import occurrences

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366 * 5)
_FREE = Text("als frei gekennzeichnet", "marked as free")
_CANCELLED = Text("abgesagt", "cancelled")
_ELSEWHERE = Text("arbeitet an einem anderen Ort", "working elsewhere")
NO_TIME = Text("ohne Zeitangabe", "without any time")
NO_LENGTH = Text("ohne Dauer", "without length")
_PRIVATE = "Privat"
_STATUS = {"OOF": "absent", "BUSY": "busy", "TENTATIVE": "tentative"}

Moment = date | datetime


class EventFault(ValueError):
    """What is wrong with one event."""

    def __init__(self, cause: Text, expected: Text) -> None:
        super().__init__(cause.en)
        self.cause = cause
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which somebody is away or busy.

    All-day absences have ``days`` (half-open), others ``start`` and ``end`` as instants with their zone.
    ``status``: absent (out of office), busy (a meeting), tentative. ``organizer`` is the e-mail address of whoever
    wrote the event, in lower case, ``organizer_name`` as the calendar shows them ("Brandt, Katharina").
    """

    uid: str
    summary: str
    days: DateRange | None
    start: datetime | None
    end: datetime | None
    time_zone: str | None
    status: str
    recurring: bool
    organizer: str | None = None
    organizer_name: str | None = None

    @property
    def all_day(self) -> bool:
        return self.days is not None

    def instants(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and end (exclusive); whole days run from midnight to midnight in ``zone``, where the person lives.

        Raises:
            ValueError: the absence has no end.
        """
        if self.days is not None and self.days.end is not None:
            return datetime.combine(self.days.start, time(), zone), datetime.combine(self.days.end, time(), zone)
        if self.start is None or self.end is None:
            raise ValueError("an absence has days, or a start and an end")
        return self.start, self.end

    @property
    def sort_key(self) -> tuple[date, str]:
        first = self.days.start if self.days else self.start.date() if self.start else date.min
        return first, self.start.isoformat() if self.start else ""

    def as_json(self) -> dict[str, object]:
        """``end`` of an all-day absence is its last day; ``end_exclusive`` the day after, as in the file."""
        first = self.days.start if self.days else self.start
        last = self.days.last_day if self.days else self.end
        document: dict[str, object] = {
            "uid": self.uid,
            "summary": self.summary,
            "start": first.isoformat() if first else None,
            "end": last.isoformat() if last else None,
            "all_day": self.all_day,
            "time_zone": self.time_zone,
            "status": self.status,
            "recurring": self.recurring,
            "organizer": self.organizer,
        }
        if self.days and self.days.end:
            document["end_exclusive"] = self.days.end.isoformat()
        return document


@dataclass(frozen=True, slots=True)
class NotAbsent:
    """An event that takes nobody away."""

    uid: str
    summary: str
    start: Moment | None
    reason: Text

    def as_json(self, language: str) -> dict[str, object]:
        return {
            "uid": self.uid,
            "summary": self.summary,
            "start": self.start.isoformat() if self.start else None,
            "reason": self.reason.in_language(language),
        }


@dataclass(frozen=True, slots=True)
class Series:
    """An event with its recurrence, times as wall-clock times in ``zone``; ``start`` is a date if all-day."""

    uid: str
    summary: str
    start: Moment
    length: timedelta
    zone: tzinfo
    time_zone: str | None
    status: str
    reason: Text | None = None  # why it is no absence
    organizer: tuple[str | None, str | None] = (None, None)  # e-mail address and name
    floating: bool = False
    rules: tuple[str, ...] = ()
    added: tuple[Moment, ...] = ()
    left_out: frozenset[Moment] = field(default_factory=frozenset)
    replaces: Moment | None = None  # RECURRENCE-ID, comparable with ``key``
    and_following: bool = False

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @property
    def endless(self) -> bool:
        return any("COUNT=" not in rule and "UNTIL=" not in rule for rule in self.rules)

    def key(self, moment: Moment) -> Moment:
        """What identifies an occurrence: the day, or the instant in UTC."""
        return in_zone(moment, self.zone).astimezone(UTC) if isinstance(moment, datetime) else moment

    def moments(self, horizon: date) -> Iterator[Moment]:
        """Every start, exceptions already left out, in no particular order.

        Raises:
            EventFault: a rule is not valid.
        """
        first = self.start if isinstance(self.start, datetime) else datetime.combine(self.start, time())
        found: dict[Moment, None] = {} if self.rules else {self.start: None}
        for rule in self.rules:
            for wall in self._of_rule(rule, first, horizon):
                found[wall.date() if self.all_day else wall] = None
        found.update(dict.fromkeys(self.added))
        for moment in found:
            day = moment.date() if isinstance(moment, datetime) else moment
            if self.key(moment) not in self.left_out and day not in self.left_out:
                yield moment

    def _of_rule(self, rule: str, first: datetime, horizon: date) -> list[datetime]:
        parts = [part for part in rule.split(";") if not part.startswith("UNTIL=")]
        until = datetime.combine(horizon, time.max)
        try:
            for part in rule.split(";"):
                if part.startswith("UNTIL="):
                    until = min(until, self._until(part.removeprefix("UNTIL="))) if "COUNT=" not in rule else until
            return list(occurrences(";".join(parts), first, until))
        except ValueError as error:
            raise EventFault(
                Text(f"Die Wiederholung ist ungültig: {rule[:120]}", f"The recurrence is not valid: {rule[:120]}"),
                Text("Eine Regel wie FREQ=WEEKLY;BYDAY=MO.", "A rule such as FREQ=WEEKLY;BYDAY=MO."),
            ) from error

    def _until(self, text: str) -> datetime:
        """The end of a rule as wall-clock time of the series: UTC instants are moved, bare days count whole."""
        if "T" not in text:
            return datetime.combine(date.fromisoformat(text), time.max)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return moment
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return datetime.combine(local.date(), time.max) if self.all_day else local

    def absence(self, moment: Moment) -> Absence:
        recurring = bool(self.rules or self.added or self.replaces)
        if not isinstance(moment, datetime):
            days = DateRange(moment, moment + self.length)
            return Absence(self.uid, self.summary, days, None, None, None, self.status, recurring, *self.organizer)
        start = in_zone(moment, self.zone)
        # A length counts in wall-clock time, so that 22:00 to 06:00 stays so when the clocks change.
        end = in_zone(moment + self.length, self.zone)
        return Absence(
            self.uid, self.summary, None, start, end, self.time_zone, self.status, recurring, *self.organizer
        )


def read_event(component: Any, zones: Zones) -> Series:
    """One VEVENT.

    Raises:
        EventFault: start, end, zone or recurrence cannot be read, or the event ends before it starts.
    """
    start, zone, name, floating = _moment(component, "DTSTART", zones)
    start, length = _length(component, start, zone, zones)
    all_day = not isinstance(start, datetime)
    series = Series(
        uid=str(component.get("UID", ""))[:250],
        summary=summary_of(component),
        start=start,
        length=length,
        zone=zone,
        time_zone=None if all_day else name,
        status=_status(component),
        reason=_reason(component),
        organizer=_organizer(component),
        floating=floating and not all_day,
        rules=tuple(_rules(component)),
    )
    added = _dates(component, "RDATE", series, zones)
    left_out = {series.key(m) for m in _dates(component, "EXDATE", series, zones)}
    left_out |= {m for m in _dates(component, "EXDATE", series, zones) if not isinstance(m, datetime)}
    replaced = component.get("RECURRENCE-ID")
    if replaced is not None:
        moment, own_zone, _, _ = _moment(component, "RECURRENCE-ID", zones)
        key = in_zone(moment, own_zone).astimezone(UTC) if isinstance(moment, datetime) else moment
        following = str(replaced.params.get("RANGE", "")).upper() == "THISANDFUTURE"
        series = replace(series, replaces=key, and_following=following)
    return replace(series, added=tuple(added), left_out=frozenset(left_out))


def summary_of(component: Any) -> str:
    """The title in one line; private ones stay private."""
    if str(component.get("CLASS", "")).upper() in {"PRIVATE", "CONFIDENTIAL"}:
        return _PRIVATE
    return " ".join(str(component.get("SUMMARY", "")).split())[:300]


def _organizer(component: Any) -> tuple[str | None, str | None]:
    """E-mail address and name of the organizer; Exchange writes an address of its own directory at times: no mail."""
    value = component.get("ORGANIZER")
    value = value[0] if isinstance(value, list) and value else value
    if value is None:
        return None, None
    scheme, _, address = str(value).strip().rpartition(":")
    name = " ".join(str(getattr(value, "params", {}).get("CN", "")).split())[:200]
    is_mail = "@" in address and scheme.casefold() in {"", "mailto"}
    return address.casefold()[:254] if is_mail else None, name or None


def _busy(component: Any) -> str:
    return str(component.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).strip().upper()


def _status(component: Any) -> str:
    return _STATUS.get(_busy(component)) or (
        "tentative" if str(component.get("STATUS", "")).upper() == "TENTATIVE" else "busy"
    )


def _reason(component: Any) -> Text | None:
    busy = _busy(component)
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return _CANCELLED
    if busy == "WORKINGELSEWHERE":
        return _ELSEWHERE
    if busy == "FREE" or (not busy and str(component.get("TRANSP", "")).upper() == "TRANSPARENT"):
        return _FREE
    return None


def _moment(component: Any, name: str, zones: Zones) -> tuple[Moment, tzinfo, str | None, bool]:
    """A date or wall-clock time with its zone, the zone's name, and whether the file gave none."""
    value = component.get(name)
    moment = getattr(value, "dt", None) if value is not None and not isinstance(value, str | list) else None
    if not isinstance(moment, date):
        shown = "mehrfach" if isinstance(value, list) else str(value)[:60] if value is not None else "–"
        raise EventFault(
            Text(f"{name} fehlt oder ist unlesbar: {shown}", f"{name} is missing or unreadable: {shown}"),
            Text("Ein Zeitpunkt wie 20261231T080000Z.", "A point in time such as 20261231T080000Z."),
        )
    if not isinstance(moment, datetime):
        return moment, zones.default, None, False
    tzid = value.params.get("TZID") if value is not None else None
    wall = moment.replace(tzinfo=None)
    if tzid is None:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(tzinfo=None), UTC, "UTC", False
        return wall, zones.default, zone_name(zones.default, None), True
    zone = zones.find(str(tzid), moment.tzinfo)
    if zone is None:
        raise EventFault(
            Text(f"Die Zeitzone „{tzid}“ ist unbekannt.", f"The time zone “{tzid}” is unknown."),
            Text(
                f"Ein bekannter Name; als Zuordnung geht etwa {tzid}=Europe/Berlin.",
                f"A known name; a mapping such as {tzid}=Europe/Berlin will do.",
            ),
        )
    return wall, zone, zone_name(zone, str(tzid)), False


def _length(component: Any, start: Moment, zone: tzinfo, zones: Zones) -> tuple[Moment, timedelta]:
    if component.get("DTEND") is not None:
        end, end_zone, _, _ = _moment(component, "DTEND", zones)
        if isinstance(end, datetime) and isinstance(start, datetime):
            length = in_zone(end, end_zone).astimezone(zone).replace(tzinfo=None) - start
        elif isinstance(end, datetime) or isinstance(start, datetime):
            raise EventFault(
                Text("DTSTART und DTEND passen nicht zusammen.", "DTSTART and DTEND do not fit together."),
                Text("Beides Tage oder beides Zeitpunkte.", "Both days or both points in time."),
            )
        else:
            length = end - start
    elif component.get("DURATION") is not None:
        duration = getattr(component["DURATION"], "dt", None)
        if not isinstance(duration, timedelta):
            raise EventFault(
                Text("DURATION ist unlesbar.", "DURATION is unreadable."),
                Text("Eine Dauer wie PT30M.", "A duration such as PT30M."),
            )
        length = duration
    else:
        length = timedelta(0) if isinstance(start, datetime) else _DAY
    if not timedelta(0) <= length <= _LONGEST:
        raise EventFault(
            Text("Das Ende liegt vor dem Anfang oder Jahre später.", "The end is before the start or years later."),
            Text("Ein Ende nach dem Anfang.", "An end after the start."),
        )
    if not isinstance(start, datetime):
        return start, max(length, _DAY)  # some programs write the same day twice for one day
    whole_days = str(component.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE"
    if whole_days and start.time() == time() and length % _DAY == timedelta(0):
        return start.date(), max(length, _DAY)
    return start, length


def _rules(component: Any) -> Iterator[str]:
    value = component.get("RRULE")
    for rule in value if isinstance(value, list) else [value] if value is not None else []:
        text = str(rule) if isinstance(rule, str) else rule.to_ical().decode("utf-8")
        yield text.replace(" ", "").replace("\\", "").upper()  # Exchange puts blanks after the commas


def _dates(component: Any, name: str, series: Series, zones: Zones) -> list[Moment]:
    """The days or wall-clock times of EXDATE or RDATE, in the zone of the series."""
    value = component.get(name)
    found: list[Moment] = []
    for entries in value if isinstance(value, list) else [value] if value is not None else []:
        if isinstance(entries, str):
            raise EventFault(
                Text(f"{name} ist unlesbar: {str(entries)[:60]}", f"{name} is unreadable: {str(entries)[:60]}"),
                Text("Tage oder Zeitpunkte.", "Days or points in time."),
            )
        tzid = entries.params.get("TZID")
        for entry in entries.dts:
            moment = entry.dt[0] if isinstance(entry.dt, tuple) else entry.dt
            if isinstance(moment, datetime):
                own = zones.find(str(tzid), moment.tzinfo) if tzid else moment.tzinfo
                wall = moment.replace(tzinfo=None)
                if own is not None and own != series.zone:
                    wall = in_zone(wall, own).astimezone(series.zone).replace(tzinfo=None)
                found.append(wall.date() if series.all_day else wall)
            elif isinstance(moment, date):
                found.append(moment)
    return found


def read_free_busy(component: Any, zones: Zones) -> Iterator[Absence]:
    """The busy times of a VFREEBUSY.

    Raises:
        EventFault: a period cannot be read.
    """
    value = component.get("FREEBUSY")
    for period in value if isinstance(value, list) else [value] if value is not None else []:
        kind = str(getattr(period, "params", {}).get("FBTYPE", "BUSY")).upper()
        if kind == "FREE":
            continue
        bounds = getattr(period, "dt", None)
        if not isinstance(bounds, tuple) or not isinstance(bounds[0], datetime):
            raise EventFault(
                Text("FREEBUSY ist unlesbar.", "FREEBUSY is unreadable."),
                Text("Ein Zeitraum wie 20260101T080000Z/PT1H.", "A period such as 20260101T080000Z/PT1H."),
            )
        start = bounds[0] if bounds[0].tzinfo else in_zone(bounds[0], zones.default)
        end = start + bounds[1] if isinstance(bounds[1], timedelta) else bounds[1]
        status = {"BUSY-UNAVAILABLE": "absent", "BUSY-TENTATIVE": "tentative"}.get(kind, "busy")
        uid = str(component.get("UID", ""))[:250]
        zone = zone_name(start.tzinfo, None) or "UTC"
        yield Absence(uid, "", None, start, end, zone, status, False, *_organizer(component))
