"""One input column cut into pieces within which every condition of the column answers the same.

The conditions of a column compare its value with constants. Between two neighbouring constants nothing changes, so one
representative value stands for all values of a piece, and the interpreter itself decides which rules accept it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from werkfluss.process.feel import FeelError, YearsMonths
from werkfluss.process.feel import syntax as s
from werkfluss.process.feel.api import run
from werkfluss.process.feel.evaluator import Evaluator, Scope
from werkfluss.process.feel.limits import Budget
from werkfluss.process.feel.parser import parse_unary_tests
from werkfluss.process.feel.values import kind, less, string

MAX_CONSTANTS = 600
_CONSTRUCTORS = frozenset({"@", "date", "time", "date and time", "duration", "years and months duration", "number"})
_OTHER = "\uffff"  # a text that no model mentions


class Uncheckable(Exception):
    """The column is not one of comparisons with constants; the text says which condition is to blame."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind`` is point, between, value, other, null or any; ``low`` and ``high`` bound an open interval."""

    kind: str
    sample: Any
    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class Column:
    """``ordered`` pieces stand in the order of their values."""

    label: str
    pieces: tuple[Piece, ...]
    ordered: bool

    def text(self, mask: int) -> str:
        """The pieces of a mask as unary tests."""
        if not self.ordered:
            return ", ".join(_written(piece) for i, piece in enumerate(self.pieces) if mask >> i & 1)
        return ", ".join(_interval(run[0], run[-1]) for run in self.runs(mask))

    def runs(self, mask: int) -> Iterator[list[Piece]]:
        """Pieces that follow each other."""
        run: list[Piece] = []
        for index, piece in enumerate(self.pieces):
            if mask >> index & 1:
                run.append(piece)
            elif run:
                yield run
                run = []
        if run:
            yield run

    def only_fractions(self, mask: int) -> bool:
        """Whether all that the mask holds lies between neighbouring whole numbers."""
        chosen = [piece for i, piece in enumerate(self.pieces) if mask >> i & 1]
        return bool(chosen) and all(
            piece.kind == "between"
            and isinstance(piece.low, Decimal)
            and isinstance(piece.high, Decimal)
            and piece.low == piece.low.to_integral_value()
            and piece.high - piece.low == 1
            for piece in chosen
        )


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return string(value) if isinstance(value, Decimal | bool) or value is None else f'@"{string(value)}"'


def _written(piece: Piece) -> str:
    return {"other": "…", "any": "-"}.get(piece.kind) or _literal(piece.sample)


def _interval(first: Piece, last: Piece) -> str:
    """Neighbouring pieces as one unary test."""
    if first.kind == "null":
        return "null"
    if first.kind == "point" and first is last:
        return _literal(first.sample)
    low = first.sample if first.kind == "point" else first.low
    high = last.sample if last.kind == "point" else last.high
    if low is None and high is None:
        return "-"
    if low is None:
        return f"{'<=' if last.kind == 'point' else '<'} {_literal(high)}"
    if high is None:
        return f"{'>=' if first.kind == 'point' else '>'} {_literal(low)}"
    left, right = "[" if first.kind == "point" else "(", "]" if last.kind == "point" else ")"
    return f"{left}{_literal(low)}..{_literal(high)}{right}"


# Constants


def constants(tests: str, names: frozenset[str]) -> list[tuple[Any, bool]]:
    """The constants of unary tests, each with whether an order is asked of it.

    Raises:
        Uncheckable: they hold anything but comparisons with constants.
    """
    if tests in ("", "-"):
        return []
    try:
        tree = parse_unary_tests(tests, names)
    except FeelError:
        raise Uncheckable(tests) from None
    found: list[tuple[Any, bool]] = []
    for test in tree.tests:
        assert isinstance(test, s.Test)
        _collect(test.operand, test.operator not in ("", "=", "!="), tests, found)
    return found


def _collect(node: s.Node, ordered: bool, tests: str, found: list[tuple[Any, bool]]) -> None:
    if isinstance(node, s.RangeOf):
        for end in (node.low, node.high):
            if end is not None:
                _collect(end, True, tests, found)
    elif isinstance(node, s.ListOf) and not ordered:
        for item in node.items:
            _collect(item, False, tests, found)
    elif _is_constant(node):
        found.append((run(Evaluator(tests, Budget()), node, Scope({})), ordered))
    else:
        raise Uncheckable(tests)


