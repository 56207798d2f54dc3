"""The fairness check for both sides: on the data of the library's clauses, and on free words with care.

A finding says what to look at, whom it mostly burdens, why, by which provision, and which edit mends it. It is a hint
for people who talk to each other, never a verdict that a clause is void.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import LANGUAGES, Language, Text

from . import assemble, library
from .concerns import CONCERNS
from .patterns import BOTH, CLIENT, CONTRACTOR, PATTERNS, Concern, matches

Basis = Literal["terms", "words"]
PLEASE_LOOK = Text(
    "Hinweise zum Ansehen, kein Urteil über die Wirksamkeit. Im Zweifel hilft anwaltlicher Rat.",
    "Hints to look at, no judgement on validity. In doubt ask counsel.",
)
_ABBREVIATIONS = frozenset(
    [
        "abs",
        "nr",
        "art",
        "s",
        "ca",
        "bzw",
        "gem",
        "z",
        "b",
        "d",
        "h",
        "i",
        "r",
        "e",
        "g",
        "vgl",
        "inkl",
        "zzgl",
        "u",
        "a",
        "ggf",
        "sog",
        "no",
        "sec",
        "para",
        "dr",
        "ff",
        "usw",
        "etc",
        "str",
        "mio",
        "satz",
    ]
)
_BOUNDARY = re.compile(r"(?<=[.!?])\s+|\n+")
_SIDES = (
    (
        CONTRACTOR,
        re.compile(r"auftragnehmer|freelancer|contractor|dienstleister|freie\w* mitarbeiter|supplier", re.IGNORECASE),
    ),
    (CLIENT, re.compile(r"auftraggeber|\bclient\b|besteller|customer", re.IGNORECASE)),
)
_EACH = re.compile(r"jede partei|beide parteien|gegenseitig|each party|both parties|mutual", re.IGNORECASE)
_TURNS = frozenset({"penalty", "liability_uncapped", "liability_no_fault"})


@dataclass(frozen=True, slots=True)
class Finding:
    """``clause`` is the key in the contract, empty for a text from elsewhere; ``excerpt`` is the sentence seen."""

    code: str
    clause: str
    burdens: str
    what: Text
    why: Text
    references: tuple[str, ...]
    instead: Text
    basis: Basis
    excerpt: str = ""
    line: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "clause": self.clause,
            "burdens": self.burdens,
            "what": self.what.as_json(),
            "why": self.why.as_json(),
            "references": list(self.references),
            "instead": self.instead.as_json(),
            "basis": self.basis,
            "excerpt": self.excerpt,
            "line": self.line,
        }


def check_draft(draft: assemble.Draft) -> tuple[Finding, ...]:
    """What both sides should look at in a contract; library text is judged by its data, own text by its words."""
    found: list[Finding] = []
    for one in assemble.paragraphs(draft):
        if one.deviates:
            seen = dict.fromkeys(
                replace(each, clause=one.clause.key, line=0)
                for language in LANGUAGES
                for each in check_text(one.text.in_language(language))
            )
            # The same thing said in both languages is one finding.
            found += {each.code: each for each in reversed(seen)}.values()
        else:
            found += (_finding(CONCERNS[code], clause=one.clause.key, basis="terms") for code in _of_terms(one.terms))
    return tuple(found)


def check_text(text: str) -> tuple[Finding, ...]:
    """What to look at in a text of any origin, in the order of the text; each concern once per sentence."""
    found: list[Finding] = []
    for line, sentence in _sentences(text):
        for code in dict.fromkeys(one.code for one in PATTERNS if matches(one, sentence, text)):
            finding = _finding(CONCERNS[code], basis="words", excerpt=sentence[:400], line=line)
            found.append(replace(finding, burdens=_burdened(finding, sentence)))
    return tuple(found)


def mended(draft: assemble.Draft, *, clause: str, code: str) -> assemble.Draft:
    """The contract after the edit that mends a finding: the fair variant, or the sentence replaced in both languages.

    Raises:
        Refused: the contract has no such finding any more.
    """
    one = next((each for each in assemble.paragraphs(draft) if each.clause.key == clause), None)
    if one is None or all(each.code != code or each.clause != clause for each in check_draft(draft)):
        raise Refused(
            Text("Dieser Hinweis ist schon erledigt.", "This finding has been dealt with already."),
            citation="Fairness-Prüfung",
            what_to_do=Text("Bitte laden Sie die Seite neu.", "Please reload the page."),
        )
    if not one.deviates:
        fair = next(
            each
            for each in one.clause.variants
            if code not in _of_terms(assemble.filled_terms(each.terms, draft.facts))
        )
        return assemble.with_variant(draft, clause, fair.key)
    own = next(each.own for each in draft.clauses if each.clause == clause)
    assert own is not None  # it deviates
    instead = CONCERNS[code].instead
    return assemble.with_own_text(draft, clause, Text(*(_replaced(own, code, instead, each) for each in LANGUAGES)))


def can_mend(draft: assemble.Draft, finding: Finding) -> bool:
    """Whether one click mends it; own words always, library clauses where there is a fairer variant."""
    clause = library.clauses().get(finding.clause)
    if clause is None:
        return False
    if finding.basis == "words":
        return True
    return any(finding.code not in _of_terms(assemble.filled_terms(one.terms, draft.facts)) for one in clause.variants)


def _replaced(own: Text, code: str, instead: Text, language: Language) -> str:
    """The fair sentence in place of the seen ones; where none was seen it is added, so both versions agree."""
    text = own.in_language(language)
    seen = [one.excerpt for one in check_text(text) if one.code == code]
    fair = instead.in_language(language)
    if not seen:
        return text if fair in text else f"{text}\n{fair}"
    whole = {sentence for _, sentence in _sentences(text) if any(sentence[:400] == one for one in seen)}
    for number, sentence in enumerate(sorted(whole, key=text.index)):
        text = text.replace(sentence, fair if number == 0 else "", 1)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _of_terms(terms: Mapping[str, Any]) -> Iterator[str]:
    """The concerns that the data of a clause gives."""
    if _more(terms.get("payment_days"), 30):
        yield "payment_late"
    if _more(terms.get("acceptance_days"), 15):
        yield "acceptance_long"
    if "liability_cap" in terms and terms["liability_cap"] is None:
        yield "liability_uncapped"
    if terms.get("substitution") == "none":
        yield "substitution_none"
    if terms.get("instructions") == "bound":
        yield "instructions"
    if terms.get("exclusive"):
        yield "exclusivity"
    if terms.get("unilateral_change"):
        yield "unilateral_change"
    if terms.get("noncompete_months") and not _more(terms.get("noncompete_pay"), 49):
        yield "noncompete_unpaid"
    mine, theirs = terms.get("notice_days_contractor"), terms.get("notice_days_client")
    if mine is not None and theirs is not None and mine != theirs:
        yield "notice_unequal"


def _more(value: Any, limit: int) -> bool:
    return isinstance(value, int) and value > limit


def _finding(concern: Concern, *, basis: Basis, clause: str = "", excerpt: str = "", line: int = 0) -> Finding:
    return Finding(
        concern.code, clause, concern.burdens, concern.what, concern.why, concern.references, concern.instead, basis,
        excerpt, line,
    )  # fmt: skip


def _burdened(finding: Finding, sentence: str) -> str:
    """Who bears a penalty or a liability is said by the sentence itself; the first one named bears it."""
    if finding.code not in _TURNS:
        return finding.burdens
    if _EACH.search(sentence):
        return BOTH
    named = [(found.start(), side) for side, words in _SIDES if (found := words.search(sentence))]
    return min(named)[1] if named else finding.burdens


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) of a text; abbreviations and numbers do not end a sentence."""
    start = 0
    for boundary in [*_BOUNDARY.finditer(text), None]:
        end = boundary.start() if boundary else len(text)
        last = re.search(r"(?<![\d.,])(\d{1,2}|[^\W\d]+)\.$", text[start:end])
        kept = boundary is not None and "\n" not in boundary[0] and last is not None
        if kept and last is not None and (last[1].lower() in _ABBREVIATIONS or last[1].isdigit()):
            continue
        sentence = text[start:end].strip()
        if sentence:
            yield text.count("\n", 0, start) + 1, sentence
        start = boundary.end() if boundary else end
