"""Contributions of a month in Decimal, each share rounded to the cent as s. 2 BVV says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from werkfluss.law.parameters import Parameters

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
TWO = Decimal(2)
NOTHING = Decimal(0)

Kind = Literal["minijob", "midijob", "regular"]


def cent(amount: Decimal) -> Decimal:
    """Half a cent is rounded up (s. 1(2) BVV)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def part(base: Decimal, percent: Decimal) -> Decimal:
    """``percent`` of ``base`` (EUR), rounded to the cent."""
    return cent(base * percent / HUNDRED)


@dataclass(frozen=True, slots=True)
class Person:
    """What contributions depend on. Amounts in EUR a month; ``additional`` in percent, None: the average rate.

    ``children`` counts those under 25; the surcharge for the childless falls due from 23.
    """

    gross: Decimal
    childless: bool = False
    children: int = 0
    saxony: bool = False
    east: bool = False
    private: bool = False
    private_health: Decimal = NOTHING
    private_care: Decimal = NOTHING
    additional: Decimal | None = None
    trainee: bool = False
    pension_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """Contributions of a month in EUR. ``flat_tax``: the Minijob's tax, by the employer.

    ``base`` and ``employee_base`` are the assessable pay and what the employee's share is taken from; ``exact`` is
    the employer's total without rounding each branch, shown in the transition band.
    """

    kind: Kind
    health: tuple[Decimal, Decimal]
    care: tuple[Decimal, Decimal]
    pension: tuple[Decimal, Decimal]
    unemployment: tuple[Decimal, Decimal]
    flat_tax: Decimal = NOTHING
    base: Decimal | None = None
    employee_base: Decimal | None = None
    exact: Decimal | None = None

    @property
    def employee(self) -> Decimal:
        return self.health[0] + self.care[0] + self.pension[0] + self.unemployment[0]

    @property
    def employer(self) -> Decimal:
        """The employer's contributions, without the flat tax of a Minijob."""
        return self.health[1] + self.care[1] + self.pension[1] + self.unemployment[1]


def kind_of(person: Person, values: Parameters) -> Kind:
    """Minijob, transition band or regular; trainees are always regular (s. 20(2a) s. 7 SGB IV)."""
    if person.trainee:
        return "regular"
    if person.gross <= values.number("minijob_limit"):
        return "minijob"
    return "midijob" if person.gross <= values.number("midijob_upper") else "regular"


def contributions(person: Person, values: Parameters) -> Shares:
    """The contributions of a month of regular current pay.

    Raises:
        ParameterUnknownError: a rate or ceiling is not yet published.

    """
    match kind_of(person, values):
        case "minijob":
            return _minijob(person, values)
        case "midijob":
            return _midijob(person, values)
        case _:
            return _regular(person, values)


def _additional(person: Person, values: Parameters) -> Decimal:
    return values.number("rate_additional") if person.additional is None else person.additional


def care_rates(person: Person, values: Parameters) -> tuple[Decimal, Decimal, Decimal]:
    """Percent for employee (before surcharge or discount) and employer; surcharge (+) or discount (-)."""
    alone = values.number("rate_care_saxony") if person.saxony else NOTHING
    employer = (values.number("rate_care") - alone) / TWO
    if person.childless:
        return employer + alone, employer, values.number("rate_care_childless")
    counted = min(person.children, int(values.number("children_counted")))
    discount = max(counted - 1, 0) * values.number("rate_care_child")
    return employer + alone, employer, -discount


def ceilings(person: Person, values: Parameters) -> tuple[Decimal, Decimal]:
    """Assessable pay of health and care, and of pension and unemployment insurance."""
    pension = values.number("ceiling_pension_east" if person.east or person.saxony else "ceiling_pension")
    return min(person.gross, values.number("ceiling_health")), min(person.gross, pension)


def _regular(person: Person, values: Parameters) -> Shares:
    low, high = ceilings(person, values)
    pension = part(high, values.number("rate_pension") / TWO)
    unemployment = part(high, values.number("rate_unemployment") / TWO)
    if person.private:
        health, care = _private(person, low, values)
        return Shares("regular", health, care, (pension, pension), (unemployment, unemployment), base=high)
    if person.trainee and person.gross <= values.number("trainee_free"):
        return _small_trainee(person, values)
    half = part(low, (values.number("rate_health") + _additional(person, values)) / TWO)
    employee, employer, change = care_rates(person, values)
    care = (part(low, employee + change), part(low, employer))
    return Shares("regular", (half, half), care, (pension, pension), (unemployment, unemployment), base=high)


