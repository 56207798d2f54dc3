"""The database breaks down again and again while people answer steps and two workers do the rest: at the end every case
has ended, and nothing happened in it twice or not at all. ``WERKFLUSS_SEED`` repeats the times of the restarts.
"""

from __future__ import annotations

import contextlib
import email
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import Error, connection, connections

from tests.process.samples import chain, duration, source
from tests.reliability import flows
from tests.reliability.killing import next_worker
from tests.reliability.restarting import Server, server
from werkfluss.flow import jobs
from werkfluss.kernel.errors import Conflict
from werkfluss.org import chain as entries
from werkfluss.org.models import Entry, OutgoingMail
from werkfluss.work.domain import cases, definitions
from werkfluss.work.models import Case, CaseTask, Wait

SEED = int(os.environ.get("WERKFLUSS_SEED", random.randrange(2**32)))
_FORK = multiprocessing.get_context("fork")
# A step, a program with a mail, a time, a step: whatever breaks off, it is in the midst of one of them.
BODY = (
    '<startEvent id="s"/><userTask id="a" name="A"/>'
    + flows._service("test.letter")
    + f'<intermediateCatchEvent id="t">{duration("PT1S")}</intermediateCatchEvent>'
    + '<userTask id="b" name="B"/><endEvent id="e"/>'
    + chain("s", "a", "do", "t", "b", "e")
)


@pytest.fixture
def place(database, django_db_setup, django_db_blocker, settings, tmp_path, monkeypatch) -> Iterator[tuple]:
    """A server of its own with one firm, which this process uses instead of the one of the other tests."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(flows.services, "_services", dict(flows.services._services))
    monkeypatch.setattr(flows.language_model, "_models", [])
    flows.register()
    settings.EMAIL_BACKEND = "werkfluss.flow.outbox.QueueBackend"
    with server() as own, django_db_blocker.unblock():
        own.fill(database, tmp_path / "tables")
        connections.close_all()
        usual = dict(connection.settings_dict)
        import dj_database_url

        connection.settings_dict |= dj_database_url.parse(own.app) | {"CONN_HEALTH_CHECKS": True}
        try:
            yield own, flows.found("chaos")
        finally:
            connections.close_all()
            connection.settings_dict |= usual


def _start(place: flows.Place, number: int) -> None:
    with place.inside():
        definition = definitions.deploy_definition(source(BODY), filename="p.bpmn", by=place.by)
    for begin in range(0, number, 50):
        with place.inside():
            for count in range(begin, min(begin + 50, number)):
                cases.start_case(definition, subject=place.firm, title=f"Probe {count}", by=place.by)


def _whatever_happens(act: Callable[[], bool]) -> bool:
    """As a browser does: what broke off is asked for again, on a new connection."""
    try:
        return act()
    except Error:
        connections.close_all()
        time.sleep(0.1)
        return False


def _answer(place: flows.Place, seed: int) -> None:
    """A person who does one open step after the other, until told to stop."""
    chance = random.Random(seed)

    def some() -> bool:
        with place.inside():
            waiting = list(CaseTask.objects.filter(state="open").values_list("pk", flat=True)[:200])
        chance.shuffle(waiting)
        for key in waiting[:50]:
            with contextlib.suppress(Conflict), place.inside():
                cases.complete_step(CaseTask.objects.get(pk=key), by=place.by)
        return bool(waiting)

    while True:
        if not _whatever_happens(some):
            time.sleep(0.1)


@contextlib.contextmanager
def _people(place: flows.Place, number: int) -> Iterator[None]:
    connections.close_all()
    processes = [_FORK.Process(target=_answer, args=(place, SEED + n), daemon=True) for n in range(number)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _all_over(place: flows.Place) -> bool:
    """Whether nothing is left to do; asks for the timers meanwhile, as the minute does."""
    with place.inside():
        running = Case.objects.filter(state="running").count()
        if running:
            lock = f"timers-{place.firm.pk}"
            jobs.enqueue(jobs.fire_timers, lock=lock, once=lock, org=str(place.firm.pk))
    return not running and _jobs("todo", "doing") == 0


def _jobs(*statuses: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s)", [list(statuses)])
        return int(cursor.fetchone()[0])


def _messages(folder: Path) -> Counter[str]:
    return Counter(
        email.message_from_string(text)["Message-ID"]
        for file in folder.iterdir()
        for text in file.read_text(encoding="utf-8").split("-" * 79 + "\n")
        if text.strip()
    )


def _gone_off(place: flows.Place) -> int:
    with place.inside():
        return Entry.objects.filter(kind="work.case.timer_fired").count()


def _chaos(own: Server, place: flows.Place, folder: Path, *, number: int, restarts: int, most_s: int) -> None:
    """``restarts`` happen at random points of the work, however fast the machine is."""
    chance = random.Random(SEED)
    _start(place, number)
    due = sorted(chance.uniform(0.02, 0.9) * number for _ in range(restarts))
    begin = time.monotonic()
    with next_worker(own.app, folder), next_worker(own.app, folder), _people(place, 2):
        while time.monotonic() - begin < most_s:
            if _whatever_happens(lambda: _all_over(place)):
                break
            if due and _whatever_happens(lambda: _gone_off(place) >= due[0]):
                own.break_down()
                time.sleep(chance.uniform(0, 2))
                own.start()
                due.pop(0)
            time.sleep(0.3)
        took = time.monotonic() - begin
    again = _check(place, number, folder)
    sys.stdout.write(
        f"\ndatabase chaos: {number} cases, {restarts} restarts, {took:.0f} s, 0 wrong, 0 stuck, "
        f"{again} mails handed over again under the same id, WERKFLUSS_SEED={SEED}\n"
    )
    assert due == []


def _check(place: flows.Place, number: int, folder: Path) -> int:
    connections.close_all()
    with place.inside():
        stuck = Case.objects.exclude(state="completed").values_list("number", "state")
        assert list(stuck) == []
        assert not Wait.objects.exists()
        assert _jobs("todo", "doing", "failed") == 0
        kinds = {"started": 1, "step_done": 2, "timer_fired": 1, "ended": 1}
        for kind, times in kinds.items():
            said = Counter(Entry.objects.filter(kind=f"work.case.{kind}").values_list("object_id", flat=True))
            assert len(said) == number, kind
            assert set(said.values()) == {times}, kind
        assert {case.variables["letters"] for case in Case.objects.all()} == {1}
        assert entries.verify().ok
    letters = OutgoingMail.objects.filter(subject__startswith="Brief ")
    assert letters.count() == letters.values("subject").distinct().count() == number
    assert not letters.filter(sent_at=None).exists()
    handed = _messages(folder / "mail")
    assert len(handed) == number
    return handed.total() - number


@pytest.mark.reliability
def test_nothing_is_lost_or_doubled_when_the_database_breaks_down(place, tmp_path):
    _chaos(*place, tmp_path, number=200, restarts=2, most_s=300)


@pytest.mark.nightly
def test_two_thousand_cases_outlast_many_breakdowns(place, tmp_path):
    _chaos(*place, tmp_path, number=2000, restarts=20, most_s=3600)
