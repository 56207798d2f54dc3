"""Decision tables: the firm's list, a file looked at before it is taken over, and a version to be read."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.errors import WerkflussError
from werkfluss.process.dmn import model as dmn
from werkfluss.web import decision_view
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.decisions import UploadForm
from werkfluss.web.happenings import KINDS
from werkfluss.web.process_view import name_of
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import decision_tests, decisions
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Decision

KINDS.update(
    {
        "work.decision.test_kept": gettext_lazy("Test case of a decision table kept"),
        "work.decision.test_removed": gettext_lazy("Test case of a decision table removed"),
    }
)


def decision_url(row: Decision) -> str:
    return reverse("decision", kwargs={"firm": row.org.slug, "pk": row.pk})


def _names(row: Decision) -> str:
    names = [name or id_ for id_, name in row.decisions]
    more = f" +{len(names) - 3}" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


DECISIONS = Table(
    "decisions",
    caption=gettext_lazy("Decision tables"),
    columns=(
        Column("name", gettext_lazy("Decision table"), order="name", link=decision_url),
        Column("answers", gettext_lazy("Decides"), value=_names),
        Column("used_in", gettext_lazy("Asked by"), value=lambda row: row.used_in or "–"),
        Column("cases", gettext_lazy("Test cases"), value=lambda row: len(row.tests), kind="number"),
        Column("revision", gettext_lazy("Version"), order="revision", kind="number"),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date", secondary=True),
    ),
    search=("name__icontains",),
    default_order="name",
    empty=Empty(
        gettext_lazy("No decision tables yet"),
        gettext_lazy("A decision table says what follows from what. Processes ask it instead of a person."),
        gettext_lazy("New decision table"),
        url=lambda request: reverse("decision_new", kwargs={"firm": request.org.slug}),
    ),
)


def _attach_uses(rows: list[Any]) -> None:
    every = decisions.uses()
    for row in rows:
        found = {use.definition.name for use in decisions.uses_of(row, every)}
        row.used_in = ", ".join(sorted(found))


def decision_list(request: FirmRequest) -> HttpResponse:
    rows = decisions.decisions().select_related("org")
    return DECISIONS.page(request, rows, template="decisions/list.html", prepare=_attach_uses)


def _outlook(model: dmn.Model) -> dict[str, Any]:
    """What a page draws of a model."""
    return {
        "shown": decision_view.shown_decisions(model),
        "picture": decision_view.picture(model),
        "as_text": decision_view.as_text(model),
    }


def decision(request: FirmRequest, pk: UUID) -> HttpResponse:
    """One version: what it decides, on what it rests, its tables, what the check and the test cases say."""
    row = get_object_or_404(Decision.objects.select_related("org"), pk=pk)
    model = decisions.model_of(row)
    report = decision_tests.report_of(row)
    versions = list(decisions.versions_of(row.key))
    uses = decisions.uses_of(row, decisions.uses())
    hits = {one.table: one.hits for one in report.coverage} if row.tests else None
    context = {
        "row": row,
        "latest": versions[0],
        "versions": versions[:20],
        "findings": decisions.findings_of(row),
        "report": report,
        "uses": [(use.definition, name_of(model_of(use.definition), use.element)) for use in uses],
        **_outlook(model),
        "shown": decision_view.shown_decisions(model, hits=hits),
    }
    return render(request, "decisions/decision.html", context)


def decision_file(_request: FirmRequest, pk: UUID) -> HttpResponse:
    """The DMN file, to be worked on elsewhere."""
    row = get_object_or_404(Decision, pk=pk)
    response = HttpResponse(row.dmn, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.key}-{row.revision}.dmn"'
    return response


def decision_upload(request: FirmRequest) -> HttpResponse:
    """Look at a file; nothing is kept."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "decisions/upload.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data["file"]
    return _looked_at(request, given.read(), given.name, form)


def _looked_at(request: FirmRequest, data: bytes, filename: str, form: UploadForm) -> HttpResponse:
    try:
        found = decisions.examine_decisions(data, filename=filename)
    except WerkflussError as error:
        return render(request, "decisions/upload.html", {"form": form, "fault": error.fault}, status=422)
    context = {
        "form": form,
        "found": found,
        "failing": [one for one in found.report.outcomes if not one.passed],
        "source": base64.b64encode(data).decode(),
        "filename": filename,
        **_outlook(found.model),
    }
    return render(request, "decisions/upload.html", context)


def decision_deploy(request: FirmRequest) -> HttpResponse:
    """Take over the file that was just looked at; it is checked once more."""
    try:
        data = base64.b64decode(request.POST.get("source", ""), validate=True)
    except binascii.Error:
        raise Http404 from None
    name = request.POST.get("filename", "")[:200]
    accept = request.POST.get("accept") == "1"
    made = decisions.deploy_decisions(data, filename=name, accept_failing=accept, by=request.actor)
    messages.success(request, _("Version %(n)s can be used from now on.") % {"n": made.revision})
    return redirect(reverse("decision", kwargs={"firm": request.org.slug, "pk": made.pk}))


urlpatterns = [
    firm_page("decisions/", decision_list, permission="case.read", name="decisions"),
    firm_page("decisions/upload/", decision_upload, permission="case.work", methods=FORM),
    firm_page("decisions/deploy/", decision_deploy, permission="case.work", methods=WRITE),
    firm_page("decisions/<uuid:pk>/", decision, permission="case.read"),
    firm_page("decisions/<uuid:pk>/file/", decision_file, permission="case.read"),
]
