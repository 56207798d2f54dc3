"""What a firm must do for one use of AI, by class, role, size and circumstance, and from which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, one_of
from werkfluss.law.pack import read_yaml
from werkfluss.law.packs.eu.ai_act.fines import SIZES
from werkfluss.law.packs.eu.ai_act.texts import CLASS_REASONS
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Duty, Outcome, Reading

_ROLES = {"provider": Text("Anbieter", "provider"), "deployer": Text("Betreiber", "deployer")}
_NO_DUTIES = ("OUT_OF_SCOPE", "NOT_AI")


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty: the provision it stands in, the circumstances, the parameters with its first day, practical days."""

    id: str
    when: tuple[tuple[str, tuple[str, ...]], ...]
    start: str
    contested: bool
    days: int
    fine: str
    cite: str | None
    what: Text

    def applies(self, facts: Facts) -> bool:
        return all(facts.word(name) in values for name, values in self.when)


@cache
def duty_rows() -> tuple[DutyRow, ...]:
    listed = read_yaml(Path(__file__).with_name("duties.yaml"))["duties"]
    return tuple(
        DutyRow(
            row["id"],
            tuple((name, tuple(values)) for name, values in row["when"].items()),
            row["from"],
            row.get("contested", False),
            row["days"],
            row["fine"],
            row.get("cite"),
            Text(row["de"], row["en"]),
        )
        for row in listed
    )


def _choice(name: str, values: tuple[str, ...], de: str, en: str) -> Fact:
    return one_of(name, values, de, en, default=values[0])


_NO_YES = ("no", "yes")
DUTY_FACTS = FactSchema(
    one_of("risk_class", CLASS_REASONS, "Wie ist die Verwendung eingestuft?", "What is the class of the use?"),
    one_of("role", _ROLES, "Welche Rolle hat die Firma?", "Which role has the firm?", labels=_ROLES),
    _choice("area", ("none", "1", "2", "3", "4", "5ad", "5bc", "6", "7", "8"),
            "Welcher Bereich des Anhangs III (5ad: Leistungen, Notrufe; 5bc: Kredit, Versicherung; none: Anhang I)?",
            "Which area of Annex III (5ad: benefits, emergencies; 5bc: credit, insurance; none: Annex I)?"),
    one_of("firm_size", SIZES, "Wie groß ist die Firma?", "How large is the firm?", default="sme"),
    _choice("linked_firms", _NO_YES, "Hat die Firma Partner- oder verbundene Unternehmen?",
            "Has the firm partner or linked enterprises?"),
    _choice("body", ("private", "public_service", "public_body"),
            "Ist es eine private Firma, ein privater Anbieter öffentlicher Dienste oder eine öffentliche Stelle?",
            "Is it a private firm, a private provider of public services or a public body?"),
    _choice("at_workplace", _NO_YES, "Sind Beschäftigte am Arbeitsplatz davon betroffen?",
            "Are workers affected at the workplace?"),
    _choice("decides_on_people", _NO_YES, "Hilft das System bei Entscheidungen über Menschen?",
            "Does the system help to decide about people?"),
    _choice("personal_data", _NO_YES, "Werden personenbezogene Daten verarbeitet?", "Are personal data processed?"),
    _choice("controls_input", _NO_YES, "Bestimmt die Firma die Eingabedaten?", "Does the firm control the input data?"),
    _choice("has_suppliers", _NO_YES, "Stecken Systeme, Modelle oder Dienste anderer darin?",
            "Are systems, models or services of others part of it?"),
    _choice("talks_to_people", _NO_YES, "Spricht es unmittelbar mit Menschen, ohne dass KI offensichtlich ist?",
            "Does it talk directly to people without AI being obvious?"),
    _choice("generates_content", _NO_YES, "Erzeugt es Text, Bild, Ton oder Video (nicht nur unterstützend)?",
            "Does it generate text, image, audio or video (not merely assisting)?"),
    _choice("on_market_before_august_2026", _NO_YES, "War das System vor dem 2.8.2026 auf dem Markt?",
            "Was the system on the market before 2 August 2026?"),
    _choice("reads_emotion_or_biometrics", _NO_YES, "Erkennt es Gefühle oder ordnet es biometrisch ein?",
            "Does it recognise emotions or categorise by biometrics?"),
    _choice("publishes", ("nothing", "deepfake", "public_interest_text"),
            "Wird ein Deepfake oder ein ungeprüfter Text von öffentlichem Interesse veröffentlicht?",
            "Is a deep fake or an unreviewed text of public interest published?"),
    _choice("gpai", ("none", "integrates", "provides_model", "finetune_major", "provides_systemic"),
            "Geht es um ein KI-Modell mit allgemeinem Verwendungszweck?", "Is a general-purpose AI model involved?"),
    _choice("model_before_august_2025", _NO_YES, "War das Modell vor dem 2.8.2025 auf dem Markt?",
            "Was the model on the market before 2 August 2025?"),
    _choice("in_use_before_date", _NO_YES, "War dieser Typ vor dem Geltungsbeginn rechtmäßig in Verkehr oder Betrieb?",
            "Was this type lawfully on the market or in service before the date of application?"),
    _choice("significant_change", _NO_YES, "Wurde seine Konzeption seitdem wesentlich geändert?",
            "Has its design changed significantly since?"),
)  # fmt: skip


