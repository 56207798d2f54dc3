"""SEPA credit transfers as a payment file: pain.001.001.09, one debtor, one day, valid against its schema.

Addresses are structured (town and country in fields of their own), as the banks demand since November 2026. Letters are
those of the basic Latin set of the EPC (a-z, A-Z, 0-9, ``/-?:().,'+`` and blanks); German ones are written out
(ü as ue), others without their marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from importlib.resources import as_file, files
from typing import Any, cast

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

SCHEMA = "pain.001.001.09"
MAX_CENTS = 99_999_999_999
"""Highest amount of one transfer: 999,999,999.99 EUR (EPC rulebook)."""
MAX_PAYMENTS = 10_000
SATURDAY = 5
_NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GI GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
# Beyond the EEA; from the list of the EPC (EPC409-09), from memory as of 2026.
SEPA_COUNTRIES = EEA | frozenset("AD AL CH GB MC MD ME MK RS SM VA".split())  # noqa: SIM905

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
                              "&": "+", "€": "EUR", "–": "-", "—": "-", "„": "'", "“": "'"})  # fmt: skip
_OUTSIDE = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """``country`` is ISO 3166-1 alpha-2; town and country are what banks demand, the rest may be empty."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account pays."""

    name: str
    iban: str
    bic: str = ""
    address: PostalAddress = PostalAddress()


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment in euro cents; ``end_to_end`` comes back on the account statement (at most 35 characters)."""

    name: str
    iban: str
    cents: int
    remittance: str
    end_to_end: str
    bic: str = ""
    address: PostalAddress = PostalAddress()


def normal_iban(text: str) -> str:
    """Without blanks, in capitals: as it is kept and compared."""
    return re.sub(r"[\s.-]", "", text).upper()


def shown_iban(iban: str) -> str:
    """In groups of four, as it stands on paper."""
    plain = normal_iban(iban)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def iban_fault(text: str) -> Text | None:
    """What is wrong with an IBAN (length, country, check digits), or ``None``."""
    from stdnum import iban as numbers
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    try:
        numbers.validate(normal_iban(text))
    except (InvalidLength, InvalidChecksum):
        return Text("Prüfziffer oder Länge der IBAN stimmt nicht.", "Check digits or length of the IBAN are wrong.")
    except (ValidationError, ValueError):
        return Text("Das ist keine IBAN.", "This is not an IBAN.")
    return None


def obstacle(*, iban: str, currency: str, cents: int, address: PostalAddress) -> tuple[Text, Text] | None:
    """Why a payment cannot go into the file, with the next step; ``None`` if it can."""
    if currency != "EUR":
        return (
            Text(f"In {currency}: SEPA überweist nur Euro.", f"In {currency}: SEPA transfers euros only."),
            Text(
                "Bitte bei der Bank als Auslandszahlung ausführen.", "Please pay it at the bank as a foreign payment."
            ),
        )
    if not 0 < cents <= MAX_CENTS:
        return (
            Text("Der Betrag liegt außerhalb dessen, was SEPA kennt.", "The amount is outside what SEPA knows."),
            Text("Bitte prüfen Sie die Abrechnung.", "Please check the bill."),
        )
    fault = iban_fault(iban)
    if fault is not None:
        return fault, Text(
            "Bitte lassen Sie die Bankverbindung berichtigen.", "Please have the bank details corrected."
        )
    country = normal_iban(iban)[:2]
    if country not in SEPA_COUNTRIES:
        return (
            Text(f"Das Konto liegt in {country}, außerhalb von SEPA.", f"The account is in {country}, outside SEPA."),
            Text(
                "Bitte bei der Bank als Auslandszahlung ausführen.", "Please pay it at the bank as a foreign payment."
            ),
        )
    if country not in EEA and not (address.city and address.country):
        return (
            Text(
                f"Für ein Konto in {country} braucht die Bank Ort und Land des Empfängers.",
                f"For an account in {country} the bank needs town and country of the payee.",
            ),
            Text("Bitte tragen Sie die Anschrift ein.", "Please enter the address."),
        )
    return None


def folded(text: str, limit: int) -> str:
    """``text`` in the letters that every bank takes, at most ``limit`` of them; empty input gives ``-``."""
    unidecode: Any = import_module("text_unidecode").unidecode  # the library has no types
    plain = _OUTSIDE.sub(" ", unidecode(text.translate(_WRITTEN_OUT)))
    short = " ".join(plain.split())[:limit].strip()
    # A text must not begin or end with a slash nor hold two of them (EPC217-08).
    return re.sub(r"/{2,}", "/", short).strip("/ ") or "-"


def to_pain001(
    debtor: Debtor, transfers: Sequence[Transfer], *, execute_on: date, message_id: str, created: datetime
) -> bytes:
    """The payment file, UTF-8, in one batch that the bank executes on ``execute_on``.

    Equal arguments give equal bytes. ``message_id`` (at most 35 characters) must be new for every file: banks refuse
    one that they have seen.

    Raises
    ------
    Broken : there is nothing to pay, a payment cannot go by SEPA, two share an end-to-end id, or the schema refuses.

    """
    _require_payable(debtor, transfers)
    from sepaxml.transfer import SepaTransfer

    config = {"name": folded(debtor.name, 70), "IBAN": normal_iban(debtor.iban), "batch": True, "currency": "EUR"}
    if debtor.bic:
        config["BIC"] = debtor.bic
    if debtor.address.city and debtor.address.country:
        config["address"] = _address(debtor.address)
    begin: Any = SepaTransfer  # the library has no types
    file = begin(config, schema=SCHEMA, clean=False)
    for one in transfers:
        payment = {
            "name": folded(one.name, 70),
            "IBAN": normal_iban(one.iban),
            "amount": one.cents,
            "execution_date": execute_on,
            "description": folded(one.remittance, 140),
            "endtoend_id": folded(one.end_to_end, 35),
        }
        if one.bic:
            payment["BIC"] = one.bic
        if one.address.city and one.address.country:
            payment["address"] = _address(one.address)
        file.add_payment(payment)
    return _finished(file.export(validate=False), message_id=folded(message_id, 35), created=created)


def batch_of(message_id: str) -> str:
    """The PmtInfId of the one batch of a file."""
    return f"{folded(message_id, 35)[:31]}-1"


def _address(address: PostalAddress) -> dict[str, str]:
    parts = {
        "street_name": folded(address.street, 70) if address.street else "",
        "postcode": folded(address.postcode, 16) if address.postcode else "",
        "town": folded(address.city, 35),
        "country": address.country.upper(),
    }
    return {name: text for name, text in parts.items() if text}


def _finished(data: bytes, *, message_id: str, created: datetime) -> bytes:
    """Ids of our own instead of the library's random ones, so that the file can be made again and compared."""
    root = etree.fromstring(data)  # the library's own bytes, hence no guarded parser
    names = {"p": _NAMESPACE}

    def put(path: str, text: str) -> None:
        for node in root.iterfind(path, names):
            node.text = text

    put(".//p:GrpHdr/p:MsgId", message_id)
    put(".//p:GrpHdr/p:CreDtTm", created.replace(microsecond=0, tzinfo=None).isoformat())
    put(".//p:PmtInf/p:PmtInfId", batch_of(message_id))
    for bank in root.iterfind(".//p:DbtrAgt/p:FinInstnId", names):
        if len(bank) == 0:  # without BIC the bank of the debtor is named so (rulebook, AT-D002)
            other = etree.SubElement(bank, f"{{{_NAMESPACE}}}Othr")
            etree.SubElement(other, f"{{{_NAMESPACE}}}Id").text = "NOTPROVIDED"
    fault = schema_fault(root)
    if fault is not None:
        raise _broken(Text(f"Das Schema lehnt ab: {fault}", f"The schema refuses: {fault}"))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def schema_fault(root: etree._Element) -> str | None:
    """The first fault against the XSD of pain.001.001.09, or ``None``."""
    schema = _schema()
    if schema.validate(root):
        return None
    entry = next(iter(cast("Iterable[Any]", schema.error_log)))  # the stubs do not know that it is a list
    return str(entry.message)[:300]


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    with as_file(files("sepaxml") / "schemas" / f"{SCHEMA}.xsd") as path:
        return etree.XMLSchema(file=str(path))


