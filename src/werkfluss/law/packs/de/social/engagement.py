"""What an engagement costs the firm and leaves the person: staff, Minijob, freelancer, executive, partner, agent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, day, number, one_of, yes_no
from werkfluss.law.packs.de.social import engagement_duties as duties
from werkfluss.law.packs.de.social import questions as q
from werkfluss.law.packs.de.social.amounts import NOTHING, Person, Shares, cent, contributions, kind_of, part
from werkfluss.law.packs.de.social.tax import income_tax
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro

_MONTHS = 12
_WEEKS = 52
_EMPLOYED = ("staff", "minijob")
# § 10c EStG, the lump sum that everybody gets
_SPECIAL_EXPENSES = 36


_FACTS = FactSchema(
    one_of(
        "kind",
        ("staff", "minijob", "freelancer", "fractional", "partner", "agent"),
        "Welche Art des Einsatzes?",
        "Which kind of engagement?",
        labels={
            "staff": Text("Anstellung", "employment"),
            "minijob": Text("Minijob", "Minijob"),
            "freelancer": Text("Freie Mitarbeit", "freelancer"),
            "fractional": Text("Führungskraft auf Zeit", "fractional executive"),
            "partner": Text("Partnerteam", "partner team"),
            "agent": Text("KI-Agent", "AI agent"),
        },
    ),
    *q.JOB_FACTS,
    q.PENSION_EXEMPT,
    q.TAX_CLASS,
    q.CHURCH_TAX,
    number(
        "fee",
        "EUR/month",
        "Wie hoch ist das Honorar oder der Preis im Monat, ohne Umsatzsteuer?",
        "How high is the fee or price per month, without VAT?",
        around=("0",),
    ),
    number(
        "u1_rate",
        "percent",
        "Umlage U1 der Krankenkasse in Prozent (0, wenn mehr als 30 Beschäftigte)?",
        "Levy U1 of the health fund in percent (0 with more than 30 staff)?",
        around=("0",),
    ),
    number(
        "u2_rate",
        "percent",
        "Umlage U2 der Krankenkasse in Prozent?",
        "Levy U2 of the health fund in percent?",
        around=("0",),
    ),
    number(
        "accident_rate",
        "percent",
        "Beitrag zur Berufsgenossenschaft in Prozent des Entgelts (letzter Bescheid)?",
        "Accident insurance in percent of the pay (last notice)?",
        around=("0",),
    ),
    yes_no(
        "artistic",
        "Ist es eine künstlerische oder publizistische Leistung (Text, Bild, Gestaltung, Musik)?",
        "Is it an artistic or journalistic service (text, image, design, music)?",
        default=False,
    ),
    yes_no(
        "input_tax_deductible",
        "Darf die Firma die Umsatzsteuer voll als Vorsteuer abziehen?",
        "May the firm deduct the VAT in full as input tax?",
        default=True,
    ),
    number(
        "oversight_cost",
        "EUR/month",
        "Was kostet die Anleitung, Prüfung oder Aufsicht im eigenen Haus im Monat?",
        "What does guidance, review or oversight in house cost per month?",
        around=("0",),
    ),
    number(
        "weekly_hours",
        "h/week",
        "Wie viele Stunden in der Woche wird gearbeitet?",
        "How many hours a week are worked?",
        around=("0",),
    ),
    number(
        "absent_days",
        "days/year",
        "Wie viele Arbeitstage im Jahr fallen bezahlt aus (Urlaub, Feiertage, Krankheit; bei fünf Tagen die Woche)?",
        "How many paid working days a year are lost (leave, holidays, sickness; in a five-day week)?",
        around=("0",),
    ),
    number(
        "own_costs",
        "EUR/month",
        "Freiberuflich: eigene Betriebsausgaben im Monat (freiwillige Angabe der Person)?",
        "Freelance: own business costs per month (voluntary statement of the person)?",
        around=("0",),
    ),
    number(
        "own_insurance",
        "EUR/month",
        "Freiberuflich: eigene Kranken-, Pflege- und Rentenversicherung im Monat (freiwillige Angabe der Person)?",
        "Freelance: own health, care and pension insurance per month (voluntary statement of the person)?",
        around=("0",),
    ),
    day("start", "Wann beginnt der Einsatz?", "When does the engagement begin?"),
    yes_no(
        "works_council",
        "Gibt es einen Betriebsrat (und mehr als 20 Beschäftigte)?",
        "Is there a works council (and more than 20 staff)?",
        default=False,
    ),
)


@rule(
    "de/social/engagement_cost",
    title=Text("Was ein Einsatz kostet", "What an engagement costs"),
    start=date(2026, 1, 1),
    facts=_FACTS,
    decisive=("cost_month",),
)
def engagement_cost(facts: Facts, values: Parameters) -> Finding:
    """§§ 20, 28a SGB IV, § 7 AAG, § 358 SGB III, § 150 SGB VII, § 24 KSVG, § 12 UStG: cost, net, duties, lead time."""
    kind = facts.word("kind")
    if kind == "minijob" and facts.number("gross") > values.number("minijob_limit"):
        limit = values.number("minijob_limit")
        reason = Text(f"Mehr als {euro(limit).de}: kein Minijob.", f"More than {euro(limit).en}: no Minijob.")
        return finding("blocked", reason, cites=("sgb4_8_1", "sgb4_8_1a"), values={"kind": kind, "limit": limit})
    listed, lacking = _employed(facts, values) if kind in _EMPLOYED else _external(kind, facts, values)
    if facts.known("oversight_cost"):
        listed["oversight"] = facts.number("oversight_cost")
    elif kind != "staff":
        lacking.append("oversight_cost")
    listed = {"kind": kind, "cost_month": _sum(listed), **listed}
    _per_hour(kind, listed, facts, lacking)
    private = [name for name in ("tax_class", "church_tax") if kind == "staff" and not facts.known(name)]
    asked = duties.of(kind, facts, values.on)
    listed["lead_days"] = max(item.lead_days for item in asked.conditions if item.lead_days)
    listed["not_included"] = tuple(lacking)
    cost = euro(Decimal(str(listed["cost_month"])))
    reason = Text(f"Kosten im Monat: {cost.de}.", f"Cost per month: {cost.en}.")
    return finding(
        "allowed",
        reason,
        *([_lacking(lacking)] if lacking else []),
        cites=asked.cites,
        conditions=asked.conditions,
        duties=asked.duties,
        values=listed,
        certainty="B",
        asks=[*lacking, *private],
    )


def _lacking(names: list[str]) -> Text:
    questions = [_FACTS.facts[name].question for name in names]
    return Text(
        "Nicht enthalten, weil nicht bekannt: " + " ".join(item.de for item in questions),
        "Not included, because not known: " + " ".join(item.en for item in questions),
    )


_COSTS = ("gross", "fee", "contributions", "flat_tax", "insolvency_levy", "u1", "u2", "accident", "artists_levy", "vat")


def _sum(listed: dict[str, object]) -> Decimal:
    amounts = [listed[name] for name in (*_COSTS, "oversight") if name in listed]
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), NOTHING)


def _employed(facts: Facts, values: Parameters) -> tuple[dict[str, object], list[str]]:
    """Pay, contributions and levies; what nobody told is named, not guessed."""
    person = q.person_of(facts, values)
    shares = contributions(person, values)
    base = min(person.gross, values.number("ceiling_pension"))
    listed: dict[str, object] = {"gross": person.gross, "contributions": shares.employer}
    if shares.flat_tax:
        listed["flat_tax"] = shares.flat_tax
    listed["insolvency_levy"] = part(base, values.number("rate_insolvency"))
    lacking = []
    for name, on in (("u1_rate", base), ("u2_rate", base), ("accident_rate", person.gross)):
        if facts.known(name):
            listed[name.removesuffix("_rate")] = part(on, facts.number(name))
        else:
            lacking.append(name)
    listed["employer_cost"] = person.gross + shares.employer + shares.flat_tax
    return {**listed, **_net(facts, person, shares, values)}, lacking


def _net(facts: Facts, person: Person, shares: Shares, values: Parameters) -> dict[str, object]:
    """What is left to the person; tax class and church tax are hers to tell, the firm's cost does not need them."""
    if kind_of(person, values) == "minijob":
        return {"net_month": person.gross - shares.employee}
    if not (facts.known("tax_class") and facts.known("church_tax")):
        return {"employee_total": shares.employee}
    tax = q.tax_of(facts, person, shares.health[1] + shares.care[1], values)
    taxes = {"wage_tax": tax.wage_tax, "solidarity": tax.solidarity, "church_tax": tax.church}
    return {"net_month": person.gross - shares.employee - tax.total, **taxes, "employee_total": shares.employee}


