"""Part-time executives as contractors: a path of its own, because the indicators of freelancers do not fit them."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, one_of, yes_no
from werkfluss.law.packs.de.status.procedure import status_procedure
from werkfluss.law.packs.de.status.warning import CLIENT, CONTRACTOR, WARNED, warned
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition


def _employed(facts: Facts, reason: Text) -> Finding:
    hire = Condition(
        "agreement",
        Text("Als Beschäftigte in Teilzeit anstellen und melden.", "Hire part-time and register."),
        CLIENT,
        "sgb4_7",
        lead_days=10,
        day_kind="working",
    )
    reasons, counsel = warned(facts)
    return finding(
        "blocked",
        reason,
        *reasons,
        cites=("sgb4_7", "sgb4_7a_2", "sgb4_25"),
        conditions=(hire, *counsel),
        certainty="B",
    )


def _signs(facts: Facts) -> list[Text]:
    """What speaks for employment without deciding: each is named, none is a hard stop by itself."""
    signs = []
    if facts.flag("leads_staff_with_authority"):
        signs.append(
            Text(
                "Führung von Beschäftigten im Namen der Firma spricht für Eingliederung.",
                "Leading staff in the firm's name speaks for integration.",
            )
        )
    if not facts.flag("several_firms"):
        signs.append(
            Text(
                "Nur eine Firma: spricht für Abhängigkeit; auch die 5/6-Grenze prüfen.",
                "Only one firm: speaks for dependence; check the 5/6 limit too.",
            )
        )
    if facts.flag("fixed_monthly_fee"):
        signs.append(
            Text(
                "Eine feste Monatsvergütung spricht für Beschäftigung, entscheidet aber nicht allein.",
                "A fixed monthly fee speaks for employment but does not decide by itself.",
            )
        )
    return signs


@rule(
    "de/status/fractional_executive",
    title=Text("Führungskraft auf Teilzeit als Selbstständige", "Fractional executive as a contractor"),
    start=date(2022, 4, 1),
    facts=FactSchema(
        yes_no(
            "organ_position",
            "Ist die Person Organ der Firma (Geschäftsführung, Vorstand) ohne beherrschenden Anteil?",
            "Is the person an organ of the firm (managing director, board) without a controlling share?",
        ),
        yes_no(
            "leads_staff_with_authority",
            "Weist sie Beschäftigte der Firma im Namen der Firma an?",
            "Does the person instruct the firm's staff in the firm's name?",
        ),
        yes_no("several_firms", "Arbeitet sie zugleich für mehrere Firmen?", "Does the person work for several firms?"),
        yes_no(
            "sets_own_time_and_place",
            "Bestimmt sie Zeit und Ort selbst?",
            "Does the person set time and place herself?",
        ),
        yes_no(
            "fixed_monthly_fee",
            "Bekommt sie eine feste Monatsvergütung?",
            "Does the person get a fixed monthly fee?",
            default=False,
        ),
        one_of(
            "decision",
            ("none", "self_employed", "employed"),
            "Hat die Rentenversicherung über dieses Verhältnis entschieden: nein, selbstständig oder beschäftigt?",
            "Has the pension insurance decided on this relation: no, self-employed or employed?",
            default="none",
        ),
        WARNED,
    ),
)
def fractional_executive(facts: Facts, values: Parameters) -> Finding:
    """§ 7 Abs. 1, § 7a SGB IV: an organ without control is employed as a rule; others need a decision to be safe."""
    decided = facts.word("decision")
    if decided == "employed":
        return _employed(
            facts,
            Text("Die Rentenversicherung hat Beschäftigung festgestellt.", "The insurance has found employment."),
        )
    if facts.flag("organ_position") or not facts.flag("sets_own_time_and_place"):
        return _employed(
            facts,
            Text(
                "Organ ohne beherrschenden Anteil oder fremdbestimmte Zeit: in der Regel Beschäftigung.",
                "Organ without a controlling share, or time set by others: employment as a rule.",
            ),
        )
    signs = _signs(facts)
    share = Condition(
        "record",
        Text(
            "Anteil je Firma, eigene Termine und Vollmachten festhalten; alle sechs Monate neu prüfen.",
            "Record the share per firm, own dates and powers; check again every six months.",
        ),
        CLIENT,
        "sgb4_7a_2",
    )
    conditions = [share]
    if decided == "none":
        conditions.insert(0, status_procedure(values, running=False))
    if signs:
        text = Text(
            "Weisungsrechte und Anteil je Firma mit Rechtsberatung klären und festhalten.",
            "Clear up with counsel and record the powers to instruct and the share per firm.",
        )
        conditions.append(Condition("review", text, CLIENT, "sgb4_7", lead_days=20, day_kind="working"))
    if not facts.flag("several_firms"):
        pension = Text("Eigene Rentenversicherungspflicht prüfen.", "Check the own duty to be insured.")
        conditions.append(Condition("review", pension, CONTRACTOR, "sgb6_2_9"))
    reasons, counsel = warned(facts)
    if decided == "self_employed":
        reason = Text(
            "Die Rentenversicherung hat Selbstständigkeit festgestellt; das gilt, solange sich nichts ändert.",
            "The insurance has found self-employment; this holds as long as nothing changes.",
        )
    else:
        reason = Text(
            "Eigene Zeit, kein Organ: möglich, aber nur mit Entscheidung der Rentenversicherung sicher.",
            "Own time, no organ: possible, but certain only with the pension insurance's decision.",
        )
    return finding(
        "allowed",
        reason,
        *signs,
        *reasons,
        cites=("sgb4_7", "sgb4_7a_2"),
        conditions=(*conditions, *counsel),
        certainty="B" if decided == "self_employed" else "C",
    )
