"""The annex to a works agreement as data: clauses in German and English, each with the provisions it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Clause:
    """``text`` may hold the blanks of ``BLANKS``; ``basis`` are ids of provisions of the pack."""

    id: str
    heading: Text
    text: Text
    basis: tuple[str, ...]


BLANKS = ("firm", "date", "group")


@cache
def clauses() -> tuple[Clause, ...]:
    """All clauses in their order, with blanks."""
    rows = yaml.safe_load((Path(__file__).parent / "annex.yaml").read_text(encoding="utf-8"))
    return tuple(
        Clause(row["id"], Text.from_json(row["heading"]), Text.from_json(row["text"]), tuple(row["basis"]))
        for row in rows
    )


def filled(values: Mapping[str, str]) -> tuple[Clause, ...]:
    """The clauses with firm, date and least group size filled in.

    Raises:
        KeyError: one of ``BLANKS`` is missing.

    """
    given = {name: values[name] for name in BLANKS}
    return tuple(
        Clause(
            clause.id,
            clause.heading,
            Text(clause.text.de.format_map(given), clause.text.en.format_map(given)),
            clause.basis,
        )
        for clause in clauses()
    )
