"""Self-employed people with essentially one client: the duty to be insured in the pension insurance."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.packs.de.status.warning import CONTRACTOR
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_CENT = Decimal("0.01")
_SIXTHS = 6
_HUNDRED = Decimal(100)


def _free(reason: Text, certainty: str = "B") -> Finding:
    shown = {"insured": False}
    cites = ("sgb6_2_9", "drv_5_6")
    return finding("allowed", reason, cites=cites, values=shown, certainty="A" if certainty == "A" else "B")


def _insured(facts: Facts, values: Parameters) -> Finding:
    full = (values.number("reference_pay") * values.number("pension_rate") / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    years = facts.number("calendar_years_after_start")
    half = years <= values.number("half_years")
    # Half of the reference pay is the base, so the half contribution is rounded from it, not from the full one.
    base = values.number("reference_pay") / 2 if half else values.number("reference_pay")
    due = (base * values.number("pension_rate") / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    register = Condition(
        "notice",
        Text(
            "Binnen drei Monaten bei der Rentenversicherung melden und Beiträge zahlen.",
            "Register with the pension insurance within three months and pay contributions.",
        ),
        CONTRACTOR,
        "sgb6_190a",
        lead_days=30,
    )
    exempt = Condition(
        "paper",
        Text(
            "Oder Befreiung für drei Jahre ab Aufnahme beantragen; rückwirkend nur binnen drei Monaten.",
            "Or apply for exemption for three years from the start; backdated only within three months.",
        ),
        CONTRACTOR,
        "sgb6_6_1a",
        lead_days=30,
    )
    reason = Text(
        "Selbstständig, aber rentenversicherungspflichtig: auf Dauer im Wesentlichen ein Auftraggeber.",
        "Self-employed, but to be insured: permanently and essentially one client.",
    )
    shown = {"insured": True, "contribution_month": due, "regular_contribution_month": full, "half_base": half}
    cites = ("sgb6_2_9", "drv_5_6", "sgb6_165", "sgb6_6_1a")
    return finding("allowed", reason, cites=cites, conditions=(register, exempt), values=shown, certainty="B")


@rule(
    "de/status/pension_duty",
    title=Text("Rentenversicherungspflicht mit einem Auftraggeber", "Pension insurance with one client"),
    start=date(2022, 1, 1),
    facts=FactSchema(
        number(
            "largest_client_percent",
            "percent",
            "Welcher Anteil der Einnahmen kommt vom größten Auftraggeber (Konzern zählt als einer)?",
            "Which share of the earnings comes from the largest client (a group counts as one)?",
            around=("83.33",),
        ),
        yes_no(
            "permanent",
            "Ist die Tätigkeit für diesen Auftraggeber auf Dauer angelegt (nicht ein Projekt unter einem Jahr)?",
            "Is the work for this client meant to last (not a project below one year)?",
        ),
        yes_no(
            "insured_staff",
            "Beschäftigt die Person regelmäßig versicherungspflichtige Arbeitnehmer (mehr als geringfügig)?",
            "Does the person regularly employ insured staff (more than marginally)?",
        ),
        number(
            "calendar_years_after_start",
            "years",
            "Wie viele Kalenderjahre nach dem Jahr der Aufnahme (im Jahr der Aufnahme: 0)?",
            "How many calendar years after the year of starting (in that year: 0)?",
            around=("half_years",),
            step="1",
        ),
        yes_no(
            "exempted",
            "Liegt eine Befreiung nach § 6 Abs. 1a SGB VI für diese Zeit vor?",
            "Is there an exemption under s. 6(1a) SGB VI for this time?",
            default=False,
        ),
    ),
)
def pension_duty(facts: Facts, values: Parameters) -> Finding:
    """§ 2 Satz 1 Nr. 9, § 6 Abs. 1a, § 165 Abs. 1 SGB VI: no insured staff and 5/6 from one client, by practice."""
    if facts.flag("insured_staff"):
        return _free(
            Text("Eigene versicherungspflichtige Beschäftigte: keine Pflicht.", "Own insured staff: no duty."), "A"
        )
    if facts.number("largest_client_percent") * _SIXTHS < values.number("main_client_sixths") * _HUNDRED:
        return _free(
            Text(
                "Weniger als fünf Sechstel von einem Auftraggeber: nach der Praxis keine Pflicht.",
                "Less than five sixths from one client: by practice no duty.",
            )
        )
    if not facts.flag("permanent"):
        return _free(Text("Nicht auf Dauer: nach der Praxis keine Pflicht.", "Not permanent: by practice no duty."))
    if facts.flag("exempted"):
        return _free(Text("Befreit auf Antrag, drei Jahre ab Aufnahme.", "Exempted, three years from the start."))
    return _insured(facts, values)
