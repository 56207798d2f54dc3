"""Timers that repeat: counted from their first date, with or without an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process.samples import AT, Case, chain
from werkfluss.process.model import EventKind, Timer, Trigger
from werkfluss.process.timers import after, parse_cycle
from werkfluss.process.timing import due_of

BERLIN = ZoneInfo("Europe/Berlin")


def cycle_body(cycle):
    return (
        '<startEvent id="s"/><userTask id="t"/><userTask id="late"/>'
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition>'
        f"<timeCycle>{cycle}</timeCycle></timerEventDefinition></boundaryEvent>" + chain("s", "t") + chain("b", "late")
    )


def days(case, count):
    """The local days on which the timer fires, each fired when it is due."""
    found = []
    for _ in range(count):
        due = datetime.fromisoformat(case.wait("b").due)
        found.append(f"{due.astimezone(BERLIN):%d.%m. %H:%M}")
        case.fire("b", at=due)
    return found


def test_month_cycle_comes_back_to_the_31st():
    case = Case(cycle_body("R/2027-01-31T09:00/P1M"))
    assert days(case, 4) == ["31.01. 09:00", "28.02. 09:00", "31.03. 09:00", "30.04. 09:00"]


def test_month_cycle_without_start_counts_from_when_it_was_reached():
    case = Case(cycle_body("R3/P1M"))
    assert days(case, 3) == ["02.04. 09:00", "02.05. 09:00", "02.06. 09:00"]
    assert case.waiting == ["late", "late", "late", "t"]


def test_open_repetition_never_ends():
    case = Case(cycle_body("R/PT1H"))
    for turn in range(1, 1_200):
        wait = case.wait("b")
        assert wait.due == (AT + timedelta(hours=turn)).isoformat()
        # The steps that it opens do not matter here and would slow the test down.
        case.state = replace(case.state, tokens=case.state.tokens[:1], waits=case.state.waits[:2])
        case.fire("b", at=AT + timedelta(hours=turn))


def test_open_repetition_leaves_out_what_passed_while_nobody_looked():
    case = Case(cycle_body("R/2020-01-01T00:00/PT1S")).fire("b")
    assert case.wait("b").due == (AT + timedelta(seconds=1)).isoformat()


def test_bounded_repetition_makes_up_for_what_it_missed():
    case = Case(cycle_body("R3/2026-01-31T09:00/P1M")).fire("b")
    assert case.wait("b").due == "2026-02-28T08:00:00+00:00"


@pytest.mark.parametrize("cycle", ["R/PT0S", "R2/-P1D", "R/P0D", "R0/PT1H"])
def test_repetition_that_does_not_move_on_is_no_time(cycle):
    assert due_of(Trigger(EventKind.TIMER, timer=Timer("cycle", cycle)), AT, BERLIN, {}) == (None, 1)


def test_state_without_anchor_counts_on_from_where_it_is():
    case = Case(cycle_body("R3/P1M"))
    waits = tuple(replace(wait, anchor="", turn=0) for wait in case.state.waits)
    case.state = replace(case.state, waits=waits)
    assert days(case, 3) == ["02.04. 09:00", "02.05. 09:00", "02.06. 09:00"]


@given(
    every=st.sampled_from(["P1M", "P1D", "P1W", "PT7M", "P1Y", "P1MT1H", "P2DT12H"]),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    late=st.timedeltas(timedelta(0), timedelta(days=4000)),
)
def test_next_turn_is_the_first_after_now(every, start, late):
    cycle, now = parse_cycle(f"R/{every}"), start + late
    due, turn = cycle.turn_after(start, 0, BERLIN, now)
    assert due > now
    assert turn == 1 or after(start, cycle.every * (turn - 1), BERLIN) <= now
