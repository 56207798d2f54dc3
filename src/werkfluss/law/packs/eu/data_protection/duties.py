"""Processors, automated decisions, impact assessment and data protection officer."""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import Fact, FactSchema, number, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Certainty, Condition

_FIRM = Text("die Firma als Verantwortliche", "the firm as controller")
_RECIPIENTS = {
    "processor": Text(
        "verarbeitet nur auf Weisung (Auftragsverarbeiter)", "processes on instructions only (processor)"
    ),
    "joint": Text("legt Zwecke gemeinsam fest", "determines purposes jointly"),
    "separate": Text(
        "eigener Verantwortlicher, etwa Steuerberatung, EAP", "separate controller such as tax adviser, EAP"
    ),
    "inside": Text("Person der Firma unter ihrer Weisung", "person of the firm under its instructions"),
}


def _condition(kind: str, de: str, en: str, basis: str, days: int) -> Condition:
    return Condition(kind, Text(de, en), _FIRM, basis, lead_days=days, day_kind="working")


@rule(
    "eu/data_protection/processor",
    title=Text("Daten an einen Dienst oder Berater geben", "Give data to a service or adviser"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "recipient",
            _RECIPIENTS,
            "Welche Rolle hat der Empfänger?",
            "Which role has the recipient?",
            labels=_RECIPIENTS,
        ),
        yes_no(
            "contract",
            "Ist der Vertrag oder die Vereinbarung geschlossen?",
            "Is the contract or arrangement concluded?",
        ),
        yes_no(
            "guarantees",
            "Sind Garantien, Unterauftragnehmer und Orte geprüft?",
            "Are guarantees, subprocessors and places checked?",
        ),
        yes_no(
            "basis_recorded",
            "Ist die Grundlage für die Weitergabe festgehalten?",
            "Is the ground for passing on recorded?",
        ),
    ),
)
def processor(facts: Facts, _values: Parameters) -> Finding:
    """Art. 26, 28, 32 GDPR: contract with a processor, arrangement of joint controllers, ground for others."""
    recipient = facts.word("recipient")
    if recipient == "inside":
        own = Text(
            "Keine Weitergabe: Person unter Weisung der Firma.", "No passing on: person under the firm's instructions."
        )
        return finding("allowed", own, cites=("art_32",), certainty="B")
    if recipient == "separate":
        if facts.flag("basis_recorded"):
            known = Text(
                "Weitergabe an einen eigenen Verantwortlichen mit Grundlage.",
                "Passed on to a separate controller on a ground.",
            )
            return finding("allowed", known, cites=("art_30",), certainty="B")
        ground = _condition(
            "record",
            "Grundlage (Art. 6) und Empfänger im Verzeichnis festhalten.",
            "Record ground (Art. 6) and recipient.",
            "art_30",
            2,
        )
        missing = Text("Vor der Weitergabe fehlt die Grundlage.", "The ground is missing before data are passed on.")
        return finding("blocked", missing, cites=("art_30",), conditions=(ground,), certainty="B")
    cite = "art_28" if recipient == "processor" else "art_26"
    if not facts.flag("contract"):
        sign = _condition(
            "agreement",
            "Vertrag oder Vereinbarung vor der ersten Weitergabe schließen.",
            "Conclude contract or arrangement before the first data.",
            cite,
            15,
        )
        missing = Text("Vor dem Vertrag dürfen keine Daten fließen.", "No data may flow before the contract.")
        return finding("blocked", missing, cites=(cite,), conditions=(sign,), certainty="B")
    if recipient == "processor" and not facts.flag("guarantees"):
        check = _condition(
            "review",
            "Garantien, Unterauftragnehmer und Orte prüfen und festhalten.",
            "Check and record guarantees, subprocessors and places.",
            "art_28",
            5,
        )
        return finding("allowed", _WITH_CONTRACT, cites=(cite, "art_32"), conditions=(check,), certainty="B")
    return finding("allowed", _WITH_CONTRACT, cites=(cite,), certainty="B")


_WITH_CONTRACT = Text("Die Weitergabe ist vertraglich geregelt.", "Passing on is settled by contract.")


