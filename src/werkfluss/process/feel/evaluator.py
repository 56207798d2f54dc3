"""Evaluate a FEEL syntax tree. Three-valued logic; what does not fit is null, with a note that says where and why.

Every step, every built string or list, and the time are counted: expressions come from customers and language models.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from . import syntax as s
from .arithmetic import NotDefined, negate, operate
from .builtins import BUILTINS, properties
from .errors import FeelError, fault
from .parser import parse_expression, parse_unary_tests
from .values import Function, Range, equal, from_json, kind, less


@dataclass(frozen=True, slots=True)
class Limits:
    """``size`` counts the characters and list items an expression builds in all; ``seconds`` is the last resort."""

    steps: int = 100_000
    size: int = 1_000_000
    depth: int = 120
    seconds: float = 2.0


LIMITS = Limits()
_MAX_NOTES = 20
_MAX_NESTING = 100
_MISSING = object()
_BUILDING = (s.For, s.Filter, s.ListOf, s.ContextOf, s.Call)


@dataclass(frozen=True, slots=True)
class Result:
    """``notes`` say why something inside became null; the value counts all the same."""

    value: Any
    notes: tuple[Fault, ...] = ()


class _Scope:
    """Names in scope; inner ones first."""

    __slots__ = ("names", "outer")

    def __init__(self, names: Mapping[str, Any], outer: _Scope | None = None) -> None:
        self.names = names
        self.outer = outer

    def find(self, name: str) -> Any:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return _MISSING


class Evaluator:
    """One evaluation; holds the counters."""

    def __init__(self, expression: str, limits: Limits = LIMITS) -> None:
        self.expression = expression
        self.limits = limits
        self.steps = 0
        self.size = 0
        self.depth = 0
        self.until = clock.monotonic() + limits.seconds
        self.notes: list[Fault] = []
        self.table: dict[type[s.Node], Callable[[Any, _Scope], Any]] = {
            s.Literal: lambda node, _scope: node.value,
            s.Name: self.name,
            s.Chain: self.chain,
            s.Logic: self.logic,
            s.Compare: lambda node, scope: compare(
                node.operator, self.value(node.left, scope), self.value(node.right, scope)
            ),
            s.Negate: self.negate,
            s.Between: self.between,
            s.In: lambda node, scope: self.passes(node.tests, self.value(node.value, scope), scope),
            s.InstanceOf: self.instance_of,
            s.If: self.if_,
            s.For: self.for_,
            s.Quantified: self.quantified,
            s.ListOf: self.list_of,
            s.ContextOf: self.context_of,
            s.RangeOf: self.range_of,
            s.Path: lambda node, scope: self.path(node, self.value(node.source, scope), node.name),
            s.Filter: self.filter,
            s.Call: self.call,
            s.Lambda: self.lambda_,
        }

    def value(self, node: s.Node, scope: _Scope) -> Any:
        self.steps += 1
        if self.steps > self.limits.steps:
            self.stop(node, Text("Der Ausdruck braucht zu viele Schritte.", "The expression takes too many steps."))
        if self.steps % 10 == 0 and clock.monotonic() > self.until:
            self.stop(node, Text("Der Ausdruck braucht zu lange.", "The expression takes too long."))
        self.depth += 1
        if self.depth > self.limits.depth:
            self.stop(node, Text("Der Ausdruck ruft sich zu tief auf.", "The expression calls itself too deeply."))
        found = self.table[type(node)](node, scope)
        self.depth -= 1
        if isinstance(node, _BUILDING):
            self.spend(node, self.weight(node, found))
        return found

    def weight(self, node: s.Node, value: Any) -> int:
        """What a value would take if written out: lists may share parts, and so be far larger than they seem."""
        total, pending = 0, [(value, 0)]
        while pending:
            part, depth = pending.pop()
            total += len(part) if isinstance(part, str | list | dict) else 1
            if depth > _MAX_NESTING or total > self.limits.size:
                self.stop(node, Text("Das Ergebnis wird zu groß.", "The result becomes too large."))
            if isinstance(part, list | dict):
                inside = part.values() if isinstance(part, dict) else part
                pending.extend((inner, depth + 1) for inner in inside)
        return total

    def spend(self, node: s.Node, amount: int) -> None:
        self.size += amount
        if self.size > self.limits.size:
            self.stop(node, Text("Der Ausdruck erzeugt zu viele Daten.", "The expression builds too much data."))

    def stop(self, node: s.Node, cause: Text) -> None:
        raise FeelError(self.expression, node.at, cause, Text("Ein einfacherer Ausdruck.", "A simpler expression."))

    def null(self, node: s.Node, cause: Text, expected: Text) -> None:
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(fault(self.expression, node.at, cause, expected))

    def undefined(self, node: s.Node, what: str, detail: object) -> None:
        cause = Text(f"{what} ist hier nicht definiert: {detail}", f"{what} is not defined here: {detail}")
        self.null(node, cause, Text("Werte passender Typen.", "Values of fitting types."))

    # Names and operators

    def name(self, node: s.Name, scope: _Scope) -> Any:
        found = scope.find(node.name)
        if found is not _MISSING:
            return found
        if node.name in BUILTINS:
            builtin = BUILTINS[node.name]
            return Function(builtin.parameters, lambda arguments: self.built_in(node, node.name, arguments))
        cause = Text(f"„{node.name}“ ist nicht bekannt.", f"“{node.name}” is not known.")
        self.null(node, cause, Text("Ein Name aus den Daten.", "A name from the data."))
        return None

    def chain(self, node: s.Chain, scope: _Scope) -> Any:
        total = self.value(node.first, scope)
        for operator, operand in node.rest:
            other = self.value(operand, scope)
            try:
                total = operate(operator, total, other)
            except NotDefined as reason:
                self.undefined(operand, operator, reason)
                return None
            if isinstance(total, str):
                self.spend(node, len(total))
        return total

    def negate(self, node: s.Negate, scope: _Scope) -> Any:
        try:
            return negate(self.value(node.operand, scope))
        except NotDefined as reason:
            self.undefined(node, "-", reason)
            return None

    def logic(self, node: s.Logic, scope: _Scope) -> bool | None:
        """``and``: false wins; ``or``: true wins; anything else that is no boolean makes it null."""
        winner = node.operator == "or"
        certain = True
        for part in node.parts:
            value = self.value(part, scope)
            if value is winner:
                return bool(value)
            certain = certain and isinstance(value, bool)
        return (not winner) if certain else None

    def between(self, node: s.Between, scope: _Scope) -> bool | None:
        value = self.value(node.value, scope)
        return Range(self.value(node.low, scope), self.value(node.high, scope), True, True).contains(value)

    def instance_of(self, node: s.InstanceOf, scope: _Scope) -> bool:
        value = self.value(node.value, scope)
        return value is not None if node.type == "Any" else kind(value) == node.type

    # Tests

    def passes(self, tests: s.Tests, subject: Any, scope: _Scope) -> bool | None:
        if not tests.tests:
            return True
        inner = _Scope({"?": subject}, scope)
        results = [self.test(test, subject, inner) for test in tests.tests]
        passed = True in results
        return not passed if tests.negated else passed

    def test(self, test: s.Node, subject: Any, scope: _Scope) -> bool | None:
        assert isinstance(test, s.Test)
        operand = self.value(test.operand, scope)
        if test.operator:
            return compare(test.operator, subject, operand)
        if s.uses(test.operand, "?"):
            return operand is True
        if isinstance(operand, Range) and not isinstance(subject, Range):
            return operand.contains(subject)
        if isinstance(operand, list):
            return equal(subject, operand) is True or any(
                equal(subject, item) is True or (isinstance(item, Range) and item.contains(subject) is True)
                for item in operand
            )
        return equal(subject, operand)

    # Control

    def if_(self, node: s.If, scope: _Scope) -> Any:
        return self.value(node.then if self.value(node.condition, scope) is True else node.otherwise, scope)

    def rows(self, node: s.Node, bindings: tuple[s.Binding, ...], scope: _Scope) -> Iterator[_Scope]:
        """One scope for every combination of the iterators."""
        if not bindings:
            yield scope
            return
        first, *others = bindings
        for item in self.items(first, scope):
            self.steps += 1
            yield from self.rows(node, tuple(others), _Scope({first.name: item}, scope))

    def items(self, binding: s.Binding, scope: _Scope) -> Iterator[Any]:
        source = self.value(binding.source, scope)
        if binding.end is not None:
            source = Range(source, self.value(binding.end, scope), True, True)
        if isinstance(source, Range):
            yield from self.counted(binding, source)
        elif isinstance(source, list):
            yield from source
        elif source is not None:
            yield source

    def counted(self, node: s.Node, span: Range) -> Iterator[Any]:
        """Whole numbers or days from one end to the other, also downwards."""
        low, high = span.low, span.high
        numbers = isinstance(low, Decimal) and isinstance(high, Decimal) and low == int(low)
        if not numbers and not (kind(low) == kind(high) == "date"):
            self.undefined(node, "..", f"{kind(low)}, {kind(high)}")
            return
        one: Any = Decimal(1) if numbers else timedelta(days=1)
        forward = low <= high
        current = low
        while (current <= high) if forward else (current >= high):
            skipped = (current == low and not span.low_included) or (current == high and not span.high_included)
            if not skipped:
                yield current
            try:
                current = current + one if forward else current - one
            except OverflowError:
                return

    def for_(self, node: s.For, scope: _Scope) -> list[Any]:
        results: list[Any] = []
        looks_back = s.uses(node.result, "partial")
        for row in self.rows(node, node.iterators, scope):
            # A copy, because a list that contained itself would have no end.
            inner = _Scope({"partial": list(results)}, row) if looks_back else row
            if looks_back:
                self.spend(node, len(results))
            results.append(self.value(node.result, inner))
        return results

    def quantified(self, node: s.Quantified, scope: _Scope) -> bool | None:
        winner = node.kind == "some"
        certain = True
        for row in self.rows(node, node.iterators, scope):
            value = self.value(node.condition, row)
            if value is winner:
                return bool(value)
            certain = certain and isinstance(value, bool)
        return (not winner) if certain else None

    # Structures

    def list_of(self, node: s.ListOf, scope: _Scope) -> list[Any]:
        return [self.value(item, scope) for item in node.items]

    def context_of(self, node: s.ContextOf, scope: _Scope) -> dict[str, Any] | None:
        made: dict[str, Any] = {}
        inner = _Scope(made, scope)
        for key, entry in node.entries:
            if key in made:
                self.undefined(entry, "{}", key)
                return None
            made[key] = self.value(entry, inner)
        return made

    def range_of(self, node: s.RangeOf, scope: _Scope) -> Range | None:
        low, high = self.value(node.low, scope), self.value(node.high, scope)
        if low is not None and high is not None and less(low, high, or_equal=True) is None:
            self.undefined(node, "..", f"{kind(low)}, {kind(high)}")
            return None
        return Range(low, high, node.low_included, node.high_included)

    def path(self, node: s.Node, source: Any, name: str) -> Any:
        if isinstance(source, list):
            self.spend(node, len(source))
            return [self.path(node, item, name) for item in source]
        if isinstance(source, dict):
            if name in source:
                return source[name]
        elif (found := properties(source)) and name in found:
            return found[name]
        if source is not None:
            cause = Text(f"„{name}“ gibt es hier nicht.", f"There is no “{name}” here.")
            self.null(node, cause, Text("Ein vorhandener Eintrag.", "An existing entry."))
        return None

    def filter(self, node: s.Filter, scope: _Scope) -> Any:
        source = self.value(node.source, scope)
        items = source if isinstance(source, list) else ([] if source is None else [source])
        if isinstance(node.condition, s.Literal | s.Negate) or not items:
            index = self.value(node.condition, _Scope({"item": None}, scope))
            if isinstance(index, Decimal):
                return self.at(node, items, index)
        kept: list[Any] = []
        for item in items:
            names = {**item, "item": item} if isinstance(item, dict) else {"item": item}
            result = self.value(node.condition, _Scope(names, scope))
            if isinstance(result, Decimal):
                return self.at(node, items, result)
            if result is True:
                kept.append(item)
        return kept

    def at(self, node: s.Node, items: list[Any], index: Decimal) -> Any:
        """The first item is 1, the last -1."""
        whole = int(index) if abs(index) < 10**9 else 0
        if whole == index and 1 <= abs(whole) <= len(items):
            return items[whole - 1 if whole > 0 else whole]
        self.undefined(node, f"[{index}]", len(items))
        return None

    # Functions

    def lambda_(self, node: s.Lambda, scope: _Scope) -> Function:
        def call(arguments: list[Any]) -> Any:
            return self.value(node.body, _Scope(dict(zip(node.parameters, arguments, strict=True)), scope))

        return Function(node.parameters, call)

    def call(self, node: s.Call, scope: _Scope) -> Any:
        function = self.value(node.function, scope)
        if not isinstance(function, Function):
            self.undefined(node, "()", kind(function))
            return None
        is_builtin = isinstance(node.function, s.Name) and scope.find(node.function.name) is _MISSING
        if node.named:
            arguments = self.by_name(node, function, scope)
        else:
            arguments = [self.value(argument, scope) for argument in node.positional]
        if arguments is None or (not is_builtin and len(arguments) != len(function.parameters)):
            expected = ", ".join(function.parameters)
            cause = Text(f"Erwartet: ({expected})", f"Expected: ({expected})")
            self.null(node, cause, Text("Passende Argumente.", "Fitting arguments."))
            return None
        return function.call(arguments)

    def by_name(self, node: s.Call, function: Function, scope: _Scope) -> list[Any] | None:
        given = {name: self.value(argument, scope) for name, argument in node.named}
        if node.positional or not given.keys() <= set(function.parameters):
            return None
        last = max(function.parameters.index(name) for name in given)
        return [given.get(name) for name in function.parameters[: last + 1]]

    def built_in(self, node: s.Node, name: str, arguments: list[Any]) -> Any:
        try:
            result = BUILTINS[name].run(arguments, self.guard(node))
        except NotDefined as reason:
            self.undefined(node, name, reason)
            return None
        return result

    def guard(self, node: s.Node) -> Callable[[int], None]:
        """What a built-in calls before it does work in proportion to its arguments."""

        def charge(amount: int) -> None:
            self.steps += amount // 10
            self.spend(node, amount)

        return charge


def compare(operator: str, left: Any, right: Any) -> bool | None:
    if operator in ("=", "!="):
        same = equal(left, right)
        return same if operator == "=" or same is None else not same
    if operator in (">", ">="):
        left, right = right, left
    return less(left, right, or_equal=operator in ("<=", ">="))


def _names(data: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Every key of several words, at any depth: expressions may reach it by a path."""
    for key, value in data.items():
        if not key.isidentifier():
            yield key
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Mapping) and depth < 20:
                yield from _names(inner, depth + 1)


