"""Taking data over: upload, preview with columns and rows, import, and the way back."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from werkfluss.evidence.domain import imports as evidence_imports
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.org.models import User
from werkfluss.web import happenings
from werkfluss.web.access import FORM, TABLE, WRITE, FirmRequest, firm_page
from werkfluss.web.forms.imports import UploadForm
from werkfluss.web.happenings import object_word
from werkfluss.web.tables import Column, Empty, Filter, Table
from werkfluss.web.wizard.catalogue import all_kinds, kinds_for
from werkfluss.web.wizard.draft import Draft
from werkfluss.web.wizard.recognise import kind_of

_NAMES = {key: kind.label for key, kind in all_kinds().items()} | {"plan": gettext_lazy("Work breakdown")}

IMPORTS = Table(
    "imports",
    caption=gettext_lazy("Imports so far"),
    columns=(
        Column("at", gettext_lazy("When"), value="created_at", order="created_at", kind="moment"),
        Column("kind", gettext_lazy("Kind of file"), value=lambda row: kind_word(row.kind), order="kind"),
        Column(
            "file",
            gettext_lazy("File"),
            value="document.filename",
            order="document__filename",
            link=lambda row: reverse("import_result", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column("rows", gettext_lazy("Objects made"), value=lambda row: len(row.created), kind="number"),
        Column("who", gettext_lazy("Who"), value=lambda row: getattr(row, "who", ""), secondary=True),
        Column("state", gettext_lazy("State"), order="state", kind="status"),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            choices=[("done", gettext_lazy("done")), ("rolled_back", gettext_lazy("taken back"))],
        ),
    ),
    search=("document__filename__icontains", "kind__icontains"),
    default_order="-at",
    empty=Empty(
        gettext_lazy("Nothing taken over yet"),
        gettext_lazy("Staff lists, project plans, absences and e-invoices come in here, each with a preview first."),
        gettext_lazy("Choose a file"),
        url=lambda request: reverse("import_upload", kwargs={"firm": request.org.slug}),
    ),
)

happenings.KINDS.update(
    {
        "evidence.document.kept": gettext_lazy("File kept"),
        "evidence.import.uploaded": gettext_lazy("File uploaded for import"),
        "evidence.import.discarded": gettext_lazy("Upload discarded"),
        "evidence.import.done": gettext_lazy("Data taken over"),
        "evidence.import.rolled_back": gettext_lazy("Import taken back"),
        "workforce.staff.imported": gettext_lazy("Staff list taken over"),
        "workforce.absences.imported": gettext_lazy("Absences taken over"),
        "work.project.imported": gettext_lazy("Project plan taken over"),
        "work.invoices.attached": gettext_lazy("E-invoices attached to a task"),
    }
)
happenings.OBJECTS.update(
    {
        "evidence.document": gettext_lazy("Document"),
        "evidence.importbatch": gettext_lazy("Import run"),
        "workforce.resource": gettext_lazy("Person or resource"),
        "workforce.paper": gettext_lazy("Paper"),
        "workforce.skill": gettext_lazy("Skill"),
        "workforce.absence": gettext_lazy("Absence"),
        "work.project": gettext_lazy("Project"),
        "work.task": gettext_lazy("Task"),
        "work.tasklink": gettext_lazy("Order of two tasks"),
    }
)


def kind_word(kind: str) -> str:
    return str(_NAMES.get(kind, kind))


def attach_who(rows: list[ImportBatch]) -> None:
    names: dict[UUID | None, str] = dict(
        User.objects.filter(pk__in={row.imported_by for row in rows}).values_list("pk", "name")
    )
    for row in rows:
        row.who = names.get(row.imported_by, "")  # type: ignore[attr-defined]  # drawn by the column "who"


def imports(request: FirmRequest) -> HttpResponse:
    rows = ImportBatch.objects.select_related("document", "org")
    return IMPORTS.page(request, rows, template="imports/list.html", prepare=attach_who)


def import_upload(request: FirmRequest) -> HttpResponse:
    kinds = kinds_for(request)
    choices = [(kind.key, kind.label) for kind in kinds]
    form = UploadForm(request.POST or None, request.FILES or None, kinds=choices)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "imports/upload.html", {"form": form, "kinds": kinds}, status=status)
    name, content = form.content()
    kind = form.cleaned_data["kind"] or kind_of(content, filename=name)
    # Read once before anything is kept: what cannot be read at all leaves no trace.
    all_kinds()[kind].read(content, filename=name, mapping=None)
    document = evidence_imports.keep_upload(content, filename=name, by=request.actor)
    address = reverse("import_check", kwargs={"firm": request.org.slug, "pk": document.pk})
    return redirect(f"{address}?kind={kind}")


def _upload(request: FirmRequest, pk: UUID) -> Document:
    """The own upload, or anybody's for those who may see all that lists of people hold."""
    document = evidence_imports.uploads().select_related("blob").filter(pk=pk).first()
    if document is None or not (document.uploaded_by == request.actor.id or request.actor.may("people.write")):
        raise Http404
    return document


