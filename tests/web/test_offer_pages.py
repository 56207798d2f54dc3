"""Answers to offers that come too late, links that are used up, several who are asked, and the pages of the status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.engagement.conftest import all_indicators, record_all
from tests.web.test_orders_law import drafted, person_of, url
from tests.web.world import World
from werkfluss.kernel import clock
from werkfluss.org.models import LoginLink, User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.engagement.models import Offer, Order

Browser = Callable[[User | None], Client]


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def external(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.FREELANCER])


@pytest.fixture
def offered(world: World, director: Client) -> Order:
    order = drafted(world, director, person_of(world, all_indicators()), clause_hours="free")
    with world.open() as by:
        from werkfluss.engagement.domain import orders

        orders.send_offer(order, by=by)
    return order


def offer_of(world: World, order: Order) -> Offer:
    from werkfluss.engagement.domain import orders

    with world.open():
        found = orders.latest_offer(order)
        assert found is not None
        return found


def answer(world: World, client: Client, order: Order, name: str = "my_order_accept", revision: str = "1") -> str:
    response = client.post(url(world, name, order), {"revision": revision})
    return f"{response.status_code} {response.content.decode()}"


def test_second_tab_reads_that_it_is_accepted(world: World, external: Client, offered: Order) -> None:
    assert answer(world, external, offered).startswith("302")
    second = answer(world, external, offered)
    assert second.startswith("409")
    assert "Nichts geschah doppelt." in second
    assert offer_of(world, offered).state == "accepted"


def test_answer_to_an_older_version_binds_nobody(world: World, external: Client, offered: Order) -> None:
    with world.open() as by:
        from werkfluss.engagement.domain import orders

        orders.send_offer(offered, changes={"price_cents": 50_000}, by=by)
    stale = answer(world, external, offered, revision="1")
    assert stale.startswith("409")
    assert "Bitte lesen Sie es noch einmal" in stale
    assert "Festpreis 500,00 EUR" in stale
    assert offer_of(world, offered).state == "sent"


@pytest.mark.parametrize("name", ["my_order_accept", "my_order_decline"])
def test_answer_after_withdrawal_says_so(world: World, external: Client, offered: Order, name: str) -> None:
    with world.open() as by:
        from werkfluss.engagement.domain import orders

        orders.cancel_order(offered, reason="Bedarf entfallen", by=by)
    assert "hat das Angebot zurückgezogen" in answer(world, external, offered, name)


def test_answer_after_its_time_says_so(world: World, external: Client, offered: Order) -> None:
    with world.open():
        offer_of(world, offered).edit(answer_by=clock.now() - timedelta(minutes=1))
    assert "Die Frist für die Antwort ist vorbei." in answer(world, external, offered)


def test_several_are_asked_and_one_has_it(world: World, director: Client, external: Client) -> None:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind, Resource

    order = drafted(world, director, person_of(world, all_indicators()), clause_hours="free")
    with world.open() as by:
        rate = resources.set_rate(name="Satz zwei", cents_per_hour=8000, by=by)
        other = resources.add_resource(
            kind=Kind.FREELANCER, name="Ottilie Anders", rate=rate, email="anders@rahm.example", by=by
        )
        record_all(other, all_indicators() | {"already_running": False}, by)
    day = (clock.today() + timedelta(days=5)).isoformat()
    sent = director.post(
        url(world, "order_send", order), {"answer_by": day, "others": [str(other.pk)], "mode": "first"}, follow=True
    )
    html = sent.content.decode()
    assert "Ottilie Anders" in html
    assert "wer zuerst annimmt, hat ihn" in html
    mine = external.get(url(world, "my_order", order)).content.decode()
    assert "Ottilie" not in mine
    assert answer(world, external, order).startswith("302")
    with world.open():
        assert Resource.objects.get(pk=other.pk).orders.get().state == "cancelled"
    letter = [one for one in mail.outbox if "anders@rahm.example" in one.to][-1]
    assert "Vergeben" in letter.subject


def test_used_link_sends_a_new_one_to_its_person_only(world: World, browser: Browser) -> None:
    from werkfluss.engagement.domain import links

    with world.open() as by:
        target = reverse("my_orders", kwargs={"firm": world.org.slug})
        _link, token = links.issue_link(world.users[Role.FREELANCER], target=target, by=by)
    address = reverse("link", kwargs={"org": world.org.slug, "token": token})
    visitor = Client(HTTP_HOST="localhost")
    assert visitor.post(address).status_code == 302
    stranger = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="de")
    page = stranger.get(address)
    assert page.status_code == 404
    assert "Er wurde schon benutzt" in page.content.decode()
    assert world.users[Role.FREELANCER].name not in page.content.decode()
    mail.outbox.clear()
    again = stranger.post(address, {"again": "yes"})
    assert "Ein neuer Link ist unterwegs" in again.content.decode()
    assert [letter.to for letter in mail.outbox] == [[world.users[Role.FREELANCER].email]]
    assert stranger.session.get("_auth_user_id") is None
    with world.open():
        assert LoginLink.objects.filter(used_at=None, target=target).exists()


def test_expired_link_says_so_and_an_invented_one_does_not(world: World) -> None:
    from werkfluss.engagement.domain import links

    with world.open() as by:
        target = reverse("my_orders", kwargs={"firm": world.org.slug})
        past = clock.now() - timedelta(days=1)
        _link, token = links.issue_link(world.users[Role.FREELANCER], target=target, expires_at=past, by=by)
    visitor = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="de")
    expired = visitor.get(reverse("link", kwargs={"org": world.org.slug, "token": token})).content.decode()
    assert "Seine Zeit ist abgelaufen." in expired
    assert "Neuen Link zuschicken" in expired
    invented = visitor.get(reverse("link", kwargs={"org": world.org.slug, "token": "erfunden"})).content.decode()
    assert "Neuen Link zuschicken" not in invented


def test_link_of_somebody_else_says_whose_window_it_becomes(world: World, director: Client) -> None:
    from werkfluss.engagement.domain import links

    with world.open() as by:
        target = reverse("my_orders", kwargs={"firm": world.org.slug})
        _link, token = links.issue_link(world.users[Role.FREELANCER], target=target, by=by)
    page = director.get(reverse("link", kwargs={"org": world.org.slug, "token": token})).content.decode()
    assert "als jemand anderes angemeldet" in page


def test_external_declares_and_both_sides_see_it(
    world: World, director: Client, external: Client, offered: Order
) -> None:
    answer(world, external, offered)
    page = external.get(url(world, "my_order_status", offered)).content.decode()
    assert "Bestimmt der Auftraggeber, wann Sie arbeiten?" in page
    assert "Einnahmen ausmacht" in page
    told = external.post(url(world, "my_order_status", offered), {"several_clients": "yes", "note": ""})
    assert told.status_code == 302
    assert "Sie sagen: ja" in external.get(url(world, "my_order_status", offered)).content.decode()
    firm = director.get(url(world, "order_status", offered)).content.decode()
    assert "Die externe Seite erklärt: ja" in firm
    assert "Statusverfahren (§ 7a SGB IV)" in firm


def test_firm_records_how_it_runs(world: World, director: Client, external: Client, offered: Order) -> None:
    answer(world, external, offered)
    entry = {"name": "client_sets_hours", "value": "yes", "since": clock.today().isoformat(), "source": "Mail vom 3.3."}
    done = director.post(url(world, "order_status_record", offered), entry, follow=True).content.decode()
    assert "Mail vom 3.3." in done
    assert "hat sich am" in done
    refused = director.post(url(world, "order_status_record", offered), entry | {"source": ""})
    assert refused.status_code == 422
