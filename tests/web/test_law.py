"""The legal check: every rule's form, the stored answer, its conditions, what changes, who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.compliance.models import Check, Condition, Deadline
from werkfluss.org.models import FirmProfile, User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

Browser = Callable[[User | None], Client]
TODAY = date.today()
DAY = "2026-11-03"
# Eleven hours a day: more than s. 3 ArbZG allows.
TOO_LONG = {"on": DAY, "executive": "false", "hours": "11", "break_minutes": "45", "rest_hours": "11"}
FREELANCE = {"on": DAY, "client_sets_hours": "true", "client_sets_place": "true", "embedded_in_team": "true"}


def rule_url(world: World, rule: str) -> str:
    return f"{reverse('law_rule', kwargs={'firm': world.org.slug})}?rule={rule}"


def sent(facts: dict[str, Any]) -> dict[str, Any]:
    """Values under the names the form gives them."""
    return {f"fact-{name}": value for name, value in facts.items()}


def ask(client: Client, world: World, rule: str, facts: dict[str, Any]) -> tuple[str, str]:
    response = client.post(rule_url(world, rule), sent(facts))
    assert response.status_code == 302, response.content.decode()
    return response["Location"], client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("card", explain.rule_cards(), ids=lambda card: card.id)
def test_form_has_every_question(card: explain.RuleCard, world: World, browser: Browser) -> None:
    html = browser(world.users[Role.EMPLOYEE]).get(rule_url(world, card.id)).content.decode()
    for fact in card.facts:
        assert f'name="fact-{fact.name}"' in html, fact.name


@pytest.mark.parametrize("card", explain.rule_cards(), ids=lambda card: card.id)
def test_empty_form_is_answered_with_what_it_depends_on(card: explain.RuleCard, world: World, browser: Browser) -> None:
    _address, html = ask(browser(world.users[Role.LEAD]), world, card.id, {"on": DAY})
    with world.open():
        check = Check.objects.get(rule=card.id, on=date(2026, 11, 3))
    assert check.outcome in {"unknown", "allowed", "allowed_with_conditions", "blocked"}
    assert (check.outcome == "unknown") == ("nicht entschieden" in html.split("verdict-answer")[1][:400])


def test_answer_comes_with_provision_facts_and_way_out(world: World, browser: Browser) -> None:
    _address, html = ask(browser(world.users[Role.LEAD]), world, "de/working_time/day", TOO_LONG)
    assert "nicht zulässig" in html or "nicht erlaubt" in html
    assert "§ 3 ArbZG" in html
    assert "Das ist keine Rechtsberatung" in html
    assert "Wie viele Stunden wird an dem Tag gearbeitet" in html, "the facts it stands on"


def test_same_question_is_stored_once(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.LEAD])
    first, _html = ask(client, world, "de/working_time/day", TOO_LONG)
    second, _html = ask(client, world, "de/working_time/day", TOO_LONG)
    assert first == second


def test_wrong_input_stays_in_the_form(world: World, browser: Browser) -> None:
    response = browser(world.users[Role.LEAD]).post(
        rule_url(world, "de/working_time/day"), sent({"on": "gestern", "hours": "viele"})
    )
    assert response.status_code == 422
    assert "Bitte eine Zahl eingeben" in response.content.decode()


def test_asking_again_starts_from_the_stored_facts(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.LEAD])
    address, _html = ask(client, world, "de/working_time/day", TOO_LONG)
    again = client.get(f"{address}again/?fact=rest_rule")
    assert again["Location"].endswith("#id_fact-rest_rule")
    html = client.get(again["Location"]).content.decode()
    assert 'name="fact-hours" value="11"' in html
    assert f'value="{DAY}"' in html


def _conditional(world: World, client: Client) -> tuple[str, Check]:
    facts = {"on": DAY, "agreed_before": "true", "client_is_business": "true", "objected": "false"}
    address, _html = ask(client, world, "de/invoice/self_billing", facts)
    with world.open():
        check = Check.objects.filter(rule="de/invoice/self_billing").latest("created_at")
    assert check.verdict["conditions"]
    return address, check


def test_condition_becomes_a_deadline_of_the_firm(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.HR])
    address, check = _conditional(world, client)
    assert client.post(f"{address}plan/", {"condition": "0"}).status_code == 302
    assert client.post(f"{address}plan/", {"condition": "0"}).status_code == 302
    with world.open():
        condition = Condition.objects.get(check_ref=check)
        firm = FirmProfile.objects.get()
        assert (condition.subject_type, condition.subject_id) == ("org.firmprofile", firm.pk)
        deadline = Deadline.objects.get(code=condition.code, subject_id=firm.pk)
        assert deadline.due == condition.due
        assert deadline.basis.startswith("§")


@pytest.mark.parametrize("given", [{"condition": "99"}, {"condition": "x"}, {}, {"duty": "0"}])
def test_condition_that_is_not_there_is_refused(given: dict[str, str], world: World, browser: Browser) -> None:
    client = browser(world.users[Role.HR])
    address, _check = _conditional(world, client)
    assert client.post(f"{address}plan/", given).status_code == 422
    with world.open():
        assert not Condition.objects.filter(subject_type="org.firmprofile").exists()


def test_lead_sees_no_button_that_would_refuse(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.LEAD])
    address, _check = _conditional(world, client)
    assert "Einplanen" not in client.get(address).content.decode()
    assert client.post(f"{address}plan/", {"condition": "0"}).status_code == 403


def test_check_of_somebody_else_is_hidden_from_employees(world: World, browser: Browser) -> None:
    address, _html = ask(browser(world.users[Role.LEAD]), world, "de/working_time/day", TOO_LONG)
    employee = browser(world.users[Role.EMPLOYEE])
    assert employee.get(address).status_code == 404
    own, html = ask(employee, world, "de/working_time/day", TOO_LONG | {"hours": "9"})
    assert own != address
    assert "§ 3 ArbZG" in html
    assert own in employee.get(reverse("law", kwargs={"firm": world.org.slug})).content.decode()


def test_unknown_rule_is_missing(world: World, browser: Browser) -> None:
    assert browser(world.users[Role.LEAD]).get(rule_url(world, "de/nix/regel")).status_code == 404


def test_changes_can_be_narrowed_to_a_period(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.EMPLOYEE])
    url = reverse("law_changes", kwargs={"firm": world.org.slug})
    rows = explain.changes_between(date(2025, 12, 31), date(2026, 2, 1))
    assert rows, "the packs know of changes at the turn of the year"
    html = client.get(f"{url}?start=2026-01-01&end=2026-02-01").content.decode()
    inside = [row for row in rows if row.day < date(2026, 2, 1)]
    assert f"{len(inside)} Einträge" in html


def test_changes_say_whom_they_touch(world: World, browser: Browser) -> None:
    from tests.web.test_law_subject import person

    low = {"monthly_pay": "2420", "weekly_hours": "40", "hours_in_month": "174", "exempt": "none"}
    with world.open():
        low_paid, unpaid = person(world, **low), person(world)
    url = f"{reverse('law_changes', kwargs={'firm': world.org.slug})}?after=2026-12-31&until=2027-12-31"
    html = browser(world.users[Role.HR]).get(url).content.decode()
    day = html.split("01.01.2027</time></h3>")[1].split("</section>")[0]
    decided, rest = day.split("</ul>", 1)
    assert low_paid.name in decided
    assert "13,90 Euro in der Stunde → 14,60 Euro in der Stunde" in decided
    assert unpaid.name in rest, "of whom the pay is not known"
    blind = browser(world.users[Role.EMPLOYEE]).get(url).content.decode()
    assert low_paid.name not in blind


def test_period_the_wrong_way_round_is_named(world: World, browser: Browser) -> None:
    url = f"{reverse('law_changes', kwargs={'firm': world.org.slug})}?after=2027-12-31&until=2026-12-31"
    assert "Später als der erste Tag" in browser(world.users[Role.HR]).get(url).content.decode()


def test_changes_need_few_queries(
    world: World, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.web.test_law_subject import person

    client = browser(world.users[Role.HR])
    url = f"{reverse('law_changes', kwargs={'firm': world.org.slug})}?after=2026-12-31&until=2027-12-31"
    with world.open():
        for _each in range(4):
            person(world)
    with django_assert_max_num_queries(21):
        client.get(url)


def test_old_check_shows_what_today_would_say(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.LEAD])
    facts = {"on": "2024-03-01", "monthly_pay": "2250", "weekly_hours": "40", "hours_in_month": "174", "exempt": "none"}
    address, html = ask(client, world, "de/terms/minimum_wage", facts)
    assert "Für heute führen dieselben Angaben zu einer anderen Antwort" in html
    with world.open():
        assert Check.objects.filter(rule="de/terms/minimum_wage").count() == 1, "looking stores nothing"
    renewed = client.post(f"{address}renew/", {"day": "today"})
    assert renewed["Location"] != address
    assert "geben dieselbe Antwort" in client.get(renewed["Location"]).content.decode()


def test_verdict_opens_its_provisions_and_values(world: World, browser: Browser) -> None:
    _address, html = ask(browser(world.users[Role.LEAD]), world, "de/working_time/day", TOO_LONG)
    shown = html.split('<article class="verdict')[1].split("</article>")[0]
    assert "<summary>§ 3 ArbZG</summary>" in shown
    assert "Amtlicher Text" in shown
    assert "in Kraft" in shown
    assert "keine Rechtsberatung" in shown
    wording = re.search(r'href="([^"]+/arbzg_3/)"', shown)[1]
    client = browser(world.users[Role.LEAD])
    page, inside = client.get(wording), client.get(wording, headers={"HX-Request": "true"})
    for answered in (page.content.decode(), inside.content.decode()):
        assert "darf acht Stunden nicht überschreiten" in answered
        assert "Stand: Zuletzt geändert durch Art. 52 G v. 23.10.2024" in answered
        assert "Keine amtliche Fassung" in answered
    assert "<html" in page.content.decode()
    assert "<html" not in inside.content.decode()
    assert client.get(wording.replace("arbzg_3", "arbzg_999")).status_code == 404


def test_old_answer_offers_no_wording_that_is_gone(world: World) -> None:
    from django.template import Context, Template
    from django.test import RequestFactory

    answer = explain.answer(Question.of("de/working_time/rest", date(2026, 11, 2), {"rest_hours": "8"}))
    gone = replace(answer, citations=tuple(replace(each, id=f"{each.id}_gone") for each in answer.citations))
    request = RequestFactory().get("/")
    request.actor = world.director  # type: ignore[attr-defined]
    for verdict, offered in ((answer, True), (gone, False)):
        context = Context({"verdict": verdict, "request": request, "firm": world.org})
        html = Template("{% load werkfluss %}{% verdict verdict %}").render(context)
        assert ("/law/provisions/" in html) is offered


def test_routes_stand_as_parts_of_the_verdict(world: World, browser: Browser) -> None:
    facts = {"on": DAY, "citizenship": "IN", "salary": "54000", "qualification": "academic"}
    _address, html = ask(browser(world.users[Role.LEAD]), world, "de/residence/routes", facts)
    assert "Im Einzelnen" in html
    assert "Blaue Karte EU" in html
    assert "Dauert gewöhnlich" in html


def test_packs_say_where_they_come_from(world: World, browser: Browser) -> None:
    html = browser(world.users[Role.HR]).get(reverse("law_packs", kwargs={"firm": world.org.slug})).content.decode()
    assert "Alle Pakete kamen mit dem Programm" in html
    assert "abgerufen" in html


def test_packs_say_when_they_are_reviewed(world: World, browser: Browser) -> None:
    html = (
        browser(world.users[Role.AUDITOR]).get(reverse("law_packs", kwargs={"firm": world.org.slug})).content.decode()
    )
    for pack in explain.packs():
        assert pack.id in html
        assert f"{pack.next_review:%d.%m.%Y}" in html
    assert "keine Rechtsberatung" in html


def test_facts_are_asked_in_the_language_of_the_page(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.LEAD])
    address, german = ask(client, world, "de/working_time/day", TOO_LONG)
    client.post(reverse("set_language"), {"language": "en"})
    english = client.get(address).content.decode()
    question = next(fact.question for fact in explain.rule_card("de/working_time/day").facts if fact.name == "hours")
    assert question.de in german
    assert question.en in english
    assert question.de not in english


def test_change_that_lies_ahead_is_not_in_force(world: World, browser: Browser) -> None:
    from werkfluss.web.pages.law_changes import status_word

    ahead = [row for row in explain.changes_between(TODAY, date(2100, 1, 1)) if row.status == "in_force"]
    past = [row for row in explain.changes_between(date(1990, 1, 1), TODAY) if row.status == "in_force"]
    assert {status_word(row) for row in ahead} <= {"beschlossen, noch nicht in Kraft"}
    assert {status_word(row) for row in past} == {"in Kraft"}


def test_form_offers_kosovo_and_says_what_a_number_can_be(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.HR])
    html = client.get(rule_url(world, "de/residence/western_balkans")).content.decode()
    assert '<option value="XK">Kosovo</option>' in html
    sent_facts = sent({"on": DAY, "residence": "FR", "employer_state": "DE", "telework_percent": "140"})
    refused = client.post(rule_url(world, "eu/a1/telework"), sent_facts)
    assert refused.status_code == 422
    assert "100" in refused.content.decode()
    beside = client.get(
        rule_url(world, "eu/a1/telework") + "&fact-telework_percent=140",
        headers={"hx-request": "true", "hx-target": "outcome"},
    )
    assert beside.status_code == 422
    assert "Ihre Werte lassen sich nicht übernehmen" in beside.content.decode()
    far = client.post(rule_url(world, "eu/a1/telework"), sent({"on": "0001-01-01"}))
    assert far.status_code == 422


def test_stored_check_shows_countries_and_days_in_words_and_what_was_taken_for_granted(
    world: World, browser: Browser
) -> None:
    client = browser(world.users[Role.HR])
    facts = {"on": DAY, "insured_in": "DE", "work_country": "AT", "case_type": "posting", "posting_months": "3"}
    _address, html = ask(client, world, "eu/a1/work_abroad", facts)
    assert "Österreich" in html
    assert "angenommen: das Land der Person" in html
    _address, html = ask(client, world, "de/aueg/duration", {"on": DAY, "leasing_since": "2026-01-15"})
    assert "15.01.2026" in html
    assert (
        "Höchstdauer einer Überlassung" in client.get(reverse("law", kwargs={"firm": world.org.slug})).content.decode()
    )
