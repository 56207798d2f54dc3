"""Test tables: cases kept with a decision, what they gave, and which rules no case hits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.feel import from_json, to_json
from werkfluss.process.feel.values import equal

from . import model as m
from .evaluate import evaluate
from .findings import Finding
from .result import Result
from .types import Types
from .walking import tables

MAX_CASES = 2_000


@dataclass(frozen=True, slots=True)
class Case:
    """``expected`` is JSON as ``werkfluss dmn eval`` prints it; numbers may be numbers or texts."""

    name: str
    decision: str
    inputs: Mapping[str, Any]
    expected: Any

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "decision": self.decision, "inputs": dict(self.inputs), "expected": self.expected}


@dataclass(frozen=True, slots=True)
class Difference:
    """``path`` leads into the result: ``[2].Rate``; empty for the result itself. Both values are JSON."""

    path: str
    expected: Any
    got: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case gave."""

    case: Case
    result: Result
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        return {
            **self.case.as_json(),
            "passed": self.passed,
            "differences": [{"path": d.path, "expected": d.expected, "got": d.got} for d in self.differences],
            **self.result.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the cases hit each rule of a table; ``hits`` are by number of the rule."""

    table: str
    hits: Mapping[int, int]

    @property
    def missed(self) -> tuple[int, ...]:
        return tuple(number for number, count in self.hits.items() if count == 0)

    def as_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "rules": [{"rule": number, "hits": count} for number, count in self.hits.items()],
            "missed": list(self.missed),
        }


@dataclass(frozen=True, slots=True)
class Report:
    outcomes: tuple[Outcome, ...]
    coverage: tuple[Coverage, ...]

    @property
    def passed(self) -> int:
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def findings(self) -> list[Finding]:
        """One for every table with rules that no case hits."""
        found = []
        for one in self.coverage:
            if one.missed:
                numbers = ", ".join(map(str, one.missed))
                message = Text(f"Kein Testfall trifft Regel {numbers}.", f"No test case hits rule {numbers}.")
                found.append(Finding("untested", "info", one.table, message, one.missed))
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "cases": [outcome.as_json() for outcome in self.outcomes],
            "passed": self.passed,
            "failed": len(self.outcomes) - self.passed,
            "coverage": [one.as_json() for one in self.coverage],
            "findings": [finding.as_json() for finding in self.findings],
        }


def cases_from_json(data: Any, where: str = "cases", *, most: int = MAX_CASES) -> list[Case]:
    """``[{"name", "decision", "inputs", "expected"}]`` to cases; ``name`` may be missing.

    Raises:
        Broken: not such a list, or too long.
    """
    if not isinstance(data, list) or len(data) > most:
        cause = Text(
            f"Das ist keine Liste von höchstens {most} Testfällen.", f"This is not a list of at most {most} test cases."
        )
        raise _broken(where, cause)
    found: list[Case] = []
    for number, one in enumerate(data, 1):
        fits = isinstance(one, dict) and isinstance(one.get("inputs", {}), dict) and "expected" in one
        if not fits or not isinstance(one.get("decision"), str):
            cause = Text(f"Testfall {number} ist unvollständig.", f"Test case {number} is incomplete.")
            raise _broken(f"{where}[{number}]", cause)
        found.append(Case(str(one.get("name") or number), one["decision"], one.get("inputs", {}), one["expected"]))
    return found


def _broken(where: str, cause: Text) -> Broken:
    shape = '[{"name": …, "decision": …, "inputs": {…}, "expected": …}]'
    expected = Text(f"Eine Liste: {shape}", f"A list: {shape}")
    return Broken(Fault(where, cause, expected, Text("Testfälle berichtigen.", "Correct the test cases.")))


def run_cases(model: m.Model, cases: Iterable[Case], *, now: datetime | None = None) -> Report:
    """Evaluate every case and compare.

    Raises:
        Broken: a case names a decision that the model does not hold, or inputs that are no data.
    """
    outcomes = []
    hits = {where: {rule.number: 0 for rule in table.rules} for where, table in tables(model).items()}
    for case in cases:
        result = evaluate(model, case.decision, case.inputs, now=now)
        outcomes.append(Outcome(case, result, tuple(_compared(model, case, result))))
        for step in result.trail:
            for used in step.tables:
                for hit in used.hits:
                    hits[used.where][hit.number] += 1
    return Report(tuple(outcomes), tuple(Coverage(where, counts) for where, counts in hits.items()))


def _compared(model: m.Model, case: Case, result: Result) -> Iterable[Difference]:
    decision = model.decision(case.decision)
    expected = from_json(case.expected)
    if decision is not None:
        # Only the conversion of texts is wanted here, and that tests no allowed values.
        types = Types(dict(model.types), lambda _tests, _value, _where: True, lambda value, _type, _where: value)
        expected = types.typed(expected, decision.type_ref)
    return differences(expected, result.value)


def differences(expected: Any, got: Any, path: str = "") -> Iterable[Difference]:
    """Where two FEEL values differ. A text equals what is written so in JSON: ``"2.5"`` the number, ``"P1D"`` the
    duration.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            inner = f"{path}.{key}" if path else str(key)
            if key in expected and key in got:
                yield from differences(expected[key], got[key], inner)
            else:
                yield Difference(inner, to_json(expected.get(key)), to_json(got.get(key)))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True), 1):
            yield from differences(one, other, f"{path}[{index}]")
    elif equal(expected, got) is not True and not _written_alike(expected, got):
        yield Difference(path, to_json(expected), to_json(got))


def _written_alike(expected: Any, got: Any) -> bool:
    return isinstance(expected, str) and not isinstance(got, str | list | dict) and expected == str(to_json(got))
