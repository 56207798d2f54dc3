"""Who sees which order: an external the own ones, once they were offered; nobody else's, ever.

A partner team has several people: its own login and the members whom the partner invited act alike.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.engagement.models import Contract, Offer, Order, PartnerMember
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.workforce.models import Kind, Resource


def _teams_joined(actor: Actor) -> QuerySet[PartnerMember, UUID]:
    """Keys of the teams of which this user is a member."""
    rows = PartnerMember.objects.filter(user=actor.id, ended_at=None).order_by()
    return rows.values_list("resource_id", flat=True)


def own_orders(actor: Actor) -> QuerySet[Order]:
    """The orders put to this external, newest first; drafts are the firm's business."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return Order.objects.none()
    own = Q(resource__user_id=actor.id) | Q(resource_id__in=_teams_joined(actor))
    rows = Order.objects.filter(own, pk__in=Offer.objects.values("order_id"))
    return rows.select_related("resource", "case").order_by("-number")


def is_own(order: Order, actor: Actor) -> bool:
    return belongs_to(order.resource, actor)


def belongs_to(resource: Resource, actor: Actor) -> bool:
    """Whether the actor is this external, or one of the partner team's people."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return False
    if resource.user_id == actor.id:
        return True
    return resource.kind == Kind.PARTNER and _teams_joined(actor).filter(resource_id=resource.pk).exists()


def own_teams(actor: Actor) -> QuerySet[Resource]:
    """The partner teams that the actor belongs to: as a rule one."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return Resource.objects.none()
    own = Q(user_id=actor.id) | Q(pk__in=_teams_joined(actor))
    return Resource.objects.filter(own, kind=Kind.PARTNER).order_by("number")


def doer(order: Order, actor: Actor) -> Actor:
    """Who acts in the rooms below, which know of a team only its own login.

    What a member of the team did stands in the record of this room under the member's own name.
    """
    if order.resource.user_id == actor.id or not is_own(order, actor):
        return actor
    return Actor.system(actor.org_id)


def own_contracts(actor: Actor) -> QuerySet[Contract]:
    """The contracts that were shown to this external or wait for the person's signature."""
    shown = Q(shown_at__isnull=False) | Q(signings__signers__user_id=actor.id)
    rows = Contract.objects.filter(shown, order__in=own_orders(actor)).distinct()
    return rows.select_related("org", "order__resource", "order__org", "frame").order_by("-number")
