"""The grammar of durations and predecessors."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.formats.durations import Reference, parse_duration, parse_predecessors, unit_in_title

TYPES = {"EA": "FS", "AA": "SS", "EE": "FF", "AE": "SF", "FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF"}
NUMBERS = st.lists(st.integers(1, 99), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
LAGS = st.decimals("0.5", "400", places=1)
DAYS = st.sampled_from(["T", "t", " Tage", "d", " days", " Tag", " AT"])


@given(NUMBERS, st.sampled_from(sorted(TYPES)), st.sampled_from("+-"), LAGS, DAYS)
def test_reference_with_type_and_lag_is_read_back(task: str, relation: str, sign: str, lag: Decimal, unit: str) -> None:
    number = str(lag).replace(".", ",") if relation in {"EA", "AA", "EE", "AE"} else str(lag)
    found, unreadable = parse_predecessors(f"{task}{relation}{sign}{number}{unit}", {task})
    assert found == (Reference(task, TYPES[relation], Decimal(f"{sign}{lag}")),)  # type: ignore[arg-type]
    assert unreadable == ()


@given(st.lists(st.tuples(NUMBERS, st.sampled_from(["", *sorted(TYPES)])), max_size=6), st.sampled_from(";,\n"))
def test_list_of_references_keeps_order_and_number(items: list[tuple[str, str]], separator: str) -> None:
    text = separator.join(task + relation for task, relation in items)
    found, unreadable = parse_predecessors(text, {task for task, _ in items})
    assert [(r.task, r.type) for r in found] == [(task, TYPES.get(relation, "FS")) for task, relation in items]
    assert unreadable == ()


@given(st.text(max_size=200))
def test_any_text_is_either_read_or_handed_back(text: str) -> None:
    found, unreadable = parse_predecessors(text, set())
    parts = [part for part in text.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    assert len(found) + len(unreadable) <= max(len(parts), 0)
    if parts and not found:
        assert unreadable


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("3EA+5T", {"3"}, Reference("3", "FS", Decimal(5))),
        ("2.1+5T", {"2.1"}, Reference("2.1", "FS", Decimal(5))),
        ("3 (EA) + 2", {"3"}, Reference("3", "FS", Decimal(2))),
        ("2.1AA-50%", {"2.1"}, Reference("2.1", "SS", percent=Decimal(-50))),
        ("3FS+2 edays", {"3"}, Reference("3", "FS", Decimal(2), elapsed=True)),
        ("3EA+2 fTage", {"3"}, Reference("3", "FS", Decimal(2), elapsed=True)),
        ("3EE+1W", {"3"}, Reference("3", "FF", Decimal(5))),
        ("3AE-4h", {"3"}, Reference("3", "SF", Decimal("-0.5"))),
        ("4711-1", {"4711-1"}, Reference("4711-1")),
        ("4711-1", {"4711"}, Reference("4711", "FS", Decimal(-1))),
        ("2.10", {"2.1"}, Reference("2.10")),
        ("A-1 EE", {"a-1"}, Reference("A-1", "FF")),
    ],
)
def test_predecessor_in_its_many_spellings(text: str, known: set[str], expected: Reference) -> None:
    assert parse_predecessors(text, known) == ((expected,), ())


@pytest.mark.parametrize("text", ["siehe oben", "3EA+viel", "=A1", "→ 3", "3" * 200, "3EA++5T"])
def test_unreadable_predecessor_is_handed_back(text: str) -> None:
    assert parse_predecessors(text, {"3"}) == ((), (text[:80],))


@pytest.mark.parametrize(
    ("value", "hours"),
    [
        ("5 Tage", 40),
        ("5t?", 40),
        ("1,5 Tage", 12),
        ("2 W", 80),
        ("40 Std.", 40),
        ("90 min", Decimal("1.5")),
        ("1 Monat", 160),
        (4, 32),
        ("-3 d", -24),
        ("0 Tage", 0),
    ],
)
def test_duration_in_its_many_spellings(value: str | int, hours: Decimal | int) -> None:
    assert parse_duration(value).hours == hours


def test_elapsed_duration_counts_calendar_time() -> None:
    length = parse_duration("2 fTage")
    assert (length.hours, length.days, length.elapsed) == (48, 2, True)


@pytest.mark.parametrize("value", ["", "lang", "5 Äpfel", "1.2.3 Tage", "=5", True, None])
def test_duration_that_is_none_raises(value: str | bool | None) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_duration(value)


def test_unit_is_taken_from_the_title() -> None:
    titles = ["Dauer (Tage)", "Aufwand [PT]", "Dauer in Stunden", "Std.", "Dauer", "Aufwand (geschätzt)"]
    assert [unit_in_title(t) for t in titles] == ["tage", "pt", "stunden", "std", None, None]
