"""What an evaluation gives: the value, what was wrong, and a trail for the record and for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkfluss.kernel.errors import Fault
from werkfluss.process.feel import to_json


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired; ``number`` begins at 1."""

    number: int
    id: str
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableTrail:
    """One use of a decision table. ``inputs`` are the labels of the columns with their values.

    ``misses``: the number of each rule that was looked at and did not fire, and the place (from 0) of its first
    condition that was not met. They are for the screen; the record holds what fired.
    """

    where: str
    policy: str
    inputs: tuple[tuple[str, Any], ...]
    hits: tuple[Hit, ...]
    defaulted: bool
    misses: tuple[tuple[int, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "table": self.where,
            "hit_policy": self.policy,
            "inputs": [{"label": label, "value": to_json(value)} for label, value in self.inputs],
            "rules": [{"rule": h.number, "id": h.id, "annotations": list(h.annotations)} for h in self.hits],
            "default": self.defaulted,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on the way, in the order of evaluation."""

    id: str
    name: str
    value: Any
    tables: tuple[TableTrail, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "decision": self.name,
            "id": self.id,
            "value": to_json(self.value),
            "tables": [table.as_json() for table in self.tables],
        }


@dataclass(frozen=True, slots=True)
class Result:
    """``errors`` made a value null or unreliable; ``warnings`` say where FEEL found null inside an expression."""

    value: Any
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    trail: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """The document of ``werkfluss dmn eval --json``."""
        return {
            "result": to_json(self.value),
            "errors": [fault.as_json() for fault in self.errors],
            "warnings": [fault.as_json() for fault in self.warnings],
            "trail": [step.as_json() for step in self.trail],
        }

    @property
    def values(self) -> Mapping[str, Any]:
        """The value of every decision on the way, by name."""
        return {step.name: step.value for step in self.trail}