@rule(
    "eu/data_protection/automated_decision",
    title=Text("Allein automatische Entscheidung", "Decision by automation alone"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        yes_no(
            "human_decides",
            "Entscheidet ein befugter Mensch, der das Ergebnis prüft und ändern kann?",
            "Does an authorised human decide who reviews and can change the result?",
        ),
        yes_no(
            "significant",
            "Hat die Entscheidung rechtliche oder ähnlich erhebliche Wirkung (Auftrag, Einstellung, Kündigung)?",
            "Has the decision legal or similarly significant effect (order, hiring, dismissal)?",
        ),
        one_of(
            "exception",
            ("none", "contract", "law", "consent"),
            "Welche Ausnahme trägt sie?",
            "Which exception carries it?",
        ),
        yes_no(
            "special_data", "Werden besondere Daten (Art. 9) genutzt?", "Are special data (Art. 9) used?", default=False
        ),
        yes_no(
            "explicit_consent_or_law",
            "Liegt dafür eine ausdrückliche Einwilligung oder ein Gesetz von erheblichem öffentlichem Interesse vor?",
            "Is there explicit consent or a law of substantial public interest for that?",
            default=False,
        ),
    ),
)
def automated_decision(facts: Facts, _values: Parameters) -> Finding:
    """Art. 22 GDPR; a score that decides in effect is the decision (CJEU C-634/21)."""
    if facts.flag("human_decides"):
        human = Text(
            "Ein Mensch entscheidet; er muss wirklich prüfen können.",
            "A human decides and must really be able to review.",
        )
        return finding("allowed", human, cites=("art_22",), certainty="B")
    if not facts.flag("significant"):
        minor = Text("Keine erhebliche Wirkung auf Menschen.", "No significant effect on people.")
        return finding("allowed", minor, cites=("art_22",), certainty="B")
    release = _condition(
        "review",
        "Freigabe durch einen befugten Menschen einführen.",
        "Introduce release by an authorised human.",
        "art_22",
        5,
    )
    lacks_ground = facts.flag("special_data") and not facts.flag("explicit_consent_or_law")
    if facts.word("exception") == "none" or lacks_ground:
        banned = Text(
            "Diese Entscheidung darf nicht allein automatisch fallen.",
            "This decision must not be made by automation alone.",
        )
        return finding("blocked", banned, cites=("art_22", "art_22_2"), conditions=(release,), certainty="B")
    contest = _condition(
        "review",
        "Eingreifen eines Menschen, Anhörung und Anfechtung ermöglichen.",
        "Enable human intervention, a hearing and contesting.",
        "art_22_2",
        10,
    )
    excepted = Text(
        "Eine Ausnahme trägt die Entscheidung; Schutzrechte sind Pflicht.",
        "An exception carries the decision; safeguards are a must.",
    )
    return finding("allowed", excepted, cites=("art_22_2",), conditions=(contest,), certainty="B")


_CRITERIA = (
    (
        "evaluates_people",
        "Bewertet oder reiht die Verarbeitung Menschen (Leistung, Verhalten, Eignung)?",
        "Does the processing evaluate or rank people (performance, conduct, fitness)?",
    ),
    ("monitors", "Überwacht sie Menschen systematisch?", "Does it monitor people systematically?"),
    (
        "special_data",
        "Verarbeitet sie besondere Daten (Art. 9) in größerem Umfang?",
        "Does it process special data (Art. 9) on a larger scale?",
    ),
    (
        "workers",
        "Betrifft sie Beschäftigte oder andere, die sich schwer wehren können?",
        "Does it concern workers or others who can hardly object?",
    ),
    ("new_technology", "Setzt sie neue Technik ein, etwa KI?", "Does it use new technology such as AI?"),
    (
        "combines_data",
        "Führt sie Daten aus verschiedenen Zwecken zusammen?",
        "Does it combine data from different purposes?",
    ),
)
_ENOUGH = 2  # Working Party 248: two criteria are usually enough


def _criterion(name: str, de: str, en: str) -> Fact:
    return yes_no(name, de, en)


