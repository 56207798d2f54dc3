"""Asks the database itself which walls between firms are missing."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from werkfluss.org.isolation import APPEND_ONLY, GLOBAL_TABLES, OWNER_ONLY

_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       EXISTS (SELECT 1 FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped),
       EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'firm' AND p.polcmd = '*'
               AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
# Columns of foreign keys between tables of firms that no composite key with org_id covers.
_BARE_KEYS = """
WITH firm_tables AS (
    SELECT attrelid AS oid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE attname = 'org_id' AND NOT attisdropped AND c.relkind = 'r'
), keys AS (
    SELECT conrelid, confrelid, ARRAY(
        SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey)) AS columns
    FROM pg_constraint WHERE contype = 'f'
)
SELECT k.conrelid::regclass::text, k.columns[1] FROM keys k
WHERE cardinality(k.columns) = 1
  AND k.conrelid IN (SELECT oid FROM firm_tables) AND k.confrelid IN (SELECT oid FROM firm_tables)
  AND NOT EXISTS (SELECT 1 FROM keys o WHERE o.conrelid = k.conrelid AND o.confrelid = k.confrelid
                  AND cardinality(o.columns) = 2 AND o.columns @> ARRAY['org_id', k.columns[1]])
"""
_LOGIN = """
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb,
       (SELECT count(*) FROM pg_class WHERE relowner = r.oid),
       (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)
FROM pg_roles r WHERE rolname = %s
"""


def faults(connection: psycopg.Connection, login: str) -> list[str]:
    """Every missing wall, one line each."""
    return [*_table_faults(connection), *_key_faults(connection), *_login_faults(connection, login)]


def _table_faults(connection: psycopg.Connection) -> Iterator[str]:
    for table, forced, has_org, policy in connection.execute(_TABLES):
        if table in GLOBAL_TABLES:
            if has_org:
                yield f"{table}: stands on the global list and carries org_id"
        elif not has_org:
            yield f"{table}: no org_id and not on the global list"
        elif not forced:
            yield f"{table}: row-level security is not forced"
        elif not policy:
            yield f"{table}: no policy for reading and writing"


def _key_faults(connection: psycopg.Connection) -> Iterator[str]:
    for table, column in connection.execute(_BARE_KEYS):
        yield f"{table}.{column}: no composite key with org_id"


def _login_faults(connection: psycopg.Connection, login: str) -> Iterator[str]:
    row = connection.execute(_LOGIN, [login]).fetchone()
    assert row is not None
    if row[0]:
        yield f"{login}: has rights beyond the tables"
    if row[1] or row[2]:
        yield f"{login}: owns something or belongs to another login"
    for table in (*APPEND_ONLY, *OWNER_ONLY):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            answer = connection.execute("SELECT has_table_privilege(%s, %s, %s)", [login, table, right]).fetchone()
            if answer and answer[0]:
                yield f"{login}: may {right} {table}"
