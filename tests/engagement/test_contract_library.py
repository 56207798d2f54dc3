"""The clause library: complete in both languages, assembled from facts alone, with files that say what was agreed."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.engagement.contracts import assemble, fairness, files, library
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import LANGUAGES, Text

FACTS: Mapping[str, Any] = {
    "client_name": "Beispiel Maschinenbau GmbH",
    "client_address": "Werkstraße 1, 34123 Kassel, DE",
    "contractor_name": "Marlene Fuchs",
    "contractor_address": "Am Grün 17, 35037 Marburg, DE",
    "title": "Betriebsanleitung überarbeiten",
    "brief": "86 Seiten auf den Stand von 2026 bringen.",
    "criteria": ["Alle Baugruppen beschrieben", "Quelldatei öffnet"],
    "price_cents": 240_000,
    "price_kind": "fixed",
    "currency": "EUR",
    "first_day": "2026-12-01",
    "last_day": "2026-12-18",
    "payment_days": 14,
    "data_class": {"de": "intern", "en": "internal"},
}
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def full_draft(kind: str) -> assemble.Draft:
    """A contract with every field answered."""
    asked = {
        key: 1_234_500 if ask.type == "money" else 28 if ask.type == "number" else f"Angabe zu {key}"
        for key, ask in library.asks().items()
    }
    return assemble.new_draft(kind, {**asked, **FACTS})


def sheet(draft: assemble.Draft) -> files.Sheet:
    return files.Sheet(assemble.kind_of(draft.kind).name, "Beispiel Maschinenbau GmbH", "V-7", AT)


def squeezed(text: str) -> str:
    """Without white space and without hyphens at line ends: two columns break lines anywhere."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def test_every_clause_is_complete() -> None:
    for clause in library.clauses().values():
        assert clause.sources
        assert clause.as_of.year >= 2026
        assert len({one.key for one in clause.variants}) == len(clause.variants)
        for one in clause.variants:
            assert one.favours in library.FAVOURS
            fields = [set(re.findall(r"\{(\w+)\}", one.text.in_language(each))) for each in LANGUAGES]
            assert fields[0] == fields[1], clause.key


def test_every_clause_is_used_and_every_kind_asked_for_is_there() -> None:
    used = {key for kind in library.kinds().values() for key in (*kind.clauses, *kind.optional)}
    assert used == set(library.clauses())
    assert set(library.kinds()) == {
        "werkvertrag", "dienstvertrag", "rahmenvertrag", "abruf", "nda", "avv", "ki", "fractional",
        "fractional_leitung", "gemeinsames_projekt",
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(library.kinds()))
def test_every_kind_of_contract_is_full_in_both_languages_as_pdf_and_word(kind: str) -> None:
    draft = full_draft(kind)
    assert assemble.missing_facts(draft) == ()
    pdf = files.as_pdf(draft, sheet(draft))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfaid:part" in pdf or "pdfaid" in str(reader.xmp_metadata.rdf_root.toxml() if reader.xmp_metadata else "")
    shown = squeezed(" ".join(page.extract_text() for page in reader.pages))
    opened = docx.Document(io.BytesIO(files.as_docx(draft, sheet(draft))))
    word = squeezed(" ".join(cell.text for table in opened.tables for row in table.rows for cell in row.cells))
    for one in assemble.paragraphs(draft):
        for language in LANGUAGES:
            for line in one.text.in_language(language).split("\n"):
                assert squeezed(line) in word
                # A page break splits a column; most of each line stands in one piece.
                assert squeezed(line)[:40] in shown, (one.clause.key, language)


def test_facts_are_written_in_each_language() -> None:
    text = " ".join(f"{one.text.de} {one.text.en}" for one in assemble.paragraphs(full_draft("werkvertrag")))
    for word in ("2.400,00 EUR", "EUR 2,400.00", "01.12.2026", "01 December 2026", "18 December 2026"):
        assert word in text
    assert "{" not in text