def _require_payable(debtor: Debtor, transfers: Sequence[Transfer]) -> None:
    if not transfers:
        raise _broken(Text("Es gibt nichts zu zahlen.", "There is nothing to pay."))
    if len(transfers) > MAX_PAYMENTS:
        raise _broken(Text(f"Mehr als {MAX_PAYMENTS} Zahlungen.", f"More than {MAX_PAYMENTS} payments."))
    fault = iban_fault(debtor.iban)
    if fault is not None:
        raise _broken(Text(f"Konto des Auftraggebers: {fault.de}", f"Account of the payer: {fault.en}"))
    for one in transfers:
        found = obstacle(iban=one.iban, currency="EUR", cents=one.cents, address=one.address)
        if found is not None:
            raise _broken(Text(f"{one.name}: {found[0].de}", f"{one.name}: {found[0].en}"))
    if len({one.end_to_end for one in transfers}) < len(transfers):
        raise _broken(Text("Eine Kennung kommt doppelt vor.", "One end-to-end id is there twice."))


def _broken(cause: Text) -> Broken:
    return Broken(
        Fault(
            SCHEMA,
            cause,
            Text("Zahlungen in Euro mit gültiger IBAN.", "Payments in euro with a valid IBAN."),
            Text(
                "Bitte berichtigen Sie die Angabe oder lassen Sie die Zahlung weg.",
                "Please correct it or leave it out.",
            ),
        )
    )


def is_bank_day(day: date) -> bool:
    """Whether TARGET settles on this day: no weekend, none of its six holidays."""
    return day.weekday() < SATURDAY and day not in _target_days()


def bank_day_on_or_before(day: date) -> date:
    while not is_bank_day(day):
        day -= timedelta(days=1)
    return day


def bank_day_on_or_after(day: date) -> date:
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def next_bank_day(day: date) -> date:
    """The day after ``day`` on which a transfer executed on ``day`` has arrived (s.675s(1) BGB)."""
    return bank_day_on_or_after(day + timedelta(days=1))


def execute_by(due: date) -> date:
    """The last day on which a transfer may be executed so that the money is there on ``due``."""
    return bank_day_on_or_before(bank_day_on_or_before(due) - timedelta(days=1))


@lru_cache(maxsize=1)
def _target_days() -> Any:
    import holidays

    return holidays.financial_holidays("ECB")
