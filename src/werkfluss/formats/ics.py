"""Absences from iCalendar files (RFC 5545) as Outlook, Google, Nextcloud and others write them.

Who is busy or away is read, not what for: descriptions and attendees stay unread, private titles are hidden.
"""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .columns import ColumnMapping
from .ics_event import (
    NO_LENGTH,
    NO_TIME,
    Absence,
    EventFault,
    NotAbsent,
    Series,
    read_event,
    read_free_busy,
    summary_of,
)
from .ics_text import read_source, refused
from .ics_zones import Zones

_PARSING = Lock()
_MAX_ABSENCES = 50_000
_MAX_IDLE_RULES = 20  # rules that never come true cost computing time; a real calendar has none


@dataclass(frozen=True, slots=True)
class AbsenceList:
    """What a calendar holds. ``not_absent`` are events that do not take a person away, with the reason."""

    absences: tuple[Absence, ...]
    not_absent: tuple[NotAbsent, ...]
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    encoding: str | None
    mapping: ColumnMapping
    name: str | None

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "absences": [absence.as_json() for absence in self.absences],
            "not_absent": [event.as_json(language) for event in self.not_absent],
            "errors": [fault.as_json(language) for fault in self.errors],
            "warnings": [fault.as_json(language) for fault in self.warnings],
            "encoding": self.encoding,
            **self.mapping.as_json(language),
            "name": self.name,
        }


@dataclass(slots=True)
class _Reading:
    filename: str
    zones: Zones
    until: date | None
    absences: list[Absence] = field(default_factory=list)
    not_absent: list[NotAbsent] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    idle: int = 0

    def fault(self, line: int, event: str, cause: Text, expected: Text) -> Fault:
        title = event or "?"
        return Fault(
            f"{self.filename}, {line}",
            Text(f"Zeile {line}, Termin „{title}“: {cause.de}", f"Line {line}, event “{title}”: {cause.en}"),
            expected,
            Text(
                "Berichtigen Sie den Termin im Kalender und exportieren Sie neu, oder lassen Sie ihn aus.",
                "Correct the event in the calendar and export again, or leave it out.",
            ),
        )


def read(
    data: bytes,
    *,
    filename: str,
    mapping: Mapping[str, str] | None = None,
    until: date | None = None,
) -> AbsenceList:
    """Read the absences of a calendar file.

    ``mapping`` gives IANA names for time zones that are not known (TZID → "Europe/Berlin"). Endless series are
    unrolled up to ``until``, without it for two years from their start. Times without a zone count as the
    calendar's own zone, else Europe/Berlin, with a warning.

    Raises:
        Broken: the file is no calendar, is damaged or unsafe (see ``ics_text.read_source``).
    """
    source = read_source(data, filename=filename)
    calendars = _parse(source.text, filename)
    name = next((str(c.get("X-WR-CALNAME")) for c in calendars if c.get("X-WR-CALNAME")), None)
    reading = _Reading(filename, Zones(mapping, _default_zone(calendars)), until)
    reading.warnings += source.warnings
    found = [part for calendar in calendars for part in calendar.subcomponents]
    events = [part for part in found if part.name in {"VEVENT", "VFREEBUSY"}]
    # Events inside other components are not counted twice: only then do the lines fit.
    lines = source.event_lines if len(source.event_lines) == len(events) else (0,) * len(events)
    _read_all(reading, list(zip(events, lines, strict=True)))
    if not events:
        reading.warnings.append(_no_events(filename))
    return AbsenceList(
        absences=tuple(sorted(reading.absences, key=lambda absence: absence.sort_key)),
        not_absent=tuple(reading.not_absent),
        errors=tuple(reading.errors),
        warnings=tuple(reading.warnings),
        encoding=source.encoding,
        mapping=ColumnMapping(),
        name=name,
    )


def _parse(text: str, filename: str) -> list[Any]:
    from icalendar import Calendar
    from icalendar.timezone import tzp

    try:
        with _PARSING, python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # the library warns where it guesses a zone; we look it up anew
            # The library keeps the zones that a file describes for the whole process: without this, one firm's
            # file would explain the zone names of another's.
            tzp.use_default()
            found = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        detail = " ".join(str(error).split())[:160]
        raise refused(
            filename,
            Text(f"Der Kalender ist beschädigt ({detail}).", f"The calendar is damaged ({detail})."),
        ) from error
    return [part for part in found if part.name == "VCALENDAR"]


def _default_zone(calendars: list[Any]) -> ZoneInfo:
    from werkfluss.kernel.clock import FIRM_ZONE

    named = next((str(c.get("X-WR-TIMEZONE")) for c in calendars if c.get("X-WR-TIMEZONE")), None)
    zone = Zones(None, FIRM_ZONE).find(named, None) if named else None
    return zone if isinstance(zone, ZoneInfo) else FIRM_ZONE


