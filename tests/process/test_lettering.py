"""Labels in a drawing: broken at sensible places, as wide as they may be, never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from werkfluss.process import library
from werkfluss.process.svg import draw
from werkfluss.process.svg.lettering import FONT, hyphenated, shrunk, width_of, wrapped

words = st.text(st.sampled_from("abcdefghijlmnorstuwzäöüßABSTX-/."), min_size=1, max_size=40)


@pytest.mark.parametrize(
    "pieces",
    [
        "Aufenthalts-titel",
        "Rechnungs-prüfung",
        "Sozial-versicherung",
        "Betriebs-vereinbarung",
        "Datenschutz-beauftragte",
        "Maschinen-übergabe",
        "Gleichwertig-keit",
        "systematisa-tions",
    ],
)
def test_long_words_are_broken_at_their_seams_or_syllables(pieces):
    assert hyphenated(pieces.replace("-", ""), 92) == [f"{pieces.split('-')[0]}-", pieces.split("-")[1]]


def test_word_is_broken_only_if_it_fits_no_line():
    assert hyphenated("Rechnung", 92) == ["Rechnung"]
    assert wrapped("Rechnung prüfen", 92, 3) == ["Rechnung", "prüfen"]
    assert wrapped("KI-Agent-Verantwortung klären", 92, 3) == ["KI-Agent-", "Verantwortung", "klären"]


def test_word_without_a_place_to_break_it_is_set_smaller():
    rows = wrapped("XXXXXXXXXXXXXX", 92, 3)
    assert rows == ["XXXXXXXXXXXXXX"]
    assert FONT / 2 <= shrunk(rows, 92) < FONT
    assert shrunk(["Rechnung"], 92) == FONT


@given(word=words, width=st.floats(40, 140))
def test_pieces_are_the_word_and_fit(word, width):
    pieces = hyphenated(word, width)
    assert "".join([*(piece[:-1] for piece in pieces[:-1]), pieces[-1]]) == word
    assert all(piece.endswith("-") for piece in pieces[:-1])
    assert all(width_of(piece) <= width for piece in pieces[:-1])
    assert len(pieces) == 1 or all(len(piece) >= 3 for piece in pieces)


@given(text=st.lists(words, max_size=8).map(" ".join), width=st.floats(60, 140), lines=st.integers(1, 5))
def test_rows_fit_or_are_a_single_piece(text, width, lines):
    rows = wrapped(text, width, lines)
    assert len(rows) <= lines
    assert all(width_of(row) <= width or " " not in row for row in rows)
    if len(rows) < lines:
        assert "".join(rows).replace("-", "").replace(" ", "") == text.replace("-", "").replace(" ", "")


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_label_of_a_template_is_cut_or_set_smaller(language):
    for name in library.names():
        svg = etree.fromstring(draw(library.load(name), language=language))
        shown = [part.text or "" for part in svg.iter("{*}tspan")]
        assert not [text for text in shown if text.endswith("…")], name
        assert not [text for text in svg.iter("{*}text") if text.get("font-size")], name
