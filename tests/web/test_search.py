"""Search: it finds what the words say, never what the page behind a hit would not show, in a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from unittest import mock

import pytest
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from tests.web import world as worlds
from tests.web.samples.cases import _offered, _order, _resource
from tests.web.samples.people import take_on
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web.search import words_of

Browser = Callable[[User | None], Client]
worlds.load_samples()


def address(world: World) -> str:
    return reverse("search", kwargs={"firm": world.org.slug})


def main(html: str) -> str:
    """The page without frame and palette."""
    return html[html.index('<main id="main"') : html.index("</main>")]


def find(client: Client, world: World, text: str) -> list[tuple[str, str]]:
    """Title and address of every hit."""
    html = main(client.get(address(world), {"q": text}).content.decode())
    pairs = re.findall(r'<p class="item-title"><a href="([^"]+)">([^<]*)</a>', html)
    return [(unescape(title), unescape(url)) for url, title in pairs]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AGENT, Role.FAMILY)])
def test_every_hit_can_be_opened_by_who_found_it(role: Role, world: World, browser: Browser) -> None:
    with world.open():
        _offered(world)
        _order(world, _resource(world, "freelancer"))
    client = browser(world.users[role])
    hits = find(client, world, world.mark)
    # Whether it opens, not what it looks like: that is drawn in test_pages.py.
    with mock.patch.object(Template, "render", return_value=""):
        for title, url in hits:
            assert client.get(url).status_code in {200, 302}, (title, url)
    assert hits or role is Role.PROVIDER


def test_external_finds_own_orders_and_nothing_else(world: World, browser: Browser) -> None:
    with world.open():
        own = _offered(world)
        _order(world, _resource(world, "freelancer"))
        take_on(world)
    hits = find(browser(world.users[Role.FREELANCER]), world, world.mark)
    assert any(url.endswith(f"/my-orders/{own.pk}/") for _, url in hits)
    assert {url.split("/")[3] for _, url in hits} == {"my-orders"}


def test_other_firm_is_never_found(world: World, other_world: World, browser: Browser) -> None:
    director = browser(world.users[Role.MANAGING_DIRECTOR])
    assert find(director, world, other_world.mark) == []
    assert director.get(address(other_world), {"q": other_world.mark}).status_code == 404


@pytest.mark.parametrize(
    ("role", "part", "there"),
    [
        (Role.HR, "people", True),
        (Role.EMPLOYEE, "people", False),
        (Role.LEAD, "orders", True),
        (Role.EMPLOYEE, "orders", False),
        (Role.EMPLOYEE, "tasks", True),
        (Role.WORKS_COUNCIL, "cases", False),
        (Role.AUDITOR, "cases", True),
    ],
)
def test_role_decides_what_is_asked(role: Role, part: str, there: bool, world: World, browser: Browser) -> None:
    hits = find(browser(world.users[role]), world, world.mark)
    assert (part in {url.split("/")[3] for _, url in hits}) is there


def test_all_words_must_fit_in_any_order_and_case(world: World, browser: Browser) -> None:
    with world.open():
        person = take_on(world, title="Prüfingenieurin")
    hr = browser(world.users[Role.HR])
    page = f"/o/{world.org.slug}/people/{person.pk}/"
    for text in (person.name, f"prüf {person.name.lower()}", f"PRÜF {world.mark}"):
        assert page in {url for _, url in find(hr, world, text)}, text
    assert page not in {url for _, url in find(hr, world, f"{person.name} Schlosser")}


def test_numbers_pages_and_law_are_found(world: World, browser: Browser) -> None:
    with world.open():
        order = _order(world, _resource(world, "freelancer"))
    lead = browser(world.users[Role.LEAD])
    assert any(url.endswith(f"/orders/{order.pk}/") for _, url in find(lead, world, str(order.number)))
    assert ("Vorgänge", f"/o/{world.org.slug}/cases/") in find(lead, world, "vorgä")
    assert any("de%2Finvoice%2Fself_billing" in url for _, url in find(lead, world, "Gutschrift Auftraggeber"))
    assert not any("/law/" in url for _, url in find(browser(world.users[Role.FREELANCER]), world, "Gutschrift"))


@pytest.mark.parametrize("text", ["", " ", "a", "\0", "%", "_"])
def test_too_little_finds_nothing_and_says_what_can_be_found(text: str, world: World, browser: Browser) -> None:
    answer = browser(world.users[Role.HR]).get(address(world), {"q": text})
    assert answer.status_code == 200
    assert "Namen von Personen" in answer.content.decode()


@pytest.mark.parametrize("text", ["'; DROP TABLE org_user; --", "%%", "\\", "x" * 5000, "1" * 400, "<script>"])
def test_odd_text_is_only_text(text: str, world: World, browser: Browser) -> None:
    answer = browser(world.users[Role.HR]).get(address(world), {"q": text})
    assert answer.status_code == 200
    assert "Nichts gefunden" in answer.content.decode()
    assert "<script>" not in main(answer.content.decode())


def test_palette_gets_options_only(world: World, browser: Browser) -> None:
    answer = browser(world.users[Role.HR]).get(address(world), {"q": world.mark, "part": "palette"})
    html = answer.content.decode()
    assert html.count('role="option"') > 3
    assert "<html" not in html
    assert f'data-url="{address(world)}?q={world.mark}"' in html
    assert answer.headers["Cache-Control"] == "no-store"


def test_words_are_bounded() -> None:
    assert words_of(" ab  c ") == ["ab", "c"]
    assert words_of("7") == ["7"]
    assert words_of("a b") == []
    assert len(words_of("ab " * 50)) == 6
