"""The bookkeeper's questions that the invoice alone cannot answer: is it ours, do we know them, may we deduct VAT?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from werkfluss.formats.en16931.findings import Finding
from werkfluss.formats.en16931.model import Invoice
from werkfluss.formats.en16931.rules_totals import german
from werkfluss.kernel.text import Text

from .model import Firm, Reason, Supplier, Weight

_EU = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
    | {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
_BOOKABLE = frozenset({"326", "380", "381", "384", "389", "875", "876", "877"})
_TERMS = re.compile(r"(?:innerhalb(?: von)?|binnen|in|zahlbar)\s+(\d{1,3})\s+tage", re.IGNORECASE)
_FREE_SKONTO = re.compile(r"\d\s*%\s*skonto|skonto\s*\d", re.IGNORECASE)
_SMALL_BUSINESS = re.compile(r"§\s*19|kleinunternehmer", re.IGNORECASE)
# XRechnung formalities that change nothing about the booking.
_FORMAL = re.compile(r"BR-DE-(?!19$|20$|30$|31$)|BR-6[2-5]$|BR-CL-(?!17$)|BR-01$")


def weigh(findings: Iterable[Finding]) -> list[Reason]:
    """Findings as reasons: broken data and § 14 UStG make a booking incomplete, formalities are for information."""
    return [Reason(_weight(item), item.message, item.where, item.rule) for item in findings]


def _weight(finding: Finding) -> Weight:
    if _FORMAL.match(finding.rule) or finding.severity == "info":
        return "info"
    incomplete = finding.rule == "XSD" or finding.rule.startswith("UStG-14-")
    if finding.severity == "error" and incomplete:
        return "unvollständig"
    return "unsicher"


def check_buyer(invoice: Invoice, firm: Firm) -> list[Reason]:
    """The recipient decides who may deduct input tax (§ 15 Abs. 1 Nr. 1 UStG)."""
    if not (firm.vat_id or firm.name):
        return [_info("Der Rechnungsempfänger wurde nicht geprüft.", "The buyer was not checked.", "BT-44")]
    buyer = invoice.buyer
    by_id = firm.vat_id and buyer.vat_id
    same = _plain(firm.vat_id) == _plain(buyer.vat_id) if by_id else _plain(firm.name) == _plain(buyer.name)
    if same:
        return []
    where = "BT-48" if by_id else "BT-44"
    return [
        Reason(
            "unsicher",
            Text(
                f"Die Rechnung ist an „{buyer.name}“ {buyer.vat_id} gerichtet, nicht an uns.".replace("  ", " "),
                f"The invoice is addressed to “{buyer.name}” {buyer.vat_id}, not to us.".replace("  ", " "),
            ),
            where,
            "BUYER",
        )
    ]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def find_supplier(invoice: Invoice, suppliers: Iterable[Supplier]) -> Supplier | None:
    """By VAT id, else tax number, else the exact name."""
    seller = invoice.seller
    known = list(suppliers)
    for attribute, value in (("vat_id", seller.vat_id), ("tax_number", seller.tax_number), ("name", seller.name)):
        if value:
            for supplier in known:
                if _plain(getattr(supplier, attribute)) == _plain(value):
                    return supplier
    return None


def check_supplier(invoice: Invoice, supplier: Supplier | None, *, listed: bool, creditor: str) -> list[Reason]:
    if not listed:
        return [
            _info(
                f"Ohne Lieferantenliste: Sammelkreditor {creditor}, Bankverbindung ungeprüft.",
                f"No supplier list: collective creditor {creditor}, bank account unchecked.",
                "BT-27",
            )
        ]
    if supplier is None:
        name = invoice.seller.name
        message = Text(
            f"Der Lieferant „{name}“ ist unbekannt; vorgeschlagen ist der neue Kreditor {creditor}.",
            f"The supplier “{name}” is unknown; new creditor {creditor} is suggested.",
        )
        return [Reason("unsicher", message, "BT-27", "SUPPLIER")]
    known = {_plain(iban) for iban in supplier.ibans}
    accounts = invoice.payment.accounts if invoice.payment else ()
    reasons = [_new_iban(account.iban) for account in accounts if known and _plain(account.iban) not in known]
    taxed = any(item.tax for item in invoice.vat)
    if supplier.small_business and taxed:
        reasons.append(
            Reason(
                "unsicher",
                Text(
                    "Der Lieferant ist Kleinunternehmer (§ 19 UStG), weist aber Umsatzsteuer aus: kein Vorsteuerabzug.",
                    "The supplier is a small business (s. 19 UStG) but states VAT: no deduction.",
                ),
                "BT-117",
                "UStG-14c",
            )
        )
    return reasons


def _new_iban(iban: str) -> Reason:
    """A changed account on a known supplier's invoice is the usual sign of invoice fraud."""
    message = Text(
        f"Die IBAN {iban} ist bei diesem Lieferanten neu. Bitte rückfragen, bevor bezahlt wird.",
        f"The IBAN {iban} is new for this supplier. Please ask before paying.",
    )
    return Reason("unsicher", message, "BT-84", "IBAN")


def check_tax(invoice: Invoice) -> list[Reason]:
    """VAT from the buyer's side: foreign tax, reverse charge, acquisitions, small businesses, imports."""
    reasons: list[Reason] = []
    country = invoice.seller.address.country if invoice.seller.address else ""
    for item in invoice.vat:
        if not item.base and not item.tax:
            continue
        if item.category == "S" and country not in {"", "DE"} and invoice.tax_representative is None:
            message = Text(
                f"Umsatzsteuer eines Lieferanten aus {country}: keine deutsche Vorsteuer ohne Prüfung.",
                f"VAT of a supplier in {country}: no German input tax without a look.",
            )
            reasons.append(Reason("unsicher", message, "BT-40", "UStG-15"))
        elif item.category == "AE":
            reasons.append(
                _info(
                    "Umkehr der Steuerschuld: Die Umsatzsteuer schulden wir (§ 13b UStG).",
                    "Reverse charge: we owe the VAT (s. 13b UStG).",
                    "BT-118",
                )
            )
        elif item.category == "K":
            reasons.append(_info("Innergemeinschaftlicher Erwerb.", "Intra-community acquisition.", "BT-118"))
        elif item.category != "S" and country and country not in _EU:
            message = Text(
                f"Lieferant aus dem Drittland {country} ohne Steuer: § 13b UStG oder Einfuhrumsatzsteuer prüfen.",
                f"Supplier in the third country {country} without VAT: check s. 13b UStG or import VAT.",
            )
            reasons.append(Reason("unsicher", message, "BT-118", "UStG-13b"))
        elif item.category == "E":
            reasons.append(_exempt(invoice, item.exemption_reason))
    return reasons


def _exempt(invoice: Invoice, stated: str) -> Reason:
    text = " ".join([stated, *(note.text for note in invoice.notes)])
    if _SMALL_BUSINESS.search(text):
        return _info("Kleinunternehmer (§ 19 UStG): keine Vorsteuer.", "Small business: no input tax.", "BT-120")
    return Reason(
        "unsicher",
        Text(f"Steuerbefreit: „{stated[:60]}“. Bitte prüfen.", f"Exempt: “{stated[:60]}”. Please check."),
        "BT-120",
        "UStG-4",
    )


def check_kind(invoice: Invoice, firm: Firm) -> list[Reason]:
    """Is it an incoming invoice in euro that can be booked as it stands?"""
    reasons: list[Reason] = []
    totals = invoice.totals
    if invoice.currency != "EUR":
        reasons.append(
            Reason(
                "unvollständig",
                Text(
                    f"Die Rechnung lautet auf {invoice.currency}: Der Umrechnungskurs fehlt.",
                    f"The invoice is in {invoice.currency}: the exchange rate is missing.",
                ),
                "BT-5",
            )
        )
    if invoice.type_code not in _BOOKABLE:
        message = Text(
            f"Der Belegtyp {invoice.type_code} wird nicht von selbst gebucht.",
            f"Document type {invoice.type_code} is not booked by itself.",
        )
        reasons.append(Reason("unsicher", message, "BT-3"))
    if firm.vat_id and _plain(invoice.seller.vat_id) == _plain(firm.vat_id):
        message = Text("Wir sind der Verkäufer: kein Eingangsbeleg.", "We are the seller: not an incoming invoice.")
        reasons.append(Reason("unvollständig", message, "BT-31"))
    if invoice.is_credit_note and not invoice.preceding:
        message = Text("Die Gutschrift nennt keine Rechnung.", "The credit note names no invoice.")
        reasons.append(Reason("unsicher", message, "BT-25"))
    if totals.prepaid:
        message = Text(
            f"{german(totals.prepaid)} EUR sind schon gezahlt: Anzahlung ausgleichen.",
            f"{totals.prepaid} EUR has been paid already: settle the advance.",
        )
        reasons.append(Reason("unsicher", message, "BT-113"))
    if totals.rounding:
        message = Text("Der Zahlbetrag ist gerundet.", "The amount due is rounded.")
        reasons.append(Reason("unsicher", message, "BT-114"))
    return reasons


def due_date(invoice: Invoice) -> date | None:
    """BT-9, else the days that the payment terms name."""
    if invoice.due_date or invoice.issue_date is None:
        return invoice.due_date
    days = [int(text) for text in _TERMS.findall(invoice.payment_terms)]
    return invoice.issue_date + timedelta(days=max(days)) if days else None


def check_payment(invoice: Invoice) -> list[Reason]:
    """Discount and due date."""
    reasons: list[Reason] = []
    gross = invoice.totals.payable or Decimal(0)
    for item in invoice.skonto:
        amount = (item.base if item.base is not None else gross) * item.percent / 100
        until = invoice.issue_date + timedelta(days=item.days) if invoice.issue_date else None
        day = f"{until:%d.%m.%Y}" if until else "?"
        reasons.append(
            _info(
                f"{german(item.percent)} % Skonto bis {day}: {german(amount)} EUR.",
                f"{item.percent} % discount until {day}: {amount:.2f} EUR.",
                "BT-20",
            )
        )
    if not invoice.skonto and _FREE_SKONTO.search(invoice.payment_terms):
        message = Text("Skonto steht nur im Text: Frist und Satz prüfen.", "A discount stands only in the text.")
        reasons.append(Reason("unsicher", message, "BT-20", "SKONTO"))
    if due_date(invoice) is None and not invoice.is_credit_note:
        reasons.append(_info("Keine Fälligkeit angegeben: sofort fällig.", "No due date: due at once.", "BT-9"))
    return reasons


def _info(de: str, en: str, where: str) -> Reason:
    return Reason("info", Text(de, en), where)
