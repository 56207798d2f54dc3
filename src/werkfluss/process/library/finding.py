"""Find a process of the library by a goal in one sentence, in German or in English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .catalogue import ENTRIES
from .entry_kinds import Entry
from .words import Document, Index, Passage, fold, stem

__all__ = ["Hit", "documents", "fold", "search", "stem"]

_OTHER_LANGUAGE = 0.5
_FIELDS = {"title": 2.0, "words": 2.0, "purpose": 0.7, "starts": 0.7}


@dataclass(frozen=True, slots=True)
class Hit:
    """``score`` orders hits of one search and means nothing else; ``matched`` are the words of the query that fit."""

    entry: Entry
    score: float
    matched: tuple[str, ...]


def documents(language: str = "de") -> tuple[Document, ...]:
    """The processes as texts to be found, by their key; the words of ``language`` count more."""
    return _documents(_known(language))


def _known(language: str) -> str:
    return "de" if language.lower().startswith("de") else "en"


@cache
def _documents(language: str) -> tuple[Document, ...]:
    return tuple(Document(entry.key, tuple(_passages(entry, language))) for entry in ENTRIES)


def _passages(entry: Entry, language: str) -> list[Passage]:
    other = "en" if language == "de" else "de"
    return [
        Passage(getattr(entry, field).in_language(tongue), weight * factor)
        for field, weight in _FIELDS.items()
        for tongue, factor in ((language, 1.0), (other, _OTHER_LANGUAGE))
    ]


@cache
def _index(language: str) -> Index:
    return Index(documents(language))


def search(words: str, language: str = "de", limit: int = 5) -> tuple[Hit, ...]:
    """The processes that fit a goal in one sentence, the best first; empty if no word of it is known.

    Words of both languages are understood; those of ``language`` count more.
    """
    entries = {entry.key: entry for entry in ENTRIES}
    found = _index(_known(language)).find(words, limit)
    return tuple(Hit(entries[one.key], one.score, one.matched) for one in found)
