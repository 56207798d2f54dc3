"""Provisions as the register writes them, for readers of both languages: s.147(3) AO is § 147 Abs. 3 AO."""

from __future__ import annotations

import re

from werkfluss.kernel.text import Text

_PARTS = r"(?:\(\d+\w?\))?(?:\([a-z]\))?"
_ONE = rf"(?:Art\. \d+{_PARTS}(?: and \([a-z]\))?|s\.\d+\w*{_PARTS}(?: s\.\d+)?(?: no\.\d+(?: and \d+)?)?)"
_LAW = r"(?:[A-ZÄÖÜ]\w*(?: [IVX]+)?|Regulation \(EU\) \d+/\d+)"
_CITATIONS = re.compile(rf"{_ONE} {_LAW}(?:, {_ONE} {_LAW})*")
_NOT_PERSONAL = Text("keine personenbezogenen Daten", "not personal data")

_GERMAN = (
    (r"(?<=\)) s\.(\d+)", r" Satz \1"),
    (r"\bs\.(\d+)", r"§ \1"),
    (r" no\.(\d+)", r" Nr. \1"),
    (r"\((\d+\w?)\)", r" Abs. \1"),
    (r" and \(([a-z])\)", r" und Buchst. \1"),
    (r"\(([a-z])\)", r" Buchst. \1"),
    (r" and ", " und "),
    (r"\bGDPR\b", "DSGVO"),
    (r"\bRegulation\b", "Verordnung"),
)


def is_citation(text: str) -> bool:
    """Whether the text is a list of provisions and nothing else."""
    return text == _NOT_PERSONAL.en or _CITATIONS.fullmatch(text) is not None


def citation(text: str) -> Text:
    """A list of provisions in the register's own form.

    Raises:
        ValueError: it is something else.
    """
    if text == _NOT_PERSONAL.en:
        return _NOT_PERSONAL
    if not is_citation(text):
        raise ValueError(f"not a list of provisions: {text!r}")
    german = text
    for pattern, with_what in _GERMAN:
        german = re.sub(pattern, with_what, german)
    return Text(german, text)
