"""Which right the works council has in a measure: information, consultation, consent, co-determination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

_EMPLOYER = Text("Arbeitgeber", "employer")


@dataclass(frozen=True, slots=True)
class _Measure:
    """``consent``: provisions that need agreement before; ``inform``: provisions of information and consultation."""

    name: Text
    consent: tuple[str, ...]
    inform: tuple[str, ...]


_MEASURES = {
    "software_with_person_data": _Measure(
        Text("Software mit Daten zu einzelnen Beschäftigten", "software with data on single employees"),
        ("betrvg_87_1_6",),
        ("betrvg_80_2", "betrvg_90"),
    ),
    "introduction_of_ai": _Measure(
        Text("Einführung von KI in Arbeitsabläufe", "introduction of AI into work"), (), ("betrvg_80_2", "betrvg_90")
    ),
    "conduct_rules": _Measure(
        Text("Regeln zu Ordnung und Verhalten (etwa KI-Richtlinie)", "rules of order and conduct (e.g. AI policy)"),
        ("betrvg_87_1_1",),
        ("betrvg_80_2",),
    ),
    "working_hours": _Measure(
        Text("Beginn, Ende, Pausen, Verteilung der Arbeitszeit", "start, end, breaks, spread of working time"),
        ("betrvg_87_1_2",),
        ("betrvg_80_2",),
    ),
    "overtime": _Measure(
        Text("Überstunden oder Kurzarbeit", "overtime or short-time work"), ("betrvg_87_1_3",), ("betrvg_80_2",)
    ),
    "mobile_work": _Measure(
        Text("Ausgestaltung mobiler Arbeit", "arrangement of mobile work"), ("betrvg_87_1_14",), ("betrvg_80_2",)
    ),
    "questionnaire_or_assessment": _Measure(
        Text("Personalfragebogen oder Beurteilungsgrundsätze", "questionnaire or principles of assessment"),
        ("betrvg_94",),
        ("betrvg_80_2",),
    ),
    "selection_guideline": _Measure(
        Text("Richtlinie zur Auswahl, auch mit KI erstellt", "guideline on selection, also made with AI"),
        ("betrvg_95",),
        ("betrvg_80_2", "betrvg_95_2a"),
    ),
    "externals": _Measure(
        Text("Einsatz von Freien oder Partnerteams", "use of freelancers or partner teams"),
        (),
        ("betrvg_80_2", "betrvg_92"),
    ),
    "externals_integrated": _Measure(
        Text("Externe, die in den Betrieb eingegliedert sind", "externals integrated into the works"),
        ("betrvg_99",),
        ("betrvg_80_2", "betrvg_92"),
    ),
    "hire_or_transfer": _Measure(
        Text("Einstellung, Eingruppierung, Versetzung", "hire, grading, transfer"), ("betrvg_99",), ("betrvg_92",)
    ),
    "new_work_methods": _Measure(
        Text("Grundlegend neue Arbeitsmethoden oder Organisation", "fundamentally new methods or organisation"),
        (),
        ("betrvg_90", "betrvg_111"),
    ),
}
# These rights exist only in companies with more than twenty employees entitled to vote.
_ONLY_LARGER = ("betrvg_99", "betrvg_111")


@rule(
    "de/works_council/participation",
    title=Text("Beteiligung des Betriebsrats an einer Maßnahme", "The works council's part in a measure"),
    start=date(2021, 6, 18),
    facts=FactSchema(
        yes_no("works_council", "Besteht ein Betriebsrat?", "Is there a works council?"),
        one_of(
            "measure",
            tuple(_MEASURES),
            "Welche Maßnahme ist geplant?",
            "Which measure is planned?",
            labels={name: measure.name for name, measure in _MEASURES.items()},
        ),
        number(
            "voters",
            "persons",
            "Wie viele wahlberechtigte Beschäftigte hat das Unternehmen in der Regel?",
            "How many employees entitled to vote has the company as a rule?",
            around=("small_company",),
            step="1",
        ),
        yes_no(
            "informed",
            "Ist der Betriebsrat rechtzeitig und umfassend unterrichtet?",
            "Has the works council been informed in time and in full?",
            default=False,
        ),
        yes_no("agreed", "Liegt die nötige Zustimmung vor?", "Is the necessary consent there?", default=False),
    ),
)
def participation(facts: Facts, values: Parameters) -> Finding:
    """§§ 80, 87, 90, 92, 94, 95, 99, 111 BetrVG: what must be told, discussed and agreed before the measure."""
    if not facts.flag("works_council"):
        reason = Text("Kein Betriebsrat: keine Beteiligung.", "No works council: no participation.")
        return finding("allowed", reason, cites=("betrvg_1",), values={"consent": [], "inform": []})
    measure = _MEASURES[facts.word("measure")]
    counts = set(_ONLY_LARGER) & {*measure.consent, *measure.inform}
    small = bool(counts) and facts.number("voters") <= values.number("small_company")
    consent = tuple(item for item in measure.consent if not (small and item in _ONLY_LARGER))
    inform = tuple(item for item in measure.inform if not (small and item in _ONLY_LARGER))
    shown: dict[str, object] = {"consent": consent, "inform": inform}
    cites = (*consent, *inform) or ("betrvg_80_2",)
    conditions = [] if facts.flag("informed") or not inform else [_tell(inform[-1])]
    if consent and not facts.flag("agreed"):
        conditions.append(_agree(consent[0]))
        reason = Text(
            f"{measure.name.de}: nur mit Einigung oder Zustimmung des Betriebsrats.",
            f"{measure.name.en}: only with the works council's agreement or consent.",
        )
        return finding("blocked", reason, cites=cites, conditions=conditions, values=shown, certainty="B")
    reason = Text(
        f"{measure.name.de}: " + ("Zustimmung liegt vor." if consent else "Unterrichtung und Beratung genügen."),
        f"{measure.name.en}: " + ("consent is there." if consent else "information and consultation suffice."),
    )
    return finding("allowed", reason, cites=cites, conditions=conditions, values=shown, certainty="B")


def _tell(basis: str) -> Condition:
    return Condition(
        "notice",
        Text(
            "Betriebsrat rechtzeitig mit Unterlagen unterrichten und beraten; bei Externen auch Zeit, Ort, Aufgaben "
            "und Verträge.",
            "Inform and consult the works council in time with documents; on externals also time, place, tasks and "
            "contracts.",
        ),
        _EMPLOYER,
        basis,
        lead_days=14,
    )


def _agree(basis: str) -> Condition:
    return Condition(
        "agreement",
        Text("Zustimmung oder Betriebsvereinbarung einholen.", "Obtain consent or a works agreement."),
        _EMPLOYER,
        basis,
        lead_days=8 if basis == "betrvg_99" else 60,
        remedy=Text("Sonst Einigungsstelle oder Arbeitsgericht.", "Else conciliation board or labour court."),
    )
