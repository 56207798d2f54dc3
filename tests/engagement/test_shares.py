"""Sums of shares over time and busy times, as plain arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.engagement.domain import shares
from werkfluss.engagement.domain.shares import Part

DAY = timedelta(days=1)
START = date(2026, 1, 5)
PARTS = st.builds(
    lambda days, first, length: Part(Decimal(days) / 2, START + DAY * first, START + DAY * (first + length)),
    st.integers(1, 10),
    st.integers(0, 40),
    st.integers(0, 40),
)
AT = datetime(2026, 1, 5, tzinfo=UTC)
INTERVALS = st.lists(
    st.builds(
        lambda first, length: (AT + timedelta(hours=first), AT + timedelta(hours=first + length)),
        st.integers(0, 60),
        st.integers(1, 12),
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(st.lists(PARTS, max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_most_is_the_greatest_sum_of_any_day(parts: list[Part], first: int, length: int) -> None:
    begin, end = START + DAY * first, START + DAY * (first + length)
    sums = [
        sum((part.days_per_week for part in parts if part.first_day <= begin + DAY * n <= part.last_day), Decimal(0))
        for n in range(length + 1)
    ]
    assert shares.most(parts, first_day=begin, last_day=end) == max(sums)


@settings(max_examples=60)
@given(INTERVALS)
def test_merged_covers_the_same_hours_and_never_touches(intervals: list[shares.Interval]) -> None:
    found = shares.merged(intervals)
    assert all(found[n][1] < found[n + 1][0] for n in range(len(found) - 1))

    def covered(listed: list[shares.Interval], hour: int) -> bool:
        return any(start <= AT + timedelta(hours=hour) < end for start, end in listed)

    assert all(covered(found, hour) == covered(intervals, hour) for hour in range(80))


@settings(max_examples=60)
@given(INTERVALS, INTERVALS)
def test_overlap_is_found_from_both_sides(left: list[shares.Interval], right: list[shares.Interval]) -> None:
    assert (shares.overlap(left, right) is None) == (shares.overlap(right, left) is None)


def test_touching_times_do_not_overlap() -> None:
    noon = AT + timedelta(hours=12)
    assert shares.overlap([(AT, noon)], [(noon, noon + timedelta(hours=1))]) is None


def test_month_in_days_per_week() -> None:
    assert shares.weekly(Decimal("6.5"), "month") == Decimal("1.5")
    assert shares.weekly_minutes(Decimal(2), "week") == 960


def test_day_follows_the_clock_of_the_place() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert shares.span(date(2026, 7, 1), half=True, zone=berlin) == (
        datetime(2026, 7, 1, 6, tzinfo=UTC),
        datetime(2026, 7, 1, 11, tzinfo=UTC),
    )
    assert shares.days_on([1, 3], first_day=date(2026, 1, 5), last_day=date(2026, 1, 13)) == [
        date(2026, 1, 6),
        date(2026, 1, 8),
        date(2026, 1, 13),
    ]
