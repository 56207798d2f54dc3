"""Evaluate boxed expressions: literal, context, invocation, list, relation, function, table, … (DMN 1.5, 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.process.feel import Function
from werkfluss.process.feel.errors import LimitError
from werkfluss.process.feel.limits import Budget
from werkfluss.process.feel.values import Range, kind

from . import model as m
from .session import CORRECT, Env, Session
from .tables import decide
from .types import shown


class Boxed(Session):
    """A session that evaluates every kind of boxed expression."""

    def __init__(self, model: m.Model, budget: Budget, now: datetime | None) -> None:
        super().__init__(model, budget, now)
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

    def value(self, box: m.Expression | None, env: Env, where: str) -> Any:
        """The value of an expression as one of its declared type.

        Raises:
            LimitError: as ``feel``.
        """
        if box is None:
            self.error(where, Text("Hier fehlt ein Ausdruck.", "An expression is missing here."), CORRECT)
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
        return decide(self, box, env)
