"""The example firm's talent network: one who has agreed to be kept, one whom nobody has asked yet."""

from __future__ import annotations

from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.engagement.domain import talents


def bring_in_talents(firm: ExampleFirm) -> None:
    """Both met at the same fair; invented like everybody here."""
    with firm.on_its_day(), firm.inside("hr") as by:
        fair = talents.add_source(
            kind="event", name="Praxistag Maschinenbau Kassel 2026", note="Gespräche am Stand, ohne Lebensläufe", by=by
        )
        agreed = talents.add_talent(
            name="Ferran Soler",
            email="ferran.soler@post-bewerbung.example",
            country="ES",
            language="es",
            recipient="business",
            origin="person",
            source=fair,
            headline="Hydrauliksimulation, freiberuflich",
            by=by,
        )
        talents.consent_to_keep(agreed, changes={"skills": ["Hydraulik", "Simulation"]}, by=by)
        talents.add_talent(
            name="Wiebke Harms",
            country="DE",
            language="de",
            recipient="private",
            origin="person",
            source=fair,
            headline="Montageplanung",
            by=by,
        )
