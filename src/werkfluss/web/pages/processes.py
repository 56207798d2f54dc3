"""Processes: how clear each is, what keeps it from running, and a new one from a BPMN file."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.errors import WerkflussError
from werkfluss.process import library
from werkfluss.web.access import FORM, WRITE, FirmRequest, firm_page
from werkfluss.web.forms import Form
from werkfluss.web.process_view import drawing, language, name_of
from werkfluss.web.tables import Column, Empty, Table
from werkfluss.work.domain import definitions
from werkfluss.work.domain.case_versions import cases_of_older_versions
from werkfluss.work.domain.definitions import Examined
from werkfluss.work.models import Case, ProcessDefinition, ProcessDraft

MAX_BYTES = 5 * 1024 * 1024


def process_url(row: ProcessDefinition) -> str:
    return reverse("process", kwargs={"firm": row.org.slug, "pk": row.pk})


PROCESSES = Table(
    "processes",
    caption=gettext_lazy("Processes"),
    columns=(
        Column("name", gettext_lazy("Process"), order="name", link=process_url),
        Column("clarity", gettext_lazy("Clarity, of 100"), kind="number"),
        Column("findings", gettext_lazy("Open questions"), kind="number"),
        Column("running", gettext_lazy("Running cases"), kind="number"),
        Column("revision", gettext_lazy("Version"), order="revision", kind="number"),
        Column("since", gettext_lazy("Since"), value="created_at", order="created_at", kind="date", secondary=True),
    ),
    search=("name__icontains",),
    default_order="name",
    empty=Empty(
        gettext_lazy("No processes yet"),
        gettext_lazy("Upload a BPMN file from your drawing tool, or take over one that comes with Werkfluss."),
        gettext_lazy("Upload BPMN"),
        url=lambda request: reverse("process_upload", kwargs={"firm": request.org.slug}),
    ),
)


class UploadForm(Form):
    """A BPMN 2.0 file."""

    file = forms.FileField(
        label=gettext_lazy("BPMN file"), help_text=gettext_lazy("BPMN 2.0 XML, as every drawing tool exports it.")
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(_("The file may have up to 5 MB."))
        return given


def _attach_clarity(rows: list[Any]) -> None:
    running: dict[UUID, int] = {}
    for key in Case.objects.filter(definition__in=[row.pk for row in rows], state="running").values_list(
        "definition_id", flat=True
    ):
        running[key] = running.get(key, 0) + 1
    for row in rows:
        found = definitions.clarity_of(row).clarity
        row.clarity, row.findings = found.score, len(found.findings)
        row.running = running.get(row.pk, 0)


def processes(request: FirmRequest) -> HttpResponse:
    rows = definitions.definitions().select_related("org")
    known = set(ProcessDefinition.objects.values_list("key", flat=True))
    offered = [
        (name, library.load(name).process(name).name_in(language())) for name in library.names() if name not in known
    ]
    drawn = ProcessDraft.objects.order_by("name") if request.actor.may("case.work") else ProcessDraft.objects.none()
    return PROCESSES.page(
        request,
        rows,
        template="processes/list.html",
        context={"offered": offered, "drafts": drawn},
        prepare=_attach_clarity,
    )


def _shown(found: Examined) -> dict[str, Any]:
    """What a page says of an examined file."""
    clarity = [(name_of(found.model, one.element), one) for one in found.clarity.findings]
    return {
        "clarity": found.clarity,
        "gaps": [pair for pair in clarity if pair[1].severity == "gap"],
        "hints": [pair for pair in clarity if pair[1].severity != "gap"],
        "blockers": [(name_of(found.model, one.element), one) for one in found.blockers],
        "notes": [(name_of(found.model, one.element), one) for one in found.findings if one.severity == "note"],
        "edits": found.clarity.edits[:5],
        "drawing": drawing(found.model),
        "process_name": found.process.name_in(language()) or found.process.id,
    }


def process(request: FirmRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(ProcessDefinition.objects.select_related("org"), pk=pk)
    running = Case.objects.filter(definition=found, state="running").count()
    older = cases_of_older_versions(definitions.definition_of(found.key, by=request.actor)).count()
    context = {"definition": found, "running": running, "older": older, **_shown(definitions.clarity_of(found))}
    return render(request, "processes/process.html", context)


def process_file(_request: FirmRequest, pk: UUID) -> HttpResponse:
    """The BPMN file as it runs, to be drawn on elsewhere."""
    found = get_object_or_404(ProcessDefinition, pk=pk)
    response = HttpResponse(found.bpmn, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}-{found.revision}.bpmn"'
    return response


def process_upload(request: FirmRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "processes/upload.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data["file"]
    data = given.read()
    try:
        found = definitions.examine(data, filename=given.name)
    except WerkflussError as error:
        return render(request, "processes/upload.html", {"form": form, "fault": error.fault}, status=422)
    context = {"form": form, "found": found, "source": base64.b64encode(data).decode(), "filename": given.name}
    return render(request, "processes/upload.html", {**context, **_shown(found)})


def process_deploy(request: FirmRequest) -> HttpResponse:
    """Take over the file that was just looked at; it is checked once more."""
    try:
        data = base64.b64decode(request.POST.get("source", ""), validate=True)
    except binascii.Error:
        raise Http404 from None
    name = request.POST.get("filename", "")[:200]
    found = definitions.deploy_definition(data, filename=name, by=request.actor)
    messages.success(request, _("The process can be used from now on."))
    return redirect(process_url(found))


def process_take(request: FirmRequest) -> HttpResponse:
    name = request.POST.get("name", "")
    if name not in library.names():
        raise Http404
    found = definitions.deploy_library(name, by=request.actor)
    messages.success(request, _("The process can be used from now on."))
    return redirect(process_url(found))


urlpatterns = [
    firm_page("processes/", processes, permission="case.read"),
    firm_page("processes/upload/", process_upload, permission="case.work", methods=FORM),
    firm_page("processes/deploy/", process_deploy, permission="case.work", methods=WRITE),
    firm_page("processes/take/", process_take, permission="case.work", methods=WRITE),
    firm_page("processes/<uuid:pk>/", process, permission="case.read"),
    firm_page("processes/<uuid:pk>/file/", process_file, permission="case.read"),
]
