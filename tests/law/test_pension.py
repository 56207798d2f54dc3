"""Properties of conversion, vesting, portability and refund."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import REVIEWED
from werkfluss.law.api import library

QUICK = settings(max_examples=examples(80), deadline=None)
AMOUNT = st.decimals(Decimal(25), Decimal(900), places=2)
PAY = st.decimals(Decimal(1000), Decimal(12_000), places=2)
YEARS = st.sampled_from([date(2024, 6, 1), date(2025, 6, 1), REVIEWED])


def _ask(rule: str, on: date = REVIEWED, **facts):
    return library().check(f"de/pension/{rule}", facts, on, today=REVIEWED)


@QUICK
@given(AMOUNT, PAY, YEARS)
def test_subsidy_is_at_most_15_percent_and_the_total_splits(amount, gross, on):
    verdict = _ask("conversion", on, conversion=amount, gross=gross)
    values = {name: Decimal(str(value)) for name, value in verdict.values.items()}
    assert verdict.permits
    assert 0 <= values["subsidy"] <= amount * Decimal("0.15") + Decimal("0.005")
    assert values["total"] == amount + values["subsidy"]
    assert values["subject_to_contributions"] == max(values["total"] - values["contribution_free_month"], Decimal(0))
    assert values["subject_to_tax"] <= values["subject_to_contributions"]
    assert (verdict.outcome == "allowed") == (amount <= values["claim_month"])


@QUICK
@given(AMOUNT, PAY, st.decimals(Decimal(1), Decimal(4000), places=2))
def test_higher_pay_never_raises_the_subsidy_because_less_is_saved(amount, gross, more):
    low = _ask("conversion", conversion=amount, gross=gross).values["subsidy"]
    high = _ask("conversion", conversion=amount, gross=gross + more).values["subsidy"]
    assert Decimal(str(high)) <= Decimal(str(low))


@QUICK
@given(st.dates(date(1995, 1, 1), date(2026, 1, 1)), st.integers(16, 60), st.integers(0, 400), st.integers(0, 10))
def test_staying_longer_or_being_older_never_loses_a_pension_right(promised, age, days, years):
    leaves = date(2026, 1, 1) + timedelta(days=days)
    facts = {"paid_by": "employer", "promised_on": promised.isoformat()}
    now = _ask("vesting", leaves_on=leaves.isoformat(), age=age, **facts)
    later = _ask(
        "vesting", leaves_on=leaves.replace(year=leaves.year + years, day=1).isoformat(), age=age + years, **facts
    )
    if now.outcome == "allowed" and years:
        assert later.outcome == "allowed"
    assert {now.outcome, later.outcome} <= {"allowed", "blocked"}


@QUICK
@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_day_named_by_a_lapsed_right_is_the_first_that_keeps_it(promised):
    facts = {"paid_by": "employer", "promised_on": promised.isoformat(), "age": 30}
    lapsed = _ask("vesting", leaves_on=promised.isoformat(), **facts)
    vests = date.fromisoformat(str(lapsed.values["vests_on"]))
    assert _ask("vesting", leaves_on=vests.isoformat(), **facts).outcome == "allowed"
    # The day before is full only if the first day counts (s. 187 BGB): kept with a condition.
    day_before = _ask("vesting", leaves_on=(vests - timedelta(days=1)).isoformat(), **facts)
    assert (day_before.outcome, day_before.certainty) == ("allowed_with_conditions", "B")
    assert _ask("vesting", leaves_on=(vests - timedelta(days=2)).isoformat(), **facts).outcome == "blocked"


@QUICK
@given(st.dates(date(2022, 1, 1), date(2026, 6, 30)))
def test_refund_opens_after_24_whole_calendar_months(left):
    facts = {"insured_now": False, "voluntary_right": False, "months": 30, "left_on": left.isoformat()}
    earliest = date.fromisoformat(str(_ask("refund", **facts).values["earliest"]))
    assert earliest.day == 1
    assert (earliest.year - left.year) * 12 + earliest.month - left.month == 25
    assert _ask("refund", earliest, **facts).permits
    assert _ask("refund", earliest - timedelta(days=1), **facts).outcome == "blocked"


@pytest.mark.parametrize(
    ("state", "outcome"), [("FR", "allowed"), ("CH", "allowed"), ("US", "allowed"), ("NG", "unknown")]
)
def test_totalisation_decides_only_listed_states(state, outcome):
    assert _ask("totalisation", state=state).outcome == outcome


def test_limit_of_2027_is_shown_as_a_draft_and_does_not_decide():
    verdict = _ask("conversion", date(2027, 2, 1), conversion="350", gross="4000")
    assert (verdict.outcome, verdict.certainty) == ("unknown", "C")
    assert [reading.values.get("claim_month") for reading in verdict.readings] == [None, "338.00", "354.00"]
