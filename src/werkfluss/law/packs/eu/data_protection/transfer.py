"""Chapter V GDPR: may data of a class go to, or be read from, a place?"""

from __future__ import annotations

from datetime import date

from werkfluss.kernel.text import Text
from werkfluss.law.facts import FactSchema, country, one_of, yes_no
from werkfluss.law.parameters import Parameters
from werkfluss.law.rule import Facts, Finding, finding, rule
from werkfluss.law.verdict import Condition

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
# Countries with a decision, each with a dated value ``adequacy_…`` that says how far it reaches.
DECISIONS = frozenset(["AD", "AR", "BR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "US", "UY"])
_EXPORTER = Text("die Firma als Verantwortliche", "the firm as controller")
_CLASSES = {
    "none": Text("keine personenbezogenen Daten", "no personal data"),
    "ordinary": Text("gewöhnliche personenbezogene Daten", "ordinary personal data"),
    "special": Text("besondere Daten (Art. 9), etwa Gesundheit", "special data (Art. 9) such as health"),
}
_SAFEGUARDS = {
    "none": Text("keine", "none"),
    "standard_clauses": Text("Standardvertragsklauseln", "standard contractual clauses"),
    "binding_rules": Text("genehmigte interne Vorschriften", "approved binding corporate rules"),
    "derogation": Text("Ausnahme im Einzelfall (Art. 49)", "derogation in a single case (Art. 49)"),
}
_SPECIAL = Condition(
    "security",
    Text(
        "Grundlage nach Art. 9 festhalten; verschlüsseln, Schlüssel in der EU.",
        "Record the ground under Art. 9; encrypt, keys in the EU.",
    ),
    _EXPORTER,
    "art_9",
    lead_days=10,
    day_kind="working",
)
_ASSESS = Condition(
    "review",
    Text(
        "Recht und Praxis des Drittlands schriftlich bewerten, zusätzliche Maßnahmen festlegen.",
        "Assess law and practice of the country in writing and set supplementary measures.",
    ),
    _EXPORTER,
    "art_46",
    lead_days=20,
    day_kind="working",
)
_SIGN = Condition(
    "agreement",
    Text(
        "Standardvertragsklauseln (passendes Modul) schließen und das Drittland bewerten.",
        "Conclude standard contractual clauses (the right module) and assess the country.",
    ),
    _EXPORTER,
    "art_46",
    lead_days=30,
    remedy=Text(
        "Ausweg: Daten nur in der EU verarbeiten oder anonymisieren.", "Way out: process in the EU or anonymise."
    ),
)
_CERTIFIED = Condition(
    "record",
    Text(
        "Eintrag in der Liste zum Datenschutzrahmen (auch für Personaldaten) mit Datum; Klauseln als Rückfall.",
        "Record the entry in the framework's list (also for HR data) with its date; clauses as a fallback.",
    ),
    _EXPORTER,
    "art_45",
    lead_days=2,
    day_kind="working",
)
_COMMERCIAL = Condition(
    "record",
    Text(
        "Festhalten, dass der Empfänger unter den Beschluss fällt (Unternehmen, kein ausgenommener Bereich).",
        "Record that the recipient falls under the decision (business, no excluded sector).",
    ),
    _EXPORTER,
    "art_45",
    lead_days=2,
    day_kind="working",
)


@rule(
    "eu/data_protection/transfer",
    title=Text("Übermittlung in ein anderes Land", "Transfer to another country"),
    start=date(2024, 1, 1),
    facts=FactSchema(
        one_of(
            "data_class",
            _CLASSES,
            "Welche Daten fließen, oder sind von dort lesbar?",
            "Which data flow, or can be read from there?",
            labels=_CLASSES,
        ),
        country(
            "place",
            "In welches Land, oder von welchem Land aus wird zugegriffen?",
            "To which country, or from which country is there access?",
        ),
        yes_no(
            "recipient_covered",
            "Fällt der Empfänger unter den Beschluss (USA: in der Liste, auch für Personaldaten)?",
            "Is the recipient covered by the decision (USA: in the list, also for HR data)?",
        ),
        one_of(
            "safeguard",
            _SAFEGUARDS,
            "Welche Garantie ist vereinbart?",
            "Which safeguard is agreed?",
            labels=_SAFEGUARDS,
        ),
        yes_no("assessed", "Ist das Drittland schriftlich bewertet?", "Is the country assessed in writing?"),
        yes_no(
            "single_case",
            "Ist es ein einzelner Fall, der sich nicht wiederholt?",
            "Is it a single case that is not repeated?",
        ),
    ),
)
def transfer(facts: Facts, values: Parameters) -> Finding:
    """Art. 44–49 GDPR: adequacy, then safeguards, then derogations."""
    if facts.word("data_class") == "none":
        none = Text(
            "Ohne personenbezogene Daten gilt Kapitel V nicht.", "Chapter V does not apply without personal data."
        )
        return finding("allowed", none, cites=("art_44",), values={"basis": "none_needed"}, certainty="B")
    place = facts.word("place")
    if place in EEA:
        inside = Text(
            "Innerhalb von EU und EWR: keine Übermittlung in ein Drittland.",
            "Inside EU and EEA: no transfer to a third country.",
        )
        return finding(
            "allowed", inside, cites=("art_44",), conditions=_special(facts), values={"basis": "eea"}, certainty="B"
        )
    reach = values.word(f"adequacy_{place.lower()}") if place in DECISIONS else "none"
    if reach == "full" or (reach in ("commercial", "certified") and facts.flag("recipient_covered")):
        return _adequate(reach, facts)
    return _safeguarded(facts)


def _special(facts: Facts) -> tuple[Condition, ...]:
    return (_SPECIAL,) if facts.word("data_class") == "special" else ()


def _adequate(reach: str, facts: Facts) -> Finding:
    proof = {"full": (), "commercial": (_COMMERCIAL,), "certified": (_CERTIFIED,)}[reach]
    return finding(
        "allowed",
        Text("Für das Land gilt ein Angemessenheitsbeschluss.", "An adequacy decision applies to the country."),
        cites=("art_45", *(("art_9",) if _special(facts) else ())),
        conditions=(*proof, *_special(facts)),
        values={"basis": "adequacy", "reach": reach},
        certainty="B",  # the list was read second-hand; decisions are also under review by courts
    )


def _safeguarded(facts: Facts) -> Finding:
    safeguard = facts.word("safeguard")
    if safeguard in ("standard_clauses", "binding_rules"):
        cite = "art_46" if safeguard == "standard_clauses" else "art_47"
        open_work = () if facts.flag("assessed") else (_ASSESS,)
        reason = Text("Geeignete Garantien tragen die Übermittlung.", "Appropriate safeguards carry the transfer.")
        return finding(
            "allowed",
            reason,
            cites=(cite, "art_46", *(("art_9",) if _special(facts) else ())),
            conditions=(*open_work, *_special(facts)),
            values={"basis": safeguard},
            certainty="B",
        )
    if safeguard == "derogation" and facts.flag("single_case"):
        single = Condition(
            "record",
            Text(
                "Fall, Grund und Einwilligung oder Notwendigkeit festhalten.",
                "Record case, ground and consent or need.",
            ),
            _EXPORTER,
            "art_49",
            lead_days=2,
            day_kind="working",
        )
        reason = Text("Ausnahme für einen einzelnen Fall.", "Derogation for a single case.")
        return finding(
            "allowed",
            reason,
            cites=("art_49",),
            conditions=(single, *_special(facts)),
            values={"basis": "derogation"},
            certainty="B",
        )
    return finding(
        "blocked",
        Text("Es fehlt eine Grundlage für die Übermittlung.", "A ground for the transfer is missing."),
        cites=("art_44", "art_46", *(("art_9",) if _special(facts) else ())),
        conditions=(_SIGN, *_special(facts)),
        values={"basis": "missing"},
        certainty="B",
    )
