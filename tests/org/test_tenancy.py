"""Attacks on the walls between two firms; each names the wall that must hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django_scopes import ScopeError, scopes_disabled

from tests.database import Database
from werkfluss.kernel.errors import Conflict
from werkfluss.kernel.ids import new_id
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.events import Event, record
from werkfluss.org.models import Counter, Entry, FirmProfile, Membership, Organisation, Payload, User

Acting = Callable[[Actor], AbstractContextManager[Actor]]


@pytest.fixture
def secret(other_director: Actor, acting_in: Acting) -> Counter:
    """A row of the other firm that the attacks are after."""
    with acting_in(other_director):
        return Counter.objects.create(name="canary", last=4711)


def test_own_rows_are_seen_and_foreign_rows_are_not(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with acting_in(director):
        Counter.objects.create(name="own")
        assert [counter.name for counter in Counter.objects.all()] == ["own"]
        assert not Counter.objects.filter(pk=secret.pk).exists()


def test_unscoped_query_raises(secret: Counter) -> None:
    with pytest.raises(ScopeError):
        Counter.objects.count()


def test_base_manager_without_a_firm_finds_nothing(secret: Counter) -> None:
    assert Counter._base_manager.count() == 0
    with scopes_disabled():
        assert Counter.objects.count() == 0


def test_raw_sql_without_a_firm_finds_nothing(secret: Counter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_counter")
        assert cursor.fetchone() == (0,)


def test_raw_sql_inside_a_firm_finds_own_rows_only(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with acting_in(director), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_counter WHERE name = 'canary'")
        assert cursor.fetchone() == (0,)


def test_row_cannot_be_made_in_another_firm(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with acting_in(director), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Counter(org_id=secret.org_id, name="planted").save(force_insert=True)


def test_row_cannot_be_moved_into_another_firm(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with acting_in(director):
        own = Counter.objects.create(name="own")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Counter._base_manager.filter(pk=own.pk).update(org_id=secret.org_id)


def test_bulk_update_touches_own_rows_only(
    director: Actor, other_director: Actor, secret: Counter, acting_in: Acting
) -> None:
    with acting_in(director):
        Counter.objects.create(name="own")
        assert Counter._base_manager.update(last=1) == 1
    with acting_in(other_director):
        secret.refresh_from_db()
        assert secret.last == 4711


def test_foreign_row_cannot_be_deleted(
    director: Actor, other_director: Actor, secret: Counter, acting_in: Acting
) -> None:
    with acting_in(director):
        assert Counter._base_manager.filter(pk=secret.pk).delete()[0] == 0
    with acting_in(other_director):
        assert Counter.objects.filter(pk=secret.pk).exists()


def test_own_row_cannot_point_at_a_foreign_row(
    committed_db: None,
    owner_connection: psycopg.Connection,
    director: Actor,
    other_director: Actor,
    acting_in: Acting,
) -> None:
    with acting_in(other_director):
        foreign = Entry.objects.get(seq=1)
    owner_connection.execute("DELETE FROM org_payload WHERE entry_id = %s", [foreign.pk])
    # The composite key is checked at commit: row-level security alone would let this pass.
    with pytest.raises(IntegrityError, match="org_payload_entry_id_org_fk"), acting_in(director):
        Payload(entry_id=foreign.pk, salt=b"x", data={}).save(force_insert=True)


def test_actor_cannot_enter_another_firm(director: Actor, other_firm: Organisation) -> None:
    with pytest.raises(RuntimeError, match="own firm only"), tenancy.acting(other_firm.pk, director):
        pass


def test_work_of_two_firms_cannot_be_nested(director: Actor, other_director: Actor, acting_in: Acting) -> None:
    with acting_in(director), pytest.raises(RuntimeError, match="cannot be nested"), acting_in(other_director):
        pass


def test_firm_is_left_when_the_block_ends(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with acting_in(director):
        pass
    assert Counter._base_manager.count() == 0
    with pytest.raises(RuntimeError, match="no firm"):
        tenancy.current_org_id()


def test_firm_is_left_when_the_block_fails(director: Actor, secret: Counter, acting_in: Acting) -> None:
    with pytest.raises(ZeroDivisionError), acting_in(director):
        Counter.objects.create(name="lost")
        raise ZeroDivisionError
    assert Counter._base_manager.count() == 0
    with acting_in(director):
        assert not Counter.objects.exists()


def test_filter_does_not_outlive_the_transaction(committed_db: None, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        assert FirmProfile.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('werkfluss.org', true), '')")
        assert cursor.fetchone() == ("",)


def test_application_login_cannot_switch_the_walls_off(database: Database) -> None:
    with psycopg.connect(database.app, autocommit=True) as login:
        for attack in (
            "ALTER TABLE org_counter NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY firm ON org_counter",
            "TRUNCATE org_counter",
            "SET ROLE postgres",
            "SET session_replication_role = replica",
            "CREATE TABLE loot (id int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(attack)
        login.execute("SET row_security = off")
        # Refused aloud rather than answered without the filter.
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute("SELECT * FROM org_counter")


def test_user_sees_own_firms_before_entering_one(director: Actor, other_director: Actor, firm: Organisation) -> None:
    user = User.objects.get(pk=director.id)
    assert firms.firms_of(user) == [firm]
    assert Membership._base_manager.count() == 0


def test_edit_of_a_stale_version_is_a_conflict(in_firm: Actor) -> None:
    counter = Counter.objects.create(name="own")
    twin = Counter.objects.get(pk=counter.pk)
    counter.edit(last=1)
    assert (counter.version, counter.last) == (2, 1)
    with pytest.raises(Conflict):
        twin.edit(last=2)
    counter.refresh_from_db()
    assert counter.last == 1


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(50)]
    assert ids == sorted(ids)
    assert {value.version for value in ids} == {7}


def test_what_a_rolled_back_savepoint_registered_does_not_run(director: Actor, acting_in: Acting) -> None:
    ran: list[str] = []

    def fail() -> None:
        with transaction.atomic():
            tenancy.before_commit(lambda: ran.append("kept by the inner block, lost with the outer"))
        tenancy.before_commit(lambda: ran.append("lost"))
        raise ValueError

    with acting_in(director):
        tenancy.before_commit(lambda: ran.append("first"))
        with pytest.raises(ValueError), transaction.atomic():
            fail()
        with transaction.atomic():
            tenancy.before_commit(lambda: tenancy.before_commit(lambda: ran.append("last")))
        tenancy.before_commit(lambda: ran.append("second"))
        assert ran == []
    assert ran == ["first", "second", "last"]


def test_event_of_a_rolled_back_savepoint_is_not_in_the_chain(director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        profile = FirmProfile.objects.get()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(Event("org.test.lost", profile), by=director)
            assert 1 / 0
        record(Event("org.test.kept", profile), by=director)
    with acting_in(director):
        assert list(Entry.objects.filter(kind__startswith="org.test").values_list("kind", flat=True)) == [
            "org.test.kept"
        ]
