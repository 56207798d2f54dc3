"""Objecting on the pages: the freelancer objects, the firm sees it where it works, and answers in one of two ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.web.samples.objections import billed, objected
from tests.web.world import World
from werkfluss.engagement.models import Objection, SelfBilledInvoice
from werkfluss.org.models import User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]


@pytest.fixture
def freelancer(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.FREELANCER])


@pytest.fixture
def lead(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.LEAD])


def url(name: str, world: World, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def test_freelancer_objects_and_both_sides_see_it(world: World, freelancer: Client, lead: Client) -> None:
    with world.open():
        invoice = billed(world)
    page = url("my_order", world, pk=invoice.order_id)
    assert "Widersprechen" in freelancer.get(page).content.decode()
    act = url("my_order_object", world, pk=invoice.order_id)
    assert freelancer.post(act, {"reason": " "}).status_code == 422
    assert freelancer.post(act, {"reason": "Der Betrag stimmt nicht"}).headers["Location"] == page
    mine = freelancer.get(page).content.decode()
    assert "gilt nicht mehr als Rechnung" in mine
    assert act not in mine
    assert mail.outbox[-1].subject == f"Widerspruch gegen {invoice.number}"
    theirs = lead.get(url("order", world, pk=invoice.order_id)).content.decode()
    assert "Der Betrag stimmt nicht" in theirs
    assert url("order_correct", world, pk=invoice.order_id) in theirs
    for place in ("approvals", "start"):
        assert f"Widerspruch gegen {invoice.number}" in lead.get(url(place, world)).content.decode()
    assert freelancer.post(act, {"reason": "Noch einmal"}).status_code == 422


def test_correction_takes_its_place(world: World, freelancer: Client, lead: Client) -> None:
    with world.open():
        key = objected(world)["pk"]
        old = SelfBilledInvoice.objects.select_related("pdf").get(order_id=key)
    page = url("order_correct", world, pk=key)
    assert "1.000,00" in lead.get(page).content.decode()
    assert lead.post(page, {"net": "1.000,01", "note": ""}).status_code == 422
    assert lead.post(page, {"net": "900,00", "note": "Wie besprochen"}).status_code == 302
    with world.open():
        new = SelfBilledInvoice.objects.get(order_id=key)
    assert (new.net_cents, new.number != old.number) == (90_000, True)
    mine = freelancer.get(url("my_order", world, pk=key)).content.decode()
    assert f"an die Stelle von {old.number}" in mine
    assert "Widersprechen" in mine
    kept = url("my_order_file", world, pk=key, document=old.pdf_id)
    assert freelancer.get(kept).status_code == 200
    assert lead.get(url("order_file", world, pk=key, document=old.pdf_id)).status_code == 200
    assert lead.get(page).status_code == 404


def test_invoice_is_asked_for(world: World, freelancer: Client, lead: Client) -> None:
    with world.open():
        key = objected(world)["pk"]
    assert lead.post(url("order_ask_invoice", world, pk=key), {"note": "Bitte"}).status_code == 302
    with world.open():
        assert Objection.objects.get(invoice__order_id=key).answer == "invoice_asked"
    mine = freelancer.get(url("my_order", world, pk=key)).content.decode()
    assert "Bitte schicken Sie eine eigene Rechnung." in mine
    assert "Rechnung angefordert am" in lead.get(url("order", world, pk=key)).content.decode()
    assert lead.post(url("order_ask_invoice", world, pk=key)).status_code == 404


def test_order_of_somebody_else_cannot_be_objected_to(world: World, other_world: World, browser: Browser) -> None:
    with world.open():
        invoice = billed(world)
    act = url("my_order_object", world, pk=invoice.order_id)
    assert browser(world.users[Role.PROVIDER]).post(act, {"reason": "x"}).status_code == 404
    assert browser(other_world.users[Role.FREELANCER]).post(act, {"reason": "x"}).status_code == 404
    with world.open():
        assert not Objection.objects.filter(invoice=invoice).exists()
