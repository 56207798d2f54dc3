"""Every address x every role x every method, against the two tables that are the whole of permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.backends.django import Template
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve, reverse

from tests.web import world as worlds
from tests.web.looking import LET_THROUGH
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web import access
from werkfluss.web.access import TABLE, Rule

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

_inside = access._inside

worlds.load_samples()


def patterns_of(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns_of(entry.url_patterns, route)
        else:
            yield route, entry


def undeclared(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """Addresses that no gate stands before."""
    return [
        route for route, entry in patterns_of(patterns) if entry.name not in TABLE or TABLE[entry.name].route != route
    ]


def test_every_address_is_declared() -> None:
    assert undeclared(get_resolver().url_patterns) == []
    assert {entry.name for _, entry in patterns_of(get_resolver().url_patterns)} == set(TABLE)


def test_undeclared_address_is_found() -> None:
    assert undeclared([path("secret/", lambda request: HttpResponse(), name="secret")]) == ["secret/"]
    assert undeclared([path("help/other/", lambda request: HttpResponse(), name="help")]) == ["help/other/"]


def test_unknown_permission_fails_at_import() -> None:
    with pytest.raises(KeyError):
        access.firm_page("x/", lambda request: HttpResponse(), permission="people.reed", name="x")
    assert "x" not in TABLE


def test_second_address_of_one_name_fails_at_import() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        access.public_page("x/", lambda request: HttpResponse(), name="help")


def expected(rule: Rule, who: Role | str, method: str) -> str:
    """What the tables say of this cell: method, login, missing, forbidden or through."""
    allowed = {*rule.methods, *(["HEAD"] if "GET" in rule.methods else [])}
    if method not in allowed:
        return "method"
    if rule.permission == "public":
        return "through"
    if who == "anonymous":
        return "login"
    if rule.permission == "login":
        return "through"
    if who == "other firm":
        return "missing"
    return "through" if who in roles_with(rule.permission) else "forbidden"


def answered(response: HttpResponse, url: str) -> str:
    """The same words, from an answer."""
    location = response.headers.get("Location", "")
    if response.status_code == 405:
        return "method"
    if location.startswith(f"{reverse('account_login')}?next={url.split('?', maxsplit=1)[0]}"):
        return "login"
    if response.status_code == 403:
        return "forbidden"
    return "through" if response.status_code in LET_THROUGH else f"status {response.status_code}"


def asked(client: Client, method: str, url: str) -> HttpResponse:
    """The answer to one request through all layers, without drawing a page; behind the gate, GET finds an empty view.

    ``test_pages.py`` draws each page for every role that may see it, and says there that the gate let it through.
    """
    with mock.patch.object(Template, "render", return_value=""):
        if method not in {"GET", "HEAD"}:
            return client.generic(method, url)
        with mock.patch.object(access, "_inside", gate_only):
            return client.generic(method, url)


def gate_only(request: Any, org: Any, permission: str, view: Any, kwargs: Any) -> Any:
    return _inside(request, org, permission, lambda request, **kwargs: HttpResponse(), kwargs)


def asked_at_the_gate(user: User, method: str, url: str) -> HttpResponse:
    """What the gate before this address answers to somebody who is logged in; behind it there is nothing.

    The layers before it only find out who that is, the same for all addresses: one visitor comes through them.
    """
    found = resolve(url.partition("?")[0])
    request = RequestFactory().generic(method, url)
    request.user = user
    with mock.patch.object(access, "_inside", gate_only):
        try:
            return found.func(request, *found.args, **found.kwargs)
        except Http404:
            return HttpResponse(status=404)
        except PermissionDenied:
            return HttpResponse(status=403)


def refused_at_once(method: str, url: str) -> bool:
    """Whether the address refuses this method before it could know who asks: the request has no user."""
    found = resolve(url.partition("?")[0])
    request = RequestFactory().generic(method, url)
    return bool(found.func(request, *found.args, **found.kwargs).status_code == 405)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_cells(name: str, world: World, other_world: World, browser: Callable[[User | None], Client]) -> None:
    rule = TABLE[name]
    url = world.url(name)
    visitors: dict[Role | str, User | None] = {"anonymous": None, **world.users}
    visitors["other firm"] = other_world.users[Role.MANAGING_DIRECTOR]
    wrong: list[tuple[str, ...]] = []
    unknown = [method for method in METHODS if expected(rule, "anonymous", method) == "method"]
    assert [method for method in unknown if not refused_at_once(method, url)] == []
    met: set[tuple[str, str]] = set()
    for who, user in visitors.items():
        # What is refused to everybody has been asked without anybody; here one visitor for all, and through all layers.
        for method in METHODS if who == "anonymous" else [each for each in METHODS if each not in unknown]:
            want = expected(rule, who, method)
            # The first to get an answer comes through all layers, and so does who has something to send.
            first, known = (method, want) not in met, who in world.users and "<slug:firm>" in rule.route
            met.add((method, want))
            sends = want == "through" and method not in {"GET", "HEAD"}
            if first or sends or user is None or not known:
                response = asked(browser(user), method, url)
            else:
                response = asked_at_the_gate(user, method, url)
            got = answered(response, url)
            if want == "missing":
                got = "missing" if response.status_code == 404 else got
            if want != got:
                wrong.append((str(who), method, want, got))
    assert wrong == []