def import_check(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The preview; and with the button, the import itself."""
    document = _upload(request, pk)
    done = ImportBatch.objects.filter(document=document, state="done").first()
    if done is not None:
        return redirect("import_result", firm=request.org.slug, pk=done.pk)
    draft = Draft.of(document, request.POST if request.method == "POST" else request.GET)
    if request.POST.get("act") == "import" and draft.wants_import:
        batch = draft.take_over(by=request.actor)
        messages.success(request, _("The data has been taken over."))
        return redirect("import_result", firm=request.org.slug, pk=batch.pk)
    refused = request.POST.get("act") == "import"
    context = {"draft": draft, "kinds": kinds_for(request), "refused": refused}
    return render(request, "imports/check.html", context, status=422 if refused else 200)


def import_discard(request: FirmRequest, pk: UUID) -> HttpResponse:
    document = _upload(request, pk)
    evidence_imports.discard_upload(document, by=request.actor)
    messages.success(request, _("The upload has been discarded; nothing was taken over."))
    return redirect("import_upload", firm=request.org.slug)


def _batch(pk: UUID) -> ImportBatch:
    batch = ImportBatch.objects.select_related("document", "org").filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def import_result(request: FirmRequest, pk: UUID) -> HttpResponse:
    batch = _batch(pk)
    attach_who([batch])
    made = Counter(label for label, _key in batch.created)
    context = {
        "batch": batch,
        "kind": kind_word(batch.kind),
        "made": [(object_word(label), str(count)) for label, count in made.items()],
        "steps": _onward(request, batch),
    }
    return render(request, "imports/result.html", context)


def _onward(request: FirmRequest, batch: ImportBatch) -> list[tuple[str, str]]:
    """Pages where what was made can be seen, as far as they exist and the person may open them."""
    first = dict(reversed(batch.created))
    wanted: list[tuple[str, dict[str, Any], str]] = []
    if "work.project" in first:
        wanted.append(("project", {"pk": first["work.project"]}, _("Open the project")))
    if {"workforce.resource", "workforce.absence"} & set(first):
        wanted.append(("people", {}, _("Show the people")))
    return [
        (reverse(name, kwargs={"firm": request.org.slug, **more}), label)
        for name, more, label in wanted
        if name in TABLE and request.actor.may(TABLE[name].permission)
    ]


def import_undo(request: FirmRequest, pk: UUID) -> HttpResponse:
    batch = _batch(pk)
    request.actor.require(_permission(batch.kind))
    count = evidence_imports.roll_back_import(batch, by=request.actor)
    said = ngettext("Taken back: %(n)s object is gone.", "Taken back: %(n)s objects are gone.", count) % {"n": count}
    messages.success(request, said)
    return redirect("import_result", firm=request.org.slug, pk=batch.pk)


def _permission(kind: str) -> str:
    known = all_kinds()
    return known[kind].permission if kind in known else known["wbs"].permission


urlpatterns = [
    firm_page("imports/", imports, permission="import.run"),
    firm_page("imports/new/", import_upload, permission="import.run", methods=FORM),
    firm_page("imports/check/<uuid:pk>/", import_check, permission="import.run", methods=FORM),
    firm_page("imports/check/<uuid:pk>/discard/", import_discard, permission="import.run", methods=WRITE),
    firm_page("imports/<uuid:pk>/", import_result, permission="import.run"),
    firm_page("imports/<uuid:pk>/undo/", import_undo, permission="import.run", methods=WRITE),
]
