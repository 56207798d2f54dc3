"""``Invoice`` → UBL 2.1 Invoice or CreditNote. Every term of the model is written except attached bytes."""

from __future__ import annotations

from lxml import etree

from .build import Builder
from .model import Address, AllowanceCharge, Identifier, Invoice, Line, Party, Period
from .ubl import CREDIT_NOTE, INVOICE, NAMESPACES


def to_ubl(invoice: Invoice) -> bytes:
    """The document as it stands, without checking it (``write`` checks)."""
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    b = Builder(NAMESPACES, kind, CREDIT_NOTE if invoice.is_credit_note else INVOICE)
    _header(b, invoice)
    _references(b, invoice)
    _parties(b, invoice)
    _delivery(b, invoice)
    _payment(b, invoice)
    for item in invoice.allowances_charges:
        _allowance(b, b.root, item, invoice.currency)
    _vat(b, invoice)
    _totals(b, invoice)
    for line in invoice.lines:
        _line(b, line, invoice)
    return b.to_bytes()


def _header(b: Builder, invoice: Invoice) -> None:
    root = b.root
    b.put(root, "cbc:CustomizationID", invoice.profile)
    b.put(root, "cbc:ProfileID", invoice.process)
    b.put(root, "cbc:ID", invoice.id)
    b.put(root, "cbc:IssueDate", invoice.issue_date)
    if invoice.is_credit_note:  # the due date of a credit note stands at the payment means
        b.put(root, "cbc:TaxPointDate", invoice.tax_point)
        b.put(root, "cbc:CreditNoteTypeCode", invoice.type_code)
    else:
        b.put(root, "cbc:DueDate", invoice.due_date)
        b.put(root, "cbc:InvoiceTypeCode", invoice.type_code)
    for note in invoice.notes:
        b.put(root, "cbc:Note", f"#{note.subject}#{note.text}" if note.subject else note.text)
    if not invoice.is_credit_note:
        b.put(root, "cbc:TaxPointDate", invoice.tax_point)
    b.put(root, "cbc:DocumentCurrencyCode", invoice.currency)
    b.put(root, "cbc:TaxCurrencyCode", invoice.vat_currency)
    b.put(root, "cbc:AccountingCost", invoice.references.accounting)
    b.put(root, "cbc:BuyerReference", invoice.references.buyer)
    _period(b, root, invoice.period, invoice.tax_point_code)


def _period(b: Builder, parent: etree._Element, period: Period | None, code: str = "") -> None:
    node = b.group(parent, "cac:InvoicePeriod")
    if period is not None:
        b.put(node, "cbc:StartDate", period.start)
        b.put(node, "cbc:EndDate", period.end)
    b.put(node, "cbc:DescriptionCode", code)