@rule(
    "eu/data_protection/impact_assessment",
    title=Text("Datenschutz-Folgenabschätzung", "Data protection impact assessment"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        *(_criterion(*item) for item in _CRITERIA),
        yes_no("done", "Ist die Folgenabschätzung abgeschlossen und aktuell?", "Is the assessment done and current?"),
        yes_no(
            "high_risk_remains",
            "Bleibt trotz Maßnahmen ein hohes Risiko?",
            "Does a high risk remain despite measures?",
            default=False,
        ),
    ),
    decisive=("required",),
)
def impact_assessment(facts: Facts, _values: Parameters) -> Finding:
    """Art. 35, 36 GDPR with the criteria of WP 248 (two of them, or evaluation that decides on people)."""
    met = [name for name, _, _ in _CRITERIA if facts.flag(name)]
    if len(met) < _ENOUGH:
        no = Text(
            "Voraussichtlich kein hohes Risiko; Begründung festhalten.", "Probably no high risk; record the reasons."
        )
        record = _condition(
            "record",
            "Begründung festhalten, warum keine Folgenabschätzung nötig ist.",
            "Record why no assessment is needed.",
            "art_35",
            1,
        )
        return finding(
            "allowed",
            no,
            cites=("art_35",),
            conditions=(record,),
            values={"required": False, "criteria": met},
            certainty="B",
        )
    shown = {"required": True, "criteria": met}
    yes = Text(
        "Voraussichtlich hohes Risiko: Folgenabschätzung vor Beginn.",
        "Probably a high risk: assessment before the start.",
    )
    if not facts.flag("done"):
        do = _condition(
            "review",
            "Folgenabschätzung durchführen; Rat der Datenschutzbeauftragten einholen.",
            "Carry out the assessment; seek the officer's advice.",
            "art_35",
            30,
        )
        return finding("blocked", yes, cites=("art_35",), conditions=(do,), values=shown, certainty="B")
    if facts.flag("high_risk_remains"):
        ask = _condition(
            "consent",
            "Aufsichtsbehörde vorab konsultieren (acht Wochen).",
            "Consult the authority beforehand (eight weeks).",
            "art_36",
            40,
        )
        return finding("blocked", yes, cites=("art_35", "art_36"), conditions=(ask,), values=shown, certainty="B")
    return finding("allowed", yes, cites=("art_35",), values=shown, certainty="B")


@rule(
    "eu/data_protection/officer",
    title=Text("Datenschutzbeauftragte", "Data protection officer"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        number(
            "people",
            "people",
            "Wie viele Personen verarbeiten in der Regel ständig automatisiert personenbezogene Daten?",
            "How many people usually and constantly process personal data by automation?",
            around=("officer_people",),
            step="1",
        ),
        yes_no(
            "assessment_required",
            "Ist für eine Verarbeitung eine Folgenabschätzung Pflicht?",
            "Is an impact assessment required for a processing?",
        ),
        yes_no(
            "core_monitoring",
            "Ist umfangreiche Überwachung oder Verarbeitung besonderer Daten die Kerntätigkeit?",
            "Is large-scale monitoring or processing of special data the core activity?",
            default=False,
        ),
        yes_no(
            "appointed",
            "Ist eine Person benannt und der Behörde gemeldet?",
            "Is a person appointed and notified to the authority?",
        ),
    ),
    decisive=("required",),
)
def officer(facts: Facts, values: Parameters) -> Finding:
    """§ 38 Abs. 1 BDSG, Art. 37 GDPR: from 20 people, with an impact assessment, or by core activity."""
    by_number = facts.number("people") >= values.number("officer_people")
    if not (by_number or facts.flag("assessment_required") or facts.flag("core_monitoring")):
        no = Text("Keine Pflicht zur Benennung.", "No duty to appoint.")
        return finding("allowed", no, cites=("bdsg_38",), values={"required": False})
    yes = Text(
        "Eine Datenschutzbeauftragte oder ein Datenschutzbeauftragter ist zu benennen.",
        "A data protection officer is to be appointed.",
    )
    # Section 38 BDSG was read in full text, Art. 37 was not.
    core = facts.flag("core_monitoring")
    cites = ("bdsg_38", *(("art_37",) if core else ()))
    certainty: Certainty = "B" if core else "A"
    if facts.flag("appointed"):
        return finding("allowed", yes, cites=cites, values={"required": True}, certainty=certainty)
    appoint = _condition(
        "record",
        "Person benennen und der Aufsichtsbehörde melden.",
        "Appoint a person and notify the authority.",
        "bdsg_38",
        20,
    )
    shown = {"required": True}
    return finding("allowed", yes, cites=cites, conditions=(appoint,), values=shown, certainty=certainty)
