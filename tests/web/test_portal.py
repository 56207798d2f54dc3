"""The portal: complete in eight languages, right to left where it has to be, and each reader sees what is released."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from tests.web import world as worlds
from tests.web.samples.portal import own_case
from tests.web.world import World
from werkfluss.care.models import CatalogueConfirmation, ChecklistTick, DutyReading
from werkfluss.care.spoken import CONTEXT
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web import catalogue, portal_catalogue

Browser = Callable[[User | None], Client]
worlds.load_samples()
FURTHER = portal_catalogue.further()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
WORDS = {word for word, _ in portal_catalogue.words()}
# Names, and words that are the same in both languages.
SAME_AS_GERMAN = {("pt", "Menu"), ("tr", "Menu")}


def test_words_of_the_portal_are_found_with_what_its_pages_include() -> None:
    assert {(None, "What happens next"), (None, "Language"), (None, "Spouse or partner")} <= WORDS
    assert all(page.parent.name == "portal" for page in portal_catalogue.pages()), "a page includes one of the others"


@pytest.mark.parametrize("tag", FURTHER)
def test_every_word_of_the_portal_is_there_and_nothing_german_is_left(tag: str) -> None:
    known, german = catalogue.portal(tag), catalogue.german()
    missing, wrong, left = [], [], []
    for context, msgid in WORDS:
        message = known.get(msgid, context)
        if message is None or not str(message.string).strip():
            missing.append(msgid)
            continue
        text, beside = str(message.string), german.get(msgid, context)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(msgid)):
            wrong.append(msgid)
        if beside is not None and text == beside.string and (tag, msgid) not in SAME_AS_GERMAN:
            left.append(msgid)
    assert (missing, wrong, left) == ([], [], [])
    shown = {message.id for message in known if message.id and message.context != CONTEXT}
    assert shown == {msgid for _, msgid in WORDS}, "words nobody shows"


@pytest.mark.parametrize("tag", [*portal_catalogue.OWN, *FURTHER])
def test_page_speaks_the_readers_language(tag: str, world: World, browser: Browser) -> None:
    person = world.users[Role.EMPLOYEE]
    client = browser(person)
    answer = client.post(world.url("portal_language"), {"language": tag, "next": world.url("portal_duties")})
    assert answer["Location"] == world.url("portal_duties")
    response = client.get(world.url("portal_duties"))
    html = response.content.decode()
    direction = "rtl" if tag == "ar" else "ltr"
    assert f'<html lang="{tag}" dir="{direction}"' in html
    with translation.override(tag):
        title = translation.gettext("My duties")
    assert f"<h1>{title}</h1>" in html
    assert ('class="portal-mark">' in html) == (tag in FURTHER)
    # The duty itself stands there in German, whatever language is read.
    assert "Melden Sie sich binnen zwei Wochen" in html


def test_confirmed_language_loses_its_mark_until_a_word_changes(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = portal_catalogue.version("uk").hex()
    hr = browser(world.users[Role.HR])
    page = hr.get(world.url("care_languages") + "?language=uk").content.decode()
    assert digest in page
    assert "Що буде далі" in page
    stale = hr.post(world.url("care_language_confirm"), {"language": "uk", "digest": "00" * 32})
    assert stale.status_code == 409
    hr.post(world.url("care_language_confirm"), {"language": "uk", "digest": digest})
    with world.open():
        kept = CatalogueConfirmation.objects.get()
        assert (kept.language, kept.confirmed_by) == ("uk", world.users[Role.HR].pk)
    person = browser(world.users[Role.EMPLOYEE])
    person.post(world.url("portal_language"), {"language": "uk"})
    mark = "Створено машиною"
    assert mark not in person.get(world.url("portal")).content.decode()
    monkeypatch.setattr(portal_catalogue, "version", lambda tag: bytes(32))
    assert mark in person.get(world.url("portal")).content.decode()


def test_family_sees_the_released_part_alone(world: World, browser: Browser) -> None:
    relative = browser(world.users[Role.FAMILY])
    assert relative.get("/", follow=True).redirect_chain[-1][0] == world.url("portal")
    assert relative.get(world.url("portal_checklist")).status_code == 200
    for name in ("portal_papers", "portal_duties", "portal_threads", "portal_consents", "portal_data"):
        assert relative.get(world.url(name)).status_code == 404
    assert relative.get(world.url("start")).status_code == 403


def test_tick_from_a_queue_answers_with_the_version_or_a_conflict(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.EMPLOYEE])
    with world.open():
        item = f"paper:{own_case(world).papers.get().paper_id}"
    url, queued = world.url("portal_tick"), {"HTTP_X_QUEUE": "1"}
    first = client.post(url, {"item": item, "done": "on", "version": "0"}, **queued)
    assert (first.status_code, first.content) == (200, b"1")
    assert client.post(url, {"item": item, "done": "", "version": "0"}, **queued).status_code == 409
    assert client.post(url, {"item": item, "done": "", "version": "1"}, **queued).content == b"2"
    with world.open():
        assert ChecklistTick.objects.get().done is False


def test_checklist_names_its_reader_and_is_kept_by_no_cache(world: World, browser: Browser) -> None:
    person = world.users[Role.EMPLOYEE]
    response = browser(person).get(world.url("portal_checklist"))
    assert response.headers["X-Portal-Reader"] == str(person.pk)
    assert response.headers["Cache-Control"] == "private, no-store"
    worker = browser(person).get(world.url("portal_worker"))
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_refusal_shows_what_was_written(world: World, browser: Browser) -> None:
    works_here = {"name": "Asha aus Pune", "email": world.users[Role.HR].email, "relation": "spouse", "language": "en"}
    refused = browser(world.users[Role.EMPLOYEE]).post(world.url("portal_family_add"), works_here)
    assert refused.status_code == 422
    assert "Asha aus Pune" in refused.content.decode()


def test_signing_out_anywhere_clears_what_the_device_kept(world: World, browser: Browser) -> None:
    response = browser(world.users[Role.EMPLOYEE]).post("/account/logout/")
    assert response.headers["Clear-Site-Data"] == '"storage"'


def test_duty_is_confirmed_on_the_page_and_shown_to_hr(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.EMPLOYEE])
    html = client.get(world.url("portal_duties")).content.decode()
    form = dict(re.findall(r'name="(code|digest)" value="([^"]+)"', html)[:2])
    client.post(world.url("portal_duty_confirm"), form)
    with world.open():
        assert bytes(DutyReading.objects.get().digest).hex() == form["digest"]
    page = browser(world.users[Role.HR]).get(world.url("care_contact")).content.decode()
    assert form["digest"][:16] in page


def test_hr_and_other_providers_find_no_thread_of_a_provider(world: World, browser: Browser) -> None:
    pk = world.arguments("my_care_thread")["pk"]
    assert browser(world.users[Role.PROVIDER]).get(world.url("my_care_thread")).status_code == 200
    for role in (Role.HR, Role.MANAGING_DIRECTOR):
        assert browser(world.users[role]).get(world.url("care_thread", pk=pk)).status_code == 404
        assert "vertraulich" not in browser(world.users[role]).get(world.url("care_contact")).content.decode()


def test_photo_of_a_paper_is_read_with_its_name() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from werkfluss.web.forms.portal import UploadForm

    sent = UploadForm({}, {"file": SimpleUploadedFile("pass.png", b"\x89PNG")})
    assert sent.is_valid()
    assert sent.cleaned_data["file"] == [("pass.png", b"\x89PNG")]
    assert not UploadForm({}, {}).is_valid()


def test_several_open_cases_are_chosen_and_each_form_stays_with_its_case(world: World, browser: Browser) -> None:
    from werkfluss.care.domain import expat_cases, portal

    client = browser(world.users[Role.EMPLOYEE])
    with world.open() as by:
        first = own_case(world)
        second = expat_cases.open_case(first.person, route="residence_renewal", wished_start=first.wished_start, by=by)
        step = portal.next_steps(first)[0].step
        assert step is not None
        item = portal.checklist(first)[-1].key
    page = client.get(world.url("portal")).content.decode()
    assert page.count("portal/case/") == 1
    assert f'name="case" value="{first.pk}"' in page
    tick = {"item": item, "done": "on", "version": "0", "case": str(first.pk)}
    assert client.post(world.url("portal_tick"), tick, HTTP_X_QUEUE="1").content == b"1"
    # A link to a step leads to its case, and a step of a case that is not shown now is done as well.
    led = client.get(world.url("step", pk=step.pk), follow=True)
    assert led.redirect_chain[0][0] == f"{world.url('portal')}?case={first.pk}"
    assert f'name="case" value="{second.pk}"' in led.content.decode()
    assert client.post(world.url("portal_choose"), {"case": str(second.pk)}).status_code == 302
    assert client.post(world.url("portal_step_done", pk=step.pk)).status_code == 302
    assert client.post(world.url("portal_choose"), {"case": str(first.pk)}).status_code == 302
    page = client.get(world.url("portal")).content.decode()
    assert f'name="case" value="{second.pk}"' in page
    assert client.post(world.url("portal_choose"), {"case": str(world.org.pk)}).status_code == 404
    with world.open():
        assert ChecklistTick.objects.get().expat_case_id == first.pk


def test_family_of_two_firms_chooses_one_and_lands_in_the_portal(
    world: World, other_world: World, browser: Browser
) -> None:
    from werkfluss.org.domain import firms

    relative = world.users[Role.FAMILY]
    with other_world.open() as by:
        firms.add_member(relative, role=Role.FAMILY, by=by)
    client = browser(relative)
    for address in ("/", "/firms/"):
        page = client.get(address).content.decode()
        for one in (world, other_world):
            assert f'href="/o/{one.org.slug}/portal/"' in page
    assert client.get(f"/o/{other_world.org.slug}/portal/").status_code == 200
