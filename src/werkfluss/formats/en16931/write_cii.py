"""``Invoice`` → Cross Industry Invoice (also for ZUGFeRD). Every term is written except attached bytes."""

from __future__ import annotations

from datetime import date

from lxml import etree

from .build import Builder
from .cii import NAMESPACES, TAX_POINT
from .model import Address, AllowanceCharge, Identifier, Invoice, Line, Party, Period

_TAX_POINT_OUT = {standard: own for own, standard in TAX_POINT.items()}


def to_cii(invoice: Invoice) -> bytes:
    """The document as it stands, without checking it (``write`` checks)."""
    b = Builder(NAMESPACES, "rsm:CrossIndustryInvoice")
    context = b.group(b.root, "rsm:ExchangedDocumentContext")
    b.put(context, "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", invoice.process)
    b.put(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", invoice.profile)
    document = b.group(b.root, "rsm:ExchangedDocument")
    b.put(document, "ram:ID", invoice.id)
    b.put(document, "ram:TypeCode", invoice.type_code)
    _day(b, document, "ram:IssueDateTime/udt:DateTimeString", invoice.issue_date)
    for note in invoice.notes:
        node = b.group(document, "ram:IncludedNote")
        b.put(node, "ram:Content", note.text)
        b.put(node, "ram:SubjectCode", note.subject)
    trade = b.group(b.root, "rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        _line(b, b.group(trade, "ram:IncludedSupplyChainTradeLineItem"), line)
    _agreement(b, b.group(trade, "ram:ApplicableHeaderTradeAgreement"), invoice)
    _delivery(b, b.group(trade, "ram:ApplicableHeaderTradeDelivery"), invoice)
    _settlement(b, b.group(trade, "ram:ApplicableHeaderTradeSettlement"), invoice)
    return b.to_bytes(keep=("ram:ApplicableHeaderTradeDelivery",))


def _day(b: Builder, node: etree._Element, path: str, day: date | None) -> None:
    if day is not None:
        b.put(node, path, f"{day:%Y%m%d}", format="102")


def _period(b: Builder, node: etree._Element, period: Period | None) -> None:
    if period is not None:
        group = b.group(node, "ram:BillingSpecifiedPeriod")
        _day(b, group, "ram:StartDateTime/udt:DateTimeString", period.start)
        _day(b, group, "ram:EndDateTime/udt:DateTimeString", period.end)


def _agreement(b: Builder, node: etree._Element, invoice: Invoice) -> None:
    references = invoice.references
    b.put(node, "ram:BuyerReference", references.buyer)
    _party(b, b.group(node, "ram:SellerTradeParty"), invoice.seller)
    _party(b, b.group(node, "ram:BuyerTradeParty"), invoice.buyer)
    if invoice.tax_representative:
        _party(b, b.group(node, "ram:SellerTaxRepresentativeTradeParty"), invoice.tax_representative)
    b.put(node, "ram:SellerOrderReferencedDocument/ram:IssuerAssignedID", references.sales_order)
    b.put(node, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", references.purchase_order)
    b.put(node, "ram:ContractReferencedDocument/ram:IssuerAssignedID", references.contract)
    for document in invoice.documents:
        group = b.group(node, "ram:AdditionalReferencedDocument")
        b.put(group, "ram:IssuerAssignedID", document.id)
        b.put(group, "ram:URIID", document.location)
        b.put(group, "ram:TypeCode", "916")
        b.put(group, "ram:Name", document.description)
    if references.tender:
        _reference(b, node, Identifier(references.tender), "50")
    if references.object_id:
        _reference(b, node, references.object_id, "130")
    if references.project:
        project = b.group(node, "ram:SpecifiedProcuringProject")
        b.put(project, "ram:ID", references.project)
        b.put(project, "ram:Name", "Project reference")  # demanded by the schema, no term of EN 16931


def _reference(b: Builder, node: etree._Element, identifier: Identifier, code: str) -> None:
    group = b.group(node, "ram:AdditionalReferencedDocument")
    b.put(group, "ram:IssuerAssignedID", identifier.value)
    b.put(group, "ram:TypeCode", code)
    b.put(group, "ram:ReferenceTypeCode", identifier.scheme)


def _ids(b: Builder, node: etree._Element, ids: tuple[Identifier, ...]) -> None:
    for identifier in ids:
        if not identifier.scheme:
            b.put(node, "ram:ID", identifier.value)
    for identifier in ids:
        if identifier.scheme:
            b.put(node, "ram:GlobalID", identifier.value, schemeID=identifier.scheme)


def _party(b: Builder, node: etree._Element, party: Party) -> None:
    _ids(b, node, party.ids)
    b.put(node, "ram:Name", party.name)
    b.put(node, "ram:Description", party.legal_form)
    legal = b.group(node, "ram:SpecifiedLegalOrganization")
    if party.legal_id:
        b.put(legal, "ram:ID", party.legal_id.value, schemeID=party.legal_id.scheme)
    b.put(legal, "ram:TradingBusinessName", party.trading_name)
    if party.contact:
        contact = b.group(node, "ram:DefinedTradeContact")
        b.put(contact, "ram:PersonName", party.contact.name)
        b.put(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber", party.contact.phone)
        b.put(contact, "ram:EmailURIUniversalCommunication/ram:URIID", party.contact.email)
    _address(b, node, party.address)
    address = party.electronic_address
    if address:
        b.put(node, "ram:URIUniversalCommunication/ram:URIID", address.value, schemeID=address.scheme)
    b.put(node, "ram:SpecifiedTaxRegistration/ram:ID", party.tax_number, schemeID="FC")
    b.put(node, "ram:SpecifiedTaxRegistration/ram:ID", party.vat_id, schemeID="VA")


def _address(b: Builder, parent: etree._Element, address: Address | None) -> None:
    if address is None:
        return
    node = b.group(parent, "ram:PostalTradeAddress")
    b.put(node, "ram:PostcodeCode", address.postcode)
    b.put(node, "ram:LineOne", address.line1)
    b.put(node, "ram:LineTwo", address.line2)
    b.put(node, "ram:LineThree", address.line3)
    b.put(node, "ram:CityName", address.city)
    b.put(node, "ram:CountryID", address.country)
    b.put(node, "ram:CountrySubDivisionName", address.subdivision)


def _delivery(b: Builder, node: etree._Element, invoice: Invoice) -> None:
    delivery, references = invoice.delivery, invoice.references
    if delivery is not None:
        ship_to = b.group(node, "ram:ShipToTradeParty")
        _ids(b, ship_to, (delivery.location_id,) if delivery.location_id else ())
        b.put(ship_to, "ram:Name", delivery.name)
        _address(b, ship_to, delivery.address)
        occurrence = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
        _day(b, node, occurrence, delivery.day)
    b.put(node, "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID", references.despatch_advice)
    b.put(node, "ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID", references.receiving_advice)


def _settlement(b: Builder, node: etree._Element, invoice: Invoice) -> None:
    payment = invoice.payment
    if payment:
        b.put(node, "ram:CreditorReferenceID", payment.creditor_id)
        b.put(node, "ram:PaymentReference", payment.remittance)
    b.put(node, "ram:TaxCurrencyCode", invoice.vat_currency)
    b.put(node, "ram:InvoiceCurrencyCode", invoice.currency)
    if invoice.payee:
        _party(b, b.group(node, "ram:PayeeTradeParty"), invoice.payee)
    _means(b, node, invoice)
    for position, item in enumerate(invoice.vat):
        group = b.group(node, "ram:ApplicableTradeTax")
        b.put(group, "ram:CalculatedAmount", item.tax)
        b.put(group, "ram:TypeCode", "VAT")
        b.put(group, "ram:ExemptionReason", item.exemption_reason)
        b.put(group, "ram:BasisAmount", item.base)
        b.put(group, "ram:CategoryCode", item.category)
        b.put(group, "ram:ExemptionReasonCode", item.exemption_code)
        if position == 0:
            _day(b, group, "ram:TaxPointDate/udt:DateString", invoice.tax_point)
            b.put(group, "ram:DueDateTypeCode", _TAX_POINT_OUT.get(invoice.tax_point_code, invoice.tax_point_code))
        b.put(group, "ram:RateApplicablePercent", item.rate)
    _period(b, node, invoice.period)
    for entry in invoice.allowances_charges:
        _allowance(b, node, entry)
    terms = b.group(node, "ram:SpecifiedTradePaymentTerms")
    b.put(terms, "ram:Description", invoice.payment_terms)
    _day(b, terms, "ram:DueDateDateTime/udt:DateTimeString", invoice.due_date)
    b.put(terms, "ram:DirectDebitMandateID", payment.mandate if payment else "")
    _totals(b, b.group(node, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), invoice)
    for preceding in invoice.preceding:
        group = b.group(node, "ram:InvoiceReferencedDocument")
        b.put(group, "ram:IssuerAssignedID", preceding.id)
        _day(b, group, "ram:FormattedIssueDateTime/qdt:DateTimeString", preceding.issue_date)
    b.put(node, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", invoice.references.accounting)


def _means(b: Builder, node: etree._Element, invoice: Invoice) -> None:
    payment = invoice.payment
    if payment is None:
        return
    for account in payment.accounts or (None,):
        group = b.group(node, "ram:SpecifiedTradeSettlementPaymentMeans")
        b.put(group, "ram:TypeCode", payment.means_code)
        b.put(group, "ram:Information", payment.means_text)
        card = b.group(group, "ram:ApplicableTradeSettlementFinancialCard")
        b.put(card, "ram:ID", payment.card_number)
        b.put(card, "ram:CardholderName", payment.card_holder)
        b.put(group, "ram:PayerPartyDebtorFinancialAccount/ram:IBANID", payment.debited_iban)
        if account is not None:
            to = b.group(group, "ram:PayeePartyCreditorFinancialAccount")
            b.put(to, "ram:IBANID", account.iban)
            b.put(to, "ram:AccountName", account.name)
            b.put(group, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", account.bic)


def _totals(b: Builder, node: etree._Element, invoice: Invoice) -> None:
    totals = invoice.totals
    b.put(node, "ram:LineTotalAmount", totals.lines)
    b.put(node, "ram:ChargeTotalAmount", totals.charges)
    b.put(node, "ram:AllowanceTotalAmount", totals.allowances)
    b.put(node, "ram:TaxBasisTotalAmount", totals.net)
    b.put(node, "ram:TaxTotalAmount", totals.vat, currencyID=invoice.currency)
    b.put(node, "ram:TaxTotalAmount", totals.vat_accounting, currencyID=invoice.vat_currency)
    b.put(node, "ram:RoundingAmount", totals.rounding)
    b.put(node, "ram:GrandTotalAmount", totals.gross)
    b.put(node, "ram:TotalPrepaidAmount", totals.prepaid)
    b.put(node, "ram:DuePayableAmount", totals.payable)


def _allowance(b: Builder, parent: etree._Element, item: AllowanceCharge) -> None:
    node = b.group(parent, "ram:SpecifiedTradeAllowanceCharge")
    b.put(node, "ram:ChargeIndicator/udt:Indicator", item.charge)
    b.put(node, "ram:CalculationPercent", item.percent)
    b.put(node, "ram:BasisAmount", item.base_amount)
    b.put(node, "ram:ActualAmount", item.amount)
    b.put(node, "ram:ReasonCode", item.reason_code)
    b.put(node, "ram:Reason", item.reason)
    if item.vat_category:
        category = b.group(node, "ram:CategoryTradeTax")
        b.put(category, "ram:TypeCode", "VAT")
        b.put(category, "ram:CategoryCode", item.vat_category)
        b.put(category, "ram:RateApplicablePercent", item.vat_rate)


def _line(b: Builder, node: etree._Element, line: Line) -> None:
    document = b.group(node, "ram:AssociatedDocumentLineDocument")
    b.put(document, "ram:LineID", line.id)
    b.put(document, "ram:IncludedNote/ram:Content", line.note)
    _product(b, b.group(node, "ram:SpecifiedTradeProduct"), line)
    agreement = b.group(node, "ram:SpecifiedLineTradeAgreement")
    b.put(agreement, "ram:BuyerOrderReferencedDocument/ram:LineID", line.order_line)
    if line.gross_price is not None:
        gross = b.group(agreement, "ram:GrossPriceProductTradePrice")
        b.put(gross, "ram:ChargeAmount", line.gross_price)
        b.put(gross, "ram:BasisQuantity", line.base_quantity, unitCode=line.base_unit)
        if line.price_discount is not None:
            discount = b.group(gross, "ram:AppliedTradeAllowanceCharge")
            b.put(discount, "ram:ChargeIndicator/udt:Indicator", value=False)
            b.put(discount, "ram:ActualAmount", line.price_discount)
    net = b.group(agreement, "ram:NetPriceProductTradePrice")
    b.put(net, "ram:ChargeAmount", line.price)
    b.put(net, "ram:BasisQuantity", line.base_quantity, unitCode=line.base_unit)
    delivery = b.group(node, "ram:SpecifiedLineTradeDelivery")
    b.put(delivery, "ram:BilledQuantity", line.quantity, unitCode=line.unit)
    settlement = b.group(node, "ram:SpecifiedLineTradeSettlement")
    tax = b.group(settlement, "ram:ApplicableTradeTax")
    b.put(tax, "ram:TypeCode", "VAT")
    b.put(tax, "ram:CategoryCode", line.vat_category)
    b.put(tax, "ram:RateApplicablePercent", line.vat_rate)
    _period(b, settlement, line.period)
    for item in line.allowances_charges:
        _allowance(b, settlement, item)
    summation = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    b.put(settlement, summation, line.net)
    if line.object_id:
        _reference(b, settlement, line.object_id, "130")
    b.put(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID", line.accounting_reference)


def _product(b: Builder, node: etree._Element, line: Line) -> None:
    if line.standard_item_id:
        b.put(node, "ram:GlobalID", line.standard_item_id.value, schemeID=line.standard_item_id.scheme)
    b.put(node, "ram:SellerAssignedID", line.seller_item_id)
    b.put(node, "ram:BuyerAssignedID", line.buyer_item_id)
    b.put(node, "ram:Name", line.name)
    b.put(node, "ram:Description", line.description)
    for name, value in line.attributes:
        group = b.group(node, "ram:ApplicableProductCharacteristic")
        b.put(group, "ram:Description", name)
        b.put(group, "ram:Value", value)
    for code in line.classifications:
        b.put(node, "ram:DesignatedProductClassification/ram:ClassCode", code.value, listID=code.scheme)
    b.put(node, "ram:OriginTradeCountry/ram:ID", line.origin_country)
