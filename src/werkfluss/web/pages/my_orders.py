"""My orders: what an external sees of a firm, and nothing else of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from werkfluss.engagement.domain import calls, deliveries, orders, sub_processors
from werkfluss.engagement.domain.terms import differences, versions_of
from werkfluss.engagement.models import Order
from werkfluss.engagement.rules import own_orders
from werkfluss.evidence.domain.documents import content_of, documents_about
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.web import today
from werkfluss.web.access import FORM, FirmRequest, firm_page
from werkfluss.web.authority_view import own_of
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.order_terms import spoken
from werkfluss.web.forms.payments import PartsForm
from werkfluss.web.order_decisions import DecisionsForm, decisions_of
from werkfluss.web.order_view import accounting_files, invoice_context, readable
from werkfluss.web.payment_view import external_context, money_of, protocols_of
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


def money_day(row: Order) -> date | None:
    """The next day on which money of this order comes."""
    return min((claim.due_on for claim in row.claims.all() if claim.state in {"open", "in_run"}), default=None)


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
        Column("paid", gettext_lazy("Money by"), value=money_day, kind="date"),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATES),),
    search=("title__icontains",),
    default_order="-number",
    empty=Empty(gettext_lazy("No orders yet"), gettext_lazy("As soon as somebody offers you one, it stands here.")),
)


def my_orders(request: FirmRequest) -> HttpResponse:
    return ORDERS.page(
        request,
        own_orders(request.actor).select_related("org").prefetch_related("claims"),
        template="my_orders/list.html",
    )


def my_order(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    own_papers = [(name, paper) for name, paper in own_of(request.actor) if paper.about_id == order.pk]
    context = {**_context(order), "decisions": decisions_of(order, request.actor), "own_papers": own_papers}
    return render(request, "my_orders/order.html", context)


def own_order(request: FirmRequest, pk: UUID) -> Order:
    return get_object_or_404(own_orders(request.actor).select_related("org"), pk=pk)


def _context(order: Order) -> dict[str, Any]:
    offer = orders.open_offer(order)
    deliveries_ = list(order.deliveries.all())
    shown = offer.terms if offer else orders.terms_of(order)
    return {
        "order": order,
        "halted": sub_processors.halting(order, on=clock.today()),
        "state": shown_state(order),
        "offer": offer,
        "late": offer is not None and offer.answer_by < clock.now(),
        "terms": readable(shown),
        "is_change": offer is not None and order.state in {Order.State.AGREED, Order.State.DELIVERED},
        "agreed": readable(orders.terms_of(order)),
        "changes": differences(orders.terms_of(order), offer.terms) if offer else [],
        "versions": versions_of(order),
        "asks_only": calls.chooses(order),
        "bilingual": spoken() != "de",
        "files": orders.files_for_external(order),
        "deliveries": [(one, documents_about("engagement.delivery", one.pk)) for one in deliveries_],
        "messages_of_order": order.messages.all(),
        **invoice_context(order),
        "protocols": protocols_of(order),
        "money": money_of(order),
        **external_context(order),
    }


def my_order_deliver(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    form = PartsForm(request.POST or None, request.FILES or None, order=order)
    branches = DecisionsForm(decisions_of(order, request.actor), request.POST or None)
    if not (form.is_valid() & branches.is_valid()):
        price = Money.from_cents(order.price_cents, order.currency)
        context = {"order": order, "form": form, "branches": branches, "price": price}
        return render(request, "my_orders/deliver.html", context, status=422 if form.is_bound else 200)
    deliveries.deliver_order(
        order,
        text=form.cleaned_data["text"],
        files=form.cleaned_data["attached"] or [],
        amount_cents=form.cents(),
        chosen=form.chosen(),
        picked=branches.picked(),
        by=request.actor,
    )
    messages.success(request, _("Your delivery has arrived. You will hear by mail as soon as it is accepted."))
    return redirect(my_order_url(order))


def my_order_file(request: FirmRequest, pk: UUID, document: UUID) -> HttpResponse:
    """Files of this very order: released to it, handed in with it, or its invoice."""
    order = own_order(request, pk)
    mine = Q(pk__in=orders.files_for_external(order).values("pk"))
    mine |= Q(object_type="engagement.delivery", object_id__in=order.deliveries.values("pk"))
    mine |= accounting_files(order)
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
    firm_page("my-orders/<uuid:pk>/deliver/", my_order_deliver, permission="own_orders.answer", methods=FORM),
    firm_page("my-orders/<uuid:pk>/files/<uuid:document>/", my_order_file, permission="own_orders.read"),
]
