"""The critical path of a case: by hand on a small one, and what must hold of any."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.care.course import Step, course
from werkfluss.kernel.text import Text

TODAY = date(2026, 11, 23)


def step(name: str, days: int | None, *after: str) -> Step:
    return Step(name, Text(name, name), None, days, "template", after)


def test_two_ways_by_hand() -> None:
    """Along a 10 → b 20 → d 5 is 35 days, a 10 → c 3 → d 5 is 18: c has 17 days to spare beyond what all have."""
    found = course(
        [step("a", 10), step("b", 20, "a"), step("c", 3, "a"), step("d", 5, "b", "c")],
        today=TODAY,
        start=TODAY + timedelta(days=40),
    )
    assert (found.ready, found.slack) == (TODAY + timedelta(days=35), 5)
    assert {one.step.id: one.slack for one in found.steps} == {"a": 5, "b": 5, "c": 22, "d": 5}
    assert [one.step.id for one in found.steps if one.critical] == ["a", "b", "d"]
    assert found.feasible


def test_too_early_a_start_is_said_with_the_days_that_are_missing() -> None:
    found = course([step("a", 10)], today=TODAY, start=TODAY + timedelta(days=7))
    assert (found.slack, found.feasible) == (-3, False)


def test_unknown_length_is_named() -> None:
    found = course([step("a", None), step("b", 2, "a")], today=TODAY, start=TODAY + timedelta(days=2))
    assert [one.id for one in found.unknown] == ["a"]
    assert found.slack == 0


def test_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        course([step("a", 1, "b"), step("b", 1, "a")], today=TODAY, start=TODAY)


@st.composite
def networks(draw: st.DrawFn) -> list[Step]:
    size = draw(st.integers(1, 8))
    return [
        step(f"s{i}", draw(st.integers(0, 40)), *(f"s{j}" for j in range(i) if draw(st.booleans())))
        for i in range(size)
    ]


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(-50, 300))
def test_no_step_has_less_slack_than_the_whole_and_somebody_has_just_that(steps: list[Step], days: int) -> None:
    found = course(steps, today=TODAY, start=TODAY + timedelta(days=days))
    assert min(one.slack for one in found.steps) == found.slack == (TODAY - found.ready).days + days
    ends = {one.step.id: one.earliest_end for one in found.steps}
    assert all(one.earliest >= ends[name] for one in found.steps for name in one.step.after)
    assert any(one.critical for one in found.steps)
