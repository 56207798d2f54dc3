"""Provisions of a contract in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import template

from werkfluss.web.forms.order_terms import spoken

register = template.Library()

# As the rest of the product cites in English: s.640(2) BGB. The names of German acts stay German.
_ENGLISH = (
    (r"§+ (?=\d)", "s."),
    (r" Abs\. (\d+\w?)", r"(\1)"),
    (r" Satz (\d+)", r" sentence \1"),
    (r" Nr\. ", " no. "),
    (r" Buchst\. (\w)", r"(\1)"),
    (r"\bRom-I-VO\b", "Rome I Regulation"),
    (r"\bBrüssel-Ia-VO\b", "Brussels Ia Regulation"),
    (r"\bKI-VO\b", "AI Act"),
    (r"\bDSGVO\b", "GDPR"),
)


@register.filter
def provisions(sources: Iterable[str]) -> str:
    """Provisions as the library of clauses cites them, one after the other."""
    said = " · ".join(sources)
    if spoken() != "de":
        for pattern, english in _ENGLISH:
            said = re.sub(pattern, english, said)
    return said
