"""Provisions of the register in both languages."""

from __future__ import annotations

import re

import pytest

from werkfluss.evidence.citation import citation, is_citation
from werkfluss.evidence.retention import register


@pytest.mark.parametrize(
    ("written", "german"),
    [
        ("s.147(3) AO", "§ 147 Abs. 3 AO"),
        ("s.14b(1) UStG, s.147(3) AO", "§ 14b Abs. 1 UStG, § 147 Abs. 3 AO"),
        ("s.25(1) s.1 SGB IV", "§ 25 Abs. 1 Satz 1 SGB IV"),
        ("s.4a(5) s.3 no.1 and 2 AufenthG", "§ 4a Abs. 5 Satz 3 Nr. 1 und 2 AufenthG"),
        ("Art. 6(1)(b) and (f) GDPR", "Art. 6 Abs. 1 Buchst. b und Buchst. f DSGVO"),
        ("Art. 17(3)(e) GDPR", "Art. 17 Abs. 3 Buchst. e DSGVO"),
        ("Art. 26(6) Regulation (EU) 2024/1689", "Art. 26 Abs. 6 Verordnung (EU) 2024/1689"),
        ("not personal data", "keine personenbezogenen Daten"),
    ],
)
def test_provision_is_written_as_german_lawyers_do(written: str, german: str) -> None:
    found = citation(written)
    assert (found.de, found.en) == (german, written)


@pytest.mark.parametrize("text", ["", "somewhere", "s.147(3)", "s.147(3) AO, perhaps", "ten years, s.147(3) AO"])
def test_what_is_no_provision_is_refused(text: str) -> None:
    assert not is_citation(text)
    with pytest.raises(ValueError, match="not a list of provisions"):
        citation(text)


def test_all_provisions_of_the_register_can_be_shown() -> None:
    for rule in register().rules.values():
        shown = citation(rule.provisions)
        assert "GDPR" not in shown.de
        assert not re.search(r"\bs\.|\bno\.|\band\b", shown.de)
