"""Papers for authorities: preview, filling in with source, versions, package, own papers, the way ahead by law."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples.cases import care_case
from tests.web.samples.people import take_on
from tests.web.world import World
from werkfluss.care.models import Authority, AuthorityPaper, ExpatCase, FormEntry
from werkfluss.compliance.models import Check, Deadline
from werkfluss.org.models import User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]
MARK = "Entwurf/Datenblatt von Werkfluss, kein amtliches Formular; keine Rechtsberatung"


def address(world: World, name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


@pytest.fixture
def case(world: World) -> ExpatCase:
    with world.open():
        return ExpatCase.objects.select_related("person").get(pk=care_case(world)["pk"])


def sheet(world: World, case: ExpatCase, kind: str) -> str:
    return address(world, "authority_paper", about="case", pk=case.pk, kind=kind)


def test_case_offers_its_papers_and_takes_them_as_one_file(world: World, hr: Client, case: ExpatCase) -> None:
    url = address(world, "authority_about", about="case", pk=case.pk)
    assert url in hr.get(address(world, "care_case", pk=case.pk)).content.decode()
    html = hr.get(url).content.decode()
    assert MARK in html
    assert html.count('name="kind"') == 6
    answer = hr.post(url, {"kind": ["registration", "end_notice", "status_procedure"]}, follow=True)
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        # What is not for this case was not taken.
        assert len(archive.namelist()) == 5
    assert hr.post(url, {}).status_code == 422


def test_missing_answer_is_filled_in_with_its_source(world: World, hr: Client, case: ExpatCase) -> None:
    url = sheet(world, case, "registration")
    html = hr.get(url).content.decode()
    assert MARK in html
    assert "nicht bekannt; bitte erfragen" in html
    given = {"birth_place": "Pune", "moved_in": "2027-02-20", "source": "Reisepass", "valid_from": "2026-11-22"}
    assert hr.post(url, given).status_code == 302
    html = hr.get(url).content.decode()
    assert "Pune" in html
    assert "06.03.2027" in html  # two weeks after moving in
    with world.open():
        entry = FormEntry.objects.get(name="birth_place")
        assert (entry.value, entry.source, entry.person_id) == ("Pune", "Reisepass", case.person_id)


@pytest.mark.parametrize("left_out", [{"source": ""}, {"birth_place": ""}])
def test_answer_without_source_or_content_is_refused(
    world: World, hr: Client, case: ExpatCase, left_out: dict[str, str]
) -> None:
    given = {"birth_place": "Pune", "source": "Reisepass", "valid_from": "2026-11-22", **left_out}
    assert hr.post(sheet(world, case, "registration"), given).status_code == 422
    with world.open():
        assert not FormEntry.objects.filter(name="birth_place").exists()


def test_answer_that_is_there_can_be_corrected(world: World, hr: Client, case: ExpatCase) -> None:
    url = sheet(world, case, "registration")
    given = {"only_home": "true", "source": "Gespräch", "valid_from": "2026-11-22"}
    hr.post(url, given)
    assert 'name="only_home"' not in hr.get(url).content.decode()
    assert 'name="only_home"' in hr.get(url + "?all=1").content.decode()
    assert hr.post(url + "?all=1", {**given, "only_home": "false"}).status_code == 302
    with world.open():
        assert FormEntry.objects.get(name="only_home", ended_on=None).value is False


def test_paper_is_made_shown_and_handed_over(world: World, hr: Client, case: ExpatCase) -> None:
    url = sheet(world, case, "end_notice")
    given = {"end_known_on": "2026-11-23", "title_for_this": "true", "source": "Kündigung", "valid_from": "2026-11-22"}
    hr.post(url, given)
    hr.post(address(world, "authority_make", about="case", pk=case.pk, kind="end_notice"))
    with world.open():
        paper = AuthorityPaper.objects.get(kind="end_notice", person=case.person)
        deadline = Deadline.objects.get(code="authority:end_notice", subject_id=case.person_id)
        assert (paper.due, deadline.state) == (date(2026, 12, 21), "open")
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        got = hr.get(address(world, "authority_file", pk=paper.pk, ending=ending))
        assert got.content.startswith(start)
        assert "attachment" in got["Content-Disposition"]
    assert hr.get(address(world, "authority_file", pk=paper.pk, ending="zip")).status_code == 404
    made = address(world, "authority_made", pk=paper.pk)
    hr.post(made, {"over-on": "2026-11-24", "over-how": ""})
    with world.open():
        assert Deadline.objects.get(pk=deadline.pk).state == "open"
    hr.post(made, {"over-on": "2026-11-24", "over-how": "Portal, Az. 4711"})
    with world.open():
        assert Deadline.objects.get(pk=deadline.pk).state == "done"
    assert "Az. 4711" in hr.get(url).content.decode()


def test_authority_is_entered_once_with_its_source(world: World, hr: Client, case: ExpatCase) -> None:
    with world.open():
        from werkfluss.org.models import FirmProfile

        town = FirmProfile.objects.get().city
    given = {"kind": "immigration_office", "name": "Amt", "place": town, "address": "Platz 1", "channel": "portal"}
    url = address(world, "authorities")
    assert hr.post(url, given).status_code == 422
    assert hr.post(url, {**given, "source": "Anruf"}).status_code == 302
    html = hr.get(sheet(world, case, "end_notice")).content.decode()
    assert "Platz 1" in html
    with world.open():
        row = Authority.objects.get(name="Amt")
    hr.post(address(world, "authority_end", pk=row.pk))
    assert "Platz 1" not in hr.get(sheet(world, case, "end_notice")).content.decode()


def test_person_sees_own_papers_but_not_the_notice_of_the_end(world: World, browser: Browser) -> None:
    from werkfluss.care.authority.subjects import Subject
    from werkfluss.care.domain.authority_papers import prepare_paper

    with world.open() as by:
        user = world.users[Role.EMPLOYEE]
        person = take_on(world, "employee", user=user, nationality="IN")
        shown = prepare_paper(Subject(person), "registration", by=by)
        kept = prepare_paper(Subject(person), "end_notice", by=by)
    own = browser(user)
    html = own.get(address(world, "portal_papers")).content.decode()
    assert address(world, "my_authority_file", pk=shown.pk) in html
    assert own.get(address(world, "my_authority_file", pk=shown.pk)).content.startswith(b"%PDF")
    assert own.get(address(world, "my_authority_file", pk=kept.pk)).status_code == 404
    other = browser(world.users[Role.FREELANCER])
    assert other.get(address(world, "my_authority_file", pk=shown.pk)).status_code == 404


def test_lead_and_auditor_find_no_paper_among_the_documents(world: World, browser: Browser, case: ExpatCase) -> None:
    from werkfluss.care.authority.subjects import Subject
    from werkfluss.care.domain.authority_papers import prepare_paper

    with world.open() as by:
        paper = prepare_paper(Subject(case.person, case), "employment_declaration", by=by)
    for role, status in ((Role.LEAD, 404), (Role.AUDITOR, 404), (Role.HR, 200)):
        client = browser(world.users[role])
        assert client.get(address(world, "document", pk=paper.document_id)).status_code == status
        listed = client.get(address(world, "documents")).content.decode()
        assert (paper.document.title in listed) is (status == 200)


def test_locked_employee_has_no_papers_outside_a_case(world: World, hr: Client) -> None:
    with world.open():
        person = take_on(world, "employee")
    assert hr.get(address(world, "authority_about", about="person", pk=person.pk)).status_code == 404


def test_order_leads_to_the_status_sheet(world: World, hr: Client) -> None:
    pk = world.kwargs["order"]["pk"]
    url = address(world, "authority_paper", about="order", pk=pk, kind="status_procedure")
    assert (
        address(world, "authority_about", about="order", pk=pk)
        in hr.get(address(world, "order", pk=pk)).content.decode()
    )
    html = hr.get(url).content.decode()
    assert "Deutsche Rentenversicherung Bund" in html
    assert "1.000,00" in html or "1000.00" in html
    assert hr.get(address(world, "authority_paper", about="order", pk=pk, kind="end_notice")).status_code == 404


def test_case_names_its_critical_steps_and_another_start_is_only_asked(
    world: World, hr: Client, case: ExpatCase
) -> None:
    from werkfluss.compliance.domain.facts import record_fact

    with world.open() as by:
        for name, value in {
            "recognition_step": "anabin",
            "procedure": "accelerated_81a",
            "consent_needed": False,
        }.items():
            record_fact(case.person, name=name, value=value, source="Vertrag", valid_from=date(2026, 1, 1), by=by)
    url = address(world, "care_case", pk=case.pk)
    html = hr.get(url).content.decode()
    assert "Kritisch:" in html
    assert "Beschleunigtes Verfahren vereinbaren" in html
    with world.open():
        stored = Check.objects.count()
    html = hr.get(url + "?start=2026-12-10").content.decode()
    assert "Nur gefragt: <time" in html
    assert 'value="2026-12-10"' in html
    assert "zu spät" in html
    assert hr.get(url + "?start=morgen").status_code == 200
    with world.open():
        assert Check.objects.count() == stored
        assert ExpatCase.objects.get(pk=case.pk).wished_start == date(2027, 3, 1)
