"""Whatever a firm or a person is called, the page comes out, as PDF/A."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.formats.test_en16931 import draft
from werkfluss.formats.en16931.read import read
from werkfluss.formats.en16931.zugferd import zugferd_pdf
from werkfluss.formats.typeset import typeset

TEMPLATE = b"""
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(lang: "de", font: "Libertinus Serif")
#for line in d.lines { par(text(line)) }
"""


def drawn(*lines: str, standards: tuple[str, ...] = ("a-3a", "ua-1")) -> str:
    pdf = typeset(TEMPLATE, {"title": "Probe", "lines": lines}, standards=standards)
    reader = PdfReader(io.BytesIO(pdf))
    assert "<pdfaid:part>3</pdfaid:part>" in reader.root_object["/Metadata"].get_data().decode()
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(
    "name",
    ["Łukasz Żółć", "Şükrü Iğdır", "Γιώργος Ξανθός", "Юрий Щербаков", "Đặng Thị Hường", "Zoë ẞ Ångström", "ŉ ĳ ǆ"],
)
def test_name_in_an_alphabet_of_the_fonts_is_drawn_as_it_is_written(name: str) -> None:
    assert name in drawn(name)


@pytest.mark.parametrize("name", ["अनिल कुमार", "محمد", "שלום"])
def test_devanagari_arabic_and_hebrew_have_letters(name: str) -> None:
    assert "U+" not in drawn(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王伟", "[U+738B][U+4F1F]"),
        ("김", "[U+AE40]"),
        ("สมชาย", "[U+0E2A][U+0E21]"),
        ("Ute 😀 Klug", "Ute [U+1F600] Klug"),
        ("privat \ue000", "privat [U+E000]"),
        ("neu \u0378", "neu [U+0378]"),
    ],
)
def test_character_without_a_picture_is_written_as_its_code(name: str, shown: str) -> None:
    assert shown in drawn(name)


def test_control_characters_are_left_out() -> None:
    assert "AbelBert" in drawn("\ufeffAbel\x00\x01\x1bBert")


def test_letters_that_are_put_together_are_drawn_as_one() -> None:
    assert "Şükrü" in drawn("S\u0327u\u0308kru\u0308")


def test_mark_without_a_picture_does_not_take_its_letter_away() -> None:
    assert "a[U+1AB0]bc a" in drawn("a\u1ab0bc a")


def test_page_full_of_unknown_characters_comes_out() -> None:
    # Symbols belong to no script, so that each of them would need an attempt of its own.
    text = drawn("Ende: " + "".join(chr(0x1F300 + number) for number in range(200)))
    assert "[U+1F300]" in text
    assert "Ende:" in text


def test_wrong_template_says_so() -> None:
    with pytest.raises(typst.TypstError, match="unknown variable"):
        typeset(b"#nothing", {}, standards=["a-3b"])


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
def test_any_text_is_drawn(text: str) -> None:
    assert "Anfang" in drawn(f"Anfang {text}")


@pytest.mark.parametrize("name", ["Łukasz Żółć", "अनिल कुमार", "محمد علي", "王伟", "Eda 😀"])
def test_invoice_of_any_name_is_a_page_and_keeps_the_name_in_the_data(name: str) -> None:
    invoice = draft()
    named = replace(invoice, seller=replace(invoice.seller, name=name))
    assert read(zugferd_pdf(named), filename="r.pdf").invoice.seller.name == name
