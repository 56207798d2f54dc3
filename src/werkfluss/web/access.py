"""The gate of every address: who may call it, by which method, and inside which firm's walls the view runs.

Each address is declared through one of ``firm_page``, ``personal_page`` and ``public_page``. ``TABLE`` then holds the
whole of it, and a test walks the resolver x roles x methods against it. 404 for another firm, 403 for a missing right.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from werkfluss.kernel.errors import Conflict, NotPermitted, WerkflussError
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import roles_with

View = Callable[..., HttpResponseBase]
READ = ("GET",)
WRITE = ("POST",)
FORM = ("GET", "POST")
# Digits; Python refuses to read numbers of thousands of them.
_LONGEST_VERSION = 18


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call an address. ``permission`` is ``public``, ``login`` or a name of ``org.roles.PERMISSIONS``."""

    name: str
    route: str
    permission: str
    methods: tuple[str, ...]


TABLE: dict[str, Rule] = {}


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


class FirmRequest(HttpRequest):
    """A request inside a firm; ``acting`` is open while the view runs."""

    org: Organisation
    actor: Actor
    user: User
    htmx: HtmxDetails


def firm_page(
    route: str, view: View, *, permission: str, methods: tuple[str, ...] = READ, name: str | None = None
) -> URLPattern:
    """An address inside a firm: ``/o/<firm>/<route>``. A permission that is not in the table fails at import."""
    roles_with(permission)
    name = name or view.__name__
    _declare(Rule(name, f"o/<slug:firm>/{route}", permission, methods))

    @functools.wraps(view)
    def gate(request: FirmRequest, firm: str, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        org = Organisation.objects.filter(slug=firm).first()
        if org is None:
            raise Http404
        return _answered(lambda: _inside(request, org, permission, view, kwargs), request)

    return path(TABLE[name].route, require_http_methods([*methods, *_head(methods)])(gate), name=name)


def _inside(request: FirmRequest, org: Organisation, permission: str, view: View, kwargs: Any) -> HttpResponseBase:
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        actor = firms.user_actor(org.pk, request.user)
        if not actor.roles:
            raise Http404
        if not actor.may(permission):
            raise PermissionDenied
        request.org, request.actor = org, actor
        return view(request, **kwargs)


def _answered(ask: Callable[[], HttpResponseBase], request: HttpRequest) -> HttpResponseBase:
    """What the view answers, or the page that says why not."""
    _without_nul(request)
    try:
        return ask()
    except WerkflussError as error:
        return _refusal(request, error)


def _without_nul(request: HttpRequest) -> None:
    """Take NUL out of what was sent: nobody sees it, pasted text may hold it, the database keeps no text with it."""
    for name in ("GET", "POST"):
        given = getattr(request, name)
        if any("\0" in value for _key, values in given.lists() for value in values):
            clean = given.copy()
            for key, values in given.lists():
                clean.setlist(key, [value.replace("\0", "") for value in values])
            setattr(request, name, clean)


def _refusal(request: HttpRequest, error: WerkflussError) -> HttpResponse:
    """Nothing was kept: the block around the view has rolled back. Say what happened and what to do."""
    status = 403 if isinstance(error, NotPermitted) else 409 if isinstance(error, Conflict) else 422
    return render(request, "errors/refused.html", {"fault": error.fault, "typed": typed_in(request)}, status=status)


def typed_in(request: HttpRequest) -> list[str]:
    """The sentences somebody wrote into the refused form, to be shown again: keys and days have no space in them."""
    fields = ((key, value) for key, values in request.POST.lists() for value in values)
    return [value for key, value in fields if " " in value.strip() and "password" not in key and value[:1] not in "{["]


def personal_page(route: str, view: View, *, methods: tuple[str, ...] = READ, name: str | None = None) -> URLPattern:
    """An address for any logged-in person, outside every firm."""
    name = name or view.__name__
    _declare(Rule(name, route, "login", methods))

    @functools.wraps(view)
    def gate(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return _answered(lambda: view(request, **kwargs), request)

    return path(route, require_http_methods([*methods, *_head(methods)])(gate), name=name)


def public_page(route: str, view: View, *, methods: tuple[str, ...] = READ, name: str | None = None) -> URLPattern:
    """An address for everybody: log-in, links from mail, statements."""
    name = name or view.__name__
    _declare(Rule(name, route, "public", methods))

    @functools.wraps(view)
    def gate(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return _answered(lambda: view(request, **kwargs), request)

    return path(route, require_http_methods([*methods, *_head(methods)])(gate), name=name)


def _head(methods: tuple[str, ...]) -> tuple[str, ...]:
    return ("HEAD",) if "GET" in methods else ()


def _declare(rule: Rule) -> None:
    if not rule.name or rule.name in TABLE:
        raise ValueError(f"an address needs a name of its own: {rule}")
    TABLE[rule.name] = rule


def as_uuid(value: object) -> UUID:
    """A key from a form.

    Raises:
        Http404: it is none.
    """
    try:
        return UUID(str(value))
    except ValueError:
        raise Http404 from None


def read_version(request: HttpRequest) -> int:
    """The ``version`` a form was drawn from, for ``expected_version`` of a domain function.

    Raises:
        Conflict: the form does not say on which state it stands.
    """
    text = request.POST.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_VERSION:
        raise Conflict(request.path)
    return int(text)
