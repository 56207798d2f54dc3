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

    def unread(self, on: date) -> DatedValue:
        """What stands for a day before the first or after the last value of the pack: not known, same provision."""
        near = next((value for value in reversed(self.values) if value.period.start <= on), self.values[0])
        return DatedValue(DateRange.inclusive(on, on), None, near.provision, near.reference, near.retrieved, "unknown")

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
        self._parameters = parameters
        self._drafts, self._unpublished = drafts, unpublished
        for name, parameter in parameters.items():
            value = parameter.at(on)
            if value is not None:
                self.values[name] = (parameter, self._as_asked(parameter, value))
        self.numbers = {
            name: value.value for name, (_, value) in self.values.items() if isinstance(value.value, Decimal)
        }

    def find(self, name: str) -> tuple[Parameter, DatedValue] | None:
        """A value of the day; on a day the pack has none for, an unknown one; ``None`` if it is no parameter."""
        if name in self.values or name not in self._parameters:
            return self.values.get(name)
        parameter = self._parameters[name]
        return parameter, self._as_asked(parameter, parameter.unread(self.on))

    def _as_asked(self, parameter: Parameter, value: DatedValue) -> DatedValue:
        if not value.decides and (not self._drafts or (value.value is None and not self._unpublished)):
            return parameter.last_decided_before(self.on) or value
        return value


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
        found = self._environment.find(name)
        return found is not None and found[1].value is not None

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
        found = self._environment.find(name)
        if found is None:
            raise KeyError(f"{name} is no parameter of the pack")
        parameter, dated = found
        if dated.value is None:
            raise ParameterUnknownError(parameter)
        return dated.value
