"""Deadlines, documents and calendar feeds: what stands on the list, who sees it, how it is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import icalendar
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.web.samples import people as samples
from tests.web.world import World
from werkfluss.compliance.domain import explain
from werkfluss.compliance.models import Condition, Deadline
from werkfluss.evidence.models import Document
from werkfluss.org.models import Entry, FeedToken, User
from werkfluss.org.roles import Role
from werkfluss.web.pages import feeds as feed_pages

Browser = Callable[[User | None], Client]
TODAY = date.today()


def address(world: World, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


def page(client: Client, world: World, name: str, query: str = "", **kwargs: Any) -> str:
    response = client.get(address(world, name, **kwargs) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


def set_one(world: World, **more: Any) -> Deadline:
    with world.open():
        return samples.set_one(world, **more)


def test_list_is_in_the_order_of_the_start(world: World, hr: Client) -> None:
    late = set_one(world, due=TODAY + timedelta(days=400), lead_days=1)
    soon = set_one(world, due=TODAY + timedelta(days=401), lead_days=395)
    html = page(hr, world, "deadlines", "?q=Frist")
    assert html.index(soon.title_de) < html.index(late.title_de)


@pytest.mark.parametrize(
    ("days", "lead", "word"), [(-1, 0, "überfällig"), (5, 10, "jetzt beginnen"), (60, 10, "offen")]
)
def test_state_follows_from_the_days(days: int, lead: int, word: str, world: World, hr: Client) -> None:
    row = set_one(world, due=TODAY + timedelta(days=days), lead_days=lead)
    html = page(hr, world, "deadlines", f"?q={row.title_de.rsplit(' ', 1)[1]}&state=")
    line = html.split(row.title_de)[1].split("</tr>")[0]
    assert word in line


def test_paper_stands_on_the_list_until_its_renewal_is_a_deadline(world: World, hr: Client) -> None:
    from werkfluss.compliance.domain.deadlines import set_deadline
    from werkfluss.kernel.text import Text

    with world.open() as by:
        person = samples.take_on(world)
    assert page(hr, world, "deadlines", "?kind=paper").count(f">{person.name}</a>") == 1
    with world.open() as by:
        title = Text("Ersthelferschein verlängern", "Renew")
        set_deadline(
            person, code="renew:first_aid", title=title, due=TODAY, lead_days=1, who="hr", basis="Ablauf", by=by
        )
    assert person.name not in page(hr, world, "deadlines", "?kind=paper")
    assert page(hr, world, "deadlines", "?kind=deadline").count(f">{person.name}</a>") == 1


def test_done_with_its_proof(world: World, hr: Client) -> None:
    row = set_one(world)
    file = SimpleUploadedFile("Bescheid.pdf", b"%PDF-1.7 Bescheid")
    response = hr.post(address(world, "deadline_done", pk=row.pk), {"done-document": file})
    assert response.status_code == 302
    with world.open():
        row.refresh_from_db()
        assert row.state == "done"
        assert row.proof is not None
        assert row.proof.filename == "Bescheid.pdf"
    assert row.title_de not in page(hr, world, "deadlines")
    assert row.title_de in page(hr, world, "deadlines_closed")
    assert "Bescheid.pdf" in page(hr, world, "deadline", pk=row.pk)
    assert hr.post(address(world, "deadline_done", pk=row.pk)).status_code == 409, "only once"


def test_dropped_only_with_a_reason(world: World, hr: Client) -> None:
    row = set_one(world)
    assert hr.post(address(world, "deadline_drop", pk=row.pk), {"drop-reason": " "}).status_code == 422
    assert hr.post(address(world, "deadline_drop", pk=row.pk), {"drop-reason": "Person ist weg"}).status_code == 302
    assert "Person ist weg" in page(hr, world, "deadline", pk=row.pk)


@pytest.mark.parametrize(("act", "given", "state"), [("done", {}, "done"), ("drop", {"drop-reason": "x"}, "lapsed")])
def test_condition_goes_with_its_deadline(
    act: str, given: dict[str, str], state: str, world: World, hr: Client
) -> None:
    with world.open():
        arguments = samples.condition(world)
        condition = Condition.objects.get(pk=arguments["condition"])
        deadline = Deadline.objects.get(code=condition.code, subject_id=condition.subject_id)
    assert hr.post(address(world, f"deadline_{act}", pk=deadline.pk), given).status_code == 302
    with world.open():
        condition.refresh_from_db()
        assert condition.state == state
        assert Entry.objects.filter(kind=f"compliance.condition.{state}", object_id=condition.pk).exists()


def test_workbook_holds_days_as_days(world: World, hr: Client) -> None:
    row = set_one(world)
    response = hr.get(address(world, "deadlines") + "?format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    lines = {str(line[0]): line for line in sheet.iter_rows(values_only=True)}
    found = lines[row.title_de][3]
    assert getattr(found, "date", lambda: found)() == row.due


def test_moved_deadline_keeps_what_it_said_before(world: World, hr: Client) -> None:
    row = set_one(world, due=date(2027, 3, 1), lead_days=30)
    given = {"move-due": "2027-04-01", "move-lead_days": "10", "move-who": "Erika Muster", "move-reason": " "}
    assert hr.post(address(world, "deadline_move", pk=row.pk), given).status_code == 422
    given["move-reason"] = "Behörde hat verlängert"
    assert hr.post(address(world, "deadline_move", pk=row.pk), given).status_code == 302
    html = page(hr, world, "deadline", pk=row.pk)
    for part in ("01.03.2027 → 01.04.2027", "Personal → Erika Muster", "Behörde hat verlängert"):
        assert part in html
    hr.post(address(world, "deadline_done", pk=row.pk))
    assert hr.post(address(world, "deadline_move", pk=row.pk), given).status_code == 409


def test_renewal_is_set_by_one_click_and_once(world: World, hr: Client) -> None:
    with world.open():
        paper = samples.take_on(world).papers.get()
    for _ in range(2):
        assert hr.post(address(world, "renew_paper", pk=paper.pk)).status_code == 302
    with world.open():
        row = Deadline.objects.get(subject_id=paper.resource_id)
        assert (row.code, row.due, row.state) == ("renew:first_aid", paper.expires, "open")


def test_chosen_proposals_become_deadlines(world: World, hr: Client) -> None:
    with world.open():
        person = samples.take_on(world, "employee", active_from=TODAY + timedelta(days=10))
    html = page(hr, world, "deadline_starter")
    keys = [key for key in re.findall(r'name="key" value="([^"]+)"', html) if str(person.pk) in key]
    assert len(keys) == 6, "probation, three times written terms, instruction, first aid"
    assert hr.post(address(world, "deadline_starter"), {"key": keys[:2], "create": "1"}).status_code == 302
    out = {"key": keys[2:3], "leave_out": "1", "reason": "liegt vor"}
    assert hr.post(address(world, "deadline_starter"), out).status_code == 302
    with world.open():
        states = sorted(Deadline.objects.filter(subject_id=person.pk).values_list("state", flat=True))
    assert states == ["dropped", "open", "open"]
    left = page(hr, world, "deadline_starter")
    assert sum(key in left for key in keys) == 3
    assert hr.post(address(world, "deadline_starter"), {"create": "1"}).status_code == 422


def test_proposals_of_another_firm_are_not_taken(world: World, other_world: World, hr: Client) -> None:
    with other_world.open():
        person = samples.take_on(other_world, "employee", active_from=TODAY)
        from werkfluss.flow import starter

        keys = [one.key for one in starter.proposals(on=TODAY) if one.subject.pk == person.pk]
    assert hr.post(address(world, "deadline_starter"), {"key": keys, "create": "1"}).status_code == 422
    with other_world.open():
        assert not Deadline.objects.filter(subject_id=person.pk).exists()


def test_list_says_what_changes_by_law(world: World, hr: Client) -> None:
    html = page(hr, world, "deadlines")
    found = explain.changes_between(TODAY, TODAY + timedelta(days=365))
    assert found[0].label.de in html
    assert address(world, "law_changes") in html


def test_deadlines_of_care_cases_are_for_those_who_see_them(world: World, browser: Browser) -> None:
    with world.open():
        row = samples.set_one(world)
        Deadline.objects.filter(pk=row.pk).update(subject_type="care.expatcase")
    assert row.title_de in page(browser(world.users[Role.HR]), world, "deadlines")
    lead = browser(world.users[Role.LEAD])
    assert row.title_de not in page(lead, world, "deadlines")
    assert lead.get(address(world, "deadline", pk=row.pk)).status_code == 404


def test_first_screen_says_what_to_start_and_what_is_late(world: World, hr: Client) -> None:
    start = set_one(world, due=TODAY + timedelta(days=3), lead_days=30)
    late = set_one(world, due=TODAY - timedelta(days=3))
    html = page(hr, world, "start")
    assert start.title_de in html
    assert late.title_de in html


# Feeds


def subscribe(world: World, client: Client) -> str:
    html = client.post(address(world, "calendar_feed")).content.decode()
    return html.split('id="address" readonly value="http://localhost')[1].split('"')[0]


def events(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(response.content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_feed_needs_no_login_and_shows_what_its_owner_may_see(world: World, browser: Browser, hr: Client) -> None:
    row = set_one(world, due=date(2027, 3, 1), lead_days=30)
    url = subscribe(world, hr)
    found = events(browser(None).get(url))
    event = next(event for title, event in found.items() if title.startswith(row.title_de))
    assert event["DTSTART"].dt == date(2027, 3, 1)
    assert event["DTEND"].dt == date(2027, 3, 2)
    assert "30.01.2027" in event["DESCRIPTION"]
    assert str(event["URL"]).endswith(f"/deadlines/{row.pk}/")
    employee = events(browser(None).get(subscribe(world, browser(world.users[Role.EMPLOYEE]))))
    assert not [title for title in employee if row.title_de in title], "no right to deadlines"


def test_feed_of_an_employee_has_the_own_papers(world: World, browser: Browser) -> None:
    with world.open():
        other = samples.take_on(world, "employee")
        own = samples.take_on(world, "employee", user=world.users[Role.EMPLOYEE])
    titles = list(events(browser(None).get(subscribe(world, browser(world.users[Role.EMPLOYEE])))))
    assert [title for title in titles if own.name in title]
    assert not [title for title in titles if other.name in title]


def test_revoked_feed_answers_nothing(world: World, browser: Browser, hr: Client) -> None:
    first = subscribe(world, hr)
    second = subscribe(world, hr)
    assert browser(None).get(first).status_code == 404, "a new address replaces the old one"
    assert browser(None).get(second).status_code == 200
    assert hr.post(address(world, "calendar_feed_revoke")).status_code == 302
    assert browser(None).get(second).status_code == 404


def test_feed_ends_with_the_membership(world: World, browser: Browser, hr: Client) -> None:
    from werkfluss.org.domain import firms
    from werkfluss.org.models import Membership

    url = subscribe(world, hr)
    with world.open() as by:
        firms.end_membership(Membership.objects.get(user=world.users[Role.HR], ended_at=None), by=by)
    assert browser(None).get(url).status_code == 404


def test_feed_keeps_only_a_digest(world: World, hr: Client) -> None:
    token = subscribe(world, hr).split("/")[3]
    with world.open():
        row = FeedToken.objects.get(user=world.users[Role.HR], revoked_at=None)
        said = [str(entry.payload.data) for entry in Entry.objects.select_related("payload")]
    assert token.encode() != bytes(row.digest)
    assert len(bytes(row.digest)) == 32
    assert not [text for text in said if token in text]


def test_feed_of_one_firm_opens_nothing_of_another(
    world: World, other_world: World, browser: Browser, hr: Client
) -> None:
    url = subscribe(world, hr).replace(world.org.slug, other_world.org.slug)
    assert browser(None).get(url).status_code == 404


def test_feed_is_fetched_so_often_and_no_more(
    world: World, browser: Browser, hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(feed_pages.RATES, "feed", "3/h/key")
    url = subscribe(world, hr)
    other = subscribe(world, browser(world.users[Role.EMPLOYEE]))
    assert [browser(None).get(url).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = browser(None).get(url)
    assert refused["Retry-After"] == "3600"
    assert b"VEVENT" not in refused.content
    assert browser(None).get(other).status_code == 200, "the limit is that of one address"


def test_wrong_secrets_are_counted_by_network_address_in_the_database(
    world: World, browser: Browser, hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(feed_pages.RATES, "wrong", "3/h/ip")
    url = subscribe(world, hr)
    guess = url.replace(url.split("/")[3], "geraten")
    assert [browser(None).get(guess).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert browser(None).get("/feeds/niemand/x/werkfluss.ics").status_code == 429
    assert browser(None).get(url).status_code == 429, "also the right one, from there"
    assert browser(None).get(url, REMOTE_ADDR="192.0.2.7").status_code == 200
    with connection.cursor() as cursor:
        # Another process, or this one after a restart, finds the count there.
        cursor.execute("SELECT count(*) FROM org_cache WHERE cache_key LIKE '%werkfluss.feeds:wrong%'")
        assert cursor.fetchone() == (1,)


# Documents


def kept(world: World, content: bytes, filename: str, **more: Any) -> Document:
    from werkfluss.evidence.domain.documents import keep_file

    with world.open() as by:
        return keep_file(content, filename=filename, by=more.pop("by", by), **more)


def task_of(world: World) -> Any:
    from werkfluss.work.models import Task

    with world.open():
        samples.document(world)
        return Task.objects.latest("created_at")


HARMFUL = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "filename", "kind", "disposition"),
    [
        (b"%PDF-1.7 x", "a.pdf", "application/pdf", "inline"),
        (HARMFUL, "luege.pdf", "application/octet-stream", "attachment"),
        (b"\x89PNG", "bild.png", "image/png", "inline"),
        (b"<Invoice/>", "rechnung.xml", "text/plain; charset=utf-8", "inline"),
        (HARMFUL, "seite.html", "application/octet-stream", "attachment"),
        (b"<svg onload='x'/>", "bild.svg", "application/octet-stream", "attachment"),
        (b"MZ", "programm.exe", "application/octet-stream", "attachment"),
    ],
)
def test_nothing_runs_that_somebody_uploaded(
    content: bytes, filename: str, kind: str, disposition: str, world: World, hr: Client
) -> None:
    row = kept(world, content, filename, belongs_to=task_of(world))
    response = hr.get(address(world, "document_view", pk=row.pk))
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith(disposition)
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy or kind == "application/pdf"
    download = hr.get(address(world, "document_file", pk=row.pk))
    assert download["Content-Disposition"].startswith("attachment")
    assert download.content == content


def test_name_of_a_file_cannot_break_the_header(world: World, hr: Client) -> None:
    row = kept(world, b"x", 'ä"\r\nX-Evil: 1.txt', belongs_to=task_of(world))
    response = hr.get(address(world, "document_file", pk=row.pk))
    assert "X-Evil" not in response.headers


def test_documents_are_for_those_who_may_know_of_their_object(world: World, browser: Browser) -> None:
    with world.open():
        person = samples.take_on(world)
    paper = kept(world, b"geheim", "Pass.pdf", belongs_to=person)
    note = kept(world, b"offen", "Notiz.txt", belongs_to=task_of(world))
    employee = browser(world.users[Role.EMPLOYEE])
    html = page(employee, world, "documents")
    assert "Notiz.txt" in html
    assert "Pass.pdf" not in html
    for name in ("document", "document_view", "document_file"):
        assert employee.get(address(world, name, pk=paper.pk)).status_code == 404
        assert employee.get(address(world, name, pk=note.pk)).status_code == 200
    assert person.name in page(browser(world.users[Role.HR]), world, "document", pk=paper.pk)


def test_own_files_are_always_ones_own(world: World, browser: Browser) -> None:
    own = kept(world, b"meins", "Meins.txt", by=world.actors[Role.EMPLOYEE])
    assert "Meins.txt" in page(browser(world.users[Role.EMPLOYEE]), world, "documents")
    assert browser(world.users[Role.LEAD]).get(address(world, "document", pk=own.pk)).status_code == 404


def test_documents_can_be_filtered_by_what_they_belong_to(world: World, hr: Client) -> None:
    kept(world, b"a,b", "Tabelle.csv", belongs_to=task_of(world))
    kept(world, b"%PDF-1", "Brief.pdf", belongs_to=task_of(world))
    html = page(hr, world, "documents", "?format=pdf&type=work.task")
    assert "Brief.pdf" in html
    assert "Tabelle.csv" not in html
