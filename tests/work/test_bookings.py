"""Bookings: approved by a human, corrected, exported once, the same bytes again."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.flow import conftest as flow_fixtures
from werkfluss.evidence.domain.documents import content_of
from werkfluss.flow import steps
from werkfluss.flow.bookings import export_bookings
from werkfluss.formats.extf.read import read
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Entry, FirmProfile
from werkfluss.org.roles import Role
from werkfluss.work.domain import acceptance, bookings
from werkfluss.work.domain.bookings import Correction
from werkfluss.work.models import Result, Task

agent_work = flow_fixtures.agent_work
in_the_firm = flow_fixtures.in_the_firm
make_invoice = flow_fixtures.make_invoice


@pytest.fixture
def prepared(agent_work, in_the_firm):
    """A firm with DATEV numbers in which an agent has prepared the given files (default: two safe invoices)."""

    def prepare(files=None):
        with in_the_firm():
            FirmProfile.objects.get().edit(datev_consultant=29098, datev_client=55003)
        assignment = agent_work(files=files)
        steps.run_agent(assignment.org_id, assignment.pk)

    return prepare


def test_all_safe_lines_are_approved_by_a_human(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        assert bookings.approve_all_safe(result, by=by) == 2
        assert {item.decided_by for item in result.items.all()} == {by.id}
        assert bookings.approve_all_safe(result, by=by) == 0
    with in_the_firm():
        assert Entry.objects.filter(kind="work.item.approved", actor_id=by.id).count() == 2


def test_agent_cannot_approve(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        agent = Actor(by.org_id, ActorKind.AGENT, by.id, frozenset({Role.AGENT}))
        with pytest.raises(Refused, match="always accepted by a human"):
            bookings.approve_all_safe(Result.objects.get(), by=agent)


@pytest.mark.parametrize(
    ("buyer", "name", "light"),
    [
        ("Fremd Anlagen GmbH", "Kopierpapier", "unsicher"),
        ("Muster Maschinenbau GmbH", "Allerlei ohne Beispiel", "unvollständig"),
    ],
)
def test_lines_in_doubt_are_not_approved_in_bulk(prepared, in_the_firm, make_invoice, buyer, name, light):
    prepared({"a.xml": make_invoice("R-1", name=name, buyer=buyer)})
    with in_the_firm() as by:
        result = Result.objects.get()
        assert result.items.get().light == light
        assert bookings.approve_all_safe(result, by=by) == 0


def test_correction_is_kept_beside_the_proposal(prepared, in_the_firm, make_invoice):
    prepared({"a.xml": make_invoice("R-1", name="Allerlei ohne Beispiel")})
    with in_the_firm() as by:
        item = Result.objects.get().items.get()
        # What a human can fill in does not lock the line; without it, it cannot be booked.
        with pytest.raises(Refused, match="account is missing"):
            bookings.approve_booking(item, by=by)
        bookings.approve_booking(item, correction=Correction((("4930", "9"),), "Büro"), note="Kopierpapier", by=by)
        item.refresh_from_db()
        assert item.state == "approved"
        assert (item.fields["postings"][0]["account"], item.fields["text"]) == ("4930", "Büro")
        assert item.proposed["text"] != "Büro"
    with in_the_firm() as by:
        changed = Entry.objects.get(kind="work.item.approved").payload.data["changed"]
        assert sorted(changed) == ["postings", "text"]
        with pytest.raises(Conflict):
            bookings.approve_booking(item, by=by)


@pytest.mark.parametrize(
    ("postings", "message"),
    [((("", "9"),), "account is missing"), ((("4930", "neun"),), "not a tax key"), ((), "number of postings")],
)
def test_correction_that_cannot_be_booked_is_refused(prepared, in_the_firm, postings, message):
    prepared()
    with in_the_firm() as by:
        item = Result.objects.get().items.first()
        with pytest.raises(Refused, match=message):
            bookings.approve_booking(item, correction=Correction(postings, "Text"), by=by)


def test_incomplete_invoice_is_locked(prepared, in_the_firm):
    prepared({"kaputt.xml": b"<Invoice"})
    with in_the_firm() as by:
        item = Result.objects.get().items.get()
        with pytest.raises(Refused, match="incomplete and locked"):
            bookings.approve_booking(item, by=by)
        acceptance.reject_item(item, note="Nicht lesbar", by=by)


def test_export_writes_batch_documents_and_procedure(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        bookings.approve_all_safe(result, by=by)
        documents = export_bookings(result, by=by)
        assert [document.filename.split("_")[0] for document in documents] == [
            "EXTF",
            "Belege",
            "Verfahrensdokumentation.pdf",
        ]
        batch = read(content_of(documents[0]), filename="x.csv")
        assert [str(booking.amount) for booking in batch.bookings] == ["119.00", "59.50"]
        assert (batch.advisor, batch.client, batch.chart) == (29098, 55003, "SKR03")
        package = zipfile.ZipFile(io.BytesIO(content_of(documents[1])))
        index = package.read("document.xml").decode()
        assert all(str(booking.document_link).upper() in index for booking in batch.bookings)
        assert {"a.xml", "b.xml"} <= set(package.namelist())
        assert content_of(documents[2]).startswith(b"%PDF")
        assert all(item.exported_at for item in result.items.all())
    with in_the_firm():
        assert Entry.objects.filter(kind="work.bookings.exported").count() == 1


def test_same_batch_has_the_same_bytes_again(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        bookings.approve_all_safe(result, by=by)
        first = export_bookings(result, by=by)
        assert {d.pk for d in export_bookings(result, by=by)} == {d.pk for d in first}
        items = list(result.items.select_related("source__blob"))
        again = bookings.batch_files(items, created=items[0].exported_at)
        assert dict(again) == {document.filename: content_of(document) for document in first[:2]}


def test_exported_line_cannot_be_reopened(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        bookings.approve_all_safe(result, by=by)
        export_bookings(result, by=by)
        with pytest.raises(Refused, match="exported already"):
            acceptance.reopen_item(result.items.first(), by=by)


def test_export_with_an_undecided_line_is_refused(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        bookings.approve_booking(result.items.first(), by=by)
        with pytest.raises(Refused, match="not decided yet"):
            export_bookings(result, by=by)
        assert not any(item.exported_at for item in result.items.all())


def test_export_leaves_rejected_lines_out(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        acceptance.reject_item(result.items.first(), note="Falsche Firma", by=by)
        bookings.approve_all_safe(result, by=by)
        batch = read(content_of(export_bookings(result, by=by)[0]), filename="x.csv")
        assert [booking.document for booking in batch.bookings] == ["R-2"]


def test_export_without_any_approved_line_is_refused(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        result = Result.objects.get()
        for item in result.items.all():
            acceptance.reject_item(item, note="Nein", by=by)
        with pytest.raises(Refused, match="No booking has been approved"):
            export_bookings(result, by=by)


def test_export_needs_the_right_to_approve(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        employee = Actor(by.org_id, ActorKind.USER, by.id, frozenset({Role.EMPLOYEE}))
        with pytest.raises(NotPermitted):
            export_bookings(Result.objects.get(), by=employee)


def test_export_without_datev_numbers_is_refused(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        FirmProfile.objects.get().edit(datev_client=None)
        result = Result.objects.get()
        bookings.approve_all_safe(result, by=by)
        with pytest.raises(Refused, match="client numbers are missing"):
            export_bookings(result, by=by)


def test_approved_bookings_teach_suppliers_habits_and_duplicates(prepared, in_the_firm):
    prepared()
    with in_the_firm() as by:
        task = Task.objects.get()
        bookings.approve_all_safe(Result.objects.get(), by=by)
        assert bookings.what_is_known(besides=task)["suppliers"] is None
        other = Task.objects.create(project=task.project, number=99, title="Nächster Monat")
        known = bookings.what_is_known(besides=other)
        assert [supplier["name"] for supplier in known["suppliers"]] == ["Papier Nord GmbH"]
        assert known["suppliers"][0]["ibans"] == ["DE89370400440532013000"]
        assert [key["number"] for key in known["earlier"]] == ["R-1", "R-2"]
        assert len(known["history"]) == 2
        assert known["firm"]["name"] == "Muster Maschinenbau GmbH"
