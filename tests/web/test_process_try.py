"""Trying a process out: the engine's own steps, shown on the drawing, and nothing of it kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.domain import definitions
from werkfluss.work.models import Case, ProcessDefinition

Browser = Callable[[User | None], Client]


@pytest.fixture
def client(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def definition(world: World) -> ProcessDefinition:
    with world.open():
        return definitions.definition_of("freelancer_order", by=world.director)


def address(world: World, definition: ProcessDefinition) -> str:
    return reverse("process_try", kwargs={"firm": world.org.slug, "pk": definition.pk})


def forms(html: str) -> dict[str, dict[str, str]]:
    """What can happen: the hidden fields by the name that stands over the button."""
    parts = re.findall(r'<form method="post" class="try-move">(.*?)</form>', html, re.DOTALL)
    found = {}
    for part in parts:
        name = re.findall(r"<strong>(.*?)</strong>", part)[0]
        found[name] = dict(re.findall(r'type="hidden" name="(trial|wait)" value="([^"]+)"', part))
        found[name]["choices"] = ",".join(re.findall(r'name="choice" value="([^"]+)"', part))
    return found


def test_trial_goes_on_by_the_real_engine_and_keeps_nothing(
    world: World, client: Client, definition: ProcessDefinition
) -> None:
    page = address(world, definition)
    with world.open():
        before = Case.objects.count()
    html = client.post(page).content.decode()
    seen: list[str] = []
    for _ in range(30):
        moves = forms(html)
        if not moves:
            break
        # A step, rather than the time that runs beside it.
        name, given = list(moves.items())[-1]
        choice = given.pop("choices").split(",")[0]
        seen.append(name)
        response = client.post(page, {**given, **({"choice": choice} if choice else {})})
        assert response.status_code == 200
        html = response.content.decode()
    assert "Der Ablauf ist zu Ende." in html
    assert len(seen) > 3
    with world.open():
        assert Case.objects.count() == before


def test_time_passes_to_the_day_of_the_timer(world: World, client: Client, definition: ProcessDefinition) -> None:
    page = address(world, definition)
    html = client.post(page).content.decode()
    for _ in range(4):
        moves = forms(html)
        timed = [name for name in moves if re.search(re.escape(name) + r"</strong> <span class=\"hint\">bis ", html)]
        if timed:
            break
        given = next(iter(moves.values()))
        choice = given.pop("choices").split(",")[0]
        html = client.post(page, {**given, **({"choice": choice} if choice else {})}).content.decode()
    assert timed
    day = re.findall(re.escape(timed[0]) + r'</strong> <span class="hint">bis (\d+\.\d+\.\d{4})', html)[0]
    given = forms(html)[timed[0]]
    given.pop("choices")
    after = client.post(page, given).content.decode()
    log = re.findall(r"<li>(.*?)</li>", after[after.index("try-log") :])
    assert f"{timed[0]}: die Zeit ist da" in log[0]
    assert [int(part) for part in re.findall(r"\d+", log[0])[:3]] == [int(part) for part in day.split(".")]


def test_state_that_the_server_did_not_sign_is_refused(
    world: World, client: Client, definition: ProcessDefinition
) -> None:
    page = address(world, definition)
    html = client.post(page).content.decode()
    given = next(iter(forms(html).values()))
    given.pop("choices")
    for wrong in (given["trial"][:-3] + "abc", "nothing"):
        response = client.post(page, {**given, "trial": wrong})
        assert response.status_code == 422
        assert "die Zeichnung ist inzwischen eine andere" in response.content.decode()
    assert client.post(page, {**given, "wait": "w999"}).status_code == 422


@pytest.mark.parametrize(("data", "status"), [('betrag = 1200\nname = "x"', 200), ("betrag", 422), ("a = if", 422)])
def test_data_at_the_start_are_feel(
    world: World, client: Client, definition: ProcessDefinition, data: str, status: int
) -> None:
    response = client.post(address(world, definition), {"data": data})
    assert response.status_code == status
    assert ("<dt>betrag</dt>" in response.content.decode()) is (status == 200)


def test_trial_of_another_drawing_is_refused(world: World, client: Client, definition: ProcessDefinition) -> None:
    page = address(world, definition)
    moves = forms(client.post(page).content.decode())
    given = next(iter(moves.values()))
    with world.open():
        other = definitions.definition_of("complaint", by=world.director)
    answer = client.post(address(world, other), given)
    assert answer.status_code == 422
    assert "die Zeichnung ist inzwischen eine andere" in answer.content.decode()
