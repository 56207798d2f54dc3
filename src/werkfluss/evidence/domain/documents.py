"""Keeping files: the bytes once per content, the name as often as it is used."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models

from werkfluss.evidence.models import MAX_FILE_BYTES, Blob, Document
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

# Says what a file is to tax and commercial law, from the row it belongs to and its title.
KeptAs = Callable[[Any, str], Document.KeepAs]
_kept_as: dict[str, KeptAs] = {}


def register_kept_as(model: type[models.Model], kept_as: KeptAs) -> None:
    """Let files of rows of ``model`` be invoices, vouchers, books or letters; others go with what they belong to."""
    _kept_as[model._meta.label_lower] = kept_as


def keep_file(
    content: bytes,
    *,
    filename: str,
    title: str = "",
    belongs_to: models.Model | None = None,
    dated_on: date | None = None,
    by: Actor,
) -> Document:
    """Keep a file, named after what it belongs to; that also says for how long (``Document.KeepAs``).

    ``dated_on`` is the date the paper bears, from which its period runs; without one it runs from filing.

    Raises:
        Broken: the file is empty or larger than 25 MB.
    """
    if not 0 < len(content) <= MAX_FILE_BYTES:
        raise Broken(
            Fault(
                filename,
                Text("Die Datei ist leer oder größer als 25 MB.", "The file is empty or larger than 25 MB."),
                Text("Eine Datei von 1 Byte bis 25 MB.", "A file of 1 byte to 25 MB."),
                Text("Bitte teilen oder verkleinern Sie die Datei.", "Please split the file or make it smaller."),
            )
        )
    digest = hashlib.sha256(content).digest()
    blob, _ = Blob.objects.get_or_create(sha256=digest, defaults={"size": len(content), "content": content})
    says = _kept_as.get(belongs_to._meta.label_lower) if belongs_to else None
    document = Document.objects.create(
        title=(title or filename)[:200],
        filename=filename.replace("\\", "/").rsplit("/", 1)[-1][:200],
        media_type=mimetypes.guess_type(filename)[0] or "application/octet-stream",
        blob=blob,
        object_type=belongs_to._meta.label_lower if belongs_to else "",
        object_id=belongs_to.pk if belongs_to else None,
        keep_as=says(belongs_to, title or filename) if says else Document.KeepAs.OWNER,
        dated_on=dated_on,
        uploaded_by=by.id,
    )
    record(Event("evidence.document.kept", document, {"sha256": digest.hex(), "filename": document.filename}), by=by)
    return document


def date_documents(dates: Mapping[Document, date], *, by: Actor) -> None:
    """Note the dates that papers bear, once they have been read and a person has agreed to them."""
    new = {document: day for document, day in dates.items() if document.dated_on != day}
    for document, day in new.items():
        document.edit(dated_on=day)
    for document, day in new.items():
        record(Event("evidence.document.dated", document, {"dated_on": day}), by=by)


def content_of(document: Document) -> bytes:
    """The bytes of a document, checked against their digest.

    Raises:
        Broken: the stored bytes are not the ones that were kept.
    """
    content = bytes(document.blob.content)
    if hashlib.sha256(content).digest() != bytes(document.blob.sha256):
        raise Broken(
            Fault(
                document.filename,
                Text("Die gespeicherte Datei wurde verändert.", "The stored file was changed."),
                Text("Dieselben Bytes wie beim Ablegen.", "The same bytes as when it was kept."),
                Text("Bitte aus der Datensicherung wiederherstellen.", "Please restore it from a backup."),
            )
        )
    return content


def documents_of(subject: models.Model) -> models.QuerySet[Document]:
    """The documents that belong to an object, newest first."""
    return documents_about(subject._meta.label_lower, subject.pk)


def documents_about(object_type: str, object_id: UUID) -> models.QuerySet[Document]:
    return Document.objects.filter(object_type=object_type, object_id=object_id).order_by("-created_at")
