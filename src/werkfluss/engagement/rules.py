"""Who sees which order: an external the own ones, once they were offered; nobody else's, ever."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from werkfluss.engagement.models import Contract, Offer, Order
from werkfluss.org.actor import Actor, ActorKind


def own_orders(actor: Actor) -> QuerySet[Order]:
    """The orders put to this external, newest first; drafts are the firm's business."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return Order.objects.none()
    rows = Order.objects.filter(resource__user_id=actor.id, pk__in=Offer.objects.values("order_id"))
    return rows.select_related("resource", "case").order_by("-number")


def is_own(order: Order, actor: Actor) -> bool:
    return actor.kind is ActorKind.USER and actor.id is not None and order.resource.user_id == actor.id


def own_contracts(actor: Actor) -> QuerySet[Contract]:
    """The contracts that were shown to this external or wait for the person's signature."""
    shown = Q(shown_at__isnull=False) | Q(signings__signers__user_id=actor.id)
    rows = Contract.objects.filter(shown, order__in=own_orders(actor)).distinct()
    return rows.select_related("org", "order__resource", "order__org", "frame").order_by("-number")
