"""Bank statements (ISO 20022 camt.053, any version): what was booked, as far as payments need it.

Read are days, sums, and the references that came from us (PmtInfId of a batch, EndToEndId of a payment). Names,
purposes and balances of other bookings are left unread on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text

from .fault import broken
from .sepa import normal_iban
from .xml import local_name, parse_xml

_ROOT = "BkToCstmrStmt"
_NOT_GIVEN = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment within a booking; ``cents`` None: the bank does not say it."""

    end_to_end: str
    cents: int | None


@dataclass(frozen=True, slots=True)
class Booking:
    """One booked entry. ``cents`` is positive; ``debit``: it left the account."""

    day: date
    cents: int
    currency: str
    debit: bool
    batches: tuple[str, ...]
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The booked entries of one account."""

    iban: str
    bookings: tuple[Booking, ...]


def read(data: bytes, *, filename: str) -> tuple[Statement, ...]:
    """The statements of a file; entries that are only announced (PDNG, INFO) are left out.

    Raises:
        Broken: it is no camt.053, or a day or sum of an entry cannot be read.
    """
    root = parse_xml(data, filename=filename)
    body = next((child for child in root if local_name(child) == _ROOT), None)
    if body is None:
        raise broken(
            filename,
            Text("Das ist kein Kontoauszug im Format camt.053.", "This is no bank statement in the format camt.053."),
            Text("Eine XML-Datei mit dem Element BkToCstmrStmt.", "An XML file with the element BkToCstmrStmt."),
            Text("Laden Sie bei der Bank den Auszug als camt.053.", "Fetch the statement as camt.053 from the bank."),
        )
    return tuple(_statement(one, filename) for one in _children(body, "Stmt"))


def _statement(node: etree._Element, filename: str) -> Statement:
    iban = normal_iban(_text(node, "Acct", "Id", "IBAN"))
    found = []
    for number, entry in enumerate(_children(node, "Ntry"), start=1):
        if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) != "BOOK":
            continue
        try:
            found.append(_booking(entry))
        except (ValueError, InvalidOperation) as fault:
            raise _unreadable(filename, number) from fault
    return Statement(iban, tuple(found))


def _booking(entry: etree._Element) -> Booking:
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")[:10]
    debit = _text(entry, "CdtDbtInd") == "DBIT"
    batches, details = [], []
    for block in _children(entry, "NtryDtls"):
        batches.append(_text(block, "Btch", "PmtInfId"))
        for one in _children(block, "TxDtls"):
            batches.append(_text(one, "Refs", "PmtInfId"))
            said = _text(one, "Refs", "EndToEndId")
            if said and said != _NOT_GIVEN:
                sum_ = _text(one, "Amt") or _text(one, "AmtDtls", "TxAmt", "Amt")
                details.append(Detail(said, _cents(sum_) if sum_ else None))
    amount = next(iter(_children(entry, "Amt")), None)
    if amount is None:
        raise ValueError("Amt")
    return Booking(
        date.fromisoformat(day),
        _cents(amount.text or ""),
        amount.get("Ccy", ""),
        debit,
        tuple(dict.fromkeys(one for one in batches if one and one != _NOT_GIVEN)),
        tuple(details),
    )


def _cents(text: str) -> int:
    value = Decimal(text.strip()) * 100
    if value != int(value) or value < 0:
        raise ValueError(text)
    return int(value)


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if local_name(child) == name]


def _text(node: etree._Element, *path: str) -> str:
    for name in path:
        found = _children(node, name)
        if not found:
            return ""
        node = found[0]
    return (node.text or "").strip()


def _unreadable(filename: str, number: int) -> Broken:
    return broken(
        f"{filename}, Ntry {number}",
        Text(f"Buchung {number}: Tag oder Betrag fehlt.", f"Entry {number}: day or amount is missing."),
        Text("Jede Buchung mit BookgDt und Amt.", "Each entry with BookgDt and Amt."),
        Text("Laden Sie den Auszug noch einmal von der Bank.", "Fetch the statement from the bank once more."),
    )
