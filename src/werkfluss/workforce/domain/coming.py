"""Who came and who left, by year, as rows for ``workforce.groups``. Never a list of names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.workforce.groups import Row
from werkfluss.workforce.models import Kind, Resource


@dataclass(frozen=True)
class Coming:
    joined: list[Row]
    left: list[Row]


def coming(kinds: Collection[Kind], *, on: date) -> Coming:
    """Those of these kinds who came and who left before a day; the group is the year. One query.

    Who came before the firm used the system has no first day here and is not counted.
    """
    found = Coming([], [])
    rows = Resource.objects.filter(kind__in=kinds).order_by()
    for who, first, gone in rows.values_list("pk", "active_from", "active_to"):
        if first is not None and first < on:
            found.joined.append(Row(str(first.year), who, first))
        last = gone - timedelta(days=1) if gone else None
        if last is not None and last < on:
            found.left.append(Row(str(last.year), who, last))
    return found
