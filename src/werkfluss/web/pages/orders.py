"""Orders: what the firm offers to externals, what comes back, what it accepts, and the invoice that follows."""

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

from werkfluss.engagement.domain import calls, counsel, deliveries, offers, orders, warnings
from werkfluss.engagement.models import Delivery, Order
from werkfluss.evidence.domain.documents import content_of
from werkfluss.evidence.models import Document
from werkfluss.kernel.money import Money
from werkfluss.org.actor import Actor
from werkfluss.web import today
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.downloads import as_download
from werkfluss.web.forms.order_terms import spoken
from werkfluss.web.forms.orders import FileForm, NewOrderForm, OrderForm, SendForm
from werkfluss.web.forms.payments import day_in, defects_in
from werkfluss.web.order_effects import effects_context, external_of
from werkfluss.web.order_view import accounting_files, order_context, order_url
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.workforce.models import Resource

STATES = (
    ("draft", gettext_lazy("draft")),
    ("offered", gettext_lazy("offered")),
    ("agreed", gettext_lazy("agreed")),
    ("delivered", gettext_lazy("delivered")),
    ("accepted", gettext_lazy("accepted")),
    ("billed", gettext_lazy("billed")),
    ("declined", gettext_lazy("declined")),
    ("cancelled", gettext_lazy("cancelled")),
)

ORDERS = Table(
    "orders",
    caption=gettext_lazy("Orders"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("title", pgettext_lazy("contract", "Order"), order="title", link=order_url),
        Column("resource", gettext_lazy("External"), value="resource.name", order="resource__sort_key"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("first_day", gettext_lazy("From"), order="first_day", kind="date", secondary=True),
        Column("last_day", gettext_lazy("Due by"), order="last_day", kind="date"),
        Column(
            "price",
            gettext_lazy("Fee, net"),
            value=lambda row: Money.from_cents(row.price_cents, row.currency),
            order="price_cents",
            kind="money",
        ),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATES),),
    search=("title__icontains", "resource__name__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No orders yet"),
        gettext_lazy("A published plan makes them by itself, or you write one from a brief."),
        gettext_lazy("New order"),
        url=lambda request: reverse("order_new", kwargs={"firm": request.org.slug}),
    ),
)


def order_list(request: FirmRequest) -> HttpResponse:
    return ORDERS.page(request, orders.orders().select_related("org"), template="orders/list.html")


def _order(pk: UUID) -> Order:
    return get_object_or_404(orders.orders().select_related("org", "resource__user"), pk=pk)


