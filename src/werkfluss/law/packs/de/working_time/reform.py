"""The bill of 2026 on working time: shown as a second reading, never decisive before it is law."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import number, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding
from werkfluss.law.verdict import Condition

BILL = Text("mit dem Entwurf vom 18.6.2026 (Ziel 1.1.2027)", "with the draft of 18 June 2026 (target 1 January 2027)")
bill_starts = date(2027, 1, 1)

WEEKLY_LIMIT = yes_no(
    "weekly_limit_by_agreement",
    "Sieht ein geltender Tarifvertrag eine wöchentliche statt der täglichen Höchstarbeitszeit vor (erst mit Reform)?",
    "Does a collective agreement in force set a weekly instead of the daily limit (only with the reform)?",
    default=False,
)
WORKED_IN_WEEK = number(
    "week_hours",
    "h",
    "Wie viele Stunden werden in der Woche gearbeitet?",
    "How many hours are worked in the week?",
    around=("longest_week",),
)


def weekly_hours(facts: Facts, values: Parameters) -> Finding | None:
    """What the bill says about the hours if a collective agreement sets a weekly limit; None if it does not."""
    if not facts.flag("weekly_limit_by_agreement"):
        return None
    limit = values.number("longest_week")
    week = facts.number("week_hours")
    if week > limit:
        reason = Text(
            f"{week} Stunden in der Woche sind mehr als {limit}.", f"{week} hours in the week are more than {limit}."
        )
        way_out = Condition(
            "limit",
            Text(f"Auf höchstens {limit} Stunden je Woche verteilen.", f"Spread to at most {limit} hours a week."),
            Text("Arbeitgeber", "employer"),
            "arbzg_bill",
        )
        shown = {"limit": limit}
        return finding("blocked", reason, cites=("arbzg_bill",), conditions=(way_out,), values=shown, certainty="C")
    record = Condition(
        "record",
        Text(
            "Alle Stunden am selben Tag elektronisch aufzeichnen.", "Record all hours electronically on the same day."
        ),
        Text("Arbeitgeber", "employer"),
        "arbzg_bill",
    )
    reason = Text(f"{week} Stunden liegen in der Wochengrenze.", f"{week} hours are within the weekly limit.")
    shown = {"limit": limit}
    return finding("allowed", reason, cites=("arbzg_bill",), conditions=(record,), values=shown, certainty="C")