@rule(
    "eu/ai_act/duties",
    title=Text("Pflichten für eine KI-Verwendung", "Duties for a use of AI"),
    start=date(2024, 8, 1),
    facts=DUTY_FACTS,
)
def duties(facts: Facts, values: Parameters) -> Finding:
    """Art. 4, 5, 6(4), 9–20, 25–27, 43–50, 53–55, 72, 73, 86, 111, 113: who must do what from which day."""
    name = facts.word("risk_class")
    if name in _NO_DUTIES:
        return finding("allowed", CLASS_REASONS[name], cites=("art_3_1",), values={"duties": [], "due_now": []})
    who = _ROLES[facts.word("role")]
    excused = name == "HIGH_RISK" and _older_design(facts)
    found = [
        (row, _first_day(row, facts, values))
        for row in duty_rows()
        if not (excused and row.start == "high_risk") and row.applies(facts)
    ]
    if excused and facts.word("body") == "public_body":
        found = [*found, *_public_old(facts, values)]
    listed = [Duty(row.what, who, day, row.id, row.days or None, "working") for row, day in found]
    contested = [row for row, _ in found if row.contested]
    reasons = [CLASS_REASONS[name], *_notes(name, facts, excused=excused)]
    return finding(
        _OUTCOMES.get(name, "allowed"),
        *reasons,
        cites=[cite for row, _ in found for cite in (row.id, row.cite or row.id)]
        + _note_cites(name, facts, excused=excused),
        duties=listed,
        values={
            "duties": [row.id for row, _ in found],
            "due_now": [row.id for row, day in found if day <= values.on],
            "contested": [row.id for row in contested],
            "fines": sorted({row.fine for row, _ in found} - {"none"}),
            "next_date": min((day for _, day in found if day > values.on), default=None),
        },
        certainty="C" if name == "REVIEW" else "B" if contested or excused else "A",
        readings=_readings(contested, facts, values),
    )


_OUTCOMES: dict[str, Outcome] = {"PROHIBITED": "blocked", "REVIEW": "unknown"}


def _older_design(facts: Facts) -> bool:
    return facts.word("in_use_before_date") == "yes" and facts.word("significant_change") == "no"


def _public_old(facts: Facts, values: Parameters) -> list[tuple[DutyRow, date]]:
    by = date.fromisoformat(values.word("public_old_systems_by"))
    return [(row, by) for row in duty_rows() if row.start == "high_risk" and row.applies(facts)]


def _first_day(row: DutyRow, facts: Facts, values: Parameters) -> date:
    parameter = row.start
    if parameter == "high_risk":
        parameter = "annex_1_applies_from" if facts.word("area") == "none" else "annex_3_applies_from"
    return date.fromisoformat(values.word(parameter))


def _readings(contested: list[DutyRow], facts: Facts, values: Parameters) -> list[Reading]:
    """Art. 113(c) defers Sections 1 to 3 only; whether what presupposes them waits as well is contested."""
    if not contested:
        return []
    ids = [row.id for row in contested]
    letter = values.word("section_5_letter_from")
    with_chapter = _first_day(contested[0], facts, values).isoformat()
    if letter >= with_chapter:
        return []
    return [
        Reading(
            Text(
                "Wortlaut des Art. 113: nur Abschnitte 1 bis 3 verschoben",
                "letter of Art. 113: only Sections 1 to 3 deferred",
            ),
            "allowed",
            {"from": letter, "duties": tuple(ids)},
        ),
        Reading(
            Text(
                "Zusammenhang: wirksam erst mit der Hochrisiko-Einstufung",
                "context: effective only with the high-risk class",
            ),
            "allowed",
            {"from": with_chapter, "duties": tuple(ids)},
        ),
    ]


def _notes(name: str, facts: Facts, *, excused: bool) -> list[Text]:
    notes: list[Text] = []
    if excused:
        notes.append(
            Text(
                "Älterer Typ: Die Hochrisiko-Pflichten beginnen erst mit einer wesentlichen Änderung der Konzeption; "
                "Stand und Datum der ersten Inbetriebnahme belegen.",
                "Older type: the high-risk duties begin only with a significant change in design; keep evidence of the "
                "design and of the first putting into service.",
            )
        )
    if name == "HIGH_RISK" and facts.word("role") == "provider" and not excused:
        size = facts.word("firm_size")
        if size != "large":
            notes.append(
                Text(
                    "Erleichterung: Dokumentation im vereinfachten Formular der Kommission, Qualitätsmanagement im "
                    "Verhältnis zur Größe.",
                    "Relief: documentation in the Commission's simplified form, quality management in proportion.",
                )
            )
        if size == "sme" and facts.word("linked_firms") == "no":
            notes.append(
                Text(
                    "Erleichterung: Teile des Qualitätsmanagements vereinfacht (Art. 63).",
                    "Relief: parts of quality management simplified (Art. 63).",
                )
            )
    return notes


def _note_cites(name: str, facts: Facts, *, excused: bool) -> list[str]:
    cites = ["art_113"]
    if excused:
        return [*cites, "art_111_2"]
    if name == "HIGH_RISK" and facts.word("role") == "provider":
        if facts.word("firm_size") != "large":
            cites += ["art_11", "art_17"]
        if facts.word("firm_size") == "sme" and facts.word("linked_firms") == "no":
            cites.append("art_63")
    return cites
