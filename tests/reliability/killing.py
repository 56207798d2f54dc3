"""Processes that end by SIGKILL exactly where they are told to, and the worker that comes after them.

The house knows nothing of this: a forked process changes the function in question in its own memory only.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from werkfluss.flow import worker

ROOT = Path(__file__).resolve().parents[2]
_FORK = multiprocessing.get_context("fork")
_PATIENCE_S = 60
_WORKER = """
import django
django.setup()
from tests.reliability import flows
from werkfluss.flow import worker
flows.register()
worker.run(jobs_at_once=2, heartbeat_s=0.5, stalled_after_s=2)
"""


class Point(StrEnum):
    BEFORE_EFFECT = "before effect"
    AFTER_EFFECT = "after effect"  # all is written; in the database nothing is committed yet
    AFTER_COMMIT = "after commit"  # nobody has been told that it is done


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set_trap(effect: str, point: Point) -> None:
    module, _, name = effect.partition(":")
    owner: Any = import_module(module)
    for part in name.split(".")[:-1]:
        owner = getattr(owner, part)
    name = name.rpartition(".")[2]
    real, commit = getattr(owner, name), BaseDatabaseWrapper._commit
    happened: list[bool] = []

    def watched(*given: Any, **named: Any) -> Any:
        if point is Point.BEFORE_EFFECT:
            _die()
        result = real(*given, **named)
        happened.append(True)
        return result

    def watched_commit(self: BaseDatabaseWrapper) -> None:
        if happened and point is Point.AFTER_EFFECT:
            _die()
        commit(self)
        if happened and point is Point.AFTER_COMMIT:
            _die()

    setattr(owner, name, watched)
    BaseDatabaseWrapper._commit = watched_commit


def _work() -> None:
    # Whom it finds dead, it leaves to the worker that comes after all killing is done.
    worker.run(jobs_at_once=1, heartbeat_s=0.5, stalled_after_s=3600)


def kill_in(effect: str, point: Point, act: Callable[[], None] | None) -> str:
    """Do ``act``, or be the worker, in a process that dies at the point; what went otherwise, or nothing."""

    def run() -> None:
        _set_trap(effect, point)
        (act or _work)()

    connections.close_all()
    process = _FORK.Process(target=run)
    process.start()
    process.join(_PATIENCE_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        return "never came to the point"
    return "" if process.exitcode == -signal.SIGKILL else f"ended with {process.exitcode} before the point"


@contextmanager
def next_worker(address: str, data: Path) -> Iterator[None]:
    """A worker that knows nothing of what went before, as after a restart."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "DATABASE_URL": address,
        "WERKFLUSS_DATA": str(data),
        "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
    }
    with subprocess.Popen([sys.executable, "-c", _WORKER], env=env, cwd=ROOT) as process:
        try:
            yield
        finally:
            process.kill()
