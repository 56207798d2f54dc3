"""Two people decide the same thing at the same moment: one decision counts, the other is told so in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import connections

from werkfluss.compliance.domain.facts import record_fact
from werkfluss.engagement.domain import deliveries, externals, offers, orders, partners
from werkfluss.engagement.models import Acceptance, Delivery, Offer, Order, SelfBilledInvoice
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, WerkflussError
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

Acting = Callable[[Actor], AbstractContextManager[Actor]]


def _team(by: Actor) -> Resource:
    rate = resources.set_rate(name="Partner", cents_per_hour=7000, by=by)
    team = resources.add_resource(kind=Kind.PARTNER, name="Team Lodz", rate=rate, email="post@lodz.example", by=by)
    address = {"street": "Am Grün 17", "postcode": "35037", "city": "Marburg", "country": "DE"}
    known = {"client_instructs": False, "integrated": False, "licence": False, "small_business": False}
    known |= {"vat_id": "DE974125835", "iban": "DE80123456780000081511", "address": address}
    for name, value in known.items():
        record_fact(team, name=name, value=value, source="Vertrag", valid_from=date(2026, 1, 1), by=by)
    firms.change_profile(FirmProfile.objects.get(), changes={"vat_id": "DE987654328"}, by=by)
    return team


def _offer(team: Resource, by: Actor) -> Offer:
    today = clock.today()
    order = orders.draft_order(
        team,
        title="Schaltplan",
        brief="Ein Blatt.",
        criteria=["Blatt liegt vor"],
        price_cents=100_000,
        first_day=today,
        last_day=today + timedelta(days=9),
        export_controlled=False,
        by=by,
    )
    return orders.send_offer(order, by=by)


def _both(acting_in: Acting, people: tuple[Actor, Actor], act: Callable[[Actor], object]) -> list[WerkflussError]:
    """Both do it at once, each in a transaction of the own; what the slower one is told."""
    start, faults = threading.Barrier(2), []

    def one(by: Actor) -> None:
        try:
            start.wait()
            with acting_in(by):
                act(by)
        except WerkflussError as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.usefixtures("committed_db")
def test_one_offer_and_one_delivery_are_accepted_once(
    firm: Organisation, director: Actor, member_of: Callable[..., Actor], acting_in: Acting
) -> None:
    with acting_in(director):
        team = _team(director)
        externals.invite(team, by=director)
        assert team.user is not None
        head = firms.user_actor(firm.pk, team.user)
        ana = partners.invite_member(team, email="ana@lodz.example", name="Ana", role="technical", by=head)
        member = firms.user_actor(firm.pk, ana.user)
        offer = _offer(team, director)

    (told,) = _both(acting_in, (head, member), lambda by: offers.accept_offer(Offer.objects.get(pk=offer.pk), by=by))
    assert isinstance(told, Conflict)
    assert told.fault.next_step.de
    with acting_in(director):
        order = Order.objects.get(pk=offer.order_id)
        assert (order.state, order.offers.filter(state="accepted").count()) == ("agreed", 1)
        delivery = deliveries.deliver_order(order, text="Fertig", by=member)

    second = member_of(firm, Role.LEAD)
    (told,) = _both(
        acting_in,
        (director, second),
        lambda by: deliveries.accept_delivery(Delivery.objects.get(pk=delivery.pk), met=[True], by=by),
    )
    assert isinstance(told, Conflict)
    with acting_in(director):
        assert (Acceptance.objects.count(), SelfBilledInvoice.objects.count()) == (1, 1)
        assert Order.objects.get(pk=order.pk).state == "billed"
