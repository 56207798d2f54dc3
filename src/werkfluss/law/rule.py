"""Rules: typed, dated, pure functions from facts and parameters to a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.text import Text

from .facts import FactSchema, FactValue
from .parameters import Parameters
from .verdict import Certainty, Condition, Duty, Outcome, Part, Reading, as_value, least_certain


class FactMissingError(Exception):
    """The rule needs a fact that is not known; the engine tries what it could be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Facts:
    """The view of the facts that a rule gets. Reading a missing fact hands over to the engine."""

    def __init__(self, known: Mapping[str, FactValue]) -> None:
        self._known = known

    def known(self, name: str) -> bool:
        """Whether the fact is there; for rules that show an interval instead of asking."""
        return name in self._known

    def flag(self, name: str) -> bool:
        value = self._read(name)
        if not isinstance(value, bool):
            raise TypeError(f"{name} is not a yes/no fact")
        return value

    def number(self, name: str) -> Decimal:
        value = self._read(name)
        if not isinstance(value, Decimal):
            raise TypeError(f"{name} is not a number")
        return value

    def day(self, name: str) -> date:
        value = self._read(name)
        if not isinstance(value, date):
            raise TypeError(f"{name} is not a date")
        return value

    def word(self, name: str) -> str:
        """A choice or a country."""
        value = self._read(name)
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a choice")
        return value

    @property
    def all_known(self) -> Mapping[str, FactValue]:
        """Everything that is known; for rules that hand the facts on to other rules (``Parameters.ask``)."""
        return self._known

    def _read(self, name: str) -> FactValue:
        if name not in self._known:
            raise FactMissingError(name)
        return self._known[name]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule returns: the part of the verdict that the rule knows.

    ``cites`` holds ids of provisions; ``asks`` names facts for rules that work with intervals instead of letting the
    engine try every answer. ``parts``: see ``Verdict``.
    """

    outcome: Outcome
    reasons: tuple[Text, ...]
    cites: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    duties: tuple[Duty, ...] = ()
    values: tuple[tuple[str, object], ...] = ()
    certainty: Certainty = "A"
    readings: tuple[Reading, ...] = ()
    asks: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    def value(self, name: str) -> object:
        return next((value for key, value in self.values if key == name), None)


def finding(
    outcome: Outcome,
    *reasons: Text,
    cites: Iterable[str],
    conditions: Iterable[Condition] = (),
    duties: Iterable[Duty] = (),
    values: Mapping[str, object] | None = None,
    certainty: Certainty = "A",
    readings: Iterable[Reading] = (),
    asks: Iterable[str] = (),
    parts: Iterable[Part] = (),
) -> Finding:
    """A finding; ``allowed`` with conditions becomes ``allowed_with_conditions`` by itself."""
    listed = tuple(conditions)
    if outcome == "allowed" and listed:
        outcome = "allowed_with_conditions"
    items = tuple((name, as_value(value)) for name, value in (values or {}).items())
    return Finding(
        outcome,
        reasons,
        tuple(cites),
        listed,
        tuple(duties),
        items,
        certainty,
        tuple(readings),
        tuple(asks),
        tuple(parts),
    )


_GRAVITY: dict[Outcome, int] = {"allowed": 0, "allowed_with_conditions": 1, "unknown": 2, "blocked": 3}


def all_of(*findings: Finding) -> Finding:
    """Several tests that must all be passed: the gravest outcome decides, everything else is kept."""
    gravest = max((part.outcome for part in findings), key=lambda outcome: _GRAVITY[outcome])
    return Finding(
        gravest,
        tuple(reason for part in findings for reason in part.reasons),
        tuple(cite for part in findings for cite in part.cites),
        tuple(condition for part in findings for condition in part.conditions),
        tuple(duty for part in findings for duty in part.duties),
        tuple(dict(item for part in findings for item in part.values).items()),
        least_certain(*(part.certainty for part in findings)),
        tuple(reading for part in findings for reading in part.readings),
        tuple(name for part in findings for name in part.asks),
        tuple(item for part in findings for item in part.parts),
    )


RuleFunction = Callable[[Facts, Parameters], Finding]
RuleStatus = Literal["in_force", "draft"]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One dated version of a rule.

    ``decisive`` names computed values that, like the outcome, must agree before missing facts may stay missing;
    ``undecided`` holds what stands in their place when they do not. ``headline``: see ``Verdict``.
    A ``draft`` version (a bill) never decides; it is shown as a second reading.
    """

    id: str
    period: DateRange
    facts: FactSchema
    function: RuleFunction
    title: Text
    decisive: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    undecided: tuple[tuple[str, str], ...] = ()
    status: RuleStatus = "in_force"
    label: Text | None = None

    @property
    def docstring(self) -> str:
        return (self.function.__doc__ or "").strip()

    def __call__(self, facts: Facts, parameters: Parameters) -> Finding:
        return self.function(facts, parameters)


def rule(
    rule_id: str,
    *,
    title: Text,
    start: date,
    facts: FactSchema,
    end: date | None = None,
    decisive: tuple[str, ...] = (),
    headline: tuple[str, ...] = (),
    undecided: tuple[tuple[str, str], ...] = (),
    status: RuleStatus = "in_force",
    label: Text | None = None,
) -> Callable[[RuleFunction], RuleVersion]:
    """Declare a version of ``rule_id`` (``country/area/name``) for the days ``start`` to ``end``, both included.

    Raises:
        ValueError: the function has no docstring that starts with its provision, or a draft has no label.

    """

    def declare(function: RuleFunction) -> RuleVersion:
        if not (function.__doc__ or "").strip():
            raise ValueError(f"{rule_id} needs a docstring that starts with its provision")
        if status == "draft" and label is None:
            raise ValueError(f"{rule_id}: a draft needs a label")
        period = DateRange.inclusive(start, end)
        return RuleVersion(rule_id, period, facts, function, title, decisive, headline, undecided, status, label)

    return declare
