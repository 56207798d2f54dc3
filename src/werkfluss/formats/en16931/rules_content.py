"""Which terms must be there: EN 16931-1, BR-01 … BR-65 and the presence rules among BR-CO."""

from __future__ import annotations

from decimal import Decimal

from .finding import Findings
from .model import AllowanceCharge, Identifier, Invoice, Line, Party, Period

_CENT = Decimal("0.01")
LINELESS_PROFILES = (
    "factur-x.eu:1p0:minimum",
    "factur-x.eu:1p0:basicwl",
    "zugferd.de:2p0:minimum",
    "zugferd.de:2p0:basicwl",
)
"""Factur-X profiles without lines."""


def is_lineless(profile: str) -> bool:
    return any(name in profile for name in LINELESS_PROFILES)


def check(invoice: Invoice, found: Findings) -> None:
    _header(invoice, found)
    _parties(invoice, found)
    _payment(invoice, found)
    for item in invoice.allowances_charges:
        _document_allowance(item, found)
    for line in invoice.lines:
        _line(line, found)
    _decimals(invoice, found)


def _header(invoice: Invoice, found: Findings) -> None:
    totals = invoice.totals
    found.required("BR-01", "BT-24", invoice.profile, ("Die Spezifikationskennung", "The specification identifier"))
    found.required("BR-02", "BT-1", invoice.id, ("Die Rechnungsnummer", "The invoice number"))
    found.required("BR-03", "BT-2", invoice.issue_date, ("Das Rechnungsdatum", "The issue date"))
    found.required("BR-04", "BT-3", invoice.type_code, ("Der Rechnungstyp", "The invoice type code"))
    found.required("BR-05", "BT-5", invoice.currency, ("Die Währung", "The currency"))
    if is_lineless(invoice.profile):
        found.error(
            "BR-16",
            "BT-24",
            "Das Profil (MINIMUM oder BASIC WL) hat keine Positionen und ist keine E-Rechnung nach EN 16931.",
            "The profile (MINIMUM or BASIC WL) has no lines and is no e-invoice under EN 16931.",
        )
    else:
        found.required("BR-12", "BT-106", totals.lines, ("Die Summe der Positionen", "The sum of the lines"))
        found.required("BR-16", "BG-25", invoice.lines, ("Mindestens eine Position", "At least one line"))
    found.required("BR-13", "BT-109", totals.net, ("Der Nettobetrag", "The total without VAT"))
    found.required("BR-14", "BT-112", totals.gross, ("Der Bruttobetrag", "The total with VAT"))
    found.required("BR-15", "BT-115", totals.payable, ("Der fällige Betrag", "The amount due"))
    if invoice.vat_currency and invoice.vat_currency != invoice.currency:
        label = ("Der Steuerbetrag in der Abrechnungswährung", "The VAT total in the accounting currency")
        found.required("BR-53", "BT-111", totals.vat_accounting, label)
    _period_order("BR-29", "BT-74", invoice.period, found)
    if invoice.tax_point and invoice.tax_point_code:
        found.error(
            "BR-CO-03",
            "BT-7",
            "Steuerdatum und Code des Steuerdatums schließen sich aus.",
            "The tax point date and its code exclude each other.",
        )
    for preceding in invoice.preceding:
        label = ("Die Nummer der vorausgegangenen Rechnung", "The number of the preceding invoice")
        found.required("BR-55", "BT-25", preceding.id, label)
    for document in invoice.documents:
        label = ("Die Kennung einer Anlage", "The reference of a supporting document")
        found.required("BR-52", "BT-122", document.id, label)


def _parties(invoice: Invoice, found: Findings) -> None:
    seller, buyer = invoice.seller, invoice.buyer
    found.required("BR-06", "BT-27", seller.name, ("Der Name des Verkäufers", "The seller's name"))
    found.required("BR-07", "BT-44", buyer.name, ("Der Name des Käufers", "The buyer's name"))
    minimum = "minimum" in invoice.profile
    _country(found, seller, ("BR-08", "BR-09"), ("BG-5", "BT-40"), ("Verkäufers", "seller's"))
    if not minimum:
        _country(found, buyer, ("BR-10", "BR-11"), ("BG-8", "BT-55"), ("Käufers", "buyer's"))
    if not (seller.ids or seller.legal_id or seller.vat_id or seller.tax_number):
        found.error(
            "BR-CO-26",
            "BT-29",
            "Der Verkäufer hat keine Kennung, Registernummer oder USt-IdNr.",
            "The seller has no identifier, legal registration or VAT id.",
        )
    if invoice.payee is not None:
        found.required("BR-17", "BT-59", invoice.payee.name, ("Der Name des Zahlungsempfängers", "The payee's name"))
    representative = invoice.tax_representative
    if representative is not None:
        name = ("Der Name des Steuervertreters", "The tax representative's name")
        found.required("BR-18", "BT-62", representative.name, name)
        owner = ("Steuervertreters", "tax representative's")
        _country(found, representative, ("BR-19", "BR-20"), ("BG-12", "BT-69"), owner)
        label = ("Die USt-IdNr. des Steuervertreters", "The tax representative's VAT id")
        found.required("BR-56", "BT-63", representative.vat_id, label)
    for rule, term, party in (("BR-62", "BT-34", seller), ("BR-63", "BT-49", buyer)):
        _scheme(rule, term, party.electronic_address, found)


def _country(
    found: Findings, party: Party, rules: tuple[str, str], terms: tuple[str, str], owner: tuple[str, str]
) -> None:
    """The address and, in it, the country; rules and terms in this order."""
    if party.address is None:
        found.error(rules[0], terms[0], f"Die Anschrift des {owner[0]} fehlt.", f"The {owner[1]} address is missing.")
    else:
        label = (f"Das Land des {owner[0]}", f"The {owner[1]} country")
        found.required(rules[1], terms[1], party.address.country, label)


