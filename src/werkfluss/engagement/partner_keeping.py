"""What is kept of partner teams: when rows are past their period, and what goes when somebody is erased."""

from __future__ import annotations

from django.db import models
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from werkfluss.engagement.expiry import of_orders
from werkfluss.engagement.models import CapacityOffer, HandOver, PartnerMember, ServiceClock, SubProcessor
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import Schedule, day_of, delete_rows, register_schedule
from werkfluss.workforce.models import Resource


def register() -> None:
    register_eraser(_erase)
    register_schedule(
        Schedule("engagement.partner", PartnerMember, _members),
        Schedule("engagement.partner", SubProcessor, _ended),
        Schedule("engagement.order", ServiceClock, of_orders(ServiceClock)),
        Schedule("engagement.order", HandOver, of_orders(HandOver)),
        Schedule("engagement.order", CapacityOffer, lambda: _capacity(accepted=True)),
        Schedule("engagement.unagreed", CapacityOffer, lambda: _capacity(accepted=False)),
    )


def _members() -> QuerySet[PartnerMember]:
    return PartnerMember.objects.order_by().annotate(over=day_of("ended_at"))


def _ended() -> QuerySet[SubProcessor]:
    """One that is still used has no end yet."""
    return SubProcessor.objects.order_by().filter(state="ended").annotate(over=day_of("decided_at"))


def _capacity(*, accepted: bool) -> QuerySet[CapacityOffer]:
    rows = CapacityOffer.objects.order_by()
    if accepted:
        return rows.filter(state="accepted").annotate(over=F("last_day"))
    # An offer that nobody answered is over with its own last day.
    return rows.exclude(state="accepted").annotate(over=Coalesce(day_of("decided_at"), F("last_day")))


def _erase(person: models.Model) -> Erased:
    """With a team go the ways in of its people; with a person who acted for one, the own."""
    rows = PartnerMember.objects.none()
    if isinstance(person, Resource):
        rows = PartnerMember.objects.filter(resource=person)
        if person.user_id is not None:
            rows |= PartnerMember.objects.filter(user_id=person.user_id)
    return Erased(objects=tuple(delete_rows(list(rows))), waiting=())
