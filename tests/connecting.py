"""Leads Django to another copy of the database for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url

# Whoever comes back finds a server process that knows the tables: to learn them takes it longer than most tests.
_open: dict[str, Any] = {}


@contextmanager
def connected_to(address: str) -> Iterator[None]:
    """Django's connection of this thread leads to ``address``; the present one is kept as it is meanwhile."""
    from django.db import connections

    outer = connections["default"]
    before = dict(outer.settings_dict)
    if address not in _open:
        _open[address] = connections.create_connection("default")
    # All connections of one name share their settings, so further threads are led there too.
    outer.settings_dict |= dj_database_url.parse(address)
    connections["default"] = _open[address]
    try:
        yield
    finally:
        connections["default"] = outer
        outer.settings_dict |= before


def forget(address: str) -> None:
    """Close what is open to a copy that will be dropped."""
    if (connection := _open.pop(address, None)) is not None:
        connection.close()
