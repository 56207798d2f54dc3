"""The chain of evidence: every tampering is found at its place, erasure is told from tampering."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import connections

from tests.database import Database
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import Entry, Organisation

pytestmark = pytest.mark.usefixtures("committed_db")
Acting = Callable[[Actor], AbstractContextManager[Actor]]
LENGTH = 12


@pytest.fixture
def filled(firm: Organisation, director: Actor, acting_in: Acting) -> Actor:
    """A chain of ``LENGTH`` entries: the firm, its director, and remarks."""
    for number in range(LENGTH - 2):
        with acting_in(director):
            record(Event("test.remark", firm, {"number": number, "text": f"Größe {number}"}), by=director)
    return director


def _verify(actor: Actor, acting_in: Acting, outside: list[tuple[int, bytes]] | None = None) -> chain.Report:
    with acting_in(actor):
        return chain.verify(outside or [])


def test_untouched_chain_holds(filled: Actor, acting_in: Acting) -> None:
    report = _verify(filled, acting_in)
    assert (report.ok, report.entries, report.fault) == (True, LENGTH, None)


def test_chain_is_bound_to_its_firm(filled: Actor, other_director: Actor, acting_in: Acting) -> None:
    assert _verify(other_director, acting_in).entries == 2
    assert _verify(other_director, acting_in).ok


@pytest.mark.parametrize(
    ("damage", "seq", "what"),
    [
        ("UPDATE org_entry SET kind = 'work.task.accepted' WHERE seq = 5", 5, "was changed"),
        ("UPDATE org_entry SET at = at + interval '1 day' WHERE seq = 5", 5, "was changed"),
        ("UPDATE org_entry SET actor_id = gen_random_uuid() WHERE seq = 5", 5, "was changed"),
        ("UPDATE org_entry SET object_id = gen_random_uuid() WHERE seq = 1", 1, "was changed"),
        ("UPDATE org_entry SET hash = prev WHERE seq = 12", 12, "was changed"),
        ("UPDATE org_entry SET prev = hash WHERE seq = 7", 7, "does not follow its predecessor"),
        ("DELETE FROM org_entry WHERE seq = 7", 7, "entry 7 is missing"),
        ("DELETE FROM org_entry WHERE seq = 1", 1, "entry 1 is missing"),
        (
            "UPDATE org_payload SET data = '{\"number\": 99}' WHERE entry_id = (SELECT id FROM org_entry WHERE seq = 6)",
            6,
            "says something else",
        ),
        (
            "UPDATE org_payload SET salt = NULL WHERE entry_id = (SELECT id FROM org_entry WHERE seq = 6)",
            6,
            "says something else",
        ),
        ("DELETE FROM org_payload WHERE entry_id = (SELECT id FROM org_entry WHERE seq = 6)", 6, "lost its payload"),
        (
            "UPDATE org_payload SET data = NULL, salt = NULL, erased_at = now()"
            " WHERE entry_id = (SELECT id FROM org_entry WHERE seq = 6)",
            6,
            "without an erasure being recorded",
        ),
    ],
)
def test_tampering_is_found_at_its_place(
    filled: Actor, acting_in: Acting, owner_connection: psycopg.Connection, damage: str, seq: int, what: str
) -> None:
    owner_connection.execute("SET session_replication_role = replica")
    owner_connection.execute(damage)
    fault = _verify(filled, acting_in).fault
    assert fault is not None
    assert fault.seq == seq
    assert what in fault.what.en
    assert fault.what.de != fault.what.en


def test_rewritten_entry_with_a_fitting_hash_is_found_at_the_next(
    filled: Actor, acting_in: Acting, owner_connection: psycopg.Connection
) -> None:
    with acting_in(filled):
        entry = Entry.objects.get(seq=5)
    entry.kind = "test.forged"
    owner_connection.execute(
        "UPDATE org_entry SET kind = 'test.forged', hash = %s WHERE id = %s", [chain.entry_hash(entry), entry.pk]
    )
    fault = _verify(filled, acting_in).fault
    assert fault is not None
    assert (fault.seq, fault.what.en) == (6, "does not follow its predecessor")


def test_cut_tail_is_found_with_an_anchor_only(
    filled: Actor, acting_in: Acting, owner_connection: psycopg.Connection
) -> None:
    with acting_in(filled):
        anchor = chain.anchor_head(clock.today())
    assert anchor is not None
    outside = [(anchor.seq, bytes(anchor.hash))]
    owner_connection.execute("SET session_replication_role = replica")
    for statement in (
        "DELETE FROM org_payload WHERE entry_id IN (SELECT id FROM org_entry WHERE seq > 9)",
        "DELETE FROM org_entry WHERE seq > 9",
    ):
        owner_connection.execute(statement)
    cut = Text("die Kette endet vor dem verankerten Eintrag 12", "the chain ends before the anchored entry 12")
    assert _verify(filled, acting_in).fault == chain.Fault(10, cut)
    # Whoever owns the database can remove the anchor in it too; the one kept outside remains.
    owner_connection.execute("DELETE FROM org_anchor")
    assert _verify(filled, acting_in).ok
    assert _verify(filled, acting_in, outside).fault == chain.Fault(10, cut)


def test_rewritten_chain_differs_from_its_anchor(filled: Actor, acting_in: Acting) -> None:
    fault = _verify(filled, acting_in, [(4, bytes(32))]).fault
    assert fault == chain.Fault(4, Text("weicht von seinem Anker ab", "differs from its anchor"))


def test_anchor_of_a_day_is_kept_once(filled: Actor, firm: Organisation, acting_in: Acting) -> None:
    with acting_in(filled):
        first = chain.anchor_head(clock.today())
    with acting_in(filled):
        record(Event("test.remark", firm), by=filled)
    with acting_in(filled):
        second = chain.anchor_head(clock.today())
    assert first is not None
    assert first == second


def test_recorded_erasure_leaves_the_chain_whole(filled: Actor, firm: Organisation, acting_in: Acting) -> None:
    with acting_in(filled):
        entries = list(Entry.objects.filter(seq__in=[4, 5]))
        assert chain.erase_payloads(entries) == 2
        record(Event(chain.ERASURE, firm, {"seqs": [4, 5]}), by=filled)
    report = _verify(filled, acting_in)
    assert (report.ok, report.erased, report.entries) == (True, 2, LENGTH + 1)
    with acting_in(filled):
        payload = Entry.objects.get(seq=4).payload
    assert (payload.data, payload.salt) == (None, None)


def test_application_login_can_only_append(filled: Actor, database: Database) -> None:
    with psycopg.connect(database.app) as login:
        login.execute("SELECT set_config('werkfluss.org', %s, false)", [str(filled.org_id)])
        assert login.execute("SELECT count(*) FROM org_entry").fetchone() == (LENGTH,)
        login.commit()
        for attack in (
            "UPDATE org_entry SET kind = 'x'",
            "DELETE FROM org_entry",
            "TRUNCATE org_entry CASCADE",
            "UPDATE org_anchor SET seq = 1",
            "DELETE FROM org_anchor",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(attack)
            login.rollback()


def test_concurrent_appends_never_fork(firm: Organisation, director: Actor, acting_in: Acting) -> None:
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def write(writer: int) -> None:
        try:
            start.wait()
            for number in range(15):
                with acting_in(director):
                    record(Event("test.remark", firm, {"writer": writer, "number": number}), by=director)
        except BaseException as error:  # noqa: BLE001  (shown by the assertion below)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    report = _verify(director, acting_in)
    assert (report.ok, report.entries) == (True, 2 + 4 * 15)


def test_entry_is_not_written_when_the_work_fails(filled: Actor, firm: Organisation, acting_in: Acting) -> None:
    with pytest.raises(ZeroDivisionError), acting_in(filled):
        record(Event("test.remark", firm), by=filled)
        raise ZeroDivisionError
    assert _verify(filled, acting_in).entries == LENGTH


def test_payload_is_canonical_json(filled: Actor, acting_in: Acting) -> None:
    with acting_in(filled):
        entry = Entry.objects.select_related("payload").get(seq=3)
    data = entry.payload.data
    assert data == {"number": 0, "text": "Größe 0"}
    shuffled = json.loads(json.dumps(dict(reversed(data.items()))))
    assert chain.payload_digest(bytes(entry.payload.salt), shuffled) == bytes(entry.digest)
