"""Two firms side by side: not one byte of the other firm on any page, list, export or error."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch

from tests.web import world as worlds
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE, Rule

Browser = Callable[[User | None], Client]
worlds.load_samples()
PAGES = sorted(name for name, rule in TABLE.items() if "GET" in rule.methods)
FIRM_PAGES = [name for name in PAGES if "<slug:firm>" in TABLE[name].route]


def readers(rule: Rule) -> list[Role]:
    """Who may read it; of a page outside all firms two are enough, it knows no roles."""
    if rule.permission in {"public", "login"}:
        return [Role.FREELANCER, Role.MANAGING_DIRECTOR]
    return sorted(roles_with(rule.permission))


def content_of(response: HttpResponse) -> bytes:
    """All bytes a person gets; those of a workbook or an archive unpacked."""
    body = b"".join(response)
    headers = "".join(f"{key}: {value}" for key, value in response.headers.items()).encode()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body += b"".join(archive.read(part) for part in archive.namelist())
    return headers + body


def visits(client: Client, url: str) -> Iterator[HttpResponse]:
    """The page; of a list also its workbook, a search and the part that HTMX asks for."""
    page = client.get(url)
    yield page
    if page.headers["Content-Type"].startswith("text/html") and b'class="list"' in page.content:
        more = f"{url}{'&' if '?' in url else '?'}"
        yield client.get(f"{more}format=xlsx")
        yield client.get(f"{more}q=marke")
        yield client.get(url, headers={"HX-Request": "true"})


@pytest.mark.parametrize("name", PAGES)
def test_sample_opens_the_page(name: str, world: World) -> None:
    try:
        world.url(name)
    except NoReverseMatch:
        pytest.fail(f"{name} takes arguments: add a sample in tests/web/samples")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_the_other_firm(name: str, world: World, other_world: World, browser: Browser) -> None:
    url = world.url(name)
    for role in readers(TABLE[name]):
        client = browser(world.users[role])
        for response in visits(client, url):
            assert other_world.mark.encode() not in content_of(response), role


@pytest.mark.parametrize("name", FIRM_PAGES)
def test_objects_of_the_other_firm_are_not_found(name: str, world: World, other_world: World, browser: Browser) -> None:
    """Own firm in the address, the other firm's keys behind it; and the other firm's address itself."""
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    addresses = [other_world.url(name)]
    # Words are no key of anybody: the kind of a paper, a provision or a template lead to the same page in every firm.
    if other_world.arguments(name).keys() - {"firm", "kind", "form", "country", "area", "name"}:
        addresses.append(other_world.url(name, firm=world.org.slug))
    for url in addresses:
        for method in set(TABLE[name].methods):
            response = client.generic(method, url)
            if TABLE[name].permission in _held_by_director():
                assert response.status_code == 404, (method, url)
            assert other_world.mark.encode() not in content_of(response)


def _held_by_director() -> set[str]:
    return {rule.permission for rule in TABLE.values() if Role.MANAGING_DIRECTOR in readers(rule)}


@pytest.mark.parametrize("name", ["members", "evidence", "firm_profile"])
def test_own_data_is_there_so_a_leak_would_show(name: str, world: World, browser: Browser) -> None:
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    assert world.mark.encode() in content_of(client.get(world.url(name)))
