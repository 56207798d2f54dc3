"""What a rule asks: for forms in which people record facts. The law itself is asked only by ``checks``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.law import api as law


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact a rule knows. ``type`` is boolean, choice, number, date or country."""

    name: str
    type: str
    unit: str
    values: tuple[str, ...]
    question: Text


@cache
def asked_by(rule: str) -> tuple[Asked, ...]:
    """The facts of a rule, in its own order.

    Raises:
        Broken: no such rule.
    """
    return tuple(
        Asked(one["name"], one["type"], one["unit"], tuple(one["values"]), Text.from_json(one["question"]))
        for one in law.schema(rule).as_json()
    )


def typed(asked: Asked, text: str) -> Any:
    """What a person wrote, as plain JSON of the fact's type.

    Raises:
        ValueError: it is no such value; the message names what is expected, in English.
    """
    text = text.strip()
    if asked.type == "boolean":
        words = {"ja": True, "yes": True, "true": True, "nein": False, "no": False, "false": False}
        if text.lower() not in words:
            raise ValueError("yes or no")
        return words[text.lower()]
    if asked.type == "number":
        try:
            return str(Decimal(text.replace(".", "").replace(",", ".") if "," in text else text))
        except InvalidOperation:
            raise ValueError("a number") from None
    if asked.type == "date":
        return date.fromisoformat(text).isoformat()
    if asked.values and text not in asked.values:
        raise ValueError(", ".join(asked.values))
    return text.upper() if asked.type == "country" else text
