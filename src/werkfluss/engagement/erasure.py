"""What the room of external work deletes when a person is erased."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models import (
    Declaration,
    Delivery,
    Offer,
    Order,
    OrderMessage,
    PulseTicket,
    SelfBilledInvoice,
    StatusFile,
)
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import delete_rows, waiting
from werkfluss.kernel import clock
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Orders that came to nothing and the reasons in answers to offers go; agreed orders and invoices wait."""
    orders = list(Order.objects.filter(resource_id=person.pk))
    keys = [order.pk for order in orders]
    offers = list(Offer.objects.filter(order_id__in=keys))
    rows: list[TenantModel] = [
        *orders,
        *offers,
        *Delivery.objects.filter(order_id__in=keys),
        *OrderMessage.objects.filter(order_id__in=keys),
        *StatusFile.objects.filter(order_id__in=keys),
        *Declaration.objects.filter(order_id__in=keys),
        *SelfBilledInvoice.objects.filter(order_id__in=keys),
    ]
    held = waiting(rows, clock.today())
    stays = tuple((row._meta.label, held[row.pk]) for row in rows if row.pk in held)
    for offer in offers:
        if offer.pk not in held or held[offer.pk].hold is None:
            offer.edit(note="", counter=None)
    nothing = (Order.State.DECLINED, Order.State.CANCELLED)
    gone = delete_rows([order for order in orders if order.pk not in held and order.state in nothing])
    # The right to answer a survey names the person; the sums do not.
    user: User | None = getattr(person, "user", None)
    if user is not None:
        PulseTicket.objects.filter(user=user).delete()
    return Erased(objects=tuple(gone), waiting=stays)
