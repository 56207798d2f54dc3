"""The independence file of an order (Statusakte): the firm records how it runs, the external declares and sees it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import orders, status_file
from werkfluss.engagement.models import Order
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.order_status import DeclarationForm, EvidenceForm
from werkfluss.web.pages.my_orders import own_order
from werkfluss.web.status_view import external_context, firm_context


def _order(pk: UUID) -> Order:
    return get_object_or_404(orders.orders().select_related("org", "resource__user"), pk=pk)


def order_status(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    form = EvidenceForm(order=found)
    return render(request, "orders/status.html", {**firm_context(found), "form": form})


def order_status_record(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Evidence on how the order runs in one point; the law is asked anew at once."""
    found = _order(pk)
    form = EvidenceForm(request.POST, order=found)
    if not form.is_valid():
        return render(request, "orders/status.html", {**firm_context(found), "form": form}, status=422)
    status_file.record_run(found, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Recorded. The law has been asked again."))
    return redirect("order_status", firm=request.org.slug, pk=found.pk)


def my_order_status(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What the external declares about this order, and what is stored here."""
    found = own_order(request, pk)
    context = external_context(found)
    said = {name: value for name, _words, value in context["asked"]}
    form = DeclarationForm(request.POST or None, order=found, said=said)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "my_orders/status.html", {**context, "form": form}, status=status)
    status_file.declare(found, answers=form.answers(), note=form.cleaned_data["note"], by=request.actor)
    messages.success(request, _("Thank you. Your declaration is stored; you can change it at any time."))
    return redirect("my_order_status", firm=request.org.slug, pk=found.pk)


urlpatterns = [
    firm_page("orders/<uuid:pk>/status/", order_status, permission="order.read"),
    firm_page("orders/<uuid:pk>/status/record/", order_status_record, permission="order.write", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/status/", my_order_status, permission="own_orders.answer", methods=FORM),
]
