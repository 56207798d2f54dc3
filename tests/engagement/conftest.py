"""An external with all that an order and an invoice need.

To make one takes more than most tests do with it. So the firm with its director and the one external stand in a
database of their own, and the tests that ask for ``external`` run there; what they do is rolled back as everywhere.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import database
from tests.conftest import ROOT, found_firm, member_of_firm, worker
from tests.connecting import connected_to, forget

if TYPE_CHECKING:
    from tests.database import Database
    from werkfluss.engagement.models import Delivery, Order
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.workforce.models import Resource


_KEY = database.key_of(Path(__file__), ROOT / "tests" / "conftest.py")


@pytest.fixture
def lead(firm: Organisation, member_of: Callable[..., Actor], in_firm: Actor) -> Actor:
    from werkfluss.org.roles import Role

    return member_of(firm, Role.LEAD)


def all_indicators(**answers: bool) -> dict[str, bool]:
    """Every indicator of a status assessment, answered so that the person is genuinely free."""
    from werkfluss.law.packs.de.status.indicators import INDICATORS

    return {item.name: item.weight < 0 for item in INDICATORS} | answers


def record_all(resource: Resource, facts: dict[str, Any], by: Actor) -> None:
    from werkfluss.compliance.domain.facts import record_fact

    for name, value in facts.items():
        record_fact(resource, name=name, value=value, source="Rahmenvertrag", valid_from=date(2026, 1, 1), by=by)


def make_one(
    name: str = "Marlene Fuchs",
    *,
    small_business: bool = True,
    by: Actor,
    facts: dict[str, Any] | None = None,
    **more: Any,
) -> Resource:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name=name, cents_per_hour=6200, by=by)
    address = f"{name.rsplit(maxsplit=1)[-1].lower()}@redaktion.example"
    person = resources.add_resource(
        kind=more.pop("kind", Kind.FREELANCER), name=name, rate=rate, email=address, by=by, **more
    )
    known: dict[str, Any] = {
        **all_indicators(),
        "already_running": False,
        "small_business": small_business,
        "iban": "DE80123456780000081511",
        "address": {"street": "Am Grün 17", "postcode": "35037", "city": "Marburg", "country": person.country},
        **({"tax_number": "031 827 08156"} if small_business else {"vat_id": "DE974125835"}),
        **(facts or {}),
    }
    record_all(person, known, by)
    return person


@pytest.fixture
def make_external(in_firm: Actor) -> Callable[..., Resource]:
    """``make_external("Marlene Fuchs")``: a freelancer with facts, address and a rate."""

    def make(name: str = "Marlene Fuchs", **more: Any) -> Resource:
        return make_one(name, **more, by=in_firm)

    return make


@pytest.fixture(scope="session")
def prepared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, bytes]]:
    """Address of the database in which the external stands, and the firm, its director and the external's key."""

    def fill(copy: Database) -> bytes:
        with django_db_blocker.unblock(), connected_to(copy.app):
            kept = pickle.dumps(_prepare())
        forget(copy.app)
        return kept

    copy, kept = database.make_filled(f"{worker()}_external", _KEY, fill)
    yield copy.app, kept
    forget(copy.app)
    database.drop(copy)


def _prepare() -> tuple[Organisation, Actor, Any]:
    from werkfluss.engagement.domain import orders
    from werkfluss.org import tenancy
    from werkfluss.org.roles import Role
    from werkfluss.work.domain import definitions

    firm = found_firm("muster", "Muster Maschinenbau GmbH")
    director = member_of_firm(firm, Role.MANAGING_DIRECTOR)
    with tenancy.acting(firm.pk, director):
        external = make_one(by=director)
        definitions.definition_of(orders.PROCESS, by=director)
    return firm, director, external.pk


@pytest.fixture(autouse=True)
def there(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """What is prepared, for a test that asks for the external; None for the others."""
    if "external" not in request.fixturenames or "committed_db" in request.fixturenames:
        yield None
        return
    # The mark opens a transaction before this runs, on the other database, and nothing would be rolled back here.
    assert request.node.get_closest_marker("django_db") is None, "no mark django_db beside the external"
    address, kept = request.getfixturevalue("prepared")
    with connected_to(address):
        yield pickle.loads(kept)


@pytest.fixture
def firm(there: Any, _any_db: None) -> Organisation:
    firm: Organisation = there[0] if there else found_firm("muster", "Muster Maschinenbau GmbH")
    return firm


@pytest.fixture
def director(there: Any, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    from werkfluss.org.roles import Role

    director: Actor = there[1] if there else member_of(firm, Role.MANAGING_DIRECTOR)
    return director


@pytest.fixture
def external(there: Any, in_firm: Actor) -> Resource:
    from werkfluss.workforce.models import Resource

    return Resource.objects.get(pk=there[2]) if there else make_one(by=in_firm)


@pytest.fixture
def firm_bills(firm: Organisation, in_firm: Actor) -> None:
    """The firm has the tax data that invoices need."""
    from werkfluss.org.domain import firms
    from werkfluss.org.models import FirmProfile

    firms.change_profile(FirmProfile.objects.get(), changes={"vat_id": "DE987654328"}, by=in_firm)


@pytest.fixture
def draft_for(in_firm: Actor, firm_bills: None) -> Callable[..., Order]:
    """``draft_for(person, price_cents=1000)``: an order that nobody has seen yet, by today, with one criterion."""
    from werkfluss.engagement.domain import orders
    from werkfluss.kernel import clock

    def make(person: Resource, **terms: Any) -> Order:
        plain: dict[str, Any] = {
            "title": "Schaltplan zeichnen",
            "brief": "Ein Blatt.",
            "criteria": ["Blatt liegt vor"],
            "price_cents": 1000,
            "first_day": clock.today(),
            "last_day": clock.today(),
        }
        return orders.draft_order(person, **(plain | terms), by=in_firm)

    return make


@pytest.fixture
def draft(external: Resource, draft_for: Callable[..., Order]) -> Order:
    from werkfluss.kernel import clock

    today = clock.today()
    return draft_for(
        external,
        title="Betriebsanleitung überarbeiten",
        brief="86 Seiten auf den Stand von 2026 bringen.",
        criteria=["Alle Baugruppen beschrieben", "Quelldatei öffnet"],
        price_cents=240_000,
        first_day=today + timedelta(days=8),
        last_day=today + timedelta(days=26),
        data_class="confidential",
        payment_days=7,
    )


@pytest.fixture
def deliver_for(as_external: Callable[[Resource], Actor], in_firm: Actor) -> Callable[..., Delivery]:
    """``deliver_for(order)``: offered, accepted by the external and delivered."""
    from werkfluss.engagement.domain import deliveries, offers, orders

    def make(order: Order) -> Delivery:
        offer = orders.send_offer(order, by=in_firm)
        person = as_external(order.resource)
        offers.accept_offer(offer, by=person)
        return deliveries.deliver_order(order, text="Fertig", by=person)

    return make


@pytest.fixture
def as_external() -> Callable[[Resource], Actor]:
    """The external as an actor, with the rights the invitation gave."""
    from werkfluss.org.domain import firms

    def make(resource: Resource) -> Actor:
        resource.refresh_from_db()
        assert resource.user is not None
        assert resource.org_id is not None
        return firms.user_actor(resource.org_id, resource.user)

    return make


@pytest.fixture
def sent(draft: Order, in_firm: Actor) -> Order:
    from werkfluss.engagement.domain import orders

    orders.send_offer(draft, by=in_firm)
    draft.refresh_from_db()
    return draft
