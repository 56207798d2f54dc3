"""The neutral-allocation memo: why the planner of a release stays outside Annex III no. 4(b), written from its facts.

The facts come from the release (features read by the optimiser, terms of its objective, version); this module only
judges and writes. One feature of a person outside the list, or one learned input, and the memo says so instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from werkfluss.kernel.text import Text

Conclusion = Literal["outside", "inside", "review"]

# Neutral, external, job-related inputs (draft high-risk guidelines 272, and by analogy).
NEUTRAL: Mapping[str, Text] = {
    "availability_declared": Text("von der Person gemeldete Verfügbarkeit", "availability as declared by the person"),
    "contracted_capacity": Text("vertraglich vereinbarte Stunden", "contracted hours"),
    "required_qualification_binary": Text(
        "verlangter, belegter Nachweis: ja oder nein", "required, documented qualification: yes or no"
    ),
    "legal_permission": Text("rechtliche Erlaubnis für die Aufgabe", "legal permission for the task"),
    "location": Text("Ort und Entfernung", "place and distance"),
    "time_zone": Text("Zeitzone", "time zone"),
    "offer_price": Text("Preis eines konkreten Angebots", "price of a concrete offer"),
    "offer_date": Text("Termin eines konkreten Angebots", "date of a concrete offer"),
    "load": Text("bereits geplante Auslastung", "load already planned"),
    "rotation": Text("Reihum-Verteilung", "rotation"),
}
# Inputs that the draft guidelines (267–271) name as behaviour, traits or characteristics.
BEHAVIOUR: Mapping[str, Text] = {
    "punctuality": Text("Pünktlichkeit", "punctuality"),
    "response_time": Text("Reaktionszeit", "response time"),
    "rating": Text("Bewertung", "rating"),
    "acceptance_rate": Text("Annahmequote", "acceptance rate"),
    "error_history": Text("Fehlerhistorie", "error history"),
    "speed": Text("Arbeitstempo", "speed of work"),
    "learned_duration": Text("je Person gelernte Dauer", "duration learned per person"),
    "skill_level": Text("abgestuftes oder gelerntes Können", "graded or learned skill"),
    "personality": Text("Persönlichkeit", "personality"),
    "reliability": Text("Zuverlässigkeit", "reliability"),
}


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What a release of the optimiser says about itself.

    ``person_features``: names of every input about a natural person; ``objective``: terms with their weight;
    ``learned_inputs``: whether a learned or language model feeds any input; ``custom_fields``: whether free fields
    about people can reach the optimiser; ``human_release``: whether a named person releases each plan.
    """

    version: str
    released_on: date
    solver: str
    person_features: tuple[str, ...]
    objective: tuple[tuple[str, int], ...]
    constraints: tuple[Text, ...]
    learned_inputs: bool
    custom_fields: bool
    human_release: bool


@dataclass(frozen=True, slots=True)
class Memo:
    """The memo as data: sections of paragraphs, the conclusion, and the digest of the facts it rests on."""

    title: Text
    as_of: date
    conclusion: Conclusion
    certainty: Literal["B"]
    sections: tuple[tuple[Text, tuple[Text, ...]], ...]
    cites: tuple[str, ...]
    facts_sha256: str

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title.as_json(),
            "as_of": self.as_of.isoformat(),
            "conclusion": self.conclusion,
            "certainty": self.certainty,
            "sections": [
                {"heading": heading.as_json(), "paragraphs": [text.as_json() for text in paragraphs]}
                for heading, paragraphs in self.sections
            ],
            "cites": list(self.cites),
            "facts_sha256": self.facts_sha256,
        }

    def text(self, language: str) -> str:
        """The memo as plain text, for a file beside the release."""
        lines = [self.title.in_language(language), ""]
        for heading, paragraphs in self.sections:
            lines += [heading.in_language(language), *(part.in_language(language) for part in paragraphs), ""]
        return "\n".join(lines)


def conclude(release: ReleaseFacts) -> Conclusion:
    """``inside`` with a known feature of behaviour, ``review`` with anything not known to be neutral."""
    if any(name in BEHAVIOUR for name in release.person_features):
        return "inside"
    unknown = any(name not in NEUTRAL for name in release.person_features)
    if unknown or release.learned_inputs or release.custom_fields or not release.human_release:
        return "review"
    return "outside"


def neutral_allocation_memo(release: ReleaseFacts) -> Memo:
    """Art. 3(1), Art. 6(3), Annex III no. 4(b), Annex XIV AIH 0101: the memo of one release."""
    conclusion = conclude(release)
    shown = release.released_on.strftime("%d.%m.%Y")
    sections = (
        (Text("System", "System"), _system(release)),
        (Text("Eingaben über Menschen", "Inputs about people"), _inputs(release)),
        (Text("Ziel und Grenzen", "Objective and constraints"), _objective(release)),
        (Text("Würdigung", "Assessment"), _assessment(release, conclusion)),
        (Text("Unterschrift", "Signature"), (_SIGNATURE,)),
    )
    return Memo(
        Text(
            f"Neutrale Zuteilung: Vermerk zur Fassung {release.version} vom {shown}",
            f"Neutral allocation: memo on release {release.version} of {release.released_on.isoformat()}",
        ),
        release.released_on,
        conclusion,
        "B",
        sections,
        ("art_3_1", "annex_3_4b", "art_6_3", "guidelines_3", "guidelines_6_draft"),
        _digest(release),
    )


