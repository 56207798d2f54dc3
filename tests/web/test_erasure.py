"""Erasing a person on the pages: reached once somebody has left, shown before it is done, confirmed by the name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.web.samples.people import take_leave, take_on
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web.pages.erasure import provision
from werkfluss.workforce.models import Resource

Browser = Callable[[User | None], Client]


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


@pytest.fixture
def unlocked(world: World) -> None:
    """The works agreement is there, so details of employees are open."""
    from tests.web.samples.ai import agree

    with world.open():
        agree(world)


def url(name: str, world: World, row: Resource) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, "pk": row.pk})


def form(name: str, **changes: str) -> dict[str, str]:
    return {"basis": "Art. 17(1)(a) GDPR", "reason": "Antrag vom 12.11.", "typed": name, **changes}


@pytest.mark.usefixtures("unlocked")
def test_person_who_left_is_found_shown_and_erased(world: World, hr: Client) -> None:
    with world.open():
        row = take_leave(world)
    page = url("person_erase", world, row)
    former = reverse("former_people", kwargs={"firm": world.org.slug})
    assert row.name in hr.get(former).content.decode()
    assert page in hr.get(url("person", world, row)).content.decode()
    html = hr.get(page).content.decode()
    assert "Was geht" in html
    assert "Was bleibt, bis wann und warum" in html
    with world.open():
        assert Resource.objects.get(pk=row.pk).name == row.name, "looking changes nothing"
    assert hr.post(page, form(row.name)).status_code == 302
    with world.open():
        assert Resource.objects.get(pk=row.pk).name != row.name
    assert row.name not in hr.get(former).content.decode()
    assert page not in hr.get(url("person", world, row)).content.decode()


@pytest.mark.parametrize("changes", [{"typed": "Jemand anderes"}, {"typed": ""}, {"reason": ""}, {"basis": "§ 1"}])
def test_without_name_reason_and_ground_nothing_happens(changes: dict[str, str], world: World, hr: Client) -> None:
    with world.open():
        row = take_leave(world)
    assert hr.post(url("person_erase", world, row), form(row.name, **changes)).status_code == 422
    with world.open():
        assert Resource.objects.get(pk=row.pk).name == row.name


@pytest.mark.usefixtures("unlocked")
def test_person_who_works_here_is_refused_with_advice(world: World, hr: Client) -> None:
    with world.open():
        row = take_on(world, kind="employee")
    page = url("person_erase", world, row)
    assert page not in hr.get(url("person", world, row)).content.decode()
    for answer in (hr.get(page), hr.post(page, form(row.name))):
        assert answer.status_code == 422
        assert "ist noch tätig" in answer.content.decode()


def test_others_may_not_even_look(world: World, other_world: World, browser: Browser) -> None:
    with world.open():
        row = take_leave(world)
    page = url("person_erase", world, row)
    for role in (Role.LEAD, Role.EMPLOYEE, Role.AUDITOR, Role.WORKS_COUNCIL):
        assert browser(world.users[role]).get(page).status_code == 403
    assert browser(other_world.users[Role.HR]).get(page).status_code == 404


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Art. 6(1)(c) GDPR, s.147(3) AO", "Art. 6 Abs. 1 Buchst. c DSGVO, § 147 Abs. 3 AO"),
        ("Art. 17(3)(b) GDPR", "Art. 17 Abs. 3 Buchst. b DSGVO"),
        ("s.195 and s.199 BGB", "§ 195 und § 199 BGB"),
        ("rests on records that are kept", "Darauf beruhen Unterlagen, die bleiben."),
    ],
)
def test_provision_is_written_in_the_language_of_the_page(text: str, german: str) -> None:
    with translation.override("de"):
        assert provision(text) == german
    with translation.override("en"):
        assert provision(text) in {text, "Records that are kept rest on it."}
