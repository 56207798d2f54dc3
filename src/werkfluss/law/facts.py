"""The facts a rule asks for: their schema, how input is read, and what a missing fact could be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.law.choices import labels_of
from werkfluss.law.countries import CODES, SLIPS

FactType = Literal["boolean", "choice", "number", "date", "country"]
FactValue = bool | str | Decimal | date

_DAY = timedelta(days=1)
# A day outside is a slip of the pen, and leaves no room to count periods from it.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
# Beyond it a number of this unit is a slip or cannot be reckoned with; rules refuse what is merely too much themselves.
_MOST_OF_ALL = Decimal(10) ** 12
_LEAST = Decimal("0.000001")  # what is finer is nothing that anybody measured, and divides badly
_MOST = {
    "percent": Decimal(100),
    "months": Decimal(1200),
    "years": Decimal(200),
    "weeks": Decimal(5300),
    "days": Decimal(36600),
    "days/year": Decimal(366),
    "days/week": Decimal(100),
    "h": Decimal(8784),
    "h/week": Decimal(1000),
    "h/month": Decimal(10000),
    "min": Decimal(527040),
    "children": Decimal(100),
}
# What counts heads is whole.
_WHOLE = frozenset({"children", "people", "persons", "times"})
# Stand-ins for "any country": the home state, other EU states (one inside, one outside the euro and the telework
# agreement), EEA without EU, Switzerland, the United Kingdom, best-friends and other third countries.
COUNTRY_SAMPLES = ("DE", "AT", "FR", "DK", "NO", "CH", "GB", "US", "RS", "IN")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a rule.

    ``default`` is taken when the fact is not given at all; a fact given as ``null`` or ``"unknown"`` is missing.
    ``around`` lists, for numbers, where the outcome may change: literals, parameter ids or ``@other_fact``; a
    missing number is tried just below, at and just above each of them (``step``).
    """

    name: str
    type: FactType
    question: Text
    unit: str = ""
    values: tuple[str, ...] = ()
    default: FactValue | None = None
    around: tuple[str, ...] = ()
    step: Decimal = Decimal("0.01")
    low: Decimal = Decimal(0)
    labels: Mapping[str, Text] | None = None

    @property
    def most(self) -> Decimal:
        """The greatest number this fact can be."""
        return _MOST.get(self.unit, _MOST_OF_ALL)

    @property
    def whole(self) -> bool:
        """Whether it counts heads: then it has no decimals."""
        return self.unit in _WHOLE

    def as_json(self) -> dict[str, Any]:
        default = self.default
        return {
            "name": self.name,
            "type": self.type,
            "unit": self.unit,
            "values": list(self.values),
            "question": self.question.as_json(),
            "default": default if default is None or isinstance(default, bool) else str(default),
            "labels": {value: label.as_json() for value, label in (self.labels or {}).items()},
        }


def yes_no(name: str, de: str, en: str, *, default: bool | None = None) -> Fact:
    return Fact(name, "boolean", Text(de, en), default=default)


def one_of(
    name: str,
    values: Iterable[str],
    de: str,
    en: str,
    *,
    default: str | None = None,
    labels: Mapping[str, Text] | None = None,
) -> Fact:
    """A choice; values without a label of their own get the shared word, or are shown by their readable key."""
    listed = tuple(values)
    return Fact(name, "choice", Text(de, en), values=listed, default=default, labels=labels_of(listed, labels))


def number(
    name: str,
    unit: str,
    de: str,
    en: str,
    *,
    around: Iterable[str],
    step: str = "0.01",
    default: str | None = None,
) -> Fact:
    return Fact(
        name,
        "number",
        Text(de, en),
        unit=unit,
        around=tuple(around),
        step=Decimal(step),
        default=None if default is None else Decimal(default),
    )


def day(name: str, de: str, en: str, *, around: Iterable[str] = ()) -> Fact:
    """A date; ``around`` may name distances in days from the day of the check and the known dates, e.g. ``"28"``."""
    return Fact(name, "date", Text(de, en), unit="date", around=tuple(around))


def country(name: str, de: str, en: str, *, default: str | None = None) -> Fact:
    """A country by its ISO 3166 code with two capitals."""
    return Fact(name, "country", Text(de, en), unit="ISO 3166-1 alpha-2", default=default)


