"""The legal check of a person, task, order or agent: all rules, what-if without storing, facts recorded on the spot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples.people import take_on
from tests.web.world import World
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.facts import facts_on, record_fact
from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.org.models import FirmProfile, User
from werkfluss.org.roles import Role
from werkfluss.work.domain import subject_rules
from werkfluss.workforce.models import Kind, Resource

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

Browser = Callable[[User | None], Client]
TODAY = date.today()
WAGE = "de/terms/minimum_wage"
TOO_LITTLE = {
    "fact-on": "2026-11-02",
    "fact-weekly_hours": "40",
    "fact-monthly_pay": "900,50",
    "fact-exempt": "none",
    "fact-hours_in_month": "160",
}
# What declared working hours say wins over what is recorded beside them.
FROM_HOURS = {"hours", "break_minutes", "rest_hours", "day_kind", "week_hours"}


def person(world: World, kind: str = "employee", **facts: Any) -> Resource:
    """Somebody of a firm without a works council, with these facts recorded."""
    FirmProfile.objects.update(has_works_council=False)
    row = take_on(world, kind, nationality="DE" if kind == "employee" else "")
    for name, value in facts.items():
        record_fact(row, name=name, value=value, source="Vertrag", valid_from=TODAY, by=world.director)
    return row


def page(world: World, row: Resource, act: str = "law_of", rule: str = "") -> str:
    address = reverse(act, kwargs={"firm": world.org.slug, "kind": "resource", "pk": row.pk})
    return f"{address}?rule={rule}" if rule else address


def first_line(html: str) -> str:
    return html.split('class="law-rules"')[1].split("</li>", maxsplit=1)[0]


def test_every_kind_has_rules_that_exist(world: World) -> None:
    known = {card.id for card in explain.rule_cards()}
    with world.open():
        for kind in Kind:
            found = subject_rules.of_resource(person(world, kind), {}, on=TODAY)
            assert any(one.gate for one in found), kind
            assert {one.question.rule for one in found} <= known


@pytest.mark.parametrize("value", ["vielleicht", {"am": "Montag"}])
def test_pages_of_a_person_with_a_fact_of_the_wrong_form_open(value: Any, world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, "freelancer", client_sets_hours=value)
    client = browser(world.users[Role.HR])
    assert client.get(page(world, row)).status_code == 200
    assert client.get(reverse("person", kwargs={"firm": world.org.slug, "pk": row.pk})).status_code == 200


def test_gravest_answer_stands_first(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, "freelancer", client_sets_hours=True, client_sets_place=True, embedded_in_team=True)
    html = browser(world.users[Role.HR]).get(page(world, row)).content.decode()
    assert "nicht erlaubt" in first_line(html)
    assert "Auftrag an eine selbstständige Person" in first_line(html)
    assert "KI-Kompetenz einer Person" in html, "what applies beside the gate"


def test_other_values_show_both_answers_and_store_nothing(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, weekly_hours="40", monthly_pay="3000")
    client = browser(world.users[Role.HR])
    with world.open():
        before = Check.objects.count(), Fact.objects.count()
    tried = {"rule": WAGE} | TOO_LITTLE
    html = client.get(page(world, row), tried).content.decode()
    assert "Bisher und neu" in html
    assert "900,50 Euro im Monat" in html
    assert "nicht erlaubt" in html.split('id="outcome"')[1]
    part = client.get(page(world, row), tried, headers={"HX-Request": "true", "HX-Target": "outcome"}).content.decode()
    assert part.lstrip().startswith('<div id="outcome"')
    with world.open():
        assert (Check.objects.count(), Fact.objects.count()) == before


def test_address_may_name_one_value_and_the_others_stand(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, monthly_pay="2420.125", weekly_hours="40", hours_in_month="174", exempt="none")
    html = browser(world.users[Role.HR]).get(page(world, row), {"rule": WAGE, "fact-on": "2027-01-01"}).content.decode()
    changed = html.split("Was Sie geändert haben")[1].split("</ul>")[0]
    assert changed.count("<li>") == 1
    assert "01.01.2027" in changed
    compared = html.split('id="compare"')[1].split("</section>")[0]
    assert compared.index("erlaubt") < compared.index("nicht erlaubt")
    assert re.search(r'value="2\.?420,125"', html), "a number in German writing, not read as thousands"


def test_tried_values_that_cannot_be_read_are_named(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world)
    tried = {"rule": WAGE, "fact-on": "2026-11-02", "fact-monthly_pay": "viel"}
    response = browser(world.users[Role.HR]).get(page(world, row), tried)
    assert response.status_code == 422
    assert "Bitte eine Zahl eingeben" in response.content.decode()


def test_stored_when_asked_with_the_tried_values(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, weekly_hours="40", monthly_pay="3000")
    url = page(world, row, "law_of_store", WAGE)
    response = browser(world.users[Role.HR]).post(url, TOO_LITTLE)
    assert f"subject=resource%3A{row.pk}" in response["Location"]
    with world.open():
        check = Check.objects.get(rule=WAGE, on=date(2026, 11, 2))
        assert check.facts["monthly_pay"] == "900.50"
        assert check.outcome == "blocked"


def test_missing_facts_are_recorded_on_the_spot(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.HR])
    with world.open():
        row = person(world, weekly_hours="40")
    html = client.get(page(world, row, rule=WAGE)).content.decode()
    assert "Jetzt klären" in html
    assert 'name="missing-monthly_pay"' in html
    url = page(world, row, "law_of_facts", WAGE)
    given = {"missing-monthly_pay": "3.200,00", "missing-source": "Arbeitsvertrag", "missing-valid_from": str(TODAY)}
    back = client.post(url, given)
    assert back.status_code == 302
    after = client.get(back["Location"]).content.decode()
    assert "nicht entschieden" not in after.split('id="outcome"')[1].split("verdict-answer")[1][:300]
    with world.open():
        fact = Fact.objects.get(subject_id=row.pk, name="monthly_pay")
        assert (fact.value, fact.source) == ("3200.00", "Arbeitsvertrag")


@pytest.mark.parametrize("left_out", ["missing-source", "missing-monthly_pay"])
def test_facts_need_an_answer_and_a_source(left_out: str, world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, weekly_hours="40")
    given = {"missing-monthly_pay": "3200", "missing-source": "Vertrag", "missing-valid_from": str(TODAY)}
    given.pop(left_out)
    response = browser(world.users[Role.HR]).post(page(world, row, "law_of_facts", WAGE), given)
    assert response.status_code == 422
    with world.open():
        assert not Fact.objects.filter(subject_id=row.pk, name="monthly_pay").exists()


def test_missing_fact_of_an_agent_joins_its_use(world: World, browser: Browser) -> None:
    from werkfluss.web import law_subject

    with world.open() as by:
        row = person(world, "agent", ai_act={"ai_technique": "llm"})
        subject = law_subject.LawSubject("resource", row, row.name, "", "", row)
        answers = {"interacts_with_people": False}
        law_subject.record_answers(
            subject, subject_rules.CLASSIFICATION, answers, source="Akte", valid_from=TODAY, by=by
        )
        known = facts_on(TODAY, subject_type="workforce.resource", subject_ids=[row.pk])[row.pk]
    assert known["ai_act"] == {"ai_technique": "llm", "interacts_with_people": False}


@pytest.mark.parametrize("rule", ["de/working_time/day", "at/working_time/day", "de/status/engagement"])
def test_recorded_fact_reaches_the_rule_that_asked(rule: str, world: World) -> None:
    """Whatever a verdict asks for and the page records is in the next question."""
    kind, country = ("freelancer", "DE") if "status" in rule else ("employee", rule[:2].upper())
    with world.open():
        row = take_on(world, kind, nationality="DE", country=country)
        for fact in explain.questions_of(rule, on=TODAY):
            value: Any = {"boolean": True, "number": "1", "date": "2026-01-01", "country": "DE"}.get(fact.type)
            value = fact.values[0] if fact.type == "choice" else value
            found = subject_rules.of_resource(row, {fact.name: value}, on=TODAY)
            facts = next(dict(one.question.facts) for one in found if one.question.rule == rule)
            assert fact.name in facts, fact.name
            assert facts[fact.name] == value or fact.name in FROM_HOURS


def test_pay_is_only_for_those_who_keep_the_file(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, weekly_hours="40", monthly_pay="4321")
    assert 'value="4.321"' in browser(world.users[Role.HR]).get(page(world, row, rule=WAGE)).content.decode()
    lead = browser(world.users[Role.LEAD]).get(page(world, row, rule=WAGE)).content.decode()
    assert "4321" not in lead
    assert "4.321" not in lead


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.WORKS_COUNCIL])
def test_people_are_hidden_from_those_without_the_right(role: Role, world: World, browser: Browser) -> None:
    with world.open():
        row = person(world)
    assert browser(world.users[role]).get(page(world, row)).status_code == 404


def test_employees_wait_for_the_works_council(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world)
        FirmProfile.objects.update(has_works_council=True, works_agreement_on=None)
    assert browser(world.users[Role.HR]).get(page(world, row)).status_code == 404
    start = browser(world.users[Role.HR]).get(reverse("law", kwargs={"firm": world.org.slug})).content.decode()
    assert row.name not in start


def test_condition_becomes_a_task_of_the_person(world: World, browser: Browser) -> None:
    from tests.work.builders import FREE

    with world.open():
        row = person(world, "freelancer", **FREE)
    url = page(world, row, "law_of_plan", "de/status/engagement")
    assert browser(world.users[Role.HR]).post(url, {"condition": "0"}).status_code == 302
    with world.open():
        condition = Condition.objects.get(subject_id=row.pk)
        assert Deadline.objects.filter(subject_id=row.pk, code=condition.code).exists()


def test_list_of_subjects_leads_to_the_page(world: World, browser: Browser) -> None:
    with world.open():
        row = person(world, "freelancer")
    client = browser(world.users[Role.HR])
    front = reverse("law", kwargs={"firm": world.org.slug})
    assert f'value="resource:{row.pk}"' in client.get(front).content.decode()
    start = reverse("law_start", kwargs={"firm": world.org.slug})
    assert client.get(start, {"subject": f"resource:{row.pk}"})["Location"] == page(world, row)
    assert client.get(start, {"subject": "resource:x"}).status_code == 404
    assert client.get(start)["Location"] == front


@pytest.mark.parametrize("kind", ["resource", "task", "order", "firm"])
def test_subject_that_is_not_there_is_missing(kind: str, world: World, browser: Browser) -> None:
    url = reverse("law_of", kwargs={"firm": world.org.slug, "kind": kind, "pk": world.org.pk})
    assert browser(world.users[Role.HR]).get(url).status_code == 404


def test_page_needs_few_queries(
    world: World, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with world.open():
        row = person(world, "freelancer")
    client = browser(world.users[Role.HR])
    with django_assert_max_num_queries(22):
        client.get(page(world, row))
