"""Locks by name, for what has no row yet that could be locked. Held until the transaction ends; one firm each.

Take them before looking, never after: who looks first sees what was there before the other one committed.
"""

from __future__ import annotations

from django.db import connection

from werkfluss.org.tenancy import current_org_id


def alone(name: str) -> None:
    """Nobody else holds this name, in either way, until we have committed."""
    _take("pg_advisory_xact_lock", name)


def together(*names: str) -> None:
    """Others may hold these names too, as long as nobody holds one of them alone."""
    for name in sorted(set(names)):
        _take("pg_advisory_xact_lock_shared", name)


def _take(function: str, name: str) -> None:
    # The second number keeps them apart from the lock of the chain.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 2))", [f"{current_org_id()}:{name}"])
