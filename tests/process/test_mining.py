"""What steps say about a process, and that they say nothing about a single person."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.process import mining
from werkfluss.process.mining import StepRow

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(
    case: int,
    *,
    element: str = "check",
    idle: float = 2,
    work: float | None = 1,
    by: object = None,
    machine: bool = False,
    branches: tuple[str, ...] = (),
) -> StepRow:
    """Opened, begun and done on the days before; by one of three people in turn."""
    opened = NOW - timedelta(days=30) + case * HOUR
    begun = None if work is None else opened + idle * HOUR
    done = opened + (idle + (work or 0)) * HOUR
    who = by if by is not None else f"p{case % 3}"
    return StepRow(element, case, opened, done, begun, None if machine else who, machine, branches)


def waiting(case: int, *, element: str = "check", days: float = 1) -> StepRow:
    return StepRow(element, case, NOW - timedelta(days=days))


def one(rows: list[StepRow], element: str = "check", **more: frozenset[str]) -> mining.StepFigures:
    return mining.figures(rows, now=NOW, **more)[element]


def test_waiting_steps_are_counted_with_the_oldest():
    found = one([waiting(1, days=3), waiting(2, days=9), waiting(3)])
    assert (found.waiting, found.oldest, found.shown) == (3, NOW - timedelta(days=9), False)


def test_idle_and_work_are_told_apart_where_the_beginning_is_known():
    found = one([row(case, idle=hours, work=1) for case, hours in enumerate((2, 4, 6, 8, 10))])
    assert found.idle == mining.Spread(6 * HOUR, 4 * HOUR, 8 * HOUR, 5)
    assert found.work == mining.Spread(HOUR, HOUR, HOUR, 5)
    assert found.whole is not None
    assert found.whole.median == 7 * HOUR


def test_unknown_beginning_leaves_only_both_together():
    found = one([row(case, work=None) for case in range(6)])
    assert found.shown
    assert found.idle is None
    assert found.work is None
    assert found.whole == mining.Spread(2 * HOUR, 2 * HOUR, 2 * HOUR, 6)


def test_beginnings_known_of_one_person_only_are_not_shown():
    rows = [row(case, work=None) for case in range(12)]
    rows += [row(case, by="p9") for case in range(12, 18)]
    found = one(rows)
    assert found.shown
    assert found.finished == 18
    assert found.idle is None
    assert found.work is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(case) for case in range(4)], False),
        ([row(case, by=f"p{case % 2}") for case in range(40)], False),
        ([row(case, by="p0" if case > 3 else None) for case in range(20)], False),
        ([row(0, by=f"p{turn}") for turn in range(9)], False),
        ([row(case, machine=True) for case in range(3)], False),
        ([row(case, machine=True) for case in range(5)], True),
        ([row(case) for case in range(5)], True),
        ([row(case, machine=True) for case in range(20)] + [row(99)], False),
    ],
    ids=["four", "two people", "one dominates", "one case", "few runs", "program", "enough", "one hand among programs"],
)
def test_figures_appear_only_where_they_say_nothing_about_one_person(rows: list[StepRow], said: bool):
    found = one(rows)
    assert found.shown is said
    if not said:
        assert (found.finished, found.whole, found.spent, found.branches) == (0, None, timedelta(0), {})


def test_branches_of_a_decision_are_counted_the_most_frequent_first():
    rows = [row(case, branches=("no",) if case in (4, 9) else ("yes",)) for case in range(12)]
    found = one(rows)
    assert list(found.branches.items()) == [("yes", 10), ("no", 2)]
    assert found.decided == 12


def test_steps_done_again_count_once_per_case_and_not_where_the_drawing_repeats():
    rows = [row(case) for case in range(8)] + [row(2), row(2), row(5)]
    assert one(rows).again == 2
    assert one(rows, repeated=frozenset({"check"})).again == 0


def test_bottleneck_is_the_step_with_most_waiting_open_ones_included():
    rows = [row(case, element="short", idle=1) for case in range(6)]
    rows += [row(case, element="long", idle=10) for case in range(6)]
    rows += [waiting(50, element="short", days=10), waiting(51, element="long", days=1)]
    found = mining.bottlenecks(mining.figures(rows, now=NOW).values())
    assert [each.element for each in found] == ["short", "long"]
    assert found[0].share == pytest.approx((6 + 240) / (6 + 240 + 60 + 24))


def test_bottleneck_counts_only_what_waits_now_of_steps_that_would_show_one_person():
    rows = [row(case, element="open", idle=1) for case in range(6)]
    rows += [row(case, element="also", idle=1) for case in range(6)]
    rows += [row(case, element="alone", idle=500, by="p0") for case in range(6)]
    found = mining.bottlenecks(mining.figures(rows, now=NOW).values())
    assert {each.element for each in found} == {"open", "also"}
    assert sum(each.share for each in found) == pytest.approx(1)
    found = mining.bottlenecks(mining.figures([*rows, waiting(9, element="alone", days=5)], now=NOW).values())
    assert [(each.element, each.share) for each in found] == [("alone", pytest.approx(120 / 132))]


def test_bottleneck_of_a_single_step_says_nothing():
    assert mining.bottlenecks(mining.figures([row(case) for case in range(6)], now=NOW).values()) == []


def test_ways_are_ordered_by_when_steps_were_done():
    rows = []
    for case in range(12):
        later = "pay" if case < 7 else "refuse"
        rows += [row(case, element="check"), row(case, element=later, idle=20)]
    assert mining.follows(rows) == {("check", "pay"): 7, ("check", "refuse"): 5}
    found = mining.variants(rows, ended=frozenset(range(12)))
    assert [(way.steps, way.cases) for way in found] == [(("check", "pay"), 7), (("check", "refuse"), 5)]
    assert found[0].share == pytest.approx(7 / 12)


def test_rare_ways_are_not_shown_and_running_cases_do_not_count():
    rows = [row(case) for case in range(9)]
    assert mining.variants(rows, ended=frozenset(range(4))) == []


steps = st.builds(
    row,
    st.integers(0, 40),
    element=st.sampled_from("abc"),
    idle=st.floats(0, 900),
    work=st.none() | st.floats(0, 90),
    by=st.sampled_from(["p0", "p1", "p2", "p3"]),
)


@settings(max_examples=examples(60))
@given(st.lists(steps, max_size=60))
def test_whatever_is_shown_rests_on_enough_people_and_cases(rows: list[StepRow]):
    for element, found in mining.figures(rows, now=NOW).items():
        mine = [each for each in rows if each.element == element]
        hands = [each.by for each in mine]
        if found.shown:
            assert len({each.case for each in mine}) >= mining.FEWEST
            assert len(set(hands)) >= mining.PERSONS
            assert max(hands.count(hand) for hand in hands) * 2 <= len(hands)
            assert found.whole is not None
            assert found.whole.low <= found.whole.median <= found.whole.high
        else:
            assert found.whole is None
            assert found.idle is None
            assert not found.finished


@settings(max_examples=examples(40))
@given(st.lists(steps, max_size=60), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_do_not_matter(rows: list[StepRow], random: Random):
    renamed = [
        StepRow(each.element, each.case, each.opened, each.done, each.begun, ("x", each.by), each.machine)
        for each in rows
    ]
    random.shuffle(renamed)
    assert mining.figures(renamed, now=NOW) == mining.figures(rows, now=NOW)


def test_ten_thousand_rows_are_worked_out_quickly():
    random = Random(4)
    rows = [
        row(case, element=f"s{case % 12}", idle=random.uniform(0, 200), by=f"p{random.randrange(9)}")
        for case in range(10_000)
    ]
    start = time.perf_counter()
    found = mining.figures(rows, now=NOW)
    ways = mining.variants(rows, ended=frozenset(range(10_000)))
    assert time.perf_counter() - start < 2
    assert len(found) == 12
    assert all(each.shown and each.finished > 800 for each in found.values())
    assert len(ways) == 5