def _read_all(reading: _Reading, events: list[tuple[Any, int]]) -> None:
    series: list[tuple[Series, int]] = []
    for component, line in events:
        event = _read_one(reading, component, line)
        series += [(event, line)] if event else []
    replaced: dict[str, set[date | datetime]] = {}
    for event, _ in series:
        if event.replaces is not None:
            replaced.setdefault(event.uid, set()).add(event.replaces)
    for event, line in series:
        _unroll(reading, event, line, replaced.get(event.uid, set()) if event.replaces is None else set())


def _read_one(reading: _Reading, component: Any, line: int) -> Series | None:
    """The event as a series, or None if it gave absences at once, takes no time, or could not be read."""
    title = summary_of(component)[:60]
    for name, problem in component.errors:
        if name is None:
            cause = Text(f"Eine Zeile wurde überlesen: {problem[:120]}", f"A line was skipped: {problem[:120]}")
            reading.warnings.append(reading.fault(line, title, cause, _EVENT))
    try:
        if component.name == "VFREEBUSY":
            reading.absences += read_free_busy(component, reading.zones)
        elif _has_no_time(component):
            reading.not_absent.append(NotAbsent(str(component.get("UID", "")), title, None, NO_TIME))
        else:
            return read_event(component, reading.zones)
    except EventFault as fault:
        reading.errors.append(reading.fault(line, title, fault.cause, fault.expected))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        detail = " ".join(str(error).split())[:120]
        cause = Text(f"Eine Angabe ist unlesbar ({detail}).", f"A property cannot be read ({detail}).")
        reading.errors.append(reading.fault(line, title, cause, _EVENT))
    return None


def _has_no_time(component: Any) -> bool:
    """An event that has no DTSTART at all, not one whose DTSTART could not be read."""
    unread = any("DTSTART" in f"{name} {problem}" for name, problem in component.errors)
    return component.get("DTSTART") is None and not unread


_EVENT = Text("Ein vollständiger Termin.", "A complete event.")


def _unroll(reading: _Reading, event: Series, line: int, replaced: set[date | datetime]) -> None:
    if event.reason is not None:
        reading.not_absent.append(NotAbsent(event.uid, event.summary, event.start, event.reason))
        return
    horizon = _horizon(event, reading.until)
    try:
        moments = [m for m in event.moments(horizon) if event.key(m) not in replaced]
        absences = [event.absence(moment) for moment in moments]
    except EventFault as fault:
        reading.errors.append(reading.fault(line, event.summary, fault.cause, fault.expected))
        return
    except (ValueError, OverflowError):
        cause = Text("Der Zeitraum ist nicht darstellbar.", "The period cannot be represented.")
        reading.errors.append(reading.fault(line, event.summary, cause, _EVENT))
        return
    reading.idle += not moments
    if reading.idle > _MAX_IDLE_RULES or len(reading.absences) + len(absences) > _MAX_ABSENCES:
        cause = Text("Die Wiederholungen sind nicht sinnvoll aufzulösen.", "The recurrences make no sense.")
        raise refused(f"{reading.filename}, {line}", cause)
    _warn(reading, event, line)
    if not event.length:
        reading.not_absent.append(NotAbsent(event.uid, event.summary, event.start, NO_LENGTH))
    else:
        reading.absences += absences


def _horizon(event: Series, until: date | None) -> date:
    start = event.start.date() if isinstance(event.start, datetime) else event.start
    if event.endless:
        return max(until or start + timedelta(days=731), start)
    return start + timedelta(days=366 * 30)


def _warn(reading: _Reading, event: Series, line: int) -> None:
    if event.floating:
        zone = reading.zones.default.key
        cause = Text(f"Ohne Zeitzone, gelesen als {zone}.", f"Without time zone, read as {zone}.")
        reading.warnings.append(reading.fault(line, event.summary, cause, _EVENT))
    if event.endless:
        last = _horizon(event, reading.until)
        cause = Text(f"Endlose Serie, übernommen bis {last:%d.%m.%Y}.", f"Endless series, taken over until {last}.")
        reading.warnings.append(reading.fault(line, event.summary, cause, Text("Ein Serienende.", "An end.")))
    if event.and_following:
        cause = Text(
            "„Dieser und alle folgenden“ gilt hier nur für einen Termin.",
            "“This and all following” is taken for one occurrence only.",
        )
        reading.warnings.append(reading.fault(line, event.summary, cause, _EVENT))


def _no_events(filename: str) -> Fault:
    return Fault(
        filename,
        Text("Der Kalender enthält keine Termine.", "The calendar holds no events."),
        Text("Mindestens ein Termin (VEVENT).", "At least one event (VEVENT)."),
        Text("Prüfen Sie, ob der richtige Kalender exportiert wurde.", "Check that the right calendar was exported."),
    )
