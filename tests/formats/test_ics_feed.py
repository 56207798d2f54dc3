"""Feeds: what is written can be read back, and makes nobody busy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.formats import ics
from werkfluss.formats.ics_feed import FeedEvent, write_feed

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def written(*events: FeedEvent) -> bytes:
    return write_feed(events, name="Werkfluss · Muster", language="DE", at=AT)


@given(st.text(max_size=200), st.text(max_size=200), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 20))
def test_any_text_comes_back_in_one_event(title: str, text: str, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    data = written(FeedEvent("u@x", title, first, last, text=text))
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 1
    assert (events[0]["DTSTART"].dt, events[0]["DTEND"].dt) == (first, last + timedelta(days=1))


def test_feed_takes_nobody_away() -> None:
    found = ics.read(written(FeedEvent("u@x", "Frist", date(2027, 3, 1), date(2027, 3, 1))), filename="f.ics")
    assert found.absences == ()
    assert [event.summary for event in found.not_absent] == ["Frist"]
    assert found.errors == ()


def test_alarm_rings_when_one_has_to_start() -> None:
    event = FeedEvent(
        "u@x", "Titel verlängern", date(2027, 3, 1), date(2027, 3, 1), alarm_days=60, url="https://x.example/"
    )
    parsed = icalendar.Calendar.from_ical(written(event)).walk("VEVENT")[0]
    alarm = parsed.walk("VALARM")[0]
    assert alarm["TRIGGER"].dt == timedelta(days=-60)
    assert str(parsed["URL"]) == "https://x.example/"
