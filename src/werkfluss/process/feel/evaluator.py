"""Evaluate a FEEL syntax tree. Three-valued logic; what does not fit is null, with a note that says where and why.

Every step, every built string or list, and the time are counted: expressions come from customers and language models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text

from . import syntax as s
from .arithmetic import NotDefined, negate, operate
from .builtins import BUILTINS, CLOCK, properties
from .errors import LimitError, fault
from .limits import Budget
from .types import Named, UnknownType, converted, instance_of, no_named_types
from .values import Function, Range, equal, kind, less

_MAX_NOTES = 20
_MAX_NESTING = 100
_MISSING = object()
_BUILDING = (s.For, s.Filter, s.ListOf, s.ContextOf, s.Call)


class Scope:
    """Names in scope; inner ones first."""

    __slots__ = ("names", "outer")

    def __init__(self, names: Mapping[str, Any], outer: Scope | None = None) -> None:
        self.names = names
        self.outer = outer

    def find(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return _MISSING


class Evaluator:
    """One expression and its notes.

    ``now`` is what ``now()`` and ``today()`` answer; ``named`` knows the types of the model.
    """

    def __init__(
        self, expression: str, budget: Budget, *, now: datetime | None = None, named: Named = no_named_types
    ) -> None:
        self.expression = expression
        self.budget = budget
        self.now = now
        self.named = named
        self.notes: list[Fault] = []
        self.table: dict[type[s.Node], Callable[[Any, Scope], Any]] = {
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

    def value(self, node: s.Node, scope: Scope) -> Any:
        budget = self.budget
        budget.steps += 1
        if budget.steps > budget.limits.steps:
            self.stop(node, Text("Der Ausdruck braucht zu viele Schritte.", "The expression takes too many steps."))
        if budget.steps % 10 == 0 and budget.late():
            self.stop(node, Text("Der Ausdruck braucht zu lange.", "The expression takes too long."))
        budget.depth += 1
        if budget.depth > budget.limits.depth:
            self.stop(node, Text("Der Ausdruck ruft sich zu tief auf.", "The expression calls itself too deeply."))
        try:
            found = self.table[type(node)](node, scope)
        finally:
            budget.depth -= 1
        if isinstance(node, _BUILDING):
            self.spend(node, self.weight(node, found))
        return found

    def weight(self, node: s.Node, value: Any) -> int:
        """What a value would take if written out: lists may share parts, and so be far larger than they seem."""
        total, pending = 0, [(value, 0)]
        while pending:
            part, depth = pending.pop()
            total += len(part) if isinstance(part, str | list | dict) else 1
            if depth > _MAX_NESTING or total > self.budget.limits.size:
                self.stop(node, Text("Das Ergebnis wird zu groß.", "The result becomes too large."))
            if isinstance(part, list | dict):
                inside = part.values() if isinstance(part, dict) else part
                pending.extend((inner, depth + 1) for inner in inside)
        return total

    def spend(self, node: s.Node, amount: int) -> None:
        self.budget.size += amount
        if self.budget.size > self.budget.limits.size:
            self.stop(node, Text("Der Ausdruck erzeugt zu viele Daten.", "The expression builds too much data."))

    def stop(self, node: s.Node, cause: Text) -> None:
        raise LimitError(self.expression, node.at, cause, Text("Ein einfacherer Ausdruck.", "A simpler expression."))

    def null(self, node: s.Node, cause: Text, expected: Text) -> None:
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(fault(self.expression, node.at, cause, expected))

    def undefined(self, node: s.Node, what: str, detail: object) -> None:
        cause = Text(f"{what} ist hier nicht definiert: {detail}", f"{what} is not defined here: {detail}")
        self.null(node, cause, Text("Werte passender Typen.", "Values of fitting types."))

    # Names and operators

    def name(self, node: s.Name, scope: Scope) -> Any:
        found = scope.find(node.name)
        if found is not _MISSING:
            return found
        if node.name in BUILTINS:
            builtin = BUILTINS[node.name]
            return Function(builtin.parameters, lambda arguments: self.built_in(node, node.name, arguments))
        cause = Text(f"„{node.name}“ ist nicht bekannt.", f"“{node.name}” is not known.")
        self.null(node, cause, Text("Ein Name aus den Daten.", "A name from the data."))
        return None

    def chain(self, node: s.Chain, scope: Scope) -> Any:
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

    def negate(self, node: s.Negate, scope: Scope) -> Any:
        try:
            return negate(self.value(node.operand, scope))
        except NotDefined as reason:
            self.undefined(node, "-", reason)
            return None

    def logic(self, node: s.Logic, scope: Scope) -> bool | None:
        """``and``: false wins; ``or``: true wins; anything else that is no boolean makes it null."""
        winner = node.operator == "or"
        certain = True
        for part in node.parts:
            value = self.value(part, scope)
            if value is winner:
                return bool(value)
            certain = certain and isinstance(value, bool)
        return (not winner) if certain else None

    def between(self, node: s.Between, scope: Scope) -> bool | None:
        value = self.value(node.value, scope)
        return Range(self.value(node.low, scope), self.value(node.high, scope), True, True).contains(value)

    def instance_of(self, node: s.InstanceOf, scope: Scope) -> bool | None:
        value = self.value(node.value, scope)
        try:
            return instance_of(value, node.type, self.named)
        except UnknownType as unknown:
            self.unknown_type(node, unknown)
            return None

    def unknown_type(self, node: s.Node, unknown: UnknownType) -> None:
        cause = Text(f"Den Typ „{unknown}“ gibt es nicht.", f"There is no type “{unknown}”.")
        self.null(node, cause, Text("Ein Typ von FEEL oder des Modells.", "A type of FEEL or of the model."))

    # Tests

    def passes(self, tests: s.Tests, subject: Any, scope: Scope) -> bool | None:
        if not tests.tests:
            return True
        inner = Scope({"?": subject}, scope)
        results = [self.test(test, subject, inner) for test in tests.tests]
        passed = True in results
        return not passed if tests.negated else passed

    def test(self, test: s.Node, subject: Any, scope: Scope) -> bool | None:
        assert isinstance(test, s.Test)
        operand = self.value(test.operand, scope)
        if test.operator:
            return compare(test.operator, subject, operand)
        if test.asks:
            # A bare ``?`` is the subject itself, which equals itself.
            return operand is True or isinstance(test.operand, s.Name)
        if isinstance(operand, Range) and not isinstance(subject, Range):
            return operand.contains(subject)
        if isinstance(operand, list):
            return equal(subject, operand) is True or any(
                equal(subject, item) is True or (isinstance(item, Range) and item.contains(subject) is True)
                for item in operand
            )
        return equal(subject, operand)

    # Control

    def if_(self, node: s.If, scope: Scope) -> Any:
        return self.value(node.then if self.value(node.condition, scope) is True else node.otherwise, scope)

    def rows(self, node: s.Node, bindings: tuple[s.Binding, ...], scope: Scope) -> Iterator[Scope]:
        """One scope for every combination of the iterators."""
        if not bindings:
            yield scope
            return
        first, *others = bindings
        for item in self.items(first, scope):
            self.budget.steps += 1
            yield from self.rows(node, tuple(others), Scope({first.name: item}, scope))

    def items(self, binding: s.Binding, scope: Scope) -> Iterator[Any]:
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
        numbers = isinstance(low, Decimal) and isinstance(high, Decimal) and low == low.to_integral_value()
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

    def for_(self, node: s.For, scope: Scope) -> list[Any]:
        results: list[Any] = []
        looks_back = s.uses(node.result, "partial")
        for row in self.rows(node, node.iterators, scope):
            # A copy, because a list that contained itself would have no end.
            inner = Scope({"partial": list(results)}, row) if looks_back else row
            if looks_back:
                self.spend(node, len(results))
            results.append(self.value(node.result, inner))
        return results

    def quantified(self, node: s.Quantified, scope: Scope) -> bool | None:
        winner = node.kind == "some"
        certain = True
        for row in self.rows(node, node.iterators, scope):
            value = self.value(node.condition, row)
            if value is winner:
                return bool(value)
            certain = certain and isinstance(value, bool)
        return (not winner) if certain else None

    # Structures

    def list_of(self, node: s.ListOf, scope: Scope) -> list[Any]:
        return [self.value(item, scope) for item in node.items]

    def context_of(self, node: s.ContextOf, scope: Scope) -> dict[str, Any] | None:
        made: dict[str, Any] = {}
        inner = Scope(made, scope)
        for key, entry in node.entries:
            if key in made:
                self.undefined(entry, "{}", key)
                return None
            made[key] = self.value(entry, inner)
        return made

    def range_of(self, node: s.RangeOf, scope: Scope) -> Range | None:
        low = self.value(node.low, scope) if node.low else None
        high = self.value(node.high, scope) if node.high else None
        if (node.low and low is None) or (node.high and high is None):
            self.undefined(node, "..", "Null")
            return None
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

    def filter(self, node: s.Filter, scope: Scope) -> Any:
        source = self.value(node.source, scope)
        items = source if isinstance(source, list) else ([] if source is None else [source])
        if isinstance(node.condition, s.Literal | s.Negate) or not items:
            index = self.value(node.condition, Scope({"item": None}, scope))
            if isinstance(index, Decimal):
                return self.at(node, items, index)
        kept: list[Any] = []
        for item in items:
            names = {**item, "item": item} if isinstance(item, dict) else {"item": item}
            result = self.value(node.condition, Scope(names, scope))
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

    def lambda_(self, node: s.Lambda, scope: Scope) -> Function:
        def call(arguments: list[Any]) -> Any:
            if len(arguments) != len(node.parameters):
                self.undefined(node, "function", len(arguments))
                return None
            given = [self.parameter(node, i, argument) for i, argument in enumerate(arguments)]
            names = dict(zip(node.parameters, given, strict=True))
            return self.value(node.body, Scope(names, scope))

        return Function(node.parameters, call)

    def parameter(self, node: s.Lambda, index: int, value: Any) -> Any:
        """The argument as one of the parameter's type; null if it is none (DMN 1.5, 10.3.2.9.4)."""
        wanted = node.types[index]
        if wanted is None:
            return value
        try:
            fits, value = converted(value, wanted, self.named)
        except UnknownType as unknown:
            self.unknown_type(node, unknown)
            return None
        if not fits:
            self.undefined(node, node.parameters[index], wanted)
        return value

    def call(self, node: s.Call, scope: Scope) -> Any:
        function = self.value(node.function, scope)
        if not isinstance(function, Function):
            self.undefined(node, "()", kind(function))
            return None
        named = node.function.name if isinstance(node.function, s.Name) else ""
        is_builtin = named in BUILTINS and scope.find(named) is _MISSING
        if node.named:
            arguments = self.by_name(node, function, is_builtin, scope)
        else:
            arguments = [self.value(argument, scope) for argument in node.positional]
        if arguments is None or (not is_builtin and len(arguments) != len(function.parameters)):
            expected = ", ".join(function.parameters)
            cause = Text(f"Erwartet: ({expected})", f"Expected: ({expected})")
            self.null(node, cause, Text("Passende Argumente.", "Fitting arguments."))
            return None
        return function.call(arguments)

    def by_name(self, node: s.Call, function: Function, builtin: bool, scope: Scope) -> list[Any] | None:
        names = [name for name, _ in node.named]
        if builtin and isinstance(node.function, s.Name):
            positions = BUILTINS[node.function.name].positions(names)
        else:
            known = all(name in function.parameters for name in names) and len(set(names)) == len(names)
            positions = [function.parameters.index(name) for name in names] if known else None
        if node.positional or positions is None:
            return None
        arguments: list[Any] = [None] * (max(positions) + 1)
        for position, (_, argument) in zip(positions, node.named, strict=True):
            arguments[position] = self.value(argument, scope)
        return arguments

    def built_in(self, node: s.Node, name: str, arguments: list[Any]) -> Any:
        if name in CLOCK and not arguments:
            return self.clock(node, name)
        try:
            result = BUILTINS[name].run(arguments, self.guard(node))
        except NotDefined as reason:
            self.undefined(node, name, reason)
            return None
        return result

    def clock(self, node: s.Node, name: str) -> Any:
        if self.now is None:
            cause = Text("Hier ist keine Uhrzeit bekannt.", "No time of day is known here.")
            self.null(node, cause, Text("Ein Zeitpunkt in den Daten.", "An instant in the data."))
            return None
        return self.now.date() if name == "today" else self.now

    def guard(self, node: s.Node) -> Callable[[int], None]:
        """What a built-in calls before it does work in proportion to its arguments."""

        def charge(amount: int) -> None:
            self.budget.steps += amount // 10
            self.spend(node, amount)

        return charge


def compare(operator: str, left: Any, right: Any) -> bool | None:
    if operator in ("=", "!="):
        same = equal(left, right)
        return same if operator == "=" or same is None else not same
    if operator in (">", ">="):
        left, right = right, left
    return less(left, right, or_equal=operator in ("<=", ">="))
