"""Payroll of many persons in one call: whole cents in numpy arrays, the same results as the rules.

For persons in statutory health insurance. Contributions are integer arithmetic on arrays; wage tax is asked of the
library once per distinct case, which is what the time goes into when all persons differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from werkfluss.law.packs.de.social.tax import BORN_CHILDLESS, BORN_OTHERS, STATE
from werkfluss.law.parameters import Environment, Parameters

Cents = NDArray[np.int64]
Flags = NDArray[np.bool_]

CHURCH = tuple(STATE)
_FINE = 10_000  # rates in ten-thousandths of a percent
_WHOLE = 100 * _FINE


@dataclass(frozen=True, slots=True)
class Persons:
    """One entry per person. ``gross`` in cents a month; ``church`` an index of ``CHURCH``; ``tax_class`` 1 to 6.

    ``additional``: the funds' additional rate in hundredths of a percent, None for the average rate.
    """

    gross: Cents
    tax_class: Cents
    church: Cents
    childless: Flags
    children: Cents
    saxony: Flags
    pension_exempt: Flags
    additional: Cents | None = None


@dataclass(frozen=True, slots=True)
class Payroll:
    """Amounts in cents a month; ``employer`` with the flat tax of Minijobs, ``cost`` before levies."""

    employee: Cents
    employer: Cents
    wage_tax: Cents
    solidarity: Cents
    church_tax: Cents
    net: Cents
    cost: Cents
    distinct_tax_cases: int


def payroll(persons: Persons, environment: Environment) -> Payroll:
    """Contributions, wage tax and net of all persons by the values of one day.

    Raises:
        ParameterUnknownError: a value of that day is not published; pass ``Pack.environment(on, drafts=False)`` for
            the reading with the last values in force.

    """
    values = Parameters(environment)
    low, high = _cents(values, "minijob_limit"), _cents(values, "midijob_upper")
    additional = persons.additional
    if additional is None:
        additional = np.full_like(persons.gross, int(values.number("rate_additional") * 100))
    care = _Care.of(persons, values)
    employee, employer = _regular(persons, additional, care, values)
    marginal = persons.gross <= low
    between = (persons.gross > low) & (persons.gross <= high)
    for chosen, amounts in (
        (between, _band(persons, additional, care, values)),
        (marginal, _marginal(persons, values)),
    ):
        employee, employer = np.where(chosen, amounts[0], employee), np.where(chosen, amounts[1], employer)
    tax, solidarity, church, distinct = _taxes(persons, additional, ~marginal, int(values.number("wage_tax_plan")))
    net = persons.gross - employee - tax - solidarity - church
    return Payroll(employee, employer, tax, solidarity, church, net, persons.gross + employer, distinct)


def _half_up(amount: Cents, by: int) -> Cents:
    return (2 * amount + by) // (2 * by)


def _cents(values: Parameters, name: str) -> int:
    return int(values.number(name) * 100)


def _fine(percent: Decimal) -> int:
    return int(percent * _FINE)


def _share(base: Cents, rate: Cents | int) -> Cents:
    return _half_up(base * rate, _WHOLE)


@dataclass(frozen=True, slots=True)
class _Care:
    """Rates of care insurance in ten-thousandths of a percent: employee's half, employer's, surcharge, discount."""

    own: Cents
    employer: Cents
    surcharge: Cents
    discount: Cents

    @classmethod
    def of(cls, persons: Persons, values: Parameters) -> _Care:
        alone = np.where(persons.saxony, _fine(values.number("rate_care_saxony")), 0)
        employer = (_fine(values.number("rate_care")) - alone) // 2
        surcharge = np.where(persons.childless, _fine(values.number("rate_care_childless")), 0)
        counted = np.clip(persons.children, 1, int(values.number("children_counted"))) - 1
        discount = np.where(persons.childless, 0, counted * _fine(values.number("rate_care_child")))
        return cls(employer + alone, employer, surcharge, discount)


def _halves(additional: Cents, values: Parameters) -> tuple[Cents, int, int]:
    """Half rates of health, pension and unemployment insurance."""
    health = (_fine(values.number("rate_health")) + additional * (_FINE // 100)) // 2
    return health, _fine(values.number("rate_pension")) // 2, _fine(values.number("rate_unemployment")) // 2


def _regular(persons: Persons, additional: Cents, care: _Care, values: Parameters) -> tuple[Cents, Cents]:
    health, pension, unemployment = _halves(additional, values)
    low = np.minimum(persons.gross, _cents(values, "ceiling_health"))
    high = np.minimum(persons.gross, _cents(values, "ceiling_pension"))
    both = _share(low, health) + _share(high, pension) + _share(high, unemployment)
    return both + _share(low, care.own + care.surcharge - care.discount), both + _share(low, care.employer)


def _band(persons: Persons, additional: Cents, care: _Care, values: Parameters) -> tuple[Cents, Cents]:
    """The transition band, as ``amounts.band`` and the shares there."""
    low, high = _cents(values, "minijob_limit"), _cents(values, "midijob_upper")
    width, factor = high - low, _fine(values.number("factor_f"))
    above = np.clip(persons.gross - low, 0, width)
    base = _half_up(width * factor * low + (_FINE * high - low * factor) * above, _FINE * width)
    own = _half_up(high * above, width)
    health, pension, unemployment = _halves(additional, values)
    whole_care = _fine(values.number("rate_care")) // 2
    pairs = ((health, health), (pension, pension), (unemployment, unemployment), (whole_care, care.own))
    shares = [(_share(own, employee), _share(base, half)) for half, employee in pairs]
    employer = sum((2 * half - share for share, half in shares), np.zeros_like(base))
    employee = sum((share for share, _ in shares[:3]), np.zeros_like(base))
    return employee + _share(own, care.own - care.discount) + _share(base, care.surcharge), employer


def _marginal(persons: Persons, values: Parameters) -> tuple[Cents, Cents]:
    health = values.number("minijob_health_flat")
    if share := values.number("minijob_health_general"):
        health += share * (values.number("rate_health") + values.number("rate_additional"))
    gross, pension = persons.gross, _share(persons.gross, _fine(values.number("minijob_pension")))
    whole = _share(np.maximum(gross, _cents(values, "minijob_pension_base")), _fine(values.number("rate_pension")))
    own = np.where(persons.pension_exempt | (gross == 0), 0, whole - pension)
    return own, _share(gross, _fine(health)) + pension + _share(gross, _fine(values.number("minijob_tax")))


def _taxes(persons: Persons, additional: Cents, taxed: Flags, year: int) -> tuple[Cents, Cents, Cents, int]:
    """Wage tax, solidarity surcharge and church tax: one call of the library per distinct case."""
    from lohnsteuer_bmf import berechne_lohnsteuer_pap

    columns = (
        persons.gross,
        persons.tax_class,
        persons.church,
        persons.childless,
        np.where(persons.childless, 0, persons.children),
        persons.saxony,
        additional,
    )
    packed = np.zeros_like(persons.gross)
    for column, bits in zip(columns, (0, 3, 2, 1, 4, 1, 12), strict=True):
        packed = (packed << bits) | column.astype(np.int64)
    found, first, place = np.unique(packed[taxed], return_index=True, return_inverse=True)
    rows = zip(*(column[taxed][first].tolist() for column in columns), strict=True)
    states = [STATE[name] for name in CHURCH]
    taxes = np.zeros((len(found), 3))
    for index, (gross, tax_class, church, childless, children, saxony, rate) in enumerate(rows):
        born = BORN_CHILDLESS if childless else BORN_OTHERS
        tax = berechne_lohnsteuer_pap(
            gross * 12 / 100, tax_class, states[church], church > 0, children, born, rate / 100, saxony, year
        )
        taxes[index] = tax["lohnsteuer_monat"], tax["soli_monat"], tax["kirchensteuer_monat"]
    result = np.zeros((len(packed), 3), dtype=np.int64)
    result[taxed] = np.rint(taxes * 100).astype(np.int64)[place]
    return result[:, 0], result[:, 1], result[:, 2], len(found)
