"""Every flow, killed at every point: what was begun ends right, once, without anybody's help but the person's own."""

from __future__ import annotations

import email
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.reliability import flows
from tests.reliability.killing import Point, kill_in, next_worker
from werkfluss.agents import language_model
from werkfluss.org import chain
from werkfluss.work.domain import plans, services

pytestmark = pytest.mark.reliability
_WITHIN_S = 60.0


@pytest.fixture(autouse=True)
def house(committed_db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(services, "_services", dict(services._services))
    monkeypatch.setattr(language_model, "_models", [])
    monkeypatch.setattr(plans, "TIME_LIMIT", 1.5)
    flows.register()
    settings.EMAIL_BACKEND = "werkfluss.flow.outbox.QueueBackend"
    settings.MAIL_CARRIER = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / settings.MAIL_FOLDER)
    settings.ANCHOR_FOLDER = tmp_path / "anchors"


@pytest.fixture(scope="module")
def table() -> Iterator[dict[str, dict[Point, str]]]:
    """Seconds from the restart until all was right, per flow and point; printed at the end (``pytest -s``)."""
    rows: dict[str, dict[Point, str]] = {flow.name: {} for flow in (*flows.FLOWS, *flows.NIGHTS)}
    yield rows
    lines = [f"{'flow':30}" + "".join(f"{point.value:>16}" for point in Point)]
    lines += [f"{name:30}" + "".join(f"{cells.get(p, '-'):>16}" for p in Point) for name, cells in rows.items()]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def _jobs_left() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        return cursor.fetchone()[0]


def _wrong(flow: flows.Flow, place: flows.Place) -> list[str]:
    with place.inside():
        return flow.right(place)


def _killed(flow: flows.Flow, point: Point) -> flows.Place:
    place = flows.found(flow.name.replace(" ", "-").replace(",", ""))
    with place.inside():
        flow.prepare(place)
    assert _wrong(flow, place), f"{flow.name}: right before it began"
    assert kill_in(flow.effect, point, flow.act and partial(flow.act, place)) == "", flow.name
    if flow.act is None or point is not Point.AFTER_COMMIT:
        return place
    with place.inside():
        assert flow.done(place), f"{flow.name}: what was committed is not there"
    return place


def _again(flow: flows.Flow, place: flows.Place) -> None:
    """The person looks whether it has happened, and does it if not."""
    with place.inside():
        happened = flow.done(place)
    if flow.act is not None and not happened:
        flow.act(place)


def _messages(folder: Path) -> Counter[str]:
    return Counter(
        email.message_from_string(text)["Message-ID"]
        for file in folder.iterdir()
        for text in file.read_text(encoding="utf-8").split("-" * 79 + "\n")
        if text.strip()
    )


def _kill_and_go_on(
    killed: tuple[flows.Flow, ...], point: Point, table: dict[str, dict[Point, str]], address: str, folder: Path
) -> None:
    places = {flow: _killed(flow, point) for flow in killed}
    begin = time.monotonic()
    with next_worker(address, folder):
        for flow, place in places.items():
            _again(flow, place)
        left = dict(places)
        while (left or _jobs_left()) and time.monotonic() - begin < _WITHIN_S:
            for flow in [flow for flow, place in left.items() if not _wrong(flow, place)]:
                table[flow.name][point] = f"right, {time.monotonic() - begin:.1f} s"
                del left[flow]
            time.sleep(0.2)
    # Once more when all is quiet: nothing has been done twice afterwards.
    wrong = {flow.name: said for flow, place in places.items() if (said := _wrong(flow, place))}
    assert wrong == {}
    assert _jobs_left() == 0
    for place in places.values():
        with place.inside():
            assert chain.verify().ok


@pytest.mark.parametrize("point", list(Point))
def test_every_flow_ends_right_after_a_kill(point, table, database, tmp_path):
    _kill_and_go_on(flows.FLOWS, point, table, database.app, tmp_path)
    # A mail server has no transaction with us. Killed between the two, a mail is handed over again under the same id.
    times = _messages(tmp_path / "mail")
    assert len(times) == 4
    assert sorted(times.values()) == ([1, 1, 1, 2] if point is Point.AFTER_EFFECT else [1, 1, 1, 1])


@pytest.mark.parametrize("point", list(Point))
def test_every_night_ends_right_after_a_kill(point, table, database, tmp_path):
    _kill_and_go_on(flows.NIGHTS, point, table, database.app, tmp_path)
