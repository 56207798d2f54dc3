"""The pay of the example firm: invented, plausible, and such that the new year changes answers about single people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from werkfluss.cli.example_firm import files, pay
from werkfluss.compliance.domain.checks import Question
from werkfluss.compliance.domain.explain import answer
from werkfluss.formats import stafflist

DAYS = (date(2026, 12, 31), date(2027, 1, 1))
BY_NUMBER = {one.person: one for one in pay.pay_list().staff}
HOURS = {
    one.personnel_no: one.weekly_hours
    for one in stafflist.read(files.content(files.STAFF_LIST), filename=files.STAFF_LIST).records
}


def outcomes(rule: str, facts: dict[str, Any]) -> tuple[str, ...]:
    return tuple(answer(Question.of(rule, day, facts)).outcome for day in DAYS)


def test_everybody_on_the_staff_list_is_paid() -> None:
    assert set(BY_NUMBER) == set(HOURS)
    assert all(one.year >= 12 * one.month for one in BY_NUMBER.values())


@pytest.mark.parametrize("number", sorted(BY_NUMBER))
def test_nobody_is_below_the_minimum_wage_of_2026_and_one_is_in_2027(number: str) -> None:
    hours = Decimal(str(HOURS[number]))
    facts = {
        "monthly_pay": str(BY_NUMBER[number].month),
        "weekly_hours": str(hours),
        "hours_in_month": str(round(hours * 13 / 3, 2)),
        "exempt": "none",
    }
    assert outcomes("de/terms/minimum_wage", facts) == ("allowed", "blocked" if number == "01034" else "allowed")


def test_helper_becomes_a_minijob() -> None:
    (helper,) = pay.pay_list().helpers
    facts = {"gross": str(helper.month), "health": "statutory", "pension_exempt": True}
    assert outcomes("de/social/minijob", facts) == ("blocked", "allowed_with_conditions")


def test_head_of_design_lies_between_the_limit_of_2026_and_the_draft() -> None:
    before, after = (
        answer(Question.of("de/social/insurance_duty", day, {"annual_pay": str(BY_NUMBER["01007"].year)}))
        for day in DAYS
    )
    assert before.values["health_insurance"] == "free"
    assert after.outcome == "unknown"
    assert {reading.values.get("health_insurance") for reading in after.readings} == {"free", "compulsory"}


def test_developer_from_abroad_is_paid_what_her_case_says() -> None:
    case = files.blue_card_case()
    assert BY_NUMBER[case.person].year == case.job.salary.amount
    facts = {
        "citizenship": "IN",
        "salary": str(case.job.salary.amount),
        "qualification": "academic",
        "occupation_group": "it",
        "degree_years_ago": "7",
        "contract_months": "999",
    }
    for day in DAYS:
        routes = answer(Question.of("de/residence/routes", day, facts))
        assert routes.values["best"] == "blue_card", day
