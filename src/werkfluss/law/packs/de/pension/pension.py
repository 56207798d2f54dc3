"""Occupational pensions and statutory pension periods: conversion and subsidy; the rest stands in the files beside."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of
from werkfluss.law.packs.de.pension.leaving import portability, settlement, vesting
from werkfluss.law.packs.de.pension.statutory import refund, totalisation
from werkfluss.law.packs.de.pension.texts import EMPLOYER, WAY
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

__all__ = ["conversion", "low_pay_subsidy", "portability", "refund", "settlement", "totalisation", "vesting"]

_CENT = Decimal("0.01")
_MONTHS = 12
_HUNDRED = Decimal(100)


def _cent(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _monthly(values: Parameters, percent: str) -> Decimal:
    return _cent(values.number("ceiling") * values.number(percent) / _HUNDRED / _MONTHS)


@rule(
    "de/pension/conversion",
    title=Text("Entgeltumwandlung", "Conversion of pay into a pension"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "conversion",
            "EUR/month",
            "Wie viel Entgelt soll im Monat umgewandelt werden?",
            "How much pay is to be converted per month?",
            around=("302", "322", "338", "354"),
        ),
        number(
            "gross",
            "EUR/month",
            "Wie hoch ist das Bruttoentgelt im Monat (vor der Umwandlung)?",
            "How high is the gross pay per month (before conversion)?",
            around=("ceiling_health", "7550", "8050", "8450", "8850"),
        ),
        WAY,
        one_of(
            "collective_pay",
            ("none", "permitted", "not_permitted"),
            "Beruht das Entgelt auf einem Tarifvertrag: nein; ja, mit Erlaubnis zur Umwandlung; ja, ohne?",
            "Is the pay based on a collective agreement: no; yes, permitting conversion; yes, not permitting it?",
            default="none",
            labels={
                "none": Text("nein", "no"),
                "permitted": Text("ja, Umwandlung erlaubt", "yes, conversion permitted"),
                "not_permitted": Text("ja, nicht erlaubt", "yes, not permitted"),
            },
        ),
    ),
    decisive=("subsidy", "claim_month", "subject_to_contributions"),
)
def conversion(facts: Facts, values: Parameters) -> Finding:
    """§§ 1a, 20 Abs. 1 BetrAVG, § 3 Nr. 63 EStG, § 1 SvEV: claim, subsidy, tax-free and dues-free limits."""
    amount, claim = facts.number("conversion"), _monthly(values, "claim_percent")
    if facts.word("collective_pay") == "not_permitted":
        reason = Text(
            "Tariflohn darf nur umgewandelt werden, soweit der Tarifvertrag es zulässt.",
            "Pay by collective agreement may be converted only as far as the agreement permits.",
        )
        return finding("blocked", reason, cites=("betravg_20_1", "betravg_1a"))
    insured = facts.word("way") == "insurance"
    free = _monthly(values, "contribution_free_percent")
    subsidy = _subsidy(amount, min(amount, free), facts.number("gross"), values) if insured else Decimal(0)
    total = amount + subsidy
    tax_free = _monthly(values, "tax_free_percent")
    taxed = max(total - tax_free, Decimal(0)) if insured else Decimal(0)
    least = _cent(values.number("reference_month") * _MONTHS / values.number("least_divisor"))
    reason = Text(
        f"{euro(amount).de} Umwandlung und {euro(subsidy).de} Zuschuss: {euro(total).de} im Monat.",
        f"{euro(amount).en} converted and {euro(subsidy).en} subsidy: {euro(total).en} a month.",
    )
    dues = max(total - free, Decimal(0))
    return finding(
        "allowed",
        reason,
        *_excess(dues, taxed),
        cites=("betravg_1a", "estg_3_63", "svev_1", "betravg_1b_5"),
        conditions=_beyond_claim(amount, claim, least),
        values={
            "claim_month": claim,
            "least_year": least,
            "subsidy": subsidy,
            "total": total,
            "tax_free_month": tax_free,
            "contribution_free_month": free,
            "subject_to_tax": taxed,
            "subject_to_contributions": dues,
        },
        certainty="B",  # § 3 Nr. 63 EStG and § 1 SvEV second hand
    )


def _subsidy(amount: Decimal, free: Decimal, gross: Decimal, values: Parameters) -> Decimal:
    """15 %, but not more than the employer saves: nothing of the part above a ceiling saves anything."""
    month = values.number("ceiling") / _MONTHS
    health = values.number("ceiling_health")
    high = min(gross, month) - min(gross - free, month)
    low = min(gross, health) - min(gross - free, health)
    saved = _cent((high * values.number("saving_pension") + low * values.number("saving_health")) / _HUNDRED)
    return min(_cent(amount * values.number("subsidy_percent") / _HUNDRED), saved)


def _excess(dues: Decimal, taxed: Decimal) -> list[Text]:
    listed = []
    if dues:
        listed.append(
            Text(
                f"{euro(dues).de} im Monat liegen über der beitragsfreien Grenze.",
                f"{euro(dues).en} a month are above the limit free of contributions.",
            )
        )
    if taxed:
        listed.append(
            Text(
                f"{euro(taxed).de} im Monat liegen über der steuerfreien Grenze.",
                f"{euro(taxed).en} a month are above the tax-free limit.",
            )
        )
    return listed


def _beyond_claim(amount: Decimal, claim: Decimal, least: Decimal) -> tuple[Condition, ...]:
    if amount <= claim and amount * _MONTHS >= least:
        return ()
    return (
        Condition(
            "agreement",
            Text(
                f"Anspruch von {euro(least).de} im Jahr bis {euro(claim).de} im Monat; sonst nur mit Vereinbarung.",
                f"There is a right from {euro(least).en} a year to {euro(claim).en} a month; else by agreement only.",
            ),
            EMPLOYER,
            "betravg_1a",
            lead_days=None,
        ),
    )


@rule(
    "de/pension/low_pay_subsidy",
    title=Text("Förderbetrag bei geringem Lohn", "Subsidy at low pay"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "employer_contribution",
            "EUR/year",
            "Wie viel zahlt der Arbeitgeber zusätzlich zum Lohn im Jahr in die Altersversorgung?",
            "How much does the employer pay into the pension per year on top of the pay?",
            around=("low_pay_least", "low_pay_most"),
        ),
        number(
            "gross",
            "EUR/month",
            "Wie hoch ist der laufende Bruttolohn im Monat?",
            "How high is the current gross pay per month?",
            around=("low_pay_limit", "2575"),
        ),
    ),
    decisive=("subsidy",),
)
def low_pay_subsidy(facts: Facts, values: Parameters) -> Finding:
    """§ 100 EStG: the employer keeps 30 % of his own contribution from the wage tax due, up to a pay limit."""
    limit, least = values.number("low_pay_limit"), values.number("low_pay_least")
    paid = facts.number("employer_contribution")
    if facts.number("gross") > limit or paid < least:
        reason = Text(
            f"Nur bis {euro(limit).de} Monatslohn und ab {euro(least).de} Arbeitgeberbeitrag im Jahr.",
            f"Only up to {euro(limit).en} monthly pay and from {euro(least).en} employer contribution a year.",
        )
        shown = {"subsidy": Decimal(0), "limit": limit}
        return finding("blocked", reason, cites=("estg_100",), values=shown, certainty="B")
    counted = min(paid, values.number("low_pay_most"))
    subsidy = _cent(counted * values.number("low_pay_percent") / _HUNDRED)
    reason = Text(f"Förderbetrag {euro(subsidy).de} im Jahr.", f"Subsidy {euro(subsidy).en} a year.")
    shown = {"subsidy": subsidy, "limit": limit}
    return finding("allowed", reason, cites=("estg_100",), values=shown, certainty="B")
