"""Fixtures of the pages: two firms side by side, a logged-in client, compiled German."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import database
from tests.conftest import ROOT, worker
from tests.connecting import connected_to, forget
from tests.web import world as worlds

if TYPE_CHECKING:
    from django.test import Client

    from tests.database import Database
    from tests.web.world import World
    from werkfluss.org.models import User


_KEY = database.key_of(*(ROOT / "tests" / path for path in ("web/world.py", "web/samples", "process/samples.py")))


@pytest.fixture(scope="session", autouse=True)
def german() -> None:
    """The catalogue as it is in the sources."""
    from django.utils import translation

    from werkfluss.web import catalogue

    catalogue.compile_catalogue()
    translation.trans_real._translations.clear()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A test that switches the language does not switch it for the next one."""
    from django.utils import timezone, translation

    with translation.override("de"), timezone.override(None):
        yield


@pytest.fixture(scope="session")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, bytes]]:
    """A database of its own in which both firms stand, its address, and they and their logins as Python knows them.

    To furnish them takes many seconds, so it is done once for all workers. They are kept as bytes: every module unpacks
    its own, and what one does to the objects is not seen by the next.
    """
    from django.db import transaction

    def fill(copy: Database) -> bytes:
        with django_db_blocker.unblock(), connected_to(copy.app):
            with transaction.atomic():
                both = worlds.make_world("eigene", "EIGENMARKE"), worlds.make_world("fremde", "FREMDMARKE")
            kept = pickle.dumps((both, _log_in(both), worlds.number()))
        forget(copy.app)
        return kept

    worlds.load_samples()
    copy, kept = database.make_filled(f"{worker()}_worlds", _KEY, fill)
    yield copy.app, kept
    forget(copy.app)
    database.drop(copy)


def _log_in(both: tuple[World, World]) -> dict[User, dict[str, str]]:
    """The cookies with which each person of both firms is logged in."""
    from django.test import Client

    cookies = {}
    for world in both:
        for user in world.users.values():
            client = Client(HTTP_HOST="localhost")
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookies[user] = {key: morsel.value for key, morsel in client.cookies.items()}
    return cookies


@pytest.fixture(scope="module")
def _opened(furnished: tuple[str, bytes], django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """The furnished database for the tests of a module; what they do in it is rolled back after them."""
    from django.db import transaction

    address, kept = furnished
    with django_db_blocker.unblock(), connected_to(address), transaction.atomic():
        opened = pickle.loads(kept)
        worlds.number_from(opened[2])
        yield opened
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def both_worlds(_opened: Any) -> tuple[World, World]:
    both: tuple[World, World] = _opened[0]
    return both


@pytest.fixture(scope="module")
def sessions(_opened: Any) -> dict[User, dict[str, str]]:
    """The cookies with which each person of both firms is logged in."""
    cookies: dict[User, dict[str, str]] = _opened[1]
    return cookies


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


@pytest.fixture
def browser(sessions: dict[User, dict[str, str]], _undone: None) -> Callable[[User | None], Client]:
    """``browser(user)``: a client logged in as the user; without one, a visitor."""
    from django.test import Client

    def make(user: User | None = None) -> Client:
        client = Client(HTTP_HOST="localhost")
        if user is not None:
            client.cookies = SimpleCookie(sessions[user])
        return client

    return make
