"""Austrian social insurance: which law applies is known, what it costs is not; both are said."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_CENT = Decimal("0.01")


@rule(
    "at/social/insured_in",
    title=Text("Gilt österreichisches Sozialrecht?", "Does Austrian social security law apply?"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "work_in_austria",
            ("only_there", "posted_there", "several_states", "none"),
            "Wie wird in Österreich gearbeitet: nur dort, dorthin entsandt, auch in anderen Staaten, gar nicht?",
            "How is the work done in Austria: only there, posted there, in other states too, not at all?",
        )
    ),
)
def insured_in(facts: Facts, _values: Parameters) -> Finding:
    """Art. 11 bis 13 VO (EG) 883/2004: the law of the place of work; postings and several states follow eu/a1."""
    work = facts.word("work_in_austria")
    if work == "only_there":
        reason = Text(
            "Die Arbeit nur in Österreich unterliegt dem österreichischen Sozialrecht, auch bei deutschem Arbeitgeber.",
            "Work in Austria only is subject to Austrian social security law, also with a German employer.",
        )
        register = Condition(
            "notice",
            Text(
                "Bei der österreichischen Krankenkasse (ÖGK) als Arbeitgeber melden und die Person dort anmelden; "
                "Beiträge dort erfragen.",
                "Register as an employer with the Austrian sickness fund (ÖGK) and register the person; ask there for "
                "the contributions.",
            ),
            _EMPLOYER,
            "reg883_11_3",
            lead_days=14,
        )
        shown = {"law": "AT"}
        return finding("allowed", reason, cites=("reg883_11_3",), conditions=(register,), values=shown, certainty="B")
    if work == "none":
        reason = Text("Keine Arbeit in Österreich.", "No work in Austria.")
        return finding("allowed", reason, cites=("reg883_11_3",), values={"law": "not_AT"}, certainty="B")
    which = "eu/a1/work_abroad" if work == "posted_there" else "eu/a1/telework"
    reason = Text(
        f"Das bestimmt sich nach Art. 12, 13 und 16: mit der Regel {which} prüfen.",
        f"This follows Art. 12, 13 and 16: check with the rule {which}.",
    )
    check = Condition(
        "review",
        Text(f"Regel {which} prüfen und A1 beantragen.", f"Check the rule {which} and apply for the A1."),
        _EMPLOYER,
        "reg883_12",
        lead_days=14,
    )
    return finding("allowed", reason, cites=("reg883_12",), conditions=(check,), certainty="B")


@rule(
    "at/social/contributions",
    title=Text("Beiträge zur österreichischen Sozialversicherung", "Austrian social insurance contributions"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "pay_month",
            "EUR/month",
            "Wie hoch ist das Bruttoentgelt im Monat?",
            "How high is the gross pay a month?",
            around=("ceiling_month", "0"),
        )
    ),
)
def contributions(facts: Facts, values: Parameters) -> Finding:
    """ASVG (§§ not read): rate times pay up to the ceiling; as long as no rate is known, the answer is unknown."""
    employee, employer = values.number("employee_rate"), values.number("employer_rate")
    base = min(values.number("ceiling_month"), facts.number("pay_month"))
    reason = Text("Beiträge aus Satz und Höchstbeitragsgrundlage.", "Contributions from rate and ceiling.")
    shown = {
        "employee": (base * employee).quantize(_CENT, ROUND_HALF_UP),
        "employer": (base * employer).quantize(_CENT, ROUND_HALF_UP),
    }
    return finding("allowed", reason, cites=("asvg",), values=shown, certainty="B")
