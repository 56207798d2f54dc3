"""Evaluate boxed expressions: literal, context, invocation, list, relation, function, table, … (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError, Function
from werkfluss.process.feel.api import run, spaced_names
from werkfluss.process.feel.errors import LimitError
from werkfluss.process.feel.evaluator import Evaluator, Scope
from werkfluss.process.feel.limits import Budget
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests
from werkfluss.process.feel.values import Range, kind

from . import model as m
from .result import TableTrail
from .types import Mismatch, Types, shown

_MAX_MESSAGES = 50
_CORRECT = Text(
    "Prüfen Sie das Modell oder die Eingaben an dieser Stelle.", "Check the model or the inputs at this place."
)


class Env:
    """Names in scope with their values; ``names`` are those that are more than one plain word, at any depth."""

    __slots__ = ("names", "values")

    def __init__(self, values: Mapping[str, Any], names: frozenset[str]) -> None:
        self.values = values
        self.names = names

    def child(self, more: Mapping[str, Any]) -> Env:
        return Env({**self.values, **more}, self.names.union(spaced_names(more)))


class Session:
    """One evaluation of a model: what it may use up, and what is to be said about it afterwards."""

    def __init__(self, model: m.Model, budget: Budget, now: datetime | None) -> None:
        self.budget = budget
        self.now = now
        self.types = Types(dict(model.types), self.passes_alone, self.fitted)
        self.errors: list[Fault] = []
        self.warnings: list[Fault] = []
        self.tables: list[TableTrail] = []
        self.base = Env({}, frozenset(_type_names(model)))
        self.readers: dict[type[m.Expression], Callable[[Any, Env], Any]] = {
            m.Literal: self.literal,
            m.Context: self.context,
            m.FunctionDefinition: self.function,
            m.Invocation: self.invocation,
            m.ListOf: lambda box, env: [self.value(item, env, box.where) for item in box.items],
            m.Relation: self.relation,
            m.Conditional: self.conditional,
            m.Iterator: self.iterator,
            m.Filter: self.filter,
            m.DecisionTable: self.table,
        }

    # Messages

    def error(self, where: str, cause: Text, expected: Text) -> None:
        if len(self.errors) < _MAX_MESSAGES:
            self.errors.append(Fault(where, cause, expected, _CORRECT))

    def warn(self, where: str, cause: Text, expected: Text) -> None:
        if len(self.warnings) < _MAX_MESSAGES:
            self.warnings.append(Fault(where, cause, expected, _CORRECT))

    def fitted(self, value: Any, type_ref: str, where: str) -> Any:
        """The value as one of its declared type; null with an error if it is none."""
        try:
            return self.types.fit(value, type_ref, where)
        except Mismatch as mismatch:
            self.error(where, mismatch.cause, mismatch.expected)
            return None

    def spend(self, amount: int, where: str) -> None:
        """Raises LimitError if the evaluation builds too much data."""
        self.budget.size += amount
        if self.budget.size > self.budget.limits.size or self.budget.late():
            cause = Text("Das Modell erzeugt zu viele Daten.", "The model builds too much data.")
            raise LimitError(where, 0, cause, Text("Ein einfacheres Modell.", "A simpler model."))

    # FEEL

    def evaluated(self, text: str, where: str, work: Callable[[Evaluator], Any]) -> Any:
        evaluator = Evaluator(text, self.budget, now=self.now, named=self.types.named)
        try:
            return work(evaluator)
        except LimitError:
            raise
        except FeelError as error:
            self.error(f"{where}: {error.fault.where}", error.fault.cause, error.fault.expected)
            return None
        finally:
            for note in evaluator.notes:
                self.warn(f"{where}: {note.where}", note.cause, note.expected)

    def feel(self, text: str, env: Env, where: str) -> Any:
        """The value of a FEEL text; null with an error if it cannot be read.

        Raises:
            LimitError: the whole evaluation has used up what it may.
        """
        return self.evaluated(
            text, where, lambda evaluator: run(evaluator, parse_expression(text, env.names), Scope(env.values))
        )

    def passes(self, tests: str, subject: Any, env: Env, where: str) -> bool | None:
        """Whether the subject passes unary tests; ``None`` with an error if they cannot be read."""
        if tests in ("", "-"):
            return True

        def work(evaluator: Evaluator) -> bool:
            node = parse_unary_tests(tests, env.names)
            return evaluator.passes(node, subject, Scope(env.values)) is True

        answer: bool | None = self.evaluated(tests, where, work)
        return answer

    def passes_alone(self, tests: str, subject: Any, where: str) -> bool:
        return self.passes(tests, subject, self.base, where) is True

    # Boxed expressions

    def value(self, box: m.Expression | None, env: Env, where: str) -> Any:
        """The value of an expression as one of its declared type.

        Raises:
            LimitError: as ``feel``.
        """
        if box is None:
            self.error(where, Text("Hier fehlt ein Ausdruck.", "An expression is missing here."), _CORRECT)
            return None
        self.budget.depth += 1
        if self.budget.depth > self.budget.limits.depth:
            cause = Text("Das Modell ruft sich zu tief auf.", "The model calls itself too deeply.")
            raise LimitError(box.where, 0, cause, Text("Ein einfacheres Modell.", "A simpler model."))
        try:
            found = self.readers[type(box)](box, env)
        finally:
            self.budget.depth -= 1
        if isinstance(box, m.FunctionDefinition):
            return found  # its type is that of what it gives
        return self.fitted(found, box.type_ref, box.where)

    def literal(self, box: m.Literal, env: Env) -> Any:
        if box.language:
            cause = Text(f"„{box.language}“ wird nicht ausgewertet.", f"“{box.language}” is not evaluated.")
            self.error(box.where, cause, Text("FEEL.", "FEEL."))
            return None
        if not box.text:
            self.error(box.where, Text("Der Ausdruck ist leer.", "The expression is empty."), _CORRECT)
            return None
        return self.feel(box.text, env, box.where)

    def context(self, box: m.Context, env: Env) -> Any:
        made: dict[str, Any] = {}
        for entry in box.entries:
            value = self.entry(entry, env, box.where)
            made[entry.name] = value
            env = env.child({entry.name: value})
        return self.value(box.result, env, box.where) if box.result is not None else made

    def entry(self, entry: m.Entry, env: Env, where: str) -> Any:
        place = f"{where} · {entry.name}"
        return self.fitted(self.value(entry.value, env, place), entry.type_ref, place)

    def function(self, box: m.FunctionDefinition, env: Env) -> Function | None:
        if box.kind != "FEEL":
            cause = Text(
                f"Fremde Funktionen ({box.kind}) werden nicht ausgeführt.", f"{box.kind} functions are not run."
            )
            self.error(box.where, cause, Text("Eine Funktion in FEEL.", "A function in FEEL."))
            return None
        return self.callable(box, lambda: env)

    def callable(self, box: m.FunctionDefinition, env: Callable[[], Env]) -> Function:
        """``env`` is asked at the call, so that functions may know each other and themselves."""

        def call(arguments: list[Any]) -> Any:
            given: dict[str, Any] = {}
            for parameter, argument in zip(box.parameters, arguments, strict=True):
                given[parameter.name] = self.fitted(argument, parameter.type_ref, f"{box.where} · {parameter.name}")
            value = self.value(box.body, env().child(given), box.where)
            return self.fitted(value, self.types.output_of(box.type_ref), box.where)

        function = Function(tuple(parameter.name for parameter in box.parameters), call)
        return self.types.wrapped(function, box.type_ref, box.where)

    def invocation(self, box: m.Invocation, env: Env) -> Any:
        function = self.value(box.called, env, box.where)
        if not isinstance(function, Function):
            cause = Text("Das Aufgerufene ist keine Funktion.", "What is called is not a function.")
            self.error(box.where, cause, Text("Der Name eines Wissensmodells.", "The name of a knowledge model."))
            return None
        given = {binding.name: self.entry(binding, env, box.where) for binding in box.bindings}
        unknown = [name for name in given if name not in function.parameters]
        if unknown:
            names = ", ".join(function.parameters)
            cause = Text(f"Unbekannte Parameter: {', '.join(unknown)}", f"Unknown parameters: {', '.join(unknown)}")
            self.error(box.where, cause, Text(f"Parameter: {names}", f"Parameters: {names}"))
            return None
        return function.call([given.get(name) for name in function.parameters])

    def relation(self, box: m.Relation, env: Env) -> list[dict[str, Any]]:
        return [
            {
                column.name: self.fitted(
                    self.value(cell, env, box.where), column.type_ref, f"{box.where} · {column.name}"
                )
                for column, cell in zip(box.columns, row, strict=True)
            }
            for row in box.rows
        ]

    def conditional(self, box: m.Conditional, env: Env) -> Any:
        chosen = box.then if self.value(box.condition, env, box.where) is True else box.otherwise
        return self.value(chosen, env, box.where)

    def items(self, source: Any, where: str) -> list[Any] | None:
        if source is None:
            self.error(
                where, Text("Die Liste fehlt (null).", "The list is missing (null)."), Text("Eine Liste.", "A list.")
            )
            return None
        if isinstance(source, Range):
            counted: list[Any] | None = self.feel("for i in range return i", Env({"range": source}, frozenset()), where)
            return counted
        return source if isinstance(source, list) else [source]

    def iterator(self, box: m.Iterator, env: Env) -> Any:
        """Boxed ``for``, ``some``, ``every`` (DMN 1.5, 10.2.2.4 to 10.2.2.6)."""
        items = self.items(self.value(box.source, env, box.where), box.where)
        if items is None:
            return None
        results: list[Any] = []
        for item in items:
            scope = {box.variable: item}
            if box.kind == "for":
                self.spend(len(results), box.where)
                scope["partial"] = list(results)
            value = self.value(box.body, env.child(scope), box.where)
            results.append(value)
        if box.kind == "for":
            return results
        winner = box.kind == "some"
        if any(result is winner for result in results):
            return winner
        return not winner if all(isinstance(result, bool) for result in results) else None

    def filter(self, box: m.Filter, env: Env) -> Any:
        """Boxed filter (DMN 1.5, 10.2.2.7)."""
        items = self.items(self.value(box.source, env, box.where), box.where)
        if items is None:
            return None
        kept = []
        for item in items:
            names = {**item, "item": item} if isinstance(item, dict) else {"item": item}
            keep = self.value(box.match, env.child(names), box.where)
            if not isinstance(keep, bool):
                cause = Text(
                    f"Die Bedingung ergibt {shown(keep)} ({kind(keep)}).",
                    f"The condition gives {shown(keep)} ({kind(keep)}).",
                )
                self.error(box.where, cause, Text("true oder false.", "true or false."))
                return None
            if keep:
                kept.append(item)
        return kept

    def table(self, box: m.DecisionTable, env: Env) -> Any:
        from .tables import decide

        return decide(self, box, env)


def _type_names(model: m.Model) -> set[str]:
    """Names of types and of their components that are more than one plain word: paths may use them anywhere."""
    found: set[str] = set()
    pending = list(model.types.values())
    while pending:
        item = pending.pop()
        pending.extend(item.components)
        if not item.name.isidentifier():
            found.add(item.name)
    return found
