"""Evaluate FEEL texts with data: what the engine, the command line and decisions call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from .errors import FeelError, LimitError
from .evaluator import Evaluator, Scope
from .limits import LIMITS, Budget, Limits
from .parser import parse_expression, parse_unary_tests
from .syntax import Node
from .values import from_json

_MAX_NAMES_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Result:
    """``notes`` say why something inside became null; the value counts all the same."""

    value: Any
    notes: tuple[Fault, ...] = ()


def spaced_names(data: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Every key that is not one plain word, at any depth: expressions may reach it by a path."""
    for key, value in data.items():
        if not key.isidentifier():
            yield key
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Mapping) and depth < _MAX_NAMES_DEPTH:
                yield from spaced_names(inner, depth + 1)


def _prepared(expression: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    try:
        data = from_json(variables)
    except ValueError as error:
        cause = Text(f"Die Daten sind nicht lesbar: {error}", f"The data cannot be read: {error}")
        raise FeelError(expression, 0, cause, Text("JSON-Daten.", "JSON data.")) from None
    assert isinstance(data, dict)
    return data, frozenset(spaced_names(data))


def run(evaluator: Evaluator, node: Node, scope: Scope) -> Any:
    """The value of a tree.

    Raises:
        FeelError: a limit was hit, the interpreter's own stack included.
    """
    try:
        return evaluator.value(node, scope)
    except RecursionError:
        cause = Text("Der Ausdruck ist zu tief verschachtelt.", "The expression is nested too deeply.")
        expected = Text("Ein einfacherer Ausdruck.", "A simpler expression.")
        raise LimitError(evaluator.expression, 0, cause, expected) from None


def evaluate(
    expression: str,
    variables: Mapping[str, Any] | None = None,
    limits: Limits = LIMITS,
    *,
    now: datetime | None = None,
) -> Result:
    """The value of a FEEL expression. ``variables`` are JSON-like data or FEEL values; ``now`` is the instant that
    ``now()`` and ``today()`` answer (without it they are null).

    Raises:
        FeelError: the expression cannot be read, or a limit was hit.
    """
    data, names = _prepared(expression, variables or {})
    node = parse_expression(expression, names)
    evaluator = Evaluator(expression, Budget(limits), now=now)
    return Result(run(evaluator, node, Scope(data)), tuple(evaluator.notes))


def unary_test(
    tests: str,
    subject: Any,
    variables: Mapping[str, Any] | None = None,
    limits: Limits = LIMITS,
    *,
    now: datetime | None = None,
) -> bool:
    """Whether ``subject`` passes unary tests such as ``< 5, [10..20)``, ``not("a")`` or ``-``.

    Raises:
        FeelError: the tests cannot be read, or a limit was hit.
    """
    data, names = _prepared(tests, variables or {})
    node = parse_unary_tests(tests, names)
    evaluator = Evaluator(tests, Budget(limits), now=now)
    return evaluator.passes(node, from_json(subject), Scope(data)) is True
