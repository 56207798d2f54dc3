"""What an order says when personal data may not go on: who, why, and where each side goes next."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "words", "step"),
    [
        ("de", ("Personenbezogene Daten dürfen nicht weiter", "Der Auftraggeber widerspricht."), "Zum Partner"),
        ("en", ("Personal data may not go on", "The client objects."), "To the partner"),
    ],
)
def test_halted_order_says_why_and_what_next(language: str, words: tuple[str, ...], step: str) -> None:
    row = SimpleNamespace(name="Brno Hosting", country="CZ", state="objected", note="Wettbewerber")
    team = uuid4()
    said = {"halted": [SimpleNamespace(row=row)], "order": SimpleNamespace(resource_id=team)}
    with translation.override(language):
        firm = render_to_string("partners/halted.html", {**said, "firm": SimpleNamespace(slug="eigene")})
        partner = render_to_string(
            "partners/halted.html", {**said, "firm": SimpleNamespace(slug="eigene"), "for_partner": True}
        )
        for word in (*words, "Brno Hosting (CZ)", "Wettbewerber"):
            assert word in firm
            assert word in partner
        assert step in firm
        assert str(team) in firm
        assert "#processors" in partner
        assert render_to_string("partners/halted.html", {"halted": []}).strip() == ""
