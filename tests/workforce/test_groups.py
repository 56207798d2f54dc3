"""Figures on groups: nobody is found out by size, by taking groups away from the whole, or by looking twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.workforce.groups import LEAST, Figure, Row, figures, full_tens, shown_rows

DAY = date(2026, 1, 5)


def rows(group: str, people: int, *, value: int = 5, first: int = 0, by: str | None = None) -> list[Row]:
    return [Row(group, f"p{first + n}", DAY + timedelta(days=n), Decimal(value + n), by) for n in range(people)]


MIXED = st.lists(
    st.builds(
        Row,
        group=st.sampled_from("abc"),
        part=st.sampled_from("xyz"),
        who=st.integers(0, 40),
        day=st.dates(DAY, DAY + timedelta(days=60)),
        value=st.decimals(0, 400, places=1),
    ),
    max_size=120,
)


def atoms(found: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows behind each smallest figure that is shown, worked out here a second time."""
    kept = {key: shown_rows(one for one in found if (one.group, one.part) == key) for key in {_key(r) for r in found}}
    for name in {row.group for row in found}:
        kept[name, "rest"] = shown_rows(row for row in found if row.group == name and not kept[_key(row)])
    gone = {row.group for row in found if not any(part for (name, _part), part in kept.items() if name == row.group)}
    kept["others", ""] = shown_rows(row for row in found if row.group in gone)
    return {key: part for key, part in kept.items() if part}


def _key(row: Row) -> tuple[str, str]:
    return row.group, row.part


def test_group_below_ten_has_no_figure() -> None:
    found = figures(rows("a", LEAST - 1))
    assert found.groups == {"a": None}
    assert (found.others, found.whole) == (None, None)


def test_small_groups_are_taken_together() -> None:
    found = figures([*rows("a", 6), *rows("b", 4, first=50)])
    assert found.groups == {"a": None, "b": None}
    assert found.others is not None
    assert found.others.people == LEAST


def test_whole_does_not_hold_the_group_that_is_too_small() -> None:
    alone = figures(rows("a", 20, value=100))
    found = figures([*rows("a", 20, value=100), *rows("b", 3, value=9000, first=50)])
    assert alone.whole is None
    assert found.whole is None
    assert found.groups["a"] == alone.groups["a"] == Figure(20, Decimal("109.5"))


def test_group_does_not_hold_its_part_that_is_too_small() -> None:
    large = [Row("a", n, DAY + timedelta(days=n), Decimal(n), None, "x") for n in range(10)]
    small = [Row("a", 50 + n, DAY + timedelta(days=n), Decimal(9000), None, "y") for n in range(9)]
    assert figures([*large, *small]).groups["a"] == figures(large).groups["a"] == Figure(10, Decimal("4.5"))


def test_one_person_with_many_rows_is_one_person() -> None:
    assert figures([Row("a", "same", DAY, Decimal(n)) for n in range(50)]).groups == {"a": None}


def test_what_one_person_has_on_one_day_stays_together() -> None:
    twice = [Row("a", f"p{n:02}", DAY, Decimal(value)) for n in range(20) for value in (1, 2)]
    assert figures(twice).groups["a"] == Figure(20, Decimal("1.5"))


def test_work_of_one_hand_has_no_figure() -> None:
    assert figures(rows("a", 20, by="hr")).groups == {"a": None}
    hands = [Row("a", n, DAY, Decimal(n), by=f"hand{n % 3}") for n in range(30)]
    assert figures(hands).groups["a"] is not None


@given(MIXED)
@settings(max_examples=150, deadline=None)
def test_no_difference_of_shown_figures_has_one_to_nine_people(found: list[Row]) -> None:
    parts = atoms(found)
    for size in range(1, min(4, len(parts)) + 1):
        for taken in combinations(parts, size):
            for rest in (
                [row for key, part in parts.items() if key not in taken for row in part],
                [row for key, part in parts.items() if key[0] == taken[0][0] and key not in taken for row in part],
            ):
                assert not rest or len({row.who for row in rest}) >= LEAST
    shown = figures(found)
    assert {key for key, one in shown.parts.items() if one} == {key for key in parts if key[1] not in {"rest", ""}}
    assert {name for name, one in shown.groups.items() if one} == {key[0] for key in parts} - {"others"}
    assert (shown.others is not None) == (("others", "") in parts)
    counted = [one for one in (*shown.groups.values(), *shown.parts.values(), shown.others, shown.whole) if one]
    assert all(one.people >= LEAST and one.people % LEAST == 0 for one in counted)


@given(MIXED)
@settings(max_examples=150, deadline=None)
def test_sums_are_over_what_is_shown_and_nothing_else(found: list[Row]) -> None:
    """A figure of everybody would let a small group be worked out: so none is over more than the shown parts."""
    parts, shown = atoms(found), figures(found)
    for name, one in shown.groups.items():
        behind = [row.value for key, part in parts.items() if key[0] == name for row in part]
        assert (one.value if one else None) == (median(behind) if behind else None)
    behind = [row.value for part in parts.values() for row in part]
    several = len({key[0] for key in parts}) > 1
    assert (shown.whole.value if shown.whole else None) == (median(behind) if several else None)


@given(st.lists(st.integers(0, 25), max_size=90), st.integers(0, 90))
@settings(max_examples=150, deadline=None)
def test_who_looks_twice_sees_ten_people_more_or_nobody(people: list[int], earlier: int) -> None:
    line = [Row("a", who, DAY + timedelta(days=n), Decimal(n)) for n, who in enumerate(people)]
    before, after = full_tens(line[:earlier]), full_tens(line)
    assert after[: len(before)] == before
    fresh = after[len(before) :]
    assert not fresh or len({row.who for row in fresh}) >= LEAST
