"""How long what the catalogue keeps of a person stays, and that it goes when the person is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import DateField, F, QuerySet
from django.db.models.functions import Cast, Coalesce

from werkfluss.care.models import CareAnswer, CareBooking, CareCover, CareerChoice, MentoringWish, VoucherCode
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import Schedule, register_end, register_schedule

# The last day of the person; ``active_to`` is the first day on which somebody is no longer there.
_LEFT = Cast(F("person__active_to") - timedelta(days=1), DateField())


def register() -> None:
    register_end(CareBooking, lambda key: models.Subquery(_over(key, _bookings())))
    register_schedule(
        Schedule("care.booking", CareBooking, _bookings),
        Schedule("care.gap_answer", CareAnswer, _answers),
        Schedule("care.gap_answer", CareCover, _covers),
        Schedule("care.gap_answer", MentoringWish, _wishes),
        Schedule("care.gap_answer", CareerChoice, _choices),
        Schedule("care.voucher_code", VoucherCode, _codes),
    )
    register_eraser(_erase)


def _over(key: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk=models.OuterRef(key)).values("over")


def _bookings() -> QuerySet[Any]:
    return CareBooking.objects.order_by().annotate(over=F("closed_on"))


def _answers() -> QuerySet[Any]:
    return CareAnswer.objects.order_by().annotate(over=Coalesce("ended_on", _LEFT))


def _covers() -> QuerySet[Any]:
    return CareCover.objects.order_by().annotate(over=_LEFT)


def _wishes() -> QuerySet[Any]:
    return MentoringWish.objects.order_by().annotate(over=Coalesce("ended_on", _LEFT))


def _choices() -> QuerySet[Any]:
    return CareerChoice.objects.order_by().annotate(over=Coalesce("ended_on", _LEFT))


def _codes() -> QuerySet[Any]:
    return VoucherCode.objects.order_by().annotate(over=F("lot__expires_on"))


def _erase(person: models.Model) -> Erased:
    """What was ordered for the person, said of the gaps; sums and codes name nobody."""
    tables: tuple[type[models.Model], ...] = (CareBooking, CareAnswer, CareCover, MentoringWish, CareerChoice)
    rows = [row for table in tables for row in table._default_manager.filter(person_id=person.pk)]
    keys = tuple((row._meta.label_lower, row.pk) for row in rows)
    for row in rows:
        row.delete()
    return Erased(objects=keys)
