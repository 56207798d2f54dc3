"""Fixtures of the pages: two firms side by side, a logged-in client, compiled German."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.web import world as worlds

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.world import World
    from werkfluss.org.models import User


@pytest.fixture(scope="session", autouse=True)
def german() -> None:
    """The catalogue as it is in the sources; and a folder of static files, be it empty, or WhiteNoise warns."""
    from django.conf import settings
    from django.utils import translation

    from werkfluss.web import catalogue

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    catalogue.compile_catalogue()
    translation.trans_real._translations.clear()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A test that switches the language does not switch it for the next one."""
    from django.utils import timezone, translation

    with translation.override("de"), timezone.override(None):
        yield


@pytest.fixture(scope="module")
def both_worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Both firms, made once for the tests of a module and rolled back after them."""
    from django.db import transaction

    worlds.load_samples()
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.make_world("eigene", "EIGENMARKE"), worlds.make_world("fremde", "FREMDMARKE")
        transaction.set_rollback(True)


@pytest.fixture
def _undone(both_worlds: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a test does to the two firms is undone before the next one."""
    from django.db import transaction

    with django_db_blocker.unblock():
        before = transaction.savepoint()
        yield
        transaction.savepoint_rollback(before)


@pytest.fixture
def world(both_worlds: tuple[World, World], _undone: None) -> World:
    return both_worlds[0]


@pytest.fixture
def other_world(both_worlds: tuple[World, World], _undone: None) -> World:
    return both_worlds[1]


@pytest.fixture(scope="module")
def sessions(both_worlds: tuple[World, World]) -> dict[User, SimpleCookie]:
    """The cookies with which each person of both firms is logged in."""
    from django.test import Client

    cookies = {}
    for world in both_worlds:
        for user in world.users.values():
            client = Client(HTTP_HOST="localhost")
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookies[user] = client.cookies
    return cookies


@pytest.fixture
def browser(sessions: dict[User, SimpleCookie], _undone: None) -> Callable[[User | None], Client]:
    """``browser(user)``: a client logged in as the user; without one, a visitor."""
    from django.test import Client

    def make(user: User | None = None) -> Client:
        client = Client(HTTP_HOST="localhost")
        if user is not None:
            client.cookies = SimpleCookie({key: morsel.value for key, morsel in sessions[user].items()})
        return client

    return make
