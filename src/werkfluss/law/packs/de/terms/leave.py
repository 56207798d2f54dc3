"""Statutory annual leave: the least number of days for a week of so many working days, and parts of a year."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_HALF = Decimal("0.5")
_MONTHS = 12
_WEEK = 7
_CASES = {
    "full": Text("voller Anspruch (sechs Monate erfüllt)", "full claim (six months completed)"),
    "waiting_not_met": Text("Wartezeit in diesem Jahr nicht erfüllt", "waiting period not met this year"),
    "left_before_waiting": Text("vor erfüllter Wartezeit ausgeschieden", "left before the waiting period"),
    "left_in_first_half": Text(
        "nach der Wartezeit bis 30. Juni ausgeschieden", "left by 30 June after the waiting period"
    ),
}


def _rounded(days: Decimal) -> Decimal:
    """Fractions of at least half a day become a full day (s. 5(2)); smaller ones stay as they are."""
    whole = days.to_integral_value(ROUND_FLOOR)
    fraction = days - whole
    return whole + 1 if fraction >= _HALF else days


@rule(
    "de/terms/leave",
    title=Text("Gesetzlicher Mindesturlaub", "Statutory annual leave"),
    start=date(2013, 1, 1),
    facts=FactSchema(
        number(
            "days_per_week",
            "days/week",
            "An wie vielen Tagen in der Woche wird gearbeitet?",
            "On how many days a week is work done?",
            around=("5", "6"),
        ),
        one_of("case", tuple(_CASES), "Welcher Fall?", "Which case?", default="full", labels=_CASES),
        number(
            "full_months",
            "months",
            "Wie viele volle Monate besteht das Arbeitsverhältnis in dem Jahr?",
            "How many full months does the employment last in the year?",
            around=("0", "12"),
            step="1",
        ),
        number(
            "agreed_days",
            "days/year",
            "Wie viele Urlaubstage sind für den Zeitraum vereinbart?",
            "How many days of leave are agreed for the period?",
            around=("0", "366"),
        ),
    ),
)
def leave(facts: Facts, values: Parameters) -> Finding:
    """§§ 1, 3–5, 7, 13 BUrlG: 24 working days in a week of six; a twelfth per full month in the cases of § 5."""
    week = min(facts.number("days_per_week"), Decimal(_WEEK))
    year = values.number("leave_days") * week / values.number("week_of_leave")
    case = facts.word("case")
    if case == "full":
        least = _rounded(year)
    else:
        least = _rounded(year * min(facts.number("full_months"), Decimal(_MONTHS)) / _MONTHS)
    least = least.quantize(Decimal("0.01")).normalize()
    shown = {"least_days": f"{least:f}"}
    agreed = facts.number("agreed_days")
    cites = ("burlg_3", "burlg_5") if case != "full" else ("burlg_3", "burlg_4")
    if agreed < least:
        reason = Text(
            f"{agreed} Tage sind weniger als der gesetzliche Mindesturlaub von {least:f} Tagen.",
            f"{agreed} days are less than the statutory {least:f} days.",
        )
        more = Condition(
            "agreement",
            Text(f"Mindestens {least:f} Tage vereinbaren.", f"Agree on at least {least:f} days."),
            _EMPLOYER,
            "burlg_13",
        )
        return finding("blocked", reason, cites=(*cites, "burlg_13"), conditions=(more,), values=shown)
    warn = Condition(
        "notice",
        Text(
            "Jedes Jahr rechtzeitig zum Urlaub auffordern und vor dem Verfall warnen, sonst verfällt er nicht.",
            "Each year ask in time to take leave and warn of its forfeiture, or it is not forfeited.",
        ),
        _EMPLOYER,
        "burlg_7",
    )
    reason = Text(
        f"Mindestens {least:f} Tage; vereinbart sind {agreed}.", f"At least {least:f} days; {agreed} are agreed."
    )
    return finding("allowed", reason, cites=(*cites, "burlg_7"), conditions=(warn,), values=shown)
