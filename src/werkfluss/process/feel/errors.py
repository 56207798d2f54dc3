"""FEEL errors name the place in the expression and the cause."""

from __future__ import annotations

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

_NEXT = Text("Berichtigen Sie den Ausdruck an dieser Stelle.", "Correct the expression at this place.")


def place(expression: str, position: int) -> str:
    """``3:14 near „…“``: line, column, and what stands there."""
    before = expression[:position]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    there = " ".join(expression[position : position + 20].split())
    return f"{line}:{column} „{there}“" if there else f"{line}:{column}"


def fault(expression: str, position: int, cause: Text, expected: Text) -> Fault:
    return Fault(place(expression, position), cause, expected, _NEXT)


class FeelError(Broken):
    """The expression cannot be read, or exceeds a limit; it has no value at all, not even null."""

    def __init__(self, expression: str, position: int, cause: Text, expected: Text) -> None:
        super().__init__(fault(expression, position, cause, expected))
        self.position = position


class LimitError(FeelError):
    """A limit was hit: going on with other expressions of the same evaluation makes no sense."""
