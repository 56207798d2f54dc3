"""Find texts by a sentence, with no language model: stems, beginnings, parts of compounds, and synonyms.

A word counts more the fewer texts it belongs to (inverse document frequency). Umlauts are folded, so that
“Verlaengerung” and „Verlängerung“ are one word.

>>> index = Index([Document("a", (Passage("Pumpe montieren"),)), Document("b", (Passage("Rechnung buchen"),))])
>>> [found.key for found in index.find("Wer montiert die Pumpe?")]
['a']
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from .vocabulary import CONCEPTS, ENDINGS, STOP

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "á": "a", "ç": "c"})
_LEAST = 4  # letters that stay of a stem, and that a common beginning must have
_LONG = 5  # a beginning this long is the same word or a compound of it
_PART = 5  # letters that part of a compound must have
_RELATIVE = 0.3
MAX_ASKED = 2_000  # characters of a sentence that are read


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a text; ``weight`` says how much a word in it tells of the whole."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found. ``key`` is the caller's own and unique."""

    key: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """``score`` orders what one question found and means nothing else; ``matched`` are the words that fit."""

    key: str
    score: float
    matched: tuple[str, ...]


def fold(word: str) -> str:
    """Lower case without umlauts, whichever way they were typed."""
    plain = word.casefold().translate(_FOLD)
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@lru_cache(maxsize=20_000)
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


def telling_words(text: str) -> list[str]:
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


def _likeness(asked: str, known: str) -> float:
    """1 for the same stem, less for a common beginning or a part of a compound, 0 for strangers."""
    if asked == known:
        return 1.0
    short, long = sorted((asked, known), key=len)
    if len(short) >= _LEAST and long.startswith(short):
        return 0.8 if len(short) >= _LONG or len(long) - len(short) <= 3 else 0.6
    return 0.5 if len(short) >= _PART and short in long else 0.0


class Index:
    """Documents, ready to be asked. Equals stay in the order in which they were given."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._weights = {one.key: _weights(one) for one in documents}
        counts = Counter(stem for own in self._weights.values() for stem in own)
        self._telling = {stem: math.log(1 + len(self._weights) / count) for stem, count in counts.items()}

    def find(self, sentence: str, limit: int = 5, *, relative: float = _RELATIVE) -> tuple[Found, ...]:
        """What fits best, the best first; empty if no word of the sentence is known.

        What scores less than ``relative`` of the best is left out as noise.
        """
        asked = list(dict.fromkeys(telling_words(sentence[:MAX_ASKED])))
        # Which stems are like a word is the same for every document, so it is asked once per word.
        alike = [(word, self._alike(word)) for word in asked]
        hits = []
        for key, own in self._weights.items():
            score, matched = _score(alike, own)
            if score:
                hits.append(Found(key, round(score, 3), matched))
        hits.sort(key=lambda hit: -hit.score)
        return tuple(hit for hit in hits if hit.score >= relative * hits[0].score)[:limit]

    def _alike(self, word: str) -> tuple[dict[str, float], dict[str, float]]:
        """Known stems like the word itself, and those like what it stands for, with how much each would count."""
        meant: dict[str, float] = {}
        for one in _concepts().get(stem(word), ()):
            for known, much in self._near(one).items():
                meant[known] = max(meant.get(known, 0.0), 0.9 * much)
        return self._near(stem(word)), meant

    def _near(self, asked: str) -> dict[str, float]:
        return {
            known: like * telling for known, telling in self._telling.items() if (like := _likeness(asked, known)) > 0
        }


def _weights(document: Document) -> dict[str, float]:
    own: dict[str, float] = {}
    for passage in document.passages:
        for word in telling_words(passage.text):
            own[stem(word)] = max(own.get(stem(word), 0.0), passage.weight)
    return own


def _score(
    alike: Iterable[tuple[str, tuple[Mapping[str, float], Mapping[str, float]]]], own: Mapping[str, float]
) -> tuple[float, tuple[str, ...]]:
    total, matched = 0.0, []
    for word, (itself, concept) in alike:
        direct, meant = _best(itself, own), _best(concept, own)
        if direct or meant:
            total += direct + meant / 2 if direct else meant
            matched.append(word)
    return total, tuple(matched)


def _best(near: Mapping[str, float], own: Mapping[str, float]) -> float:
    return max((much * own[known] for known, much in near.items() if known in own), default=0.0)
