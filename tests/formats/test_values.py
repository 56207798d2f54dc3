"""Numbers, dates, lists and countries as people write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.formats.values import (
    country_code,
    decimal_text,
    parse_date,
    parse_decimal,
    split_list,
    text_of,
)

AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


def _grouped(number: Decimal, group: str, point: str) -> str:
    return f"{number:,.2f}".replace(",", "\0").replace(".", point).replace("\0", group)


@given(AMOUNTS, st.sampled_from([(".", ","), ("'", "."), (" ", ","), ("\u00a0", ","), ("", ","), ("", ".")]))
def test_amount_with_two_decimals_is_read_back(number: Decimal, signs: tuple[str, str]) -> None:
    assert parse_decimal(_grouped(number, *signs)) == number


@given(AMOUNTS)
def test_english_amount_is_read_back(number: Decimal) -> None:
    assert parse_decimal(f"{number:,.2f}") == number


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_every_day_is_read_in_each_notation(day: date) -> None:
    month = ["Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sep", "Okt", "Nov", "Dez"][day.month - 1]
    texts = [
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day:%d.%m.%y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day}. {month} {day.year}",
        f"{day.isoformat()}T00:00:00+02:00",
    ]
    assert {parse_date(text) for text in texts} == {day}
    assert parse_date((day - date(1899, 12, 30)).days) == day


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    try:
        assert parse_decimal(text).is_finite()
    except ValueError as error:
        assert "not a number" in str(error)  # noqa: PT017 -- both ends are fine, nothing else is


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1.234", "1234"),
        ("1,234", "1.234"),
        ("0.123", "0.123"),
        ("38,5", "38.5"),
        ("−3", "-3"),
    ],
)
def test_single_separator_is_read_the_german_way(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "value", ["", "1.23.456", "1e9", "NaN", "inf", "1,2,3", "12 34", "٣", "=1", None, True, "1" * 41]
)
def test_what_is_no_number_raises(value: str | bool | None) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_decimal(value)


@pytest.mark.parametrize("value", ["31.02.2026", "12/31/2026", "2026-13-01", "gestern", "01.01.1066", 7, True, "1.1"])
def test_what_is_no_day_raises(value: str | int | bool) -> None:
    with pytest.raises(ValueError):
        parse_date(value)


@pytest.mark.parametrize("value", [None, "", " ", "-", "unbefristet", "31.12.9999", datetime(9999, 12, 31)])
def test_open_ended_is_no_day(value: str | datetime | None) -> None:
    assert parse_date(value) is None


def test_list_is_split_at_its_strongest_separator() -> None:
    assert split_list("Deutsch; Englisch; Deutsch") == ("Deutsch", "Englisch")
    assert split_list("ISO 9001 / SolidWorks") == ("ISO 9001", "SolidWorks")
    assert split_list("TCP/IP, C#") == ("TCP/IP", "C#")
    assert split_list("keine") == ()


def test_country_is_known_in_german_english_and_by_its_plate() -> None:
    names = ["Österreich", "Austria", "A", "AT", "indien", "Portugal", "Atlantis", ""]
    assert [country_code(name) for name in names] == ["AT", "AT", "AT", "AT", "IN", "PT", None, None]


def test_cells_are_shown_as_a_person_reads_them() -> None:
    shown = [text_of(v) for v in (None, 40.0, 0.1, True, datetime(2026, 1, 2), date(2026, 1, 2), " a\n b ")]
    assert shown == ["", "40", "0.1", "ja", "2026-01-02", "2026-01-02", "a b"]
    assert [decimal_text(Decimal(d)) for d in ("40.00", "1E+2", "19.25")] == ["40", "100", "19.25"]