def _small_trainee(person: Person, values: Parameters) -> Shares:
    """By s. 20(3) SGB IV, s. 242(3) no. 6 SGB V: the employer alone, with the average additional rate."""
    gross = person.gross
    health = 2 * part(gross, (values.number("rate_health") + values.number("rate_additional")) / TWO)
    care = 2 * part(gross, values.number("rate_care") / TWO)
    if person.childless:
        care += part(gross, values.number("rate_care_childless"))
    pension = 2 * part(gross, values.number("rate_pension") / TWO)
    unemployment = 2 * part(gross, values.number("rate_unemployment") / TWO)
    return Shares("regular", (NOTHING, health), (NOTHING, care), (NOTHING, pension), (NOTHING, unemployment))


def _private(
    person: Person, base: Decimal, values: Parameters
) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
    """Premiums less the employer's subsidy: half the statutory contribution, at most half the premium."""
    most = part(base, (values.number("rate_health") + values.number("rate_additional")) / TWO)
    health = min(most, cent(person.private_health / TWO))
    _, employer, _ = care_rates(person, values)
    care = min(part(base, employer), cent(person.private_care / TWO))
    return (person.private_health - health, health), (person.private_care - care, care)


def band(gross: Decimal, values: Parameters) -> tuple[Decimal, Decimal]:
    """By s. 20(2a) SGB IV: assessable pay, and the base of the employee's share; both to the cent."""
    low, high, factor = values.number("minijob_limit"), values.number("midijob_upper"), values.number("factor_f")
    width = high - low
    base = (width * factor * low + (high - low * factor) * (gross - low)) / width
    return cent(base), cent(high * (gross - low) / width)


def _midijob(person: Person, values: Parameters) -> Shares:
    """By s. 20(2a) SGB IV, s. 2(2) BVV: twice the rounded half less the employee's rounded share is the employer's."""
    base, own = band(person.gross, values)
    pension_rate, unemployment_rate = values.number("rate_pension"), values.number("rate_unemployment")
    care_own, _, change = care_rates(person, values)
    pension = _band_shares(base, own, pension_rate / TWO, pension_rate / TWO)
    unemployment = _band_shares(base, own, unemployment_rate / TWO, unemployment_rate / TWO)
    care = _band_shares(base, own, values.number("rate_care") / TWO, care_own)
    whole = values.number("rate_care") + pension_rate + unemployment_rate
    exact = base * whole - own * (care_own + pension_rate / TWO + unemployment_rate / TWO)
    if person.private:
        health, private_care = _private(person, base, values)
        return Shares("midijob", health, private_care, pension, unemployment, base=base, employee_base=own)
    # The surcharge is taken from the assessable pay, the discount lowers the rate of the employee's own base.
    employee_care = care[0] + part(base, change) if change > 0 else part(own, care_own + change)
    half = (values.number("rate_health") + _additional(person, values)) / TWO
    health = _band_shares(base, own, half, half)
    exact += base * half * TWO - own * half
    return Shares(
        "midijob",
        health,
        (employee_care, care[1]),
        pension,
        unemployment,
        base=base,
        employee_base=own,
        exact=cent(exact / HUNDRED),
    )


def _band_shares(base: Decimal, own: Decimal, half: Decimal, employee: Decimal) -> tuple[Decimal, Decimal]:
    share = part(own, employee)
    return share, 2 * part(base, half) - share


def minijob_health_rate(values: Parameters) -> Decimal:
    """Percent the employer pays for a person in statutory insurance (s. 249b SGB V)."""
    rate, share = values.number("minijob_health_flat"), values.number("minijob_health_general")
    if share:
        rate += share * (values.number("rate_health") + values.number("rate_additional"))
    return rate


def minijob_own_pension(gross: Decimal, values: Parameters) -> Decimal:
    """The person's pension share: the whole contribution, from 175 € at least, less the employer's 15 %."""
    whole = part(max(gross, values.number("minijob_pension_base")), values.number("rate_pension"))
    return whole - part(gross, values.number("minijob_pension")) if gross else NOTHING


def _minijob(person: Person, values: Parameters) -> Shares:
    health = NOTHING if person.private else part(person.gross, minijob_health_rate(values))
    own = NOTHING if person.pension_exempt else minijob_own_pension(person.gross, values)
    return Shares(
        "minijob",
        (NOTHING, health),
        (NOTHING, NOTHING),
        (own, part(person.gross, values.number("minijob_pension"))),
        (NOTHING, NOTHING),
        flat_tax=part(person.gross, values.number("minijob_tax")),
        base=person.gross,
    )
