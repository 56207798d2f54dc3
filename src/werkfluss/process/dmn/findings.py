"""What a check says about a model: data for the screen and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from werkfluss.kernel.text import Text

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``code``: syntax, unknown_name, gap, overlap, contradiction, masked, unchecked or untested.

    ``rules`` are numbers from 1; ``conditions`` describe the inputs concerned: label of the column and unary tests.
    """

    code: str
    severity: Severity
    where: str
    message: Text
    rules: tuple[int, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "where": self.where,
            "message_de": self.message.de,
            "message_en": self.message.en,
            "rules": list(self.rules),
            "conditions": [{"input": label, "tests": tests} for label, tests in self.conditions],
        }