def order(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    return render(request, "orders/order.html", _page(request, found))


def _page(request: FirmRequest, found: Order) -> dict[str, Any]:
    """The order with what the law says. The page asks, nobody decides: in the record it is Werkfluss itself."""
    system = Actor.system(request.org.pk)
    _permission, checks = orders.legal_checks(found, by=system)
    return {
        **order_context(found, request.actor),
        "checks": checks,
        "further": orders.further_checks(found, by=system),
        "warned": found.state == Order.State.DRAFT and warnings.warned_of(found, checks),
        "file_form": FileForm(),
    }


def order_new(request: FirmRequest) -> HttpResponse:
    form = NewOrderForm(request.POST or None, initial={"resource": request.GET.get("resource", "")})
    if not form.is_valid() or "act" in request.POST:
        return _written(request, form)
    resource: Resource = form.cleaned_data["resource"]
    terms = form.terms()
    made = orders.draft_order(resource, by=request.actor, **terms, **form.stated())
    messages.success(request, _("The draft is there. Nobody but you has seen it yet."))
    return redirect("order", firm=request.org.slug, pk=made.pk)


def order_edit(request: FirmRequest, pk: UUID) -> HttpResponse:
    """A draft is changed; what was offered or agreed is changed by a new offer."""
    found = _order(pk)
    form = OrderForm.of(found, request.POST or None)
    if not form.is_valid() or "act" in request.POST:
        return _written(request, form, found)
    orders.state_for_the_law(found, source=f"Auftrag {found.number}", **form.restated(), by=request.actor)
    if found.state == Order.State.DRAFT:
        orders.edit_order(found, expected_version=found.version, by=request.actor, **form.terms())
        messages.success(request, _("The draft has been saved."))
    else:
        orders.send_offer(found, changes=form.terms(), by=request.actor)
        messages.success(request, _("The change has been sent as a new offer. Until it is accepted, nothing changes."))
    return redirect(order_url(found))


def _written(request: FirmRequest, form: OrderForm, found: Order | None = None) -> HttpResponse:
    """The form with what its clauses do, as far as it is filled in."""
    terms = form.data if form.is_bound else {name: field.value() for name, field in form.shown.items()}
    external = found.resource if found else external_of(terms)
    firm = {"firm": request.org.slug}
    url = (
        reverse("order_effects_of", kwargs={**firm, "pk": found.pk}) if found else reverse("order_effects", kwargs=firm)
    )
    context = {"form": form, "order": found, "effects_url": url, **effects_context(external, terms, found)}
    refused = form.is_bound and "act" not in request.POST
    return render(request, "orders/form.html", context, status=422 if refused else 200)


def order_effects(request: FirmRequest, pk: UUID | None = None) -> HttpResponse:
    """What the clauses of a form do that is being filled in; nothing is stored."""
    found = _order(pk) if pk else None
    external = found.resource if found else external_of(request.POST)
    return render(request, "orders/effects.html", effects_context(external, request.POST, found))


def order_send(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    form = SendForm(request.POST, order=found)
    if not form.is_valid():
        context = {**_page(request, found), "send_form": form}
        return render(request, "orders/order.html", context, status=422)
    if orders.step_of(found, "check_counter") is not None:
        offers.reopen_offer(found, by=request.actor)
    if form.cleaned_data.get("others"):
        return _ask_several(request, found, form)
    orders.send_offer(found, answer_by=form.instant(), by=request.actor)
    messages.success(request, _("The offer is on its way by mail."))
    return redirect(order_url(found))


def _ask_several(request: FirmRequest, found: Order, form: SendForm) -> HttpResponse:
    given = form.cleaned_data
    _call, held = calls.ask_several(
        found,
        list(given["others"]),
        mode=given["mode"] or "first",
        answer_by=form.instant(),
        by=request.actor,
    )
    messages.success(request, _("The offers are on their way by mail, one to each."))
    for name, refusal in held.items():
        told = refusal.reason.in_language(spoken())
        messages.warning(request, _("Not offered to {name}: {reason}").format(name=name, reason=told))
    return redirect(order_url(found))


def order_counter(request: FirmRequest, pk: UUID) -> HttpResponse:
    """What becomes of a counter-proposal."""
    found = _order(pk)
    offer = orders.latest_offer(found)
    if offer is None:
        raise Http404
    if request.POST.get("answer") == "take":
        offers.take_counter(offer, by=request.actor)
        messages.success(request, _("The proposal has been sent as a new offer."))
    else:
        offers.refuse_counter(offer, reason=request.POST.get("reason", ""), by=request.actor)
        messages.success(request, _("There is no agreement. The external has been told."))
    return redirect(order_url(found))


def order_message(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    offers.answer_question(found, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Your answer has been sent."))
    return redirect(order_url(found))


def order_release_file(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Please choose a file of up to 25 MB."))
        return redirect(order_url(found))
    for name, content in form.cleaned_data["file"]:
        orders.release_file(found, content=content, filename=name, by=request.actor)
    messages.success(request, _("The external can read the file from now on."))
    return redirect(order_url(found))


def order_accept(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Abnahme of the delivery that waits: every criterion, or back with a note."""
    found = _order(pk)
    delivery = get_object_or_404(Delivery.objects.filter(order=found, state="delivered"))
    met = [str(index) in request.POST.getlist("met") for index in range(len(found.criteria))]
    note = request.POST.get("note", "").strip()
    if request.POST.get("answer") == "back":
        unmet = [text for text, fine in zip(found.criteria, met, strict=True) if not fine]
        deliveries.send_back_delivery(delivery, unmet=unmet, note=note, by=request.actor)
        messages.success(request, _("The delivery has been sent back with your note."))
    else:
        defects, mend_by = defects_in(request.POST.get("defects", "")), day_in(request.POST.get("mend_by", ""))
        deliveries.accept_delivery(
            delivery,
            met=met,
            note=note,
            keys=request.POST.getlist("part") or None,
            defects=defects,
            mend_by=mend_by if defects else None,
            last="more" not in request.POST,
            by=request.actor,
        )
        messages.success(request, _("Accepted. What follows has been done by itself."))
    return redirect(order_url(found))


def order_counsel(request: FirmRequest, pk: UUID) -> HttpResponse:
    """Everything about status and law of this order as PDF and JSON, for counsel and for nobody else."""
    counsel.export_for_counsel(_order(pk), language=spoken(), by=request.actor)
    messages.success(request, _("The papers for counsel are kept with the order. The external does not see them."))
    return redirect(reverse("order", kwargs={"firm": request.org.slug, "pk": pk}) + "#counsel")


def order_cancel(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = _order(pk)
    orders.cancel_order(found, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("The order has been withdrawn."))
    return redirect(order_url(found))


def order_file(_request: FirmRequest, pk: UUID, document: UUID) -> HttpResponse:
    """Files of this order, its deliveries and its invoice."""
    found = _order(pk)
    own = Q(object_type="engagement.order", object_id=found.pk)
    own |= Q(object_type="engagement.delivery", object_id__in=found.deliveries.values("pk"))
    own |= accounting_files(found)
    file = get_object_or_404(Document.objects.select_related("blob").filter(own), pk=document)
    return as_download(file, content_of(file))


@today.answers("mine")
def deliveries_waiting(request: FirmRequest) -> list[today.Item]:
    """What externals wait for: an acceptance, a word on a counter-proposal."""
    if not request.actor.may("order.write"):
        return []
    firm = {"firm": request.org.slug}
    waiting = [
        today.Item(
            one.order.title,
            reverse("order", kwargs={**firm, "pk": one.order_id}),
            why=_("delivered by {name}").format(name=one.order.resource.name),
            action=_("Accept the delivery"),
        )
        for one in deliveries.deliveries_to_accept()[:20]
    ]
    countered = orders.orders().filter(state=Order.State.DRAFT, offers__state="countered").distinct()[:20]
    return waiting + [
        today.Item(
            row.title,
            reverse("order", kwargs={**firm, "pk": row.pk}),
            why=_("counter-proposal by {name}").format(name=row.resource.name),
            action=_("Decide"),
        )
        for row in countered
        if (latest := orders.latest_offer(row)) is not None and latest.state == "countered"
    ]


urlpatterns = [
    firm_page("orders/", order_list, permission="order.read", name="orders"),
    firm_page("orders/new/", order_new, permission="order.write", methods=FORM),
    firm_page("orders/effects/", order_effects, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/", order, permission="order.read"),
    firm_page(
        "orders/<uuid:pk>/effects/", order_effects, permission="order.write", methods=WRITE, name="order_effects_of"
    ),
    firm_page("orders/<uuid:pk>/edit/", order_edit, permission="order.write", methods=FORM),
    firm_page("orders/<uuid:pk>/send/", order_send, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/counter/", order_counter, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/message/", order_message, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/files/", order_release_file, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/accept/", order_accept, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/counsel/", order_counsel, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/cancel/", order_cancel, permission="order.write", methods=WRITE),
    firm_page("orders/<uuid:pk>/files/<uuid:document>/", order_file, permission="order.read"),
]
