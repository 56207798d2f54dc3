"""The law at an order: what the form tells it, what the page shows of it, who sees the papers for counsel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.engagement.conftest import all_indicators, record_all
from tests.engagement.test_orders_law import AMBER
from tests.web.world import World
from werkfluss.kernel import clock
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order
    from werkfluss.workforce.models import Resource

Browser = Callable[[User | None], Client]


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def person_of(world: World, facts: dict[str, Any], **declared: Any) -> Resource:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    with world.open() as by:
        rate = resources.set_rate(name="Satz", cents_per_hour=8000, by=by)
        user = world.users[Role.FREELANCER]
        told = {"name": "Rita Rahm", "rate": rate, "email": "rita@rahm.example", "user": user}
        person = resources.add_resource(kind=Kind.FREELANCER, by=by, **(told | declared))
        record_all(person, {**facts, "already_running": False}, by)
    return person


def url(world: World, name: str, order: Order | None = None) -> str:
    return reverse(name, kwargs={"firm": world.org.slug} | ({"pk": order.pk} if order else {}))


def drafted(world: World, client: Client, person: Resource, **more: str) -> Order:
    """Written with the form, as people do."""
    from werkfluss.engagement.models import Order

    terms = {
        "resource": str(person.pk),
        "title": "Steuerung prüfen",
        "brief": "Anlage 7",
        "criteria": "Protokoll liegt vor",
        "price_kind": "fixed",
        "price": "1.000,00",
        "first_day": clock.today().isoformat(),
        "last_day": (clock.today() + timedelta(days=20)).isoformat(),
        "data_class": "internal",
        "payment_days": "14",
        "self_billing": "on",
    }
    answer = client.post(url(world, "order_new"), terms | more)
    assert answer.status_code == 302, answer.content.decode()
    with world.open():
        return Order.objects.select_related("resource").order_by("-number")[0]


def test_form_tells_the_law_place_and_export_control(world: World, director: Client) -> None:
    from werkfluss.engagement.domain import orders

    order = drafted(world, director, person_of(world, all_indicators()), place_country="AT", export_controlled="false")
    with world.open():
        assert orders.stated_for_the_law(order) == {"place_country": "AT", "export_controlled": False}
    html = director.get(url(world, "order", order)).content.decode()
    assert "Wo gearbeitet wird" in html
    assert "Österreich" in html
    assert "weder Güter noch Technik sind gelistet" in html
    assert "eu/a1/work_abroad" in html


def test_edit_records_only_what_was_changed(world: World, director: Client) -> None:
    from werkfluss.compliance.domain.facts import facts_about

    order = drafted(world, director, person_of(world, all_indicators()), place_country="AT")
    page = director.get(url(world, "order_edit", order))
    written = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    values = {name: "" if value is None else value for name, value in written.items()}
    values |= {"price": "1.200,00", "first_day": str(order.first_day), "last_day": str(order.last_day)}
    values |= {"version": str(order.version), "export_controlled": "true"}
    assert director.post(url(world, "order_edit", order), values).status_code == 302
    with world.open():
        found = {(fact.name, fact.value) for fact in facts_about(order)}
    assert found == {("place_country", "AT"), ("export_controlled", True)}


def test_page_shows_what_else_applies(world: World, director: Client) -> None:
    order = drafted(world, director, person_of(world, all_indicators(), country="CH"))
    html = director.get(url(world, "order", order)).content.decode()
    assert "Was außerdem gilt" in html
    for rule in ("de/invoice/reverse_charge", "de/status/withholding", "de/status/artists_levy"):
        assert rule in html, rule
    assert "190,00\xa0€" in html or "190,00 €" in html, "19 percent of 1,000 to be declared"
    assert f'href="{reverse("law_of", kwargs={"firm": world.org.slug, "kind": "order", "pk": order.pk})}"' in html


def test_amber_check_is_announced_before_the_offer(world: World, director: Client) -> None:
    warned = drafted(world, director, person_of(world, AMBER))
    assert "übergeht eine Warnung" in director.get(url(world, "order", warned)).content.decode()


def test_green_check_announces_nothing(world: World, director: Client) -> None:
    fine = drafted(world, director, person_of(world, all_indicators()))
    assert "übergeht eine Warnung" not in director.get(url(world, "order", fine)).content.decode()


def test_papers_for_counsel_are_for_the_firm_alone(world: World, director: Client, browser: Browser) -> None:
    from werkfluss.engagement.domain import counsel, orders

    order = drafted(world, director, person_of(world, all_indicators()))
    assert director.post(url(world, "order_counsel", order)).status_code == 302
    with world.open():
        files = counsel.counsel_files(order)
    assert {file.filename.rsplit(".")[-1] for file in files} == {"pdf", "json"}
    html = director.get(url(world, "order", order)).content.decode()
    for file in files:
        assert file.filename in html
        opened = director.get(
            reverse("order_file", kwargs={"firm": world.org.slug, "pk": order.pk, "document": file.pk})
        )
        assert opened.status_code == 200
    with world.open() as by:
        orders.send_offer(order, by=by)
    external = browser(world.users[Role.FREELANCER])
    theirs = external.get(url(world, "my_order", order))
    assert theirs.status_code == 200
    for file in files:
        assert file.filename not in theirs.content.decode()
        place = {"firm": world.org.slug, "pk": order.pk, "document": file.pk}
        assert external.get(reverse("my_order_file", kwargs=place)).status_code == 404


def test_dossier_of_an_order_shows_the_checks_behind_its_offer(world: World, director: Client) -> None:
    from werkfluss.engagement.dossier import _order

    order = drafted(world, director, person_of(world, all_indicators()))
    answer_by = (clock.today() + timedelta(days=5)).isoformat()
    assert director.post(url(world, "order_send", order), {"answer_by": answer_by}).status_code == 302
    with world.open():
        part = _order(order.pk)
    assert part is not None
    assert [section for section in part.sections if "Rechtsprüfung" in section.title.de]
