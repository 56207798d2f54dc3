"""My orders: what an external sees of a firm, and nothing else of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from werkfluss.engagement.domain import deliveries, offers, orders
from werkfluss.engagement.models import Offer, Order
from werkfluss.engagement.rules import own_orders
from werkfluss.evidence.domain.documents import content_of, documents_about
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.orders import CounterForm, DeliveryForm
from werkfluss.web.order_view import invoice_context, readable
from werkfluss.web.tables import Column, Empty, Filter, Table

STATES = (
    ("offered", gettext_lazy("offered")),
    ("agreed", gettext_lazy("agreed")),
    ("delivered", gettext_lazy("delivered")),
    ("billed", gettext_lazy("billed")),
    ("declined", gettext_lazy("declined")),
    ("cancelled", gettext_lazy("cancelled")),
)


def my_order_url(row: Order) -> str:
    return reverse("my_order", kwargs={"firm": row.org.slug, "pk": row.pk})


def shown_state(order: Order) -> str:
    """A countered offer is with the firm: for the external it is neither a draft nor open."""
    return "waiting" if order.state == Order.State.DRAFT else str(order.state)


ORDERS = Table(
    "my_orders",
    caption=gettext_lazy("My orders"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("title", pgettext_lazy("contract", "Order"), order="title", link=my_order_url),
        Column("state", gettext_lazy("State"), value=shown_state, order="state", kind="status"),
        Column("first_day", gettext_lazy("From"), order="first_day", kind="date", secondary=True),
        Column("last_day", gettext_lazy("Due by"), order="last_day", kind="date"),
        Column(
            "price",
            gettext_lazy("Fee, net"),
            value=lambda row: Money.from_cents(row.price_cents, row.currency),
            order="price_cents",
            kind="money",
        ),
        Column("paid", gettext_lazy("Money by"), value="invoice.due_on", kind="date"),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATES),),
    search=("title__icontains",),
    default_order="-number",
    empty=Empty(gettext_lazy("No orders yet"), gettext_lazy("As soon as somebody offers you one, it stands here.")),
)


def my_orders(request: FirmRequest) -> HttpResponse:
    return ORDERS.page(
        request, own_orders(request.actor).select_related("org", "invoice"), template="my_orders/list.html"
    )


def my_order(request: FirmRequest, pk: UUID) -> HttpResponse:
    return render(request, "my_orders/order.html", _context(_own(request, pk)))


def _own(request: FirmRequest, pk: UUID) -> Order:
    return get_object_or_404(own_orders(request.actor).select_related("org"), pk=pk)


def _context(order: Order) -> dict[str, Any]:
    offer = orders.open_offer(order)
    deliveries_ = list(order.deliveries.all())
    shown = offer.terms if offer else orders.terms_of(order)
    return {
        "order": order,
        "state": shown_state(order),
        "offer": offer,
        "late": offer is not None and offer.answer_by < clock.now(),
        "terms": readable(shown),
        "is_change": offer is not None and order.state in {Order.State.AGREED, Order.State.DELIVERED},
        "agreed": readable(orders.terms_of(order)),
        "files": orders.files_for_external(order),
        "deliveries": [(one, documents_about("engagement.delivery", one.pk)) for one in deliveries_],
        "messages_of_order": order.messages.all(),
        **invoice_context(order),
    }


def _waiting_offer(order: Order) -> Offer:
    offer = orders.open_offer(order)
    if offer is None:
        raise Http404
    return offer


def my_order_accept(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    offers.accept_offer(_waiting_offer(order), by=request.actor)
    messages.success(request, _("You have accepted. The order is agreed."))
    return redirect(my_order_url(order))


def my_order_decline(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    offers.decline_offer(_waiting_offer(order), note=request.POST.get("note", ""), by=request.actor)
    messages.success(request, _("You have declined. That has no consequences for you."))
    return redirect(my_order_url(order))


def my_order_counter(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    offer = _waiting_offer(order)
    terms = readable(offer.terms)
    start = {"price": terms["price"].amount, "first_day": terms["first_day"], "last_day": terms["last_day"]}
    form = CounterForm(request.POST or None, initial=start)
    if not form.is_valid():
        context = {"order": order, "form": form}
        return render(request, "my_orders/counter.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    offers.counter_offer(
        offer,
        price_cents=int(given["price"] * 100),
        first_day=given["first_day"],
        last_day=given["last_day"],
        note=given["note"],
        by=request.actor,
    )
    messages.success(request, _("Your counter-proposal has been sent. You will hear by mail."))
    return redirect(my_order_url(order))


def my_order_ask(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    offers.ask_question(order, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Your question has been sent."))
    return redirect(my_order_url(order))


def my_order_deliver(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    form = DeliveryForm(request.POST or None, request.FILES or None, order=order)
    if not form.is_valid():
        context = {"order": order, "form": form, "price": Money.from_cents(order.price_cents, order.currency)}
        return render(request, "my_orders/deliver.html", context, status=422 if form.is_bound else 200)
    deliveries.deliver_order(
        order,
        text=form.cleaned_data["text"],
        files=form.cleaned_data["attached"] or [],
        amount_cents=form.cents(),
        by=request.actor,
    )
    messages.success(request, _("Your delivery has arrived. You will hear by mail as soon as it is accepted."))
    return redirect(my_order_url(order))


def my_order_file(request: FirmRequest, pk: UUID, document: UUID) -> HttpResponse:
    """Files of this very order: released to it, handed in with it, or its invoice."""
    order = _own(request, pk)
    mine = Q(pk__in=orders.files_for_external(order).values("pk"))
    mine |= Q(object_type="engagement.delivery", object_id__in=order.deliveries.values("pk"))
    invoice = getattr(order, "invoice", None)
    if invoice is not None:
        # Also the documents that were objected to and replaced.
        mine |= Q(object_type="engagement.selfbilledinvoice", object_id=invoice.pk)
    found = get_object_or_404(Document.objects.select_related("blob").filter(mine), pk=document)
    return as_download(found, content_of(found))


@today.answers("mine")
def offers_to_answer(request: FirmRequest) -> list[today.Item]:
    if not request.actor.may("own_orders.answer"):
        return []
    waiting = own_orders(request.actor).filter(offers__state="sent").select_related("org")
    return [
        today.Item(
            row.title, my_order_url(row), why=_("Offer from {firm}").format(firm=row.org.name), action=_("Answer")
        )
        for row in waiting[:20]
    ]


urlpatterns = [
    firm_page("my-orders/", my_orders, permission="own_orders.read"),
    firm_page("my-orders/<uuid:pk>/", my_order, permission="own_orders.read"),
    firm_page("my-orders/<uuid:pk>/accept/", my_order_accept, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/decline/", my_order_decline, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/counter/", my_order_counter, permission="own_orders.answer", methods=FORM),
    firm_page("my-orders/<uuid:pk>/ask/", my_order_ask, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/deliver/", my_order_deliver, permission="own_orders.answer", methods=FORM),
    firm_page("my-orders/<uuid:pk>/files/<uuid:document>/", my_order_file, permission="own_orders.read"),
]
