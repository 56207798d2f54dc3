"""EN 16931 without outside files: write and read back, arithmetic, each rule's fault found, bad input refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.formats.en16931.findings import InvoiceKey, check, duplicates, key_of
from werkfluss.formats.en16931.model import (
    Account,
    Address,
    AllowanceCharge,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    PrecedingInvoice,
    References,
    Totals,
)
from werkfluss.formats.en16931.read import read
from werkfluss.formats.en16931.rules_de import german_vat_rates
from werkfluss.formats.en16931.rules_totals import rounded
from werkfluss.formats.en16931.write import PEPPOL_BILLING, XRECHNUNG, complete, write
from werkfluss.formats.en16931.write_cii import to_cii
from werkfluss.formats.en16931.write_ubl import to_ubl
from werkfluss.formats.en16931.zugferd import zugferd_pdf
from werkfluss.kernel.errors import Broken

CENT = Decimal("0.01")


def party(name: str, vat_id: str) -> Party:
    return Party(
        name=name,
        vat_id=vat_id,
        electronic_address=Identifier(f"rechnung@{vat_id.lower()}.example", "EM"),
        address=Address(line1="Werkweg 1", postcode="34123", city="Kassel", country="DE"),
        contact=Contact("Rita Ohm", "+49 561 000 1", "ohm@stahl.example"),
    )


def line(number: int = 1, quantity: str = "2", price: str = "50.00", rate: str = "19", category: str = "S") -> Line:
    return Line(
        id=str(number),
        net=None,
        name="Stahlblech",
        quantity=Decimal(quantity),
        unit="H87",
        price=Decimal(price),
        vat_category=category,
        vat_rate=Decimal(rate),
    )


def draft(*lines: Line, **changes) -> Invoice:
    base = Invoice(
        syntax="cii",
        id="R-1",
        type_code="380",
        issue_date=date(2026, 10, 5),
        currency="EUR",
        seller=party("Fulda Stahlhandel GmbH", "DE999901011"),
        buyer=party("Nordhessen Maschinenbau GmbH", "DE987654328"),
        totals=Totals(),
        lines=lines or (line(),),
        vat=(),
        profile=XRECHNUNG,
        process=PEPPOL_BILLING,
        due_date=date(2026, 11, 4),
        references=References(buyer="Einkauf"),
        delivery=Delivery(day=date(2026, 10, 2)),
        payment=Payment("58", remittance="R-1", accounts=(Account("DE86123456780000007101"),)),
    )
    return complete(replace(base, **changes))


words = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_characters="#\x7f"), min_size=1).map(
    lambda text: " ".join(text.split()) or "x"
)
days = st.dates(date(2021, 1, 1), date(2030, 12, 31))
rates = st.sampled_from([("S", "19"), ("S", "7"), ("E", "0")])


prices = st.decimals("0", "9999", places=4)
amounts = st.decimals("0", "50", places=2)
periods = st.builds(lambda start, length: Period(start, start + timedelta(length)), days, st.integers(0, 40))
line_extras = st.lists(st.builds(AllowanceCharge, charge=st.booleans(), amount=amounts, reason=words), max_size=2)


@st.composite
def drafted_lines(draw):
    lines = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        category, rate = draw(rates)
        lines.append(
            Line(
                id=str(number),
                net=None,
                name=draw(words),
                description=draw(st.just("") | words),
                quantity=draw(st.decimals("-999", "9999", places=3)),
                unit=draw(st.sampled_from(["H87", "HUR", "KGM"])),
                price=draw(prices),
                base_quantity=draw(st.none() | st.sampled_from([Decimal(1), Decimal(100)])),
                vat_category=category,
                vat_rate=Decimal(rate),
                period=draw(st.none() | periods),
                allowances_charges=tuple(draw(line_extras)),
                seller_item_id=draw(st.just("") | words),
                classifications=draw(st.just(()) | st.just((Identifier("30102200", "TST"),))),
            )
        )
    return lines


@st.composite
def invoices(draw):
    lines = draw(drafted_lines())
    extra = st.builds(
        AllowanceCharge,
        charge=st.booleans(),
        amount=amounts,
        vat_category=st.just(lines[0].vat_category),
        vat_rate=st.just(lines[0].vat_rate),
        reason=words,
    )
    return draft(
        *lines,
        id=draw(words),
        type_code=draw(st.sampled_from(["380", "381", "384", "389"])),
        issue_date=draw(days),
        due_date=draw(days),
        payment_terms=draw(st.just("") | words),
        notes=tuple(draw(st.lists(st.builds(Note, words, st.sampled_from(["", "AAK"])), max_size=2))),
        preceding=(PrecedingInvoice("R-0", draw(st.none() | days)),),
        allowances_charges=tuple(draw(st.lists(extra, max_size=2))),
        delivery=draw(st.none() | st.builds(Delivery, day=days)),
        references=References(buyer="Einkauf", purchase_order=draw(words), project=draw(words)),
        totals=Totals(prepaid=draw(st.none() | st.decimals("0", "10", places=2))),
    )


@given(invoices())
@settings(max_examples=60, deadline=None)
def test_any_invoice_reads_back_equal_in_both_syntaxes(invoice):
    for writer, syntax in ((to_ubl, "ubl"), (to_cii, "cii")):
        after = read(writer(invoice), filename="x.xml")
        assert after.schema_fault is None
        assert after.invoice == replace(invoice, syntax=syntax)


@given(invoices())
@settings(max_examples=60, deadline=None)
def test_completed_invoice_always_adds_up(invoice):
    arithmetic = ("BR-CO-1", "PEPPOL", "BR-DEC", "BR-S-0", "BR-E-0")
    assert [f for f in check(invoice) if f.rule.startswith(arithmetic) and f.severity == "error"] == []
    totals = invoice.totals
    assert totals.gross == totals.net + totals.vat
    assert totals.net == sum(item.base for item in invoice.vat)
    assert all(item.tax == rounded(item.base * item.rate / 100) for item in invoice.vat)


def test_sound_invoice_has_no_finding():
    assert check(draft()) == ()


@pytest.mark.parametrize("code", ["380", "381", "389"])
@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_written_invoice_is_valid_and_keeps_its_type(code, syntax):
    after = read(write(draft(type_code=code, preceding=(PrecedingInvoice("R-0"),)), syntax=syntax), filename="x")
    assert after.schema_fault is None
    assert after.invoice.type_code == code
    assert after.invoice.is_self_billed == (code == "389")
    assert after.invoice.is_credit_note == (code == "381")
    assert after.invoice.due_date == date(2026, 11, 4)


def broken_cases():
    good = draft()
    totals, seller = good.totals, good.seller
    tax = good.vat[0]
    yield "BR-02", "BT-1", replace(good, id="")
    yield "BR-03", "BT-2", replace(good, issue_date=None)
    yield "BR-06", "BT-27", replace(good, seller=replace(seller, name=""))
    yield "BR-08", "BG-5", replace(good, seller=replace(seller, address=None))
    yield "BR-16", "BG-25", replace(good, lines=())
    yield "BR-27", "BG-25[1]/BT-146", draft(line(price="-1.00"))
    yield "BR-29", "BT-74", replace(good, period=Period(date(2026, 2, 2), date(2026, 2, 1)))
    yield "BR-61", "BT-84", replace(good, payment=Payment("58"))
    yield "BR-CO-09", "BT-31", replace(good, seller=replace(seller, vat_id="999901011"))
    yield "BR-CO-10", "BT-106", replace(good, totals=replace(totals, lines=Decimal(1)))
    yield "BR-CO-13", "BT-109", replace(good, totals=replace(totals, net=totals.net + CENT))
    yield "BR-CO-14", "BT-110", replace(good, totals=replace(totals, vat=totals.vat + CENT))
    yield "BR-CO-15", "BT-112", replace(good, totals=replace(totals, gross=totals.gross + CENT))
    yield "BR-CO-16", "BT-115", replace(good, totals=replace(totals, payable=totals.payable + CENT))
    yield "BR-CO-17", "BT-117", replace(good, vat=(replace(tax, tax=tax.tax + 2),))
    yield "BR-CO-18", "BG-23", replace(good, vat=())
    yield "BR-CO-25", "BT-9", replace(good, due_date=None)
    yield "BR-S-02", "BT-31", replace(good, seller=replace(seller, vat_id=""))
    yield "BR-S-05", "BG-25[1]/BT-152", draft(line(rate="0"))
    yield "BR-S-08", "BT-116", replace(good, vat=(replace(tax, base=tax.base + 1),))
    yield "BR-AE-02", "BT-48", replace(draft(line(category="AE", rate="0")), buyer=replace(good.buyer, vat_id=""))
    yield "BR-IC-11", "BT-72", replace(draft(line(category="K", rate="0")), delivery=None)
    yield "BR-E-10", "BT-120", replace(good, vat=(replace(tax, category="E", rate=Decimal(0)),))
    yield "PEPPOL-EN16931-R120", "BG-25[1]/BT-131", replace(good, lines=(replace(good.lines[0], net=Decimal(99)),))
    yield "BR-DE-15", "BT-10", replace(good, references=References())
    yield "BR-DE-18", "BT-20", replace(good, payment_terms="#SKONTO#TAGE=14#PROZENT=2#")
    yield "UStG-12", "BT-119", draft(line(rate="16"))
    yield "UStG-14-4-2", "BT-31", replace(draft(line(quantity="9")), seller=replace(seller, vat_id=""))


@pytest.mark.parametrize(("rule", "where", "invoice"), list(broken_cases()))
def test_each_fault_is_found_at_its_place(rule, where, invoice):
    assert (rule, where, "error") in {(f.rule, f.where, f.severity) for f in check(invoice)}
    with pytest.raises(Broken):
        write(invoice, syntax="cii")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 6, 30), {19, 7}),
        (date(2020, 7, 1), {16, 5}),
        (date(2020, 12, 31), {16, 5}),
        (date(2021, 1, 1), {19, 7}),
        (date(2006, 12, 31), {16, 7}),
        (date(1997, 1, 7), {15, 7}),
    ],
)
def test_german_rates_by_day(day, expected):
    assert german_vat_rates(day) == expected


def test_a_rounding_difference_of_a_few_cents_is_a_warning_only():
    good = draft(line(quantity="9", price="99.99"))
    item = good.vat[0]
    off = replace(good, vat=(replace(item, tax=item.tax + Decimal("0.05")),))
    assert ("BR-CO-17", "warning") in {(f.rule, f.severity) for f in check(off)}


def test_wrong_check_digit_of_iban_and_vat_id_warn():
    good = draft()
    odd = replace(
        good,
        seller=replace(good.seller, vat_id="DE999901012"),
        payment=Payment("58", accounts=(Account("DE00123456780000007101"),)),
    )
    assert {(f.rule, f.where, f.severity) for f in check(odd)} == {
        ("BR-DE-19", "BT-84", "warning"),
        ("UStG-14-4-2", "BT-31", "warning"),
    }


def test_skonto_is_read_from_its_xrechnung_form():
    terms = "Zahlbar in 30 Tagen\n#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=100.00#\n#SKONTO#TAGE=14#PROZENT=2.25#\n"
    found = draft(payment_terms=terms).skonto
    assert [(s.days, s.percent, s.base) for s in found] == [
        (7, Decimal("3.00"), Decimal("100.00")),
        (14, Decimal("2.25"), None),
    ]


def test_duplicates_within_a_batch_and_against_earlier_ones():
    one = key_of(draft())
    again = replace(one, number="R-1 ")
    other = InvoiceKey("x", "R-1", one.day, one.payable)
    assert [[f.rule for f in found] for found in duplicates([one, one, other])] == [[], ["DUP-1"], []]
    assert [[f.rule for f in found] for found in duplicates([again], earlier=[one])] == [["DUP-2"]]
    assert [[f.rule for f in found] for found in duplicates([one], earlier=[one])] == [["DUP-1"]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"%PDF-1.7 and nothing more",
        b'<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"/>',
    ],
)
def test_other_input_is_refused_with_cause_and_next_step(data):
    with pytest.raises(Broken) as refused:
        read(data, filename="eingang.xml")
    fault = refused.value.fault
    assert fault.where.startswith("eingang.xml")
    assert fault.next_step.de


@pytest.mark.parametrize(
    ("old", "new"),
    [(b">100.00<", b">100,00<"), (b">2026-10-05<", b">05.10.2026<"), (b">100.00<", b">1e9<"), (b">100.00<", b">NaN<")],
)
def test_a_number_or_date_that_is_none_is_refused_with_its_line(old, new):
    data = to_ubl(draft())
    assert old in data
    with pytest.raises(Broken) as refused:
        read(data.replace(old, new), filename="x.xml")
    assert "Zeile" in refused.value.fault.where


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_and_nothing_else(data):
    for start in (b"", b"%PDF-1.4\n", b"<?xml version='1.0'?>"):
        with pytest.raises(Broken):
            read(start + data, filename="x")


def test_a_file_that_breaks_the_schema_is_read_and_flagged():
    data = to_ubl(draft()).replace(b"<cbc:IssueDate>", b"<cbc:Wrong>1</cbc:Wrong><cbc:IssueDate>")
    source = read(data, filename="x.xml")
    assert source.schema_fault is not None
    assert [f.rule for f in check(source.invoice, schema_fault=source.schema_fault)] == ["XSD"]


@pytest.mark.parametrize("code", ["380", "389"])
def test_zugferd_pdf_carries_the_same_invoice(code):
    invoice = draft(type_code=code, payment_terms="Zahlbar in 30 Tagen $#panic() *x*")
    source = read(zugferd_pdf(invoice), filename="r.pdf")
    assert source.attachment == "factur-x.xml"
    assert source.schema_fault is None
    assert source.invoice == invoice


def test_zugferd_pdf_refuses_a_wrong_invoice():
    good = draft()
    with pytest.raises(Broken):
        zugferd_pdf(replace(good, totals=replace(good.totals, payable=Decimal(1))))


def test_completing_needs_quantity_and_price():
    with pytest.raises(ValueError, match="line 1"):
        complete(replace(draft(), lines=(replace(line(), price=None),)))
