"""The example firm's other AI beside its agents, and who has been shown how to use it (Art. 4 of the AI Act)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from werkfluss.agents.domain import inventory, trainings
from werkfluss.cli.example_firm.people import ExampleFirm

_USES: tuple[dict[str, Any], ...] = (
    {
        "template": "office_assistant",
        "name": "Büroassistent Schreibhilfe Plus",
        "purpose": "Entwürfe, Zusammenfassungen und Tabellen in Konstruktion und Einkauf",
        "provider": "Musterwolke Office",
        "place": "IE",
        "data_classes": ["internal", "personal"],
        "agreement": "yes",
        "responsible": "gf",
        "people": ("01007", "01012", "f-fuchs"),
    },
    {
        "template": "translation",
        "name": "Übersetzer Sprachbrücke",
        "purpose": "Betriebsanleitungen und Angebote übersetzen",
        "provider": "Sprachbrücke Beispiel",
        "place": "DE",
        "data_classes": ["internal"],
        "agreement": "not_needed",
        "responsible": "lead",
        "people": ("f-fuchs", "01056"),
    },
    {
        "template": "applicant_parsing",
        "name": "Lebenslauf-Leser Bewerbungsblick",
        "purpose": "Angaben aus Lebensläufen in Felder übertragen, ohne zu bewerten",
        "provider": "Bewerbungsblick Beispiel",
        "place": "US",
        "data_classes": ["personal"],
        "agreement": "no",
        "responsible": "hr",
        "people": (),
    },
)
_CONTENT = (
    "Was das System kann und nicht kann; keine Kundendaten, keine Personalakten eingeben; jedes Ergebnis vor der "
    "Verwendung lesen; Fehler an die verantwortliche Person melden; was nach Art. 50 KI-VO offenzulegen ist."
)
_TRAININGS = (
    ("Einweisung Büroassistent", "01012", 20, 365),
    ("Einweisung Übersetzer und Büroassistent", "f-fuchs", 12, 365),
)


def bring_in_ai(firm: ExampleFirm) -> None:
    """Three uses that are not agents, and two trainings; some people are still missing, so there is something to do."""
    with firm.inside("gf") as by:
        for given in _USES:
            says = {key: value for key, value in given.items() if key not in {"people", "responsible"}}
            inventory.register_use(
                people=[firm.resources[key] for key in given["people"]],
                responsible=firm.users[given["responsible"]],
                used_from=firm.today - timedelta(days=200),
                next_review=firm.today + timedelta(days=160),
                on=firm.today,
                by=by,
                **says,
            )
        for title, person, ago, valid in _TRAININGS:
            held_on = firm.today - timedelta(days=ago)
            trainings.record_training(
                [firm.resources[person]],
                title=title,
                held_on=held_on,
                content=_CONTENT,
                valid_to=held_on + timedelta(days=valid),
                on=firm.today,
                by=by,
            )
