"""One evaluation of a model: names in scope, FEEL, types, and what is to be said about it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError
from werkfluss.process.feel.api import run, spaced_names
from werkfluss.process.feel.errors import LimitError
from werkfluss.process.feel.evaluator import Evaluator, Scope
from werkfluss.process.feel.limits import Budget
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests

from . import model as m
from .result import TableTrail
from .types import Mismatch, Types

_MAX_MESSAGES = 50
CORRECT = Text(
    "Prüfen Sie das Modell oder die Eingaben an dieser Stelle.", "Check the model or the inputs at this place."
)


class Env:
    """Names in scope with their values; ``names`` are those that are more than one plain word, at any depth."""

    __slots__ = ("names", "values")

    def __init__(self, values: Mapping[str, Any], names: frozenset[str]) -> None:
        self.values = values
        self.names = names

    def child(self, more: Mapping[str, Any]) -> Env:
        new = set(spaced_names(more)) - self.names
        return Env({**self.values, **more}, self.names | new if new else self.names)


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

    # Messages

    def error(self, where: str, cause: Text, expected: Text) -> None:
        if len(self.errors) < _MAX_MESSAGES:
            self.errors.append(Fault(where, cause, expected, CORRECT))

    def warn(self, where: str, cause: Text, expected: Text) -> None:
        if len(self.warnings) < _MAX_MESSAGES:
            self.warnings.append(Fault(where, cause, expected, CORRECT))

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

    def literal(self, box: m.Literal, env: Env) -> Any:
        if box.language:
            cause = Text(f"„{box.language}“ wird nicht ausgewertet.", f"“{box.language}” is not evaluated.")
            self.error(box.where, cause, Text("FEEL.", "FEEL."))
            return None
        if not box.text:
            self.error(box.where, Text("Der Ausdruck ist leer.", "The expression is empty."), CORRECT)
            return None
        return self.feel(box.text, env, box.where)


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
