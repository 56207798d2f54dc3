"""The statutory minimum wage of a month: two readings of what a monthly salary pays for."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import weekdays_in_month
from werkfluss.law.facts import FactSchema, day, number, one_of
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition, Reading

_EMPLOYER = Text("Arbeitgeber", "employer")
_CENT = Decimal("0.01")
_WEEKS = Decimal(13) / Decimal(3)  # weeks in an average month
_FIVE = 5
_WHOLE_WEEK = 168  # hours
_EXEMPT = {
    "none": Text("keine", "none"),
    "apprentice": Text("Berufsausbildung oder Ehrenamt", "apprenticeship or volunteering"),
    "internship": Text(
        "Pflichtpraktikum, Orientierung oder begleitend bis drei Monate",
        "compulsory, or up to three months for orientation or beside studies",
    ),
    "under_18": Text("unter 18 ohne Berufsabschluss", "below 18 without vocational training"),
    "long_unemployed": Text(
        "zuvor langzeitarbeitslos, erste sechs Monate", "long-term unemployed before, first six months"
    ),
}
_AVERAGE = Text("Monatsdurchschnitt (13/3 Wochen)", "monthly average (13/3 weeks)")
_ACTUAL = Text("tatsächliche Stunden des Monats", "actual hours of the month")


def _actual_hours(facts: Facts, weekly: Decimal) -> Decimal | None:
    """Hours of the month: as told, or the weekdays of its calendar times a fifth of the week; None if neither."""
    if facts.known("hours_in_month"):
        return facts.number("hours_in_month")
    if facts.known("month"):
        return weekdays_in_month(facts.day("month")) * weekly / _FIVE
    return None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _underpaid(needed: Decimal) -> Condition:
    return Condition(
        "limit",
        Text(
            f"Mindestens {euro(needed).de} brutto zahlen oder die Stunden senken; Nachzahlung prüfen.",
            f"Pay at least {euro(needed).en} gross or lower the hours; check for arrears.",
        ),
        _EMPLOYER,
        "milog_1",
        remedy=Text(
            "Auch wer Subunternehmer beauftragt, haftet für deren Mindestlohn (§ 13 MiLoG).",
            "Who orders from subcontractors is liable for their minimum wage too (s. 13 MiLoG).",
        ),
    )


@rule(
    "de/terms/minimum_wage",
    title=Text("Gesetzlicher Mindestlohn", "Statutory minimum wage"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "exempt",
            tuple(_EXEMPT),
            "Gilt eine Ausnahme nach § 22 MiLoG?",
            "Does an exception of s. 22 MiLoG apply?",
            default="none",
            labels=_EXEMPT,
        ),
        number(
            "monthly_pay",
            "EUR/month",
            "Wie hoch ist das monatliche Bruttoentgelt (ohne Zuschläge mit eigenem Zweck)?",
            "How high is the gross monthly pay (without supplements of their own purpose)?",
            around=("0", "100000"),
        ),
        number(
            "weekly_hours",
            "h/week",
            "Wie viele Stunden in der Woche sind vereinbart?",
            "How many hours a week are agreed?",
            around=("0.01", "168"),
        ),
        day(
            "month",
            "Für welchen Monat (ein Tag darin)? Nur bei fünf Arbeitstagen je Woche.",
            "For which month (a day in it)? Only with five working days a week.",
        ),
        number(
            "hours_in_month",
            "h/month",
            "Wie viele Stunden wurden in dem Monat tatsächlich gearbeitet oder sind zu bezahlen?",
            "How many hours were actually worked or are to be paid in the month?",
            around=("0", "744"),
        ),
    ),
)
def minimum_wage(facts: Facts, values: Parameters) -> Finding:
    """§§ 1, 2, 20–22 MiLoG, MiLoV5: average month and actual hours; where they differ, both readings are shown."""
    if facts.word("exempt") != "none":
        reason = Text("Ausnahme nach § 22 MiLoG.", "Exception of s. 22 MiLoG.")
        return finding("allowed", reason, cites=("milog_22",), certainty="B")
    pay, rate = facts.number("monthly_pay"), values.number("minimum_wage")
    weekly = min(facts.number("weekly_hours"), Decimal(_WHOLE_WEEK))
    if weekly == 0:
        reason = Text("Ohne Arbeitszeit kein Mindestlohn.", "No minimum wage without working time.")
        return finding("allowed", reason, cites=("milog_1",))
    average = _cents(weekly * _WEEKS * rate)
    shown: dict[str, object] = {"minimum_average": average, "hourly": _cents(pay / (weekly * _WEEKS))}
    hours = _actual_hours(facts, weekly)
    if hours is None:
        reason = Text(
            f"Im Durchschnittsmonat sind {euro(average).de} nötig; die Stunden des Monats fehlen.",
            f"The average month needs {euro(average).en}; the hours of the month are missing.",
        )
        return finding("unknown", reason, cites=("milog_1", "milov5"), values=shown, certainty="B", asks=("month",))
    actual = _cents(hours * rate)
    shown |= {"minimum_actual": actual}
    paid = {"average": pay >= average, "actual": pay >= actual}
    cites = ("milog_1", "milog_2", "milov5")
    if all(paid.values()):
        reason = Text("Der Mindestlohn ist gezahlt.", "The minimum wage is paid.")
        return finding("allowed", reason, cites=cites, values=shown)
    needed = max(average, actual)
    if not any(paid.values()):
        reason = Text(
            f"Unter dem Mindestlohn: {euro(pay).de} statt mindestens {euro(needed).de}.",
            f"Below the minimum wage: {euro(pay).en} instead of at least {euro(needed).en}.",
        )
        conditions = (_underpaid(needed),)
        return finding("blocked", reason, cites=(*cites, "milog_21"), conditions=conditions, values=shown)
    return _contested(pay, average, actual, shown)


def _contested(pay: Decimal, average: Decimal, actual: Decimal, shown: dict[str, object]) -> Finding:
    readings = tuple(
        Reading(label, "allowed" if pay >= needed else "blocked", {"minimum": format(needed, "f")})
        for label, needed in ((_AVERAGE, average), (_ACTUAL, actual))
    )
    reason = Text(
        "Zwei Lesarten: Nach dem Monatsdurchschnitt und nach den tatsächlichen Stunden kommt Verschiedenes heraus.",
        "Two readings: the average month and the actual hours lead to different results.",
    )
    safe = _underpaid(max(average, actual))
    return finding(
        "unknown",
        reason,
        cites=("milog_1", "milog_2", "milov5", "bag_135_16", "milog_21"),
        conditions=(safe,),
        values=shown,
        certainty="B",
        readings=readings,
    )
