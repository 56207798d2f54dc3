"""Objecting to a self-billed invoice, and what the firm does about it: correct it, or ask for an invoice."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import objections, orders
from werkfluss.engagement.models import Objection
from werkfluss.engagement.rules import own_orders
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms.orders import CorrectionForm
from werkfluss.web.pages.my_orders import my_order_url

SHOWN = 20


def my_order_object(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The external's objection to the document that holds now."""
    order = get_object_or_404(own_orders(request.actor).select_related("org"), pk=pk)
    chosen = request.POST.get("invoice")
    rows = order.invoices.filter(pk=as_uuid(chosen)) if chosen else order.invoices.all()
    invoice = rows.order_by("-number").first()
    if invoice is None:
        raise Http404
    objections.object_to_invoice(invoice, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("Your objection has arrived. The document no longer counts as an invoice."))
    return redirect(my_order_url(order))


def _waiting(pk: UUID) -> Objection:
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    waiting = objections.open_objections().filter(invoice__order=order).first()
    if waiting is None:
        raise Http404
    return waiting


def order_correct(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Issue the corrected document; what is not the amount comes from the facts of the person."""
    objection = _waiting(pk)
    invoice = objection.invoice
    form = CorrectionForm(
        request.POST or None, order=invoice.order, initial={"net": Decimal(invoice.net_cents).scaleb(-2)}
    )
    if not form.is_valid():
        context = {"form": form, "order": invoice.order, "objection": objection}
        return render(request, "orders/correct.html", context, status=422 if form.is_bound else 200)
    done = objections.correct_invoice(
        objection, net_cents=form.cents(), note=form.cleaned_data["note"], by=request.actor
    )
    messages.success(request, _("Issued as %(number)s; the external has been told.") % {"number": done.number})
    return redirect("order", firm=request.org.slug, pk=pk)


def order_ask_invoice(request: FirmRequest, pk: UUID) -> HttpResponse:
    objections.ask_for_invoice(_waiting(pk), note=request.POST.get("note", ""), by=request.actor)
    messages.success(request, _("The external has been asked for an invoice."))
    return redirect("order", firm=request.org.slug, pk=pk)


def waiting_items(request: FirmRequest) -> list[today.Item]:
    """The objections that this person may answer."""
    if not request.actor.may("order.write"):
        return []
    return [
        today.Item(
            _("Objection to %(number)s") % {"number": one.number},
            reverse("order", kwargs={"firm": request.org.slug, "pk": one.invoice.order_id}),
            why=_("%(name)s: %(title)s") % {"name": one.invoice.order.resource.name, "title": one.invoice.order.title},
            action=_("Answer"),
            tone="bad",
            word=_("objected to"),
        )
        for one in objections.open_objections()[:SHOWN]
    ]


@today.answers("mine")
def objections_waiting(request: FirmRequest) -> list[today.Item]:
    return waiting_items(request)


urlpatterns = [
    firm_page("my-orders/<uuid:pk>/object/", my_order_object, permission="own_orders.answer", methods=WRITE),
    firm_page("orders/<uuid:pk>/objection/correct/", order_correct, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/objection/invoice/", order_ask_invoice, permission="order.write", methods=WRITE),
]
