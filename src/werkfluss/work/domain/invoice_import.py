"""Bringing e-invoices to the task that books them: they become the input of whoever does it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import QuerySet

from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.imports import record_import
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.models import Task

_OPEN = (Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED, Task.State.STARTED)


def tasks_that_take_files() -> QuerySet[Task]:
    """Tasks whose work is not done yet, those of an agent that books invoices first."""
    books = models.Case(models.When(skill_folder="invoice_booking", then=0), default=1)
    return (
        Task.objects.filter(is_summary=False, state__in=_OPEN)
        .select_related("project")
        .alias(books=books)
        .order_by("books", "project__number", "position")
    )


def known_contents(contents: Iterable[bytes]) -> set[bytes]:
    """Those of the files that some task has already, byte by byte: one query."""
    by_digest = {hashlib.sha256(content).digest(): content for content in contents}
    rows = Document.objects.filter(object_type=Task._meta.label_lower, blob__sha256__in=list(by_digest))
    return {by_digest[bytes(digest)] for digest in rows.values_list("blob__sha256", flat=True)}


def attach_invoices(task: Task, *, files: Sequence[tuple[str, bytes]], document: Document, by: Actor) -> ImportBatch:
    """Attach files as input of a task; ``document`` is the upload they came in. One import, to be taken back whole.

    Raises:
        Refused: the task is done already, or there is no file.
    """
    if task.state not in _OPEN or not files:
        raise Refused(
            Text("Die Aufgabe ist schon erledigt.", "The task is done already.")
            if files
            else Text("Es ist keine Datei ausgewählt.", "No file is chosen."),
            citation="Import",
            what_to_do=Text("Bitte wählen Sie neu.", "Please choose again."),
        )
    kept = [keep_file(content, filename=name, belongs_to=task, by=by) for name, content in files]
    batch = record_import(document, kind="invoices", mapping={}, created=kept, by=by)
    record(Event("work.invoices.attached", task, {"files": len(kept), "import": batch.pk}), by=by)
    return batch
