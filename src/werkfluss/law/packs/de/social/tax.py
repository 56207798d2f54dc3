"""Wage tax, solidarity surcharge and church tax of a month, by the library ``lohnsteuer-bmf`` (flow chart 2026)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

# The library asks for a state and a year of birth, where the law asks for a rate and a surcharge.
STATE = {"none": "Berlin", "8_percent": "Bayern", "9_percent": "Berlin"}
BORN_CHILDLESS, BORN_OTHERS = 1990, 2010


@dataclass(frozen=True, slots=True)
class TaxCase:
    """What wage tax depends on; ``gross`` in EUR a month, ``additional`` in percent, premiums in EUR a month."""

    gross: Decimal
    tax_class: int
    church: str
    childless: bool
    children: int
    saxony: bool
    additional: Decimal
    year: int
    private_premiums: Decimal | None = None
    private_subsidy: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class WageTax:
    """EUR a month."""

    wage_tax: Decimal
    solidarity: Decimal
    church: Decimal

    @property
    def total(self) -> Decimal:
        return self.wage_tax + self.solidarity + self.church


@lru_cache(maxsize=20_000)
def wage_tax(case: TaxCase) -> WageTax:
    """§ 39b EStG: the tax of one month of equal months.

    The library works with floats and rounds each amount to the cent; its premiums are cents, its rates percent.
    """
    from lohnsteuer_bmf import berechne_lohnsteuer_pap

    private: dict[str, Any] = {}
    if case.private_premiums is not None:
        cents = {"pkpv_monat_cent": case.private_premiums, "pkpvagz_monat_cent": case.private_subsidy}
        private = {"pkv": True, **{name: int(amount.scaleb(2)) for name, amount in cents.items()}}
    found = berechne_lohnsteuer_pap(
        float(case.gross * 12),
        case.tax_class,
        STATE[case.church],
        case.church != "none",
        0 if case.childless else case.children,
        BORN_CHILDLESS if case.childless else BORN_OTHERS,
        float(case.additional),
        case.saxony,
        case.year,
        **private,
    )
    amounts = (found["lohnsteuer_monat"], found["soli_monat"], found["kirchensteuer_monat"])
    # repr of a float rounded to the cent is that cent amount, so nothing is lost on the way to Decimal
    return WageTax(*(Decimal(repr(amount)).quantize(Decimal("0.01")) for amount in amounts))


def income_tax(yearly_income: Decimal, year: int) -> Decimal:
    """Income tax and solidarity surcharge of a single person on a taxable income; EUR a year."""
    from lohnsteuer_bmf import einkommensteuer, solidaritaetszuschlag

    tax = einkommensteuer(float(max(yearly_income, Decimal(0))), year)
    return Decimal(tax) + Decimal(repr(solidaritaetszuschlag(tax, zusammenveranlagung=False, jahr=year)))
