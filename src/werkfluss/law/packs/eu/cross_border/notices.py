"""Notices before work in another state: into Germany, to Austria, elsewhere; and the extra terms in writing."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, number, one_of, yes_no
from werkfluss.law.packs.eu.a1.coordination import COORDINATED
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_KINDS = {
    "service": Text("Leistung für Kunden dort", "service for a client there"),
    "group": Text("Einsatz im Konzern", "work within the group"),
    "business_trip": Text("Besprechung, Messe, Schulung", "meeting, fair, training"),
    "own_wish": Text("auf eigenen Wunsch (Workation)", "on the person's own wish (workation)"),
}


def _into_germany(facts: Facts) -> Finding:
    if not facts.flag("notice_sector"):
        reason = Text(
            "Keine Meldung nach § 16 MiLoG, § 18 AEntG: Die Branche ist nicht genannt.",
            "No notice under s. 16 MiLoG, s. 18 AEntG: the sector is not listed.",
        )
        return finding("allowed", reason, cites=("milog_16", "aentg_18"), certainty="B")
    notify = Condition(
        "notice",
        Text(
            "Vor Beginn beim Zoll melden (Meldeportal Mindestlohn); Unterlagen auf Deutsch bereithalten.",
            "Notify customs before the start (Meldeportal Mindestlohn); keep documents in German.",
        ),
        Text("Arbeitgeber im Ausland", "employer abroad"),
        "milog_16",
        lead_days=2,
        day_kind="working",
    )
    reason = Text("Meldepflichtige Branche.", "The sector must notify.")
    return finding("allowed", reason, cites=("milog_16", "aentg_18"), conditions=(notify,), certainty="B")


def _notify(place: str, basis: str, lead: int) -> Condition:
    return Condition(
        "notice",
        Text(
            f"Entsendemeldung in {place} vor Beginn abgeben, Ansprechperson benennen, Lohnunterlagen mitführen.",
            f"Send the posting notice in {place} before the start, name a contact, carry the wage documents.",
        ),
        _EMPLOYER,
        basis,
        lead_days=lead,
        day_kind="working",
    )


def _out(facts: Facts, values: Parameters, place: str) -> Finding:
    kind = facts.word("kind")
    lead = values.days("lead_notice")
    if kind == "own_wish":
        reason = Text(
            "Ohne Leistung für einen Empfänger dort in der Regel keine Entsendemeldung; vor Ort prüfen.",
            "Without a service for a recipient there usually no posting notice; check locally.",
        )
        return finding("allowed", reason, cites=("dir96_71", "dir2014_67"), conditions=(_site(place),), certainty="C")
    if kind == "business_trip":
        reason = Text(
            "Besprechungen und Messen nehmen viele Staaten aus; welche, ist hier nicht geprüft.",
            "Many states exempt meetings and fairs; which ones has not been checked here.",
        )
        return finding("allowed", reason, cites=("dir2014_67",), conditions=(_site(place),), certainty="C")
    if place == "AT":
        return _to_austria(facts, values, lead)
    reason = Text(
        "Entsendung: Meldung, Mindestbedingungen und ab 12 (mit Begründung 18) Monaten fast alle Arbeitsbedingungen "
        "des Einsatzstaats.",
        "Posting: notice, minimum terms, and from 12 (or 18) months almost all terms of the host state.",
    )
    cites = ("dir96_71", "dir2014_67")
    return finding("allowed", reason, cites=cites, conditions=(_notify(place, "dir2014_67", lead),), certainty="B")


def _to_austria(facts: Facts, values: Parameters, lead: int) -> Finding:
    if facts.word("kind") == "group" and facts.number("monthly_pay") >= values.number("at_exempt_pay"):
        keep = Condition(
            "record",
            Text("Entgelt und Konzerneinsatz belegen können.", "Be able to prove pay and the work in the group."),
            _EMPLOYER,
            "lsd_bg",
        )
        reason = Text(
            "Konzerneinsatz mit hohem Entgelt: keine ZKO-Meldung (LSD-BG).",
            "Work in the group with high pay: no ZKO notice (LSD-BG).",
        )
        return finding("allowed", reason, cites=("lsd_bg",), conditions=(keep,), certainty="C")
    reason = Text(
        "Österreich: Meldung (ZKO) vor Arbeitsaufnahme und Lohnunterlagen vor Ort.",
        "Austria: notice (ZKO) before the work starts and wage documents on site.",
    )
    cites = ("lsd_bg", "dir2014_67")
    return finding("allowed", reason, cites=cites, conditions=(_notify("AT", "lsd_bg", lead),), certainty="B")


def _site(place: str) -> Condition:
    return Condition(
        "review",
        Text(
            f"Auf der nationalen Website für Entsendungen ({place}) prüfen, ob eine Meldung nötig ist.",
            f"Check on the national posting website ({place}) whether a notice is needed.",
        ),
        _EMPLOYER,
        "dir2014_67",
        lead_days=2,
        day_kind="working",
    )


def _terms(facts: Facts, *, eu: bool) -> Finding:
    if facts.number("weeks") <= 4:
        reason = Text(
            "Bis vier Wochen: keine zusätzliche Niederschrift.", "Up to four weeks: no additional written terms."
        )
        return finding("allowed", reason, cites=("nachwg_2_2",))
    paper = Condition(
        "paper",
        Text(
            "Vor der Abreise zusätzliche Niederschrift: Land, Dauer, Währung, Leistungen, Rückkehr"
            + ("; dazu Entlohnung dort und Link zur nationalen Website." if eu else "."),
            "Before departure additional written terms: country, duration, currency, benefits, return"
            + ("; also the pay due there and the link to the national website." if eu else "."),
        ),
        _EMPLOYER,
        "nachwg_2_3" if eu else "nachwg_2_2",
        lead_days=2,
        day_kind="working",
    )
    reason = Text("Länger als vier Wochen im Ausland.", "More than four weeks abroad.")
    return finding("allowed", reason, cites=("nachwg_2_2", "nachwg_2_3"), conditions=(paper,))


@rule(
    "eu/cross_border/posting_notice",
    title=Text("Meldungen vor Arbeit in einem anderen Staat", "Notices before work in another state"),
    start=date(2020, 7, 30),
    facts=FactSchema(
        country("home", "In welchem Staat sitzt der Arbeitgeber?", "In which state is the employer?"),
        country("work_country", "In welchem Staat wird gearbeitet?", "In which state is the work done?"),
        one_of("kind", tuple(_KINDS), "Wozu dient der Aufenthalt?", "What is the stay for?", labels=_KINDS),
        number(
            "weeks",
            "weeks",
            "Wie viele Wochen am Stück dauert die Arbeit dort?",
            "How many consecutive weeks does the work there last?",
            around=("4",),
        ),
        yes_no(
            "notice_sector",
            "Nur für Arbeit in Deutschland: Ist es eine Branche nach § 2a SchwarzArbG oder dem AEntG?",
            "Only for work in Germany: is it a sector of s. 2a SchwarzArbG or the AEntG?",
        ),
        number(
            "monthly_pay",
            "EUR/month",
            "Wie hoch ist das monatliche Bruttoentgelt?",
            "How high is the gross monthly pay?",
            around=("at_exempt_pay",),
        ),
    ),
)
def posting_notice(facts: Facts, values: Parameters) -> Finding:
    """§ 16 MiLoG, § 18 AEntG, § 2 Abs. 2, 3 NachwG, LSD-BG, Richtlinien 96/71/EG, 2014/67/EU: notify before."""
    home, place = facts.word("home"), facts.word("work_country")
    if home == place:
        reason = Text("Arbeit im Staat des Arbeitgebers.", "Work in the employer's state.")
        return finding("allowed", reason, cites=("dir96_71",), certainty="B")
    if place == "DE":
        return _into_germany(facts)
    if place not in COORDINATED:
        reason = Text(
            "Außerhalb von EU, EWR und Schweiz: Meldepflichten vor Ort sind hier nicht erfasst.",
            "Outside EU, EEA and Switzerland: local duties to notify are not covered here.",
        )
        return finding("unknown", reason, cites=("dir96_71",), certainty="C")
    if home != "DE":
        return _out(facts, values, place)
    return all_of(_out(facts, values, place), _terms(facts, eu=facts.word("kind") in ("service", "group")))
