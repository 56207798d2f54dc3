"""Cases (Vorgänge): the list, where each stands, its open steps, what happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.web import case_page, case_view, law_view
from werkfluss.web.access import WRITE, FirmRequest, firm_page
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.process_view import drawing, shown_step, subject_url
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.work.domain import cases as domain
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseTask

KINDS.update(
    {
        "work.process.deployed": gettext_lazy("Process taken over"),
        "work.case.started": gettext_lazy("Case started"),
        "work.case.step_done": gettext_lazy("Step done"),
        "work.case.timer_fired": gettext_lazy("Time came"),
        "work.case.message_received": gettext_lazy("Message received"),
        "work.case.cancelled": gettext_lazy("Case cancelled"),
        "work.case.service_repeated": gettext_lazy("Automatic step repeated"),
        "work.case.ended": gettext_lazy("Case ended"),
    }
)
OBJECTS.update({"work.case": gettext_lazy("Case"), "work.processdefinition": gettext_lazy("Process")})
STATES = (
    ("running", gettext_lazy("running")),
    ("completed", gettext_lazy("completed")),
    ("cancelled", gettext_lazy("cancelled")),
    ("failed", gettext_lazy("failed")),
)


def case_url(row: Case) -> str:
    return reverse("case", kwargs={"firm": row.org.slug, "pk": row.pk})


CASES = Table(
    "cases",
    caption=gettext_lazy("Cases"),
    columns=(
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("title", gettext_lazy("Case"), order="title", link=case_url),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
        Column("process", gettext_lazy("Process"), value="definition.name", order="definition__name", secondary=True),
        Column("waiting", gettext_lazy("Waits for")),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date"),
    ),
    filters=(Filter("state", gettext_lazy("State"), STATES),),
    search=("title__icontains", "definition__name__icontains"),
    default_order="-number",
    empty=Empty(
        gettext_lazy("No cases yet"),
        gettext_lazy("A case is a run of a process: an order, a hire, whatever your processes describe."),
        gettext_lazy("To the processes"),
        url=lambda request: reverse("processes", kwargs={"firm": request.org.slug}),
    ),
)


def _attach_steps(rows: list[Any]) -> None:
    """On each case the names of its open steps: one query for all of them."""
    found: dict[UUID, list[str]] = {}
    steps = CaseTask.objects.filter(case__in=[row.pk for row in rows], state="open").order_by("created_at")
    for case_id, name in steps.values_list("case_id", "name"):
        found.setdefault(case_id, []).append(name)
    for row in rows:
        row.waiting = ", ".join(found.get(row.pk, []))


def cases(request: FirmRequest) -> HttpResponse:
    def prepare(listed: list[Any]) -> None:
        _attach_steps(listed)
        law_view.unname_cases(listed, request.actor)

    rows = domain.cases().select_related("org")
    context = {"may_work": request.actor.may("case.work")}
    return CASES.page(request, rows, template="cases/list.html", context=context, prepare=prepare)


def case(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.cases().select_related("org"), pk=pk)
    law_view.unname_cases([found], request.actor)
    model = model_of(found.definition)
    active = set(found.tokens.values_list("element", flat=True))
    rows = list(domain.open_steps(found).select_related("case__definition", "resource"))
    if not request.actor.may("care.write"):
        law_view.unname((row.resource for row in rows), "care_cases")
    shown = [shown_step(step, request.actor) for step in rows]
    context = {
        "case": found,
        "drawing": case_page.with_anchor(drawing(model, active=active, done=set(found.engine["visited"]) - active)),
        "steps": shown,
        "subject_url": subject_url(found, request.org, request.actor),
        **case_page.page(found, shown, request.actor),
        **case_view.around(found, request.actor),
        "may_work": request.actor.may("case.work"),
        "here": request.path,
    }
    return render(request, "cases/case.html", context)


def cancel_case(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(domain.cases().select_related("org"), pk=pk)
    domain.cancel_case(found, reason=request.POST.get("reason", ""), by=request.actor)
    messages.success(request, _("The case has been cancelled."))
    return redirect(case_url(found))


urlpatterns = [
    firm_page("cases/", cases, permission="case.read"),
    firm_page("cases/<uuid:pk>/", case, permission="case.read"),
    firm_page("cases/<uuid:pk>/cancel/", cancel_case, permission="case.work", methods=WRITE),
]
