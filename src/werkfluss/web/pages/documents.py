"""Documents: every file with what it belongs to, for those who may know of that; shown without a risk, or kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from werkfluss.evidence.domain.documents import content_of
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.org.models import User
from werkfluss.web import objects
from werkfluss.web.access import FirmRequest, firm_page
from werkfluss.web.happenings import object_word
from werkfluss.web.objects import visible_documents
from werkfluss.web.tables import Column, Empty, Filter, Table

# What a browser may show by itself. Everything else is only offered to be kept: nothing here is ever run.
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_AS_TEXT = {"text/plain", "text/csv", "text/xml", "application/xml", "application/json", "text/calendar"}
_PDF = "application/pdf"
_KINDS: dict[str, tuple[Any, Q]] = {
    "pdf": (gettext_lazy("PDF"), Q(media_type=_PDF)),
    "image": (gettext_lazy("Pictures"), Q(media_type__startswith="image/")),
    "table": (
        gettext_lazy("Tables"),
        Q(media_type__contains="spreadsheet") | Q(media_type__contains="excel") | Q(media_type="text/csv"),
    ),
    "xml": (gettext_lazy("E-invoices and other XML"), Q(media_type__endswith="xml")),
    "archive": (gettext_lazy("Archives"), Q(media_type="application/zip")),
}


def _types() -> list[tuple[str, Any]]:
    return [(label, object_word(label)) for label in objects.KNOWN]


DOCUMENTS = Table(
    "documents",
    caption=gettext_lazy("Documents"),
    columns=(
        Column(
            "title",
            gettext_lazy("Title"),
            order="title",
            link=lambda row: reverse("document", kwargs={"firm": row.org.slug, "pk": row.pk}),
        ),
        Column(
            "filename",
            gettext_lazy("File"),
            value=lambda row: row.filename if row.filename != row.title else "",
            order="filename",
            secondary=True,
        ),
        Column("about", gettext_lazy("Belongs to"), partial="documents/about.html", export=lambda row: row.about.name),
        Column("kind", gettext_lazy("Kind"), value="about.kind"),
        Column("size", gettext_lazy("Size"), value=lambda row: size_word(row.blob.size), secondary=True),
        Column("who", gettext_lazy("Kept by"), secondary=True),
        Column("at", gettext_lazy("Kept on"), value="created_at", order="created_at", kind="moment"),
    ),
    filters=(
        Filter(
            "format",
            gettext_lazy("Format"),
            [(key, label) for key, (label, _q) in _KINDS.items()],
            apply=lambda rows, key: rows.filter(_KINDS[key][1]),
        ),
        Filter("type", gettext_lazy("Belongs to"), _types, field="object_type"),
    ),
    search=("title__icontains", "filename__icontains"),
    default_order="-at",
    empty=Empty(
        gettext_lazy("No documents yet"),
        gettext_lazy("Files of tasks, orders, papers and imports stand here as soon as there are any."),
    ),
)


def size_word(size: int) -> str:
    """In the largest unit that leaves a number people read."""
    if size < 1024:
        return f"{size} B"
    return f"{size // 1024} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def attach(request: FirmRequest, rows: list[Document]) -> None:
    """Put on each document what it belongs to and who kept it."""
    batches = dict(
        ImportBatch.objects.filter(document__in=[row.pk for row in rows], state="done").values_list("document", "pk")
    )
    refs = {row.pk: (row.object_type, row.object_id or batches.get(row.pk)) for row in rows}
    names = objects.shown(refs.values(), firm=request.org.slug, actor=request.actor)
    users: dict[UUID | None, str] = dict(
        User.objects.filter(pk__in={row.uploaded_by for row in rows}).values_list("pk", "name")
    )
    for row in rows:
        row.about = names[refs[row.pk]]  # type: ignore[attr-defined]  # drawn by columns and pages
        row.who = users.get(row.uploaded_by, "")  # type: ignore[attr-defined]


def documents(request: FirmRequest) -> HttpResponse:
    return DOCUMENTS.page(
        request,
        visible_documents(request.actor),
        template="documents/list.html",
        prepare=lambda rows: attach(request, rows),
    )


def _document(request: FirmRequest, pk: UUID) -> Document:
    row: Document | None = visible_documents(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def document(request: FirmRequest, pk: UUID) -> HttpResponse:
    row = _document(request, pk)
    attach(request, [row])
    context = {
        "document": row,
        "size": size_word(row.blob.size),
        "digest": bytes(row.blob.sha256).hex(),
        "shown": row.media_type == _PDF or row.media_type in _SHOWN | _AS_TEXT,
        "is_image": row.media_type in _SHOWN,
    }
    return render(request, "documents/document.html", context)


@xframe_options_sameorigin
def document_view(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file for a frame of our own: pictures and text in a sandbox, PDF for the browser's viewer, else to keep.

    XML and tables go out as plain text: no browser draws or runs what stands in them. A sandbox would stop the viewer
    of PDF files; it runs nothing with the rights of our pages anyway.
    """
    row = _document(request, pk)
    content = content_of(row)
    policy = "default-src 'none'; frame-ancestors 'self'"
    if row.media_type == _PDF and content.startswith(b"%PDF"):
        response = _answer(row, content, _PDF, inline=True)
    elif row.media_type in _SHOWN | _AS_TEXT:
        kind = row.media_type if row.media_type in _SHOWN else "text/plain; charset=utf-8"
        response, policy = _answer(row, content, kind, inline=True), f"sandbox; {policy}"
    else:
        return document_file(request, pk)
    response.headers["Content-Security-Policy"] = policy
    return response


def document_file(request: FirmRequest, pk: UUID) -> HttpResponse:
    """The file to keep."""
    row = _document(request, pk)
    response = _answer(row, content_of(row), "application/octet-stream", inline=False)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


def _answer(row: Document, content: bytes, media_type: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, row.filename) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    firm_page("documents/", documents, permission="project.read"),
    firm_page("documents/<uuid:pk>/", document, permission="project.read"),
    firm_page("documents/<uuid:pk>/view/", document_view, permission="project.read"),
    firm_page("documents/<uuid:pk>/file/", document_file, permission="project.read"),
]
