"""Partner teams as the firm sees them: order books, capacity and sub-processors to decide, and how many people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import capacity, order_book, partners, service_levels, sub_processors
from werkfluss.engagement.models import CapacityOffer, Order, SubProcessor
from werkfluss.engagement.service_terms import KINDS
from werkfluss.kernel import clock
from werkfluss.web import today
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.forms.law import here
from werkfluss.web.forms.partners import data_word
from werkfluss.web.order_view import order_url
from werkfluss.web.partner_view import book_table, role_word
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.workforce.models import Resource

_OPEN = (Order.State.OFFERED, Order.State.AGREED, Order.State.DELIVERED)


def partner_url(row: Resource) -> str:
    return reverse("partner", kwargs={"firm": row.org.slug, "pk": row.pk})


PARTNERS = Table(
    "partners",
    caption=gettext_lazy("Partner teams"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("name", gettext_lazy("Team"), order="sort_key", link=partner_url),
        Column("country", gettext_lazy("Country"), order="country"),
        Column("open", gettext_lazy("Open orders"), value="open_orders", order="open_orders", kind="number"),
        Column("time_zone", gettext_lazy("Time zone"), order="time_zone", secondary=True),
    ),
    search=("name__icontains",),
    default_order="name",
    empty=Empty(
        gettext_lazy("No partner teams yet"),
        gettext_lazy("A partner team is added under People; its orders, capacity and people stand here."),
    ),
)
BOOK = book_table(
    "partner",
    link=lambda row: order_url(row.order),
    state=lambda row: row.state,
    empty=gettext_lazy("Orders to this team stand here with their milestones and the next step."),
)


def partner_list(request: FirmRequest) -> HttpResponse:
    live = Count("orders", filter=Q(orders__state__in=_OPEN), distinct=True)
    rows = partners.partner_teams().select_related("org").annotate(open_orders=live)
    return PARTNERS.page(request, rows, template="partners/list.html")


def _team(pk: UUID) -> Resource:
    return get_object_or_404(partners.partner_teams().select_related("org"), pk=pk)


def partner(request: FirmRequest, pk: UUID) -> HttpResponse:
    team = _team(pk)
    book = order_book.book_of(order_book.team_orders().filter(resource=team))
    context: dict[str, Any] = {
        "team": team,
        "people": [(role_word(role), count) for role, count in partners.counts_of(team).items()],
        "capacity": capacity.capacity_offers(team)[:20],
        "sub_processors": [(one, data_word(one.row)) for one in sub_processors.judged(team, on=clock.today())],
        "kept": [(here(KINDS[kind]), met, missed) for kind, (met, missed) in service_levels.record_of(team.pk).items()],
        "may_write": request.actor.may("order.write"),
    }
    return BOOK.page(request, book, template="partners/partner.html", context=context)


def partner_capacity(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The firm's answer to a capacity offer."""
    offer = get_object_or_404(CapacityOffer.objects.select_related("resource"), pk=pk)
    if request.POST.get("answer") == "accept":
        capacity.accept_capacity(offer, by=request.actor)
        messages.success(request, _("Accepted. From its first day plans count with these hours."))
    else:
        capacity.decline_capacity(offer, by=request.actor)
        messages.success(request, _("The partner has been told. Nothing else follows from it."))
    return redirect("partner", firm=request.org.slug, pk=offer.resource_id)


def partner_sub_processor(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The firm approves a sub-processor or objects to it."""
    row = get_object_or_404(SubProcessor.objects.select_related("resource"), pk=pk)
    if request.POST.get("answer") == "approve":
        sub_processors.approve(row, by=request.actor)
        messages.success(request, _("The sub-processor has been approved."))
    else:
        sub_processors.object_to(row, reason=request.POST.get("reason", ""), by=request.actor)
        messages.success(request, _("The partner has been told of your objection."))
    return redirect("partner", firm=request.org.slug, pk=row.resource_id)


@today.answers("mine")
def partners_waiting(request: FirmRequest) -> list[today.Item]:
    """What partners wait for: a word on capacity, on sub-processors."""
    if not request.actor.may("order.write"):
        return []

    def item(team: Resource, why: str) -> today.Item:
        address = reverse("partner", kwargs={"firm": request.org.slug, "pk": team.pk})
        return today.Item(team.name, address, why=why, action=_("Decide"))

    offered = [item(one.resource, _("Capacity offered")) for one in capacity.to_decide()[:10]]
    declared = [
        item(one.resource, _("Sub-processor: {name}").format(name=one.name)) for one in sub_processors.waiting()[:10]
    ]
    return offered + declared


urlpatterns = [
    firm_page("partners/", partner_list, permission="order.read", name="partners"),
    firm_page("partners/<uuid:pk>/", partner, permission="order.read"),
    firm_page("partners/capacity/<uuid:pk>/", partner_capacity, permission="order.write", methods=WRITE),
    firm_page("partners/sub-processors/<uuid:pk>/", partner_sub_processor, permission="order.write", methods=WRITE),
]
