"""Approvals: a person sees the source beside the fields, decides, and takes the bookings out."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.samples.approvals import _delivered, _invoices
from werkfluss.evidence.models import Document
from werkfluss.formats.extf.read import read
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry, FirmProfile
from werkfluss.org.roles import Role
from werkfluss.web.invoice_view import anchor, readable
from werkfluss.work.models import Result, ResultItem, Task


@pytest.fixture
def director(world, browser):
    return browser(world.users[Role.MANAGING_DIRECTOR])


def url(world, name, **kwargs):
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


def lines_of(world, name="approval"):
    with world.open():
        return list(ResultItem.objects.filter(result_id=world.kwargs[name]["pk"]).order_by("position"))


def line_again(world, item):
    with world.open():
        return ResultItem.objects.get(pk=item.pk)


def fields(item, **changes):
    first = item.fields["postings"][0]
    return {"account_0": first["account"], "tax_key_0": first["tax_key"], "text": item.fields["text"], **changes}


def test_line_shows_the_source_with_the_doubtful_place_marked(world, director):
    page = director.get(url(world, "booking_line", **world.kwargs["booking_line"])).content.decode()
    assert f"{world.mark} Papier GmbH" in page
    place = anchor("BG-25[1]/BT-153")
    assert f'href="#{place}"' in page
    assert f'<td id="{place}" data-label="Ware oder Leistung" class="kind-text marked tone-bad">' in page
    assert '<datalist id="accounts">' in page


def test_approving_leads_to_the_next_line_and_can_be_undone(world, director):
    first, second = lines_of(world)
    answer = director.post(url(world, "decide_line", pk=first.pk), {**fields(first), "decision": "approve"})
    assert answer.url == url(world, "booking_line", pk=second.pk)
    assert line_again(world, first).state == "approved"
    assert director.get(answer.url).content.decode().count(url(world, "reopen_line", pk=first.pk)) == 1
    director.post(url(world, "reopen_line", pk=first.pk))
    assert line_again(world, first).state == "proposed"


def test_approving_with_changes_keeps_both(world, director):
    first, _second = lines_of(world)
    director.post(
        url(world, "decide_line", pk=first.pk),
        {**fields(first, account_0="4985", text="Anders"), "note": "Werkzeug", "decision": "approve"},
    )
    item = line_again(world, first)
    assert item.fields["postings"][0]["account"] == "4985"
    assert item.proposed["postings"][0]["account"] == first.fields["postings"][0]["account"]
    assert item.note == "Werkzeug"
    assert item.decided_by == world.director.id


def test_last_line_leads_back_to_the_result(world, director):
    first, second = lines_of(world)
    for item in (first, second):
        answer = director.post(url(world, "decide_line", pk=item.pk), {**fields(item), "decision": "approve"})
    assert answer.url == url(world, "approval", pk=first.result_id)


@pytest.mark.parametrize("change", [{"account_0": "abc"}, {"account_0": ""}, {"tax_key_0": "99999"}, {"text": ""}])
def test_field_that_cannot_be_booked_is_shown_again(world, director, change):
    first, _second = lines_of(world)
    answer = director.post(url(world, "decide_line", pk=first.pk), {**fields(first, **change), "decision": "approve"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert line_again(world, first).state == "proposed"


def test_rejecting_needs_a_word(world, director):
    first, _second = lines_of(world)
    address = url(world, "decide_line", pk=first.pk)
    answer = director.post(address, {**fields(first), "decision": "reject"})
    assert answer.status_code == 422
    assert "Bitte sagen Sie, warum Sie zurückweisen." in answer.content.decode()
    director.post(address, {**fields(first), "decision": "reject", "note": "Falsche Firma"})
    assert line_again(world, first).state == "rejected"


def test_decided_line_is_not_decided_again(world, director):
    first, _second = lines_of(world)
    address = url(world, "decide_line", pk=first.pk)
    director.post(address, {**fields(first), "decision": "approve"})
    assert director.post(address, {**fields(first), "decision": "approve"}).status_code == 409


def test_all_certain_lines_are_approved_in_the_persons_name_and_exported(world, director):
    pk = world.kwargs["approval"]["pk"]
    with world.open():
        FirmProfile.objects.get().edit(datev_consultant=29098, datev_client=55003)
    director.post(url(world, "approve_safe", pk=pk))
    assert {item.decided_by for item in lines_of(world)} == {world.director.id}
    director.post(url(world, "export_bookings", pk=pk))
    page = director.get(url(world, "approval", pk=pk)).content.decode()
    with world.open():
        batch = Document.objects.get(object_id=pk, filename__startswith="EXTF")
    address = url(world, "export_file", pk=pk, document=batch.pk)
    assert address in page
    answer = director.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(read(answer.content, filename="x.csv").bookings) == 2


def test_export_file_of_another_result_is_not_found(world, director):
    other = {"pk": world.kwargs["approval"]["pk"], "document": world.kwargs["export_file"]["document"]}
    assert director.get(url(world, "export_file", **other)).status_code == 404


def test_result_is_accepted_against_its_criteria(world, director):
    pk = world.kwargs["approval"]["pk"]
    address = url(world, "decide_result", pk=pk)
    director.post(url(world, "approve_safe", pk=pk))
    missing = director.post(address, {"decision": "accept"})
    assert missing.status_code == 422
    assert "nur abnehmen, wenn jedes Kriterium" in missing.content.decode()
    assert director.post(address, {"decision": "accept", "met": ["0"], "note": "Gut"}).status_code == 302
    with world.open():
        assert Result.objects.get(pk=pk).state == "accepted"
    assert url(world, "approval", pk=pk) in director.get(url(world, "decided_results")).content.decode()
    assert url(world, "approval", pk=pk) not in director.get(url(world, "approvals")).content.decode()


def test_result_with_open_lines_is_not_accepted(world, director):
    pk = world.kwargs["approval"]["pk"]
    answer = director.post(url(world, "decide_result", pk=pk), {"decision": "accept", "met": ["0"]})
    assert answer.status_code == 422
    assert "Zeilen sind noch nicht entschieden" in answer.content.decode()


def test_sending_back_needs_a_word(world, director):
    pk = world.kwargs["approval"]["pk"]
    address = url(world, "decide_result", pk=pk)
    assert director.post(address, {"decision": "send_back"}).status_code == 422
    assert director.post(address, {"decision": "send_back", "note": "Bitte neu"}).status_code == 302
    with world.open():
        assert Result.objects.get(pk=pk).state == "sent_back"


def test_four_eyes_ask_for_a_second_person(world, browser, director):
    pk = world.kwargs["approval"]["pk"]
    with world.open():
        Task.objects.get(results=pk).edit(four_eyes=True)
    director.post(url(world, "approve_safe", pk=pk))
    address, accept = url(world, "decide_result", pk=pk), {"decision": "accept", "met": ["0"]}
    assert director.post(address, accept).status_code == 302
    assert director.post(address, accept).status_code == 422
    with world.open():
        assert Result.objects.get(pk=pk).state == "delivered"
    browser(world.users[Role.LEAD]).post(address, accept)
    with world.open():
        assert Result.objects.get(pk=pk).state == "accepted"


def test_employee_sees_results_of_the_own_projects_only_and_no_bookings(world, browser):
    employee = world.users[Role.EMPLOYEE]
    client = browser(employee)
    pk = world.kwargs["approval"]["pk"]
    assert client.get(url(world, "approval", pk=pk)).status_code == 404
    with world.open():
        Result.objects.get(pk=pk).task.project.edit(lead=employee)
    page = client.get(url(world, "approval", pk=pk)).content.decode()
    assert "Die Zeilen dieses Ergebnisses entscheidet die Leitung." in page
    assert f"{world.mark} Papier GmbH" not in page


def test_unreadable_file_is_locked(world, director):
    with world.open():
        found, _run, _file = _delivered(world, {"kaputt.xml": b"<Invoice"})
        item = found.items.get()
    page = director.get(url(world, "booking_line", pk=item.pk)).content.decode()
    assert "Diese Buchung ist gesperrt" in page
    assert 'value="approve"' not in page
    assert director.post(url(world, "decide_line", pk=item.pk), {"decision": "approve", "text": "x"}).status_code == 422


def test_pdf_may_stand_in_our_frame_and_xml_is_kept_away(world, director):
    from werkfluss.formats.en16931.read import read as read_invoice
    from werkfluss.formats.en16931.zugferd import zugferd_pdf

    xml = _invoices(world, "P-1")["P-1.xml"]
    pdf = zugferd_pdf(read_invoice(xml, filename="p.xml").invoice, checked=False)
    with world.open():
        found, _run, _file = _delivered(world, {"p.pdf": pdf})
        item = found.items.get()
    answer = director.get(url(world, "line_source", pk=item.pk))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "<iframe" in director.get(url(world, "booking_line", pk=item.pk) + "?view=pdf").content.decode()
    other = director.get(url(world, "line_source", **world.kwargs["line_source"]))
    assert other.headers["Content-Type"] == "application/octet-stream"
    assert other.headers["Content-Disposition"].startswith("attachment")


def test_agent_is_stopped_and_released(world, director):
    pk = world.kwargs["agent"]["pk"]
    director.post(url(world, "stop_agent", pk=pk))
    assert "Der Agent ist gestoppt" in director.get(url(world, "agent", pk=pk)).content.decode()
    director.post(url(world, "release_agent", pk=pk))
    assert "Agenten stoppen" in director.get(url(world, "agent", pk=pk)).content.decode()
    with world.open():
        kinds = list(Entry.objects.filter(object_id=pk).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["workforce.agent.stopped", "workforce.agent.released"]


def test_every_value_of_an_invoice_has_its_place(world):
    from werkfluss.formats.en16931.read import read as read_invoice

    invoice = read_invoice(_invoices(world, "P-1")["P-1.xml"], filename="p.xml").invoice
    reason = {"where": "BT-32", "weight": "unvollständig"}
    view = readable(invoice, [{"where": "BT-84", "weight": "unsicher"}, {"where": "BT-84", "weight": "info"}, reason])
    assert [cell.tone for cell in view.payment if cell.where == "BT-84"] == ["caution"]
    # What a reason misses is shown although the invoice does not say it.
    seller = view.parties[0][1]
    assert [(cell.value, cell.tone) for cell in seller if cell.where == "BT-32"] == [("", "bad")]
    assert {anchor("BT-112"), anchor("BG-25[1]"), anchor("BG-25[1]/BT-131")} <= view.anchors()


def test_result_shows_its_text_and_every_attached_file(world, browser, director):
    """Whoever accepts must see what was delivered, also the lead who may accept in the own project only."""
    from tests.web.samples.approvals import DAY
    from werkfluss.evidence.domain.documents import keep_file
    from werkfluss.work.domain import assignments, tasks
    from werkfluss.work.models import Assignment
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    lead = world.users[Role.EMPLOYEE]
    by = Actor.system(world.org.pk)
    with world.open():
        rate = resources.set_rate(name=world.unique("Stunde"), cents_per_hour=6000, by=by)
        person = resources.add_resource(kind=Kind.EMPLOYEE, name=world.unique("Anna"), rate=rate, by=by)
        project = tasks.create_project(name=world.unique("Umbau"), start=DAY, lead=lead, by=by)
        task = tasks.create_task(project, title=world.unique("Plan zeichnen"), by=by)
        task.edit(state="assigned")
        assignment = Assignment.objects.create(task=task, resource=person, first_day=DAY, last_day=DAY)
        files = [keep_file(f"Blatt {n}".encode(), filename=f"blatt-{n}.txt", by=by) for n in (1, 2)]
        result = assignments.deliver_result(
            assignment, text="Erster Absatz\n\nZweiter <Absatz>", documents=files, by=by
        )
    for client in (director, browser(lead)):
        page = client.get(url(world, "approval", pk=result.pk)).content.decode()
        assert "<p>Erster Absatz</p>" in page
        assert "Zweiter &lt;Absatz&gt;" in page
        for number, file in enumerate(files, start=1):
            address = url(world, "document_file", pk=file.pk)
            assert f'href="{address}"' in page
            assert client.get(address).content == f"Blatt {number}".encode()
    listed = director.get(url(world, "approvals")).content.decode()
    assert task.title in listed
