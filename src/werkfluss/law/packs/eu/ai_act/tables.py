"""Decision tables: rows that match the facts, read from YAML. Facts are read lazily, so only needed ones are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, one_of
from werkfluss.law.pack import read_yaml
from werkfluss.law.rule import Facts


@dataclass(frozen=True, slots=True)
class Row:
    """If every fact of ``when`` has one of its values, ``then`` holds, by the provisions ``cites``."""

    id: str
    when: tuple[tuple[str, tuple[str, ...]], ...]
    then: dict[str, str | None]
    cites: tuple[str, ...]

    def matches(self, facts: Facts) -> bool:
        return all(facts.word(name) in values for name, values in self.when)


@cache
def _document() -> dict[str, dict[str, dict[str, object]]]:
    return read_yaml(Path(__file__).with_name("tables.yaml"))


@cache
def attributes() -> tuple[Fact, ...]:
    """The questions about one use of AI, each with a default."""
    found = []
    for name, item in _document()["attributes"].items():
        values = item["values"]
        assert isinstance(values, list)
        question = Text(str(item["de"]), str(item["en"]))
        found.append(one_of(name, values, question.de, question.en, default=str(item["default"])))
    return tuple(found)


@cache
def rows(table: str) -> tuple[Row, ...]:
    listed = _document()["tables"][table]["rows"]
    assert isinstance(listed, list)
    return tuple(
        Row(
            item["id"],
            tuple((name, tuple(values)) for name, values in item["when"].items()),
            item["then"],
            tuple(item["cite"]),
        )
        for item in listed
    )


@dataclass(frozen=True, slots=True)
class Outside:
    """A provision that the use comes close to and stays outside of, and why."""

    row: Row
    reason: Text


@cache
def _outside_rows() -> tuple[Outside, ...]:
    listed = _document()["tables"]["T9_outside"]["rows"]
    assert isinstance(listed, list)
    return tuple(
        Outside(
            Row(
                f"T9.{number}",
                tuple((name, tuple(values)) for name, values in item["when"].items()),
                {},
                tuple(item["cite"]),
            ),
            Text(item["de"], item["en"]),
        )
        for number, item in enumerate(listed, 1)
    )


def outside(facts: Facts) -> tuple[Outside, ...]:
    """The provisions a use comes close to and stays outside of, in the order of the Act's annexes and articles."""
    return tuple(each for each in _outside_rows() if each.row.matches(facts))


def matching(table: str, facts: Facts) -> Iterator[Row]:
    """The rows of a table that match, in order."""
    return (row for row in rows(table) if row.matches(facts))


def first(table: str, facts: Facts) -> Row | None:
    return next(matching(table, facts), None)
