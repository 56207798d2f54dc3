"""How long the same person may be leased to the same client, as a date."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import last_day_of_months
from werkfluss.law.facts import FactSchema, day, number, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_CLIENT = Text("Auftraggeber", "client")
_BOTH = Text("Auftraggeber und Partner", "client and partner")
AGREED_MONTHS = number(
    "agreed_months",
    "months",
    "Welche Höchstdauer in Monaten legt ein Tarifvertrag der Einsatzbranche fest (ohne: 0)?",
    "Which longest duration in months does a collective agreement of the sector set (none: 0)?",
    around=("0", "longest_months"),
    step="1",
    default="0",
)


def _duties(facts: Facts, values: Parameters, last: date) -> tuple[Duty, ...]:
    end = Duty(
        Text("Überlassung beenden oder übernehmen", "End the leasing or take the person on"),
        _CLIENT,
        last,
        "aueg_1_1b",
        practical_days=60,
    )
    if not facts.flag("pay_deviates"):
        return (end,)
    pay = Duty(
        Text("Letzter Tag der Abweichung vom gleichen Entgelt", "Last day of deviation from equal pay"),
        _BOTH,
        last_day_of_months(facts.day("leasing_since"), values.days("equal_pay_after")),
        "aueg_8_4",
        practical_days=30,
    )
    return (pay, end)


@rule(
    "de/aueg/duration",
    title=Text("Höchstdauer einer Überlassung", "Longest duration of leasing"),
    start=date(2017, 4, 1),
    facts=FactSchema(
        day(
            "leasing_since",
            "Seit welchem Tag arbeitet dieselbe Person hier (Lücken bis drei Monate zählen nicht als Unterbrechung)?",
            "Since which day has the same person worked here (gaps up to three months do not interrupt)?",
            around=("545", "546", "547", "548", "549", "550"),
        ),
        AGREED_MONTHS,
        yes_no(
            "pay_deviates",
            "Weicht ein Tarifvertrag vom gleichen Entgelt ab?",
            "Does a collective agreement deviate from equal pay?",
            default=False,
        ),
    ),
)
def duration(facts: Facts, values: Parameters) -> Finding:
    """§ 1 Abs. 1b, § 8 Abs. 4, §§ 9, 10, 16 AÜG: 18 consecutive months unless a collective agreement says otherwise."""
    since = facts.day("leasing_since")
    agreed = int(facts.number("agreed_months"))
    months = agreed or values.days("longest_months")
    last = last_day_of_months(since, months)
    shown = {"last_day": last, "months": months}
    duties = _duties(facts, values, last)
    if values.on > last:
        reason = Text(
            f"Die Höchstdauer endete am {last:%d.%m.%Y}: Der Vertrag mit dem Partner ist unwirksam, die Person ist "
            "bei Ihnen beschäftigt, außer sie hält binnen eines Monats über die Agentur für Arbeit am Vertrag fest.",
            f"The longest duration ended on {last.isoformat()}: the contract with the partner is void and the person "
            "is your employee, unless she declares within a month, through the employment agency, to hold on to it.",
        )
        way_out = Condition(
            "agreement",
            Text("Sofort beenden oder anstellen; Rechtsberatung.", "End at once or hire; get counsel."),
            _CLIENT,
            "aueg_9",
            lead_days=10,
            day_kind="working",
        )
        cites = ("aueg_1_1b", "aueg_9", "aueg_16")
        return finding("blocked", reason, cites=cites, conditions=(way_out,), duties=duties, values=shown)
    limit = Condition(
        "limit",
        Text(f"Spätestens am {last:%d.%m.%Y} beenden.", f"End by {last.isoformat()}."),
        _BOTH,
        "aueg_1_1b",
    )
    reason = Text(f"Erlaubt bis {last:%d.%m.%Y}.", f"Allowed until {last.isoformat()}.")
    return finding(
        "allowed",
        reason,
        cites=("aueg_1_1b", "aueg_8"),
        conditions=(limit,),
        duties=duties,
        values=shown,
        certainty="B" if agreed else "A",
    )
