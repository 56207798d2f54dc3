"""Figures on groups of people that cannot be figures on one of them. Pure functions.

Three guards, each for one way to find somebody out:

* **Size.** A group has a figure only with at least ``LEAST`` people in it (k-anonymity, L. Sweeney, 2002). Smaller
  groups are taken together; if even these are too few, they have no figure at all.
* **Differences between groups.** The figure over all is over nothing but the rows of the figures shown beside it. Who
  takes shown groups from the whole is left with other shown groups, never with those that were too small.
* **Differences between days.** Rows come in by full tens: in the order of their days they are cut into parts of at
  least ``LEAST`` people, and an unfinished part waits. Who looks today and again tomorrow sees ten people more, or
  nobody.

Where people of the firm had a hand in it, ``process.mining.many_hands`` holds as well. Medians alone leave this module:
no sums, from which a value could be taken away again, and no lowest or highest, which is always the value of somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from statistics import median

from werkfluss.process.mining import many_hands

LEAST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """Something of one person: ``who`` it was and by whose hand are only compared and counted.

    ``part`` splits a group further; a group then has its figure from the parts that are shown and nothing else.
    """

    group: str
    who: Hashable
    day: date
    value: Decimal = Decimal(0)
    by: Hashable | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of a group; ``people`` are those it is over, in full tens."""

    people: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """``groups`` has every group and ``parts`` every part of one, ``None`` where it is too small.

    ``others`` are the small groups together. ``whole`` is over what is shown, if that is more than one group.
    """

    groups: dict[str, Figure | None]
    parts: dict[tuple[str, str], Figure | None]
    others: Figure | None
    whole: Figure | None


def figures(rows: Iterable[Row]) -> Figures:
    """The figure of each group that may be shown, of the small ones together, and of all that is shown."""
    by_group = _by(rows, lambda row: row.group)
    parts: dict[tuple[str, str], list[Row]] = {}
    kept: dict[str, list[Row]] = {}
    for name, found in by_group.items():
        inner = _by(found, lambda row: row.part)
        shown = {part: shown_rows(of_part) for part, of_part in inner.items()}
        rest = shown_rows(row for row in found if not shown[row.part])
        parts |= {(name, part): of_part for part, of_part in shown.items()}
        kept[name] = [row for of_part in (*shown.values(), rest) for row in of_part]
    small = shown_rows(row for name, found in by_group.items() if not kept[name] for row in found)
    all_shown = [found for found in (*kept.values(), small) if found]
    return Figures(
        {name: _figure(found) for name, found in kept.items()},
        {name: _figure(found) for name, found in parts.items()},
        _figure(small),
        _figure([row for found in all_shown for row in found]) if len(all_shown) > 1 else None,
    )


def _by(rows: Iterable[Row], name_of: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[name_of(row)].append(row)
    return found


def shown_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows of the full tens; none if their figure would be one on somebody's own work."""
    kept = full_tens(rows)
    return kept if many_hands(row.by for row in kept if row.by is not None) else []


def full_tens(rows: Iterable[Row]) -> list[Row]:
    """The rows, in the order of their days, up to the last one that completes ``LEAST`` different people.

    What one person has on one day stays together.
    """
    kept: list[Row] = []
    part: list[Row] = []
    people: set[Hashable] = set()
    line = sorted(rows, key=lambda one: (one.day, str(one.who), one.value))
    for (_day, who), same in groupby(line, key=lambda one: (one.day, one.who)):
        part += same
        people.add(who)
        if len(people) >= LEAST:
            kept += part
            part, people = [], set()
    return kept


def _figure(rows: Sequence[Row]) -> Figure | None:
    if not rows:
        return None
    people = len({row.who for row in rows})
    return Figure(people - people % LEAST, median(row.value for row in rows))
