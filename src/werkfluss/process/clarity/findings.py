"""What the clarity check says about one element, and the score that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from werkfluss.kernel.text import Text, joined

Severity = Literal["gap", "hint"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    ``field`` is the fact to edit, of ``TaskFacts`` or of the drawing; ``weight`` is what the finding costs of 100.
    ``message`` says what is unclear, ``action`` what to do, ``why`` what it is good for; ``source`` names the paper or
    standard that the rule follows, if any.
    """

    field: str
    severity: Severity
    weight: int
    message: Text
    action: Text
    question: Text
    example: Text
    why: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class ClarityFinding:
    """``element`` is the id of the node, flow, pool or process; empty for a task that stands in no drawing."""

    code: str
    field: str
    severity: Severity
    weight: int
    message: Text
    question: Text
    example: Text
    element: str = ""
    action: Text | None = None

    @property
    def advice(self) -> Text:
        """What is unclear, what to do, and an example: the whole finding in plain sentences."""
        example = Text(f"Zum Beispiel: {self.example.de}", f"For example: {self.example.en}")
        return joined([self.message, *([self.action] if self.action else []), example])


def score(findings: Iterable[ClarityFinding]) -> int:
    """0 to 100; 100 exactly when there is no finding."""
    return max(0, 100 - sum(one.weight for one in findings))


def is_delegable(findings: Iterable[ClarityFinding]) -> bool:
    return not any(one.severity == "gap" for one in findings)
