"""The columns of a decision table: what a person says of them, and what is wrong with that before a file is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError
from werkfluss.process.feel import syntax as s
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests

from . import model as m
from .cells import unknown_names

TYPES = (
    "string",
    "number",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
POLICIES: dict[str, tuple[m.HitPolicy, m.Aggregation | None]] = {
    **{one.value: (one, None) for one in m.HitPolicy},
    **{f"C{how.value}": (m.HitPolicy.COLLECT, how) for how in m.Aggregation},
}
# Words with blanks between them: FEEL reads them as one name where a model knows it.
_WORDS = re.compile(r"[^\W\d]\w*(?: \w+)*")


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column of conditions. ``was`` is its number in the file (from 1), 0 for a new one; ``allowed`` are unary tests.

    ``type_ref`` is empty where anything may be given.
    """

    was: int
    label: str
    expression: str
    type_ref: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of outcomes; ``label`` is empty where its name says enough."""

    was: int
    name: str
    label: str = ""
    type_ref: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table without its rules; ``policy`` is a sign of ``POLICIES``, such as ``U`` or ``C+``."""

    policy: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]


@dataclass(frozen=True, slots=True)
class ColumnFault:
    """``kind`` is input or output, ``index`` counts from 0; ``part`` is expression, name or allowed."""

    kind: str
    index: int
    part: str
    message: Text


def shape_of(table: m.DecisionTable) -> Shape:
    """The columns of a table as they are in its file."""
    return Shape(
        table.hit_policy.value + (table.aggregation.value if table.aggregation else ""),
        tuple(
            InputColumn(number, one.label, one.expression.text, one.type_ref, one.allowed)
            for number, one in enumerate(table.inputs, 1)
        ),
        tuple(
            OutputColumn(number, one.name, one.label if one.label != one.name else "", one.type_ref, one.allowed)
            for number, one in enumerate(table.outputs, 1)
        ),
    )


def names_in(expression: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The data an expression names, in its order; ``known`` are names of several words.

    Raises:
        FeelError: it cannot be read.
    """
    try:
        node = parse_expression(expression, known)
    except FeelError:
        if not _WORDS.fullmatch(expression):
            raise
        node = parse_expression(expression, known | {expression})
    return tuple(dict.fromkeys(one.name for one in unknown_names(node, frozenset())))


def column_faults(shape: Shape, known: frozenset[str] = frozenset()) -> list[ColumnFault]:
    """What cannot be read or stands twice, by column; empty if a table can be made of it."""
    return [*_inputs(shape.inputs, known), *_outputs(shape), *_values(shape)]


def _inputs(columns: Sequence[InputColumn], known: frozenset[str]) -> Iterator[ColumnFault]:
    seen: set[str] = set()
    for index, one in enumerate(columns):
        if not one.expression:
            said = Text("Was wird geprüft? Zum Beispiel: Betrag.", "What is looked at? For example: amount.")
            yield ColumnFault("input", index, "expression", said)
        elif one.expression in seen:
            said = Text("Das prüft schon eine andere Spalte.", "Another column looks at that already.")
            yield ColumnFault("input", index, "expression", said)
        else:
            seen.add(one.expression)
            try:
                if not names_in(one.expression, known):
                    said = Text(
                        "Der Ausdruck nennt keine Angabe, er ergibt immer dasselbe.",
                        "The expression names no data, it always gives the same.",
                    )
                    yield ColumnFault("input", index, "expression", said)
            except FeelError as error:
                yield ColumnFault("input", index, "expression", _said(error))


def _outputs(shape: Shape) -> Iterator[ColumnFault]:
    seen: set[str] = set()
    for index, one in enumerate(shape.outputs):
        if one.name and one.name in seen:
            said = Text("So heißt schon ein anderes Ergebnis.", "Another outcome has this name already.")
            yield ColumnFault("output", index, "name", said)
        elif not one.name and (len(shape.outputs) > 1 or not one.was):
            said = Text("Wie heißt das Ergebnis?", "What is the outcome called?")
            yield ColumnFault("output", index, "name", said)
        seen.add(one.name)
        if not one.allowed and shape.policy in ("P", "O") and not one.was:
            said = Text(
                "Bei dieser Trefferregel entscheidet die Reihenfolge der erlaubten Werte; bitte nennen Sie sie.",
                "With this hit policy the order of the allowed values decides; please name them.",
            )
            yield ColumnFault("output", index, "allowed", said)


def _values(shape: Shape) -> Iterator[ColumnFault]:
    groups = (
        ("input", [column.allowed for column in shape.inputs]),
        ("output", [column.allowed for column in shape.outputs]),
    )
    for kind, said_values in groups:
        for index, allowed in enumerate(said_values):
            if not allowed:
                continue
            try:
                node = parse_unary_tests(allowed)
            except FeelError as error:
                yield ColumnFault(kind, index, "allowed", _said(error))
                continue
            stranger = next(_strangers(node), None)
            if stranger is not None:
                said = Text(
                    f'Ein Text gehört in gerade Anführungszeichen: "{stranger}"',
                    f'A text needs straight quotation marks: "{stranger}"',
                )
                yield ColumnFault(kind, index, "allowed", said)


def _strangers(node: s.Node) -> Iterator[str]:
    return (one.name for one in unknown_names(node, frozenset()))


def _said(error: FeelError) -> Text:
    fault = error.fault
    return Text(
        f"{fault.where}: {fault.cause.de} {fault.expected.de}", f"{fault.where}: {fault.cause.en} {fault.expected.en}"
    )
