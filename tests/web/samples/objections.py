"""Samples of self-billed invoices to which the freelancer of the world objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.web.samples.cases import _offered
from tests.web.world import World, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import SelfBilledInvoice


def billed(world: World) -> SelfBilledInvoice:
    """An order of the freelancer, delivered, accepted and billed by Gutschrift."""
    from werkfluss.compliance.domain.facts import record_fact
    from werkfluss.engagement.domain import deliveries, offers, orders
    from werkfluss.engagement.models import SelfBilledInvoice
    from werkfluss.org.domain import firms
    from werkfluss.org.models import FirmProfile
    from werkfluss.org.roles import Role

    firms.change_profile(FirmProfile.objects.get(), changes={"vat_id": "DE987654328"}, by=world.director)
    order, freelancer = _offered(world), world.actors[Role.FREELANCER]
    known = {
        "small_business": True,
        "tax_number": "031 827 08156",
        "address": {"street": f"{world.mark} Weg 1", "postcode": "35037", "city": "Marburg", "country": "DE"},
    }
    for name, value in known.items():
        record_fact(
            order.resource, name=name, value=value, source=world.mark, valid_from=date(2026, 1, 1), by=world.director
        )
    offer = orders.open_offer(order)
    assert offer is not None
    offers.accept_offer(offer, by=freelancer)
    order.refresh_from_db()
    delivery = deliveries.deliver_order(order, text=world.unique("Fertig"), by=freelancer)
    deliveries.accept_delivery(delivery, met=[True], by=world.director)
    return SelfBilledInvoice.objects.get(order=order)


@sample("my_order_object")
def to_object(world: World) -> Mapping[str, object]:
    return {"pk": billed(world).order_id}


@sample("order_correct", "order_ask_invoice")
def objected(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain.objections import object_to_invoice
    from werkfluss.org.roles import Role

    invoice = billed(world)
    object_to_invoice(invoice, reason=world.unique("Widerspruch"), by=world.actors[Role.FREELANCER])
    return {"pk": invoice.order_id}
