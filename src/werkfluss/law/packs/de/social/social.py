"""Contributions, transition band, compulsory health insurance, and what is left of the pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.packs.de.social import questions as q
from werkfluss.law.packs.de.social.amounts import Kind, Person, Shares, contributions, kind_of
from werkfluss.law.packs.de.social.engagement import engagement_cost
from werkfluss.law.packs.de.social.marginal import minijob
from werkfluss.law.packs.de.social.texts import shown
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Certainty

__all__ = ["engagement_cost", "insurance_duty", "midijob", "minijob", "net_pay", "social_contributions"]

_KINDS: dict[Kind, Text] = {
    "minijob": Text("Minijob", "Minijob"),
    "midijob": Text("Übergangsbereich (Midijob)", "transition band (Midijob)"),
    "regular": Text("volle Versicherung", "full insurance"),
}
_CITES: dict[Kind, tuple[str, ...]] = {
    "minijob": ("sgb4_8_1", "sgb5_249b", "sgb6_168", "estg_40a"),
    "midijob": ("sgb4_20_2", "sgb4_20_2a", "bvv_2", "sgb5_249", "sgb6_168", "sgb3_341", "sgb11_55", "sgb11_58"),
    "regular": ("sgb5_249", "sgb6_168", "sgb3_341", "sgb11_55", "sgb11_58", "bvv_2"),
}


def _amounts(shares: Shares) -> dict[str, object]:
    """Everything about the contributions of a month, as the verdict shows it; EUR."""
    listed: dict[str, object] = {
        "kind": shares.kind,
        "employee_total": shares.employee,
        "employer_total": shares.employer,
    }
    for branch in ("health", "care", "pension", "unemployment"):
        own, employer = getattr(shares, branch)
        listed[f"{branch}_employee"], listed[f"{branch}_employer"] = own, employer
    if shares.kind == "minijob":
        listed["flat_tax"] = shares.flat_tax
        listed["employer_total"] = shares.employer + shares.flat_tax
    if shares.kind == "midijob":
        listed |= {"assessable": shares.base, "employee_base": shares.employee_base}
        listed |= {"employer_total_unrounded": shares.exact} if shares.exact is not None else {}
    return listed


def _certainty(person: Person, facts: Facts, shares: Shares) -> Certainty:
    """B where an insurer's own rate is not known, a premium stands for the basic cover, or practice fills the text."""
    averaged = shares.kind != "minijob" and not person.private and not facts.known("additional_rate")
    return "B" if averaged or person.private or person.trainee or shares.kind == "minijob" else "A"


def _reason(person: Person, shares: Shares) -> Text:
    own, employer, kind = euro(shares.employee), euro(shares.employer + shares.flat_tax), _KINDS[shares.kind]
    gross = euro(person.gross)
    return Text(
        f"{gross.de} im Monat, {kind.de}: {own.de} trägt die Person, {employer.de} der Arbeitgeber.",
        f"{gross.en} a month, {kind.en}: the person bears {own.en}, the employer {employer.en}.",
    )


@rule(
    "de/social/contributions",
    title=Text("Sozialversicherungsbeiträge im Monat", "Social insurance contributions of a month"),
    start=date(2024, 1, 1),
    facts=FactSchema(*q.JOB_FACTS, q.PENSION_EXEMPT),
    decisive=("employee_total", "employer_total"),
)
def social_contributions(facts: Facts, values: Parameters) -> Finding:
    """§ 20 SGB IV, §§ 241, 249 SGB V, § 168 SGB VI, § 346 SGB III, §§ 55, 58 SGB XI, § 2 BVV: shares to the cent."""
    person = q.person_of(facts, values)
    shares = contributions(person, values)
    cites = (*_CITES[shares.kind], *(("sgb5_257",) if person.private else ()))
    return finding(
        "allowed",
        _reason(person, shares),
        cites=cites,
        values=_amounts(shares),
        certainty=_certainty(person, facts, shares),
    )


@rule(
    "de/social/midijob",
    title=Text("Übergangsbereich (Midijob)", "Transition band (Midijob)"),
    start=date(2024, 1, 1),
    facts=FactSchema(*q.JOB_FACTS),
    decisive=("kind", "employee_total", "employer_total"),
)
def midijob(facts: Facts, values: Parameters) -> Finding:
    """§ 20 Abs. 2, 2a SGB IV: more than marginal and not above the upper end; factor F; not for trainees."""
    gross, trainee = facts.number("gross"), facts.flag("trainee")
    kind = kind_of(Person(gross, trainee=trainee), values)
    low, high = values.number("minijob_limit"), values.number("midijob_upper")
    span = {"kind": kind, "from_above": low, "up_to": high}
    if kind != "midijob":
        reason = {
            "minijob": Text(f"Nicht über {euro(low).de}: Minijob.", f"Not above {euro(low).en}: Minijob."),
            "regular": Text(
                "Ausbildung oder mehr als die Obergrenze: volle Beiträge.",
                "A trainee or above the upper end: full contributions.",
            ),
        }[kind]
        return finding("blocked", reason, cites=("sgb4_20_2", "sgb4_20_2a"), values=span)
    person = q.person_of(facts, values)
    shares = contributions(person, values)
    return finding(
        "allowed",
        _reason(person, shares),
        cites=_CITES["midijob"],
        values={**span, "factor_f": values.number("factor_f"), **_amounts(shares)},
        certainty=_certainty(person, facts, shares),
    )


