"""Minijobs: the limit, unforeseeable excess, and what they cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.packs.de.social import questions as q
from werkfluss.law.packs.de.social.amounts import Person, contributions
from werkfluss.law.parameters import Parameters, ParameterUnknownError
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.said import euro
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_RECORD = Condition(
    "record",
    Text(
        "Beginn, Ende und Dauer der Arbeit binnen sieben Tagen aufzeichnen und zwei Jahre aufbewahren.",
        "Record start, end and length of work within seven days and keep it for two years.",
    ),
    _EMPLOYER,
    "milog_17",
)
_REGISTER = Condition(
    "notice",
    Text(
        "Bei der Minijob-Zentrale anmelden, spätestens sechs Wochen nach Beginn; nach weiteren Beschäftigungen fragen.",
        "Register with the Minijob-Zentrale, at the latest six weeks after the start; ask about other jobs.",
    ),
    _EMPLOYER,
    "sgb4_28a",
    lead_days=1,
    day_kind="working",
)


@rule(
    "de/social/minijob",
    title=Text("Geringfügige Beschäftigung (Minijob)", "Marginal employment (Minijob)"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "gross",
            "EUR/month",
            "Wie hoch ist das regelmäßige Bruttoentgelt im Monat (mit sicheren Einmalzahlungen, im Jahresmittel)?",
            "How high is the regular gross pay per month (with certain one-off payments, mean of the year)?",
            around=("minijob_limit",),
        ),
        number(
            "other_minijobs",
            "EUR/month",
            "Wie viel verdient die Person regelmäßig in weiteren Minijobs?",
            "How much does the person regularly earn in further Minijobs?",
            around=("minijob_limit",),
            default="0",
        ),
        q.HEALTH,
        q.PENSION_EXEMPT,
        number(
            "overrun_months",
            "months",
            "In wie vielen Kalendermonaten des Zeitjahres wurde die Grenze überschritten?",
            "In how many calendar months of the year was the limit exceeded?",
            around=("overrun_months",),
            step="1",
            default="0",
        ),
        yes_no(
            "overrun_foreseeable",
            "War das Überschreiten vorhersehbar (zum Beispiel geplant)?",
            "Was the excess foreseeable (for example planned)?",
        ),
        number(
            "overrun_pay",
            "EUR/month",
            "Wie hoch war das Entgelt im höchsten dieser Monate?",
            "How high was the pay in the highest of these months?",
            around=("1076", "1112", "1206", "1266"),
        ),
    ),
)
def minijob(facts: Facts, values: Parameters) -> Finding:
    """§ 8 Abs. 1, 1a, 1b, 2 SGB IV, § 249b SGB V, § 168, § 172 Abs. 3 SGB VI, § 40a EStG: limit, excess and cost."""
    limit, gross = values.number("minijob_limit"), facts.number("gross")
    together = gross + facts.number("other_minijobs")
    if together > limit:
        over = Text(
            f"Regelmäßig mehr als {euro(limit).de} (mit weiteren Minijobs): kein Minijob.",
            f"Regularly more than {euro(limit).en} (with further Minijobs): no Minijob.",
        )
        shown = {"limit": limit, "kind": "midijob" if together <= values.number("midijob_upper") else "regular"}
        return finding("blocked", over, cites=("sgb4_8_1", "sgb4_8_1a", "sgb4_8_2"), values=shown)
    excess = _excess(facts, limit, values)
    if excess is not None:
        shown = {"limit": limit, "kind": "not_marginal_in_these_months"}
        return finding("blocked", excess, cites=("sgb4_8_1", "sgb4_8_1b"), values=shown)
    reason = Text(
        f"Minijob: {euro(gross).de} übersteigen {euro(limit).de} nicht.",
        f"Minijob: {euro(gross).en} do not exceed {euro(limit).en}.",
    )
    cites = ("sgb4_8_1", "sgb4_8_1a", "sgb5_249b", "sgb6_168", "sgb6_172_3", "sgb6_6_1b", "estg_40a")
    listed = {"limit": limit, "kind": "minijob", **_cost(facts, gross, values)}
    return finding("allowed", reason, cites=cites, conditions=(_RECORD, _REGISTER), values=listed, certainty="B")


def _excess(facts: Facts, limit: Decimal, values: Parameters) -> Text | None:
    """Why months above the limit end the Minijob; None if they do no harm."""
    months, most = facts.number("overrun_months"), values.number("overrun_months")
    if not months:
        return None
    if facts.flag("overrun_foreseeable"):
        return Text(
            "Das Überschreiten war vorhersehbar: es zählt zum regelmäßigen Entgelt.",
            "The excess was foreseeable: it counts as regular pay.",
        )
    if months > most:
        return Text(
            f"In mehr als {most} Monaten des Zeitjahres überschritten.",
            f"Exceeded in more than {most} months of the year.",
        )
    if facts.number("overrun_pay") > 2 * limit:
        return Text(
            f"In einem Monat mehr als das Doppelte der Grenze ({euro(2 * limit).de}).",
            f"More than twice the limit in one month ({euro(2 * limit).en}).",
        )
    return None


def _cost(facts: Facts, gross: Decimal, values: Parameters) -> dict[str, object]:
    """Cost and net in EUR; left out while a rate is not published, because the Minijob itself does not depend on it."""
    private, exempt = facts.word("health") == "private", facts.flag("pension_exempt")
    try:
        shares = contributions(Person(gross, private=private, pension_exempt=exempt), values)
    except ParameterUnknownError:
        return {}
    employer = shares.employer + shares.flat_tax
    return {
        "health_employer": shares.health[1],
        "pension_employer": shares.pension[1],
        "flat_tax": shares.flat_tax,
        "employer_total": employer,
        "pension_employee": shares.pension[0],
        "net": gross - shares.employee,
        "employer_cost": gross + employer,
    }
