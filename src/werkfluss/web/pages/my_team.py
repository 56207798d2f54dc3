"""My team: what a partner sees of its own orders with a firm, and what it manages itself: people, sub-processors,
capacity.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import capacity, order_book, partners, sub_processors
from werkfluss.engagement.models import CapacityOffer, PartnerMember, SubProcessor
from werkfluss.engagement.rules import own_orders, own_teams
from werkfluss.kernel import clock
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms import Form
from werkfluss.web.forms.partners import CapacityForm, MemberForm, SubProcessorForm, data_word
from werkfluss.web.limits import INVITATIONS
from werkfluss.web.pages.errors import too_many
from werkfluss.web.pages.my_orders import my_order_url, shown_state
from werkfluss.web.partner_view import book_table, role_word
from werkfluss.workforce.models import Kind, Resource

BOOK = book_table(
    "my_team",
    link=lambda row: my_order_url(row.order),
    state=lambda row: shown_state(row.order),
    empty=gettext_lazy("As soon as the client offers you an order, it stands here."),
)


def _team(request: FirmRequest) -> Resource:
    """The partner team of whoever asks; a login belongs to one."""
    team = own_teams(request.actor).first()
    if team is None:
        raise Http404
    return team


def my_team(request: FirmRequest) -> HttpResponse:
    team = own_teams(request.actor).first()
    orders = own_orders(request.actor).filter(resource__kind=Kind.PARTNER)
    context: dict[str, Any] = {"team": team}
    if team is not None:
        context |= {
            "leads": partners.coordinates(team, request.actor),
            "people": [(one, role_word(one.role)) for one in partners.members_of(team)],
            "capacity": capacity.capacity_offers(team)[:20],
            "sub_processors": [(one, data_word(one.row)) for one in sub_processors.judged(team, on=clock.today())],
        }
    return BOOK.page(request, order_book.book_of(orders), template="partners/my_team.html", context=context)


def _form_page(request: FirmRequest, form: Form, *, title: str, intro: str, act: str) -> HttpResponse:
    context = {"form": form, "title": title, "intro": intro, "act": act}
    return render(request, "partners/form.html", context, status=422 if form.is_bound else 200)


def my_team_invite(request: FirmRequest) -> HttpResponse:
    team = _team(request)
    partners.require_coordination(team, request.actor)
    form = MemberForm(request.POST or None)
    if not form.is_valid():
        intro = _("The person gets a mail with a personal link. The client sees how many you are, not who.")
        return _form_page(request, form, title=_("Invite somebody of your team"), intro=intro, act=_("Invite"))
    if not INVITATIONS.allow(request, "mailed", key=f"team/{team.pk}"):
        return too_many(request)
    partners.invite_member(team, **form.cleaned_data, by=request.actor)
    messages.success(request, _("The invitation is on its way by mail."))
    return redirect("my_team", firm=request.org.slug)


def my_team_remove(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = PartnerMember.objects.select_related("resource", "user").filter(resource=_team(request), ended_at=None)
    partners.remove_member(get_object_or_404(rows, pk=pk), by=request.actor)
    messages.success(request, _("The person can no longer come in."))
    return redirect("my_team", firm=request.org.slug)


def my_team_capacity(request: FirmRequest) -> HttpResponse:
    team = _team(request)
    partners.require_coordination(team, request.actor)
    form = CapacityForm(request.POST or None)
    if not form.is_valid():
        intro = _("What you offer binds nobody to an order; each order is an offer of its own, which you may decline.")
        return _form_page(request, form, title=_("Offer capacity"), intro=intro, act=_("Offer it"))
    capacity.offer_capacity(team, **form.says(), by=request.actor)
    messages.success(request, _("The client sees your offer now."))
    return redirect("my_team", firm=request.org.slug)


def my_team_capacity_withdraw(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = CapacityOffer.objects.select_related("resource").filter(resource=_team(request))
    capacity.withdraw_capacity(get_object_or_404(rows, pk=pk), by=request.actor)
    messages.success(request, _("The offer has been withdrawn."))
    return redirect("my_team", firm=request.org.slug)


def my_team_declare(request: FirmRequest) -> HttpResponse:
    team = _team(request)
    partners.require_coordination(team, request.actor)
    form = SubProcessorForm(request.POST or None)
    if not form.is_valid():
        intro = _("Companies to which you give data of the client. The client approves or objects (Art. 28 GDPR).")
        return _form_page(request, form, title=_("Declare a sub-processor"), intro=intro, act=_("Declare"))
    sub_processors.declare(team, **form.cleaned_data, by=request.actor)
    messages.success(request, _("Declared. The client decides now."))
    return redirect("my_team", firm=request.org.slug)


def my_team_declared_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    rows = SubProcessor.objects.select_related("resource").filter(resource=_team(request))
    sub_processors.end(get_object_or_404(rows, pk=pk), by=request.actor)
    messages.success(request, _("Noted: you no longer use it."))
    return redirect("my_team", firm=request.org.slug)


urlpatterns = [
    firm_page("my-team/", my_team, permission="own_team.read"),
    firm_page("my-team/invite/", my_team_invite, permission="own_team.write", methods=FORM),
    firm_page("my-team/people/<uuid:pk>/remove/", my_team_remove, permission="own_team.write", methods=WRITE),
    firm_page("my-team/capacity/", my_team_capacity, permission="own_team.write", methods=FORM),
    firm_page(
        "my-team/capacity/<uuid:pk>/withdraw/", my_team_capacity_withdraw, permission="own_team.write", methods=WRITE
    ),
    firm_page("my-team/sub-processors/", my_team_declare, permission="own_team.write", methods=FORM),
    firm_page(
        "my-team/sub-processors/<uuid:pk>/end/", my_team_declared_end, permission="own_team.write", methods=WRITE
    ),
]
