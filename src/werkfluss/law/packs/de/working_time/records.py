"""What must be recorded of working time, how soon and how long it is kept."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, yes_no
from werkfluss.law.packs.de.working_time.reform import BILL, bill_starts
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_TITLE = Text("Aufzeichnung der Arbeitszeit", "Records of working time")
_FACTS = FactSchema(
    yes_no(
        "executive",
        "Ist die Person leitende Angestellte im Sinne von § 5 Abs. 3 BetrVG?",
        "Is the person executive staff within s. 5(3) BetrVG?",
        default=False,
    ),
    yes_no(
        "minijob_or_listed_sector",
        "Ist es ein Minijob oder eine Branche nach § 2a SchwarzArbG (Bau, Gastronomie, Logistik, Reinigung …)?",
        "Is it a Minijob or a sector of s. 2a SchwarzArbG (construction, catering, logistics, cleaning …)?",
    ),
    number(
        "staff",
        "persons",
        "Wie viele Beschäftigte hat die Firma (nur für den Entwurf von Bedeutung)?",
        "How many employees has the firm (matters for the draft only)?",
        around=("10", "49", "50", "249", "250"),
        step="1",
    ),
)


@rule("de/working_time/recording", title=_TITLE, start=date(2022, 9, 13), facts=_FACTS)
def recording(facts: Facts, values: Parameters) -> Finding:
    """§ 16 Abs. 2 ArbZG, § 17 MiLoG, § 3 ArbSchG (BAG 13.9.2022, 1 ABR 22/21): start, end and length of all work."""
    if facts.flag("executive"):
        reason = Text(
            "Leitende Angestellte: keine Aufzeichnung nach ArbZG.", "Executive staff: no records under ArbZG."
        )
        return finding("allowed", reason, cites=("arbzg_18",), certainty="B")
    keep = values.days("keep_records")
    everything = Condition(
        "record",
        Text(
            f"Beginn, Ende und Dauer aller Arbeitszeit erfassen; {keep} Jahre aufbewahren (mindestens die Stunden über "
            "acht).",
            f"Record start, end and length of all working time; keep {keep} years (at least the hours beyond eight).",
        ),
        _EMPLOYER,
        "arbzg_16",
    )
    reason = Text(
        "Nach der Rechtsprechung ist die gesamte Arbeitszeit zu erfassen; die Form ist frei.",
        "By case law all working time must be recorded; the form is free.",
    )
    cites = ("arbzg_16", "bag_2022")
    if not facts.flag("minijob_or_listed_sector"):
        shown = {"within_days": None, "keep_years": keep}
        return finding("allowed", reason, cites=cites, conditions=(everything,), values=shown, certainty="B")
    within = values.days("record_within")
    soon = Condition(
        "record",
        Text(
            f"Spätestens am {within}. Kalendertag nach der Arbeit aufzeichnen, {keep} Jahre aufbewahren.",
            f"Record at the latest on calendar day {within} after the work, keep {keep} years.",
        ),
        _EMPLOYER,
        "milog_17",
    )
    shown = {"within_days": within, "keep_years": keep}
    conditions = (everything, soon)
    return finding("allowed", reason, cites=(*cites, "milog_17"), conditions=conditions, values=shown, certainty="B")


@rule("de/working_time/recording", title=_TITLE, start=bill_starts, facts=_FACTS, status="draft", label=BILL)
def recording_by_bill(facts: Facts, values: Parameters) -> Finding:
    """§ 16 ArbZG in the draft of 18 June 2026: electronic, on the same day; transition by size of the firm."""
    staff = facts.number("staff")
    if facts.flag("executive") or staff <= 10:
        reason = Text("Vom Entwurf nicht erfasst.", "Not covered by the draft.")
        return finding("allowed", reason, cites=("arbzg_bill",), certainty="C")
    years = 5 if staff < 50 else 2 if staff < 250 else 1
    electronic = Condition(
        "record",
        Text(
            f"Elektronisch am selben Tag aufzeichnen; Übergang {years} Jahre ab Inkrafttreten.",
            f"Record electronically on the same day; transition of {years} years.",
        ),
        _EMPLOYER,
        "arbzg_bill",
    )
    reason = Text("Der Entwurf verlangt elektronische Aufzeichnung.", "The draft demands electronic records.")
    shown = {"within_days": 0, "keep_years": values.days("keep_records"), "transition_years": years}
    return finding("allowed", reason, cites=("arbzg_bill",), conditions=(electronic,), values=shown, certainty="C")
