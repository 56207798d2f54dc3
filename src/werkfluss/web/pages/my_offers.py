"""What an external answers to an offer: yes, no, otherwise, or a question.

A page that is still open in another tab may be out of date: every answer names the version of the offer that was read.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import calls, offers, orders
from werkfluss.engagement.models import Offer, Order
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page, typed_in
from werkfluss.web.forms.orders import CounterForm
from werkfluss.web.order_view import readable
from werkfluss.web.pages.my_orders import my_order_url, own_order

_CONFLICT = 409


def my_order_accept(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    offer = _readable_offer(request, order)
    if offer is None:
        return _no_longer(request, order)
    try:
        if calls.chooses(order):
            offers.counter_offer(offer, note=request.POST.get("note", ""), by=request.actor)
            messages.success(request, _("You have said that you would do it. You will hear by mail."))
        else:
            offers.accept_offer(offer, by=request.actor)
            messages.success(request, _("You have accepted. The order is agreed."))
    except Conflict:
        return _no_longer(request, order)
    return redirect(my_order_url(order))


def my_order_decline(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    offer = _readable_offer(request, order)
    if offer is None:
        return _no_longer(request, order)
    try:
        offers.decline_offer(offer, note=request.POST.get("note", ""), by=request.actor)
    except Conflict:
        return _no_longer(request, order)
    messages.success(request, _("You have declined. That has no consequences for you."))
    return redirect(my_order_url(order))


def my_order_counter(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    offer = _readable_offer(request, order)
    if offer is None:
        return _no_longer(request, order)
    form = CounterForm(request.POST or None, terms=offer.terms, kind=order.resource.kind)
    if not form.is_valid():
        context = {"order": order, "form": form, "offer": offer}
        return render(request, "my_orders/counter.html", context, status=422 if form.is_bound else 200)
    try:
        offers.counter_offer(offer, **form.wanted(), by=request.actor)
    except Conflict:
        return _no_longer(request, order)
    messages.success(request, _("Your counter-proposal has been sent. You will hear by mail."))
    return redirect(my_order_url(order))


def my_order_ask(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = own_order(request, pk)
    offers.ask_question(order, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Your question has been sent."))
    return redirect(my_order_url(order))


def _readable_offer(request: FirmRequest, order: Order) -> Offer | None:
    """The open offer, if it is the version that was read when the answer was given."""
    offer = orders.open_offer(order)
    read = request.POST.get("revision", "")
    if offer is None or (read and read != str(offer.revision)):
        return None
    return None if offer.answer_by < clock.now() else offer


def _no_longer(request: FirmRequest, order: Order) -> HttpResponse:
    """Why the answer did nothing: what became of the offer, and what can be done now."""
    order.refresh_from_db()
    latest, waiting = orders.latest_offer(order), orders.open_offer(order)
    why = latest.state if latest is not None else ""
    if waiting is not None:
        why = "late" if waiting.answer_by < clock.now() else "changed"
    elif order.call is not None and order.call.closed_at is not None and why != "accepted":
        why = "given"
    context = {"order": order, "why": why, "terms": readable(waiting.terms) if waiting else None}
    context["typed"] = typed_in(request)
    return render(request, "my_orders/no_longer.html", context, status=_CONFLICT)


urlpatterns = [
    firm_page("my-orders/<uuid:pk>/accept/", my_order_accept, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/decline/", my_order_decline, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/counter/", my_order_counter, permission="own_orders.answer", methods=FORM),
    firm_page("my-orders/<uuid:pk>/ask/", my_order_ask, permission="own_orders.answer", methods=WRITE),
]
