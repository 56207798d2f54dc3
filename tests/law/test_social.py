"""Properties of contributions, the transition band, net pay and the bulk call."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import REVIEWED
from werkfluss.law.api import library
from werkfluss.law.packs.de.social.bulk import Persons, payroll
from werkfluss.law.parameters import ParameterUnknownError

QUICK = settings(max_examples=examples(80), deadline=None)
CENT = Decimal("0.01")
PAY = st.decimals(Decimal("0.01"), Decimal(15_000), places=2)
YEARS = st.sampled_from([date(2024, 6, 1), date(2025, 6, 1), date(2026, 6, 1)])
PERSON = st.fixed_dictionaries(
    {
        "childless": st.booleans(),
        "children_under_25": st.integers(0, 7),
        "place": st.sampled_from(["west", "east", "saxony"]),
        "additional_rate": st.sampled_from(["0.9", "2.47", "2.9", "4.4"]),
    }
)
KNOWN = {"health": "statutory", "pension_exempt": False}
PACK = library().packs["de/social"]


def _ask(rule: str, on: date, **facts):
    return library().check(f"de/social/{rule}", facts, on, today=REVIEWED)


def _amounts(rule: str, on: date, **facts) -> dict[str, Decimal]:
    verdict = _ask(rule, on, **facts)
    assert verdict.outcome == "allowed"
    return {name: Decimal(str(value)) for name, value in verdict.values.items() if name != "kind"}


@QUICK
@given(PAY, st.decimals(Decimal("0.01"), Decimal(3000), places=2), PERSON, YEARS)
def test_contributions_never_fall_when_pay_rises(gross, more, person, on):
    limit = PACK.environment(on).numbers["minijob_limit"]
    low = _amounts("contributions", on, gross=gross, **person, **KNOWN)
    high = _amounts("contributions", on, gross=gross + more, **person, **KNOWN)
    # In the band the employer's share is a difference of rounded amounts: it may be a few cents off.
    slack = CENT * 6
    if gross <= limit < gross + more:
        return  # leaving the Minijob is a step of its own
    assert high["employer_total"] + high["employee_total"] >= low["employer_total"] + low["employee_total"] - slack
    if gross > limit:  # below EUR 175 the person in a Minijob pays the more the less she earns (s. 163(8) SGB VI)
        assert high["employee_total"] >= low["employee_total"] - slack


@QUICK
@given(PAY, PERSON, YEARS)
def test_branches_add_up_and_nobody_pays_less_than_nothing(gross, person, on):
    amounts = _amounts("contributions", on, gross=gross, **person, **KNOWN)
    branches = ("health", "care", "pension", "unemployment")
    assert amounts["employee_total"] == sum(amounts[f"{branch}_employee"] for branch in branches)
    flat = amounts.get("flat_tax", Decimal(0))
    assert amounts["employer_total"] == sum(amounts[f"{branch}_employer"] for branch in branches) + flat
    assert all(amount >= 0 for amount in amounts.values())


@QUICK
@given(st.decimals(Decimal(8_850), Decimal(40_000), places=2), PERSON, YEARS)
def test_contributions_are_capped_at_the_ceilings(gross, person, on):
    numbers = PACK.environment(on).numbers
    top = max(numbers["ceiling_pension"], numbers["ceiling_health"])
    at_top = _amounts("contributions", on, gross=top, **person, **KNOWN)
    assert _amounts("contributions", on, gross=gross, **person, **KNOWN) == at_top


@QUICK
@given(PERSON, YEARS)
def test_band_joins_full_contributions_at_the_upper_end(person, on):
    below = _amounts("contributions", on, gross="2000", **person)
    above = _amounts("contributions", on, gross="2000.01", **person)
    for name in ("employee_total", "employer_total"):
        assert abs(below[name] - above[name]) <= 4 * CENT


@QUICK
@given(YEARS, st.sampled_from(["west", "saxony"]))
def test_band_begins_with_nothing_from_the_employee_and_28_percent_from_the_employer(on, place):
    limit = PACK.environment(on).numbers["minijob_limit"]
    first = _amounts("contributions", on, gross=limit + CENT, childless=False, place=place)
    minijob = _amounts("contributions", on, gross=limit, **KNOWN)
    assert first["employee_total"] <= 5 * CENT
    # F makes the whole contribution 28 % (before 2027 what the employer pays in a Minijob without the tax).
    assert abs(first["employer_total"] - (minijob["employer_total"] - minijob["flat_tax"])) <= Decimal("0.10")


@QUICK
@given(PAY, PERSON, YEARS, st.integers(0, 150))
def test_amounts_are_the_same_on_every_day_of_a_year(gross, person, on, days):
    one = _ask("contributions", on, gross=gross, **person, **KNOWN)
    other = _ask("contributions", on + timedelta(days=days), gross=gross, **person, **KNOWN)
    assert (one.outcome, one.values) == (other.outcome, other.values)


@QUICK
@given(
    st.decimals(Decimal("633.01"), Decimal(12_000), places=2),
    PERSON,
    st.sampled_from(["contributions", "net_pay"]),
    st.dates(date(2027, 1, 1), date(2027, 12, 31)),
)
def test_what_is_not_published_for_2027_never_decides(gross, person, rule, on):
    facts = {"gross": gross, **person, "health": "statutory"}
    if rule == "net_pay":
        facts |= {"tax_class": "1", "church_tax": "none"}
    verdict = _ask(rule, on, **facts)
    assert (verdict.outcome, verdict.certainty) == ("unknown", "C")
    assert "employee_total" not in verdict.values
    assert [reading.outcome for reading in verdict.readings][:2] == ["unknown", "allowed"]
    assert any(use.status == "unknown" for use in verdict.parameters)


def test_readings_of_2027_show_the_last_values_and_the_drafts():
    verdict = _ask("contributions", date(2027, 3, 1), gross="7000", childless=True, health="statutory")
    totals = [reading.values.get("employee_total") for reading in verdict.readings]
    # 2026: 5,812.50 × 11.15 % + 7,000 × 10.6 %; draft: 6,375 × 11.15 % + the same
    assert totals == [None, "1390.09", "1452.81"]
    statuses = {use.id.rpartition("/")[2]: use.status for use in verdict.parameters}
    assert statuses["ceiling_health"] == "draft"
    assert statuses["rate_additional"] == statuses["rate_pension"] == "unknown"


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_minijob_limit_follows_from_the_minimum_wage(year):
    day = date(year, 3, 1)
    numbers, wage = PACK.environment(day).numbers, library().packs["de/terms"].environment(day).numbers
    assert (wage["minimum_wage"] * 130 / 3).to_integral_value(ROUND_CEILING) == numbers["minijob_limit"]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_factor_f_is_28_percent_by_all_rates(year):
    numbers = PACK.environment(date(year, 3, 1)).numbers
    rates = ("rate_pension", "rate_care", "rate_unemployment", "rate_health", "rate_additional")
    assert round(Decimal(28) / sum(numbers[name] for name in rates), 4) == numbers["factor_f"]


@pytest.mark.parametrize(
    ("gross", "wage_tax", "soli"),
    [
        ("3000", "293.08", "0.00"),
        ("4000", "524.50", "0.00"),
        ("4225", "580.17", "0.00"),
        ("5000", "782.42", "0.00"),
        ("8450", "1981.75", "34.02"),
        ("10000", "2632.75", "111.49"),
    ],
)
def test_wage_tax_of_published_check_values(gross, wage_tax, soli):
    facts = {"tax_class": "1", "church_tax": "none", "childless": True, "additional_rate": "2.9"}
    values = _ask("net_pay", REVIEWED, gross=gross, health="statutory", **facts).values
    assert (values["wage_tax"], values["solidarity"]) == (wage_tax, soli)


def test_church_tax_is_nine_percent_and_eight_in_bavaria():
    facts = {"gross": "5000", "tax_class": "1", "childless": True, "additional_rate": "2.9"}
    nine = _ask("net_pay", REVIEWED, church_tax="9_percent", **facts).values
    eight = _ask("net_pay", REVIEWED, church_tax="8_percent", **facts).values
    assert (nine["church_tax"], eight["church_tax"]) == ("70.42", "62.59")
    assert Decimal(str(eight["net"])) - Decimal(str(nine["net"])) == Decimal("7.83")


@st.composite
def _workforces(draw) -> list[dict]:
    return draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "gross": PAY | st.sampled_from([Decimal(603), Decimal("603.01"), Decimal(2000), Decimal("5812.5")]),
                    "tax_class": st.integers(1, 6),
                    "church_tax": st.sampled_from(["none", "8_percent", "9_percent"]),
                    "childless": st.booleans(),
                    "children_under_25": st.integers(0, 6),
                    "place": st.sampled_from(["west", "saxony"]),
                    "pension_exempt": st.booleans(),
                    "additional_rate": st.sampled_from(["0.9", "2.47", "2.9", "4.39"]),
                }
            ),
            min_size=1,
            max_size=8,
        )
    )


def _columns(people: list[dict]) -> Persons:
    def whole(name: str, by: int = 1) -> np.ndarray:
        return np.array([int(Decimal(str(person[name])) * by) for person in people], dtype=np.int64)

    churches = ["none", "8_percent", "9_percent"]
    return Persons(
        gross=whole("gross", 100),
        tax_class=whole("tax_class"),
        church=np.array([churches.index(person["church_tax"]) for person in people], dtype=np.int64),
        childless=np.array([person["childless"] for person in people]),
        children=whole("children_under_25"),
        saxony=np.array([person["place"] == "saxony" for person in people]),
        pension_exempt=np.array([person["pension_exempt"] for person in people]),
        additional=whole("additional_rate", 100),
    )


@settings(max_examples=examples(60), deadline=None)
@given(_workforces())
def test_bulk_equals_the_rule_to_the_cent(people):
    found = payroll(_columns(people), PACK.environment(REVIEWED))
    for index, person in enumerate(people):
        facts = {**person, "tax_class": str(person["tax_class"]), "health": "statutory"}
        one = _amounts("net_pay", REVIEWED, **facts)
        many = {
            "employee_total": found.employee,
            "employer_total": found.employer,
            "wage_tax": found.wage_tax,
            "solidarity": found.solidarity,
            "church_tax": found.church_tax,
            "net": found.net,
            "employer_cost": found.cost,
        }
        assert {name: Decimal(int(column[index])) / 100 for name, column in many.items()} == {
            name: one[name] for name in many
        }


def test_bulk_refuses_values_that_are_not_published_and_takes_the_last_ones_on_request():
    people = [
        {
            "gross": 5000,
            "tax_class": 1,
            "church_tax": "none",
            "childless": True,
            "children_under_25": 0,
            "place": "west",
            "pension_exempt": False,
            "additional_rate": "2.9",
        }
    ]
    in_2027 = date(2027, 3, 1)
    with pytest.raises(ParameterUnknownError):
        payroll(_columns(people), PACK.environment(in_2027))
    last = payroll(_columns(people), PACK.environment(in_2027, drafts=False))
    assert (int(last.net[0]), last.distinct_tax_cases) == (313_008, 1)


@QUICK
@given(st.sampled_from(["freelancer", "fractional", "partner", "agent"]), st.integers(0, 40_000))
def test_external_engagement_costs_its_fee_and_names_what_is_left_out(kind, fee):
    verdict = _ask("engagement_cost", REVIEWED, kind=kind, fee=fee)
    assert verdict.outcome == "allowed_with_conditions"
    assert verdict.values["cost_month"] == str(fee)
    assert verdict.values["not_included"] == ("oversight_cost", "weekly_hours")
    assert [missing.name for missing in verdict.missing] == ["oversight_cost", "weekly_hours"]
    assert "net_month" not in verdict.values
    assert verdict.values["lead_days"] == max(condition.lead_days for condition in verdict.conditions)


def test_engagement_and_net_pay_agree():
    facts = {"gross": "4321.09", "tax_class": "4", "church_tax": "9_percent", "childless": False}
    staff = _ask("engagement_cost", REVIEWED, kind="staff", **facts).values
    net = _ask("net_pay", REVIEWED, **facts).values
    assert (staff["net_month"], staff["employer_cost"]) == (net["net"], net["employer_cost"])
