"""A worker that is told to stop does so soon: what is done in time counts, what is not is the next worker's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from procrastinate.contrib.django import app

pytestmark = pytest.mark.reliability

_WORKER = """
import sys, time
import django
django.setup()
from procrastinate.contrib.django import app
from werkfluss.flow import worker

@app.task(name="test.slow")
def slow(*, seconds):
    time.sleep(seconds)

worker.run(jobs_at_once=2, heartbeat_s=0.5, stalled_after_s=2, finish_s=2)
"""


def _status(job: int) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return row[0] if row else "done and deleted"


def _wait_for(job: int, status: str) -> None:
    end = time.monotonic() + 30
    while _status(job) != status:
        assert time.monotonic() < end, _status(job)
        time.sleep(0.05)


@pytest.fixture
def worker(committed_db, database):
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "DATABASE_URL": database.app,
        "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
    }
    with subprocess.Popen([sys.executable, "-c", _WORKER], env=env, stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("seconds", "left"), [(1, "done and deleted"), (60, "doing")])
def test_worker_stops_within_its_time(worker, number, seconds, left):
    job = app.configure_task("test.slow", allow_unknown=True).defer(seconds=seconds)
    _wait_for(job, "doing")
    begin = time.monotonic()
    worker.send_signal(number)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert time.monotonic() - begin < 4
    assert _status(job) == left
    said = worker.stderr.read().decode()
    assert "Traceback" not in said
    assert ("left to the next worker" in said) == (left == "doing")
