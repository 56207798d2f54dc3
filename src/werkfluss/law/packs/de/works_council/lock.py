"""The go-live lock: where there is a works council, person-related functions wait for its agreement."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")
_BOTH = Text("Arbeitgeber und Betriebsrat", "employer and works council")
_AGREEMENTS = {
    "none": Text("keine", "none"),
    "works_agreement": Text("Betriebsvereinbarung, unterschrieben", "works agreement, signed"),
    "consent": Text("Zustimmung des Betriebsrats (Regelungsabrede)", "consent of the works council"),
    "conciliation": Text("Spruch der Einigungsstelle", "decision of the conciliation board"),
    "ended": Text("gekündigt oder abgelaufen", "terminated or expired"),
}


@rule(
    "de/works_council/go_live",
    title=Text("Personenbezogene Funktionen einschalten", "Switch on person-related functions"),
    start=date(2021, 6, 18),
    facts=FactSchema(
        yes_no(
            "works_council",
            "Besteht ein Betriebsrat (auch Gesamtbetriebsrat)?",
            "Is there a works council (any level)?",
        ),
        yes_no(
            "person_related",
            "Lässt die Funktion Schlüsse auf Verhalten oder Leistung einzelner Beschäftigter zu (auch Zeitstempel)?",
            "Does the function allow conclusions on conduct or performance of single employees (time stamps too)?",
        ),
        one_of(
            "agreement",
            tuple(_AGREEMENTS),
            "Welche Einigung mit dem Betriebsrat ist festgehalten?",
            "Which agreement with the works council is recorded?",
            labels=_AGREEMENTS,
        ),
        yes_no(
            "covers_function",
            "Umfasst die Einigung diese Funktion?",
            "Does the agreement cover this function?",
            default=True,
        ),
    ),
)
def go_live(facts: Facts, _values: Parameters) -> Finding:
    """§ 87 Abs. 1 Nr. 6, Abs. 2, § 77 Abs. 6, §§ 80, 90 BetrVG: off until the agreement is recorded."""
    inform = Condition(
        "notice",
        Text(
            "Betriebsrat rechtzeitig unterrichten, beraten; bei KI darf er Sachverständige hinzuziehen (§ 80 Abs. 3).",
            "Inform and consult the works council in time; with AI it may call in an expert (s. 80(3)).",
        ),
        _EMPLOYER,
        "betrvg_90",
        lead_days=14,
    )
    if not facts.flag("works_council"):
        reason = Text(
            "Kein Betriebsrat: keine Mitbestimmung; der Datenschutz gilt unverändert.",
            "No works council: no co-determination; data protection applies all the same.",
        )
        return finding("allowed", reason, cites=("betrvg_1", "betrvg_87_1_6"), values={"locked": False})
    if not facts.flag("person_related"):
        reason = Text(
            "Ohne Personenbezug: Unterrichtung, keine Mitbestimmung nach Nr. 6.",
            "Not person-related: information, no co-determination under no. 6.",
        )
        cites = ("betrvg_90", "betrvg_87_1_6")
        shown = {"locked": False}
        return finding("allowed", reason, cites=cites, conditions=(inform,), values=shown, certainty="B")
    agreement = facts.word("agreement")
    if agreement == "none" or not facts.flag("covers_function"):
        return _locked(inform)
    keep = Condition(
        "record",
        Text(
            "Nur im vereinbarten Umfang nutzen; jede Erweiterung vorher vereinbaren.",
            "Use only as agreed; agree on every extension beforehand.",
        ),
        _EMPLOYER,
        "betrvg_77",
    )
    if agreement == "ended":
        after = Condition(
            "agreement",
            Text(
                "Neu verhandeln; bis dahin gilt die alte Regelung weiter (Nachwirkung).",
                "Negotiate anew; until then the old rules continue (after-effect).",
            ),
            _BOTH,
            "betrvg_77",
            lead_days=60,
        )
        reason = Text("Die alte Betriebsvereinbarung wirkt nach.", "The old works agreement continues to apply.")
        cites = ("betrvg_77", "betrvg_87_1_6")
        shown = {"locked": False}
        return finding("allowed", reason, cites=cites, conditions=(keep, after), values=shown, certainty="B")
    reason = Text(
        "Die Einigung mit dem Betriebsrat ist festgehalten.", "The agreement with the works council is recorded."
    )
    cites = ("betrvg_87_1_6", "betrvg_77")
    return finding("allowed", reason, cites=cites, conditions=(keep,), values={"locked": False})


def _locked(inform: Condition) -> Finding:
    agree = Condition(
        "agreement",
        Text(
            "Betriebsvereinbarung oder Zustimmung einholen und hier festhalten; ein fertiger Anhang liegt bei.",
            "Obtain a works agreement or consent and record it here; a ready annex is provided.",
        ),
        _BOTH,
        "betrvg_87_1_6",
        lead_days=60,
        remedy=Text(
            "Kommt keine Einigung zustande, entscheidet die Einigungsstelle (§ 87 Abs. 2).",
            "Without agreement the conciliation board decides (s. 87(2)).",
        ),
    )
    reason = Text(
        "Gesperrt: Der Betriebsrat hat mitzubestimmen, eine Einigung ist nicht festgehalten.",
        "Locked: the works council has a right of co-determination and no agreement is recorded.",
    )
    cites = ("betrvg_87_1_6", "betrvg_87_2", "betrvg_23")
    return finding("blocked", reason, cites=cites, conditions=(agree, inform), values={"locked": True})
