"""What every page keeps: no inline code, a strict policy, a language, one heading, no query per row.

To draw all pages is dear, so each is drawn once for every role that may see it (``drawn``), and all who look at pages as
such look there: marks, the gate (``test_permissions.py``), the walls between two firms (``test_walls.py``), and what it
offers (``test_offered_links.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.web import world as worlds
from tests.web.looking import came_through, closed_to, further_looks, leaves_out
from tests.web.world import LISTS, READERS, World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE
from werkfluss.web.tables import Drawn

Browser = Callable[[User | None], Client]
worlds.load_samples()
PAGES = sorted(name for name, rule in TABLE.items() if "GET" in rule.methods)
VOID = {"meta", "link", "img", "input", "br", "hr", "use", "path", "circle", "rect", "line", "source", "col", "wbr"}


class Faults(HTMLParser):
    """What a strict policy would block, and what a reader of the source would miss."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self.headings = 0
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.language = given.get("lang") or ""
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("inline script")
        if tag == "style" or "style" in given:
            self.found.append(f"inline style on {tag}")
        self.found += [f"{name} on {tag}" for name in given if name.startswith(("on", "hx-on"))]
        for name in ("src", "href", "action"):
            address = given.get(name) or ""
            if address.startswith("javascript:") or (tag != "a" and re.match(r"(https?:)?//", address)):
                self.found.append(f"{address} on {tag}")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.found.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def faults(html: str) -> Faults:
    reader = Faults()
    reader.feed(html)
    doubled = sorted(name for name, times in Counter(reader.ids).items() if times > 1)
    if doubled:
        reader.found.append(f"ids used twice: {doubled}")
    return reader


def test_faults_are_found() -> None:
    bad = '<html lang="de"><p style="x" onclick="y"><script>z</script><link href="https://x.example"><div></p>'
    assert len(faults(bad).found) == 5


# Tables whose rows come from the law packs, not from the database.
OF_THE_LAW = {"law", "law_packs", "law_changes"}
# The table of another page that is listed.
TWINS = {"verify_evidence": "evidence"}


# Seen by externals alone, whose side bar has the entry.
OF_EXTERNALS = {name for name, rule in TABLE.items() if rule.permission.startswith("own_orders.")}


def unlisted(name: str, response: Any) -> str | None:
    """The name of the table on a page whose queries nobody counts."""
    drawn = (getattr(response, "context", None) or {}).get("table")
    followed = response.resolver_match.view_name if hasattr(response, "resolver_match") else name
    if not isinstance(drawn, Drawn) or TWINS.get(followed, followed) in {*LISTS, *OF_THE_LAW}:
        return None
    return str(drawn.name)


# Pages of a firm that are reached from everywhere and belong to no entry of the side bar.
AT_NO_ENTRY = {"search"}


def check_current(response: Any) -> None:
    """The side bar shows where one is: at one entry, or at none if the person has not the one it would be."""
    context = getattr(response, "context", None) or {}
    if not context.get("firm") or "sidebar" not in context:
        return
    current = [link.url for group in context["sidebar"] for link in group.links if link.current]
    assert len(current) <= 1, current
    page = response.resolver_match.view_name
    role = context["actor"].roles
    if Role.MANAGING_DIRECTOR in role and page not in AT_NO_ENTRY | OF_EXTERNALS:
        assert current, f"{page}: no entry of the side bar is the current one"


def visitors_of(name: str, world: World, language: str) -> list[User | None]:
    """Everybody who may see the page; of a page outside all firms a few are enough, it knows no roles."""
    rule = TABLE[name]
    roles = sorted(roles_with(rule.permission)) if "<slug:firm>" in rule.route else []
    outside = [] if roles else [world.users[Role.FREELANCER], world.users[Role.MANAGING_DIRECTOR]]
    everybody = [*outside, *(world.users[role] for role in roles)]
    # Marks and policies do not depend on the language: all read German, one of them English too.
    everybody = everybody if language == "de" else everybody[-1:]
    return [None, *everybody] if rule.permission == "public" else everybody


def drawn(name: str, world: World, browser: Browser, language: str) -> Iterator[tuple[Client, Any]]:
    """The page ``name`` for each of them, with the client that asked for it."""
    url = world.url(name)
    for user in visitors_of(name, world, language):
        if user:
            user.language = language
            user.save(update_fields=["language"])
        client = browser(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        yield client, client.get(url, follow=True)


def is_page(response: Any) -> bool:
    return bool(response.headers["Content-Type"].startswith("text/html")) and response.status_code == 200


def check_page(name: str, response: Any, language: str) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    check_current(response)
    assert unlisted(name, response) is None, "a list page needs a row in LISTS (tests/web/samples)"
    html = response.content.decode()
    read = faults(html)
    assert read.found == []
    if "<!doctype html>" in html:
        assert read.language == language
        assert read.headings == 1, "one h1"


def offered_in_vain(response: Any) -> set[str]:
    """What a page inside a firm offers although its reader may not open it."""
    actor = (response.context or {}).get("actor")
    return closed_to(min(actor.roles), response.content.decode()) if actor else set()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_clean(name: str, language: str, world: World, other_world: World, browser: Browser) -> None:
    url, seen = world.url(name), set()
    for client, response in drawn(name, world, browser, language):
        seen.add(came_through(response, TABLE[name].permission))
        if is_page(response):
            check_page(name, response, language)
            assert offered_in_vain(response) == set()
        leaves_out(other_world.mark, response)
        if language == "de":
            for other in further_looks(client, response, url):
                leaves_out(other_world.mark, other)
    # Whoever has the right may still lack this one object (404); but somebody must really see it.
    assert language == "en" or {200, 302} & seen or "<slug:firm>" not in TABLE[name].route, "nobody opens the sample"


@pytest.mark.parametrize("name", ["members", "profile"])
def test_log_in_before_a_page_is_clean(name: str, world: World, browser: Browser) -> None:
    response = browser(None).get(f"{world.url(name)}?q=marke", follow=True)
    assert response.resolver_match.view_name == "account_login"
    check_page("account_login", response, "de")


def test_refusal_of_a_page_is_clean(world: World, browser: Browser) -> None:
    response = browser(world.users[Role.FREELANCER]).get(world.url("members"))
    assert response.status_code == 403
    assert faults(response.content.decode()).found == []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_list_needs_no_query_per_row(
    name: str, world: World, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make, queries = LISTS[name]
    client = browser(world.users[Role(READERS.get(name, Role.MANAGING_DIRECTOR))])
    url = world.url(name)
    with world.open():
        make(world)
    client.get(url)
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200
    for _ in range(2):
        with world.open():
            make(world)
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("path", ["/nix/", "/o/nix/", "/o/eigene/nix/"])
def test_missing_page_says_what_to_do(path: str, world: World, browser: Browser) -> None:
    response = browser(world.users[Role.EMPLOYEE]).get(path)
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.content.decode()
    assert faults(response.content.decode()).found == []
