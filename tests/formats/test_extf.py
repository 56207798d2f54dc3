"""DATEV booking batches: what is written is what DATEV's description asks for, and it reads back the same."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from werkfluss.formats.extf.batch import Batch, Booking, booking_text, document_number
from werkfluss.formats.extf.columns import COLUMNS
from werkfluss.formats.extf.documents import LinkedDocument, document_package
from werkfluss.formats.extf.read import read
from werkfluss.formats.extf.write import write
from werkfluss.kernel.errors import Broken

GUID = UUID("0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
BOOKING = Booking(
    amount=Decimal("1190.00"),
    debit=True,
    account="3000",
    contra_account="70001",
    day=date(2026, 10, 5),
    tax_key="9",
    document="RE-2026-001",
    text="Blechhandel Größl, Stahl & Bleche",
    document_link=GUID,
    supply_date=date(2026, 10, 2),
    due_date=date(2026, 11, 4),
)
BATCH = Batch(
    advisor=29098,
    client=55003,
    fiscal_year_start=date(2026, 1, 1),
    first_day=date(2026, 10, 1),
    last_day=date(2026, 10, 31),
    created=datetime(2026, 11, 2, 8, 30, 15, 123000, tzinfo=UTC),
    bookings=(BOOKING,),
)


def test_columns_are_the_125_of_format_version_13():
    assert len(COLUMNS) == len(set(COLUMNS)) == 125
    assert COLUMNS[113] == "Festschreibung"
    assert COLUMNS[19] == "Beleglink"
    assert COLUMNS[36] == "KOST1 - Kostenstelle"
    assert COLUMNS[87] == "Stück"


def test_file_has_windows_1252_crlf_and_31_header_fields():
    data = write(BATCH)
    text = data.decode("cp1252")
    assert b"Gr\xf6\xdfl" in data
    lines = text.split("\r\n")
    assert len(lines) == 4
    assert lines[3] == ""
    assert "\n" not in text.replace("\r\n", "")
    assert lines[0].count(";") == 30
    assert lines[0].startswith('"EXTF";700;21;"Buchungsstapel";13;20261102083015123;;')
    assert ";29098;55003;20260101;4;20261001;20261031;" in lines[0]
    assert lines[1].split(";") == list(COLUMNS)
    assert lines[2].startswith('1190,00;"S";"EUR";;;"";3000;70001;"9";0510;"RE-2026-001";"";;"Blechhandel Größl')
    assert '"BEDI ""0199A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B"""' in lines[2]
    assert ";02102026;;04112026;" in lines[2]


def test_batch_reads_back_equal():
    assert read(write(BATCH), filename="EXTF_Buchungsstapel.csv") == BATCH


letters = st.text(st.characters(max_codepoint=0x17F), max_size=80)


@st.composite
def bookings(draw):
    return Booking(
        amount=draw(st.decimals("0.01", "9999999999.99", places=2)),
        debit=draw(st.booleans()),
        account=draw(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True)),
        contra_account=draw(st.from_regex(r"[1-9][0-9]{4}", fullmatch=True)),
        day=draw(st.dates(date(2026, 7, 1), date(2027, 6, 30))),
        tax_key=draw(st.from_regex(r"[0-9]{0,4}", fullmatch=True)),
        document=document_number(draw(st.text(max_size=60))),
        text=booking_text(draw(letters)),
        document_link=draw(st.none() | st.uuids()),
        supply_date=draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))),
        due_date=draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))),
    )


@given(st.lists(bookings(), max_size=6))
def test_any_batch_over_the_turn_of_the_year_reads_back_equal(items):
    batch = replace(
        BATCH,
        fiscal_year_start=date(2026, 7, 1),
        first_day=date(2026, 7, 1),
        last_day=date(2027, 6, 30),
        bookings=tuple(items),
        chart="SKR04",
    )
    data = write(batch)
    assert read(data, filename="x.csv") == batch
    assert all(line.count(b";") >= 124 for line in data.split(b"\r\n")[2:-1])


@given(st.text(max_size=200))
def test_booking_text_always_fits(text):
    fitted = booking_text(text)
    assert len(fitted) <= 60
    fitted.encode("cp1252")
    assert booking_text(fitted) == fitted


def test_booking_text_keeps_german_and_plains_foreign_letters():
    assert booking_text("Şahin  Zürich\n50 €") == "Sahin Zürich 50 €"


def test_document_number_drops_what_datev_refuses():
    assert document_number("RE 2026.10_Ä#7") == "RE202610-A7"
    assert len(document_number("9" * 50)) == 36


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"amount": Decimal(0)}, "Umsatz"),
        ({"amount": Decimal("-5.00")}, "Umsatz"),
        ({"amount": Decimal("1.005")}, "Umsatz"),
        ({"account": ""}, "Konto"),
        ({"contra_account": "123456"}, "Gegenkonto"),
        ({"day": date(2026, 11, 1)}, "Belegdatum"),
        ({"document": "RE 1"}, "Belegfeld 1"),
        ({"text": "x" * 61}, "Buchungstext"),
        ({"tax_key": "19A"}, "BU-Schlüssel"),
    ],
)
def test_writing_refuses_what_datev_would_refuse(change, where):
    with pytest.raises(Broken) as refused:
        write(replace(BATCH, bookings=(BOOKING, replace(BOOKING, **change))))
    assert refused.value.fault.where == f"Zeile 4, {where}"


def test_writing_refuses_a_period_outside_the_fiscal_year():
    with pytest.raises(Broken) as refused:
        write(replace(BATCH, last_day=BATCH.first_day + timedelta(days=400)))
    assert "Zeitraum" in refused.value.fault.where


@pytest.mark.parametrize(
    "data",
    [b"a;b;c\r\n", b'"EXTF";700;16;"Debitoren"' + b";" * 30, b"\x00" * 10 + b"x", b'"EXTF";700;21' + b";" * 30],
)
def test_reading_refuses_other_files(data):
    with pytest.raises(Broken):
        read(data, filename="x.csv")


def test_reading_names_the_broken_line():
    data = write(BATCH).replace(b'1190,00;"S"', b'1190.00;"S"')
    with pytest.raises(Broken) as refused:
        read(data, filename="x.csv")
    assert refused.value.fault.where == "x.csv, Zeile 3"


def test_document_package_links_by_guid():
    documents = [
        LinkedDocument(GUID, "rechnung 1.pdf", b"%PDF-1", "RE-2026-001"),
        LinkedDocument(UUID(int=7), "rechnung 1.pdf", b"%PDF-2"),
    ]
    package = document_package(documents, created=BATCH.created)
    assert package == document_package(documents, created=BATCH.created)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.namelist()[0] == "document.xml"
        root = etree.fromstring(archive.read("document.xml"))
        names = {node.get("guid"): node.find("{*}extension").get("name") for node in root.iterfind(".//{*}document")}
        assert archive.read(names[str(GUID).upper()]) == b"%PDF-1"
        assert archive.read(names[str(UUID(int=7)).upper()]) == b"%PDF-2"


def test_document_package_refuses_two_documents_with_one_id():
    with pytest.raises(Broken):
        document_package([LinkedDocument(GUID, "a", b"1"), LinkedDocument(GUID, "b", b"2")], created=BATCH.created)
