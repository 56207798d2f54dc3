"""Figures on groups: nobody is found out by size, by taking groups away from the whole, or by looking twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.workforce.groups import LEAST, Figure, Row, figures, full_tens, shown_rows

DAY = date(2026, 1, 5)


def rows(group: str, people: int, *, value: int = 5, first: int = 0, by: str | None = None) -> list[Row]:
    return [Row(group, f"p{first + n}", DAY + timedelta(days=n), Decimal(value + n), by) for n in range(people)]


MIXED = st.lists(
    st.builds(
        Row,
        group=st.sampled_from("abcde"),
        who=st.integers(0, 40),
        day=st.dates(DAY, DAY + timedelta(days=60)),
        value=st.decimals(0, 400, places=1),
    ),
    max_size=120,
)


def atoms(found: list[Row]) -> dict[str, list[Row]]:
    """The rows behind each figure that is shown, worked out here a second time."""
    names = {row.group for row in found}
    kept = {name: shown_rows(row for row in found if row.group == name) for name in names}
    kept["others"] = shown_rows(row for row in found if not kept[row.group])
    return {name: part for name, part in kept.items() if part}


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


def test_one_person_with_many_rows_is_one_person() -> None:
    assert figures([Row("a", "same", DAY, Decimal(n)) for n in range(50)]).groups == {"a": None}


def test_work_of_one_hand_has_no_figure() -> None:
    assert figures(rows("a", 20, by="hr")).groups == {"a": None}
    hands = [Row("a", n, DAY, Decimal(n), by=f"hand{n % 3}") for n in range(30)]
    assert figures(hands).groups["a"] is not None


@given(MIXED)
@settings(max_examples=120, deadline=None)
def test_no_difference_of_shown_groups_has_one_to_nine_people(found: list[Row]) -> None:
    parts = atoms(found)
    for size in range(1, len(parts) + 1):
        for taken in combinations(parts, size):
            left = [row for name, part in parts.items() if name not in taken for row in part]
            assert not left or len({row.who for row in left}) >= LEAST
    shown = figures(found)
    assert {name for name, one in shown.groups.items() if one} == set(parts) - {"others"}
    assert (shown.others is not None) == ("others" in parts)
    counted = [one for one in (*shown.groups.values(), shown.others, shown.whole) if one]
    assert all(one.people >= LEAST and one.people % LEAST == 0 for one in counted)


@given(MIXED)
@settings(max_examples=120, deadline=None)
def test_whole_is_over_what_is_shown_and_nothing_else(found: list[Row]) -> None:
    """A figure of everybody would let a small group be worked out: it must not move with what is not shown."""
    parts = atoms(found)
    only_shown = [row for part in parts.values() for row in part]
    if len(parts) > 1:
        hidden = [row for row in found if row not in only_shown]
        moved = [Row(row.group, row.who, row.day, row.value + 5000) for row in hidden]
        whole = figures(found).whole
        assert whole is not None
        if {name: len(part) for name, part in atoms([*only_shown, *moved]).items()} == {
            name: len(part) for name, part in parts.items()
        }:
            assert figures([*only_shown, *moved]).whole == whole
    else:
        assert figures(found).whole is None


@given(st.lists(st.integers(0, 25), max_size=90), st.integers(0, 90))
@settings(max_examples=150, deadline=None)
def test_who_looks_twice_sees_ten_people_more_or_nobody(people: list[int], earlier: int) -> None:
    line = [Row("a", who, DAY + timedelta(days=n), Decimal(n)) for n, who in enumerate(people)]
    before, after = full_tens(line[:earlier]), full_tens(line)
    assert after[: len(before)] == before
    fresh = after[len(before) :]
    assert not fresh or len({row.who for row in fresh}) >= LEAST