def _scheme(rule: str, where: str, identifier: Identifier | None, found: Findings) -> None:
    if identifier is not None:
        label = ("Das Schema der Kennung", "The scheme of the identifier")
        found.required(rule, where, identifier.scheme, label)


def _payment(invoice: Invoice, found: Findings) -> None:
    payment = invoice.payment
    if payment is not None:
        found.required("BR-49", "BT-81", payment.means_code, ("Die Zahlungsart", "The payment means code"))
        if payment.means_code in {"30", "58"} and not any(account.iban for account in payment.accounts):
            found.error(
                "BR-61",
                "BT-84",
                "Bei Überweisung fehlt die Kontoverbindung (IBAN).",
                "The account (IBAN) for the credit transfer is missing.",
            )
    payable = invoice.totals.payable
    if payable is not None and payable > 0 and not invoice.due_date and not invoice.payment_terms:
        if is_lineless(invoice.profile) or invoice.is_credit_note:
            return
        found.error(
            "BR-CO-25",
            "BT-9",
            "Weder Fälligkeit noch Zahlungsbedingungen sind angegeben.",
            "Neither a due date nor payment terms are given.",
        )


def _document_allowance(item: AllowanceCharge, found: Findings) -> None:
    if item.charge:
        kind, rules, terms = ("Zuschlags", "charge"), ("BR-36", "BR-37", "BR-38"), ("BT-99", "BT-102", "BT-104")
    else:
        kind, rules, terms = ("Nachlasses", "allowance"), ("BR-31", "BR-32", "BR-33"), ("BT-92", "BT-95", "BT-97")
    found.required(rules[0], terms[0], item.amount, (f"Der Betrag des {kind[0]}", f"The {kind[1]} amount"))
    found.required(
        rules[1], terms[1], item.vat_category, (f"Die Steuerart des {kind[0]}", f"The {kind[1]} VAT category")
    )
    reason = item.reason or item.reason_code
    found.required(rules[2], terms[2], reason, (f"Der Grund des {kind[0]}", f"The {kind[1]} reason"))


def _line(line: Line, found: Findings) -> None:
    at = f"BG-25[{line.id}]"
    checks = (
        ("BR-21", "BT-126", line.id, ("Die Positionsnummer", "The line id")),
        ("BR-22", "BT-129", line.quantity, ("Die Menge", "The quantity")),
        ("BR-23", "BT-130", line.unit, ("Die Einheit", "The unit")),
        ("BR-24", "BT-131", line.net, ("Der Nettobetrag der Position", "The line net amount")),
        ("BR-25", "BT-153", line.name, ("Die Bezeichnung", "The item name")),
        ("BR-26", "BT-146", line.price, ("Der Nettopreis", "The net price")),
        ("BR-CO-04", "BT-151", line.vat_category, ("Die Steuerart der Position", "The line VAT category")),
    )
    for rule, term, value, label in checks:
        found.required(rule, f"{at}/{term}", value, label)
    if line.price is not None and line.price < 0:
        found.error("BR-27", f"{at}/BT-146", "Der Nettopreis ist negativ.", "The net price is negative.")
    if line.gross_price is not None and line.gross_price < 0:
        found.error("BR-28", f"{at}/BT-148", "Der Bruttopreis ist negativ.", "The gross price is negative.")
    _period_order("BR-30", f"{at}/BT-135", line.period, found)
    for item in line.allowances_charges:
        rules = ("BR-43", "BR-44", "BT-141", "BT-144") if item.charge else ("BR-41", "BR-42", "BT-136", "BT-139")
        label = ("Der Betrag des Nachlasses oder Zuschlags", "The allowance or charge amount")
        found.required(rules[0], f"{at}/{rules[2]}", item.amount, label)
        label = ("Der Grund des Nachlasses oder Zuschlags", "The allowance or charge reason")
        found.required(rules[1], f"{at}/{rules[3]}", item.reason or item.reason_code, label)
    _scheme("BR-64", f"{at}/BT-157", line.standard_item_id, found)
    for classification in line.classifications:
        _scheme("BR-65", f"{at}/BT-158", classification, found)


def _period_order(rule: str, where: str, period: Period | None, found: Findings) -> None:
    if period and period.start and period.end and period.end < period.start:
        found.error(
            rule,
            where,
            f"Das Ende des Zeitraums ({period.end.isoformat()}) liegt vor seinem Beginn.",
            f"The period ends ({period.end.isoformat()}) before it starts.",
        )


def _decimals(invoice: Invoice, found: Findings) -> None:
    """BR-DEC-*: amounts have at most two decimals (prices and quantities may have more)."""
    totals = invoice.totals
    amounts = [
        ("BR-DEC-09", "BT-106", totals.lines),
        ("BR-DEC-12", "BT-109", totals.net),
        ("BR-DEC-13", "BT-110", totals.vat),
        ("BR-DEC-14", "BT-112", totals.gross),
        ("BR-DEC-18", "BT-115", totals.payable),
    ]
    amounts += [("BR-DEC-19", "BT-116", item.base) for item in invoice.vat]
    amounts += [("BR-DEC-20", "BT-117", item.tax) for item in invoice.vat]
    amounts += [("BR-DEC-23", f"BG-25[{line.id}]/BT-131", line.net) for line in invoice.lines]
    for rule, where, amount in amounts:
        if amount is not None and amount != amount.quantize(_CENT):
            found.error(
                rule,
                where,
                f"Der Betrag {amount} hat mehr als zwei Nachkommastellen.",
                f"The amount {amount} has more than two decimals.",
            )
