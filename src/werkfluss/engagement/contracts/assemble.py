"""A contract as data: facts once, clauses with their variant or own text, and the words that come of both.

``Draft`` is what is stored. Facts are plain JSON from the order, the parties and a few questions; the texts hold named
fields, so no fact is typed twice and a changed fact changes every place at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import LANGUAGES, Language, Text

from . import form, library

_FIELD = re.compile(r"\{([a-z_]+)\}")
_MISSING = {"de": "[offen: {}]", "en": "[open: {}]"}
_LONGEST_OWN = 8000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause of a contract: which one, which variant, and own text if it deviates from the library."""

    clause: str
    variant: str = ""
    own: Text | None = None

    def as_json(self) -> dict[str, Any]:
        return {"clause": self.clause, "variant": self.variant, "own": self.own.as_json() if self.own else None}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        return cls(row["clause"], row["variant"], Text.from_json(row["own"]) if row.get("own") else None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract before it is drawn."""

    kind: str
    facts: Mapping[str, Any]
    clauses: tuple[Chosen, ...]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "facts": dict(self.facts), "clauses": [one.as_json() for one in self.clauses]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value["kind"], value["facts"], tuple(Chosen.from_json(one) for one in value["clauses"]))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered clause in words. ``missing`` are fields without a fact; ``deviates``: it is own text."""

    number: int
    clause: library.Clause
    variant: library.Variant
    text: Text
    deviates: bool
    missing: tuple[str, ...]
    terms: Mapping[str, Any] = field(default_factory=dict)


def new_draft(kind: str, facts: Mapping[str, Any], variants: Mapping[str, str] | None = None) -> Draft:
    """The contract of this kind with the recommended variant of each clause, but those of ``variants``.

    Raises:
        Refused: there is no such kind.
    """
    found = kind_of(kind)
    wanted = variants or {}
    every = library.clauses()
    chosen = tuple(Chosen(key, every[key].variant(wanted.get(key, "")).key) for key in found.clauses)
    return Draft(kind, dict(facts), chosen)


def kind_of(key: str) -> library.ContractKind:
    """Raises Refused if there is no such kind."""
    found = library.kinds().get(key)
    if found is None:
        raise Refused(
            Text("Diese Vertragsart gibt es nicht.", "There is no such kind of contract."),
            citation="Verträge",
            what_to_do=Text("Bitte wählen Sie eine aus der Liste.", "Please choose one from the list."),
        )
    return found


def with_variant(draft: Draft, clause: str, variant: str) -> Draft:
    """The clause in this variant of the library, own text gone; added at its place if the kind knows it.

    Raises:
        Refused: the contract cannot have this clause, or the clause has no such variant.
    """
    known = library.clauses().get(clause)
    if known is None or all(one.key != variant for one in known.variants):
        raise _unknown_clause()
    return _put(draft, Chosen(clause, variant))


def with_own_text(draft: Draft, clause: str, text: Text) -> Draft:
    """The clause in words of the parties; marked as deviating, unless they are those of the library.

    Raises:
        Refused: the contract cannot have this clause, or the text is too long.
    """
    known = library.clauses().get(clause)
    if known is None:
        raise _unknown_clause()
    if max(len(text.de), len(text.en)) > _LONGEST_OWN:
        raise Refused(
            Text("Der Text ist zu lang.", "The text is too long."),
            citation="Verträge",
            what_to_do=Text(
                "Bitte teilen Sie ihn auf mehrere Regelungen auf.", "Please split it into several clauses."
            ),
        )
    now = next((one for one in draft.clauses if one.clause == clause), Chosen(clause, known.variants[0].key))
    own = None if _same(text, known.variant(now.variant).text) else text
    return _put(draft, replace(now, own=own))


def without_clause(draft: Draft, clause: str) -> Draft:
    """The contract without an additional clause.

    Raises:
        Refused: the kind of contract cannot be without it.
    """
    if clause in kind_of(draft.kind).clauses:
        raise Refused(
            Text(
                "Ohne diese Regelung geht es bei dieser Vertragsart nicht.", "This kind of contract needs the clause."
            ),
            citation="Verträge",
            what_to_do=Text("Bitte ändern Sie ihren Text.", "Please change its text instead."),
        )
    return replace(draft, clauses=tuple(one for one in draft.clauses if one.clause != clause))


def with_facts(draft: Draft, facts: Mapping[str, Any]) -> Draft:
    """The same clauses with further or changed facts."""
    return replace(draft, facts={**draft.facts, **facts})


def paragraphs(draft: Draft) -> tuple[Paragraph, ...]:
    """The contract in words, both languages side by side."""
    words, every = words_of(draft.facts), library.clauses()
    found = []
    for number, chosen in enumerate(draft.clauses, start=1):
        clause = every[chosen.clause]
        variant = clause.variant(chosen.variant)
        text = chosen.own or variant.text
        names = dict.fromkeys(_FIELD.findall(text.de) + _FIELD.findall(text.en))
        found.append(
            Paragraph(
                number,
                clause,
                variant,
                Text(*(_filled(text.in_language(language), words, language) for language in LANGUAGES)),
                deviates=chosen.own is not None,
                missing=tuple(name for name in names if name not in words),
                # Own words say something else than the data of the library's text.
                terms={} if chosen.own else filled_terms(variant.terms, draft.facts),
            )
        )
    return tuple(found)


def missing_facts(draft: Draft) -> tuple[str, ...]:
    """The fields of the texts for which there is no fact yet."""
    return tuple(dict.fromkeys(name for one in paragraphs(draft) for name in one.missing))


def written_form(draft: Draft) -> tuple[str, ...]:
    """The provisions by which this contract needs written form, s.126 BGB; see ``form.needs_of``."""
    return tuple(dict.fromkeys(one.provision for one in form.needs_of(draft, library.clauses())))


def words_of(facts: Mapping[str, Any]) -> dict[str, Text]:
    """Every field that the facts can fill, in both languages. A fact that is empty fills nothing."""
    currency = str(facts.get("currency", "EUR"))
    asked = library.asks()
    words: dict[str, Text] = {}
    for name, value in facts.items():
        shown = _word(value, currency, money=name.endswith("_cents"))
        if shown is not None:
            words[asked[name].word if name in asked else name] = shown
    if "insurance_cents" in words:
        words["insurance"] = words["insurance_cents"]
    if "price_cents" in words:
        words["price"] = _price(words["price_cents"], str(facts.get("price_kind", "fixed")))
    return words


_PRICES = {
    "fixed": Text("{sum} (Festpreis)", "{sum} (fixed price)"),
    "milestones": Text("{sum} insgesamt, in Meilensteinen", "{sum} in all, by milestones"),
    "unit": Text("nach Menge, höchstens {sum}", "by quantity, at most {sum}"),
    "daily": Text("nach Tagen, höchstens {sum}", "by the day, at most {sum}"),
    "hourly": Text("nach Aufwand, höchstens {sum}", "by effort, at most {sum}"),
}


def _price(total: Text, kind: str) -> Text:
    pattern = _PRICES.get(kind, _PRICES["fixed"])
    return Text(pattern.de.replace("{sum}", total.de), pattern.en.replace("{sum}", total.en))


def _word(value: Any, currency: str, *, money: bool) -> Text | None:
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, Mapping):
        return Text(str(value["de"]), str(value["en"]))
    if money:
        english = f"{int(value) / 100:,.2f}"
        return Text(english.translate(str.maketrans(",.", ".,")) + f" {currency}", f"{currency} {english}")
    if isinstance(value, list):
        listed = "; ".join(str(one).strip().rstrip(".;") for one in value)
        return Text(f"{listed}.", f"{listed}.")
    text = str(value).strip()
    day = _day(text)
    return Text(f"{day:%d.%m.%Y}", f"{day:%d} {_MONTHS[day.month - 1]} {day:%Y}") if day else Text(text, text)


