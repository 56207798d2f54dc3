"""The cells of a decision table one by one: can they be read, do they fit their column, do they name what there is?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError
from werkfluss.process.feel import syntax as s
from werkfluss.process.feel.builtins import BUILTINS
from werkfluss.process.feel.evaluator import Evaluator, Scope
from werkfluss.process.feel.limits import Budget, Limits
from werkfluss.process.feel.names import TYPE_NAMES
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests

from . import model as m
from .editing import RuleRow
from .types import Mismatch, Types
from .walking import every_name, names

_LIMITS = Limits(steps=10_000, seconds=0.5)
_QUOTE = Text(
    "Ein Text gehört in gerade Anführungszeichen, sonst ein Name des Modells.",
    "A text needs straight quotation marks; else a name of the model.",
)
_CORRECT = Text("Berichtigen Sie die Zelle.", "Correct the cell.")
# FEEL reads these as names, and they always mean something.
_ALWAYS = frozenset({"?", "item", "partial", "@"}) | TYPE_NAMES


@dataclass(frozen=True, slots=True)
class CellFault:
    """``row`` counts from 0; ``column`` counts the conditions (``kind`` input) or the outcomes (output) from 0.

    A cell that only ``warns`` may be kept: it can be read, but probably does not say what was meant.
    """

    row: int
    kind: Literal["input", "output"]
    column: int
    fault: Fault
    warns: bool = False


def cell_faults(model: m.Model, table: m.DecisionTable, rows: Sequence[RuleRow]) -> list[CellFault]:
    """What is wrong with the cells of these rows, in their order; at most one for each cell."""
    cells = _Cells(model)
    found = []
    for number, row in enumerate(rows):
        for index, (clause, text) in enumerate(zip(table.inputs, row.conditions, strict=True)):
            found += [CellFault(number, "input", index, *bad) for bad in cells.condition(clause, text)]
        for index, (column, text) in enumerate(zip(table.outputs, row.outcomes, strict=True)):
            found += [CellFault(number, "output", index, *bad) for bad in cells.outcome(column, text)]
    return found


def unknown_names(node: s.Node, known: frozenset[str]) -> Iterator[s.Name]:
    """Names that mean nothing in a model with the names ``known``; the fields of filtered items may be anything."""
    if isinstance(node, s.Name):
        if node.name not in known and node.name not in _ALWAYS and node.name not in BUILTINS:
            yield node
        return
    if isinstance(node, s.Filter):
        yield from unknown_names(node.source, known)
        return
    if isinstance(node, s.For | s.Quantified):
        known |= {binding.name for binding in node.iterators}
    elif isinstance(node, s.Lambda):
        known |= set(node.parameters)
    elif isinstance(node, s.ContextOf):
        known |= {name for name, _ in node.entries}
    for child in node.children():
        yield from unknown_names(child, known)


def stranger(text: str, node: s.Node, known: frozenset[str]) -> Fault | None:
    """The first name of an expression that the model does not know: mostly a text without its quotation marks."""
    name = next(unknown_names(node, known), None)
    if name is None:
        return None
    cause = Text(
        f'„{name.name}“ ist kein Name des Modells. Ist der Text gemeint? Dann so: "{name.name}"',
        f'“{name.name}” is no name of the model. Is the text meant? Then write: "{name.name}"',
    )
    return Fault(text, cause, _QUOTE, _CORRECT)


class _Cells:
    def __init__(self, model: m.Model) -> None:
        self.spaced = names(model)
        # Tools exist that draw tables only: then nobody knows what the inputs are called.
        self.known = every_name(model) if model.inputs else None
        self.types = Types(dict(model.types), _passes, lambda value, _type, _where: value)

    def condition(self, clause: m.InputClause, text: str) -> Iterator[tuple[Fault, bool]]:
        if text in ("", "-"):
            return
        try:
            node = parse_unary_tests(text, self.spaced)
        except FeelError as error:
            yield error.fault, False
            return
        if self.known is not None and (fault := stranger(text, node, self.known)):
            yield fault, True

    def outcome(self, clause: m.OutputClause, text: str) -> Iterator[tuple[Fault, bool]]:
        if not text:
            return
        try:
            node = parse_expression(text, self.spaced)
        except FeelError as error:
            yield error.fault, False
            return
        if self.known is not None and (fault := stranger(text, node, self.known)):
            yield fault, True
        elif _constant(node) and (fault := self.misfit(clause, text, node)):
            yield fault, False

    def misfit(self, clause: m.OutputClause, text: str, node: s.Node) -> Fault | None:
        """A constant that the column does not take; whatever is worked out is known only when it happens."""
        try:
            value = Evaluator(text, Budget(_LIMITS)).value(node, Scope({}))
            fitted = self.types.fit(value, clause.type_ref, clause.label)
            if clause.allowed and not _passes(clause.allowed, fitted, clause.label):
                raise self.types.not_allowed(fitted, clause.allowed)
        except Mismatch as mismatch:
            return Fault(text, mismatch.cause, mismatch.expected, _CORRECT)
        except FeelError as error:
            return error.fault
        return None


def _constant(node: s.Node) -> bool:
    """Whether nothing is named or called in it."""
    if isinstance(node, s.Name | s.Call):
        return False
    return all(_constant(child) for child in node.children())


def _passes(tests: str, value: Any, _where: str) -> bool:
    if tests in ("", "-"):
        return True
    try:
        return Evaluator(tests, Budget(_LIMITS)).passes(parse_unary_tests(tests), value, Scope({})) is True
    except FeelError:
        return True  # what is wrong with the column is said of the column
