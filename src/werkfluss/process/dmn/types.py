"""The types of a model: what conforms to an item definition, and JSON values made into FEEL ones (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.process.feel import temporal
from werkfluss.process.feel.arithmetic import NotDefined
from werkfluss.process.feel.names import TYPE_NAMES
from werkfluss.process.feel.types import Type, converted
from werkfluss.process.feel.values import Function, kind, string

from . import model as m

_MAX_DEPTH = 40
_MAX_SHOWN = 60
# Decides whether a value passes unary tests: (tests, value, place) -> passed.
Tester = Callable[[str, Any, str], bool]
# The value as one of its type, or null and an error that is kept: (value, type, place) -> value.
Fitter = Callable[[Any, str, str], Any]


class Mismatch(Exception):
    """A value does not belong to its type."""

    def __init__(self, cause: Text, expected: Text) -> None:
        super().__init__(cause.en)
        self.cause = cause
        self.expected = expected


def shown(value: Any) -> str:
    """A value for a message."""
    text = string(value)
    text = f'"{text}"' if isinstance(value, str) else text
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _wrong_kind(value: Any, wanted: str) -> Mismatch:
    cause = Text(
        f"{shown(value)} ist vom Typ {kind(value)}, nicht {wanted}.",
        f"{shown(value)} is of type {kind(value)}, not {wanted}.",
    )
    return Mismatch(cause, Text(f"Ein Wert vom Typ {wanted}.", f"A value of type {wanted}."))


class Types:
    """The item definitions of a model. A type that nobody has defined accepts everything."""

    def __init__(self, items: dict[str, m.ItemDefinition], tester: Tester, fitter: Fitter) -> None:
        self.items = items
        self.tester = tester
        self.fitter = fitter

    def named(self, name: str, value: Any) -> bool | None:
        """For ``instance of``; ``None`` if the model has no such type."""
        if name not in self.items:
            return None
        try:
            self.fit(value, name, name)
        except Mismatch:
            return False
        return True

    def allowed(self, name: str, depth: int = 0) -> str:
        """The allowed values of a type or of the type it is an alias of; empty if all are."""
        item = self.items.get(name)
        if item is None or depth > _MAX_DEPTH:
            return ""
        return item.allowed or self.allowed(item.type_ref, depth + 1)

    def output_of(self, name: str) -> str:
        """What a function of this type gives; the type itself if it is none (as DMN 1.1 wrote it)."""
        item = self.items.get(name)
        return item.output_ref if item is not None and item.is_function else name

    def wrapped(self, function: Function, type_ref: str, where: str) -> Function:
        """A function that takes and gives what its type says; itself if the type is not one of functions."""
        item = self.items.get(type_ref)
        if item is None or not item.is_function:
            return function
        types = [parameter.type_ref for parameter in item.parameters]

        def call(arguments: list[Any]) -> Any:
            pairs = zip(arguments, [*types, *[""] * len(arguments)], strict=False)
            return self.fitter(
                function.call([self.fitter(one, ref, where) for one, ref in pairs]), item.output_ref, where
            )

        return Function(function.parameters, call)

    def fit(self, value: Any, type_ref: str, where: str, depth: int = 0) -> Any:
        """The value as one of this type, after the implicit conversions.

        Raises:
            Mismatch: it is none.
        """
        if depth > _MAX_DEPTH:
            cause = Text(f"Der Typ „{type_ref}“ ist zu tief verschachtelt.", f"The type “{type_ref}” nests too deeply.")
            raise Mismatch(cause, Text("Ein Typ ohne Kreis.", "A type without a circle."))
        if value is None or not type_ref:
            return value
        if type_ref in self.items:
            return self.fit_item(value, self.items[type_ref], where, depth + 1)
        if type_ref not in TYPE_NAMES:
            return value
        fits, value_ = converted(value, Type(type_ref))
        if not fits:
            raise _wrong_kind(value, type_ref)
        return value_

    def fit_item(self, value: Any, item: m.ItemDefinition, where: str, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise _wrong_kind(value, item.name)
        if item.is_collection:
            items = value if isinstance(value, list) else [value]
            fitted: Any = [self.fit_one(one, item, where, depth) for one in items]
        else:
            single = isinstance(value, list) and len(value) == 1 and not self.is_list(item.type_ref)
            fitted = self.fit_one(value[0] if single else value, item, where, depth)
        if item.constraint and not self.tester(item.constraint, fitted, where):
            raise self.not_allowed(fitted, item.constraint)
        return fitted

    def is_list(self, type_ref: str, depth: int = 0) -> bool:
        item = self.items.get(type_ref)
        if item is None or depth > _MAX_DEPTH:
            return type_ref == "list"
        return item.is_collection or self.is_list(item.type_ref, depth + 1)

    def fit_one(self, value: Any, item: m.ItemDefinition, where: str, depth: int) -> Any:
        if value is None:
            return None
        if item.is_function:
            if not isinstance(value, Function):
                raise _wrong_kind(value, "function")
            return self.wrapped(value, item.name, where)
        if item.components:
            if not isinstance(value, dict):
                raise _wrong_kind(value, item.name)
            missing = [one.name for one in item.components if one.name not in value]
            if missing:
                names = ", ".join(missing)
                cause = Text(f"In {item.name} fehlt: {names}", f"{item.name} lacks: {names}")
                raise Mismatch(cause, Text("Alle Bestandteile des Typs.", "All components of the type."))
            parts = {one.name: self.fit_item_or_null(value[one.name], one, where, depth) for one in item.components}
            return {**value, **parts}
        fitted = self.fit(value, item.type_ref if not item.allowed else self.unconstrained(item.type_ref), where, depth)
        if item.allowed and not self.tester(item.allowed, fitted, where):
            raise self.not_allowed(fitted, item.allowed)
        return fitted

    def unconstrained(self, type_ref: str) -> str:
        """What a type is an alias of: its own allowed values give way to those of the type that builds on it."""
        for _ in range(_MAX_DEPTH):
            item = self.items.get(type_ref)
            if item is None or item.is_collection or item.components or item.is_function or item.constraint:
                break
            type_ref = item.type_ref
        return type_ref

    def fit_item_or_null(self, value: Any, item: m.ItemDefinition, where: str, depth: int) -> Any:
        return None if value is None else self.fit_item(value, item, where, depth + 1)

    def not_allowed(self, value: Any, allowed: str) -> Mismatch:
        cause = Text(f"{shown(value)} ist kein erlaubter Wert.", f"{shown(value)} is not an allowed value.")
        return Mismatch(cause, Text(f"Erlaubt: {allowed}", f"Allowed: {allowed}"))

    # Values that come from JSON

    def typed(self, value: Any, type_ref: str, depth: int = 0) -> Any:
        """JSON has no dates and no exact decimals: a text becomes what its declared type says, if it can be read so."""
        if depth > _MAX_DEPTH or value is None:
            return value
        if isinstance(value, list):
            return [self.typed(one, type_ref, depth + 1) for one in value]
        item = self.items.get(type_ref)
        if item is not None:
            return self.typed_item(value, item, depth + 1)
        if isinstance(value, str) and type_ref in _READERS:
            try:
                return _READERS[type_ref](value.strip())
            except (NotDefined, ValueError, ArithmeticError):
                return value
        return value

    def typed_item(self, value: Any, item: m.ItemDefinition, depth: int) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [self.typed_item(one, item, depth + 1) for one in value] if depth < _MAX_DEPTH else value
        if item.components and isinstance(value, dict):
            # What the caller did not name is not known: null, and no reason to refuse the rest.
            parts = {one.name: self.typed_item(value.get(one.name), one, depth + 1) for one in item.components}
            return {**value, **parts}
        return self.typed(value, item.type_ref, depth)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: dict[str, Callable[[str], Any]] = {
    "number": temporal.number,
    "boolean": _boolean,
    "date": temporal.date_from,
    "time": temporal.time_from,
    "date and time": temporal.moment_from,
    "days and time duration": temporal.duration_from,
    "years and months duration": temporal.duration_from,
}
