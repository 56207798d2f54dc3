"""The firm's own pages: profile, works agreement, members, record, today."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import Entry, FirmProfile, User
from werkfluss.org.roles import Role
from werkfluss.web import today
from werkfluss.web.forms.settings import FirmProfileForm
from werkfluss.web.frames import shown_in_own_frame
from werkfluss.web.today import Item

Browser = Callable[[User | None], Client]


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def url(name: str, world: World) -> str:
    return reverse(name, kwargs={"firm": world.org.slug})


def filled(world: World, **changes: str) -> dict[str, str]:
    with world.open():
        profile = FirmProfile.objects.get()
        fields = FirmProfileForm(instance=profile).initial
        form = {name: "" if value is None else str(value) for name, value in fields.items()}
        return {**form, "version": str(profile.version), "has_works_council": "on", **changes}


def test_profile_is_written_and_recorded(world: World, director: Client) -> None:
    assert director.post(url("firm_profile", world), filled(world, city="Fulda")).status_code == 302
    with world.open():
        assert FirmProfile.objects.get().city == "Fulda"
        entry = Entry.objects.order_by("-seq").select_related("payload").first()
        assert entry is not None
        assert (entry.kind, entry.actor_id) == ("org.firm_profile.changed", world.director.id)
        assert entry.payload.data == {"city": "Fulda"}


def test_profile_changed_by_somebody_else_is_refused(world: World, director: Client) -> None:
    late = filled(world, city="Fulda")
    assert director.post(url("firm_profile", world), filled(world, city="Marburg")).status_code == 302
    answer = director.post(url("firm_profile", world), late)
    assert answer.status_code == 409
    assert "Inzwischen wurde dieser Stand geändert." in answer.content.decode()
    with world.open():
        assert FirmProfile.objects.get().city == "Marburg"


def test_profile_with_errors_comes_back_with_them(world: World, director: Client) -> None:
    answer = director.post(url("firm_profile", world), filled(world, email="keine Adresse"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_error"' in html
    assert "keine Adresse" in html


@pytest.mark.parametrize("version", ["", "x"])
def test_profile_without_a_version_is_refused(version: str, world: World, director: Client) -> None:
    answer = director.post(url("firm_profile", world), filled(world, city="Fulda", version=version))
    assert answer.status_code == 409


def test_works_agreement_unlocks(world: World, director: Client) -> None:
    assert "Vereinbarung mit dem Betriebsrat" in director.get(url("start", world)).content.decode()
    assert "gesperrt" in director.get(url("firm_profile", world)).content.decode()
    assert director.post(url("record_works_agreement", world), {"agreed_on": ""}).status_code == 422
    day_alone = {"agreed_on": "2026-03-01", "kind": "consent", "covers": ["law_checks"]}
    assert director.post(url("record_works_agreement", world), day_alone).status_code == 422
    assert "gesperrt" in director.get(url("firm_profile", world)).content.decode()
    document = SimpleUploadedFile("zustimmung.pdf", b"%PDF")
    director.post(url("record_works_agreement", world), {**day_alone, "document": document})
    assert "01.03.2026" in director.get(url("firm_profile", world)).content.decode()
    assert "Vereinbarung mit dem Betriebsrat" not in director.get(url("start", world)).content.decode()


def test_members_show_role_in_words_and_filter(world: World, director: Client) -> None:
    html = director.get(url("members", world), {"role": "hr"}).content.decode()
    assert f"{world.mark} hr" in html
    assert f"{world.mark} lead" not in html
    assert "Personal" in html


def test_record_says_who_did_what(world: World, director: Client) -> None:
    director.post(url("firm_profile", world), filled(world, city="Fulda"))
    html = director.get(url("evidence", world)).content.decode()
    assert "Firmenprofil geändert" in html
    assert f"{world.mark} managing_director" in html
    assert "Ort: Fulda" in html


def test_record_is_checked(world: World, director: Client) -> None:
    html = director.post(url("verify_evidence", world)).content.decode()
    assert "lückenlos" in html
    assert "Kopf der Kette" in html


def test_sidebar_shows_what_the_role_may_open(world: World, browser: Browser) -> None:
    def sidebar(role: Role) -> str:
        html = browser(world.users[role]).get(url("start", world)).content.decode()
        return html[html.index('id="sidebar"') : html.index("</nav>")]

    assert "Firmenprofil" in sidebar(Role.MANAGING_DIRECTOR)
    assert "Firmenprofil" not in sidebar(Role.HR)
    assert "Mitglieder" in sidebar(Role.HR)
    assert "Mitglieder" not in sidebar(Role.FREELANCER)
    assert "Protokoll" in sidebar(Role.AUDITOR)


def test_home_leads_into_the_only_firm(world: World, other_world: World, browser: Browser) -> None:
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.domain import firms

    user = world.users[Role.HR]
    assert browser(user).get("/").headers["Location"] == url("start", world)
    with tenancy.acting(other_world.org.pk, Actor.system(other_world.org.pk)) as system:
        firms.add_member(user, role=Role.HR, by=system)
    html = browser(user).get("/").content.decode()
    assert world.org.name in html
    assert other_world.org.name in html


def test_person_without_a_firm_is_told_what_to_do(world: World) -> None:
    client = Client(HTTP_HOST="localhost")
    user = User.objects.create_user("allein@frei.example", name="Allein")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Sie gehören noch zu keiner Firma" in client.get("/").content.decode()


def test_answers_of_today_come_by_date(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    items = [Item("spät", "/", due=date(2026, 5, 1)), Item("ohne", "/"), Item("früh", "/", due=date(2026, 4, 1))]
    monkeypatch.setitem(today._sources, "late", [lambda request: items])
    assert [item.title for item in today.ask("late", HttpRequest())] == ["früh", "spät", "ohne"]  # type: ignore[arg-type,union-attr]


def test_only_marked_answers_may_be_framed(world: World, director: Client) -> None:
    plain = director.get(url("start", world))
    assert plain.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    framed = shown_in_own_frame(lambda request: HttpResponse())(RequestFactory().get("/"))
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert framed._csp_replace == {"frame-ancestors": ["'self'"]}


def test_old_form_is_refused_with_advice(world: World) -> None:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    answer = client.post(reverse("set_look"), {"look": "dark"})
    assert answer.status_code == 403
    assert "Dieses Formular ist veraltet" in answer.content.decode()


def test_health_answers(world: World) -> None:
    assert Client(HTTP_HOST="localhost").get(reverse("health")).json() == {"status": "ok"}
