"""The database's own walls between firms, put up after every migration and checked by a test.

For every table with ``org_id``: forced row-level security with one policy, a unique (org_id, id), and for each foreign
key to another such table a second, composite key (org_id, column) -> (org_id, id), because foreign-key checks of
PostgreSQL do not pass through row-level security. The application's login owns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from werkfluss.org.tenancy import SETTING, TenantModel

# Tables without org_id, each with the reason why it may be so.
GLOBAL_TABLES = {
    "org_organisation": "which firms there are: needed before one is inside a firm; holds address part and name only",
    "org_user": "a person may belong to several firms",
    "org_cache": "rate limits and cached pages' keys, vouchers taken in the running hour; no other firm data",
    "org_outgoingmail": "mail belongs to an address, log-in mail to no firm; the text goes once it is sent",
    "account_emailaddress": "belongs to the user (allauth)",
    "account_emailconfirmation": "belongs to the user (allauth)",
    "mfa_authenticator": "belongs to the user (allauth)",
    "auth_group": "unused part of Django's user model",
    "auth_group_permissions": "unused part of Django's user model",
    "auth_permission": "unused part of Django's user model",
    "django_content_type": "names of tables",
    "django_migrations": "state of the schema",
    "django_session": "login sessions: a session holds the user only, never a firm",
    "workforce_busyinterval": "busy times of fractional persons: no firm, no text",
    "engagement_personcalendar": "days a person offers to no firm in particular; digest of a feed of busy times",
    "engagement_broughtcalendar": "which installation's key a person's busy times came with: no firm, no text",
    "procrastinate_jobs": "job arguments are ids only",
    "procrastinate_events": "states of jobs",
    "procrastinate_periodic_defers": "times of periodic jobs",
    "procrastinate_workers": "heartbeats of workers",
}

# Beyond the firm's own policy: a person may see which firms the own memberships belong to, before entering one.
OWN_ROWS = {"org_membership": "user_id = NULLIF(current_setting('werkfluss.user', true), '')::uuid"}

APPEND_ONLY = ("org_entry", "org_anchor")
OWNER_ONLY = ("django_migrations",)


@dataclass(frozen=True, slots=True)
class TenantForeignKey:
    """One foreign key between two tables of firms."""

    table: str
    column: str
    target: str

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_org_fk"[:63]


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantModel)]


def tenant_foreign_keys() -> list[TenantForeignKey]:
    """Every foreign key whose both ends belong to firms."""
    tables = {model._meta.db_table for model in tenant_models()}
    return [
        TenantForeignKey(model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in tenant_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in tables
    ]


def apply(connection: BaseDatabaseWrapper, app_login: str) -> None:
    """Put up all walls and give the application's login what it needs; may be run any number of times.

    Raises:
        django.db.ProgrammingError: the connection does not own the tables.
    """
    with connection.cursor() as cursor:
        for model in tenant_models():
            _wall(cursor, model._meta.db_table)
        for key in tenant_foreign_keys():
            _composite_key(cursor, key)
        _grant(cursor, app_login)


def _run(cursor: CursorWrapper, template: str, **names: str) -> None:
    parts = {key: sql.Identifier(value) for key, value in names.items()}
    cursor.execute(sql.SQL(template).format(**parts))


def _exists(cursor: CursorWrapper, constraint: str, table: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass", [constraint, table])
    return cursor.fetchone() is not None


def _wall(cursor: CursorWrapper, table: str) -> None:
    _run(cursor, "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY", t=table)
    _run(cursor, "ALTER TABLE {t} FORCE ROW LEVEL SECURITY", t=table)
    _run(cursor, "DROP POLICY IF EXISTS firm ON {t}", t=table)
    own = f"org_id = NULLIF(current_setting('{SETTING}', true), '')::uuid"
    _run(cursor, f"CREATE POLICY firm ON {{t}} USING ({own}) WITH CHECK ({own})", t=table)
    if table in OWN_ROWS:
        _run(cursor, "DROP POLICY IF EXISTS own ON {t}", t=table)
        _run(cursor, f"CREATE POLICY own ON {{t}} FOR SELECT USING ({OWN_ROWS[table]})", t=table)
    unique = f"{table}_org_id_key"[:63]
    if not _exists(cursor, unique, table):
        _run(cursor, "ALTER TABLE {t} ADD CONSTRAINT {c} UNIQUE (org_id, id)", t=table, c=unique)


def _composite_key(cursor: CursorWrapper, key: TenantForeignKey) -> None:
    if not _exists(cursor, key.name, key.table):
        _run(
            cursor,
            "ALTER TABLE {t} ADD CONSTRAINT {c} FOREIGN KEY (org_id, {k}) REFERENCES {o} (org_id, id) "
            "DEFERRABLE INITIALLY DEFERRED",
            t=key.table,
            c=key.name,
            k=key.column,
            o=key.target,
        )


def _grant(cursor: CursorWrapper, login: str) -> None:
    _run(cursor, "GRANT USAGE ON SCHEMA public TO {l}", l=login)
    _run(cursor, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {l}", l=login)
    _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {l}", l=login)
    for table in APPEND_ONLY:
        _run(cursor, "REVOKE UPDATE, DELETE ON {t} FROM {l}", t=table, l=login)
    for table in OWNER_ONLY:
        _run(cursor, "REVOKE INSERT, UPDATE, DELETE ON {t} FROM {l}", t=table, l=login)
