"""Which form the law demands: text form is enough for most orders, some promises need written form.

Text form (s.126b BGB) is met by any readable file that names who declares. Written form (s.126) needs signatures by
hand or, where the law does not exclude it, qualified electronic signatures (s.126a).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from werkfluss.kernel.text import Text


class _Chosen(Protocol):
    @property
    def clause(self) -> str: ...
    @property
    def own(self) -> Text | None: ...


class _Draft(Protocol):
    @property
    def clauses(self) -> tuple[_Chosen, ...]: ...


class _Clause(Protocol):
    @property
    def written_form(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Form:
    """A promise and its form. ``electronic``: whether a qualified electronic signature is enough."""

    provision: str
    what: Text
    written: bool
    electronic: bool = True


FORMS: tuple[Form, ...] = (
    Form(
        "§ 12 Abs. 1 AÜG",
        Text("Vertrag über die Überlassung von Arbeitskräften", "contract for the supply of temporary workers"),
        written=False,
    ),
    Form(
        "Art. 28 Abs. 9 DSGVO",
        Text("Vertrag über Auftragsverarbeitung; auch elektronisch", "data processing agreement; electronic too"),
        written=False,
    ),
    Form(
        "§ 74 Abs. 1 HGB",
        Text(
            "Wettbewerbsverbot nach Vertragsende, dazu Aushändigung der Urkunde",
            "non-compete after the end, and handing over of the deed",
        ),
        written=True,
    ),
    Form("§ 14 Abs. 4 TzBfG", Text("Befristung eines Arbeitsvertrags", "fixed term of employment"), written=True),
    Form(
        "§ 31a Abs. 1 UrhG",
        Text("Rechte für unbekannte Nutzungsarten", "rights for unknown types of use"),
        written=True,
    ),
    Form("§ 40 Abs. 1 UrhG", Text("Rechte an künftigen Werken", "rights in future works"), written=True),
    Form("§ 766 BGB", Text("Bürgschaft", "suretyship"), written=True, electronic=False),
    Form(
        "§ 623 BGB",
        Text("Kündigung oder Aufhebung eines Arbeitsverhältnisses", "ending an employment"),
        written=True,
        electronic=False,
    ),
)
_BY_PROVISION = {one.provision: one for one in FORMS}
_NEVER = r"(kein\w*|nicht|\bno\b|\bnot\b)"
# Own words that speak of such a promise; a denial in the same sentence takes it back.
_SEEN = (
    (
        "§ 74 Abs. 1 HGB",
        r"wettbewerbsverbot|karenzentschädigung|non-?compete|(nach|after).{0,80}(wettbewerber|konkurren|competitor)",
    ),
    ("§ 14 Abs. 4 TzBfG", r"befristet\w*\s+(arbeitsvertrag|arbeitsverhältnis|anstellung)|fixed-term employment"),
    ("§ 31a Abs. 1 UrhG", r"unbekannte\w*\s+nutzungsart|unknown (types|forms|kinds) of use"),
    ("§ 40 Abs. 1 UrhG", r"künftige\w*\s+werke|future works"),
    ("§ 766 BGB", r"\b(bürgschaft|bürgt|verbürgt|suretyship|guarantor)\b"),
    ("§ 623 BGB", r"(arbeitsverhältnis|arbeitsvertrag).{0,60}(endet|aufgehoben|beendet)"),
)


def needs_of(draft: _Draft, clauses: Mapping[str, _Clause]) -> tuple[Form, ...]:
    """What in this contract needs written form: by its clauses, and by what own words speak of."""
    found = [clauses[one.clause].written_form for one in draft.clauses if clauses[one.clause].written_form]
    for one in draft.clauses:
        if one.own is not None:
            found += _of_words(one.own.de) + _of_words(one.own.en)
    return tuple(_BY_PROVISION[key] for key in dict.fromkeys(found))


def _of_words(text: str) -> list[str]:
    sentences = re.split(r"(?<=[.!?])\s+|\n+", text)
    return [
        provision
        for provision, words in _SEEN
        for sentence in sentences
        if re.search(words, sentence, re.IGNORECASE) and not _denied(sentence, words)
    ]


def _denied(sentence: str, words: str) -> bool:
    """As in "Kein Wettbewerbsverbot": the denial stands right before the word, or the sentence ends with it."""
    before = re.search(rf"{_NEVER}\W+(\w+\W+){{0,2}}({words})", sentence, re.IGNORECASE)
    after = re.search(rf"({words})\W+(\w+\W+){{0,4}}nicht (vereinbart|verbunden)", sentence, re.IGNORECASE)
    return bool(before or after)
