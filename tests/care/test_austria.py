"""Work in Austria: what is sure is a duty with its day, what is known for one year only says so, the rest is unknown.

The lists were worked out by hand from what the law packs hold of § 41 NAG and Art. 11 Reg. (EC) 883/2004.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from werkfluss.care.domain import expat_cases, verdicts
from werkfluss.care.domain.duties import duties
from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain.deadlines import deadlines_about
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.org.actor import Actor
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

ON = date(2026, 11, 23)
START = date(2027, 3, 1)
TITLE, INSURANCE = "§ 41 NAG (aus zweiter Hand)", "Art. 11 Abs. 3 Buchst. a VO (EG) 883/2004"
Open = Callable[..., ExpatCase]


@pytest.fixture
def opened(in_firm: Actor) -> Open:
    def make(route: str, nationality: str, **facts: Any) -> ExpatCase:
        rate = resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm)
        person: Resource = resources.add_resource(
            kind=Kind.EMPLOYEE, name="Ravi Menon", rate=rate, country="IN", nationality=nationality, by=in_firm
        )
        for name, value in facts.items():
            record_fact(person, name=name, value=value, source="Akte", valid_from=date(2026, 1, 1), by=in_firm)
        return expat_cases.open_case(person, route=route, wished_start=START, by=in_firm)

    return make


def dated(expat: ExpatCase) -> list[tuple[date, str, str]]:
    return [(row.due, row.provision, row.who.de) for row in duties(expat, on=ON).rows if row.due is not None]


def test_red_white_red_card_for_a_key_worker(opened: Open, in_firm: Actor) -> None:
    """Fitter from India, 3,600 euro fourteen times a year, from 1 March 2027 in Linz and only there."""
    expat = opened("rwr_card_at", "IN", group="other_key_worker", pay_month="3600", criteria_confirmed=True)
    assert sorted(dated(expat)) == [
        # Art. 11(3)(a): whoever works only in Austria is insured there; the employer registers before the first day.
        (START, INSURANCE, "Arbeitgeber"),
        # s. 41 NAG: no work before the title is issued, so it is needed on the first day at the latest.
        (START, TITLE, "die Person"),
    ]
    assert duties(expat, on=ON).questions == ()
    codes = {row.code for row in deadlines_about(expat)}
    assert {"work_start", "duty:at_title", "duty:at_insurance:reg883_11_3"} <= codes
    answers = {one.title.de: one.answer.verdict.outcome for one in verdicts.ask_the_law(expat, on=ON, by=in_firm)}
    assert answers == {
        "Rot-Weiß-Rot-Karte": "allowed_with_conditions",
        # 3,465 euro is the value of 2026; that of 2027 is not known.
        "Rot-Weiß-Rot-Karte zum Arbeitsbeginn 01.03.2027": "unknown",
        "Österreichisches Sozialrecht": "allowed_with_conditions",
        # No Austrian rate or ceiling is proven.
        "Beiträge in Österreich": "unknown",
    }


def test_blue_card_in_austria_asks_for_what_nobody_recorded(opened: Open, in_firm: Actor) -> None:
    expat = opened("blue_card_at", "IN")
    assert {(provision, who) for _due, provision, who in dated(expat)} == {
        (TITLE, "die Person"),
        (INSURANCE, "Arbeitgeber"),
    }
    (question,) = duties(expat, on=ON).questions
    assert question.rule == "at/residence/blue_card"
    assert {"pay_year", "contract_months", "criteria_confirmed"} <= set(question.missing)
    outcomes = {one.answer.verdict.outcome for one in verdicts.ask_the_law(expat, on=ON, by=in_firm)[:2]}
    assert outcomes == {"unknown"}


def test_citizen_of_the_eu_needs_no_austrian_title(opened: Open) -> None:
    expat = opened("rwr_card_at", "FR")
    assert dated(expat) == [(START, INSURANCE, "Arbeitgeber")]


@pytest.mark.parametrize("route", ["rwr_card_at", "blue_card_at"])
def test_what_no_rule_answers_is_named_with_who_can(route: str) -> None:
    kind = care_route(route)
    named = " ".join(one.title.de for one in kind.unanswered)
    for word in (
        "Arbeitsmarkt",
        "Gebühren",
        "Frist für die Anmeldung",
        "Kollektivvertrag",
        "Lohnsteuer",
        "Verlängerung",
    ):
        assert word in named
    assert all(one.who.de and one.who.en for one in kind.unanswered)
    # A German residence title would open the German plan; the Austrian one is a paper of its own.
    assert not kind.title
    assert "residence_title" not in kind.papers
    assert "austrian_card" in kind.papers
