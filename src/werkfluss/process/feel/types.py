"""FEEL types and what conforms to them (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .names import TYPE_NAMES
from .values import Function, Range, kind


@dataclass(frozen=True, slots=True)
class Type:
    """``name`` is a type of FEEL or of the model. ``item`` belongs to ``list`` and ``range``, ``fields`` to
    ``context``, ``parameters`` to ``function``; ``None`` means that anything will do.
    """

    name: str
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] | None = None
    parameters: tuple[Type, ...] | None = None

    def __str__(self) -> str:
        return f"{self.name}<{self.item}>" if self.item else self.name


ANY = Type("Any")
# Whether a value belongs to a type of the model; ``None`` if the model has no such type.
Named = Callable[[str, Any], bool | None]


class UnknownType(Exception):
    """The expression names a type that nobody has defined."""


def no_named_types(_name: str, _value: Any) -> None:
    """For expressions that belong to no model."""
    return


def conforms(value: Any, to: Type, named: Named = no_named_types) -> bool:
    """Null conforms to every type.

    Raises:
        UnknownType: the type is neither one of FEEL nor one of the model.
    """
    if value is None or to.name == "Any":
        return True
    if to.name not in TYPE_NAMES:
        answer = named(to.name, value)
        if answer is None:
            raise UnknownType(to.name)
        return answer
    if kind(value) != to.name:
        return False
    if isinstance(value, list):
        return to.item is None or all(conforms(item, to.item, named) for item in value)
    if isinstance(value, Range):
        return to.item is None or all(conforms(end, to.item, named) for end in (value.low, value.high))
    if isinstance(value, dict):
        return all(name in value and conforms(value[name], field, named) for name, field in to.fields or ())
    if isinstance(value, Function):
        return to.parameters is None or len(to.parameters) == len(value.parameters)
    return True


def instance_of(value: Any, of: Type, named: Named = no_named_types) -> bool:
    """``instance of``: null is an instance of ``Null`` only."""
    if value is None:
        return of.name == "Null"
    return conforms(value, of, named)


def converted(value: Any, to: Type, named: Named = no_named_types) -> tuple[bool, Any]:
    """Whether the value fits after the implicit conversions (DMN 1.5, 10.3.2.9.4), and the value that fits.

    A single value becomes a list, a list of one its item, a date the midnight (UTC) it begins with.
    """
    if conforms(value, to, named):
        return True, value
    if to.name == "list":
        fits, item = converted(value, to.item or ANY, named)
        return (True, [item]) if fits and not isinstance(value, list) else (False, None)
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], to, named):
        return True, value[0]
    if to.name == "date and time" and kind(value) == "date":
        assert isinstance(value, date)
        return True, datetime.combine(value, time(), UTC)
    return False, None
