"""Lags in working time, and groups of tasks as predecessors: as Microsoft Project reckons them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delegation.builders import DAY, ORIGIN, weekdays
from werkfluss.delegation import Link, Plan, Problem
from werkfluss.delegation.axis import WorkCalendar
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.model import Model
from werkfluss.delegation.solve import solve

OFFICE = list(weekdays(28))
ROUND_THE_CLOCK = [(0, 28 * DAY)]


def model(*tasks: str, effort: int = 60) -> Model:
    made = Model(ORIGIN)
    made.add_calendar("office", OFFICE)
    for k, task in enumerate(tasks):
        made.add_resource(f"r{k}", kind="agent", windows=ROUND_THE_CLOCK)
        made.add_task(task, effort=effort)
        made.allow(task, f"r{k}")
    return made


def planned(made: Model) -> tuple[Problem, Plan]:
    problem = made.problem()
    plan = solve(problem, work_limit=0.05)
    assert check_plan(problem, plan) == []
    assert plan.unassigned == ()
    return problem, plan


def test_a_day_of_lag_on_friday_evening_ends_on_monday_evening() -> None:
    made = model("a", "b")
    made.pin("a", "r0", 4 * DAY + 480, 4 * DAY + 540)
    made.link("a", "b", lag=480, calendar="office")
    assert planned(made)[1].span("b")[0] == 7 * DAY + 540


def test_an_elapsed_day_of_lag_ends_on_saturday() -> None:
    made = model("a", "b")
    made.pin("a", "r0", 4 * DAY + 480, 4 * DAY + 540)
    made.link("a", "b", lag=DAY)
    assert planned(made)[1].span("b")[0] == 5 * DAY + 540


def test_a_lead_of_a_day_counts_back_over_the_weekend() -> None:
    made = model("a", "b")
    made.pin("a", "r0", 7 * DAY + 60, 7 * DAY + 180)
    made.link("a", "b", lag=-480, calendar="office")
    assert planned(made)[1].span("b")[0] == 4 * DAY + 180


def test_end_to_end_lag_is_working_time_too() -> None:
    made = model("a", "b")
    made.pin("a", "r0", 4 * DAY + 480, 4 * DAY + 540)
    made.link("a", "b", "FF", lag=480, calendar="office")
    assert planned(made)[1].span("b")[1] == 7 * DAY + 540


def test_start_of_a_group_is_the_start_of_its_first_task() -> None:
    made = model("early", "late", "b")
    made.pin("late", "r1", 9 * DAY, 9 * DAY + 60)
    made.pin("early", "r0", 2 * DAY + 60, 2 * DAY + 120)
    for part in ("early", "late"):
        made.link(part, "b", "SS", lag=480, calendar="office", group="g")
    assert planned(made)[1].span("b")[0] == 2 * DAY + 540


def test_window_of_an_external_leaves_the_lag_to_those_who_follow() -> None:
    made = model("b")
    made.add_resource("f", kind="freelancer", windows=OFFICE)
    made.add_task("a", effort=480)
    made.allow("a", "f")
    made.pin("b", "r0", 9 * DAY + 60, 9 * DAY + 120)
    made.link("a", "b", lag=960, calendar="office")
    _, plan = planned(made)
    one = plan.assignment("a")
    assert one is not None
    assert one.window is not None
    # Two working days before Wednesday the 14th in the morning: by Monday the 12th in the morning.
    assert one.window.last_day.isoformat() == "2026-01-11"


def test_broken_lag_is_found_by_the_checker() -> None:
    made = model("a", "b")
    made.pin("a", "r0", 4 * DAY + 480, 4 * DAY + 540)
    problem, plan = planned(made)
    made.link("a", "b", lag=480, calendar="office")
    other = made.problem()
    moved = replace(plan, problem=other.digest)
    assert [(one.rule, one.subject) for one in check_plan(other, moved)] == [("link", "b")]
    assert problem.digest != other.digest


def test_the_end_of_a_group_is_not_a_group_link() -> None:
    with pytest.raises(ValueError, match="only the start"):
        Link(predecessor="a", successor="b", kind="FS", group="g")


def test_lag_in_an_unknown_calendar_is_refused() -> None:
    made = model("a", "b")
    made.link("a", "b", lag=60, calendar="shop")
    with pytest.raises(ValueError, match="'shop'"):
        made.problem()


@given(st.integers(-3000, 50000), st.integers(-9000, 9000))
def test_calendar_finds_the_first_and_the_last_minute_of_a_lag(minute: int, lag: int) -> None:
    calendar = WorkCalendar(tuple(OFFICE))
    first, last = calendar.after(minute, lag), calendar.latest_before(minute, lag)
    assert calendar.reading(first) >= calendar.reading(minute) + lag > calendar.reading(first - 1)
    assert calendar.reading(last) + lag <= calendar.reading(minute) < calendar.reading(last + 1) + lag
    assert bisect_left(range(first - 5, first + 5), calendar.reading(minute) + lag, key=calendar.reading) == 5
