"""The cost of an engagement: the check value, the fixed order, what is not known, the task it starts from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.compliance.models import Check
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]
ORDER = ["staff", "minijob", "midijob", "freelancer", "fractional", "partner", "agent"]
# Issue 3: 5,000 EUR a month in 2026, class I, childless, no church tax.
CHECKED = {
    "start": "2026-11-22",
    "effort": "40",
    "effort_unit": "week",
    "months": "6",
    "pay": "5000",
    "pay_unit": "month",
    "tax_class": "1",
    "church_tax": "none",
    "childless": "true",
    "additional_rate": "2,9",
    "absent_days": "29",
}


def ask(client: Client, world: World, values: dict[str, Any], **more: Any) -> str:
    response = client.get(reverse("engagement_cost", kwargs={"firm": world.org.slug}), values, **more)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def text_of(part: str) -> str:
    """What people read; any white space is one blank."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", part)))


def way(html: str, kind: str) -> str:
    """The text of one way in detail."""
    return text_of("<" + html.split(f'id="way-{kind}"')[1].split("</details>", maxsplit=1)[0])


def row(html: str, kind: str) -> str:
    part = next(one for one in html.split("<tr") if f'href="#way-{kind}"' in one)
    return text_of(part)


def bar(html: str, kind: str) -> str:
    """What stands beside the bar of a way."""
    return text_of("<" + html.split(f'id="bar-{kind}"')[1].split("</li>", maxsplit=1)[0])


@pytest.fixture
def lead(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.LEAD])


def test_check_value_stands_on_the_page(world: World, lead: Client) -> None:
    told = way(ask(lead, world, CHECKED), "staff")
    for words in (
        "Arbeitgeberanteil zur Sozialversicherung 1.057,50 €",
        "Entgelt und Beiträge, ohne Umlagen 6.057,50 €",
        "Sozialversicherung der Person 1.087,50 €",
        "Lohnsteuer 782,42 €",
        "Netto der Person im Monat 3.130,08 €",
        "Insolvenzgeldumlage 7,50 €",
        "Umlage U1 (Krankheit) nicht enthalten, weil nicht bekannt",
        "Umlage U2 (Mutterschaft) nicht enthalten, weil nicht bekannt",
        "Berufsgenossenschaft nicht enthalten, weil nicht bekannt",
        "Kosten im Monat 6.065,00 €",
    ):
        assert words in told, told


def test_levies_that_are_told_are_contained_and_stand_apart(world: World, lead: Client) -> None:
    told = way(ask(lead, world, CHECKED | {"u1_rate": "1,6", "u2_rate": "0,44", "accident_rate": "1,2"}), "staff")
    assert "Umlage U1 (Krankheit) 80,00 €" in told
    assert "Umlage U2 (Mutterschaft) 22,00 €" in told
    assert "Berufsgenossenschaft 60,00 €" in told
    assert "Kosten im Monat 6.227,00 €" in told
    assert "Entgelt und Beiträge, ohne Umlagen 6.057,50 €" in told


def test_english_page_says_the_same(world: World, lead: Client) -> None:
    lead.post(reverse("set_language"), {"language": "en"})
    told = way(ask(lead, world, CHECKED | {"additional_rate": "2.9"}), "staff")
    assert "Net for the person, a month €3,130.08" in told, told


@pytest.mark.parametrize("rate", ["1", "900"])
def test_ways_stand_in_one_order_whatever_they_cost(world: World, lead: Client, rate: str) -> None:
    html = ask(lead, world, CHECKED | {"freelancer_rate": rate, "partner_rate": rate, "fractional_rate": rate})
    assert re.findall(r'id="way-(\w+)"', html) == ORDER
    assert re.findall(r'href="#way-(\w+)"', html) == ORDER


def test_externals_cost_their_hours_and_leave_no_net(world: World, lead: Client) -> None:
    html = ask(lead, world, CHECKED | {"freelancer_rate": "90", "partner_rate": "110", "agent_price": "400"})
    assert "15.600,00 €" in row(html, "freelancer")
    assert "93.600,00 €" in bar(html, "freelancer"), "1,040 hours at 90"
    assert "Ein Honorar ist kein Netto" in way(html, "freelancer")
    assert "ihr Entgelt kennt die Firma nicht" in way(html, "partner")
    assert "Ein Agent ist keine Person" in way(html, "agent")
    assert "2.400,00 €" in bar(html, "agent")


def test_hire_is_compared_by_the_hours_really_worked(world: World, lead: Client) -> None:
    html = ask(lead, world, CHECKED)
    # 6,065.00 x 12 / (52 x 40 - 29 x 8) hours
    assert "39,38 €" in row(html, "staff")
    assert "40.955,20 €" in bar(html, "staff"), "39.38 for 1,040 hours"


def test_pay_decides_between_hire_band_and_minijob(world: World, lead: Client) -> None:
    html = ask(lead, world, CHECKED)
    assert "kein Minijob" in way(html, "minijob")
    assert "4,8 Stunden in der Woche" in way(html, "minijob")
    small = ask(lead, world, CHECKED | {"effort": "8", "pay": "600", "health": "statutory", "pension_exempt": "false"})
    assert "nicht zulässig" in row(small, "staff") or "nicht erlaubt" in row(small, "staff")
    assert "Bei diesem Entgelt gilt: Minijob" in way(small, "staff")
    assert "Netto der Person im Monat 578,40 €" in way(small, "minijob"), "3.6 percent of pension insurance"
    band = ask(lead, world, CHECKED | {"effort": "15", "pay": "1200"})
    assert "Bei diesem Entgelt gilt: Übergangsbereich" in way(band, "staff")
    assert "Arbeitgeberanteil zur Sozialversicherung 277,43 €" in way(band, "midijob")