def test_missing_fact_is_shown_as_open_and_named() -> None:
    draft = assemble.new_draft("dienstvertrag", {**FACTS})
    assert "notice_days" in assemble.missing_facts(draft)
    shown = next(one for one in assemble.paragraphs(draft) if one.clause.key == "termination_dienst")
    assert "[offen: notice_days]" in shown.text.de
    assert "[open: notice_days]" in shown.text.en


def test_own_text_is_marked_and_that_of_the_library_is_not() -> None:
    draft = full_draft("werkvertrag")
    known = library.clauses()["payment"].variant("d30")
    same = assemble.with_own_text(assemble.with_variant(draft, "payment", "d30"), "payment", known.text)
    assert not any(one.deviates for one in assemble.paragraphs(same))
    own = assemble.with_own_text(draft, "payment", Text("Zahlung in 20 Tagen.", "Payment in 20 days."))
    assert [one.clause.key for one in assemble.paragraphs(own) if one.deviates] == ["payment"]
    assert "abweichend" in _docx_text(own)


def _docx_text(draft: assemble.Draft) -> str:
    opened = docx.Document(io.BytesIO(files.as_docx(draft, sheet(draft))))
    return " ".join(cell.text for table in opened.tables for row in table.rows for cell in row.cells)


def test_additional_clause_stands_before_the_last_ones_and_can_be_taken_out() -> None:
    draft = assemble.with_variant(full_draft("werkvertrag"), "penalty", "capped")
    keys = [one.clause for one in draft.clauses]
    assert keys.index("penalty") < keys.index("form")
    assert "penalty" not in [one.clause for one in assemble.without_clause(draft, "penalty").clauses]
    with pytest.raises(Refused):
        assemble.without_clause(draft, "payment")
    with pytest.raises(Refused):
        assemble.with_variant(draft, "avv_sub", "general")


def test_draft_survives_its_json() -> None:
    draft = assemble.with_own_text(full_draft("nda"), "nda_term", Text("Zwei Jahre.", "Two years."))
    assert assemble.Draft.from_json(draft.as_json()).as_json() == draft.as_json()


@pytest.mark.parametrize(
    ("clause", "text", "provision"),
    [
        ("payment", Text("Es gilt ein Wettbewerbsverbot von 6 Monaten.", "There is a ban."), "§ 74 Abs. 1 HGB"),
        ("rights", Text("Rechte an künftigen Werken gehen über.", "Rights pass."), "§ 40 Abs. 1 UrhG"),
        ("liability", Text("Der Auftragnehmer verbürgt sich dafür; er bürgt.", "A suretyship is given."), "§ 766 BGB"),
    ],
)
def test_own_words_that_need_written_form_are_seen(clause: str, text: Text, provision: str) -> None:
    draft = assemble.with_own_text(full_draft("werkvertrag"), clause, text)
    assert assemble.written_form(draft) == (provision,)


def test_written_form_follows_the_clause_and_a_denial_needs_none() -> None:
    draft = full_draft("werkvertrag")
    assert assemble.written_form(draft) == ()
    assert assemble.written_form(assemble.with_variant(draft, "noncompete", "paid")) == ("§ 74 Abs. 1 HGB",)
    none = Text("Ein Wettbewerbsverbot ist nicht vereinbart.", "No non-compete applies.")
    assert assemble.written_form(assemble.with_own_text(draft, "payment", none)) == ()


@given(st.text(max_size=200), st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_own_text_is_shown_and_checked(words: str, name: str) -> None:
    text = Text(words or "x", words or "x") if words.strip() else Text("x", "x")
    draft = assemble.with_own_text(full_draft("ki"), "ai_data", text)
    draft = assemble.with_facts(draft, {"contractor_name": name.strip() or "x"})
    assert len(assemble.paragraphs(draft)) == len(draft.clauses)
    fairness.check_draft(draft)
