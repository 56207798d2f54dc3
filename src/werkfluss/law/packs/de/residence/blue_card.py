"""The Blue Card after the first issue: renewal, and mobility with the card of another EU state."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, day, number, one_of, yes_no
from werkfluss.law.packs.de.residence import questions as ask
from werkfluss.law.packs.de.residence.common import (
    CONSENT,
    EU,
    PERSON,
    add_months,
    closed,
    licence_test,
    raise_salary,
    shown,
    way,
)
from werkfluss.law.packs.de.residence.routes import BLUE_CARD_FACTS, blue_card
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Duty

# Denmark and Ireland take no part in Directive (EU) 2021/1883; Cyprus is in the EU but not in Schengen.
_ISSUING = EU - {"DE", "DK", "IE"}
_OUTSIDE_SCHENGEN = frozenset(("CY",))
_CARD_STATE = country(
    "card_state",
    "Welcher andere EU-Staat hat die Blaue Karte ausgestellt?",
    "Which other EU state issued the Blue Card?",
)


@rule(
    "de/residence/blue_card_renewal",
    title=Text("Verlängerung der Blauen Karte EU", "Renewal of an EU Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        ask.SALARY,
        one_of(
            "first_card_route",
            ("regular", "shortage", "graduate", "it_experience"),
            "Auf welchem Weg wurde die erste Karte erteilt: regulär, Engpassberuf, Berufsanfang, IT-Erfahrung?",
            "By which route was the first card issued: regular, shortage job, new graduate, IT experience?",
        ),
        ask.OCCUPATION_GROUP,
        ask.DEGREE_YEARS_AGO,
        day(
            "first_card_on",
            "Wann wurde die erste Blaue Karte erteilt?",
            "When was the first Blue Card issued?",
            around=("730",),
        ),
        ask.LICENCE,
    ),
)
def blue_card_renewal(facts: Facts, values: Parameters) -> Finding:
    """§ 18g Abs. 6, § 8 Abs. 1 AufenthG: lower salary only in shortage jobs, for recent degrees, for 24 months."""
    no_licence = licence_test(facts)
    if no_licence:
        return no_licence
    salary = facts.number("salary")
    regular, reduced = values.number("blue_card_regular"), values.number("blue_card_reduced")
    route = facts.word("first_card_route")
    cites = ("aufenthg_18g_6", "aufenthg_8_1")
    if salary >= regular and route != "it_experience":
        reason = Text("Mindestgehalt erreicht, keine Zustimmung nötig.", "Minimum salary reached, no consent needed.")
        open_way = {"threshold": regular, "consent": False, "fee": values.number("fee_renewal")}
        return finding("allowed", reason, cites=cites, values=open_way)
    if salary < reduced:
        return _too_low(reduced, salary)
    ground = _lower_threshold(facts, values, route)
    if ground is None:
        return _too_low(regular, salary)
    open_way = {"threshold": reduced, "consent": True, "fee": values.number("fee_renewal")}
    return finding("allowed", ground, cites=cites, conditions=(CONSENT,), values=open_way, certainty="B")


def _lower_threshold(facts: Facts, values: Parameters, route: str) -> Text | None:
    """Why the lower salary still suffices, or None."""
    group = facts.word("occupation_group")
    if route == "it_experience":
        return Text("IT-Erfahrung, weiter in der IT.", "IT experience, still in IT.") if group == "it" else None
    if group in ("it", "shortage"):
        return Text("Engpassberuf: das niedrigere Gehalt gilt weiter.", "Shortage job: the lower salary still applies.")
    if route == "graduate":
        until = add_months(facts.day("first_card_on"), values.days("renewal_months"))
        if values.on < until:
            return Text(
                f"Erste Karte als Berufsanfänger: das niedrigere Gehalt gilt bis {shown(until - timedelta(days=1))}.",
                f"First card as a new graduate: the lower salary applies until {until - timedelta(days=1)}.",
            )
    if facts.number("degree_years_ago") <= values.number("graduate_years"):
        return Text("Der Abschluss ist höchstens drei Jahre her.", "The degree is at most three years old.")
    return None


def _too_low(threshold: Decimal, salary: Decimal) -> Finding:
    short = threshold - salary
    reason = Text(
        f"Für die Verlängerung nötig: {euro(threshold).de} (es fehlen {euro(short).de}).",
        f"Needed for the renewal: {euro(threshold).en} ({euro(short).en} short).",
    )
    ways = (raise_salary(threshold, "aufenthg_18g_6"),)
    return closed(reason, "aufenthg_18g_6", values={"threshold": threshold, "short_by": short}, ways=ways)


@rule(
    "de/residence/blue_card_short_mobility",
    title=Text("Kurz in Deutschland mit der Blauen Karte eines anderen Staats", "Short stay with a foreign Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        _CARD_STATE,
        yes_no(
            "business_activity",
            "Ist es eine geschäftliche Tätigkeit, die unmittelbar aus dem Arbeitsvertrag der Karte folgt?",
            "Is it a business activity that follows directly from the employment contract of the card?",
        ),
        number(
            "days_in_180",
            "days",
            "An wie vielen Tagen in 180 hält sich die Person dafür in Deutschland auf?",
            "On how many days in 180 is the person in Germany for it?",
            around=("mobility_days",),
            step="1",
        ),
    ),
)
def short_mobility(facts: Facts, values: Parameters) -> Finding:
    """§ 18h AufenthG: business activity for 90 days in 180 without a German title or work permit."""
    state = facts.word("card_state")
    if state not in _ISSUING:
        return _no_card_of(state, "aufenthg_18h")
    if not facts.flag("business_activity"):
        reason = Text(
            "Nur geschäftliche Tätigkeit aus dem Vertrag der Karte ist frei; andere Arbeit braucht einen Titel.",
            "Only business activity under the card's contract is free; other work needs a title.",
        )
        title = way("paper", "Deutsche Blaue Karte beantragen (§ 18i).", "Apply for a German card.", "aufenthg_18i")
        return closed(reason, "aufenthg_18h", ways=(title,))
    limit = values.number("mobility_days")
    if facts.number("days_in_180") > limit:
        reason = Text(f"Mehr als {limit} Tage in 180.", f"More than {limit} days in 180.")
        fewer = way("limit", f"Auf {limit} Tage in 180 begrenzen.", f"Limit to {limit} days in 180.", "aufenthg_18h")
        return closed(reason, "aufenthg_18h", ways=(fewer,))
    conditions = [
        way(
            "paper",
            "Gültige Blaue Karte und Pass mitführen, Tage zählen.",
            "Carry the valid Blue Card and passport, count the days.",
            "aufenthg_18h",
            who=PERSON,
            lead_days=0,
        )
    ]
    if state in _OUTSIDE_SCHENGEN:
        proof = way(
            "paper",
            "Nachweis des geschäftlichen Zwecks mitführen (Ausstellerstaat gehört nicht zu Schengen).",
            "Carry proof of the business purpose (the issuing state is outside Schengen).",
            "aufenthg_18h",
            who=PERSON,
            lead_days=3,
        )
        conditions.append(proof)
    reason = Text("Kein deutscher Titel und keine Erlaubnis nötig.", "No German title and no permit needed.")
    return finding("allowed", reason, cites=("aufenthg_18h",), conditions=conditions, values={"days_limit": limit})


def _no_card_of(state: str, basis: str) -> Finding:
    reason = Text(
        f"{state} stellt keine Blaue Karte EU aus, auf die sich die Mobilität stützen kann.",
        f"{state} issues no EU Blue Card on which mobility could rest.",
    )
    return closed(reason, basis)


@rule(
    "de/residence/blue_card_long_mobility",
    title=Text("Umzug nach Deutschland mit der Blauen Karte eines anderen Staats", "Move with a foreign Blue Card"),
    start=date(2023, 11, 18),
    facts=FactSchema(
        _CARD_STATE,
        number(
            "months_in_state",
            "months",
            "Seit wie vielen Monaten lebt die Person mit dieser Karte in dem Staat?",
            "For how many months has the person lived in that state with this card?",
            around=("mobility_months", "mobility_months_repeat"),
            step="1",
        ),
        yes_no(
            "moved_before",
            "Ist sie schon einmal mit einer Blauen Karte in einen zweiten EU-Staat gezogen?",
            "Has she moved to a second EU state with a Blue Card before?",
            default=False,
        ),
        day("entered_on", "Wann ist die Person nach Deutschland eingereist?", "When did the person enter Germany?"),
        *BLUE_CARD_FACTS,
    ),
)
def long_mobility(facts: Facts, values: Parameters) -> Finding:
    """§ 18i, § 81 Abs. 6a AufenthG, § 39 Satz 1 Nr. 7 AufenthV: a German card after twelve months, without a visa."""
    state = facts.word("card_state")
    if state not in _ISSUING:
        return _no_card_of(state, "aufenthg_18i")
    needed = values.number("mobility_months_repeat" if facts.flag("moved_before") else "mobility_months")
    months = facts.number("months_in_state")
    if months < needed:
        reason = Text(f"Erst nach {needed} Monaten mit der Karte.", f"Only after {needed} months with the card.")
        wait = way("limit", f"{needed - months} Monate warten.", f"Wait {needed - months} months.", "aufenthg_18i")
        return closed(reason, "aufenthg_18i", ways=(wait,), values={"months_short": needed - months})
    return all_of(_moving(facts, values), blue_card(facts, values))


def _moving(facts: Facts, values: Parameters) -> Finding:
    days = values.days("mobility_work_days")
    apply = way(
        "paper",
        "Die deutsche Blaue Karte binnen eines Monats nach der Einreise beantragen; ein Visum ist nicht nötig.",
        "Apply for the German Blue Card within a month of entry; no visa is needed.",
        "aufenthv_39",
        who=PERSON,
        lead_days=30,
    )
    start = way(
        "limit",
        f"Die Arbeit beginnt mit der Karte, spätestens {days} Tage nach dem vollständigen Antrag.",
        f"Work starts with the card, {days} days after the complete application at the latest.",
        "aufenthg_81_6a",
        lead_days=days,
    )
    duties: tuple[Duty, ...] = ()
    if facts.known("entered_on"):
        what = Text("Deutsche Blaue Karte beantragen.", "Apply for the German Blue Card.")
        duties = (Duty(what, PERSON, add_months(facts.day("entered_on"), 1), "aufenthv_39", practical_days=7),)
    proven = facts.number("months_in_state") >= 12 * values.number("mobility_proof_years")
    reason = Text("Umzug mit der Blauen Karte eines anderen EU-Staats.", "Move with the Blue Card of another EU state.")
    return finding(
        "allowed",
        reason,
        cites=("aufenthg_18i", "aufenthv_39", "aufenthg_81_6a"),
        conditions=(apply, start),
        duties=duties,
        values={"qualification_counts_as_proven": proven},
        certainty="B",
    )