def test_pay_below_the_minimum_wage_is_not_allowed(world: World, lead: Client) -> None:
    html = ask(lead, world, CHECKED | {"effort": "40", "pay": "2100"})
    assert "Unter dem Mindestlohn" in way(html, "staff")


def test_duties_name_provision_and_day(world: World, lead: Client) -> None:
    told = way(ask(lead, world, CHECKED), "staff")
    assert "Anmeldung zur Sozialversicherung" in told
    assert "§ 28a" in told
    assert "03.01.2027" in told, "six weeks after the start"
    assert "NachwG" in told


def test_works_council_makes_the_agent_wait(world: World, lead: Client) -> None:
    html = ask(lead, world, CHECKED | {"agent_price": "400", "works_council": "on"})
    assert "60 Kalendertage" in way(html, "agent")
    assert "Betriebsvereinbarung" in way(html, "agent")


def test_work_under_instruction_is_no_freelance_work(world: World, lead: Client) -> None:
    terms = {"freelancer_rate": "90", "partner_rate": "110", "instructed": "true", "integrated": "true"}
    html = ask(lead, world, CHECKED | terms)
    assert "Beschäftigung liegt nahe" in way(html, "freelancer")
    assert "Arbeitnehmerüberlassung" in way(html, "partner")
    assert "Hat der Partner eine Erlaubnis zur Überlassung?" in way(html, "partner")


def test_values_of_2027_are_a_second_reading_and_decide_nothing(world: World, lead: Client) -> None:
    now = ask(lead, world, CHECKED | {"pay": "7000"})
    assert "mit den Entwürfen für 2027" in way(now, "staff")
    assert "8.425,06 €" in row(now, "staff"), "ceilings of the draft"
    then = ask(lead, world, CHECKED | {"pay": "7000", "start": "2027-02-01", "health": "statutory"})
    assert "nicht entschieden" in row(then, "staff")
    assert "nicht sicher" in row(then, "staff")
    assert "8.425,06 €" in way(then, "staff")


def test_nothing_known_is_answered_with_what_is_missing(world: World, lead: Client) -> None:
    html = ask(lead, world, {"start": "2026-11-22"})
    for kind in ORDER:
        assert "nicht entschieden" in row(html, kind), kind
    assert "Bruttoentgelt" in way(html, "staff")
    assert "Honorar oder der Preis" in way(html, "freelancer")


def test_total_effort_is_spread_over_the_months(world: World, lead: Client) -> None:
    values = CHECKED | {"effort": "65", "effort_unit": "days", "months": "3", "freelancer_rate": "100"}
    assert "52.000,00 €" in bar(ask(lead, world, values), "freelancer"), "65 days of 8 hours at 100"


def test_recalculation_answers_with_the_ways_alone(world: World, lead: Client) -> None:
    live = {"hx-request": "true", "hx-target": "ways"}
    html = ask(lead, world, CHECKED, headers=live)
    assert html.lstrip().startswith('<div id="ways"')
    assert "6.057,50" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "2031-01-01"},
        {"start": "gestern"},
        {"pay": "viel"},
        {"pay": "-1"},
        {"effort": "900", "effort_unit": "hours", "months": "1"},
        {"effort": "1e400"},
        {"tax_class": "9"},
    ],
)
def test_entry_that_makes_no_sense_is_named(world: World, lead: Client, wrong: dict[str, str]) -> None:
    url = reverse("engagement_cost", kwargs={"firm": world.org.slug})
    response = lead.get(url, CHECKED | wrong)
    assert response.status_code == 422
    assert "form-errors" in response.content.decode()
    assert "Nicht berechnet" in response.content.decode()


def test_task_fills_in_effort_window_and_what_it_rules_out(world: World, lead: Client) -> None:
    from tests.web.samples.work import new_project, new_task

    with world.open():
        task = new_task(world, new_project(world))
        task.edit(effort_minutes=12 * 60, earliest_start=date(2027, 1, 4), deadline=date(2027, 2, 2), ai_allowed=False)
    page = lead.get(reverse("task", kwargs={"firm": world.org.slug, "pk": task.pk})).content.decode()
    link = f"{reverse('engagement_cost', kwargs={'firm': world.org.slug})}?task={task.pk}"
    assert link in page
    assert "Was kostet das?" in page
    html = lead.get(link).content.decode()
    assert task.title in html
    assert 'name="effort" value="12' in html
    assert 'value="2027-01-04"' in html
    assert "Für diese Aufgabe ist keine KI vorgesehen" in way(html, "agent")


def test_page_keeps_nothing(world: World, lead: Client) -> None:
    with world.open():
        before = Check.objects.count(), Entry.objects.count()
    ask(lead, world, CHECKED)
    with world.open():
        assert (Check.objects.count(), Entry.objects.count()) == before


def test_unknown_or_foreign_task_is_not_found(world: World, other_world: World, lead: Client) -> None:
    url = reverse("engagement_cost", kwargs={"firm": world.org.slug})
    for key in ("nichts", other_world.kwargs["task"]["pk"]):
        assert lead.get(url, {"task": key}).status_code == 404


def test_externals_may_not_open_it(world: World, browser: Browser) -> None:
    url = reverse("engagement_cost", kwargs={"firm": world.org.slug})
    assert browser(world.users[Role.FREELANCER]).get(url).status_code == 403
    assert browser(world.users[Role.EMPLOYEE]).get(url).status_code == 200
