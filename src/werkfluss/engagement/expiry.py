"""When orders, talks about them and self-billed invoices are past their period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from werkfluss.engagement.domain import talents
from werkfluss.engagement.domain.counsel import COUNSEL
from werkfluss.engagement.models import (
    Declaration,
    DeliveredResult,
    Delivery,
    Measure,
    Objection,
    Offer,
    Order,
    OrderMessage,
    OrderTask,
    Outreach,
    PulseTicket,
    SelfBilledInvoice,
    StatusFile,
    Talent,
)
from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.retention import (
    Key,
    Schedule,
    day_of,
    register_end,
    register_release,
    register_schedule,
)
from werkfluss.evidence.models import Document
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.org.tenancy import TenantModel
from werkfluss.work import models as work

_ENDED = (Order.State.ACCEPTED, Order.State.BILLED, Order.State.CANCELLED)
_AGREED = (Order.State.AGREED, Order.State.DELIVERED, Order.State.ACCEPTED, Order.State.BILLED)
_CAME_TO_NOTHING = (Order.State.DECLINED, Order.State.CANCELLED)


def register() -> None:
    register_kept_as(SelfBilledInvoice, lambda _invoice, _title: Document.KeepAs.INVOICE)
    register_kept_as(Order, _order_file)
    register_kept_as(Talent, lambda _talent, _title: Document.KeepAs.OWNER)
    register_end(Order, lambda key: Subquery(_agreed_orders().filter(pk=OuterRef(key)).values("over")))
    register_release(work.Result, _let_go_of_results)
    register_release(
        work.Assignment, lambda keys: _empty(OrderTask.objects.filter(assignment_id__in=keys), "assignment")
    )
    register_release(work.Case, lambda keys: _empty(Order.objects.filter(case_id__in=keys), "case"))
    register_schedule(
        Schedule("engagement.talent", Talent, _unwanted_talents),
        Schedule("engagement.objection", Talent, lambda: _talents(objected=True).annotate(over=day_of("objected_at"))),
        Schedule("engagement.talent", Outreach, _contacts_of_talents),
        Schedule("engagement.ticket", PulseTicket, lambda: PulseTicket.objects.annotate(over=F("pulse__last_day"))),
        Schedule("engagement.measure", Measure, lambda: Measure.objects.annotate(over=day_of("looked_at"))),
        Schedule("engagement.order", Order, _agreed_orders),
        Schedule("engagement.unagreed", Order, _unagreed),
        Schedule("engagement.order", Delivery, of_orders(Delivery)),
        Schedule("engagement.order", Offer, of_orders(Offer)),
        Schedule("engagement.order", OrderMessage, of_orders(OrderMessage)),
        Schedule("engagement.status", StatusFile, of_orders(StatusFile)),
        Schedule("engagement.status", Declaration, of_orders(Declaration)),
        Schedule("engagement.answer", Offer, _answers, _without_answer),
        Schedule("engagement.invoice", SelfBilledInvoice, _invoices),
        Schedule("engagement.invoice", Objection, _objections),
    )


def _order_file(_order: Order, title: str) -> Document.KeepAs:
    """Files of an order are letters to the external; what is written for counsel stays in the house."""
    return Document.KeepAs.OWNER if title == COUNSEL else Document.KeepAs.LETTER


def _agreed() -> Exists:
    return Exists(Offer.objects.filter(order=OuterRef("pk"), state="accepted"))


def _agreed_orders() -> QuerySet[Any]:
    """Over when they are done with. One that is billed is protected until its invoice goes."""
    decided = Delivery.objects.filter(order=OuterRef("pk")).order_by().values("order")
    last = Subquery(decided.annotate(last=Max(day_of("decided_at"))).values("last"))
    ended = When(state__in=_ENDED, then=Greatest(F("last_day"), last))
    rows = Order.objects.order_by().filter(Q(_agreed()) | Q(state__in=_AGREED))
    return rows.annotate(over=Case(ended, default=None, output_field=DateField()))


def _talents(*, objected: bool) -> QuerySet[Talent]:
    return Talent.objects.order_by().filter(objected_at__isnull=not objected)


def _unwanted_talents() -> QuerySet[Talent]:
    return _talents(objected=False).annotate(over=_end_of_talent(""))


def _contacts_of_talents() -> QuerySet[Outreach]:
    return Outreach.objects.order_by().annotate(over=_end_of_talent("talent__"))


def _end_of_talent(path: str) -> Coalesce:
    """The day of the consent's end; without one thirty days after the entry was made."""
    unanswered = ExpressionWrapper(F(f"{path}added_on") + talents.UNANSWERED, output_field=DateField())
    return Coalesce(f"{path}consent_until", unanswered)


def _unagreed() -> QuerySet[Order]:
    """Over with the last that was done to it: declined, run out or withdrawn."""
    done = Entry.objects.filter(object_type=Order._meta.label_lower, object_id=OuterRef("pk")).order_by("-seq")
    last = Subquery(done.annotate(day=day_of("at")).values("day")[:1])
    rows = Order.objects.order_by().filter(~_agreed(), state__in=_CAME_TO_NOTHING)
    return rows.annotate(over=Coalesce(last, day_of("created_at")))


def of_orders(model: type[TenantModel]) -> Any:
    def rows() -> QuerySet[Any]:
        of_order = _agreed_orders().filter(pk=OuterRef("order"))
        return (
            model._default_manager.order_by().filter(Exists(of_order)).annotate(over=Subquery(of_order.values("over")))
        )

    return rows


def _answers() -> QuerySet[Offer]:
    said = ~Q(note="") | Q(counter__isnull=False)
    rows = Offer.objects.order_by().filter(said).exclude(state="sent")
    return rows.annotate(over=Coalesce(day_of("answered_at"), day_of("answer_by")))


def _without_answer(offers: Sequence[Offer], _by: Actor) -> set[Key]:
    for offer in offers:
        offer.edit(note="", counter=None)
    return {(Offer._meta.label_lower, offer.pk) for offer in offers}


def _invoices() -> QuerySet[SelfBilledInvoice]:
    return SelfBilledInvoice.objects.annotate(over=F("issued_on"))


def _objections() -> QuerySet[Objection]:
    return Objection.objects.order_by().annotate(over=F("invoice__issued_on"))


def _let_go_of_results(keys: Sequence[UUID]) -> None:
    """Delivery and invoice tell by themselves what was delivered."""
    DeliveredResult.objects.filter(result_id__in=keys).delete()
    _empty(SelfBilledInvoice.objects.filter(result_id__in=keys), "result")


def _empty(rows: QuerySet[Any], column: str) -> None:
    rows.update(**{column: None}, version=F("version") + 1)