class FactsRefused(Broken):
    """The facts do not fit the rule's schema. ``faults`` lists everything that is wrong, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults[0])
        self.faults = faults


class FactSchema:
    """The facts of one rule, in the order in which they are asked.

    Raises:
        ValueError: a name occurs twice, or a choice has no values, or a default is not among them.

    """

    def __init__(self, *facts: Fact) -> None:
        self.facts: dict[str, Fact] = {fact.name: fact for fact in facts}
        if len(self.facts) != len(facts):
            raise ValueError("a fact name occurs twice")
        for fact in facts:
            if fact.type == "choice" and not fact.values:
                raise ValueError(f"{fact.name} has no values")
            if fact.type == "choice" and fact.default is not None and fact.default not in fact.values:
                raise ValueError(f"{fact.name} has a default outside its values")
            if fact.type == "number" and not fact.around:
                raise ValueError(f"{fact.name} says nowhere where the outcome may change")

    def as_json(self) -> list[dict[str, Any]]:
        return [fact.as_json() for fact in self.facts.values()]

    def read(self, given: Mapping[str, Any]) -> dict[str, FactValue]:
        """The known facts with their types; missing ones are left out, defaults filled in.

        Raises:
            FactsRefused: a name is not in the schema or a value has the wrong type.

        """
        faults: list[Fault] = []
        known: dict[str, FactValue] = {}
        for name, value in given.items():
            fact = self.facts.get(name)
            if fact is None:
                faults.append(self._unknown_name(name))
            elif value is None or value == "unknown":
                continue
            else:
                read = _read(fact, value)
                if read is None:
                    faults.append(_wrong_value(fact, value))
                else:
                    known[name] = read
        if faults:
            raise FactsRefused(tuple(faults))
        for name, fact in self.facts.items():
            if fact.default is not None and name not in given:
                known[name] = fact.default
        return known

    def _unknown_name(self, name: str) -> Fault:
        near = difflib.get_close_matches(name, self.facts, n=1)
        names = ", ".join(self.facts) or "–"
        hint = (
            Text(f"Meinten Sie „{near[0]}“?", f"Did you mean “{near[0]}”?")
            if near
            else Text("Nehmen Sie die Angabe heraus.", "Remove this fact.")
        )
        return Fault(
            name,
            Text("Diese Angabe kennt die Regel nicht.", "The rule does not know this fact."),
            Text(f"Eine von: {names}", f"One of: {names}"),
            hint,
        )


def _decided(fact: Fact) -> tuple[str, ...]:
    """``unknown`` in a list of values means "not known": it is never an answer of its own."""
    return tuple(value for value in fact.values if value != "unknown")


def _read(fact: Fact, value: Any) -> FactValue | None:
    if fact.type == "boolean":
        return value if isinstance(value, bool) else None
    if fact.type == "number":
        return _read_number(fact, value)
    if fact.type == "date":
        return read_day(value)
    if not isinstance(value, str):
        return None
    return value if value in (CODES if fact.type == "country" else _decided(fact)) else None


def _read_number(fact: Fact, value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if not isinstance(value, Decimal) and not _NUMBER.fullmatch(str(value)):
        return None
    result = Decimal(str(value))
    if not result.is_finite() or not 0 <= result <= fact.most or 0 < result < _LEAST:
        return None
    return None if fact.whole and result != result.to_integral_value() else result


def read_day(value: Any) -> date | None:
    """A day as it is written in facts (2026-11-22), from 1900 to 2199; else None."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else value
    except ValueError:
        return None
    return found if type(found) is date and FIRST_DAY <= found <= LAST_DAY else None


_EXPECTED = {
    "boolean": Text("true oder false (ohne Anführungszeichen).", "true or false (without quotes)."),
    "date": Text(
        "Ein Datum wie 2026-11-22, von 1900 bis 2199.",
        "A date such as 2026-11-22, from 1900 to 2199.",
    ),
    "country": Text("Zwei Großbuchstaben nach ISO 3166-1, z. B. AT.", "Two capitals by ISO 3166-1, e.g. AT."),
}


def _expected(fact: Fact, value: Any) -> Text:
    if fact.type == "choice":
        listed = ", ".join(_decided(fact))
        return Text(f"Einer von: {listed}", f"One of: {listed}")
    if fact.type == "number":
        de, en = ("ganze Zahl", "whole number") if fact.whole else ("Zahl", "number")
        most = f"{fact.most:f}"
        return Text(
            f"Eine {de} von 0 bis {most}, mit Punkt als Dezimalzeichen.",
            f"A {en} from 0 to {most}, with a decimal point.",
        )
    meant = SLIPS.get(value.strip().upper()) if fact.type == "country" and isinstance(value, str) else None
    expected = _EXPECTED[fact.type]
    if meant is None:
        return expected
    return Text(f"{expected.de} Meinten Sie {meant}?", f"{expected.en} Did you mean {meant}?")


def _wrong_value(fact: Fact, value: Any) -> Fault:
    shown = str(value)[:60]
    return Fault(
        fact.name,
        Text(f"„{shown}“ passt nicht zu dieser Angabe.", f"“{shown}” does not fit this fact."),
        _expected(fact, value),
        Text(
            f"Frage: {fact.question.de} Wenn Sie es nicht wissen, lassen Sie die Angabe leer (null).",
            f"Question: {fact.question.en} If you do not know, leave it empty (null).",
        ),
    )


def candidates(
    fact: Fact, *, known: Mapping[str, FactValue], parameters: Mapping[str, Decimal], on: date
) -> tuple[FactValue, ...]:
    """What a missing fact could be: every answer, or representatives on each side of every threshold."""
    if fact.type == "boolean":
        return (False, True)
    if fact.type == "choice":
        return _decided(fact)
    if fact.type == "country":
        return COUNTRY_SAMPLES
    if fact.type == "date":
        return _date_candidates(fact, known, on)
    return _number_candidates(fact, known, parameters)


def _date_candidates(fact: Fact, known: Mapping[str, FactValue], on: date) -> tuple[date, ...]:
    bases = {on, *(value for value in known.values() if isinstance(value, date))}
    distances = {0, *(int(distance) for distance in fact.around)}
    near = {base + sign * timedelta(days=days) for base in bases for days in distances for sign in (1, -1)}
    around = {near_day + shift for near_day in near for shift in (-_DAY, timedelta(0), _DAY)}
    return tuple(sorted(around | {date(1990, 1, 1), date(2090, 1, 1)}))


def _number_candidates(
    fact: Fact, known: Mapping[str, FactValue], parameters: Mapping[str, Decimal]
) -> tuple[Decimal, ...]:
    points: set[Decimal] = set()
    for place in fact.around:
        if place.startswith("@"):
            other = known.get(place[1:])
            points |= {other} if isinstance(other, Decimal) else set()
        elif place in parameters:
            points.add(parameters[place])
        elif place[0].isdigit():
            points.add(Decimal(place))
    shifts = (-fact.step, Decimal(0), fact.step)
    tried = {point + shift for point in points for shift in shifts if point + shift >= fact.low}
    return tuple(sorted(tried | {fact.low, max(points, default=fact.low) * 10 + 1}))
