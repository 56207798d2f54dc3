"""Periods in months, weekends, quarters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.law.deadlines import (
    FEDERAL_STATES,
    last_day_of_months,
    months_after,
    next_working_day,
    tenth_after_quarter,
    weekdays_in_month,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-11-10", 1, "2026-12-10"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start, months, end):
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_eighteen_months_from_the_first_end_on_the_last_of_a_month():
    assert last_day_of_months(date(2025, 6, 1), 18) == date(2026, 11, 30)


def test_payment_in_november_is_filed_on_the_monday_after_the_tenth_of_january():
    assert tenth_after_quarter(date(2026, 11, 15)) == date(2027, 1, 11)
    assert tenth_after_quarter(date(2026, 9, 30)) == date(2026, 10, 12)
    assert tenth_after_quarter(date(2026, 1, 1)) == date(2026, 4, 10)


def test_november_2026_has_21_weekdays():
    assert weekdays_in_month(date(2026, 11, 22)) == 21


@given(DAYS, st.sampled_from([None, *FEDERAL_STATES]))
def test_an_end_moves_only_forward_to_a_weekday_and_stays_there(day, state):
    moved = next_working_day(day, state)
    assert moved.weekday() < 5
    assert timedelta(0) <= moved - day <= timedelta(days=5)
    assert next_working_day(moved, state) == moved
    assert next_working_day(day) <= moved


def test_holidays_of_a_state_count_only_there():
    epiphany = date(2027, 1, 6)
    assert next_working_day(epiphany) == next_working_day(epiphany, "NW") == epiphany
    assert next_working_day(epiphany, "BY") == date(2027, 1, 7)
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_months_never_end_earlier(day, some, more):
    assert months_after(day, some) <= months_after(day, some + more)
    assert 20 <= weekdays_in_month(day) <= 23
