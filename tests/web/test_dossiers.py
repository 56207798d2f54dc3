"""Downloading a dossier: a GET shows, a POST seals; what arrives proves itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.evidence import proof
from werkfluss.org.models import Entry, User
from werkfluss.org.roles import Role
from werkfluss.web.context import Rights

Browser = Callable[[User | None], Client]


def seals(world: World) -> int:
    with world.open():
        return Entry.objects.filter(kind=proof.SEALED).count()


def test_zip_is_sealed_by_a_post_and_once(world: World, browser: Browser) -> None:
    client = browser(world.users[Role.AUDITOR])
    url = reverse("dossier_zip", kwargs=world.arguments("dossier_zip"))
    asked = client.get(url)
    assert asked.headers["Content-Type"].startswith("text/html")
    assert "Dossier erstellen" in asked.content.decode()
    assert seals(world) == 0
    made = client.post(url, follow=True)
    assert made.headers["Content-Disposition"].endswith('.zip"')
    report = proof.verify(made.content)
    assert report.findings == ()
    assert report.title.startswith("Aufgabe")
    assert client.post(url, follow=True).content == made.content
    assert seals(world) == 1


def test_pdf_is_a_download(world: World, browser: Browser) -> None:
    url = reverse("dossier_pdf", kwargs=world.arguments("dossier_pdf"))
    answer = browser(world.users[Role.HR]).get(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-1.7")


def test_unknown_kind_is_not_found(world: World, browser: Browser) -> None:
    url = reverse("dossier_pdf", kwargs={**world.arguments("dossier_pdf"), "kind": "weather"})
    assert browser(world.users[Role.MANAGING_DIRECTOR]).get(url).status_code == 404


@pytest.mark.parametrize(("role", "offered"), [(Role.LEAD, True), (Role.EMPLOYEE, False)])
def test_buttons_are_offered_to_those_who_may(world: World, role: Role, offered: bool) -> None:
    arguments = world.arguments("dossier_zip")
    context = {"firm": world.org, "may": Rights(world.actors[role]), "kind": "task", "pk": arguments["pk"]}
    html = render_to_string("dossiers/buttons.html", context)
    assert (reverse("dossier_pdf", kwargs=arguments) in html) is offered
    assert (f'<form method="post" action="{reverse("dossier_zip", kwargs=arguments)}">' in html) is offered
