"""The built-in functions of FEEL: the full table, and what a path reads of a value that is no context."""

from __future__ import annotations

from typing import Any

from . import library, library_ranges, library_temporal, library_text, temporal
from .registry import Builtin
from .values import Range

BUILTINS: dict[str, Builtin] = {
    **library.TABLE,
    **library_text.TABLE,
    **library_temporal.TABLE,
    **library_ranges.TABLE,
}
# Whoever evaluates gives them the instant: the interpreter itself has no clock.
CLOCK = ("now", "today")


def properties(value: Any) -> dict[str, Any]:
    """What a path reads of a date, time, duration or range."""
    if isinstance(value, Range):
        return {
            "start": value.low,
            "end": value.high,
            "start included": value.low_included,
            "end included": value.high_included,
        }
    return temporal.properties(value)