def _references(b: Builder, invoice: Invoice) -> None:
    root, references = b.root, invoice.references
    order = b.group(root, "cac:OrderReference")
    # UBL demands an order number even when only the seller's is known; "NA" is the agreed filler.
    b.put(order, "cbc:ID", references.purchase_order or ("NA" if references.sales_order else ""))
    b.put(order, "cbc:SalesOrderID", references.sales_order)
    for preceding in invoice.preceding:
        node = b.group(b.group(root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
        b.put(node, "cbc:ID", preceding.id)
        b.put(node, "cbc:IssueDate", preceding.issue_date)
    b.put(root, "cac:DespatchDocumentReference/cbc:ID", references.despatch_advice)
    b.put(root, "cac:ReceiptDocumentReference/cbc:ID", references.receiving_advice)
    if not invoice.is_credit_note:
        b.put(root, "cac:OriginatorDocumentReference/cbc:ID", references.tender)
    b.put(root, "cac:ContractDocumentReference/cbc:ID", references.contract)
    if references.object_id:
        _typed_reference(b, references.object_id, "130")
    if invoice.is_credit_note and references.project:
        _typed_reference(b, Identifier(references.project), "50")
    for document in invoice.documents:
        node = b.group(root, "cac:AdditionalDocumentReference")
        b.put(node, "cbc:ID", document.id)
        b.put(node, "cbc:DocumentDescription", document.description)
        b.put(node, "cac:Attachment/cac:ExternalReference/cbc:URI", document.location)
    if invoice.is_credit_note:
        b.put(root, "cac:OriginatorDocumentReference/cbc:ID", references.tender)
    else:
        b.put(root, "cac:ProjectReference/cbc:ID", references.project)


def _typed_reference(b: Builder, identifier: Identifier, code: str) -> None:
    node = b.group(b.root, "cac:AdditionalDocumentReference")
    b.put(node, "cbc:ID", identifier.value, schemeID=identifier.scheme)
    b.put(node, "cbc:DocumentTypeCode", code)


def _parties(b: Builder, invoice: Invoice) -> None:
    creditor = invoice.payment.creditor_id if invoice.payment else ""
    _party(b, b.group(b.group(b.root, "cac:AccountingSupplierParty"), "cac:Party"), invoice.seller, creditor)
    _party(b, b.group(b.group(b.root, "cac:AccountingCustomerParty"), "cac:Party"), invoice.buyer)
    if invoice.payee:
        node = b.group(b.root, "cac:PayeeParty")
        for identifier in invoice.payee.ids:
            b.put(node, "cac:PartyIdentification/cbc:ID", identifier.value, schemeID=identifier.scheme)
        b.put(node, "cac:PartyName/cbc:Name", invoice.payee.name)
        _identifier(b, node, "cac:PartyLegalEntity/cbc:CompanyID", invoice.payee.legal_id)
    if invoice.tax_representative:
        node = b.group(b.root, "cac:TaxRepresentativeParty")
        b.put(node, "cac:PartyName/cbc:Name", invoice.tax_representative.name)
        _address(b, b.group(node, "cac:PostalAddress"), invoice.tax_representative.address)
        _tax_scheme(b, node, invoice.tax_representative.vat_id, "VAT")


def _identifier(b: Builder, node: etree._Element, path: str, identifier: Identifier | None) -> None:
    if identifier is not None:
        b.put(node, path, identifier.value, schemeID=identifier.scheme)


def _party(b: Builder, node: etree._Element, party: Party, creditor: str = "") -> None:
    _identifier(b, node, "cbc:EndpointID", party.electronic_address)
    for identifier in party.ids:
        b.put(node, "cac:PartyIdentification/cbc:ID", identifier.value, schemeID=identifier.scheme)
    b.put(node, "cac:PartyIdentification/cbc:ID", creditor, schemeID="SEPA")
    b.put(node, "cac:PartyName/cbc:Name", party.trading_name)
    _address(b, b.group(node, "cac:PostalAddress"), party.address)
    _tax_scheme(b, node, party.vat_id, "VAT")
    _tax_scheme(b, node, party.tax_number, "FC")
    legal = b.group(node, "cac:PartyLegalEntity")
    b.put(legal, "cbc:RegistrationName", party.name)
    _identifier(b, legal, "cbc:CompanyID", party.legal_id)
    b.put(legal, "cbc:CompanyLegalForm", party.legal_form)
    if party.contact:
        contact = b.group(node, "cac:Contact")
        b.put(contact, "cbc:Name", party.contact.name)
        b.put(contact, "cbc:Telephone", party.contact.phone)
        b.put(contact, "cbc:ElectronicMail", party.contact.email)


def _tax_scheme(b: Builder, node: etree._Element, number: str, scheme: str) -> None:
    if number:
        group = b.group(node, "cac:PartyTaxScheme")
        b.put(group, "cbc:CompanyID", number)
        b.put(group, "cac:TaxScheme/cbc:ID", scheme)


def _address(b: Builder, node: etree._Element, address: Address | None) -> None:
    if address is None:
        return
    b.put(node, "cbc:StreetName", address.line1)
    b.put(node, "cbc:AdditionalStreetName", address.line2)
    b.put(node, "cbc:CityName", address.city)
    b.put(node, "cbc:PostalZone", address.postcode)
    b.put(node, "cbc:CountrySubentity", address.subdivision)
    b.put(node, "cac:AddressLine/cbc:Line", address.line3)
    b.put(node, "cac:Country/cbc:IdentificationCode", address.country)


def _delivery(b: Builder, invoice: Invoice) -> None:
    delivery = invoice.delivery
    if delivery is None:
        return
    node = b.group(b.root, "cac:Delivery")
    b.put(node, "cbc:ActualDeliveryDate", delivery.day)
    location = b.group(node, "cac:DeliveryLocation")
    _identifier(b, location, "cbc:ID", delivery.location_id)
    _address(b, b.group(location, "cac:Address"), delivery.address)
    b.put(node, "cac:DeliveryParty/cac:PartyName/cbc:Name", delivery.name)


def _payment(b: Builder, invoice: Invoice) -> None:
    payment = invoice.payment
    if payment is not None:
        for account in payment.accounts or (None,):
            node = b.group(b.root, "cac:PaymentMeans")
            b.put(node, "cbc:PaymentMeansCode", payment.means_code, name=payment.means_text)
            if invoice.is_credit_note:
                b.put(node, "cbc:PaymentDueDate", invoice.due_date)
            b.put(node, "cbc:PaymentID", payment.remittance)
            if payment.card_number:
                card = b.group(node, "cac:CardAccount")
                b.put(card, "cbc:PrimaryAccountNumberID", payment.card_number)
                b.put(card, "cbc:NetworkID", "NA")  # demanded by the schema, no term of EN 16931
                b.put(card, "cbc:HolderName", payment.card_holder)
            if account is not None:
                to = b.group(node, "cac:PayeeFinancialAccount")
                b.put(to, "cbc:ID", account.iban)
                b.put(to, "cbc:Name", account.name)
                b.put(to, "cac:FinancialInstitutionBranch/cbc:ID", account.bic)
            mandate = b.group(node, "cac:PaymentMandate")
            b.put(mandate, "cbc:ID", payment.mandate)
            b.put(mandate, "cac:PayerFinancialAccount/cbc:ID", payment.debited_iban)
    b.put(b.root, "cac:PaymentTerms/cbc:Note", invoice.payment_terms)


def _allowance(b: Builder, parent: etree._Element, item: AllowanceCharge, currency: str) -> None:
    node = b.group(parent, "cac:AllowanceCharge")
    b.put(node, "cbc:ChargeIndicator", item.charge)
    b.put(node, "cbc:AllowanceChargeReasonCode", item.reason_code)
    b.put(node, "cbc:AllowanceChargeReason", item.reason)
    b.put(node, "cbc:MultiplierFactorNumeric", item.percent)
    b.put(node, "cbc:Amount", item.amount, currencyID=currency)
    b.put(node, "cbc:BaseAmount", item.base_amount, currencyID=currency)
    if item.vat_category:
        category = b.group(node, "cac:TaxCategory")
        b.put(category, "cbc:ID", item.vat_category)
        b.put(category, "cbc:Percent", item.vat_rate)
        b.put(category, "cac:TaxScheme/cbc:ID", "VAT")


def _vat(b: Builder, invoice: Invoice) -> None:
    currency = invoice.currency
    total = b.group(b.root, "cac:TaxTotal")
    b.put(total, "cbc:TaxAmount", invoice.totals.vat, currencyID=currency)
    for item in invoice.vat:
        node = b.group(total, "cac:TaxSubtotal")
        b.put(node, "cbc:TaxableAmount", item.base, currencyID=currency)
        b.put(node, "cbc:TaxAmount", item.tax, currencyID=currency)
        category = b.group(node, "cac:TaxCategory")
        b.put(category, "cbc:ID", item.category)
        b.put(category, "cbc:Percent", item.rate)
        b.put(category, "cbc:TaxExemptionReasonCode", item.exemption_code)
        b.put(category, "cbc:TaxExemptionReason", item.exemption_reason)
        b.put(category, "cac:TaxScheme/cbc:ID", "VAT")
    b.put(b.root, "cac:TaxTotal/cbc:TaxAmount", invoice.totals.vat_accounting, currencyID=invoice.vat_currency)


def _totals(b: Builder, invoice: Invoice) -> None:
    totals = invoice.totals
    node = b.group(b.root, "cac:LegalMonetaryTotal")
    rows = (
        ("LineExtensionAmount", totals.lines),
        ("TaxExclusiveAmount", totals.net),
        ("TaxInclusiveAmount", totals.gross),
        ("AllowanceTotalAmount", totals.allowances),
        ("ChargeTotalAmount", totals.charges),
        ("PrepaidAmount", totals.prepaid),
        ("PayableRoundingAmount", totals.rounding),
        ("PayableAmount", totals.payable),
    )
    for name, amount in rows:
        b.put(node, f"cbc:{name}", amount, currencyID=invoice.currency)


def _line(b: Builder, line: Line, invoice: Invoice) -> None:
    credit = invoice.is_credit_note
    node = b.group(b.root, "cac:CreditNoteLine" if credit else "cac:InvoiceLine")
    b.put(node, "cbc:ID", line.id)
    b.put(node, "cbc:Note", line.note)
    b.put(node, "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity", line.quantity, unitCode=line.unit)
    b.put(node, "cbc:LineExtensionAmount", line.net, currencyID=invoice.currency)
    b.put(node, "cbc:AccountingCost", line.accounting_reference)
    _period(b, node, line.period)
    b.put(node, "cac:OrderLineReference/cbc:LineID", line.order_line)
    if line.object_id:
        reference = b.group(node, "cac:DocumentReference")
        b.put(reference, "cbc:ID", line.object_id.value, schemeID=line.object_id.scheme)
        b.put(reference, "cbc:DocumentTypeCode", "130")
    for item in line.allowances_charges:
        _allowance(b, node, item, invoice.currency)
    _item(b, b.group(node, "cac:Item"), line)
    price = b.group(node, "cac:Price")
    b.put(price, "cbc:PriceAmount", line.price, currencyID=invoice.currency)
    b.put(price, "cbc:BaseQuantity", line.base_quantity, unitCode=line.base_unit)
    if line.price_discount is not None:
        discount = b.group(price, "cac:AllowanceCharge")
        b.put(discount, "cbc:ChargeIndicator", value=False)
        b.put(discount, "cbc:Amount", line.price_discount, currencyID=invoice.currency)
        b.put(discount, "cbc:BaseAmount", line.gross_price, currencyID=invoice.currency)


def _item(b: Builder, item: etree._Element, line: Line) -> None:
    b.put(item, "cbc:Description", line.description)
    b.put(item, "cbc:Name", line.name)
    b.put(item, "cac:BuyersItemIdentification/cbc:ID", line.buyer_item_id)
    b.put(item, "cac:SellersItemIdentification/cbc:ID", line.seller_item_id)
    _identifier(b, item, "cac:StandardItemIdentification/cbc:ID", line.standard_item_id)
    b.put(item, "cac:OriginCountry/cbc:IdentificationCode", line.origin_country)
    for code in line.classifications:
        b.put(item, "cac:CommodityClassification/cbc:ItemClassificationCode", code.value, listID=code.scheme)
    category = b.group(item, "cac:ClassifiedTaxCategory")
    b.put(category, "cbc:ID", line.vat_category)
    b.put(category, "cbc:Percent", line.vat_rate)
    b.put(category, "cac:TaxScheme/cbc:ID", "VAT")
    for name, value in line.attributes:
        node = b.group(item, "cac:AdditionalItemProperty")
        b.put(node, "cbc:Name", name)
        b.put(node, "cbc:Value", value)
