"""Every table of a firm stands behind all walls, and a missing wall is found."""

from __future__ import annotations

import psycopg
import pytest

from tests.database import LOGIN
from tests.structure.walls import faults
from werkfluss.org.isolation import GLOBAL_TABLES


def test_every_table_stands_behind_all_walls(owner_connection: psycopg.Connection) -> None:
    assert faults(owner_connection, LOGIN) == []


def test_global_list_has_reasons_and_no_stale_table(owner_connection: psycopg.Connection) -> None:
    tables = {row[0] for row in owner_connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(GLOBAL_TABLES) - tables == set()
    assert [table for table, reason in GLOBAL_TABLES.items() if len(reason.split()) < 3] == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (
            "ALTER TABLE org_membership NO FORCE ROW LEVEL SECURITY",
            "org_membership: row-level security is not forced",
        ),
        ("ALTER TABLE org_membership DISABLE ROW LEVEL SECURITY", "org_membership: row-level security is not forced"),
        ("DROP POLICY firm ON org_counter", "org_counter: no policy for reading and writing"),
        (
            "ALTER TABLE org_payload DROP CONSTRAINT org_payload_entry_id_org_fk",
            "org_payload.entry_id: no composite key with org_id",
        ),
        ("CREATE TABLE stray (id int)", "stray: no org_id and not on the global list"),
        ("GRANT UPDATE ON org_entry TO werkfluss_app", "werkfluss_app: may UPDATE org_entry"),
        ("ALTER TABLE org_counter OWNER TO werkfluss_app", "werkfluss_app: owns something or belongs to another login"),
    ],
)
def test_missing_wall_is_found(owner_connection: psycopg.Connection, damage: str, fault: str) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(damage)
        assert fault in faults(owner_connection, LOGIN)
