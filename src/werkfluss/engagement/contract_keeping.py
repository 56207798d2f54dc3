"""How long contracts, signatures and passports are kept, and what goes when a person is erased."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from werkfluss.engagement.models import Contract, Order, PassportConsent, PassportPaper, PassportRequest
from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import (
    Schedule,
    day_of,
    delete_rows,
    register_schedule,
    rows_under,
    waiting,
)
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock


def register() -> None:
    register_kept_as(Contract, lambda _contract, _title: Document.KeepAs.LETTER)
    register_eraser(_erase)
    register_schedule(
        Schedule("engagement.order", Contract, lambda: _contracts(rows_under(Order, "engagement.order"))),
        Schedule("engagement.unagreed", Contract, lambda: _contracts(rows_under(Order, "engagement.unagreed"))),
        Schedule("engagement.passport", PassportPaper, _taken_out),
        Schedule("engagement.consent", PassportConsent, _consents),
        Schedule("engagement.asked", PassportRequest, _answered),
    )


def _contracts(orders: QuerySet[Any]) -> QuerySet[Any]:
    """Contracts go with their order, drafts as well as signed ones."""
    of_order = orders.filter(pk=OuterRef("order"))
    return Contract.objects.order_by().filter(Exists(of_order)).annotate(over=Subquery(of_order.values("over")[:1]))


def _taken_out() -> QuerySet[Any]:
    return PassportPaper.objects.order_by().filter(ended_at__isnull=False).annotate(over=day_of("ended_at"))


def _consents() -> QuerySet[Any]:
    return PassportConsent.objects.order_by().annotate(over=Coalesce(day_of("revoked_at"), F("until")))


def _answered() -> QuerySet[Any]:
    return PassportRequest.objects.order_by().filter(answered_at__isnull=False).annotate(over=day_of("answered_at"))


def _erase(person: models.Model) -> Erased:
    """The passport goes whole: it is the person's own. Contracts wait as their orders do."""
    user = getattr(person, "user_id", None)
    contracts = list(Contract.objects.filter(order__resource_id=person.pk))
    held = waiting(contracts, clock.today())
    stays = tuple((row._meta.label, held[row.pk]) for row in contracts if row.pk in held)
    gone = delete_rows(list(PassportRequest.objects.filter(resource_id=person.pk)))
    if user is not None:
        gone |= delete_rows(list(PassportPaper.objects.filter(user_id=user)))
    gone |= delete_rows([row for row in contracts if row.pk not in held])
    return Erased(objects=tuple(gone), waiting=stays)