def _is_constant(node: s.Node) -> bool:
    if isinstance(node, s.Literal):
        return True
    if isinstance(node, s.Negate):
        return _is_constant(node.operand)
    if isinstance(node, s.Call) and isinstance(node.function, s.Name) and node.function.name in _CONSTRUCTORS:
        return all(isinstance(argument, s.Literal | s.Negate) for argument in node.positional) and not node.named
    return False


# Pieces


def column(
    label: str, tests: list[str], type_ref: str, names: frozenset[str], passes: Callable[[str, Any], bool]
) -> Column:
    """The pieces of a column. The last of ``tests`` are the allowed values, the others the conditions of the rules.

    Raises:
        Uncheckable: a condition asks for more than a comparison with constants, or the kinds of constants are mixed.
    """
    mentioned = [pair for text in tests for pair in constants(text, names)]
    values = _distinct([value for value, _ in mentioned if value is not None])
    if len(values) > MAX_CONSTANTS:
        raise Uncheckable(f"> {MAX_CONSTANTS}")
    kinds = {kind(value) for value in values}
    if len(kinds) > 1:
        raise Uncheckable(", ".join(sorted(kinds)))
    finite = kinds <= {"string", "boolean"}
    if finite and any(ordered for value, ordered in mentioned if value is not None):
        raise Uncheckable("<, >")
    pieces = _finite(values, kinds, type_ref) if finite else _ordered(values)
    if any(value is None for value, _ in mentioned):
        # Beside null, a column without constants holds everything else.
        pieces = [Piece("null", None), *(Piece("other", _OTHER) if one.kind == "any" else one for one in pieces)]
    allowed = tests[-1]
    if allowed not in ("", "-"):
        pieces = [piece for piece in pieces if piece.kind == "any" or passes(allowed, piece.sample)]
    return Column(label, tuple(pieces), ordered=not finite)


def _distinct(values: list[Any]) -> list[Any]:
    """Each value once; ``true`` is not 1."""
    return list({(type(value), value): value for value in values}.values())


def _finite(values: list[Any], kinds: set[str], type_ref: str) -> list[Piece]:
    if "boolean" in kinds or (not kinds and type_ref == "boolean"):
        return [Piece("value", True), Piece("value", False)]
    if not kinds:
        return [Piece("any", None)]
    return [*(Piece("value", value) for value in values), Piece("other", _OTHER)]


def _ordered(values: list[Any]) -> list[Piece]:
    points = sorted(values, key=cmp_to_key(lambda a, b: -1 if less(a, b) else (1 if less(b, a) else 0)))
    unit = _unit(points[0])
    pieces: list[Piece] = []
    for index, point in enumerate(points):
        low = points[index - 1] if index else None
        between = _between(low, point, unit) if index else _beyond(point, unit, -1)
        if between is not None:
            pieces.append(Piece("between", between, low, point))
        pieces.append(Piece("point", point))
    last = _beyond(points[-1], unit, 1)
    if last is not None:
        pieces.append(Piece("between", last, points[-1], None))
    return pieces


def _unit(value: Any) -> Any:
    """A step that leads from a value to another of its kind."""
    if isinstance(value, Decimal):
        return Decimal(1)
    if isinstance(value, YearsMonths):
        return 1
    return timedelta(days=1) if isinstance(value, date) and not isinstance(value, datetime) else timedelta(seconds=1)


def _beyond(value: Any, unit: Any, direction: int) -> Any:
    """A value below or above all others; ``None`` at the end of the calendar or of the day."""
    if isinstance(value, YearsMonths):
        return YearsMonths(value.months + direction)
    if isinstance(value, time):
        moved = datetime.combine(date(2000, 1, 1), value) + direction * unit
        return moved.timetz() if moved.date() == date(2000, 1, 1) else None
    try:
        return value + direction * unit
    except OverflowError:
        return None


def _between(low: Any, high: Any, unit: Any) -> Any:
    """A value strictly between two; ``None`` if there is none (the day after the first of May is the second)."""
    if isinstance(low, Decimal):
        return (low + high) / 2
    if isinstance(low, YearsMonths):
        return YearsMonths(low.months + 1) if high.months - low.months > 1 else None
    if isinstance(low, time):
        later = _beyond(low, unit, 1)
        return later if later is not None and less(later, high) else None
    return low + unit if less(low + unit, high) else None
