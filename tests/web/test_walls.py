"""Two firms side by side: not one byte of the other firm on any page, list, export or error.

The own pages, lists, searches and workbooks of every role are looked through where they are drawn, in ``test_pages.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from tests.web import world as worlds
from tests.web.looking import content_of, leaves_out
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE

Browser = Callable[[User | None], Client]
worlds.load_samples()
PAGES = sorted(name for name, rule in TABLE.items() if "GET" in rule.methods)
FIRM_PAGES = [name for name in PAGES if "<slug:firm>" in TABLE[name].route]


@pytest.mark.parametrize("name", PAGES)
def test_sample_opens_the_page(name: str, world: World) -> None:
    try:
        world.url(name)
    except NoReverseMatch:
        pytest.fail(f"{name} takes arguments: add a sample in tests/web/samples")


@pytest.mark.parametrize("name", FIRM_PAGES)
def test_objects_of_the_other_firm_are_not_found(name: str, world: World, other_world: World, browser: Browser) -> None:
    """Own firm in the address, the other firm's keys behind it; and the other firm's address itself."""
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    held = Role.MANAGING_DIRECTOR in roles_with(TABLE[name].permission)
    addresses = [other_world.url(name)]
    # Words are no key of anybody: the kind of a paper, a provision or a template lead to the same page in every firm.
    if other_world.arguments(name).keys() - {"firm", "kind", "form", "country", "area", "name"}:
        addresses.append(other_world.url(name, firm=world.org.slug))
    for url in addresses:
        for method in set(TABLE[name].methods):
            response = client.generic(method, url)
            assert not held or response.status_code == 404, (method, url)
            leaves_out(other_world.mark, response)


@pytest.mark.parametrize("name", ["members", "evidence", "firm_profile"])
def test_own_data_is_there_so_a_leak_would_show(name: str, world: World, browser: Browser) -> None:
    client = browser(world.users[Role.MANAGING_DIRECTOR])
    assert world.mark.encode() in content_of(client.get(world.url(name)))
