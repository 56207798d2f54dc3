"""The booking skill on the example month: every planted fault is found, the rest is booked right, nothing is lost."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from werkfluss.agents.skills.invoice_booking import checks
from werkfluss.agents.skills.invoice_booking.accounts import kinds_by_code, kinds_by_text, table
from werkfluss.agents.skills.invoice_booking.export import document_id, to_batch
from werkfluss.agents.skills.invoice_booking.model import Budget, Firm, PastBooking, Supplier
from werkfluss.agents.skills.invoice_booking.postings import propose
from werkfluss.agents.skills.invoice_booking.prepare import prepare, read_files, units_of
from werkfluss.agents.skills.invoice_booking.suppliers import read_suppliers
from werkfluss.agents.skills.invoice_booking.verfahrensdokumentation import Facts, describe, render_pdf
from werkfluss.cli.example_firm.invoices import booking_firm, generate, suppliers
from werkfluss.formats.en16931.findings import key_of
from werkfluss.formats.en16931.model import AllowanceCharge, Line
from werkfluss.formats.en16931.write import complete
from werkfluss.formats.extf import read as extf_read
from werkfluss.formats.extf.write import write as extf_write
from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text


@pytest.fixture(scope="module")
def month():
    return generate()


@pytest.fixture(scope="module")
def sources(month):
    return read_files((name, data) for name, data, _ in month)[0]


def run(sources, **changes):
    return prepare(sources, **{"chart": "SKR03", "firm": booking_firm(), "suppliers": suppliers(), **changes})


def source_of(sources, number):
    return next(source for source in sources if source.invoice.id == number)


def proposal_of(proposals, number):
    return next(proposal for proposal in proposals if proposal.invoice_id == number)


def test_each_invoice_gets_the_light_and_reason_it_deserves(month, sources):
    truth = {name: known for name, _, known in month}
    proposals = run(sources)
    assert {p.filename: p.light for p in proposals} == {
        name: known.light for name, known in truth.items() if known.light != "refused"
    }
    for proposal in proposals:
        known = truth[proposal.filename]
        doubts = {reason.rule for reason in proposal.reasons if reason.weight != "info"}
        assert known.rule in doubts if known.rule else not doubts


def test_broken_file_is_refused_with_its_name(month):
    _, refused = read_files((name, data) for name, data, _ in month)
    assert [name for name, _ in refused] == [name for name, _, known in month if known.light == "refused"]


def test_postings_are_the_gross_amount_to_the_cent(month, sources):
    for proposal in run(sources):
        if proposal.light != "unvollständig":
            booked = sum((p.amount if p.debit else -p.amount) for p in proposal.postings)
            assert abs(booked) == proposal.gross


def test_accounts_and_keys_of_known_cases(sources):
    got = {p.invoice_id: [(q.account, q.amount, q.tax_key, q.debit) for q in p.postings] for p in run(sources)}
    assert got["FS-26-10417"] == [("3800", Decimal("114.24"), "9", True), ("3000", Decimal("1761.20"), "9", True)]
    assert got["RE-1809"] == [("3100", Decimal("4416.00"), "94", True)]
    assert got["ZL260951"] == [("3000", Decimal("511.20"), "19", True)]
    assert got["2026-31"] == [("4600", Decimal("930.00"), "", True)]
    assert got["FH-114-26"] == [("4940", Decimal("170.00"), "8", True)]
    assert got["WKH-G-1042"] == [("4985", Decimal("57.36"), "9", False)]


def test_skr04_uses_the_other_accounts_and_the_same_amounts(sources):
    old, new = run(sources), run(sources, chart="SKR04")
    assert [[q.amount for q in p.postings] for p in old] == [[q.amount for q in p.postings] for p in new]
    assert proposal_of(new, "FS-26-10433").postings[0].account == "5100"


def test_intra_community_booking_carries_the_suppliers_vat_id(sources):
    proposals = run(sources)
    assert proposal_of(proposals, "ZL260951").eu_vat_id == "NL999900006B01"
    assert proposal_of(proposals, "FS-26-10433").eu_vat_id == ""


def test_preparing_twice_gives_the_same(sources):
    assert run(sources) == run(sources)


def test_invoice_known_from_an_earlier_month_is_not_safe(sources):
    source = source_of(sources, "FS-26-10417")
    proposal = run([source], earlier=[key_of(source.invoice)])[0]
    assert proposal.light == "unsicher"
    assert "DUP-1" in {reason.rule for reason in proposal.reasons}


def test_unknown_suppliers_get_new_creditors_in_order(sources):
    first = run(sources, suppliers=[])
    assert first[0].contra_account == "70001"
    by_seller = {proposal.seller: proposal.contra_account for proposal in first}
    assert len(set(by_seller.values())) >= len(by_seller) - 1  # the one without VAT id counts as a stranger
    assert all(proposal.light != "sicher" for proposal in first)


def test_without_a_supplier_list_the_collective_creditor_is_used_and_said(sources):
    proposals = run(sources, suppliers=None)
    assert {proposal.contra_account for proposal in proposals} == {"70000"}
    assert all(any("Sammelkreditor" in reason.text.de for reason in p.reasons) for p in proposals)


def test_history_of_two_equal_bookings_decides_and_one_does_not(sources):
    source = source_of(sources, "WKH-88120")
    once = [PastBooking("70102", "4980")]
    assert run([source], history=once)[0].postings[0].account == "4985"
    assert run([source], history=once * 2)[0].postings[0].account == "4980"
    mixed = [*once, *once, PastBooking("70102", "4985")]
    assert run([source], history=mixed)[0].postings[0].account == "4985"


def test_supplier_whose_invoice_speaks_for_another_account_is_unsure(sources):
    source = source_of(sources, "PBD-3341")
    known = Supplier("Papier & Büro Diemel e.K.", "70113", vat_id="DE999901134", kind="material")
    proposal = run([source], suppliers=[known])[0]
    assert proposal.light == "unsicher"
    assert proposal.postings[0].account == "3000"
    assert any("Bürobedarf" in reason.text.de for reason in proposal.reasons)


def test_line_without_any_account_is_incomplete_and_still_balances(sources):
    source = source_of(sources, "PBD-3341")
    strange = replace(source.invoice, lines=(replace(source.invoice.lines[0], name="Xyz"),))
    proposal = run([replace(source, invoice=strange)], suppliers=None)[0]
    assert proposal.light == "unvollständig"
    assert [(p.account, p.amount) for p in proposal.postings] == [("", Decimal("416.50"))]


def test_foreign_currency_and_prepayment_are_not_safe(sources):
    source = source_of(sources, "PBD-3341")
    francs = replace(source.invoice, currency="CHF")
    assert run([replace(source, invoice=francs)])[0].light == "unvollständig"
    totals = replace(source.invoice.totals, prepaid=Decimal(100))
    paid = complete(replace(source.invoice, totals=totals))
    assert run([replace(source, invoice=paid)])[0].light == "unsicher"


def test_small_business_that_states_vat_is_not_safe(sources):
    source = source_of(sources, "PBD-3341")
    known = Supplier("x", "70113", vat_id="DE999901134", kind="office", small_business=True)
    assert "UStG-14c" in {reason.rule for reason in run([source], suppliers=[known])[0].reasons}


def test_due_date_comes_from_the_terms_where_the_field_is_empty(sources):
    invoice = source_of(sources, "PBD-3341").invoice
    assert checks.due_date(invoice) == date(2026, 11, 19)
    plain = replace(invoice, due_date=None, payment_terms="Zahlbar innerhalb von 14 Tagen")
    assert checks.due_date(plain) == date(2026, 11, 3)
    assert checks.due_date(replace(plain, payment_terms="sofort")) is None


def test_budget_stops_before_the_invoice_it_does_not_cover(sources):
    cost = units_of(sources[0].invoice)
    budget = Budget(limit=3 * cost + 1)
    assert len(run(sources, budget=budget)) == 3
    assert budget.spent == 3 * cost
    assert budget.steps == [source.filename for source in sources[:3]]
    assert run(sources, budget=Budget(limit=cost - 1)) == []


def test_fields_name_their_place_in_the_document(sources):
    fields = {field.where: field.value for field in run(sources)[0].fields}
    assert fields["BT-1"] == "FS-26-10417"
    assert fields["BT-115"] == "1875.44"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Stahlblech", "Frachtkosten", "Toner", "Xyz"]),
            st.decimals("0.01", "900", places=2),
            st.sampled_from(["19", "7"]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.decimals("0", "5", places=2),
)
@settings(max_examples=80, deadline=None)
def test_no_split_loses_or_invents_a_cent(rows, allowance):
    source = small()
    lines = tuple(
        Line(str(n), None, name, quantity=Decimal(3), unit="H87", price=p, vat_category="S", vat_rate=Decimal(r))
        for n, (name, p, r) in enumerate(rows, 1)
    )
    extra = AllowanceCharge(False, allowance, vat_category="S", vat_rate=Decimal(rows[0][2]), reason="Rabatt")
    invoice = complete(replace(source.invoice, lines=lines, allowances_charges=(extra,)))
    postings = propose(invoice, chart="SKR03", supplier=None).postings
    assert sum((p.amount if p.debit else -p.amount) for p in postings) == invoice.totals.gross
    assert sum((p.net if p.debit else -p.net) for p in postings) == invoice.totals.net


@cache
def small():
    """One invoice of the month; read when it is needed, not when the tests are collected."""
    return read_files((name, data) for name, data, known in generate() if known.invoice_id == "PBD-3341")[0][0]


def test_batch_of_safe_proposals_reads_back_with_links(sources):
    safe = [proposal for proposal in run(sources) if proposal.light == "sicher"]
    batch = to_batch(safe, chart="SKR03", advisor=1001, client=1, created=datetime(2026, 11, 2, tzinfo=UTC))
    assert (batch.first_day, batch.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    again = extf_read.read(extf_write(batch), filename="EXTF.csv")
    assert again == batch
    assert len(batch.bookings) == sum(len(proposal.postings) for proposal in safe)
    assert {booking.document_link for booking in batch.bookings} == {document_id(p.sha256) for p in safe}


def test_batch_refuses_what_is_incomplete_and_what_is_nothing(sources):
    created = datetime(2026, 11, 2, tzinfo=UTC)
    with pytest.raises(Broken):
        to_batch(run(sources), chart="SKR03", advisor=1001, client=1, created=created)
    with pytest.raises(Broken):
        to_batch([], chart="SKR03", advisor=1001, client=1, created=created)


def test_table_has_both_charts_and_unique_ids():
    kinds = table().kinds
    assert len(kinds) >= 25
    assert all(len(kind.account(chart)) == 4 for kind in kinds.values() for chart in ("SKR03", "SKR04"))
    assert {entry.kind for entry in suppliers()} <= kinds.keys()


def test_words_and_codes_find_cost_types():
    assert kinds_by_text("Edelstahlrohr 42 mm") == {"material"}
    assert kinds_by_text("Seestrom-Messung") == frozenset()  # "=strom" is a whole word
    assert kinds_by_code(["83111500"]) == {"telephone"}
    assert kinds_by_code(["83101800"]) == {"electricity"}


def test_nobody_as_firm_switches_the_buyer_check_off_and_says_so(sources):
    reasons = run(sources[:1], firm=Firm())[0].reasons
    assert [reason.weight for reason in reasons if reason.where == "BT-44"] == ["info"]


def test_supplier_list_is_read_in_german_encoding():
    data = "name;creditor;vat_id;ibans;kind;small_business\r\nMüller;70001;DE1;A B;office;ja\r\n".encode("cp1252")
    assert read_suppliers(data, filename="l.csv") == (
        Supplier("Müller", "70001", "DE1", ibans=("A", "B"), kind="office", small_business=True),
    )


@pytest.mark.parametrize("data", [b"a;b\n1;2", b"name;creditor\nx;abc", b"name;creditor;kind\nx;70001;nope"])
def test_supplier_list_with_faults_is_refused(data):
    with pytest.raises(Broken) as refused:
        read_suppliers(data, filename="l.csv")
    assert refused.value.fault.where.startswith("l.csv, Zeile")


def test_procedure_description_names_every_check_account_and_key():
    facts = Facts(
        firm="Nordhessen Maschinenbau GmbH",
        chart="SKR04",
        on=date(2026, 11, 22),
        version="0.1.0",
        approver_role=Text("die Leitung Buchhaltung", "the head of accounting"),
        responsible="Leitung Buchhaltung",
        storage=Text("Die Belege liegen in der Datenbank.", "Documents are in the database."),
        changes=((date(2026, 11, 22), Text("Erste Fassung", "First version")),),
    )
    sections = describe(facts)
    cells = {cell.de for section in sections for row in section.rows for cell in row}
    assert {kind.account("SKR04") for kind in table().kinds.values()} <= cells
    assert {"Dublette", "Empfänger", "94", "19", "22.11.2026", "Erste Fassung"} <= cells
    pdf = render_pdf(facts)
    assert pdf.startswith(b"%PDF")
    assert b"pdfaid" in pdf
    foreign = render_pdf(replace(facts, firm="Łódź Мастер 王伟 GmbH 😀"))
    assert b"pdfaid" in foreign
    assert "Łódź Мастер [U+738B][U+4F1F]" in PdfReader(io.BytesIO(foreign)).pages[0].extract_text()
