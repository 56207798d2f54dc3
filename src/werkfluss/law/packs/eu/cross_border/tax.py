"""Tax hints: the 183 days of tax treaties, and when a home becomes a place of business."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_TAX = Text("Steuerberatung", "tax adviser")
_EMPLOYER = Text("Arbeitgeber", "employer")


def _clear(de: str, en: str, basis: str) -> Condition:
    return Condition("review", Text(de, en), _TAX, basis, lead_days=20, day_kind="working")


@rule(
    "eu/cross_border/days_183",
    title=Text("Lohnsteuer im Einsatzstaat (183 Tage)", "Wage tax in the state of work (183 days)"),
    start=date(2010, 1, 1),
    facts=FactSchema(
        yes_no(
            "tax_treaty",
            "Besteht ein Doppelbesteuerungsabkommen zwischen Wohnsitz- und Einsatzstaat?",
            "Is there a tax treaty between the state of residence and the state of work?",
        ),
        number(
            "days_present",
            "days",
            "An wie vielen Tagen ist die Person im maßgebenden Zeitraum dort anwesend (auch freie Tage)?",
            "On how many days of the treaty's period is the person present there (days off too)?",
            around=("days_limit",),
            step="1",
        ),
        yes_no(
            "employer_resident_there",
            "Ist der (wirtschaftliche) Arbeitgeber dort ansässig?",
            "Is the (economic) employer resident there?",
        ),
        yes_no(
            "establishment_bears_pay",
            "Trägt eine Betriebsstätte dort den Lohn?",
            "Is the pay borne by a permanent establishment there?",
        ),
    ),
)
def days_183(facts: Facts, values: Parameters) -> Finding:
    """Art. 15 Abs. 1, 2 OECD-Musterabkommen: taxed at home if 183 days at most, employer and cost stay outside."""
    if not facts.flag("tax_treaty"):
        reason = Text(
            "Ohne Abkommen können beide Staaten besteuern; Anrechnung prüfen.",
            "Without a treaty both states may tax; check for credit.",
        )
        ask = _clear("Steuerpflicht im Einsatzstaat klären.", "Clear up the tax duty in the state of work.", "oecd_15")
        return finding("allowed", reason, cites=("oecd_15",), conditions=(ask,), certainty="C")
    tests = (
        (
            facts.number("days_present") <= values.number("days_limit"),
            Text("Mehr als 183 Tage im Zeitraum des Abkommens.", "More than 183 days in the treaty's period."),
        ),
        (
            not facts.flag("employer_resident_there"),
            Text("Der Arbeitgeber ist dort ansässig.", "The employer is resident there."),
        ),
        (
            not facts.flag("establishment_bears_pay"),
            Text("Eine Betriebsstätte dort trägt den Lohn.", "An establishment there bears the pay."),
        ),
    )
    failed = [reason for passed, reason in tests if not passed]
    if not failed:
        count = Condition(
            "record",
            Text(
                "Tage zählen und belegen; je Abkommen Kalenderjahr, Steuerjahr oder zwölf Monate.",
                "Count and prove the days; by treaty calendar year, tax year or twelve months.",
            ),
            _EMPLOYER,
            "oecd_15",
        )
        reason = Text(
            "Das Besteuerungsrecht bleibt beim Wohnsitzstaat.", "The right to tax stays with the state of residence."
        )
        shown = {"taxed_in": "residence"}
        return finding("allowed", reason, cites=("oecd_15",), conditions=(count,), values=shown, certainty="B")
    payroll = _clear(
        "Lohnsteuer im Einsatzstaat ab dem ersten Tag anmelden, hier freistellen lassen.",
        "Register for wage tax in the state of work from the first day; have it exempted here.",
        "oecd_15",
    )
    shown = {"taxed_in": "work"}
    return finding("allowed", *failed, cites=("oecd_15",), conditions=(payroll,), values=shown, certainty="B")


@rule(
    "eu/cross_border/home_office",
    title=Text("Betriebsstätte durch Heimarbeit im Ausland", "Permanent establishment by working from home abroad"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "home_percent",
            "percent",
            "Wie viel Prozent der Arbeitszeit von zwölf Monaten wird von dort gearbeitet?",
            "What percentage of the working time of twelve months is worked from there?",
            around=("home_share",),
        ),
        yes_no(
            "commercial_reason",
            "Gibt es einen geschäftlichen Grund für die Anwesenheit dort (Kunden, Lieferanten, Zeitzone)?",
            "Is there a commercial reason for being there (customers, suppliers, time zone)?",
        ),
        yes_no(
            "concludes_contracts",
            "Schließt die Person von dort gewöhnlich Verträge für die Firma ab oder bereitet sie entscheidend vor?",
            "Does the person from there usually conclude contracts for the firm, or play the main role in it?",
        ),
    ),
)
def home_office(facts: Facts, values: Parameters) -> Finding:
    """Art. 5 Abs. 1, 5 OECD-MA, Kommentar vom 19.11.2025: below 50 % generally no place of business; a hint only."""
    keep = Condition(
        "record",
        Text(
            "Anteil je zwölf Monate und Grund festhalten; das Abkommen und das Recht vor Ort gehen vor.",
            "Record the share per twelve months and the reason; the treaty and local law prevail.",
        ),
        _EMPLOYER,
        "oecd_5",
    )
    if facts.flag("concludes_contracts"):
        reason = Text(
            "Abschluss von Verträgen: Eine Vertreterbetriebsstätte ist möglich.",
            "Concluding contracts: an agency permanent establishment is possible.",
        )
        ask = _clear(
            "Vollmachten begrenzen und Betriebsstätte klären.",
            "Limit the authority and clear up the establishment.",
            "oecd_5_5",
        )
        shown = {"risk": "agency"}
        cites = ("oecd_5", "oecd_5_5")
        return finding("allowed", reason, cites=cites, conditions=(ask, keep), values=shown, certainty="B")
    if facts.number("home_percent") < values.number("home_share"):
        reason = Text(
            "Unter 50 % der Arbeitszeit: in der Regel keine Betriebsstätte.",
            "Below 50 % of working time: generally no permanent establishment.",
        )
        return finding("allowed", reason, cites=("oecd_5",), conditions=(keep,), values={"risk": "low"}, certainty="B")
    if not facts.flag("commercial_reason"):
        reason = Text(
            "Ab 50 %, aber ohne geschäftlichen Grund: eher keine Betriebsstätte.",
            "From 50 % but without a commercial reason: rather no establishment.",
        )
        return finding("allowed", reason, cites=("oecd_5",), conditions=(keep,), values={"risk": "some"}, certainty="C")
    reason = Text(
        "Ab 50 % mit geschäftlichem Grund: Eine Betriebsstätte ist möglich.",
        "From 50 % with a commercial reason: an establishment is possible.",
    )
    ask = _clear(
        "Betriebsstätte mit Steuerberatung dort klären.",
        "Clear up the establishment with a tax adviser there.",
        "oecd_5",
    )
    shown = {"risk": "high"}
    return finding("allowed", reason, cites=("oecd_5",), conditions=(ask, keep), values=shown, certainty="B")
