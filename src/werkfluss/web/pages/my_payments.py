"""The external's side of the money: bank details, the period for the Abnahme, earlier payment, an own invoice."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from werkfluss.engagement.domain import early, orders, payees, protocols, received
from werkfluss.engagement.models import Claim, Order, ReceivedInvoice
from werkfluss.engagement.rules import own_orders
from werkfluss.kernel.errors import WerkflussError
from werkfluss.web.access import FORM, WRITE, FirmRequest, as_uuid, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.payments import AccountForm, EarlyForm, InvoiceUploadForm, PeriodForm
from werkfluss.web.order_view import order_url
from werkfluss.web.pages.my_orders import my_order_url


def _own(request: FirmRequest, pk: UUID) -> Order:
    return get_object_or_404(own_orders(request.actor).select_related("org"), pk=pk)


def my_order_account(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    form = AccountForm(request.POST or None, initial={"holder": order.resource.name[:70]})
    if not form.is_valid():
        context = {"form": form, "order": order, "cooling": payees.COOLING_OFF.days}
        return render(request, "my_orders/account.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    payees.enter_account(
        order.resource,
        iban=given["iban"],
        holder=given["holder"],
        bic=given["bic"],
        source=_("entered by the external"),
        by=request.actor,
    )
    messages.success(request, _("Entered. A second person at the client compares it before money goes there."))
    return redirect(my_order_url(order))


def my_order_period(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Ask for the Abnahme by a day (s. 640(2) BGB)."""
    order = _own(request, pk)
    delivery = get_object_or_404(order.deliveries, state="delivered")
    form = PeriodForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["days"][0]))
        return redirect(my_order_url(order))
    protocols.ask_for_acceptance(delivery, days=form.cleaned_data["days"], by=request.actor)
    messages.success(request, _("The period runs. Without a word on a defect the work is deemed accepted after it."))
    return redirect(my_order_url(order))


def my_order_early(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    claim = get_object_or_404(Claim.objects.filter(order=order), pk=as_uuid(request.POST.get("claim")))
    form = EarlyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a day before it is due."))
        return redirect(my_order_url(order))
    early.ask_early(claim, wished_on=form.cleaned_data["day"], discount_cents=form.cents(), by=request.actor)
    messages.success(request, _("Asked. You will hear by mail; nothing follows from asking."))
    return redirect(my_order_url(order))


def my_order_invoice(request: FirmRequest, pk: UUID) -> HttpResponse:
    order = _own(request, pk)
    return _upload(request, order, template="my_orders/upload.html", to=my_order_url(order))


def order_invoice(request: FirmRequest, pk: UUID) -> HttpResponse:
    """An invoice that reached the firm another way."""
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    return _upload(request, order, template="orders/upload.html", to=order_url(order))


def _upload(request: FirmRequest, order: Order, *, template: str, to: str) -> HttpResponse:
    form = InvoiceUploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        ((name, content), *_more) = form.cleaned_data["file"]
        try:
            received.receive_invoice(order, content=content, filename=name, by=request.actor)
        except WerkflussError as error:
            form.add_error("file", f"{here(error.fault.cause)} {here(error.fault.next_step)}")
        else:
            messages.success(request, _("The invoice has arrived and was compared with the order."))
            return redirect(to)
    context = {"form": form, "order": order}
    return render(request, template, context, status=422 if form.is_bound else 200)


def order_invoice_decide(request: FirmRequest, pk: UUID, invoice: UUID) -> HttpResponse:
    order = get_object_or_404(orders.orders().select_related("org"), pk=pk)
    row = get_object_or_404(ReceivedInvoice.objects.filter(order=order), pk=invoice)
    if request.POST.get("answer") == "take":
        received.take_invoice(row, by=request.actor)
        messages.success(request, _("Taken over; it stands among the payments."))
    else:
        received.refuse_invoice(row, note=request.POST.get("note", ""), by=request.actor)
        messages.success(request, _("Sent back; the external has been told what is wrong."))
    return redirect(order_url(order))


urlpatterns = [
    firm_page("my-orders/<uuid:pk>/account/", my_order_account, permission="own_orders.answer", methods=FORM),
    firm_page("my-orders/<uuid:pk>/period/", my_order_period, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/early/", my_order_early, permission="own_orders.answer", methods=WRITE),
    firm_page("my-orders/<uuid:pk>/invoice/", my_order_invoice, permission="own_orders.answer", methods=FORM),
    firm_page("orders/<uuid:pk>/invoice/", order_invoice, permission="order.write", methods=FORM),
    firm_page(
        "orders/<uuid:pk>/invoice/<uuid:invoice>/", order_invoice_decide, permission="order.write", methods=WRITE
    ),
]
