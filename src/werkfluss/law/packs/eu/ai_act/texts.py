"""The sentences of the classification: reasons per class, conditions per overlay, duties."""

from __future__ import annotations

from werkfluss.kernel.text import Text
from werkfluss.law.verdict import Condition, Duty

DEPLOYER = Text("Betreiber (die Firma)", "deployer (the firm)")
PROVIDER = Text("Anbieter des Systems", "provider of the system")

CLASS_REASONS = {
    "OUT_OF_SCOPE": Text("Die KI-Verordnung gilt hier nicht.", "The AI Act does not apply here."),
    "NOT_AI": Text(
        "Kein KI-System: Das Ergebnis folgt allein aus Regeln von Menschen oder einfacher Verarbeitung.",
        "Not an AI system: the result follows from rules set by people or from basic processing alone.",
    ),
    "PROHIBITED": Text("Diese Verwendung ist verboten.", "This use is prohibited."),
    "HIGH_RISK": Text(
        "Hochrisiko-Verwendung: nur mit allen Pflichten des Kapitels III.",
        "High-risk use: only with all duties of Chapter III.",
    ),
    "HIGH_RISK_SECTORAL": Text(
        "Hochrisiko im Produktrecht (Anhang I Abschnitt B): das Fachrecht regelt die Anforderungen.",
        "High risk in product law (Annex I Section B): the sectoral law sets the requirements.",
    ),
    "REVIEW": Text(
        "Umstritten oder unvollständig: eine fachkundige Person muss entscheiden.",
        "Contested or incomplete: a competent person must decide.",
    ),
    "FILTERED_6_3": Text(
        "Bereich des Anhangs III, aber ohne wesentliches Risiko: Einschätzung vorher dokumentieren.",
        "Area of Annex III, but without significant risk: document the assessment beforehand.",
    ),
    "TRANSPARENCY": Text("Erlaubt mit Hinweis oder Kennzeichnung.", "Allowed with a notice or marking."),
    "MINIMAL": Text("Keine besonderen Pflichten außer KI-Kompetenz.", "No special duties except AI literacy."),
}

_NOTICE = Text(
    "Vor oder beim ersten Kontakt sagen, dass eine KI antwortet, und für wen sie handelt.",
    "Say before or at first contact that an AI answers, and for whom it acts.",
)
_DEEPFAKE = Text("Offenlegen, dass der Inhalt künstlich erzeugt ist.", "Disclose that the content is artificial.")

OVERLAY_CONDITIONS = {
    "50(1)": Condition("notice", _NOTICE, PROVIDER, "art_50_1"),
    "50(2)": Condition(
        "notice",
        Text(
            "Erzeugte Inhalte maschinenlesbar kennzeichnen; beim Anbieter bestätigen lassen.",
            "Mark generated content machine-readably; have the provider confirm it.",
        ),
        PROVIDER,
        "art_50_2",
        lead_days=10,
        day_kind="working",
    ),
    "50(3)": Condition(
        "notice",
        Text(
            "Betroffene über Emotionserkennung oder biometrische Einordnung unterrichten.",
            "Inform people about emotion recognition or biometric categorisation.",
        ),
        DEPLOYER,
        "art_50_3",
    ),
    "50(4)-deepfake": Condition("notice", _DEEPFAKE, DEPLOYER, "art_50_4"),
    "50(4)-deepfake-light": Condition(
        "notice",
        Text(
            "Angemessen offenlegen, ohne das Werk zu stören.",
            "Disclose in an appropriate way that does not disturb the work.",
        ),
        DEPLOYER,
        "art_50_4",
    ),
    "50(4)-text": Condition(
        "notice",
        Text(
            "Text als KI-erzeugt offenlegen, oder prüfen und redaktionell verantworten.",
            "Disclose the text as AI-generated, or review it and take editorial responsibility.",
        ),
        DEPLOYER,
        "art_50_4",
    ),
}


def high_risk_conditions(log_months: int) -> list[Condition]:
    """What a deployer must have ready before a high-risk system works."""
    return [
        Condition(
            "review",
            Text(
                "Befugte, geschulte Menschen mit der Aufsicht betrauen; das Ergebnis darf nicht allein entscheiden.",
                "Entrust oversight to trained people with authority; the output must not decide alone.",
            ),
            DEPLOYER,
            "art_26",
            lead_days=30,
        ),
        Condition(
            "notice",
            Text(
                "Beschäftigte und ihre Vertretung vor dem Einsatz unterrichten.",
                "Inform workers and their representatives before use.",
            ),
            DEPLOYER,
            "art_26",
            lead_days=30,
        ),
        Condition(
            "record",
            Text(
                f"Protokolle mindestens {log_months} Monate aufbewahren und den Betrieb überwachen.",
                f"Keep logs for at least {log_months} months and monitor operation.",
            ),
            DEPLOYER,
            "art_26",
        ),
        Condition(
            "paper",
            Text(
                "Konformität, Registrierung und Anleitung vom Anbieter verlangen.",
                "Demand conformity, registration and instructions from the provider.",
            ),
            PROVIDER,
            "art_16",
            lead_days=90,
            remedy=Text(
                "Ausweg: Personenbewertung herausnehmen, nur neutrale Angaben verwenden.",
                "Way out: take out the evaluation of people, use neutral data only.",
            ),
        ),
    ]


def filter_conditions() -> list[Condition]:
    """What the exception of Art. 6(3) costs."""
    return [
        Condition(
            "record",
            Text(
                "Einschätzung nach Art. 6 Abs. 4 vor dem Einsatz dokumentieren.",
                "Document the assessment under Art. 6(4) before use.",
            ),
            PROVIDER,
            "art_6_4",
            lead_days=5,
            day_kind="working",
        ),
        Condition(
            "paper",
            Text("Registrierung in der EU-Datenbank.", "Registration in the EU database."),
            PROVIDER,
            "art_49_2",
            lead_days=10,
            day_kind="working",
        ),
    ]


def literacy() -> Duty:
    return Duty(
        Text(
            "Maßnahmen zur KI-Kompetenz der Nutzenden treffen und festhalten.",
            "Take and record measures for the AI literacy of the users.",
        ),
        DEPLOYER,
        None,
        "art_4",
        practical_days=10,
        day_kind="working",
    )
