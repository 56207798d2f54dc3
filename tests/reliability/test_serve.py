"""Start, stop, crash: what ``werkfluss serve`` promises about its processes and its data."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.running import Site

pytestmark = pytest.mark.reliability
FOUND = """
from werkfluss.org.domain import firms
firms.found_firm(slug="bleibt", name="Bleibt GmbH", profile=dict(
    street="Weg 1", postcode="34117", city="Kassel", email="post@bleibt.example", chart_of_accounts="SKR03"))
"""
JOB = """
from werkfluss.flow import jobs
from werkfluss.org.models import Organisation
jobs.enqueue(jobs.fire_timers, org=str(Organisation.objects.get().pk))
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One installation with one firm of its own; the tests leave it stopped."""
    site = Site(arguments=("--no-example",))
    site.start()
    site.call("manage", "shell", "--no-imports", "-c", FOUND)
    assert site.stop() == 0
    yield site
    site.remove()


@pytest.fixture
def running(site: Site) -> Iterator[Site]:
    site.start()
    yield site
    assert site.process is not None
    if site.process.poll() is None:
        site.stop()


def _gone(site: Site, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not site.processes():
            return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def _owner(site: Site) -> Iterator[psycopg.Connection]:
    """A transaction of the owner of the database; that the server goes away meanwhile is no fault."""
    path = next(p for p in site.data.rglob(".s.PGSQL.*") if p.suffix.removeprefix(".").isdigit())
    with (
        contextlib.suppress(psycopg.OperationalError),
        psycopg.connect(
            host=str(path.parent), port=int(path.suffix[1:]), user="postgres", dbname="werkfluss"
        ) as connection,
    ):
        yield connection


def _wait_until(site: Site, query: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with _owner(site) as owner:
            if owner.execute(query).fetchone() == (True,):
                return
        time.sleep(0.1)
    pytest.fail(f"never: {query}")


def _wait_until_blocked(site: Site) -> None:
    _wait_until(site, "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def _wait_for_no_job(site: Site) -> None:
    _wait_until(site, "SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'case.timers'")


def _child(site: Site, name: str) -> psutil.Process:
    assert site.process is not None
    children = psutil.Process(site.process.pid).children()
    return next(child for child in children if name in child.cmdline())


def test_second_start_takes_less_than_ten_seconds(site: Site) -> None:
    seconds = site.start()
    assert site.stop() == 0
    assert seconds < 10


def test_web_and_worker_run_in_one_group(running: Site) -> None:
    assert running.process is not None
    group = os.getpgid(running.process.pid)
    assert {os.getpgid(_child(running, name).pid) for name in ("web", "worker")} == {group}


@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGINT, False)])
def test_signal_stops_everything(running: Site, number: signal.Signals, group: bool) -> None:
    begin = time.monotonic()
    assert running.stop(number, group=group) == 0
    assert time.monotonic() - begin < 5
    assert _gone(running, seconds=1)
    assert "Traceback" not in running.log


def test_stop_during_the_start_leaves_nothing_behind(site: Site) -> None:
    with pytest.raises(RuntimeError, match="no page after"):
        site.start(seconds=1.5)
    assert site.stop() in {0, 128 + signal.SIGTERM}
    assert _gone(site)
    assert "Traceback" not in site.log


def test_busy_worker_and_open_connections_do_not_hold_up_the_stop(running: Site) -> None:
    """Ctrl-C while a job is at work and browsers keep their connections; the job is there at the next start."""
    browsers = [http.client.HTTPConnection("localhost", running.port) for _ in range(3)]
    for browser in browsers:
        browser.request("GET", "/account/login/")
        assert browser.getresponse().read()
    with _owner(running) as owner:
        owner.execute("LOCK TABLE work_wait")  # the job waits here for as long as we like
        running.call("manage", "shell", "--no-imports", "-c", JOB)
        _wait_until_blocked(running)
        begin = time.monotonic()
        assert running.stop(signal.SIGINT, group=True) == 0
        assert time.monotonic() - begin < 5
    for browser in browsers:
        browser.close()
    assert _gone(running, seconds=1)
    assert "Traceback" not in running.log
    assert "left to the next worker" in running.log
    running.start()
    _wait_for_no_job(running)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_death_of_a_child_stops_the_rest_with_its_reason(running: Site, name: str) -> None:
    assert running.process is not None
    _child(running, name).kill()
    assert running.process.wait(20) == 1
    assert re.search(rf"{name}( \d)? ended: killed by SIGKILL", running.log)
    assert _gone(running)


def test_children_end_when_the_supervisor_is_killed(running: Site) -> None:
    assert running.process is not None
    children = psutil.Process(running.process.pid).children()
    running.process.kill()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []
    running.process.wait(5)


def test_data_outlives_a_kill_of_everything(running: Site) -> None:
    running.kill_all()
    assert running.processes() == []
    running.start()
    firms = running.call("evidence", "verify").stdout
    assert "bleibt: 1 entries, holds" in firms
    assert running.stop() == 0
    assert _gone(running)


def test_death_of_the_database_stops_the_rest_with_its_reason(running: Site) -> None:
    assert running.process is not None
    pid = int((running.data / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    psutil.Process(pid).kill()
    assert running.process.wait(40) == 1
    assert "the database ended" in running.log or " ended: " in running.log


def test_backup_is_restored_into_an_empty_installation(running: Site, tmp_path: Path) -> None:
    running.call("backup", str(tmp_path / "firm.dump"))
    assert (tmp_path / "firm.dump").stat().st_mode & 0o077 == 0
    other = Site()
    try:
        done = other.call("restore", str(tmp_path / "firm.dump"))
        assert "every chain holds" in done.stderr
        assert other.call("evidence", "verify").stdout == running.call("evidence", "verify").stdout != ""
        again = other.call("restore", str(tmp_path / "firm.dump"), check=False)
        assert again.returncode == 1
        assert "holds 1 firms" in again.stderr
    finally:
        other.remove()


def test_data_folder_is_closed_to_other_users(running: Site) -> None:
    assert (running.data / "postgres").stat().st_mode & 0o077 == 0
    assert (running.data / "secret.key").stat().st_mode & 0o077 == 0
    sockets = list((running.data / "postgres").glob(".s.PGSQL.*[0-9]")) + list(
        (running.data / "run").rglob(".s.PGSQL.*[0-9]")
    )
    assert [s for s in sockets if s.stat().st_mode & 0o077] == []
    assert len(sockets) == 1
