"""Imports that can be taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import ProtectedError

from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Blob, Document, ImportBatch
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def keep_upload(content: bytes, *, filename: str, by: Actor) -> Document:
    """Keep a file that is to be imported, so that nobody uploads it again at the next step.

    Raises:
        Broken: the file is empty or larger than 25 MB.
    """
    document = keep_file(content, filename=filename, by=by)
    document.edit(object_type=ImportBatch._meta.label_lower)
    record(Event("evidence.import.uploaded", document, {"filename": document.filename}), by=by)
    return document


def uploads() -> models.QuerySet[Document]:
    """Files that were uploaded to be imported, the imported ones too, newest first."""
    return Document.objects.filter(object_type=ImportBatch._meta.label_lower).order_by("-created_at")


def discard_upload(document: Document, *, by: Actor) -> None:
    """Delete an uploaded file that was not imported; its bytes go too unless they are kept under another name.

    Raises:
        Refused: something was imported from it, so it is evidence.
    """
    if ImportBatch.objects.filter(document=document).exists():
        raise Refused(
            Text("Aus dieser Datei wurde schon übernommen.", "Something has been imported from this file."),
            citation="Import",
            what_to_do=Text("Bitte nehmen Sie den Import zurück.", "Please take the import back."),
        )
    Document.objects.filter(pk=document.pk).delete()
    if not Document.objects.filter(blob_id=document.blob_id).exists():
        Blob.objects.filter(pk=document.blob_id).delete()
    record(Event("evidence.import.discarded", document, {"filename": document.filename}), by=by)


def record_import(
    document: Document, *, kind: str, mapping: Mapping[str, Any], created: Sequence[models.Model], by: Actor
) -> ImportBatch:
    """Note what an import made, in order, so that it can be taken back."""
    batch = ImportBatch.objects.create(
        kind=kind,
        document=document,
        mapping=dict(mapping),
        created=[[row._meta.label_lower, str(row.pk)] for row in created],
        imported_by=by.id,
    )
    record(Event("evidence.import.done", batch, {"kind": kind, "rows": len(created)}), by=by)
    return batch


def roll_back_import(batch: ImportBatch, *, by: Actor) -> int:
    """Delete what the import made, last first; all of it or nothing.

    Raises:
        Refused: something was edited or used since, so taking it back would lose somebody's work.
    """
    if batch.state != "done":
        raise Refused(
            Text("Dieser Import ist schon zurückgenommen.", "This import has been taken back already."),
            citation="Import",
            what_to_do=Text("Es ist nichts zu tun.", "There is nothing to do."),
        )
    deleted = 0
    for label, key in reversed(batch.created):
        row = apps.get_model(label)._default_manager.filter(pk=key).first()
        if row is None:
            continue
        if row.version > 1:
            raise _in_use(f"{label} {key}")
        try:
            row.delete()
        except ProtectedError:
            raise _in_use(f"{label} {key}") from None
        deleted += 1
    batch.edit(state="rolled_back")
    record(Event("evidence.import.rolled_back", batch, {"rows": deleted}), by=by)
    return deleted


def _in_use(where: str) -> Refused:
    return Refused(
        Text(
            "Zeilen dieses Imports wurden seitdem bearbeitet oder verwendet.",
            "Rows of this import have been edited or used since.",
        ),
        citation="Import",
        what_to_do=Text(
            "Bitte beenden Sie die betroffenen Einträge einzeln.", "Please end the rows concerned one by one."
        ),
        where=where,
    )
