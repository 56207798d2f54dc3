"""No page offers what its reader may not open; also where a list has nothing to show yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.web import world as worlds
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE

worlds.load_samples()
LISTS = sorted(
    name for name, rule in TABLE.items() if "GET" in rule.methods and re.findall(r"<\w+:(\w+)>", rule.route) == ["firm"]
)
NEED_A_QUESTION = {"law_rule", "decompose_draft"}  # says in its query what it is about
READERS = [role for role in Role if role is not Role.AGENT]


def offered(html: str) -> set[str]:
    """Names of the addresses a page links to or would send a form to."""
    names = set()
    for address in re.findall(r'(?:href|action|hx-get)="(/[^"#]*)', html):
        try:
            names.add(resolve(urlsplit(unescape(address)).path).url_name)
        except Resolver404:
            assert address.startswith("/static/"), address
    return names & TABLE.keys()


def test_offered_addresses_are_found() -> None:
    html = '<a href="/o/x/orders/new/?a=1"></a><form action="/language/"></form><link href="/static/css/x.css">'
    assert offered(html) == {"order_new", "set_language"}


@pytest.mark.parametrize("role", READERS)
def test_role_is_offered_only_what_it_may_open(
    role: Role, world: World, browser: Callable[[User | None], Client]
) -> None:
    client = browser(world.users[role])
    seen = 0
    for name in LISTS:
        if role not in roles_with(TABLE[name].permission):
            continue
        response = client.get(reverse(name, kwargs={"firm": world.org.slug}), follow=True)
        assert response.status_code == 200 or name in NEED_A_QUESTION, name
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        closed = {
            other
            for other in offered(response.content.decode())
            if TABLE[other].permission not in {"public", "login"} and role not in roles_with(TABLE[other].permission)
        }
        assert closed == set(), f"{name} offers {role} what it may not open"
    assert seen > 1
