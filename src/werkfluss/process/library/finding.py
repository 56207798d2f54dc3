"""Find a process by a sentence, with no language model: stems, beginnings, parts of compounds, and synonyms.

A word counts more the fewer processes it belongs to (inverse document frequency). Umlauts are folded, so that
“Verlaengerung” and „Verlängerung“ are one word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from .catalogue import ENTRIES, Entry
from .vocabulary import CONCEPTS, ENDINGS, STOP

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "á": "a", "ç": "c"})
_LEAST = 4  # letters that stay of a stem, and that a common beginning must have
_LONG = 5  # a beginning this long is the same word or a compound of it
_PART = 5  # letters that part of a compound must have
_OTHER_LANGUAGE = 0.5
_FIELDS = {"title": 2.0, "words": 2.0, "purpose": 0.7, "starts": 0.7}
_RELATIVE = 0.3  # of the best score; what is below is noise


@dataclass(frozen=True, slots=True)
class Hit:
    """``score`` orders hits of one search and means nothing else; ``matched`` are the words of the query that fit."""

    entry: Entry
    score: float
    matched: tuple[str, ...]


def fold(word: str) -> str:
    """Lower case without umlauts, whichever way they were typed."""
    plain = word.casefold().translate(_FOLD)
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def stem(word: str) -> str:
    """A crude stem for both languages: the longest known ending falls off, as long as enough is left."""
    folded = fold(word)
    for ending in ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _LEAST:
            return folded[: -len(ending)]
    return folded


@cache
def _stop() -> frozenset[str]:
    return frozenset(fold(word) for word in STOP)


def _words(text: str) -> list[str]:
    """The words that carry meaning; a word with hyphens counts whole and in its parts."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = [word, *word.split("-")] if "-" in word else [word]
        found += [part for part in parts if fold(part) not in _stop() and (len(part) > 1 or part.isdigit())]
    return found


@cache
def _concepts() -> Mapping[str, tuple[str, ...]]:
    """From the stem of a synonym to the stems it stands for."""
    found: dict[str, list[str]] = {}
    for meant, spoken in CONCEPTS.items():
        for word in spoken.split():
            found.setdefault(stem(word), []).extend(stem(one) for one in meant.split())
    return {word: tuple(dict.fromkeys(stems)) for word, stems in found.items()}


@cache
def _index(language: str) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Per process its stems with their weight, and per stem how telling it is."""
    weights: dict[str, dict[str, float]] = {}
    for entry in ENTRIES:
        own: dict[str, float] = {}
        for field, weight in _FIELDS.items():
            text = getattr(entry, field)
            for tongue, factor in ((language, 1.0), ("en" if language == "de" else "de", _OTHER_LANGUAGE)):
                for word in _words(text.in_language(tongue)):
                    own[stem(word)] = max(own.get(stem(word), 0.0), weight * factor)
        weights[entry.key] = own
    counts = Counter(one for own in weights.values() for one in own)
    return weights, {one: math.log(1 + len(ENTRIES) / count) for one, count in counts.items()}


def _likeness(asked: str, known: str) -> float:
    """1 for the same stem, less for a common beginning or a part of a compound, 0 for strangers."""
    if asked == known:
        return 1.0
    short, long = sorted((asked, known), key=len)
    if len(short) >= _LEAST and long.startswith(short):
        return 0.8 if len(short) >= _LONG or len(long) - len(short) <= 3 else 0.6
    return 0.5 if len(short) >= _PART and short in long else 0.0


def _best(asked: str, own: Mapping[str, float], telling: Mapping[str, float]) -> float:
    return max((weight * telling[known] * _likeness(asked, known) for known, weight in own.items()), default=0.0)


def _score(asked: Iterable[str], own: Mapping[str, float], telling: Mapping[str, float]) -> tuple[float, list[str]]:
    total, matched = 0.0, []
    for word in asked:
        direct = _best(stem(word), own, telling)
        meant = max((0.9 * _best(one, own, telling) for one in _concepts().get(stem(word), ())), default=0.0)
        if direct or meant:
            total += direct + meant / 2 if direct else meant
            matched.append(word)
    return total, matched


def search(words: str, language: str = "de", limit: int = 5) -> tuple[Hit, ...]:
    """The processes that fit a goal in one sentence, the best first; empty if no word of it is known.

    Words of both languages are understood; those of ``language`` count more.
    """
    weights, telling = _index("de" if language.lower().startswith("de") else "en")
    asked = list(dict.fromkeys(_words(words[:2_000])))
    hits = []
    for entry in ENTRIES:
        score, matched = _score(asked, weights[entry.key], telling)
        if score:
            hits.append(Hit(entry, round(score, 3), tuple(matched)))
    hits.sort(key=lambda hit: -hit.score)  # equals stay in the order of the index
    return tuple(hit for hit in hits if hit.score >= _RELATIVE * hits[0].score)[:limit]
