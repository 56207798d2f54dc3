"""The frame of the command line: quick help, honest exit statuses, refusals without a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from tests.database import Database
from werkfluss.cli import main
from werkfluss.kernel.ids import new_id
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation

PROGRAM = Path(sys.executable).parent / "werkfluss"
Acting = Callable[[Actor], AbstractContextManager[Actor]]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments], env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_help_loads_nothing_heavy() -> None:
    """What makes a start slow; `make bench` times it (CLI.md: under 0.5 s)."""
    program = "import sys; from werkfluss.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"django", "lxml", "numpy", "ortools", "yaml", "psycopg", "openpyxl", "typst", "rich"}


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    for command in ("serve", "web", "worker", "migrate", "backup", "restore", "demo", "evidence", "law", "delegate"):
        assert f"\n  {command} " in shown


@pytest.mark.parametrize("arguments", [["nonsense"], ["evidence", "nonsense"], ["restore"], ["web", "--port", "many"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_private_folder_is_refused_as_root(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root must not open private folders")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    done = _run("evidence", "verify", WERKFLUSS_DATA=str(private / "data"))
    assert done.returncode == 1
    assert "is private; as root the database would open it to everybody" in done.stderr
    assert "Traceback" not in done.stderr
    assert private.stat().st_mode & 0o777 == 0o700


def test_migration_without_the_owner_is_refused(database: Database) -> None:
    done = _run("migrate", DATABASE_URL=database.app)
    assert done.returncode == 1
    assert "DATABASE_OWNER_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def addresses(database: Database) -> dict[str, str]:
    return {"DATABASE_URL": database.app, "DATABASE_OWNER_URL": database.owner}


def test_migrate_may_run_again(addresses: dict[str, str]) -> None:
    done = _run("migrate", **addresses)
    assert (done.returncode, done.stdout) == (0, "")
    assert "up to date" in done.stderr


@pytest.mark.usefixtures("committed_db")
def test_verify_names_the_firm_and_the_first_fault(
    firm: Organisation,
    other_director: Actor,
    addresses: dict[str, str],
    owner_connection: psycopg.Connection,
) -> None:
    done = _run("evidence", "verify", "--json", **addresses)
    assert done.returncode == 0
    found = {one["firm"]: one for one in json.loads(done.stdout)["firms"]}
    assert (found["muster"]["ok"], found["muster"]["entries"], found["muster"]["first_fault"]) == (True, 1, None)
    assert found["fremd"]["entries"] == 2
    owner_connection.execute("UPDATE org_entry SET object_id = %s WHERE org_id = %s", [new_id(), firm.pk])
    broken = {one["firm"]: one for one in json.loads(_run("evidence", "verify", "--json", **addresses).stdout)["firms"]}
    assert broken["muster"]["first_fault"] == {"seq": 1, "what": {"de": "wurde verändert", "en": "was changed"}}
    assert broken["fremd"]["ok"]


@pytest.mark.usefixtures("committed_db")
def test_head_kept_outside_shows_a_cut_tail(
    other_director: Actor, addresses: dict[str, str], owner_connection: psycopg.Connection, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.jsonl"
    assert _run("evidence", "anchor", str(heads), **addresses).returncode == 0
    owner_connection.execute("SET session_replication_role = replica")
    for table, column in (("org_payload", "entry_id"), ("org_entry", "id")):
        owner_connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM org_entry WHERE seq = 2)")
    owner_connection.execute("DELETE FROM org_anchor")
    assert json.loads(_run("evidence", "verify", "--json", **addresses).stdout)["firms"][0]["ok"]
    done = _run("evidence", "verify", "--json", "--anchors", str(heads), **addresses)
    assert json.loads(done.stdout)["firms"][0]["first_fault"] == {
        "seq": 2,
        "what": {
            "de": "die Kette endet vor dem verankerten Eintrag 2",
            "en": "the chain ends before the anchored entry 2",
        },
    }


def test_file_that_holds_no_heads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "heads.jsonl").write_text('{"firm": "muster"}\n', encoding="utf-8")
    done = _run("evidence", "verify", "--anchors", str(tmp_path / "heads.jsonl"))
    assert done.returncode == 1
    assert "line 1: not a head of a chain" in done.stderr


def test_server_that_does_not_answer_is_named() -> None:
    done = _run("evidence", "verify", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr
