"""Germany: the rules of XRechnung 3.0 (BR-DE-…) and what § 14 UStG asks of an invoice (UStG-…)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from .finding import Findings
from .model import Address, Invoice, Party
from .rules_content import is_lineless
from .rules_totals import ZERO

XRECHNUNG_TYPES = frozenset({"326", "380", "384", "389", "381", "875", "876", "877"})
SMALL_INVOICE_GROSS = Decimal(250)
"""§ 33 UStDV: up to this gross amount an invoice needs fewer details."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.?[^@\s]+")
_DIGITS = re.compile(r"\d")


_RATES = (
    (date(2021, 1, 1), 19, 7),
    (date(2020, 7, 1), 16, 5),  # § 28 Abs. 1 und 2 UStG, only until the end of 2020
    (date(2007, 1, 1), 19, 7),
    (date(1998, 4, 1), 16, 7),
    (date(1993, 1, 1), 15, 7),
)


def german_vat_rates(day: date) -> frozenset[Decimal]:
    """The two rates of § 12 UStG on a day, in per cent; none before 1993."""
    for start, normal, reduced in _RATES:
        if day >= start:
            return frozenset({Decimal(normal), Decimal(reduced)})
    return frozenset()


def check(invoice: Invoice, found: Findings) -> None:
    if invoice.is_xrechnung:
        _xrechnung_parties(invoice, found)
        _xrechnung_header(invoice, found)
    _bank(invoice, found)
    _vat_ids(invoice, found)
    if _country(invoice.seller) == "DE":
        _paragraph_14(invoice, found)
        _german_rates(invoice, found)


def _country(party: Party) -> str:
    return party.address.country if party.address else ""


def _xrechnung_parties(invoice: Invoice, found: Findings) -> None:
    contact = invoice.seller.contact
    if contact is None:
        found.error("BR-DE-2", "BG-6", "Der Ansprechpartner des Verkäufers fehlt.", "The seller contact is missing.")
    else:
        found.required("BR-DE-5", "BT-41", contact.name, ("Der Name des Ansprechpartners", "The contact name"))
        found.required("BR-DE-6", "BT-42", contact.phone, ("Das Telefon des Ansprechpartners", "The contact phone"))
        found.required("BR-DE-7", "BT-43", contact.email, ("Die E-Mail des Ansprechpartners", "The contact e-mail"))
        if contact.phone and len(_DIGITS.findall(contact.phone)) < 3:
            found.warning(
                "BR-DE-27",
                "BT-42",
                "Die Telefonnummer hat weniger als drei Ziffern.",
                "The phone has under three digits.",
            )
        if contact.email and not _MAIL.fullmatch(contact.email):
            found.warning("BR-DE-28", "BT-43", "Die E-Mail-Adresse ist ungültig.", "The e-mail address is invalid.")
    places: tuple[tuple[Address | None, tuple[str, str], tuple[str, str], tuple[str, str]], ...] = (
        (invoice.seller.address, ("BR-DE-3", "BR-DE-4"), ("BT-37", "BT-38"), ("Verkäufers", "seller's")),
        (invoice.buyer.address, ("BR-DE-8", "BR-DE-9"), ("BT-52", "BT-53"), ("Käufers", "buyer's")),
        (
            invoice.delivery.address if invoice.delivery else None,
            ("BR-DE-10", "BR-DE-11"),
            ("BT-77", "BT-78"),
            ("Lieferorts", "delivery"),
        ),
    )
    for address, rules, terms, owner in places:
        if address is not None:
            found.required(rules[0], terms[0], address.city, (f"Der Ort des {owner[0]}", f"The {owner[1]} city"))
            label = (f"Die Postleitzahl des {owner[0]}", f"The {owner[1]} postcode")
            found.required(rules[1], terms[1], address.postcode, label)


def _xrechnung_header(invoice: Invoice, found: Findings) -> None:
    found.required("BR-DE-1", "BG-16", invoice.payment, ("Die Zahlungsanweisung", "The payment instruction"))
    label = ("Die Käuferreferenz (Leitweg-ID)", "The buyer reference (Leitweg-ID)")
    found.required("BR-DE-15", "BT-10", invoice.references.buyer, label)
    for item in invoice.vat:
        if item.category != "O":
            found.required("BR-DE-14", "BT-119", item.rate, ("Der Steuersatz", "The VAT rate"))
    if invoice.type_code not in XRECHNUNG_TYPES:
        found.warning(
            "BR-DE-17",
            "BT-3",
            f"Der Rechnungstyp {invoice.type_code} ist in XRechnung nicht vorgesehen.",
            f"The type code {invoice.type_code} is not foreseen in XRechnung.",
        )
    if invoice.type_code == "384" and not invoice.preceding:
        found.warning(
            "BR-DE-26",
            "BG-3",
            "Eine Rechnungskorrektur soll die korrigierte Rechnung nennen.",
            "A corrected invoice should name the invoice it corrects.",
        )
    tagged = [line for line in invoice.payment_terms.splitlines() if line.strip().startswith("#")]
    if len(tagged) != len(invoice.skonto):
        found.error(
            "BR-DE-18",
            "BT-20",
            "Das Skonto ist nicht in der Form #SKONTO#TAGE=14#PROZENT=2.00# angegeben.",
            "The discount is not in the form #SKONTO#TAGE=14#PROZENT=2.00#.",
        )
    names = [document.filename for document in invoice.documents if document.filename]
    if len(names) != len({name.casefold() for name in names}):
        found.error("BR-DE-22", "BT-125", "Zwei Anlagen haben denselben Namen.", "Two attachments share a name.")
    payment = invoice.payment
    if payment and payment.means_code == "59":
        found.required("BR-DE-30", "BT-90", payment.creditor_id, ("Die Gläubiger-ID", "The creditor identifier"))
        found.required("BR-DE-31", "BT-91", payment.debited_iban, ("Die belastete IBAN", "The debited account"))


def _bank(invoice: Invoice, found: Findings) -> None:
    from stdnum import iban

    payment = invoice.payment
    if payment is None or payment.means_code not in {"30", "58", "42", "57"}:
        return
    for account in payment.accounts:
        looks_like_iban = account.iban[:2].isalpha()
        if (
            account.iban
            and (looks_like_iban or payment.means_code == "58")
            and not iban.is_valid(account.iban, check_country=False)
        ):
            found.warning(
                "BR-DE-19",
                "BT-84",
                f"Die IBAN {account.iban} ist nicht gültig (Prüfziffer).",
                f"The IBAN {account.iban} is not valid (check digits).",
            )


def _vat_ids(invoice: Invoice, found: Findings) -> None:
    """BR-CO-09: the country prefix. Beyond it, the national check digit, where the format is known."""
    from stdnum.eu import vat

    parties = (("BT-31", invoice.seller), ("BT-48", invoice.buyer), ("BT-63", invoice.tax_representative))
    for where, party in parties:
        if party is None or not party.vat_id:
            continue
        number = "".join(party.vat_id.split())
        if not number[:2].isalpha():
            found.error(
                "BR-CO-09",
                where,
                f"Der USt-IdNr. {number} fehlt das Länderkürzel.",
                f"The VAT id {number} has no country prefix.",
            )
        elif number[:2].lower() in vat.MEMBER_STATES | {"el"} and not vat.is_valid(number):
            found.warning(
                "UStG-14-4-2",
                where,
                f"Die USt-IdNr. {number} ist nicht richtig gebildet (Länge oder Prüfziffer).",
                f"The VAT id {number} is not well formed (length or check digit).",
            )


def _paragraph_14(invoice: Invoice, found: Findings) -> None:
    """§ 14 Abs. 4 UStG; § 33 UStDV relieves small invoices from buyer, number and tax number."""
    if is_lineless(invoice.profile):
        found.error(
            "UStG-14-1",
            "BT-24",
            "Die Profile MINIMUM und BASIC WL sind keine Rechnung im Sinne des § 14 UStG.",
            "The profiles MINIMUM and BASIC WL are no invoice under s. 14 UStG.",
        )
    small = invoice.totals.gross is not None and abs(invoice.totals.gross) <= SMALL_INVOICE_GROSS
    _full_address("UStG-14-4-1", "BG-5", invoice.seller, ("Verkäufers", "seller's"), found)
    if not small:
        _full_address("UStG-14-4-1", "BG-8", invoice.buyer, ("Käufers", "buyer's"), found)
        if not (invoice.seller.vat_id or invoice.seller.tax_number):
            found.error(
                "UStG-14-4-2",
                "BT-31",
                "Steuernummer oder USt-IdNr. des Verkäufers fehlt (§ 14 Abs. 4 Nr. 2 UStG).",
                "The seller's tax number or VAT id is missing (s. 14(4) no. 2 UStG).",
            )
        if not _has_supply_date(invoice):
            found.warning(
                "UStG-14-4-6",
                "BT-72",
                "Der Zeitpunkt der Leistung fehlt (§ 14 Abs. 4 Nr. 6 UStG).",
                "The date of supply is missing (s. 14(4) no. 6 UStG).",
            )


def _has_supply_date(invoice: Invoice) -> bool:
    if (invoice.delivery and invoice.delivery.day) or invoice.period:
        return True
    if invoice.lines and all(line.period for line in invoice.lines):
        return True
    texts = " ".join(note.text for note in invoice.notes).casefold()
    words = ("leistungsdatum", "lieferdatum", "leistungszeitraum", "entspricht dem rechnungsdatum")
    return any(word in texts for word in words)


def _full_address(rule: str, where: str, party: Party, owner: tuple[str, str], found: Findings) -> None:
    address = party.address
    if not party.name or address is None or not (address.city and (address.postcode or address.line1)):
        found.error(
            rule,
            where,
            f"Name oder Anschrift des {owner[0]} ist unvollständig (§ 14 Abs. 4 Nr. 1 UStG).",
            f"The {owner[1]} name or address is incomplete (s. 14(4) no. 1 UStG).",
        )


def _german_rates(invoice: Invoice, found: Findings) -> None:
    day = invoice.supply_date
    if day is None:
        return
    allowed = german_vat_rates(day)
    for item in invoice.vat:
        if item.category == "S" and item.rate is not None and item.base and item.rate not in allowed:
            rates = " und ".join(str(rate) for rate in sorted(allowed, reverse=True))
            stated = f"{item.rate.normalize():f}"
            found.error(
                "UStG-12",
                "BT-119",
                f"Ein Steuersatz von {stated} % galt am {day:%d.%m.%Y} in Deutschland nicht ({rates} %).",
                f"A VAT rate of {stated} % did not exist in Germany on {day.isoformat()}.",
            )
    intra_community = any(item.category == "K" and (item.base or ZERO) for item in invoice.vat)
    if intra_community and invoice.tax_representative is None and _country(invoice.buyer) == "DE":
        found.error(
            "UStG-6a",
            "BT-118",
            "Innergemeinschaftliche Lieferung zwischen zwei deutschen Firmen.",
            "Intra-community supply between two German firms.",
        )