def _prepared(expression: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    try:
        data = from_json(variables)
    except ValueError as error:
        cause = Text(f"Die Daten sind nicht lesbar: {error}", f"The data cannot be read: {error}")
        raise FeelError(expression, 0, cause, Text("JSON-Daten.", "JSON data.")) from None
    assert isinstance(data, dict)
    return data, frozenset(_names(data))


def evaluate(expression: str, variables: Mapping[str, Any] | None = None, limits: Limits = LIMITS) -> Result:
    """The value of a FEEL expression. ``variables`` are JSON-like data or FEEL values.

    Raises:
        FeelError: the expression cannot be read, or a limit was hit.
    """
    data, names = _prepared(expression, variables or {})
    node = parse_expression(expression, names)
    run = Evaluator(expression, limits)
    return Result(run.value(node, _Scope(data)), tuple(run.notes))


def unary_test(tests: str, subject: Any, variables: Mapping[str, Any] | None = None, limits: Limits = LIMITS) -> bool:
    """Whether ``subject`` passes unary tests such as ``< 5, [10..20)``, ``not("a")`` or ``-``.

    Raises:
        FeelError: the tests cannot be read, or a limit was hit.
    """
    data, names = _prepared(tests, variables or {})
    node = parse_unary_tests(tests, names)
    return Evaluator(tests, limits).passes(node, from_json(subject), _Scope(data)) is True
