"""How long joint ventures and their statements are kept, and what goes when a person is erased."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, QuerySet

from werkfluss.engagement.models import Venture, VentureItem, VentureStatement
from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import Schedule, day_of, delete_rows, register_schedule, waiting
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.org.tenancy import TenantModel


def register() -> None:
    register_kept_as(VentureStatement, lambda _row, _title: Document.KeepAs.VOUCHER)
    register_schedule(
        # What rests on something comes after it: the night goes through them from the end.
        Schedule("engagement.order", Venture, lambda: _agreed().annotate(over=F("ends_on"))),
        Schedule("engagement.unagreed", Venture, lambda: _never_agreed().annotate(over=day_of("proposed_at"))),
        Schedule("engagement.invoice", VentureStatement, _statements),
    )
    register_eraser(_erase)


def _agreed() -> QuerySet[Any]:
    return Venture.objects.order_by().filter(agreed_at__isnull=False)


def _never_agreed() -> QuerySet[Any]:
    return Venture.objects.order_by().filter(agreed_at=None)


def _statements() -> QuerySet[Any]:
    return VentureStatement.objects.order_by().annotate(over=day_of("sent_at"))


def _erase(person: models.Model) -> Erased:
    """What was never agreed goes at once; agreed ventures and statements wait for the end of their period."""
    ventures = list(Venture.objects.filter(order__resource_id=person.pk))
    rows: list[TenantModel] = [*ventures, *VentureStatement.objects.filter(venture__in=ventures)]
    rows += VentureItem.objects.filter(venture__in=ventures)
    held = waiting(rows, clock.today())
    stays = tuple((row._meta.label, held[row.pk]) for row in rows if row.pk in held)
    gone = delete_rows([one for one in ventures if one.pk not in held and one.agreed_at is None])
    return Erased(objects=tuple(gone), waiting=stays)
