"""An external who comes back is let in again; a supplier is billed as what it was on the day of the supply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.models import Check
from werkfluss.engagement.domain import deliveries, links, orders
from werkfluss.engagement.models import Delivery, Order, SelfBilledInvoice
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms, members
from werkfluss.org.models import Membership
from werkfluss.workforce.models import Resource


def ended(person: Resource, by: Actor) -> None:
    person.refresh_from_db()
    assert person.user is not None
    members.end_member(person.user, by=by)
    assert not firms.user_actor(by.org_id, person.user).may("own_orders.read")


def test_new_order_lets_an_external_in_again(
    external: Resource, draft_for: Callable[..., Order], in_firm: Actor
) -> None:
    orders.send_offer(draft_for(external), by=in_firm)
    ended(external, in_firm)
    again = draft_for(Resource.objects.get(pk=external.pk))
    offer = orders.send_offer(again, by=in_firm)
    external.refresh_from_db()
    assert external.user is not None
    assert firms.user_actor(in_firm.org_id, external.user).may("own_orders.read")
    assert Membership.objects.filter(user=external.user).count() == 2, "the ended one stays on record"
    offer.refresh_from_db()
    assert offer.link is not None
    assert offer.link.user_id == external.user_id
    assert offer.link.expires_at > clock.now()
    assert timedelta(0) < links.VALID_FOR


def test_second_order_makes_no_second_membership(
    external: Resource, draft_for: Callable[..., Order], in_firm: Actor
) -> None:
    for _ in range(2):
        orders.send_offer(draft_for(Resource.objects.get(pk=external.pk)), by=in_firm)
    external.refresh_from_db()
    assert Membership.objects.filter(user=external.user).count() == 1


def test_closed_login_stays_closed(external: Resource, draft_for: Callable[..., Order], in_firm: Actor) -> None:
    orders.send_offer(draft_for(external), by=in_firm)
    external.refresh_from_db()
    assert external.user is not None
    external.user.is_active = False
    external.user.save(update_fields=["is_active"])
    with pytest.raises(Refused, match="is closed"):
        orders.send_offer(draft_for(Resource.objects.get(pk=external.pk)), by=in_firm)


@pytest.mark.parametrize(
    ("days_ago", "small", "tax"), [(3, True, 0), (0, False, 19_000)], ids=["before the change", "after the change"]
)
def test_small_business_is_a_matter_of_the_day_of_supply(
    days_ago: int,
    small: bool,
    tax: int,
    external: Resource,
    draft_for: Callable[..., Order],
    deliver_for: Callable[..., Delivery],
    lead: Actor,
    in_firm: Actor,
) -> None:
    """The supplier passes the limit of s. 19 UStG yesterday; the bill is written today."""
    delivery = deliver_for(draft_for(external, price_cents=100_000))
    delivery.edit(delivered_at=clock.now() - timedelta(days=days_ago))
    yesterday = clock.today() - timedelta(days=1)
    for name, value in (("small_business", False), ("vat_id", "DE974125835")):
        record_fact(external, name=name, value=value, source="Mitteilung", valid_from=yesterday, by=in_firm)
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    invoice = SelfBilledInvoice.objects.get()
    assert invoice.tax_cents == tax
    asked = {check.rule: check.facts for check in Check.objects.filter(rule__startswith="de/invoice/")}
    supplier = "small_business" if small else "regular"
    assert asked["de/invoice/vat"]["supplier"] == supplier
    assert asked["de/invoice/self_billing"]["supplier"] == supplier
