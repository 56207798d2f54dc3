"""Versions of papers written from the records: each is kept as PDF and Word document, with its number and digest."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from werkfluss.agents import sheets
from werkfluss.agents.models import Paper
from werkfluss.agents.sheets import Sheet
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Document
from werkfluss.kernel.text import Language
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record

_NAMES = {
    "guide": ("ki-leitfaden", "ai-act-guide"),
    "processing": ("verarbeitungsverzeichnis", "record-of-processing"),
    "annex": ("anlage-betriebsvereinbarung", "annex-works-agreement"),
    "trainings": ("ki-schulungen", "ai-trainings"),
}


def filename(kind: str, language: Language, ending: str, *, number: int | None = None) -> str:
    """How a paper is called as a file."""
    name = _NAMES[kind][language != "de"]
    return f"{name}-{number}.{ending}" if number else f"{name}.{ending}"


def versions(kind: str) -> QuerySet[Paper]:
    """The versions of a paper, the newest first."""
    return Paper.objects.filter(kind=kind).order_by("-number")


def keep_version(sheet: Sheet, *, kind: str, language: Language, at: datetime, by: Actor) -> Paper:
    """Keep the paper as it is now, as PDF and Word document; ``at`` stands on it. Equal contents: no new version."""
    digest = sheet.sha256()
    newest = versions(kind).first()
    if newest is not None and (newest.sha256, newest.language) == (digest, language):
        return newest
    paper = Paper.objects.create(
        kind=kind, number=next_number(f"paper_{kind}"), language=language, as_of=sheet.as_of, sha256=digest
    )
    title = f"{sheet.title.in_language(language)} ({paper.number})"
    for ending, draw in (("pdf", sheets.as_pdf), ("docx", sheets.as_docx)):
        name = filename(kind, language, ending, number=paper.number)
        keep_file(draw(sheet, language=language, at=at), filename=name, title=title, belongs_to=paper, by=by)
    record(Event("agents.paper.kept", paper, {"kind": kind, "number": paper.number, "sha256": digest}), by=by)
    return paper


def files_of(papers: list[Paper]) -> dict[object, list[Document]]:
    """The files of versions, by key of the version: one query."""
    found: dict[object, list[Document]] = {paper.pk: [] for paper in papers}
    rows = Document.objects.filter(object_type=Paper._meta.label_lower, object_id__in=list(found))
    for document in rows.select_related("org").order_by("filename"):
        found[document.object_id].append(document)
    return found
