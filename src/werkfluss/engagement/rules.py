"""Who sees which order: an external the own ones, once they were offered; nobody else's, ever."""

from __future__ import annotations

from django.db.models import QuerySet

from werkfluss.engagement.models import Offer, Order
from werkfluss.org.actor import Actor, ActorKind


def own_orders(actor: Actor) -> QuerySet[Order]:
    """The orders put to this external, newest first; drafts are the firm's business."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return Order.objects.none()
    rows = Order.objects.filter(resource__user_id=actor.id, pk__in=Offer.objects.values("order_id"))
    return rows.select_related("resource", "case", "invoice__xml", "invoice__pdf").order_by("-number")


def is_own(order: Order, actor: Actor) -> bool:
    return actor.kind is ActorKind.USER and actor.id is not None and order.resource.user_id == actor.id
