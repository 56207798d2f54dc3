"""The minimum wage of a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number
from werkfluss.law.packs.de.social.amounts import cent
from werkfluss.law.packs.de.social.texts import euro
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Reading

_WEEKS = Decimal(13) / Decimal(3)
_AVERAGE = Text("im Monatsdurchschnitt (Stunden mal 13/3)", "on the monthly average (hours times 13/3)")
_ACTUAL = Text("nach den Stunden dieses Monats (BAG 5 AZR 135/16)", "by the hours of this month (BAG 5 AZR 135/16)")


@rule(
    "de/social/minimum_wage",
    title=Text("Mindestlohn im Monat", "Minimum wage of a month"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "weekly_hours",
            "h/week",
            "Wie viele Stunden in der Woche sind vereinbart?",
            "How many hours a week are agreed?",
            around=("10", "40"),
        ),
        number(
            "gross",
            "EUR/month",
            "Wie hoch ist das Bruttoentgelt im Monat?",
            "How high is the gross pay per month?",
            around=("minijob_limit", "2500"),
        ),
        number(
            "actual_hours",
            "h/month",
            "Wie viele Stunden fielen in diesem Monat nach dem Kalender an (mit Feiertagen, ohne Überstunden)?",
            "How many hours did this month have by the calendar (with holidays, without overtime)?",
            around=("1", "140", "160", "175"),
        ),
    ),
)
def minimum_wage(facts: Facts, values: Parameters) -> Finding:
    """§ 1 MiLoG with MiLoV: the monthly average is enough; else the hours of the month give a second reading."""
    pay, wage, hours = facts.number("gross"), values.number("minimum_wage"), facts.number("weekly_hours")
    least = cent(wage * hours * _WEEKS)
    listed: dict[str, object] = {"minimum": least, "short_by": max(least - pay, Decimal(0))}
    if hours:
        listed["per_hour"] = cent(pay / (hours * _WEEKS))
    if pay >= least:
        reason = Text(f"Der Mindestlohn von {euro(least).de} ist erreicht.", f"The minimum of {euro(least).en} is met.")
        return finding("allowed", reason, cites=("milog_1",), values=listed, certainty="B")
    actual = cent(wage * facts.number("actual_hours"))
    listed["minimum_by_actual_hours"] = actual
    short = Text(
        f"Im Monatsdurchschnitt fehlen {euro(least - pay).de} zum Mindestlohn von {euro(least).de}.",
        f"On the monthly average {euro(least - pay).en} are missing to the minimum of {euro(least).en}.",
    )
    if pay < actual:
        return finding("blocked", short, cites=("milog_1", "milog_21"), values=listed, certainty="B")
    paid = Text(
        f"Nach den Stunden dieses Monats genügt das Entgelt ({euro(actual).de}).",
        f"By the hours of this month the pay is enough ({euro(actual).en}).",
    )
    readings = (
        Reading(_AVERAGE, "blocked", {"minimum": format(least, "f")}, (short,)),
        Reading(_ACTUAL, "allowed", {"minimum": format(actual, "f")}, (paid,)),
    )
    cites = ("milog_1", "milog_21")
    return finding("unknown", short, paid, cites=cites, values=listed, certainty="B", readings=readings)
