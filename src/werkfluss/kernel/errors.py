"""The errors a person may see. Each says cause, what was expected, and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from .text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, in the shape the command line and the wizard show.

    ``where`` names the place (file, row, cell, element); the other three are sentences.
    """

    where: str
    cause: Text
    expected: Text
    next_step: Text

    def as_json(self, language: str = "de") -> dict[str, str]:
        return {
            "where": self.where,
            "cause": self.cause.in_language(language),
            "expected": self.expected.in_language(language),
            "next_step": self.next_step.in_language(language),
        }


class WerkflussError(Exception):
    """Base of every error that is meant for a person."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.where}: {fault.cause.en}")
        self.fault = fault


class Broken(WerkflussError):
    """The input cannot be read or is inconsistent; nothing was taken over."""


class Refused(WerkflussError):
    """A rule forbids the act. ``citation`` names the rule, ``what_to_do`` the way out."""

    def __init__(self, reason: Text, *, citation: str, what_to_do: Text, where: str = "") -> None:
        super().__init__(
            Fault(where or citation, reason, Text(f"Vorgabe: {citation}", f"Rule: {citation}"), what_to_do)
        )
        self.reason = reason
        self.citation = citation
        self.what_to_do = what_to_do


class Conflict(WerkflussError):
    """Somebody else changed the same object in between (its ``version`` moved on)."""

    def __init__(self, what: str) -> None:
        super().__init__(
            Fault(
                what,
                Text("Inzwischen wurde dieser Stand geändert.", "This has been changed in the meantime."),
                Text("Der zuletzt gelesene Stand.", "The state you last read."),
                Text("Bitte neu laden und die Änderung wiederholen.", "Please reload and repeat your change."),
            )
        )


class NotPermitted(WerkflussError):
    """The actor lacks the right; ``permission`` is its name in the permission table."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            Fault(
                permission,
                Text("Für diesen Schritt fehlt Ihnen das Recht.", "You do not have the right to do this."),
                Text(f"Recht: {permission}", f"Right: {permission}"),
                Text(
                    "Bitten Sie eine Person mit diesem Recht oder die Geschäftsführung.",
                    "Ask a person who has it, or the managing director.",
                ),
            )
        )
        self.permission = permission
