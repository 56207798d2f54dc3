"""A calendar that other programs subscribe to (RFC 5545): whole days, each with what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One whole day. ``uid`` stays the same when the day or the words change; ``first_day`` and ``last_day`` incl."""

    uid: str
    title: str
    first_day: date
    last_day: date
    text: str = ""
    url: str = ""
    alarm_days: int | None = None


def write_feed(events: Iterable[FeedEvent], *, name: str, language: str, at: datetime) -> bytes:
    """The calendar as bytes. Nothing in it makes anybody busy: entries are transparent."""
    from icalendar import Calendar, Event, vDuration, vUri

    calendar = Calendar()
    calendar.add("prodid", f"-//Werkfluss//{language}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(timedelta(hours=6)), parameters={"VALUE": "DURATION"})
    for one in events:
        entry = Event()
        entry.add("uid", one.uid)
        entry.add("dtstamp", at)
        entry.add("dtstart", one.first_day)
        entry.add("dtend", one.last_day + _DAY)
        entry.add("summary", one.title)
        entry.add("transp", "TRANSPARENT")
        if one.text:
            entry.add("description", one.text)
        if one.url:
            entry.add("url", vUri(one.url))
        if one.alarm_days is not None:
            entry.add_component(_alarm(one))
        calendar.add_component(entry)
    feed: bytes = calendar.to_ical()
    return feed


def write_busy(intervals: Iterable[tuple[datetime, datetime]], *, title: str, language: str, at: datetime) -> bytes:
    """A calendar that says when somebody is busy and nothing else; every interval carries the same ``title``."""
    from icalendar import Calendar, Event, vDuration

    calendar = Calendar()
    calendar.add("prodid", f"-//Werkfluss//{language}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", vDuration(timedelta(hours=6)), parameters={"VALUE": "DURATION"})
    for start, end in intervals:
        entry = Event()
        # The times alone make the key: it must tell no two calendars with the same times apart.
        entry.add("uid", f"{start:%Y%m%dT%H%M%S}-{end:%Y%m%dT%H%M%S}@busy.werkfluss")
        entry.add("dtstamp", at)
        entry.add("dtstart", start)
        entry.add("dtend", end)
        entry.add("summary", title)
        entry.add("class", "PRIVATE")
        entry.add("transp", "OPAQUE")
        calendar.add_component(entry)
    feed: bytes = calendar.to_ical()
    return feed


def _alarm(event: FeedEvent) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.title)
    alarm.add("trigger", timedelta(days=-(event.alarm_days or 0)))
    return alarm
