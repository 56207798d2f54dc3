"""Uploads and imports: what is kept, what goes again, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from werkfluss.evidence.domain import imports
from werkfluss.evidence.domain.documents import content_of, documents_of, keep_file
from werkfluss.evidence.models import MAX_FILE_BYTES, Blob, Document, ImportBatch
from werkfluss.kernel.errors import Broken, Refused
from werkfluss.org.models import FirmProfile

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor


def test_bytes_are_kept_once_per_content(in_firm: Actor) -> None:
    first = keep_file(b"gleich", filename="a.txt", by=in_firm)
    second = keep_file(b"gleich", filename="b.txt", belongs_to=FirmProfile.objects.get(), by=in_firm)
    assert first.blob_id == second.blob_id
    assert list(documents_of(FirmProfile.objects.get())) == [second]
    assert content_of(second) == b"gleich"


@pytest.mark.parametrize("size", [0, MAX_FILE_BYTES + 1])
def test_empty_or_too_large_is_refused(size: int, in_firm: Actor) -> None:
    with pytest.raises(Broken):
        keep_file(b"x" * size, filename="a.txt", by=in_firm)
    assert not Document.objects.exists()


def test_path_in_a_name_is_cut(in_firm: Actor) -> None:
    assert keep_file(b"x", filename="C:\\temp\\..\\a.pdf", by=in_firm).filename == "a.pdf"


def test_changed_bytes_are_found(in_firm: Actor) -> None:
    document = keep_file(b"echt", filename="a.txt", by=in_firm)
    Blob.objects.filter(pk=document.blob_id).update(content=b"falsch")
    with pytest.raises(Broken):
        content_of(Document.objects.get(pk=document.pk))


def test_uploads_are_told_from_other_documents(in_firm: Actor) -> None:
    keep_file(b"x", filename="a.txt", by=in_firm)
    upload = imports.keep_upload(b"y", filename="b.csv", by=in_firm)
    assert list(imports.uploads()) == [upload]


def test_discarded_upload_leaves_nothing(in_firm: Actor) -> None:
    upload = imports.keep_upload(b"y", filename="b.csv", by=in_firm)
    imports.discard_upload(upload, by=in_firm)
    assert not Document.objects.exists()
    assert not Blob.objects.exists()


def test_bytes_stay_while_another_document_has_them(in_firm: Actor) -> None:
    other = keep_file(b"y", filename="a.txt", by=in_firm)
    imports.discard_upload(imports.keep_upload(b"y", filename="b.csv", by=in_firm), by=in_firm)
    assert content_of(other) == b"y"


def test_imported_upload_is_evidence(in_firm: Actor) -> None:
    upload = imports.keep_upload(b"y", filename="b.csv", by=in_firm)
    imports.record_import(upload, kind="staff", mapping={}, created=[], by=in_firm)
    with pytest.raises(Refused):
        imports.discard_upload(upload, by=in_firm)


def made(by: Actor, count: int = 3) -> ImportBatch:
    upload = imports.keep_upload(b"y", filename="b.csv", by=by)
    rows = [keep_file(f"{n}".encode(), filename=f"{n}.txt", by=by) for n in range(count)]
    return imports.record_import(upload, kind="invoices", mapping={}, created=rows, by=by)


def test_rollback_deletes_what_was_made_and_nothing_else(in_firm: Actor) -> None:
    own = keep_file(b"eigen", filename="eigen.txt", by=in_firm)
    batch = made(in_firm)
    assert imports.roll_back_import(batch, by=in_firm) == 3
    assert set(Document.objects.values_list("pk", flat=True)) == {own.pk, batch.document_id}
    with pytest.raises(Refused):
        imports.roll_back_import(batch, by=in_firm)


def test_rollback_of_edited_rows_is_refused(in_firm: Actor) -> None:
    batch = made(in_firm)
    Document.objects.get(pk=batch.created[0][1]).edit(title="bearbeitet")
    with pytest.raises(Refused):
        imports.roll_back_import(batch, by=in_firm)


def test_rollback_of_rows_that_are_used_is_refused(in_firm: Actor) -> None:
    batch = made(in_firm)
    imports.record_import(
        Document.objects.get(pk=batch.created[1][1]), kind="staff", mapping={}, created=[], by=in_firm
    )
    with pytest.raises(Refused):
        imports.roll_back_import(batch, by=in_firm)


def test_row_that_is_gone_already_is_no_obstacle(in_firm: Actor) -> None:
    batch = made(in_firm)
    Document.objects.get(pk=batch.created[2][1]).delete()
    assert imports.roll_back_import(batch, by=in_firm) == 2
