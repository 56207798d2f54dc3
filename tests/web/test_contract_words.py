"""Provisions of clauses in the language of the page: none stays German where the reader is English."""

from __future__ import annotations

import re

from django.utils import translation

from werkfluss.engagement.contracts import library
from werkfluss.web.templatetags.contracts import provisions

GERMAN = re.compile(r"§|Abs\.|Satz|Nr\.|Buchst\.|DSGVO|-VO\b")


def test_provisions_of_every_clause_and_contract_are_said_in_english() -> None:
    every = [*library.clauses().values(), *library.kinds().values()]
    assert len(every) > 30
    with translation.override("en"):
        assert [said for one in every if GERMAN.search(said := provisions(one.sources))] == []
        assert provisions(["§ 271a Abs. 3 BGB", "Art. 3 Rom-I-VO"]) == "s.271a(3) BGB · Art. 3 Rome I Regulation"
    with translation.override("de"):
        assert provisions(["§ 38 ZPO", "Art. 28 Abs. 2 DSGVO"]) == "§ 38 ZPO · Art. 28 Abs. 2 DSGVO"
