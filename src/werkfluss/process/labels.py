"""Whether a label says what is done to what: “Angebot prüfen”, “Check the offer”. A heuristic, so only a hint.

Verb–object labels are the style that readers misunderstand least (Mendling, Reijers, Recker 2010: Activity labeling
in process modeling). German puts the object first and the infinitive last, English the verb first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .label_words import (
    ACTIONS_DE,
    ACTIONS_EN,
    ARTICLES_EN,
    NO_VERBS_DE,
    NO_VERBS_EN,
    PARTICLES_EN,
    STRONG_PARTICIPLES_DE,
    THINGS_EN,
    VERBS_DE,
    VERBS_EN,
)

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# What a drawing tool or test suite writes when nobody has named the step: “Task 1”, “User Task 13”, “Aktivität”.
_PLACEHOLDER = re.compile(
    r"(?:(?:abstract|user|service|send|receive|manual|script|business rule|new|neue)[ -]?)?"
    r"(?:task|aufgabe|activity|aktivität|step|schritt|tätigkeit)\b[ -]*\d*\b.*\d.*"
    r"|(?:(?:user|service|send|receive|manual|script|new|neue)[ -])?(?:task|aufgabe|activity|aktivität|step|schritt)"
    r"|(?:expanded |collapsed )?(?:call activity|sub-? ?process)\b.*",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"(?:[a-zäöüß]{2,8})?ge(?:" + "|".join(STRONG_PARTICIPLES_DE) + r")|(?:be|er|ver|ent|zer|emp)"
    r"(?:schrieben|schlossen|standen|sprochen|gangen|funden|nommen|bunden|wiesen|troffen|worfen|worben|loren)"
)
_ARTICLES_DE = ("der", "des", "die", "das", "den", "eines", "einer", "aller")  # with the others the case would change
_NO_LINK = ("ss", "us", "is", "as", "os", "kurs", "zins")  # nouns that end in -s themselves: “Preis”, “Prozess”
_MIN_STEM = 3


@dataclass(frozen=True, slots=True)
class VerbObject:
    """``verb`` in lower case (German infinitive, English imperative), ``thing`` as the label writes it."""

    verb: str
    thing: str
    language: Literal["de", "en"]


def _words_of(label: str) -> list[str]:
    return _WORD.findall(_ASIDE.sub(" ", label))


def is_placeholder(label: str) -> bool:
    """Whether the label is only the kind of the element, as drawing tools write it."""
    return bool(_PLACEHOLDER.fullmatch(" ".join(label.split())))


def _is_infinitive(word: str) -> bool:
    return (
        word[0].islower()
        and len(word) > _MIN_STEM
        and word.endswith(("en", "ern", "eln"))
        and word not in NO_VERBS_DE
        and not _PARTICIPLE.fullmatch(word)
    )


def _german(words: list[str]) -> VerbObject | None:
    """The infinitive last (“Angebot prüfen”), or a known one followed by more (“Antrag prüfen innerhalb 3 Tagen”)."""
    last = words[-1]
    if _is_infinitive(last) or last.casefold() in VERBS_DE:
        rest = words[:-1]
        while len(rest) > 2 and rest[-1].casefold() in ("und", "oder"):
            rest = rest[:-2]  # “Rechnung prüfen und freigeben”
        return VerbObject(last.casefold(), " ".join(rest), "de")
    if words[0].casefold() in VERBS_DE and words[1] == "Sie" and len(words) > 2:
        return VerbObject(words[0].casefold(), " ".join(words[2:]), "de")  # “Prüfen Sie die Rechnung”
    for index, word in enumerate(words[1:-1], start=1):
        if word[0].islower() and word in VERBS_DE:
            return VerbObject(word, " ".join(words[:index]), "de")
    return None


def _english_verb(word: str) -> str:
    """The verb that the word is, in lower case; empty if it is none."""
    verb = word.casefold()
    base = verb.removeprefix("re-").removeprefix("pre-")
    if base in VERBS_EN or (len(base) > 5 and base.endswith(("ise", "ize", "ify", "ate")) and base not in NO_VERBS_EN):
        return verb
    return ""


def _before_article(words: list[str]) -> bool:
    """“Accompany the first day”, “Press for the decision”: whatever verb it is, an imperative stands here."""
    first, second = words[0].casefold(), words[1].casefold()
    third = words[2].casefold() if len(words) > 2 else ""
    inflected = first.endswith(("ing", "ed", "tion", "ment")) or (first.endswith("s") and not first.endswith("ss"))
    commands = second in ARTICLES_EN or (second in PARTICLES_EN and third in ARTICLES_EN)
    return commands and first.isascii() and not inflected and first not in PARTICLES_EN | ARTICLES_EN


def _english(words: list[str]) -> VerbObject | None:
    start = 0
    while start < len(words) - 2 and words[start].casefold().endswith("ly") and not _english_verb(words[start]):
        start += 1  # “Manually check the invoice”
    words = words[start:]
    verb = _english_verb(words[0]) or (words[0].casefold() if _before_article(words) else "")
    rest = words[1:]
    if not verb or not rest:
        return None
    last = rest[-1].casefold()
    names_a_thing = len(rest) == 1 and verb in THINGS_EN and (last in ACTIONS_EN or last.endswith(("ing", "ment")))
    while len(rest) > 2 and rest[0].casefold() in ("and", "or"):
        rest = rest[2:]  # “Review and document the result”
    while len(rest) > 1 and rest[0].casefold() in ARTICLES_EN:
        rest = rest[1:]
    return None if names_a_thing else VerbObject(verb, " ".join(rest), "en")


@lru_cache(maxsize=4096)
def verb_object(label: str) -> VerbObject | None:
    """The verb and the object of a label; ``None`` if it does not name both."""
    words = _words_of(label)
    if len(words) < 2 or is_placeholder(label):
        return None
    return _german(words) if _is_infinitive(words[-1]) else _english(words) or _german(words)


_LONGEST_ACTION = max(map(len, ACTIONS_DE))


def is_verb_object(label: str) -> bool:
    """Whether a label names an object and a German infinitive, or an English verb and an object."""
    return verb_object(label) is not None


def _infinitive(noun: str) -> str:
    """“Prüfung” → “prüfen”, “Lieferung” → “liefern”, “Freigabe” → “freigeben”; empty if the noun is no known action."""
    low = noun.casefold()
    return ACTIONS_DE.get(low) or (low if low in VERBS_DE else "")


def _from_compound(noun: str) -> str:
    """“Rechnungsprüfung” → “Rechnung prüfen”: the longest known action at the end of the compound."""
    low = noun.casefold()
    # No action is longer than the longest one that is known: what stands further in front is not tried.
    for start in range(max(_MIN_STEM + 1, len(low) - _LONGEST_ACTION), len(low) - _MIN_STEM):
        if verb := ACTIONS_DE.get(low[start:]):
            head = noun[:start].rstrip("-")
            return f"{head if head.endswith(_NO_LINK) else head.removesuffix('s')} {verb}"
    return ""


def _rewritten_de(words: list[str]) -> str:
    """“Prüfung der Rechnung” or “Reisekosten-Abrechnung” or “Rechnungsprüfung”, with object and infinitive."""
    if len(words) == 1:
        return _from_compound(words[0])
    if words[1].casefold() in _ARTICLES_DE:
        thing = " ".join(words[2:])
        verb = _infinitive(words[0])
        return f"{thing} {verb}" if thing and verb else ""
    verb = _infinitive(words[-1])
    guess = words[-1][0].islower() or _from_compound(words[0])  # “Rechnungsfreigabe Einkauf”
    return "" if guess or not verb else f"{' '.join(words[:-1])} {verb}"


def _rewritten_en(words: list[str]) -> str:
    if any(word.casefold() in ARTICLES_EN | PARTICLES_EN for word in words):
        return ""  # a sentence, not a name
    last = words[-1].casefold()
    thing = " ".join(words[:-1])
    if verb := ACTIONS_EN.get(last, ""):
        return f"{verb} {thing}".capitalize() if thing else ""
    gerund = words[0].casefold()
    for word, other in ((last, thing), (gerund, " ".join(words[1:]))):
        if word.endswith("ing"):
            stem = word.removesuffix("ing")
            for base in (stem, stem + "e", stem[:-1]):  # “processing”, “creating”, “planning”
                if base in VERBS_EN and other:
                    return f"{base} {other}".capitalize()
    return ""


def rewritten(label: str) -> str:
    """A verb–object label made of a nominal one: “Rechnungsprüfung” → “Rechnung prüfen”; empty rather than a guess."""
    words = _words_of(label)
    if not words or is_verb_object(label) or is_placeholder(label):
        return ""
    return _rewritten_en(words) or _rewritten_de(words)
