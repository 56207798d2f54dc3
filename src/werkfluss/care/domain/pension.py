"""What may become of saving in an occupational pension, year by year, with every assumption said. Pure; no advice.

Three returns are shown side by side, because nobody knows the one that will come. The statutory pension is not
projected: the value of a point in the future is not known to the law packs, and the person's own record is at the
Rentenversicherung.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text

_YEAR = 12
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
SPREAD = Decimal(2)

# The five ways of § 1b BetrAVG: what each is, and what becomes of it when one leaves.
WAYS: Mapping[str, tuple[Text, Text]] = {
    "direct_promise": (
        Text("Direktzusage", "direct promise"),
        Text(
            "Die Firma zahlt später selbst. Mitnehmen geht nur, wenn alle drei zustimmen.",
            "The firm pays later itself. It is carried over only if all three agree.",
        ),
    ),
    "support_fund": (
        Text("Unterstützungskasse", "support fund"),
        Text(
            "Eine Einrichtung der Firma zahlt. Mitnehmen geht nur, wenn alle drei zustimmen.",
            "An institution of the firm pays. It is carried over only if all three agree.",
        ),
    ),
    "direct_insurance": (
        Text("Direktversicherung", "direct insurance"),
        Text(
            "Ein Versicherer zahlt. Binnen eines Jahres kann die Übertragung verlangt werden, bis zur Grenze.",
            "An insurer pays. A transfer can be claimed within a year, up to the ceiling.",
        ),
    ),
    "pension_fund_insurance": (
        Text("Pensionskasse", "insured pension fund"),
        Text(
            "Wie die Direktversicherung: Übertragung binnen eines Jahres, bis zur Grenze.",
            "Like direct insurance: transfer within a year, up to the ceiling.",
        ),
    ),
    "pension_fund": (
        Text("Pensionsfonds", "pension fund"),
        Text(
            "Wie die Direktversicherung: Übertragung binnen eines Jahres, bis zur Grenze.",
            "Like direct insurance: transfer within a year, up to the ceiling.",
        ),
    ),
}
# What the law packs answer, one question at a time.
RULES = (
    "de/pension/vesting",
    "de/pension/portability",
    "de/pension/settlement",
    "de/pension/totalisation",
    "de/pension/refund",
    "de/pension/conversion",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is saved and what is taken for granted. Ages in years, money in euro, rates in percent a year.

    ``leaves_at``: from this age on nothing more is paid in and what is there goes on growing.

    Raises:
        ValueError: the ages run backwards or a number is out of its range.
    """

    age: int
    retires_at: int
    monthly: Decimal
    saved: Decimal = Decimal(0)
    leaves_at: int | None = None
    rate: Decimal = Decimal(3)
    cost: Decimal = Decimal(1)
    inflation: Decimal = Decimal(2)
    payout_years: int = 22

    def __post_init__(self) -> None:
        leaves = self.retires_at if self.leaves_at is None else self.leaves_at
        if not 15 <= self.age < self.retires_at <= 75 or not self.age <= leaves <= self.retires_at:
            raise ValueError("ages run from now over leaving to retirement, 15 to 75")
        if self.monthly < 0 or self.saved < 0 or not 1 <= self.payout_years <= 50:
            raise ValueError("amounts are not negative, and paid out over 1 to 50 years")
        if not all(Decimal(-5) <= one <= Decimal(15) for one in (self.rate, self.cost, self.inflation)):
            raise ValueError("rates lie between -5 and 15 percent")


@dataclass(frozen=True, slots=True)
class Point:
    """The capital at an age under the lower, the middle and the higher return, and the middle in today's prices."""

    age: int
    low: Decimal
    middle: Decimal
    high: Decimal
    real: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Projection:
    """``pension``: a month, under each of the three returns, paid out evenly without further growth."""

    points: tuple[Point, ...]
    pension: tuple[Decimal, Decimal, Decimal]
    real_pension: Decimal
    assumptions: tuple[Text, ...]


def project(plan: Plan) -> Projection:
    """The course of the capital from now to retirement."""
    rates = [plan.rate - SPREAD - plan.cost, plan.rate - plan.cost, plan.rate + SPREAD - plan.cost]
    capital, paid = [plan.saved] * 3, plan.saved
    price = Decimal(1)
    points = [_point(plan.age, capital, price, paid)]
    for age in range(plan.age, plan.retires_at):
        year = plan.monthly * _YEAR if plan.leaves_at is None or age < plan.leaves_at else Decimal(0)
        capital = [_grown(one, year, rate) for one, rate in zip(capital, rates, strict=True)]
        paid, price = paid + year, price * (1 + plan.inflation / _HUNDRED)
        points.append(_point(age + 1, capital, price, paid))
    months = plan.payout_years * _YEAR
    low, middle, high = (_rounded(one / months) for one in capital)
    return Projection(tuple(points), (low, middle, high), _rounded(capital[1] / months / price), _assumptions(plan))


def _grown(capital: Decimal, year: Decimal, rate: Decimal) -> Decimal:
    """A year on: what is paid in over the year earns half of it."""
    return capital * (1 + rate / _HUNDRED) + year * (1 + rate / _HUNDRED / 2)


def _point(age: int, capital: list[Decimal], price: Decimal, paid: Decimal) -> Point:
    low, middle, high = (_rounded(one) for one in capital)
    return Point(age, low, middle, high, _rounded(capital[1] / price), _rounded(paid))


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _assumptions(plan: Plan) -> tuple[Text, ...]:
    low, high = plan.rate - SPREAD, plan.rate + SPREAD
    leaves = plan.leaves_at
    until = plan.retires_at if leaves is None else leaves
    return (
        Text(
            f"Eingezahlt werden {plan.monthly} € im Monat bis zum Alter von {until} Jahren, immer gleich viel.",
            f"{plan.monthly} € a month are paid in up to the age of {until}, always the same.",
        ),
        Text(
            f"Ertrag {low} %, {plan.rate} % oder {high} % im Jahr, jedes Jahr gleich, vor Kosten von {plan.cost} %.",
            f"Return {low} %, {plan.rate} % or {high} % a year, the same every year, before costs of {plan.cost} %.",
        ),
        Text(
            f"Preise steigen um {plan.inflation} % im Jahr; „heutige Preise“ heißt, dass das abgezogen ist.",
            f"Prices rise by {plan.inflation} % a year; “today's prices” means that this is taken off.",
        ),
        Text(
            f"Ausgezahlt wird ab {plan.retires_at} gleichmäßig über {plan.payout_years} Jahre, ohne weiteren Ertrag.",
            f"It is paid out evenly over {plan.payout_years} years from {plan.retires_at} on, without further return.",
        ),
        Text(
            "Steuern und Sozialbeiträge sind nicht abgezogen; sie hängen von Staat und Wohnort ab.",
            "Taxes and social contributions are not taken off; they depend on country and place of living.",
        ),
        Text(
            "Die gesetzliche Rente ist nicht enthalten: Sie steht in der Renteninformation.",
            "The statutory pension is not included: it stands in the Renteninformation.",
        ),
    )
