"""No page offers what its reader may not open; where a page is drawn for a role (``test_pages.py``), that is asked too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web import world as worlds
from tests.web.looking import closed_to, offered
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

worlds.load_samples()


def test_offered_addresses_are_found() -> None:
    html = '<a href="/o/x/orders/new/?a=1"></a><form action="/language/"></form><link href="/static/css/x.css">'
    assert offered(html) == {"order_new", "set_language"}


def test_address_that_is_closed_is_found() -> None:
    html = '<a href="/o/x/orders/new/"></a><form action="/language/"></form>'
    assert closed_to(Role.FREELANCER, html) == {"order_new"}
    assert closed_to(Role.MANAGING_DIRECTOR, html) == set()


@pytest.mark.parametrize("role", [Role.FREELANCER, Role.LEAD])
def test_search_without_words_offers_nothing_closed(
    role: Role, world: World, browser: Callable[[User | None], Client]
) -> None:
    """Its sample searches for something."""
    response = browser(world.users[role]).get(reverse("search", kwargs={"firm": world.org.slug}))
    assert response.status_code == 200
    assert closed_to(role, response.content.decode()) == set()
