"""The clauses there are, one YAML file each, and the kinds of contract that are made of them (``kinds.yaml``).

A clause has an id, a title, a topic (what the fairness check looks at), the provisions it rests on, the day on which
its wording was last checked, and one or more variants: name, whom it favours, a note on fairness, structured ``terms``,
and the text in German and in English with named fields in braces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from werkfluss.kernel.text import Text

Favours = Literal["even", "client", "contractor"]
FAVOURS: tuple[Favours, ...] = ("even", "client", "contractor")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a clause. ``terms`` say in data what the text says in words; ``$name`` stands for a fact."""

    key: str
    name: Text
    text: Text
    favours: Favours
    note: Text | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the library. ``written_form``: the provision that asks for a signature by hand or a qualified one."""

    key: str
    title: Text
    topic: str
    sources: tuple[str, ...]
    as_of: date
    variants: tuple[Variant, ...]
    optional: bool = False
    written_form: str = ""

    def variant(self, key: str) -> Variant:
        """The variant of this key, or the first, which is the recommended one."""
        return next((one for one in self.variants if one.key == key), self.variants[0])


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact that no order knows and a person has to give once. ``word``: the field of the text that shows it."""

    key: str
    label: Text
    type: Literal["text", "number", "money"]
    default: Any
    word: str


@dataclass(frozen=True, slots=True)
class ContractKind:
    """A kind of contract: its clauses in their order, further ones it may take, and what has to be asked."""

    key: str
    name: Text
    about: Text
    sources: tuple[str, ...]
    clauses: tuple[str, ...]
    optional: tuple[str, ...]
    asks: tuple[str, ...]
    under_frame: bool


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by its key."""
    folder = files("werkfluss.engagement.contracts") / "clauses"
    found = [_clause(yaml.safe_load(one.read_text("utf-8"))) for one in folder.iterdir() if one.name.endswith(".yaml")]
    return {one.key: one for one in sorted(found, key=lambda clause: clause.key)}


@cache
def kinds() -> Mapping[str, ContractKind]:
    """Every kind of contract by its key, in the order of the file."""
    return {
        key: ContractKind(
            key=key,
            name=Text.from_json(row["name"]),
            about=Text.from_json(row["about"]),
            sources=tuple(row["sources"]),
            clauses=tuple(row["clauses"]),
            optional=tuple(row["optional"]),
            asks=tuple(row["asks"]),
            under_frame=bool(row.get("under_frame", False)),
        )
        for key, row in _kinds_file()["kinds"].items()
    }


@cache
def asks() -> Mapping[str, Ask]:
    """Every fact that may be asked."""
    return {
        key: Ask(key, Text.from_json(row["label"]), row["type"], row.get("default"), row.get("word", key))
        for key, row in _kinds_file()["fields"].items()
    }


@cache
def _kinds_file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (files("werkfluss.engagement.contracts") / "kinds.yaml").read_text("utf-8")
    )
    return content


def _clause(row: dict[str, Any]) -> Clause:
    return Clause(
        key=row["id"],
        title=Text.from_json(row["title"]),
        topic=row["topic"],
        sources=tuple(row["sources"]),
        as_of=row["as_of"],
        variants=tuple(_variant(one) for one in row["variants"]),
        optional=bool(row.get("optional", False)),
        written_form=row.get("written_form", ""),
    )


def _variant(row: dict[str, Any]) -> Variant:
    text = {language: words.strip() for language, words in row["text"].items()}
    return Variant(
        key=row["id"],
        name=Text.from_json(row["name"]),
        text=Text.from_json(text),
        favours=row["favours"],
        note=Text.from_json(row["note"]) if "note" in row else None,
        terms=row.get("terms", {}),
    )
