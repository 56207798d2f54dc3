"""The order form: prices, clauses, what each does to the status, and what an external counters with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.engagement.conftest import all_indicators
from tests.web.test_orders_law import drafted, person_of, url
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order

Browser = Callable[[User | None], Client]
FIXED = {"clause_hours": "fixed", "clause_place": "free", "clause_team": "none"}


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def priced(world: World, client: Client, **terms: str) -> Order:
    return drafted(world, client, person_of(world, all_indicators()), **terms)


def test_clause_shows_its_effect_while_it_is_written(world: World, director: Client) -> None:
    from werkfluss.compliance.models import Check

    person = person_of(world, {})
    with world.open():
        before = Check.objects.count()
    answer = director.post(url(world, "order_effects"), {"resource": str(person.pk), "price_kind": "fixed", **FIXED})
    html = answer.content.decode()
    assert "Erhöht das Merkmal „Weisung“." in html
    assert "Wann gearbeitet wird, bestimmt die externe Seite." in html
    assert 'id="effects"' in html
    with world.open():
        assert Check.objects.count() == before


def test_effects_without_script_are_part_of_the_page(world: World, director: Client) -> None:
    person = person_of(world, {})
    page = director.get(url(world, "order_new") + f"?resource={person.pk}")
    assert "Was die Klauseln am Status ändern" in page.content.decode()
    looked = director.post(url(world, "order_new"), {"resource": str(person.pk), "act": "look", **FIXED})
    assert looked.status_code == 200
    assert "Erhöht das Merkmal „Weisung“." in looked.content.decode()


def test_milestones_are_written_one_per_line(world: World, director: Client) -> None:
    order = priced(
        world,
        director,
        price_kind="milestones",
        price="",
        milestones="Entwurf; 1.500,00\nFassung; 2.100,50; 2027-01-31\n",
    )
    assert order.price_cents == 360_050
    assert order.price["milestones"][1] == {"title": "Fassung", "cents": 210_050, "due": "2027-01-31"}
    html = director.get(url(world, "order", order)).content.decode()
    assert "2 Meilensteine, zusammen 3.600,50 EUR" in html


def test_unit_price_and_currency(world: World, director: Client) -> None:
    more = {"price": "2.500,00", "quantity": "86", "unit": "Seiten", "unit_price": "28,00", "currency": "CHF"}
    order = priced(world, director, price_kind="unit", **more)
    assert (order.currency, order.price_cents, order.price["unit_cents"]) == ("CHF", 250_000, 2_800)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_kind": "milestones", "milestones": "Entwurf 1.500,00"},
        {"price_kind": "milestones", "milestones": ""},
        {"price_kind": "unit", "price": "10,00", "quantity": "100", "unit": "Seiten", "unit_price": "28,00"},
        {"price_kind": "unit", "price": "10,00"},
        {"price_kind": "daily", "price": "100,00", "rate": "900,00"},
        {"price_kind": "fixed", "price": ""},
        {"clause_hours": "nachts"},
    ],
)
def test_form_says_what_is_wrong(world: World, director: Client, wrong: dict[str, str]) -> None:
    from django.utils import timezone

    today = timezone.localdate().isoformat()
    terms: dict[str, Any] = {
        "resource": str(person_of(world, {}).pk),
        "title": "Steuerung prüfen",
        "brief": "Anlage 7",
        "criteria": "Protokoll liegt vor",
        "price_kind": "fixed",
        "price": "1.000,00",
        "first_day": today,
        "last_day": today,
        "data_class": "internal",
        "payment_days": "14",
    }
    answer = director.post(url(world, "order_new"), terms | wrong)
    assert answer.status_code == 422
    assert 'class="form-errors"' in answer.content.decode()


def test_change_of_an_agreed_order_is_a_version_in_words(world: World, director: Client, browser: Browser) -> None:
    order = priced(world, director, clause_substitution="allowed")
    with world.open() as by:
        from werkfluss.engagement.domain import orders

        orders.send_offer(order, by=by)
    external = browser(world.users[Role.FREELANCER])
    external.post(url(world, "my_order_accept", order), {"revision": "1"})
    page = director.get(url(world, "order_edit", order))
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    sent = {name: "" if value is None else value for name, value in values.items()}
    sent |= {"price": "1.200,00", "clause_substitution": "notice"}
    answer = director.post(url(world, "order_edit", order), sent)
    assert answer.status_code == 302, answer.content.decode()
    shown = external.get(url(world, "my_order", order)).content.decode()
    assert "Was sich ändern würde" in shown
    assert "<del>Festpreis 1.000,00 EUR</del> → <ins>Festpreis 1.200,00 EUR</ins>" in shown
    external.post(url(world, "my_order_accept", order), {"revision": "2"})
    with world.open():
        from werkfluss.engagement.domain.terms import versions_of

        order.refresh_from_db()
        assert [one.number for one in versions_of(order)] == [1, 2]
        assert order.clauses["substitution"] == "notice"
    assert "Vereinbarte Fassungen" in director.get(url(world, "order", order)).content.decode()


def test_external_counters_with_clauses(world: World, director: Client, browser: Browser) -> None:
    order = priced(world, director, clause_substitution="approval", clause_rights="exclusive")
    with world.open() as by:
        from werkfluss.engagement.domain import orders

        orders.send_offer(order, by=by)
    external = browser(world.users[Role.FREELANCER])
    page = external.get(url(world, "my_order_counter", order))
    values = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    sent = {name: "" if value is None else value for name, value in values.items()}
    sent |= {"clause_substitution": "allowed", "clause_more": "Quellen bleiben bei mir.", "note": "So gern."}
    answer = external.post(url(world, "my_order_counter", order), sent)
    assert answer.status_code == 302, answer.content.decode()
    html = director.get(url(world, "order", order)).content.decode()
    assert "Quellen bleiben bei mir." in html
    assert "Vertretung nur mit Zustimmung der Firma." in html
