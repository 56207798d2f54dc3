"""SEPA payment files: valid against their schema, with the letters banks take, and refused where money would go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from werkfluss.formats.sepa import (
    MAX_CENTS,
    Debtor,
    PostalAddress,
    Transfer,
    bank_day_on_or_before,
    execute_by,
    folded,
    iban_fault,
    next_bank_day,
    obstacle,
    schema_fault,
    shown_iban,
    to_pain001,
)
from werkfluss.kernel.errors import Broken

KASSEL = PostalAddress("Werkstraße 4", "34123", "Kassel", "DE")
FIRM = Debtor("Nordhessen Maschinenbau Müller & Söhne GmbH", "DE89 3704 0044 0532 0130 00", address=KASSEL)
FUCHS = Transfer("Marlene Füchsle-Groß", "AT611904300234573201", 285_600, "Gutschrift GS-2026-0001", "GS-2026-0001",
                 address=PostalAddress("Am Grün 17", "4020", "Linz", "AT"))  # fmt: skip
ON, AT = date(2026, 11, 30), datetime(2026, 11, 22, 17, 5, 3, 99, UTC)
P = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def made(*transfers: Transfer, debtor: Debtor = FIRM) -> etree._Element:
    data = to_pain001(debtor, transfers, execute_on=ON, message_id="WF-2026-0001", created=AT)
    return etree.fromstring(data)


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [node.text for node in root.iterfind(path, P)]


def test_file_is_valid_and_says_what_was_asked() -> None:
    second = replace(FUCHS, name="Łukasz Zieliński", iban="PL61109010140000071219812874", cents=1, end_to_end="GS-2")
    root = made(FUCHS, second)
    assert schema_fault(root) is None
    assert texts(root, ".//p:GrpHdr/p:NbOfTxs") == ["2"]
    assert texts(root, ".//p:GrpHdr/p:CtrlSum") == ["2856.01"]
    assert texts(root, ".//p:GrpHdr/p:MsgId") == ["WF-2026-0001"]
    assert texts(root, ".//p:GrpHdr/p:CreDtTm") == ["2026-11-22T17:05:03"]
    assert texts(root, ".//p:ReqdExctnDt/p:Dt") == ["2026-11-30"]
    assert texts(root, ".//p:InstdAmt") == ["2856.00", "0.01"]
    assert texts(root, ".//p:Cdtr/p:Nm") == ["Marlene Fuechsle-Gross", "Lukasz Zielinski"]
    assert texts(root, ".//p:Dbtr/p:Nm") == ["Nordhessen Maschinenbau Mueller + Soehne GmbH"]
    assert texts(root, ".//p:Dbtr/p:PstlAdr/p:TwnNm") == ["Kassel"]
    assert texts(root, ".//p:Cdtr/p:PstlAdr/p:Ctry") == ["AT", "AT"]
    assert texts(root, ".//p:AdrLine") == []
    assert texts(root, ".//p:DbtrAgt/p:FinInstnId/p:Othr/p:Id") == ["NOTPROVIDED"]
    assert texts(root, ".//p:CdtrAcct/p:Id/p:IBAN")[0] == "AT611904300234573201"


def test_bank_codes_are_named_where_known() -> None:
    root = made(replace(FUCHS, bic="BKAUATWW"), debtor=replace(FIRM, bic="COBADEFFXXX"))
    assert texts(root, ".//p:DbtrAgt/p:FinInstnId/p:BICFI") == ["COBADEFFXXX"]
    assert texts(root, ".//p:CdtrAgt/p:FinInstnId/p:BICFI") == ["BKAUATWW"]


def test_equal_input_gives_equal_bytes() -> None:
    first, again = (to_pain001(FIRM, [FUCHS], execute_on=ON, message_id="X", created=AT) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cents": 0}, "amount"),
        ({"cents": -500}, "amount"),
        ({"cents": MAX_CENTS + 1}, "amount"),
        ({"iban": "DE89370400440532013001"}, "Check digits"),
        ({"iban": "DE8937040044053201300"}, "length"),
        ({"iban": "US64SVBKUS6S3300958879"}, "IBAN"),
        ({"iban": "TR330006100519786457841326"}, "outside SEPA"),
        ({"iban": "CH9300762011623852957", "address": PostalAddress()}, "town and country"),
    ],
)
def test_payment_that_cannot_go_is_refused(change: dict[str, Any], word: str) -> None:
    with pytest.raises(Broken) as refused:
        made(replace(FUCHS, **change))
    assert word in refused.value.fault.cause.en


def test_nothing_to_pay_and_doubles_are_refused() -> None:
    with pytest.raises(Broken, match="nothing to pay"):
        made()
    with pytest.raises(Broken, match="twice"):
        made(FUCHS, FUCHS)
    with pytest.raises(Broken, match="payer"):
        made(FUCHS, debtor=replace(FIRM, iban="DE00"))


def test_other_currency_is_left_out_with_the_next_step() -> None:
    found = obstacle(iban=FUCHS.iban, currency="CHF", cents=100, address=KASSEL)
    assert found is not None
    assert "CHF" in found[0].de
    assert "Bank" in found[1].de
    assert obstacle(iban=FUCHS.iban, currency="EUR", cents=100, address=KASSEL) is None


def test_iban_is_checked_and_shown_in_fours() -> None:
    assert iban_fault(" at61 1904 3002 3457 3201 ") is None
    assert iban_fault("hallo") is not None
    assert shown_iban("at611904300234573201") == "AT61 1904 3002 3457 3201"


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=200), purpose=st.text(max_size=300), street=st.text(max_size=120),
       cents=st.integers(1, MAX_CENTS))  # fmt: skip
def test_whatever_people_are_called_the_file_is_valid(name: str, purpose: str, street: str, cents: int) -> None:
    root = made(replace(FUCHS, name=name, remittance=purpose, cents=cents, address=replace(KASSEL, street=street)))
    assert schema_fault(root) is None
    assert [Decimal(one or "0") for one in texts(root, ".//p:CtrlSum")] == [Decimal(cents) / 100] * 2


@given(st.text(max_size=100), st.integers(1, 70))
def test_folding_keeps_to_the_letters_of_the_banks(text: str, limit: int) -> None:
    once = folded(text, limit)
    assert 0 < len(once) <= limit
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
    assert folded(once, limit) == once


@pytest.mark.parametrize(
    ("due", "execute"),
    [
        (date(2026, 11, 27), date(2026, 11, 26)),  # Friday
        (date(2026, 11, 29), date(2026, 11, 26)),  # Sunday: there by Friday
        (date(2026, 12, 26), date(2026, 12, 23)),  # Saturday and holiday: there by Thursday 24th
        (date(2026, 4, 6), date(2026, 4, 1)),  # Easter Monday: there by Maundy Thursday
    ],
)
def test_money_is_there_when_it_is_due(due: date, execute: date) -> None:
    assert execute_by(due) == execute
    assert next_bank_day(execute) == bank_day_on_or_before(due) <= due
