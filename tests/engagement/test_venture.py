"""The share in a result: what a period brings whom. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkfluss.engagement.venture import Contribution, Terms, read, share_of
from werkfluss.kernel.errors import Refused

TERMS = Terms(
    "Messgerät entwickeln und verkaufen",
    Decimal(30),
    "surplus",
    "contribution",
    6,
    90,
    (Contribution("client", "money", "Prototyp", 2_000_000), Contribution("contractor", "work", "Software", 600_000)),
)
cents = st.integers(0, 50_000_000)


def _share(terms: Terms, income: int, cost: int, before: int = 0, shared: int = 0) -> tuple[int, int]:
    found = share_of(
        terms, income_cents=income, cost_cents=cost, before_cents=before, shared_cents=shared, currency="EUR"
    )
    return found.share_cents, found.carried_cents


def test_surplus_is_shared_and_loss_is_carried_not_paid() -> None:
    assert _share(TERMS, 1_000_000, 400_000) == (180_000, 0)
    assert _share(TERMS, 100_000, 400_000) == (0, -300_000)
    assert _share(TERMS, 1_000_000, 400_000, before=-300_000) == (90_000, 0)


def test_carried_loss_ends_at_the_value_of_the_contribution() -> None:
    # 30 per cent of 2,000,000 are the 600,000 of the contribution.
    assert _share(TERMS, 0, 9_000_000) == (0, -2_000_000)
    assert _share(replace(TERMS, loss="none"), 0, 9_000_000) == (0, 0)


def test_minimum_and_cap_bound_the_share() -> None:
    bound = replace(TERMS, loss="none", floor_cents=50_000, cap_cents=200_000)
    assert _share(bound, 100_000, 0) == (50_000, 0)
    assert _share(bound, 10_000_000, 0) == (200_000, 0)
    assert _share(bound, 10_000_000, 0, shared=190_000) == (10_000, 0)
    assert _share(bound, 0, 0, shared=200_000) == (0, 0)


def test_share_of_the_income_knows_no_costs_and_rounds_half_up() -> None:
    income = replace(TERMS, base="income", loss="none", percent=Decimal("12.5"))
    assert _share(income, 100_004, 900_000) == (12_501, 0)


@given(cents, cents, st.integers(-50_000_000, 0), st.sampled_from(["none", "contribution"]), cents)
def test_share_is_never_negative_and_rests_with_the_result(
    income: int, cost: int, before: int, loss: str, shared: int
) -> None:
    terms = replace(TERMS, loss=loss, cap_cents=1_000_000)
    found = share_of(
        terms, income_cents=income, cost_cents=cost, before_cents=before, shared_cents=shared, currency="EUR"
    )
    assert 0 <= found.share_cents <= max(1_000_000 - shared, 0)
    assert found.share_cents + found.rest_cents == income - cost
    assert -2_000_000 <= found.carried_cents <= 0
    more = share_of(
        terms, income_cents=income + 100, cost_cents=cost, before_cents=before, shared_cents=shared, currency="EUR"
    )
    assert more.share_cents >= found.share_cents


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": " "},
        {"percent": "0"},
        {"percent": "100"},
        {"percent": "3.333"},
        {"percent": "viel"},
        {"base": "turnover"},
        {"base": "income"},
        {"months": 5},
        {"notice_days": 3},
        {"contributions": [{"side": "client", "kind": "money", "what": "x", "cents": 1}]},
        {"floor_cents": 500, "cap_cents": 400},
    ],
)
def test_terms_that_do_not_hold_together_are_refused(changes: dict[str, object]) -> None:
    assert read(TERMS.as_json()) == TERMS
    with pytest.raises(Refused):
        read(TERMS.as_json() | changes)