_SIGNATURE = Text(
    "Geprüft von (Name, Funktion, Datum): ________________",
    "Checked by (name, function, date): ________________",
)
_CONCLUSIONS: Mapping[Conclusion, Text] = {
    "outside": Text(
        "Ergebnis: außerhalb von Anhang III Nr. 4 Buchst. b, weil keine Aufgabe nach Verhalten, Eigenschaften oder "
        "Merkmalen einzelner Menschen zugeteilt wird (Leitlinienentwurf 272).",
        "Conclusion: outside Annex III no. 4(b), because no task is allocated by behaviour, traits or characteristics "
        "of individual people (draft guidelines 272).",
    ),
    "inside": Text(
        "Ergebnis: innerhalb von Anhang III Nr. 4 Buchst. b. Diese Fassung darf so nicht ausgeliefert werden; die "
        "Ausnahme des Art. 6 Abs. 3 steht wegen Profiling nicht offen.",
        "Conclusion: inside Annex III no. 4(b). This release must not be shipped like this; the exception of Art. 6(3) "
        "is closed because of profiling.",
    ),
    "review": Text(
        "Ergebnis: offen. Eine fachkundige Person muss vor der Auslieferung entscheiden.",
        "Conclusion: open. A competent person must decide before shipping.",
    ),
}


def _system(release: ReleaseFacts) -> tuple[Text, ...]:
    return (
        Text(
            f"Optimierer {release.solver}, Fassung {release.version}: verteilt Aufgaben nach von Menschen gesetzten "
            "Regeln und Zielen.",
            f"Optimiser {release.solver}, release {release.version}: tasks by rules and goals set by people.",
        ),
        Text(
            "Ob das ein KI-System ist (Art. 3 Nr. 1), ist umstritten; Anhang XIV nennt unter AIH 0101 Suche und "
            "Optimierung. Wir behandeln es als KI-System und stützen uns auf die Eingaben.",
            "Whether this is an AI system (Art. 3(1)) is contested; Annex XIV names search and optimisation under "
            "AIH 0101. We treat it as an AI system and rely on the inputs.",
        ),
    )


def _inputs(release: ReleaseFacts) -> tuple[Text, ...]:
    if not release.person_features:
        return (Text("Keine Angabe über Menschen geht ein.", "No data about people go in."),)
    return tuple(_judged(name) for name in release.person_features)


def _judged(name: str) -> Text:
    if name in NEUTRAL:
        return Text(f"{NEUTRAL[name].de} ({name}): neutral.", f"{NEUTRAL[name].en} ({name}): neutral.")
    if name in BEHAVIOUR:
        known = BEHAVIOUR[name]
        return Text(f"{known.de} ({name}): Verhalten oder Eigenschaft.", f"{known.en} ({name}): behaviour or trait.")
    return Text(f"{name}: nicht eingeordnet.", f"{name}: not classified.")


def _objective(release: ReleaseFacts) -> tuple[Text, ...]:
    terms = ", ".join(f"{name} × {weight}" for name, weight in release.objective) or "–"
    return (Text(f"Zielfunktion: {terms}.", f"Objective: {terms}."), *release.constraints)


def _assessment(release: ReleaseFacts, conclusion: Conclusion) -> tuple[Text, ...]:
    found: list[Text] = []
    if release.learned_inputs:
        found.append(Text("Ein gelerntes Modell speist Eingaben.", "A learned model feeds inputs."))
    if release.custom_fields:
        found.append(Text("Freie Felder über Menschen können eingehen.", "Free fields about people can go in."))
    found.append(
        Text("Jeder Plan ist ein Vorschlag, den ein Mensch freigibt.", "Each plan is a proposal that a human releases.")
        if release.human_release
        else Text("Kein Mensch gibt den Plan frei.", "No human releases the plan.")
    )
    found += [
        _CONCLUSIONS[conclusion],
        Text(
            "Sicherheit B: Die Leitlinien zur Hochrisiko-Einstufung sind ein Entwurf vom 19.5.2026; mit der "
            "endgültigen Fassung ist dieser Vermerk neu zu erstellen.",
            "Certainty B: the high-risk guidelines are a draft of 19 May 2026; write this memo anew with the final.",
        ),
    ]
    return tuple(found)


def _digest(release: ReleaseFacts) -> str:
    plain = {
        "version": release.version,
        "released_on": release.released_on.isoformat(),
        "solver": release.solver,
        "person_features": list(release.person_features),
        "objective": [list(term) for term in release.objective],
        "constraints": [text.as_json() for text in release.constraints],
        "learned_inputs": release.learned_inputs,
        "custom_fields": release.custom_fields,
        "human_release": release.human_release,
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
