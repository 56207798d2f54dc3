"""Samples of the way from acceptance to the money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.samples.objections import billed
from tests.web.world import World, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Claim

OWN_IBAN, THEIR_IBAN = "DE89370400440532013000", "DE80123456780000081511"


def own_account(world: World) -> None:
    """The firm's own account: entered by one, confirmed by another."""
    from werkfluss.engagement.domain import payees
    from werkfluss.org.roles import Role

    if payees.confirmed_account(None) is None:
        entered = payees.enter_account(None, iban=OWN_IBAN, holder=f"{world.mark} Konto", by=world.actors[Role.LEAD])
        payees.confirm_account(entered, by=world.director)


def claim(world: World) -> Claim:
    """Work of the freelancer that was accepted, with a confirmed account."""
    from werkfluss.engagement.domain import payees
    from werkfluss.engagement.models import Claim
    from werkfluss.org.roles import Role

    own_account(world)
    invoice = billed(world)
    resource = invoice.order.resource
    if payees.confirmed_account(resource) is None:
        entered = payees.enter_account(
            resource, iban=THEIR_IBAN, holder=f"{world.mark} Freie", by=world.actors[Role.FREELANCER]
        )
        payees.confirm_account(entered, by=world.director)
    return Claim.objects.get(invoice=invoice)


def released_run(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import runs
    from werkfluss.formats.sepa import bank_day_on_or_after
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role

    run = runs.prepare_run([claim(world)], execute_on=bank_day_on_or_after(clock.today()), by=world.actors[Role.LEAD])
    runs.release_run(run, by=world.director)
    return {"pk": run.pk}


sample("payment_run", "payment_release", "payment_paid", "payment_drop", "payment_file", "payment_bookings")(
    released_run
)


@sample("payment_account_decide")
def account(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import payees
    from werkfluss.org.roles import Role

    resource = claim(world).order.resource
    entered = payees.enter_account(
        resource, iban="AT611904300234573201", holder=f"{world.mark} Anders", by=world.actors[Role.LEAD]
    )
    return {"pk": entered.pk}


@sample("payment_outside")
def outside(world: World) -> Mapping[str, object]:
    return {"pk": claim(world).pk}


@sample("payment_early")
def early(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import early as domain
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role

    owed = claim(world)
    return {"pk": domain.ask_early(owed, wished_on=clock.today(), by=world.actors[Role.FREELANCER]).pk}


@sample("my_order_account", "my_order_period", "my_order_early", "my_order_invoice", "order_invoice")
def order(world: World) -> Mapping[str, object]:
    return {"pk": claim(world).order_id}


@sample("order_invoice_decide")
def received(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.models import ReceivedInvoice
    from werkfluss.kernel import clock

    owed = claim(world)
    row = ReceivedInvoice.objects.create(
        order=owed.order,
        acceptance=owed.acceptance,
        number=world.unique("R"),
        seller_key=world.mark,
        currency="EUR",
        net_cents=100,
        tax_cents=0,
        gross_cents=100,
        uploaded_at=clock.now(),
    )
    return {"pk": owed.order_id, "invoice": row.pk}
