"""Mandates of fractional executives on the firm's side: propose a share, see the own days, end it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.engagement.domain import authority_limits, conflicts, decision_log, fractional
from werkfluss.engagement.models import Mandate
from werkfluss.kernel import clock
from werkfluss.web import happenings
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.fractional import ShareForm
from werkfluss.web.forms.payments import day_of
from werkfluss.web.mandate_view import firm_calendar, share_words
from werkfluss.web.pages.powers import limits_url
from werkfluss.web.power_words import limit_rows, signatures
from werkfluss.web.tables import Column, Empty, Table

happenings.KINDS.update(
    {
        "engagement.mandate.proposed": gettext_lazy("Share of days proposed"),
        "engagement.mandate.agreed": gettext_lazy("Share of days agreed"),
        "engagement.mandate.unavailable": gettext_lazy("Not available for a share of days"),
        "engagement.mandate.withdrawn": gettext_lazy("Proposal of a share withdrawn"),
        "engagement.mandate.ended": gettext_lazy("Mandate ended"),
        "engagement.mandate.day_placed": gettext_lazy("Day of a mandate placed"),
        "engagement.mandate.day_freed": gettext_lazy("Day of a mandate freed"),
        "workforce.hours.set": gettext_lazy("Weekly hours set"),
    }
)
happenings.OBJECTS["engagement.mandate"] = gettext_lazy("Mandate")


def _url(name: str, row: Mandate) -> str:
    return reverse(name, kwargs={"firm": row.org.slug, "pk": row.pk})


MANDATES = Table(
    "mandates",
    caption=gettext_lazy("Fractional executives"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column(
            "person",
            gettext_lazy("Person"),
            value="resource.name",
            order="resource__sort_key",
            link=lambda row: _url("mandate", row),
        ),
        Column("function", gettext_lazy("Function"), order="function"),
        Column("share", gettext_lazy("Share"), value=share_words),
        Column("first_day", gettext_lazy("From"), order="first_day", kind="date", secondary=True),
        Column("last_day", gettext_lazy("Until"), order="last_day", kind="date"),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
    ),
    search=("resource__name__icontains", "function__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No mandate yet"),
        gettext_lazy("An executive of several firms: a share of days, own limits, a log of decisions."),
        gettext_lazy("Propose a share"),
        url=lambda request: reverse("mandate_new", kwargs={"firm": request.org.slug}),
    ),
)


def mandates(request: FirmRequest) -> HttpResponse:
    return MANDATES.page(request, fractional.mandates(), template="fractional/list.html")


def mandate_new(request: FirmRequest) -> HttpResponse:
    form = ShareForm(request.POST or None)
    if not form.is_valid():
        return render(request, "fractional/new.html", {"form": form}, status=422 if form.is_bound else 200)
    made = fractional.propose_share(form.cleaned_data["resource"], form.terms(), by=request.actor)
    messages.success(request, _("Proposed. The person has been told and answers."))
    return redirect("mandate", firm=request.org.slug, pk=made.pk)


def found(pk: UUID) -> Mandate:
    return get_object_or_404(fractional.mandates(), pk=pk)


def mandate(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = found(pk)
    live = row.state in (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE, Mandate.State.RUNNING)
    context = {
        "mandate": row,
        "share": share_words(row),
        "weeks": firm_calendar(row) if live else [],
        "verdict": fractional.law_of(row.resource, on=clock.today()),
        "live": live,
        **_authority(request, row),
        "end_day": min(row.last_day, max(clock.today(), row.first_day)),
    }
    return render(request, "fractional/mandate.html", context)


def _authority(request: FirmRequest, row: Mandate) -> dict[str, Any]:
    """Limits, declared conflicts and decisions of the person in this firm."""
    declared = conflicts.declaration_of(row)
    return {
        "limits": limit_rows(authority_limits.open_limits(row.resource, on=clock.today())),
        "limits_url": limits_url(request.org.slug, row.resource_id),
        "uses": signatures(authority_limits.uses_of(row.resource)[:8]),
        "declared": declared,
        "finding": conflicts.finding_of(declared) if declared is not None else None,
        "decisions": decision_log.decisions().filter(mandate=row)[:5],
    }


def mandate_end(request: FirmRequest, pk: UUID) -> HttpResponse:
    fractional.end_mandate(found(pk), last_day=day_of(request.POST.get("day", "")), by=request.actor)
    messages.success(request, _("Ended. Later days are free again."))
    return redirect("mandate", firm=request.org.slug, pk=pk)


urlpatterns = [
    firm_page("mandates/", mandates, permission="mandate.read"),
    firm_page("mandates/new/", mandate_new, permission="mandate.write", methods=FORM),
    firm_page("mandates/<uuid:pk>/", mandate, permission="mandate.read"),
    firm_page("mandates/<uuid:pk>/end/", mandate_end, permission="mandate.write", methods=WRITE),
]
