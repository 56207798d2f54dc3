"""Service levels count working time of the agreed zone or time as it passes; clock changes and holidays included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.engagement.service_terms import ServiceTerms, after, as_json, between, end_of_day, next_start, read
from werkfluss.kernel.errors import Refused

WEEK = (0, 1, 2, 3, 4)
HOURS = {("response", ""): 8, ("response", "high"): 2, ("delivery", ""): 0}
BERLIN = ServiceTerms("Europe/Berlin", HOURS, WEEK)
KOLKATA = ServiceTerms("Asia/Kolkata", HOURS, WEEK, time(10), time(18))
ELAPSED = ServiceTerms("Europe/Berlin", HOURS)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type]


def test_friday_evening_goes_on_on_monday_morning() -> None:
    asked = at("Europe/Berlin", 2026, 11, 20, 16, 0)
    assert after(BERLIN, asked, 8 * 60) == at("Europe/Berlin", 2026, 11, 23, 16, 0)
    assert next_start(BERLIN, at("Europe/Berlin", 2026, 11, 20, 18, 0)) == at("Europe/Berlin", 2026, 11, 23, 9, 0)


def test_hours_of_the_other_side_are_in_its_own_zone() -> None:
    asked = at("Europe/Berlin", 2026, 11, 23, 15, 0)  # 19:30 in Kolkata: nobody works there any more
    assert after(KOLKATA, asked, 60) == at("Asia/Kolkata", 2026, 11, 24, 11, 0)


def test_change_of_the_clocks_costs_nobody_an_hour() -> None:
    friday = at("Europe/Berlin", 2026, 10, 23, 16, 0)  # summer time ends on the Sunday after
    assert after(BERLIN, friday, 120) == at("Europe/Berlin", 2026, 10, 26, 10, 0)
    assert after(ELAPSED, friday, 72 * 60) == at("Europe/Berlin", 2026, 10, 26, 15, 0)


def test_public_holiday_does_not_count() -> None:
    christmas = {date(2026, 12, 25)}
    asked = at("Europe/Berlin", 2026, 12, 24, 16, 0)
    due = after(BERLIN, asked, 120, is_free=christmas.__contains__)
    assert due == at("Europe/Berlin", 2026, 12, 28, 10, 0)


def test_delivery_day_ends_with_the_work_of_the_agreed_zone() -> None:
    assert end_of_day(KOLKATA, date(2026, 11, 24)) == at("Asia/Kolkata", 2026, 11, 24, 18, 0)
    assert end_of_day(ELAPSED, date(2026, 11, 24)) == at("Europe/Berlin", 2026, 11, 25, 0, 0)


@given(MOMENTS, st.integers(0, 6000), st.sampled_from([BERLIN, KOLKATA, ELAPSED]))
@settings(max_examples=60)
def test_what_counts_until_due_is_what_was_agreed(start: datetime, minutes: int, terms: ServiceTerms) -> None:
    due = after(terms, start, minutes)
    assert due >= start
    assert between(terms, start, due) == minutes


@given(MOMENTS, st.integers(1, 3000), st.integers(0, 100_000), st.sampled_from([BERLIN, KOLKATA, ELAPSED]))
@settings(max_examples=60)
def test_a_pause_takes_nothing_and_gives_nothing(
    start: datetime, minutes: int, pause: int, terms: ServiceTerms
) -> None:
    """Stop halfway and go on later: the same working time is used in the end."""
    paused = after(terms, start, minutes // 2)
    left = between(terms, paused, after(terms, start, minutes))
    resumed = paused + timedelta(minutes=pause)
    due = after(terms, resumed, left)
    assert between(terms, start, paused) + between(terms, resumed, due) == minutes


def test_terms_survive_their_way_into_an_order() -> None:
    assert read(as_json(KOLKATA)) == KOLKATA
    assert KOLKATA.minutes("response", "high") == 120
    assert KOLKATA.minutes("delivery", "high") == 0
    assert KOLKATA.minutes("rework") is None
    assert read({}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"zone": "Mitte/Erde"},
        {"levels": []},
        {"levels": [{"kind": "response", "hours": 0}]},
        {"levels": [{"kind": "other", "hours": 3}]},
        {"start": "18:00", "end": "10:00"},
        {"weekdays": [9]},
        {"warn_percent": 100},
        {"start": "früh"},
    ],
)
def test_terms_that_do_not_hold_together_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        read(as_json(KOLKATA) | change)
