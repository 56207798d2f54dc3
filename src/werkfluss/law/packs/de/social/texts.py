"""Days as Germans write them."""

from __future__ import annotations

from datetime import date


def shown(value: date) -> str:
    return value.strftime("%d.%m.%Y")
