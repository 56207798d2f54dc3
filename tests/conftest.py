"""Fixtures that every room may use.

The pure cores (``PURE``) are tested without Django and without a database. For every other folder Django is set up when
its first module is collected, and the database starts when the first test asks for it (``db``, ``committed_db``).
A ``conftest.py`` of a room therefore imports models inside its fixtures only.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import hypothesis
import pytest
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

if TYPE_CHECKING:
    import psycopg

    from tests.database import Database
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.org.roles import Role

ROOT = Path(__file__).resolve().parent.parent
# What tests at length are told by ``make nightly``; ``make test`` has to end within five minutes.
THOROUGH = bool(os.environ.get("WERKFLUSS_THOROUGH"))
PURE = {"kernel", "law", "delegation", "process", "formats"}
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
    # Replaced by the address of the worker's own copy when the first test asks for the database.
    "DATABASE_URL": "postgresql://werkfluss_app@localhost/none",
    "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
}


def examples(number: int) -> int:
    """How many random examples a test of a pure core looks at: all of them at length, else a tenth."""
    return number if THOROUGH else max(10, number // 10)


def pytest_configure(config: pytest.Config) -> None:
    """Whatever a test starts, it never finds the user's own data; how fast a machine is, is no property of the code."""
    from tests.database import data_folder

    hypothesis.settings.register_profile("patient", deadline=None)
    hypothesis.settings.load_profile("patient")

    for name in [name for name in os.environ if name.startswith("DATABASE_") or name == "WERKFLUSS_DATA"]:
        del os.environ[name]
    # To compile everything anew in every process, and to rewrite every assert, costs half a minute of a run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ["WERKFLUSS_DATA"] = str(data_folder())


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: not to look through it again and again saves a tenth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    if module_path.relative_to(ROOT / "tests").parts[0] not in PURE:
        _set_up_django(parent.config)


def _set_up_django(config: pytest.Config) -> None:
    import django
    from django.apps import apps

    if apps.ready:
        return
    with mock.patch.dict(os.environ, _SETTINGS):
        django.setup()
    from django.conf import settings

    # No page of a test needs collected files, which each new client would list; no password of a test a slow hash.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = Path(os.environ["WERKFLUSS_DATA"]) / "no-static-files"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Thousands of refusals are wanted; to write each down with its traceback would cost as much as to refuse it.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    config.stash[blocking_manager_key].block()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real files nobody here wrote; read, never copied."""
    folder = Path(os.environ.get("WERKFLUSS_CORPUS", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no corpus: set WERKFLUSS_CORPUS to its folder")
    return folder


def worker() -> str:
    """The name of this process among those that share the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """The migrated database, a copy for each worker."""
    from tests import database

    copy = database.make(worker())
    yield copy
    database.drop(copy)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, database: Database) -> Iterator[None]:
    """Points Django to the worker's copy, as the application's login (replaces pytest-django's own)."""
    import dj_database_url
    from django.db import connection, connections

    connection.settings_dict |= dj_database_url.parse(database.app)
    yield
    connections.close_all()


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker, database: Database) -> Iterator[None]:
    """The database with real commits, for concurrency and for the chain; emptied by the owner afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()
    database.empty()


@pytest.fixture
def owner_connection(database: Database) -> Iterator[psycopg.Connection]:
    """The owner's login, past all walls, committing at once. Sees what tests committed, not what ``db`` holds open."""
    import psycopg

    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def _any_db(request: pytest.FixtureRequest) -> None:
    if not {"committed_db", "db"} & set(request.fixturenames):
        request.getfixturevalue("db")
    elif "committed_db" in request.fixturenames:
        request.getfixturevalue("committed_db")


def found_firm(slug: str, name: str) -> Organisation:
    from werkfluss.org.domain import firms

    profile = {
        "street": "Werkstraße 1",
        "postcode": "34117",
        "city": "Kassel",
        "country": "DE",
        "subdivision": "HE",
        "email": f"post@{slug}.example",
        "chart_of_accounts": "SKR03",
    }
    return firms.found_firm(slug=slug, name=name, profile=profile)


@pytest.fixture
def firm(_any_db: None) -> Organisation:
    return found_firm("muster", "Muster Maschinenbau GmbH")


@pytest.fixture
def other_firm(_any_db: None) -> Organisation:
    return found_firm("fremd", "Fremd Anlagen GmbH")


def member_of_firm(org: Organisation, role: Role, email: str | None = None) -> Actor:
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.domain import firms
    from werkfluss.org.models import User

    address = email or f"{role.value}@{org.slug}.example"
    user = User.objects.create_user(address, "ein langes Kennwort", name=address.split("@")[0])
    with tenancy.acting(org.pk, Actor.system(org.pk)) as system:
        firms.add_member(user, role=role, by=system)
        return firms.user_actor(org.pk, user)


@pytest.fixture
def member_of() -> Callable[..., Actor]:
    """``member_of(firm, Role.LEAD, "lead@muster.example")``: a new user with that role, as an actor."""
    return member_of_firm


@pytest.fixture
def director(firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    """The managing director of ``firm``."""
    from werkfluss.org.roles import Role

    return member_of(firm, Role.MANAGING_DIRECTOR)


@pytest.fixture
def other_director(other_firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    """The managing director of ``other_firm``."""
    from werkfluss.org.roles import Role

    return member_of(other_firm, Role.MANAGING_DIRECTOR)


@pytest.fixture
def acting_in() -> Callable[[Actor], AbstractContextManager[Actor]]:
    """For a block inside the own firm of an actor."""
    from werkfluss.org import tenancy

    return lambda actor: tenancy.acting(actor.org_id, actor)


@pytest.fixture
def in_firm(director: Actor) -> Iterator[Actor]:
    """The whole test runs inside ``firm`` as its director."""
    from werkfluss.org import tenancy

    with tenancy.acting(director.org_id, director) as actor:
        yield actor
