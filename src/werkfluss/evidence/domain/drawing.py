"""Drawing what consists of parts and sections (dossiers, papers) in the one layout of documents of the firm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from werkfluss.evidence.domain.dossiers import Cell, Section
from werkfluss.formats.typeset import typeset
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Language, Text

_LONGEST_WORD, _LONGEST_CELL, _NARROWEST = 30, 60, 6


def as_pdf(
    *,
    title: Text | str,
    firm: str,
    address: str,
    facts: Iterable[tuple[Cell, Cell]],
    parts: Iterable[tuple[Cell, list[dict[str, Any]]]],
    language: Language,
    at: datetime,
) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4; ``parts`` are titles with drawn sections, ``at`` is the time of making on it.

    A character for which the fonts have no picture is written as its code, such as [U+2705].
    """
    made = at.astimezone(UTC)
    stamp = Text(f"Erstellt am {say(at, 'de')}", f"Made on {say(at, 'en')}")
    data = {
        "language": language,
        "title": say(title, language),
        "firm": firm,
        "firm_address": address,
        "stamp": say(stamp, language),
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "facts": [[say(name, language), say(value, language)] for name, value in facts],
        "parts": [{"title": say(name, language), "sections": sections} for name, sections in parts],
    }
    template = (files("werkfluss.evidence") / "dossier.typ").read_bytes()
    return typeset(template, data, standards=["a-3a", "ua-1"])


def drawn(section: Section, language: Language) -> dict[str, Any]:
    """A section as the template takes it, with widths that fit its words."""
    rows = [[say(cell, language) for cell in row] for row in section.rows]
    head = [say(cell, language) for cell in section.head]
    return {
        "title": say(section.title, language),
        "pairs": [[say(name, language), say(value, language)] for name, value in section.pairs],
        "paragraphs": [say(paragraph, language) for paragraph in section.paragraphs],
        "head": head,
        "rows": rows,
        "widths": _widths([head, *rows]) if rows else [],
        "mono": -1,
    }


def _widths(table: list[list[str]]) -> list[int]:
    """Shares of the page: no word of a column is cut where it can be helped, long texts get more."""
    found = []
    for column in zip(*table, strict=True):
        word = min(max(len(word) for cell in column for word in cell.split() or [""]), _LONGEST_WORD)
        cell = min(max(len(cell) for cell in column), _LONGEST_CELL)
        found.append(max(word + 2, cell // 2, _NARROWEST))
    return found


def say(cell: Cell, language: Language) -> str:
    """A cell in words of the language; a dash where there is nothing."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, Text):
        return cell.in_language(language)
    if isinstance(cell, datetime):
        local = cell.astimezone(clock.FIRM_ZONE)
        return f"{say(local.date(), language)}, {local:%H:%M} {local.tzname()}"
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}" if language == "de" else cell.isoformat()
    if isinstance(cell, Money):
        text = f"{cell.rounded().amount:,.2f}"
        return (text.translate(str.maketrans(",.", ".,")) if language == "de" else text) + f" {cell.currency}"
    return str(cell)