@rule(
    "de/social/net_pay",
    title=Text("Netto und Lohnkosten im Monat", "Net pay and wage cost of a month"),
    start=date(2026, 1, 1),
    facts=FactSchema(*q.JOB_FACTS, q.PENSION_EXEMPT, q.TAX_CLASS, q.CHURCH_TAX),
    decisive=("net", "employer_cost"),
)
def net_pay(facts: Facts, values: Parameters) -> Finding:
    """§ 39b EStG, §§ 3, 4 SolZG, church tax acts: gross less contributions and wage tax; cost before levies."""
    person = q.person_of(facts, values)
    shares = contributions(person, values)
    cost = person.gross + shares.employer + shares.flat_tax
    amounts = _amounts(shares)
    if shares.kind == "minijob":
        amounts |= {"wage_tax": Decimal(0), "solidarity": Decimal(0), "church_tax": Decimal(0)}
        net = person.gross - shares.employee
    else:
        tax = q.tax_of(facts, person, shares.health[1] + shares.care[1], values)
        amounts |= {"wage_tax": tax.wage_tax, "solidarity": tax.solidarity, "church_tax": tax.church}
        net = person.gross - shares.employee - tax.total
    reason = Text(
        f"Netto {euro(net).de}; Kosten {euro(cost).de} vor Umlagen und Berufsgenossenschaft.",
        f"Net {euro(net).en}; cost {euro(cost).en} before levies and accident insurance.",
    )
    return finding(
        "allowed",
        reason,
        cites=(*_CITES[shares.kind], "estg_39b", "solzg_3", "kistg"),
        values={**amounts, "gross": person.gross, "net": net, "employer_cost": cost},
        certainty=_certainty(person, facts, shares),
    )


@rule(
    "de/social/insurance_duty",
    title=Text("Pflicht zur gesetzlichen Krankenversicherung", "Compulsory statutory health insurance"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "annual_pay",
            "EUR/year",
            "Wie hoch ist das regelmäßige Jahresarbeitsentgelt (mit sicheren Einmalzahlungen, ohne Familienzuschläge)?",
            "How high is the regular annual pay (with certain one-off payments, without family supplements)?",
            around=("annual_limit", "annual_limit_next_year", "annual_limit_2002"),
        ),
        one_of(
            "situation",
            ("start_of_job", "rise_during_year"),
            "Beginnt die Beschäftigung, oder steigt das Entgelt im laufenden Jahr?",
            "Does the job begin, or does the pay rise during the year?",
            default="start_of_job",
            labels={
                "start_of_job": Text("Beginn oder schon vorher darüber", "start, or above it already before"),
                "rise_during_year": Text("Anstieg im laufenden Jahr", "rise during the year"),
            },
        ),
        yes_no(
            "private_since_2002",
            "War die Person am 31.12.2002 wegen Überschreitens der Grenze privat versichert?",
            "Was the person privately insured on 31 December 2002 because of pay above the limit?",
            default=False,
        ),
    ),
    decisive=("health_insurance",),
)
def insurance_duty(facts: Facts, values: Parameters) -> Finding:
    """§ 6 Abs. 1 Nr. 1, Abs. 4, 6, 7 SGB V: free only above the limit; after a rise not before the year ends."""
    pay = facts.number("annual_pay")
    limit = values.number("annual_limit_2002" if facts.flag("private_since_2002") else "annual_limit")
    cites = ("sgb5_6", "sgb5_6_6", "sgb5_6_7")
    if pay <= limit:
        reason = Text(
            f"Versicherungspflichtig: das Entgelt übersteigt {euro(limit).de} nicht.",
            f"Compulsory: the pay does not exceed {euro(limit).en}.",
        )
        return finding("allowed", reason, cites=cites, values={"health_insurance": "compulsory", "limit": limit})
    if facts.word("situation") == "start_of_job":
        reason = Text(
            f"Versicherungsfrei: mehr als {euro(limit).de} im Jahr; freiwillig gesetzlich oder privat.",
            f"Free: more than {euro(limit).en} a year; voluntary statutory or private insurance.",
        )
        return finding("allowed", reason, cites=cites, values={"health_insurance": "free", "limit": limit})
    return _after_rise(pay, limit, values)


def _after_rise(pay: Decimal, limit: Decimal, values: Parameters) -> Finding:
    following, end = values.number("annual_limit_next_year"), date(values.on.year, 12, 31)
    cites = ("sgb5_6", "sgb5_6_4")
    listed: dict[str, object] = {"limit": limit, "limit_next_year": following}
    if pay <= following:
        reason = Text(
            f"Die Pflicht bleibt: die Grenze des nächsten Jahres ({euro(following).de}) wird nicht überschritten.",
            f"The duty stays: next year's limit ({euro(following).en}) is not exceeded.",
        )
        return finding("allowed", reason, cites=cites, values={"health_insurance": "compulsory", **listed})
    reason = Text(
        f"Die Pflicht endet mit dem {shown(end)}; bis dahin bleibt die Person pflichtversichert.",
        f"The duty ends on {end.isoformat()}; until then the person stays compulsorily insured.",
    )
    ends = {"health_insurance": "compulsory_until_end_of_year", "ends_on": end, **listed}
    return finding("allowed", reason, cites=cites, values=ends)