def _external(kind: str, facts: Facts, values: Parameters) -> tuple[dict[str, object], list[str]]:
    fee = facts.number("fee")
    listed: dict[str, object] = {"fee": fee}
    artistic = kind in ("freelancer", "fractional") and facts.flag("artistic")
    if artistic and fee * _MONTHS > values.number("artists_levy_free"):
        listed["artists_levy"] = part(fee, values.number("artists_levy"))
    if not facts.flag("input_tax_deductible"):
        listed["vat"] = part(fee, values.number("vat_rate"))
    if kind in ("freelancer", "fractional"):
        return {**listed, **_net_of_fee(fee, facts, values)}, []
    return listed, []


def _net_of_fee(fee: Decimal, facts: Facts, values: Parameters) -> dict[str, object]:
    """What is left to a single self-employed person, if she told her costs; the firm need not know them."""
    if not (facts.known("own_costs") and facts.known("own_insurance")):
        return {"before_tax_and_insurance": fee}
    left = fee - facts.number("own_costs") - facts.number("own_insurance")
    tax = cent(income_tax(left * _MONTHS - _SPECIAL_EXPENSES, int(values.number("wage_tax_plan"))) / _MONTHS)
    return {"before_tax_and_insurance": fee, "net_month": cent(left - tax), "income_tax": tax}


def _per_hour(kind: str, listed: dict[str, object], facts: Facts, lacking: list[str]) -> None:
    """Cost of one hour that is really worked: the yearly cost by the yearly hours without paid absence."""
    for name in ("weekly_hours", *(("absent_days",) if kind in _EMPLOYED else ())):
        if not facts.known(name):
            lacking.append(name)
            return
    hours = facts.number("weekly_hours")
    absent = facts.number("absent_days") if kind in _EMPLOYED else NOTHING
    worked = _WEEKS * hours - absent * hours / 5
    cost = listed["cost_month"]
    if worked > 0 and isinstance(cost, Decimal):
        listed["cost_per_hour"] = cent(cost * _MONTHS / worked)
