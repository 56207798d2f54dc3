"""Starts and stops the real thing for end-to-end and reliability tests: ``werkfluss serve`` on a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PROGRAM = Path(sys.executable).parent / "werkfluss"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def data_folder() -> Path:
    """A new folder which the database's own user can pass through when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="werkfluss-site-"))
    if os.geteuid() == 0:
        folder.chmod(0o755)
    return folder


@dataclass
class Site:
    """One installation. ``start`` waits until the first page answers."""

    data: Path = field(default_factory=data_folder)
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        path = self.data / "serve.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "WERKFLUSS_"))}
        own.pop("DJANGO_SETTINGS_MODULE", None)
        return own | {"WERKFLUSS_DATA": str(self.data), "WERKFLUSS_PORT": str(self.port)}

    def call(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Another command on the same installation."""
        done = subprocess.run(
            [PROGRAM, *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )
        assert not (check and done.returncode), f"{arguments}: {done.stdout}\n{done.stderr}"
        return done

    def start(self, *, seconds: float = 120) -> float:
        """Start and return the seconds until the first page answered."""
        begin = time.monotonic()
        with (self.data / "serve.log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", *self.arguments],
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                # A group of its own, as a shell makes one for a foreground job.
                start_new_session=True,
            )
        while time.monotonic() - begin < seconds:
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended with {self.process.returncode}:\n{self.log}")
            if self.answers():
                return time.monotonic() - begin
            time.sleep(0.1)
        raise RuntimeError(f"no page after {seconds} s:\n{self.log}")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, number: int = signal.SIGTERM, *, group: bool = False, seconds: float = 40) -> int:
        """Stop by signal, to the process alone or, as Ctrl-C does, to the whole group; returns the exit status."""
        assert self.process is not None
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.process.wait(seconds)

    def processes(self) -> list[psutil.Process]:
        """Every process of this installation, the database included."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                mine = str(self.data) in " ".join(process.cmdline())
                if mine or process.environ().get("WERKFLUSS_DATA") == str(self.data):
                    found.append(process)
        return found

    def kill_all(self) -> None:
        """As a power cut would."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        if self.process is not None:
            self.process.wait(20)

    def remove(self) -> None:
        self.kill_all()
        shutil.rmtree(self.data, ignore_errors=True)
