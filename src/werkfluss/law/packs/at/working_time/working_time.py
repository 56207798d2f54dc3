"""Austrian working time, for work habitually done in Austria."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, all_of, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_RECORDS = Condition(
    "record", Text("Arbeitsstunden laufend aufzeichnen.", "Keep a running record of hours."), _EMPLOYER, "azg_26"
)


def _limit(de: str, en: str, basis: str) -> Condition:
    return Condition("limit", Text(de, en), _EMPLOYER, basis)


def _hours(facts: Facts, values: Parameters) -> Finding:
    day, week = facts.number("hours"), facts.number("week_hours")
    if day > values.number("longest_day") or week > values.number("longest_week"):
        way_out = _limit(
            "Auf zwölf Stunden am Tag und 60 in der Woche begrenzen.",
            "Limit to twelve hours a day, 60 a week.",
            "azg_9",
        )
        reason = Text(
            "Mehr als zwölf Stunden am Tag oder 60 in der Woche.", "More than twelve hours a day or 60 a week."
        )
        return finding("blocked", reason, cites=("azg_9",), conditions=(way_out,), certainty="B")
    if day <= values.number("normal_day") and week <= values.number("normal_week"):
        reason = Text("In der Normalarbeitszeit.", "Within normal hours.")
        return finding("allowed", reason, cites=("azg_3",), certainty="B")
    average = values.number("average_week")
    conditions = [
        _limit(f"Im Schnitt von 17 Wochen höchstens {average} Stunden; Überstundenzuschlag.",
               f"On average over 17 weeks at most {average} hours; overtime premium.", "azg_9")
    ]  # fmt: skip
    if day > values.number("refusal_day") or week > values.number("refusal_week"):
        conditions.append(
            _limit(
                "Die Person darf die Stunden ohne Grund ablehnen; Zustimmung festhalten.",
                "The person may refuse these hours without reason; record the agreement.",
                "azg_7",
            )
        )
    reason = Text("Überstunden sind mit Ausgleich erlaubt.", "Overtime is allowed with averaging.")
    return finding("allowed", reason, cites=("azg_3", "azg_9"), conditions=conditions, certainty="B")


def _break(facts: Facts, values: Parameters) -> Finding:
    if facts.number("hours") <= values.number("break_from"):
        reason = Text("Bis sechs Stunden keine Pause nötig.", "No break needed up to six hours.")
        return finding("allowed", reason, cites=("azg_11",), certainty="B")
    if facts.number("break_minutes") < values.number("break_minutes"):
        reason = Text("Weniger als 30 Minuten Pause.", "Less than 30 minutes of break.")
        way_out = _limit("Mindestens 30 Minuten Pause einplanen.", "Plan at least 30 minutes of break.", "azg_11")
        return finding("blocked", reason, cites=("azg_11",), conditions=(way_out,), certainty="B")
    return finding("allowed", Text("Die Pause reicht.", "The break is enough."), cites=("azg_11",), certainty="B")


def _rest(facts: Facts, values: Parameters) -> Finding:
    if facts.number("rest_hours") < values.number("rest"):
        reason = Text("Weniger als elf Stunden Ruhe.", "Less than eleven hours of rest.")
        way_out = _limit("Den nächsten Beginn später legen.", "Start later next time.", "azg_12")
        return finding("blocked", reason, cites=("azg_12",), conditions=(way_out,), certainty="B")
    return finding("allowed", Text("Die Ruhezeit reicht.", "The rest is enough."), cites=("azg_12",), certainty="B")


def _weekend(facts: Facts) -> Finding:
    kind = facts.word("day_kind")
    basis = "arg_3" if kind == "sunday" else "arg_7"
    if kind == "working_day":
        reason = Text("Der Tag ist ein Werktag.", "The day is a working day.")
        return finding("allowed", reason, cites=("arg_3",), certainty="B")
    if not facts.flag("rest_exception"):
        reason = Text("Wochenend- oder Feiertagsruhe ohne Ausnahme.", "Weekend or holiday rest without an exception.")
        way_out = _limit("Auf einen Werktag verlegen.", "Move to a working day.", basis)
        return finding("blocked", reason, cites=(basis,), conditions=(way_out,), certainty="B")
    rest = _limit(
        "Ersatzruhe in der folgenden Woche gewähren.", "Grant substitute rest in the following week.", "arg_6"
    )
    reason = Text("Eine Ausnahme von der Ruhe greift.", "An exception from the rest applies.")
    return finding("allowed", reason, cites=(basis, "arg_6"), conditions=(rest,), certainty="B")


@rule(
    "at/working_time/day",
    title=Text("Ein Arbeitstag nach AZG und ARG", "A working day under Austrian law"),
    start=date(2018, 9, 1),
    facts=FactSchema(
        yes_no(
            "executive",
            "Ist die Person leitend mit maßgeblicher selbstständiger Entscheidungsbefugnis (§ 1 Abs. 2 Z 8 AZG)?",
            "Is the person an executive with decisive independent powers (s. 1(2) no. 8 AZG)?",
            default=False,
        ),
        number(
            "hours",
            "h",
            "Wie viele Stunden wird an dem Tag gearbeitet (ohne Pausen)?",
            "How many hours are worked on the day (without breaks)?",
            around=("normal_day", "refusal_day", "longest_day", "break_from"),
        ),
        number(
            "week_hours",
            "h",
            "Wie viele Stunden in der Woche?",
            "How many hours in the week?",
            around=("normal_week", "refusal_week", "longest_week"),
        ),
        number(
            "break_minutes",
            "min",
            "Wie viele Minuten Pause?",
            "How many minutes of break?",
            around=("break_minutes",),
        ),
        number(
            "rest_hours",
            "h",
            "Wie viele Stunden Ruhe bis zum nächsten Beginn?",
            "How many hours of rest until the next start?",
            around=("rest",),
        ),
        one_of(
            "day_kind",
            ("working_day", "sunday", "holiday"),
            "Werktag, Sonntag oder österreichischer Feiertag?",
            "Working day, Sunday or Austrian public holiday?",
        ),
        yes_no(
            "rest_exception",
            "Greift eine Ausnahme von der Wochenend- oder Feiertagsruhe (ARG, Kollektivvertrag)?",
            "Does an exception from weekend or holiday rest apply (ARG, collective agreement)?",
        ),
    ),
)
def day(facts: Facts, values: Parameters) -> Finding:
    """§§ 3, 7, 9, 11, 12, 26 AZG, §§ 3, 6, 7 ARG: the gate for employees who habitually work in Austria."""
    if facts.flag("executive"):
        reason = Text("Das AZG gilt für diese leitende Person nicht.", "The Act does not cover this executive.")
        return finding("allowed", reason, cites=("azg_1",), certainty="B")
    base = finding(
        "allowed",
        Text("Österreichisches Recht gilt am gewöhnlichen Arbeitsort.", "Austrian law applies at the habitual place."),
        cites=("rome_1_8", "azg_26"),
        conditions=(_RECORDS,),
        certainty="B",
    )
    return all_of(base, _hours(facts, values), _break(facts, values), _rest(facts, values), _weekend(facts))


@rule(
    "at/working_time/week",
    title=Text("Wochenschnitt und Wochenendruhe nach AZG und ARG", "Weekly average and weekend rest in Austria"),
    start=date(2018, 9, 1),
    facts=FactSchema(
        yes_no(
            "executive",
            "Ist die Person leitend mit maßgeblicher selbstständiger Entscheidungsbefugnis (§ 1 Abs. 2 Z 8 AZG)?",
            "Is the person an executive with decisive independent powers (s. 1(2) no. 8 AZG)?",
            default=False,
        ),
        number(
            "average_week_hours",
            "h",
            "Wie viele Stunden in der Woche im Schnitt von 17 Wochen?",
            "How many hours a week on average over 17 weeks?",
            around=("average_week",),
        ),
        number(
            "weekend_rest_hours",
            "h",
            "Wie viele Stunden Ruhe am Stück mit dem Sonntag?",
            "How many hours of unbroken rest including Sunday?",
            around=("weekend_rest",),
        ),
    ),
)
def week(facts: Facts, values: Parameters) -> Finding:
    """§ 9 Abs. 4 AZG, § 3 ARG: 48 hours on average over 17 weeks, 36 hours of weekend rest."""
    if facts.flag("executive"):
        reason = Text("Das AZG gilt für diese leitende Person nicht.", "The Act does not cover this executive.")
        return finding("allowed", reason, cites=("azg_1",), certainty="B")
    average, rest = values.number("average_week"), values.number("weekend_rest")
    too_long, too_short = facts.number("average_week_hours") > average, facts.number("weekend_rest_hours") < rest
    ways = []
    if too_long:
        ways.append(
            _limit(f"Im Schnitt auf {average} Stunden begrenzen.", f"Limit the average to {average} hours.", "azg_9")
        )
    if too_short:
        ways.append(_limit(f"{rest} Stunden Wochenendruhe geben.", f"Grant {rest} hours of weekend rest.", "arg_3"))
    cites = ("azg_9", "arg_3")
    if ways:
        reason = Text("Wochenschnitt oder Wochenendruhe verletzt.", "Weekly average or weekend rest is broken.")
        return finding("blocked", reason, cites=cites, conditions=ways, certainty="B")
    reason = Text("Wochenschnitt und Wochenendruhe reichen.", "Weekly average and weekend rest suffice.")
    return finding("allowed", reason, cites=cites, conditions=(_RECORDS,), certainty="B")
