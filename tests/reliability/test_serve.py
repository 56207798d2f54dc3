"""Start, stop, crash: what ``werkfluss serve`` promises about its processes and its data."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.running import Site

pytestmark = pytest.mark.reliability
FOUND = """
from werkfluss.org.domain import firms
firms.found_firm(slug="bleibt", name="Bleibt GmbH", profile=dict(
    street="Weg 1", postcode="34117", city="Kassel", email="post@bleibt.example", chart_of_accounts="SKR03"))
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


def _child(site: Site, name: str) -> psutil.Process:
    assert site.process is not None
    children = psutil.Process(site.process.pid).children()
    return next(child for child in children if child.cmdline()[-1] == name)


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
    assert time.monotonic() - begin < 10
    assert _gone(running)
    assert "Traceback" not in running.log


def test_stop_during_the_start_leaves_nothing_behind(site: Site) -> None:
    with pytest.raises(RuntimeError, match="no page after"):
        site.start(seconds=1.5)
    assert site.stop() in {0, 128 + signal.SIGTERM}
    assert _gone(site)
    assert "Traceback" not in site.log


@pytest.mark.parametrize("name", ["web", "worker"])
def test_death_of_a_child_stops_the_rest_with_its_reason(running: Site, name: str) -> None:
    assert running.process is not None
    _child(running, name).kill()
    assert running.process.wait(20) == 1
    assert f"{name} ended: killed by SIGKILL" in running.log
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
