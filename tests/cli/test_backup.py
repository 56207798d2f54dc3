"""A backup holds every firm, or is refused with what to do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from tests.database import Database
from tests.running import PROGRAM
from werkfluss.cli.database import backup
from werkfluss.config import embedded
from werkfluss.org.models import Organisation

LOGIN = "werkfluss_test_dumper"


@pytest.fixture
def dumper(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A server with a login that owns everything as the owner does, but is no superuser."""
    monkeypatch.setenv("DATABASE_URL", database.app)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner.replace("//postgres@", f"//{LOGIN}@"))
    monkeypatch.setenv("PATH", f"{embedded.programs()}{os.pathsep}{os.environ['PATH']}")
    with psycopg.connect(database.owner, autocommit=True) as owner:
        role = sql.Identifier(LOGIN)
        owner.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN NOBYPASSRLS IN ROLE postgres").format(role))
        yield owner
        owner.execute(sql.SQL("DROP ROLE {}").format(role))


def test_backup_by_a_login_that_does_not_see_all_firms_is_refused(
    committed_db: None, firm: Organisation, dumper: psycopg.Connection, tmp_path: Path
) -> None:
    done = CliRunner().invoke(backup, [str(tmp_path / "firm.dump")])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "would be incomplete" in done.output
    assert f'ALTER ROLE "{LOGIN}" BYPASSRLS' in done.output
    assert list(tmp_path.iterdir()) == []


def test_backup_by_a_login_with_bypassrls_holds_every_firm(
    committed_db: None, firm: Organisation, other_firm: Organisation, dumper: psycopg.Connection, tmp_path: Path
) -> None:
    dumper.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(LOGIN)))
    file = tmp_path / "firm.dump"
    done = CliRunner().invoke(backup, [str(file)])
    assert done.exit_code == 0, done.output
    rows = subprocess.run(
        [embedded.programs() / "pg_restore", "--data-only", "--table=org_entry", "--file=-", str(file)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert str(firm.pk) in rows
    assert str(other_firm.pk) in rows


def test_owner_without_bypassrls_can_restore(
    committed_db: None, firm: Organisation, dumper: psycopg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "firm.dump"
    role, target = sql.Identifier(LOGIN), f"{dumper.info.dbname}_restored"
    dumper.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(role))
    assert CliRunner().invoke(backup, [str(file)]).exit_code == 0
    dumper.execute(sql.SQL("ALTER ROLE {} NOBYPASSRLS").format(role))
    dumper.execute(sql.SQL("REVOKE postgres FROM {}").format(role))
    dumper.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(sql.Identifier(target), role))
    env = {
        name: os.environ[name].replace(f"/{dumper.info.dbname}", f"/{target}")
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    try:
        done = subprocess.run(
            [PROGRAM, "restore", str(file)], env=os.environ | env, capture_output=True, text=True, check=False
        )
    finally:
        dumper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(target)))
    assert "1 firms, every chain holds" in done.stderr, done.stderr


def test_backup_of_a_server_that_does_not_answer_says_so(
    dumper: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://nobody@127.0.0.1:1/none")
    done = CliRunner().invoke(backup, [str(tmp_path / "firm.dump")])
    assert done.exit_code == 1
    assert "cannot be reached" in done.output
    assert "DATABASE_OWNER_URL" in done.output
    assert list(tmp_path.iterdir()) == []
