"""The price model of orders: forms, sums, caps, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.engagement.price import ByTime, Fixed, Milestone, Milestones, PerUnit, Price, amount, read
from werkfluss.kernel.errors import Refused

_CENTS = st.integers(min_value=1, max_value=10_000_000)


def prices() -> st.SearchStrategy[Price]:
    milestone = st.builds(Milestone, st.text(min_size=1, max_size=20).filter(str.strip), _CENTS, st.none() | st.dates())
    unit = st.builds(lambda n, each, more: PerUnit("Seite", Decimal(n), each, n * each + more), *[_small()] * 3)
    time = st.builds(
        lambda kind, rate, more: ByTime(kind, rate, (rate or 0) + more),
        st.sampled_from(["daily", "hourly"]),
        st.none() | _CENTS,
        _CENTS,
    )
    parts = st.lists(milestone, min_size=1, max_size=5).map(tuple)
    return st.builds(Fixed, _CENTS) | st.builds(Milestones, parts) | unit | time


def _small() -> st.SearchStrategy[int]:
    return st.integers(min_value=1, max_value=10_000)


@given(prices())
def test_price_is_the_same_after_storing(price: Price) -> None:
    assert read(price.kind, price.most, price.as_json()) == price


@given(prices(), st.decimals(min_value=0, max_value=100_000, places=2))
def test_cost_never_exceeds_the_cap(price: Price, quantity: Decimal) -> None:
    if isinstance(price, PerUnit | ByTime):
        assert 0 <= price.cost(quantity) <= price.most


def test_milestones_add_up() -> None:
    price = Milestones((Milestone("Entwurf", 150_000), Milestone("Fassung", 90_050, date(2027, 1, 31))))
    assert price.most == 240_050
    assert price.words("EUR").de == "2 Meilensteine, zusammen 2.400,50 EUR"


def test_unit_price_counts_quantity_to_the_cap() -> None:
    price = PerUnit("Seiten", Decimal(86), 2_800, 250_000)
    assert price.cost(Decimal("86.5")) == 242_200
    assert price.cost(Decimal(100)) == 250_000
    assert price.words("CHF").en == "86 Seiten at CHF 28.00 each, at most CHF 2,500.00"


def test_half_cents_are_rounded_up() -> None:
    assert PerUnit("Wort", Decimal("0.5"), 1, 100).cost(Decimal("0.5")) == 1


def test_day_rate_is_capped() -> None:
    price = ByTime("daily", 96_000, 960_000)
    assert price.cost(Decimal("2.5")) == 240_000
    assert price.words("EUR").de == "960,00 EUR je Tag, höchstens 9.600,00 EUR"
    assert ByTime("hourly", None, 50_000).words("EUR").en == "by effort, at most EUR 500.00"


def test_sum_is_written_as_in_each_language() -> None:
    assert amount(123_456_789, "GBP").de == "1.234.567,89 GBP"
    assert amount(5).en == "EUR 0.05"


def test_plan_without_effort_offers_a_cap_still_to_be_agreed() -> None:
    assert read("hourly", 0, {}) == ByTime("hourly", None, 0)


@pytest.mark.parametrize(
    ("kind", "most", "details"),
    [
        ("fixed", 0, {}),
        ("gratis", 100, {}),
        ("milestones", 100, {}),
        ("milestones", 100, {"milestones": []}),
        ("milestones", 100, {"milestones": [{"title": " ", "cents": 100}]}),
        ("milestones", 100, {"milestones": [{"title": "A", "cents": 0}]}),
        ("unit", 100, {"unit": "Seite", "quantity": "drei", "unit_cents": 10}),
        ("unit", 100, {"unit": "Seite", "quantity": "NaN", "unit_cents": 10}),
        ("unit", 100, {"unit": "", "quantity": "3", "unit_cents": 10}),
        ("unit", 100, {"unit": "Seite", "quantity": "11", "unit_cents": 10}),
        ("daily", 100, {"rate_cents": 101}),
        ("daily", 3_000_000_000, {"rate_cents": 101}),
    ],
)
def test_price_that_does_not_hold_together_is_refused(kind: str, most: int, details: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        read(kind, most, details)
    assert refusal.value.citation == "Preis"
