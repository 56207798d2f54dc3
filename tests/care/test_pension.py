"""The projection against sums worked out by hand, and what holds for every plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.care.domain.pension import Plan, project


def test_without_return_and_cost_the_capital_is_what_was_paid() -> None:
    found = project(
        Plan(age=40, retires_at=67, monthly=Decimal(100), rate=Decimal(0), cost=Decimal(0), inflation=Decimal(0))
    )
    assert found.points[-1].middle == found.points[-1].paid == found.points[-1].real == Decimal("32400.00")
    assert found.pension[1] == Decimal("122.73")  # 32,400 / 264 months


def test_two_years_by_hand() -> None:
    """1,000 saved, 1,200 a year, 3 % less 1 % cost: 1000*1.02+1200*1.01 = 2232; 2232*1.02+1212 = 3488.64."""
    found = project(Plan(age=60, retires_at=62, monthly=Decimal(100), saved=Decimal(1000), payout_years=1))
    assert [point.middle for point in found.points] == [Decimal("1000.00"), Decimal("2232.00"), Decimal("3488.64")]
    assert found.points[1].low == Decimal("2200.00")  # 0 % in all
    assert found.points[1].high == Decimal("2264.00")  # 4 %: 1040 + 1224
    assert found.points[2].real == Decimal("3353.17")  # / 1.02²
    assert found.pension[1] == Decimal("290.72")


def test_who_leaves_keeps_what_is_there_and_pays_no_more() -> None:
    stays = project(Plan(age=30, retires_at=67, monthly=Decimal(200)))
    leaves = project(Plan(age=30, retires_at=67, monthly=Decimal(200), leaves_at=40))
    assert leaves.points[-1].paid == Decimal("24000.00")
    assert leaves.points[10] == stays.points[10]
    assert leaves.points[-1].middle > leaves.points[10].middle
    assert any("40" in text.de for text in leaves.assumptions)


@pytest.mark.parametrize(
    "wrong", [{"age": 67}, {"retires_at": 90}, {"leaves_at": 20}, {"monthly": Decimal(-1)}, {"rate": Decimal(40)}]
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"ages|amounts|rates"):
        Plan(**{"age": 30, "retires_at": 67, "monthly": Decimal(100), **wrong})  # type: ignore[arg-type]


@settings(max_examples=60)
@given(
    st.integers(18, 60),
    st.decimals(0, 1000, places=2),
    st.decimals(0, 50_000, places=2),
    st.decimals(0, 6, places=1),
)
def test_higher_return_never_gives_less_and_the_course_has_a_point_a_year(
    age: int, monthly: Decimal, saved: Decimal, rate: Decimal
) -> None:
    found = project(Plan(age=age, retires_at=67, monthly=monthly, saved=saved, rate=rate))
    assert [point.age for point in found.points] == list(range(age, 68))
    assert all(point.low <= point.middle <= point.high for point in found.points)
    assert found.points[-1].real <= found.points[-1].middle
    assert len(found.assumptions) == 6
