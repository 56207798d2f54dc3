"""One finding on an invoice, and the collector that the rule modules fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from werkfluss.kernel.text import Text

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule; ``where`` is a business term such as ``BT-115`` or ``BG-25[3]/BT-131`` (line with id 3)."""

    rule: str
    severity: Severity
    message: Text
    where: str

    def as_json(self, language: str = "de") -> dict[str, str]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message.in_language(language),
            "where": self.where,
        }


class Findings:
    """Collects while the rule modules look at one invoice."""

    def __init__(self) -> None:
        self.items: list[Finding] = []

    def error(self, rule: str, where: str, de: str, en: str) -> None:
        self.items.append(Finding(rule, "error", Text(de, en), where))

    def warning(self, rule: str, where: str, de: str, en: str) -> None:
        self.items.append(Finding(rule, "warning", Text(de, en), where))

    def info(self, rule: str, where: str, de: str, en: str) -> None:
        self.items.append(Finding(rule, "info", Text(de, en), where))

    def required(self, rule: str, where: str, value: object, label: tuple[str, str]) -> None:
        """An error when ``value`` is missing (``None`` or empty; 0 is a value)."""
        if value is None or value in ("", ()):
            self.error(rule, where, f"{label[0]} fehlt.", f"{label[1]} is missing.")
