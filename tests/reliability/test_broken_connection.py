"""A connection to the database that breaks off at the worst moment costs a worker nothing but time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django import app

from tests.process.samples import chain, duration
from tests.reliability import flows
from werkfluss.config import env
from werkfluss.flow import nightly
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.models import OutgoingMail
from werkfluss.work.domain import services
from werkfluss.work.models import Wait

pytestmark = pytest.mark.reliability

_WORKER = """
import time
import django
django.setup()
from django.db import connection
from procrastinate.contrib.django import app

from werkfluss.config import env
from werkfluss.flow import worker

@app.task(name="test.short")
def short():
    time.sleep(1)

@app.task(name="test.look")
def look():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_outgoingmail")

worker.run(jobs_at_once=2, heartbeat_s=0.5, stalled_after_s=600)
"""

# What the web does in each request: take a connection from the pool, and give it back.
_REQUESTS = """
import sys
import django
django.setup()
from django.db import connection
for _ in sys.stdin:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        print(cursor.fetchone()[0], flush=True)
    connection.close()
"""

TIMED_LETTER = (
    flows._STEPS
    + flows._service("test.letter")
    + f'<intermediateCatchEvent id="t">{duration("PT1H")}</intermediateCatchEvent>'
    + chain("s", "t", "do", "b", "a", "e")
)


def _environment(address: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "DATABASE_URL": address,
        "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
    }


@pytest.fixture
def worker(committed_db, database) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", _WORKER], env=_environment(database.app)) as process:
        yield process
        process.kill()


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


def _status(owner: psycopg.Connection, job: int) -> str:
    row = owner.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()
    return row[0] if row else "done and deleted"


@contextmanager
def _locked(address: str, table: str) -> Iterator[None]:
    """Whoever wants to write to the table, or to read it, waits as long as it takes."""
    with psycopg.connect(address) as holder:
        holder.execute(f"LOCK TABLE {table}")
        yield


def _break_off(owner: psycopg.Connection, asking: str) -> bool:
    """Ends the connection on which this is asked."""
    ended = owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s AND wait_event_type = 'Lock'"
        " AND datname = current_database() AND pid <> pg_backend_pid()",
        [f"%{asking}%"],
    )
    return bool(ended.fetchall())


def test_what_became_of_a_job_is_kept_although_the_connection_broke_off(worker, database, owner_connection):
    job = app.configure_task("test.short", allow_unknown=True).defer()
    _until(lambda: _status(owner_connection, job) == "doing")
    with _locked(database.owner, "procrastinate_jobs"):
        _until(lambda: _break_off(owner_connection, "procrastinate_finish_job"))
    _until(lambda: _status(owner_connection, job) == "done and deleted")


def test_job_begins_again_and_has_not_failed_when_its_connection_broke_off(worker, database, owner_connection):
    with _locked(database.owner, "org_outgoingmail"):
        job = app.configure_task("test.look", allow_unknown=True).defer()
        _until(lambda: _break_off(owner_connection, "count(*) FROM org_outgoingmail"))
    _until(lambda: _status(owner_connection, job) in {"done and deleted", "failed", "todo"})
    assert _status(owner_connection, job) == "done and deleted"


def test_connection_that_breaks_off_in_a_program_of_a_process_begins_the_event_again(
    committed_db, monkeypatch, settings
):
    """Whatever the program makes of it: nothing is kept of the event, and its next run does all of it once."""
    settings.EMAIL_BACKEND = "werkfluss.flow.outbox.QueueBackend"
    calls = []

    def breaks(call, by):
        calls.append(flows.letter(call, by))
        if len(calls) == 1:
            try:
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
            except OperationalError:
                raise Refused(Text("Nein", "No"), citation="", what_to_do=Text("Nichts", "Nothing")) from None
        return calls[-1]

    monkeypatch.setitem(services._services, "test.letter", services.Registered(breaks, services.Effect.BY_KEY))
    place = flows.found("broken")
    with place.inside():
        flows._start(place, TIMED_LETTER)
        flows._due(place)
    with pytest.raises(OperationalError):
        nightly.fire_timers(place.firm.pk, clock.now())
    connection.close()
    with place.inside():
        assert (flows._entries("work.case.timer_fired"), Wait.objects.get().tries) == (0, 0)
    nightly.fire_timers(place.firm.pk, clock.now())
    with place.inside():
        assert flows._once_on("b", "work.case.timer_fired")(place) == []
        assert OutgoingMail.objects.filter(subject__startswith="Brief ").count() == 1
    assert len(calls) == 2


def test_page_after_a_restart_of_the_database_gets_a_living_connection(database, owner_connection):
    with subprocess.Popen(
        [sys.executable, "-c", _REQUESTS],
        env=_environment(database.app) | {env.DATABASE_POOL.name: "2"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as web:
        seen = []
        for _ in range(3):
            web.stdin.write("next\n")
            web.stdin.flush()
            seen.append(int(web.stdout.readline() or 0))
            owner_connection.execute("SELECT pg_terminate_backend(%s)", [seen[-1]])
        web.stdin.close()
    assert 0 not in seen
    assert len(set(seen)) == 3
