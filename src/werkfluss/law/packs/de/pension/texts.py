"""Words, questions and day counts that the rules of this pack share."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import one_of

EMPLOYER = Text("Arbeitgeber und Beschäftigte", "employer and employee")
WAY = one_of(
    "way",
    ("insurance", "direct_promise", "support_fund"),
    "Welcher Weg: Direktversicherung, Pensionskasse oder Pensionsfonds; Direktzusage; Unterstützungskasse?",
    "Which way: direct insurance, Pensionskasse or pension fund; direct promise; support fund?",
    default="insurance",
    labels={
        "insurance": Text("Direktversicherung, Pensionskasse, Pensionsfonds", "direct insurance, pension funds"),
        "direct_promise": Text("Direktzusage", "direct promise"),
        "support_fund": Text("Unterstützungskasse", "support fund"),
    },
)


def shown(value: date) -> str:
    return value.strftime("%d.%m.%Y")


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last one (s. 188(3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
