"""Art. 4 for one person who uses or operates AI for the firm, staff or freelancer."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition, Duty

_FIRM = Text("die Firma als Anbieter oder Betreiber", "the firm as provider or deployer")
_RELATIONS = {
    "staff": Text("Beschäftigte der Firma", "the firm's staff"),
    "on_behalf": Text("andere, die im Auftrag der Firma KI nutzen", "others who use AI on the firm's behalf"),
    "own_account": Text("nutzt eigene KI auf eigene Rechnung", "uses own AI on own account"),
}
_FACTS = FactSchema(
    yes_no(
        "uses_ai", "Nutzt oder bedient die Person KI für die Firma?", "Does the person use or operate AI for the firm?"
    ),
    one_of(
        "relation",
        _RELATIONS,
        "In welchem Verhältnis steht sie zur Firma?",
        "What is the relation to the firm?",
        labels=_RELATIONS,
        default="staff",
    ),
    yes_no(
        "measure_recorded",
        "Ist eine Maßnahme (Schulung, Anleitung) mit Inhalt und Datum festgehalten?",
        "Is a measure (training, guidance) recorded with content and date?",
    ),
    yes_no(
        "fits_use",
        "Passt sie zu Vorwissen, Einsatz und betroffenen Menschen, und zum heutigen Stand des Systems?",
        "Does it fit prior knowledge, use and people affected, and the system as it is today?",
    ),
)
_MEASURE = Condition(
    "training",
    Text(
        "Passende Maßnahme durchführen und festhalten: Inhalt, Datum, Person, verantwortliche Stelle.",
        "Take a suitable measure and record content, date, person and who is responsible.",
    ),
    _FIRM,
    "art_4",
    lead_days=10,
    day_kind="working",
)


def _finding(facts: Facts, values: Parameters, owed: Text) -> Finding:
    if not facts.flag("uses_ai") or facts.word("relation") == "own_account":
        none = Text("Keine Pflicht der Firma für diese Person.", "No duty of the firm for this person.")
        return finding("allowed", none, cites=("art_4",), values={"owed": False, "fulfilled": True})
    if facts.flag("measure_recorded") and facts.flag("fits_use"):
        return finding("allowed", owed, cites=("art_4",), values={"owed": True, "fulfilled": True})
    due = Duty(_MEASURE.text, _FIRM, date.fromisoformat(values.word("literacy_from")), "art_4", 10, "working")
    return finding(
        "allowed",
        owed,
        cites=("art_4",),
        conditions=(_MEASURE,),
        duties=(due,),
        values={"owed": True, "fulfilled": False},
    )


@rule(
    "eu/ai_act/literacy",
    title=Text("KI-Kompetenz einer Person", "AI literacy of a person"),
    start=date(2025, 2, 2),
    end=date(2026, 7, 26),
    facts=_FACTS,
)
def literacy_first_version(facts: Facts, values: Parameters) -> Finding:
    """Art. 4 in the version of 13 June 2024: to the best extent ensure a sufficient level."""
    owed = Text(
        "Nach besten Kräften sicherstellen, dass die Person ein ausreichendes Maß an KI-Kompetenz hat.",
        "Ensure to the best extent that the person has a sufficient level of AI literacy.",
    )
    return _finding(facts, values, owed)


@rule(
    "eu/ai_act/literacy",
    title=Text("KI-Kompetenz einer Person", "AI literacy of a person"),
    start=date(2026, 7, 27),
    facts=_FACTS,
)
def literacy_now(facts: Facts, values: Parameters) -> Finding:
    """Art. 4(1) as amended by Regulation (EU) 2026/1744: take measures to support; no level is owed."""
    owed = Text(
        "Maßnahmen treffen, die die KI-Kompetenz fördern; ein bestimmtes Niveau der Person ist nicht geschuldet.",
        "Take measures that support AI literacy; no particular level of the person is owed.",
    )
    return _finding(facts, values, owed)
