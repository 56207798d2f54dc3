"""Which inquiries ask for something the firm sells, and which stand in the file twice. Pure and the same every time.

Judged is the message alone. Name, address and source of a person decide nothing; they only tell who wrote twice. There
is no score and no order among people: an inquiry is qualified, not qualified, or a person must look (``None``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from werkfluss.formats.crm import Lead
from werkfluss.kernel.text import Text

_UNCLEAR, _EMPTY, _GREETING = "unclear", "empty", "no_request"
_GAP = r"\b.{0,80}?\b"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an inquiry may be about, and by which words that is seen."""

    key: str
    qualified: bool
    name: Text
    words: tuple[str, ...]
    next_step: Text | None

    def found_in(self, message: str) -> list[str]:
        return [word for word in self.words if _pattern(word).search(message)]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``qualified`` None: a person must look. ``duplicate_of`` is the id of the earlier row of the same person."""

    id: str
    qualified: bool | None
    kind: str
    reasons: tuple[Text, ...]
    duplicate_of: str | None = None

    def as_json(self, language: str = "de") -> dict[str, object]:
        return {
            "id": self.id,
            "qualified": self.qualified,
            "kind": self.kind,
            "reasons": [reason.in_language(language) for reason in self.reasons],
            "duplicate_of": self.duplicate_of,
        }


@cache
def _rules() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("rules.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of inquiry that is told apart, as ``rules.yaml`` has it."""
    return tuple(
        Kind(
            one["key"],
            one["qualified"],
            Text.from_json(one["name"]),
            tuple(one["words"]),
            Text.from_json(one["next"]) if "next" in one else None,
        )
        for one in _rules()["kinds"]
    )


@cache
def _pattern(words: str) -> re.Pattern[str]:
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in words.split("…")]
    return re.compile(rf"\b{_GAP.join(parts)}", re.IGNORECASE | re.DOTALL)


def qualify(leads: Sequence[Lead]) -> tuple[Judgement, ...]:
    """One judgement per inquiry, in the order of the file."""
    first: dict[tuple[str, ...], str] = {}
    found = []
    for lead in leads:
        keys = _same_person(lead)
        earlier = next((first[key] for key in keys if key in first), None)
        for key in keys:
            first.setdefault(key, earlier or lead.id)
        found.append(_judged(lead, earlier))
    return tuple(found)


def _same_person(lead: Lead) -> list[tuple[str, ...]]:
    """By what two rows are one person: the mail address, the phone with the name, the name with the firm."""
    name, firm = _plain(lead.name), _plain(lead.company)
    phone = re.sub(r"\D", "", lead.phone.replace("+49(0)", "0").replace("+49", "0"))
    keys: list[tuple[str, ...]] = []
    if "@" in lead.email:
        keys.append(("email", lead.email.casefold().strip()))
    if phone and name:
        keys.append(("phone", phone, name))
    if name and firm:
        keys.append(("firm", name, firm))
    return keys


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _judged(lead: Lead, earlier: str | None) -> Judgement:
    # A title cut from the message says nothing new; another one is read with it.
    title = "" if lead.message.startswith(lead.title.rstrip(". …")) else lead.title
    message = f"{title} {lead.message}".strip()
    qualified, kind, reasons = _asked(message)
    if earlier is not None:
        twice = Text(f"Steht schon als {earlier} in der Datei.", f"Stands in the file already as {earlier}.")
        reasons = (*reasons, twice)
    return Judgement(lead.id, qualified, kind, reasons, earlier)


def _asked(message: str) -> tuple[bool | None, str, tuple[Text, ...]]:
    words = re.findall(r"\w+", message.casefold())
    if not words:
        return None, _EMPTY, (Text("Es gibt keine Nachricht; bitte nachfragen.", "There is no message; please ask."),)
    seen = [(kind, matched) for kind in kinds() if (matched := kind.found_in(message))]
    if not seen:
        if all(word in _rules()["greetings"] for word in words):
            why = Text("Ein Gruß ohne Anliegen; bitte nachfragen.", "A greeting without a request; please ask back.")
            return False, _GREETING, (why,)
        why = Text("Keine Regel erkennt das Anliegen; bitte lesen.", "No rule knows the request; please read it.")
        return None, _UNCLEAR, (why,)
    reasons = tuple(_why(kind, matched) for kind, matched in seen)
    answers = {kind.qualified for kind, _matched in seen}
    if len(answers) > 1:
        both = Text("Die Wörter widersprechen einander; bitte lesen.", "The words contradict each other; please read.")
        return None, _UNCLEAR, (*reasons, both)
    return seen[0][0].qualified, seen[0][0].key, reasons


def _why(kind: Kind, matched: list[str]) -> Text:
    said = ", ".join(f"„{word}“" for word in matched)
    more = kind.next_step or Text("An den Vertrieb geben.", "Hand it to sales.")
    return Text(f"{kind.name.de}: {said}. {more.de}", f"{kind.name.en}: {said}. {more.en}")
