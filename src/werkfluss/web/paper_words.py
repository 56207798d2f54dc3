"""Kinds of papers in words: those of any person, and those a case of an international hire adds."""

from __future__ import annotations

from django.utils.translation import get_language

from werkfluss.care.paper_names import paper_name
from werkfluss.kernel.text import Text
from werkfluss.workforce.domain.papers import TYPES


def paper_text(kind: str) -> Text:
    known = TYPES.get(kind)
    return known.name if known else paper_name(kind)


def paper_word(kind: str) -> str:
    return paper_text(kind).in_language(get_language() or "de")
