"""Care orders as their provider sees them: its own, and of the person what the person released."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.care.domain import bookings
from werkfluss.care.models import CareBooking
from werkfluss.care.modules import care_module
from werkfluss.web import today
from werkfluss.web.access import WRITE, FirmRequest, firm_page, read_version
from werkfluss.web.forms.care_catalogue import UNIT_WORDS, DeclineForm, DeliveryForm


def my_care_orders(request: FirmRequest) -> HttpResponse:
    rows = [(row, care_module(row.offer.module).name) for row in bookings.orders_of(request.actor)]
    return render(request, "care_catalogue/my_orders.html", {"orders": rows})


def my_care_order(request: FirmRequest, pk: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(bookings.orders_of(request.actor), pk=pk))


def _page(
    request: FirmRequest,
    row: CareBooking,
    *,
    delivery: DeliveryForm | None = None,
    decline: DeclineForm | None = None,
) -> HttpResponse:
    """The order; with a form that was refused, as it was sent."""
    context = {
        "order": row,
        "module": care_module(row.offer.module),
        "unit": UNIT_WORDS[row.offer.unit],
        "released": bookings.released_of(row),
        "delivery_form": delivery or DeliveryForm(),
        "decline_form": decline or DeclineForm(),
    }
    return render(request, "care_catalogue/my_order.html", context, status=422 if delivery or decline else 200)


def my_care_order_answer(request: FirmRequest, pk: UUID, act: str) -> HttpResponse:
    row = get_object_or_404(bookings.orders_of(request.actor), pk=pk)
    version = read_version(request)
    if act == "accept":
        bookings.take_on(row, expected_version=version, by=request.actor)
        messages.success(request, _("You have taken on the order."))
    elif act == "decline":
        decline = DeclineForm(request.POST)
        if not decline.is_valid():
            return _page(request, row, decline=decline)
        bookings.decline(row, because=decline.cleaned_data["because"], expected_version=version, by=request.actor)
        messages.success(request, _("You have declined. That has no consequence for further orders."))
    elif act == "delivered":
        delivery = DeliveryForm(request.POST)
        if not delivery.is_valid():
            return _page(request, row, delivery=delivery)
        bookings.deliver(row, **delivery.cleaned_data, expected_version=version, by=request.actor)
        messages.success(request, _("Handed over. The firm looks at it and accepts it."))
    else:
        raise Http404
    return redirect("my_care_order", firm=request.org.slug, pk=pk)


@today.answers("mine")
def orders_to_answer(request: FirmRequest) -> list[today.Item]:
    if not request.actor.may("care_order.read"):
        return []
    return [
        today.Item(
            row.offer.title,
            reverse("my_care_order", kwargs={"firm": request.org.slug, "pk": row.pk}),
            why=_("An order for you"),
            action=_("Answer"),
            due=row.wanted_by,
        )
        for row in bookings.orders_of(request.actor).filter(state="ordered")[:20]
    ]


urlpatterns = [
    firm_page("my-care-orders/", my_care_orders, permission="care_order.read"),
    firm_page("my-care-orders/<uuid:pk>/", my_care_order, permission="care_order.read"),
    firm_page(
        "my-care-orders/<uuid:pk>/<slug:act>/", my_care_order_answer, permission="care_order.answer", methods=WRITE
    ),
]
