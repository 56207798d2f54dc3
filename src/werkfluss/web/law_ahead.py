"""What changes by law in the months ahead, day by day, as the deadline radar shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from werkfluss.compliance.domain.explain import Change, changes_between

AHEAD = timedelta(days=365)
SHOWN_PER_DAY = 5
# The firmest first: what is decided concerns everybody, a draft may still change.
_FIRM = ("in_force", "enacted", "draft", "unknown")
_WORDS: dict[str, tuple[str, Promise]] = {
    "in_force": ("active", _("decided")),
    "enacted": ("active", _("decided")),
    "draft": ("caution", _("draft")),
    "unknown": ("unknown", _("not yet published")),
}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    provision: str
    tone: str
    word: Promise


@dataclass(frozen=True, slots=True)
class Day:
    """All that changes on one day; ``lines`` are the firmest of it, ``more`` how many others there are."""

    day: date
    lines: tuple[Line, ...]
    more: int


def days_ahead(on: date) -> list[Day]:
    """The days of the next twelve months on which something changes. Asks the packs only, no query."""
    found = changes_between(on, on + AHEAD)
    return [_day(day, list(rows)) for day, rows in groupby(found, key=lambda change: change.day)]


def _day(day: date, rows: list[Change]) -> Day:
    by_text = {_line(row).text: _line(row) for row in sorted(rows, key=_firmness)}
    lines = tuple(by_text.values())
    return Day(day, lines[:SHOWN_PER_DAY], max(0, len(lines) - SHOWN_PER_DAY))


def _firmness(change: Change) -> int:
    return _FIRM.index(change.status) if change.status in _FIRM else len(_FIRM)


def _line(change: Change) -> Line:
    tone, word = _WORDS.get(change.status, ("open", _("draft")))
    provision = change.citation.label if change.citation else ""
    return Line(change.label.in_language(get_language() or "de"), provision, tone, word)
