"""Dated values: which value applied when, by which provision, read where and when, and how firm it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.text import Text

from .verdict import ParameterUse, Status, Verdict, as_value

ParameterValue = Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value for one period. ``value`` is None exactly when its status is ``unknown``."""

    period: DateRange
    value: ParameterValue
    provision: str
    reference: str
    retrieved: date
    status: Status

    @property
    def decides(self) -> bool:
        return self.status in ("in_force", "enacted")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated parameter; ``values`` in the order of their periods."""

    id: str
    label: Text
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, on: date) -> DatedValue | None:
        return next((value for value in self.values if on in value.period), None)

    def last_decided_before(self, on: date) -> DatedValue | None:
        """The last value in force (or enacted) that began on or before ``on``."""
        earlier = [value for value in self.values if value.decides and value.period.start <= on]
        return earlier[-1] if earlier else None

    def use(self, value: DatedValue) -> ParameterUse:
        return ParameterUse(
            self.id,
            self.label,
            as_value(value.value),
            self.unit,
            value.provision,
            value.reference,
            value.status,
            value.period.start,
            value.period.last_day,
            value.retrieved,
        )


class ParameterUnknownError(Exception):
    """The rule read a value that nobody has published yet; the engine turns it into an ``unknown`` verdict."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter.id)
        self.parameter = parameter


class Environment:
    """All values of a pack on one day. ``drafts`` False replaces drafts by the last value in force.

    ``unpublished`` False replaces only what nobody has published yet and keeps drafts.
    ``ask`` answers another rule of the pack on the same day (rule id, facts).
    """

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        on: date,
        *,
        drafts: bool = True,
        unpublished: bool = True,
        ask: Callable[[str, Mapping[str, Any]], Verdict] | None = None,
    ) -> None:
        self.on = on
        self.ask = ask
        self.values: dict[str, tuple[Parameter, DatedValue]] = {}
        for name, parameter in parameters.items():
            value = parameter.at(on)
            open_value = value is not None and value.value is None
            if value is not None and not value.decides and (not drafts or (open_value and not unpublished)):
                value = parameter.last_decided_before(on) or value
            if value is not None:
                self.values[name] = (parameter, value)
        self.numbers = {
            name: value.value for name, (_, value) in self.values.items() if isinstance(value.value, Decimal)
        }


class Parameters:
    """The view a rule gets: reads are recorded, so that the verdict can show what it used."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.read: dict[str, None] = {}

    @property
    def on(self) -> date:
        """The day for which the rule is asked."""
        return self._environment.on

    def number(self, name: str) -> Decimal:
        value = self._value(name)
        if not isinstance(value, Decimal):
            raise TypeError(f"{name} is not a number")
        return value

    def word(self, name: str) -> str:
        value = self._value(name)
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a word")
        return value

    def days(self, name: str) -> int:
        return int(self.number(name))

    def published(self, name: str) -> bool:
        """Whether the value is there; for rules that can decide without it and then leave an amount out."""
        self.read[name] = None
        return name in self._environment.values and self._environment.values[name][1].value is not None

    def ask(self, rule_id: str, known: Mapping[str, Any]) -> Verdict:
        """What another rule of the same pack says on this day; facts that it does not know are left out."""
        if self._environment.ask is None:
            raise RuntimeError("this environment belongs to no pack")
        verdict = self._environment.ask(rule_id, known)
        # What the other rule read counts as read here too; values that do not decide stay with its own readings.
        for use in verdict.parameters:
            if use.status in ("in_force", "enacted"):
                self.read[use.id.rpartition("/")[2]] = None
        return verdict

    def _value(self, name: str) -> ParameterValue:
        self.read[name] = None
        if name not in self._environment.values:
            raise KeyError(f"{name} has no value on {self._environment.on}")
        parameter, dated = self._environment.values[name]
        if dated.value is None:
            raise ParameterUnknownError(parameter)
        return dated.value