# The words of the system's language must not decide what a contract says.
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _filled(text: str, words: Mapping[str, Text], language: Language) -> str:
    def value(found: re.Match[str]) -> str:
        word = words.get(found[1])
        return word.in_language(language) if word else _MISSING[language].format(found[1])

    return _FIELD.sub(value, text)


def filled_terms(terms: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a clause with its facts; what has no fact yet is left out, since nothing is agreed about it."""
    found = {}
    for name, value in terms.items():
        if isinstance(value, str) and value.startswith("$"):
            if facts.get(value[1:]) is not None:
                found[name] = facts[value[1:]]
        else:
            found[name] = value
    return found


def defaults(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for a contract of this kind and has a usual answer; ``facts`` may hold the price it follows."""
    found = {}
    for key in kind_of(kind).asks:
        value = library.asks()[key].default
        found[key] = facts.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value
    return {key: value for key, value in found.items() if value is not None}


def _put(draft: Draft, chosen: Chosen) -> Draft:
    kind = kind_of(draft.kind)
    if any(one.clause == chosen.clause for one in draft.clauses):
        return replace(draft, clauses=tuple(chosen if o.clause == chosen.clause else o for o in draft.clauses))
    if chosen.clause not in (*kind.clauses, *kind.optional):
        raise _unknown_clause()
    order = _order(kind)
    return replace(draft, clauses=tuple(sorted((*draft.clauses, chosen), key=lambda one: order.index(one.clause))))


def _order(kind: library.ContractKind) -> list[str]:
    """Additional clauses stand before the last ones on form, court and language."""
    last = [key for key in kind.clauses if key in ("form", "law_venue", "language", "frame_precedence")]
    first: Iterable[str] = (key for key in kind.clauses if key not in last)
    return [*first, *kind.optional, *last]


def _same(one: Text, other: Text) -> bool:
    return all(one.in_language(each).split() == other.in_language(each).split() for each in LANGUAGES)


def _unknown_clause() -> Refused:
    return Refused(
        Text("Diese Regelung gibt es bei dieser Vertragsart nicht.", "This kind of contract has no such clause."),
        citation="Verträge",
        what_to_do=Text("Bitte wählen Sie eine aus der Liste.", "Please choose one from the list."),
    )
