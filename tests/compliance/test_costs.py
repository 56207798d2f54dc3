"""Ways to have one piece of work done: one order, one measure, and nothing that nobody said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.compliance.domain.costs import EMPLOYED, WAYS, Way, Work, compare
from werkfluss.kernel.text import Text

TODAY = date(2026, 11, 22)
PERSON = {
    "childless": True,
    "tax_class": "1",
    "church_tax": "none",
    "additional_rate": "2.9",
    "health": "statutory",
    "pension_exempt": False,
    "absent_days": "29",
}
RATES = {"freelancer": Decimal(90), "fractional": Decimal(150), "partner": Decimal(110)}
PAY = st.decimals(min_value=700, max_value=12_000, places=2)


def work(gross: str | Decimal | None = "5000", **more: object) -> Work:
    told: dict[str, object] = {
        "start": TODAY,
        "weekly_hours": Decimal(40),
        "months": Decimal(6),
        "gross": None if gross is None else Decimal(gross),
        "rates": RATES,
        "agent_price": Decimal(400),
        "facts": PERSON,
    }
    return Work(**(told | more))  # type: ignore[arg-type]


def ways(told: Work) -> dict[str, Way]:
    return {way.kind: way for way in compare(told, today=TODAY)}


def test_check_value_of_5000_a_month() -> None:
    amounts = ways(work())["staff"].amounts
    assert amounts is not None
    lines = {line.key: line.amount for line in amounts.lines}
    assert (lines["contributions"], amounts.employer, amounts.net) == (
        Decimal("1057.50"),
        Decimal("6057.50"),
        Decimal("3130.08"),
    )
    assert [amount for _label, amount in amounts.deductions] == [Decimal("1087.50"), Decimal("782.42")]
    assert [line.key for line in amounts.lines if line.amount is None] == ["u1", "u2", "accident"]


@settings(max_examples=15, deadline=None)
@given(PAY, st.integers(min_value=1, max_value=60))
def test_exactly_one_kind_of_employment_fits_the_pay(pay: Decimal, hours: int) -> None:
    found = ways(work(pay, weekly_hours=Decimal(hours)))
    assert tuple(found) == WAYS
    with_amounts = [kind for kind in EMPLOYED if found[kind].amounts is not None]
    assert with_amounts == (["midijob"] if pay <= 2000 else ["staff"])


@settings(max_examples=15, deadline=None)
@given(PAY, PAY)
def test_more_pay_never_costs_less(one: Decimal, other: Decimal) -> None:
    def month(pay: Decimal) -> Decimal:
        return next(way.amounts.month for way in compare(work(pay), today=TODAY) if way.amounts is not None)

    low, high = sorted((one, other))
    assert month(low) <= month(high)


def test_cost_of_the_work_is_the_hours_of_the_work_at_their_price() -> None:
    told = work()
    for way in compare(told, today=TODAY):
        if way.amounts is not None and way.amounts.hour is not None:
            assert told.hours is not None
            assert way.amounts.work == (way.amounts.hour * told.hours).quantize(Decimal("0.01")), way.kind


def test_fee_needs_price_and_hours() -> None:
    found = ways(work(weekly_hours=None))
    assert found["freelancer"].outcome == "unknown"
    assert found["freelancer"].amounts is None
    assert found["agent"].amounts is not None, "an agent's price does not need hours"


def test_net_of_a_fee_needs_what_only_the_person_knows() -> None:
    assert ways(work())["freelancer"].no_net is not None
    told = {**PERSON, "own_costs": "500", "own_insurance": "900"}
    found = ways(work(facts=told, weekly_hours=Decimal(10)))["freelancer"]
    assert found.no_net is None
    assert found.amounts is not None
    assert found.amounts.net is not None
    assert Decimal(0) < found.amounts.net < found.amounts.month - 1400


def test_what_the_work_rules_out_is_not_allowed_but_shown() -> None:
    reason = Text("Nicht vorgesehen.", "Not meant.")
    found = ways(work(shut={"agent": reason}))["agent"]
    assert (found.outcome, found.reasons, found.earliest) == ("blocked", (reason,), None)


def test_lead_time_is_the_longest_condition_in_calendar_days() -> None:
    found = ways(work(works_council=True))
    assert found["agent"].earliest == date(2027, 1, 21), "60 days for the works agreement"
    assert found["staff"].earliest == date(2026, 11, 29), "a week for the council's consent"
    assert found["freelancer"].earliest == date(2026, 11, 27), "three working days to check the status"


def test_more_than_48_hours_a_week_are_asked_of_the_working_time_act() -> None:
    found = ways(work(weekly_hours=Decimal(66)))
    assert found["staff"].outcome == "blocked"
    assert any(one.rule == "de/working_time/daily_hours" for one in found["staff"].verdicts)
    assert found["freelancer"].outcome == "allowed_with_conditions"


def test_turn_of_the_year_changes_the_minijob() -> None:
    """At 620 EUR no Minijob in 2026; the limit of 2027 is in force already, its rates are not."""
    now = ways(work("620", weekly_hours=Decimal(9)))["minijob"]
    assert now.outcome == "blocked"
    then = ways(work("620", weekly_hours=Decimal(9), start=date(2027, 1, 4)))["minijob"]
    assert then.outcome == "unknown"
    assert {one.amounts.month for one in then.readings if one.amounts} == {Decimal("834.83"), Decimal("853.43")}


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2028, 1, 1)])
def test_day_without_values_is_refused(day: date) -> None:
    with pytest.raises(ValueError, match="is not between"):
        compare(work(start=day), today=TODAY)
