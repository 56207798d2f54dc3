"""UN/CEFACT Cross Industry Invoice D16B/D22B → ``Invoice`` (syntax binding CEN/TS 16931-3-3).

The same syntax is inside ZUGFeRD 2 / Factur-X PDF files.
"""

from __future__ import annotations

from lxml import etree

from .model import (
    Account,
    Address,
    AllowanceCharge,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    PrecedingInvoice,
    References,
    SupportingDocument,
    Totals,
    VatBreakdown,
)
from .values import Reader, list_price

CROSS_INDUSTRY_INVOICE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
NAMESPACES = {
    "rsm": CROSS_INDUSTRY_INVOICE,
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
TAX_POINT = {"5": "3", "29": "35", "72": "432"}  # UNTDID 2475 → 2005, the code list that EN 16931 names for BT-8
_DATE = "udt:DateTimeString"
_IDS = "ram:ID|ram:GlobalID"


def read(root: etree._Element, filename: str) -> Invoice:
    """Map one CII document.

    Raises
    ------
    Broken : a number or date in it is not one.

    """
    r = Reader(filename, NAMESPACES)
    document = r.first(root, "rsm:ExchangedDocument")
    context = r.first(root, "rsm:ExchangedDocumentContext")
    trade = r.first(root, "rsm:SupplyChainTradeTransaction")
    agreement = r.first(trade, "ram:ApplicableHeaderTradeAgreement")
    delivery = r.first(trade, "ram:ApplicableHeaderTradeDelivery")
    settlement = r.first(trade, "ram:ApplicableHeaderTradeSettlement")
    currency = r.text(settlement, "ram:InvoiceCurrencyCode")
    terms = r.all(settlement, "ram:SpecifiedTradePaymentTerms")
    return Invoice(
        syntax="cii",
        id=r.text(document, "ram:ID"),
        type_code=r.text(document, "ram:TypeCode"),
        issue_date=r.cii_date(document, f"ram:IssueDateTime/{_DATE}"),
        currency=currency,
        seller=_party(r, r.first(agreement, "ram:SellerTradeParty")) or Party(),
        buyer=_party(r, r.first(agreement, "ram:BuyerTradeParty")) or Party(),
        totals=_totals(r, settlement, currency),
        lines=tuple(_line(r, node) for node in r.all(trade, "ram:IncludedSupplyChainTradeLineItem")),
        vat=tuple(_vat(r, node) for node in r.all(settlement, "ram:ApplicableTradeTax")),
        profile=r.text(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        process=r.text(context, "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        due_date=next((day for t in terms if (day := r.cii_date(t, f"ram:DueDateDateTime/{_DATE}"))), None),
        vat_currency=r.text(settlement, "ram:TaxCurrencyCode"),
        tax_point=r.cii_date(settlement, "ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString"),
        tax_point_code=_tax_point_code(r.text(settlement, "ram:ApplicableTradeTax/ram:DueDateTypeCode")),
        payment_terms="\n".join(text for t in terms if (text := r.text(t, "ram:Description"))),
        notes=tuple(
            Note(text, r.text(node, "ram:SubjectCode"))
            for node in r.all(document, "ram:IncludedNote")
            if (text := r.text(node, "ram:Content"))
        ),
        references=_references(r, agreement, delivery, settlement),
        preceding=tuple(
            PrecedingInvoice(
                r.text(node, "ram:IssuerAssignedID"),
                r.cii_date(node, "ram:FormattedIssueDateTime/qdt:DateTimeString"),
            )
            for node in r.all(settlement, "ram:InvoiceReferencedDocument")
        ),
        payee=_party(r, r.first(settlement, "ram:PayeeTradeParty")),
        tax_representative=_party(r, r.first(agreement, "ram:SellerTaxRepresentativeTradeParty")),
        delivery=_delivery(r, delivery),
        period=_period(r, r.first(settlement, "ram:BillingSpecifiedPeriod")),
        payment=_payment(r, settlement, terms),
        allowances_charges=tuple(
            _allowance(r, node) for node in r.all(settlement, "ram:SpecifiedTradeAllowanceCharge")
        ),
        documents=_documents(r, agreement),
    )


def _tax_point_code(code: str) -> str:
    return TAX_POINT.get(code, code)


def _party(r: Reader, node: etree._Element | None) -> Party | None:
    if node is None:
        return None
    name = r.text(node, "ram:Name")
    trading = r.text(node, "ram:SpecifiedLegalOrganization/ram:TradingBusinessName")
    return Party(
        name=name,
        trading_name="" if trading == name else trading,
        ids=r.identifiers(node, _IDS),
        legal_id=r.identifier(node, "ram:SpecifiedLegalOrganization/ram:ID"),
        vat_id=r.text(node, "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']"),
        tax_number=r.text(node, "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']"),
        legal_form=r.text(node, "ram:Description"),
        electronic_address=r.identifier(node, "ram:URIUniversalCommunication/ram:URIID"),
        address=_address(r, r.first(node, "ram:PostalTradeAddress")),
        contact=_contact(r, r.first(node, "ram:DefinedTradeContact")),
    )


def _address(r: Reader, node: etree._Element | None) -> Address | None:
    if node is None:
        return None
    return Address(
        line1=r.text(node, "ram:LineOne"),
        line2=r.text(node, "ram:LineTwo"),
        line3=r.text(node, "ram:LineThree"),
        city=r.text(node, "ram:CityName"),
        postcode=r.text(node, "ram:PostcodeCode"),
        subdivision=r.text(node, "ram:CountrySubDivisionName"),
        country=r.text(node, "ram:CountryID"),
    )


def _contact(r: Reader, node: etree._Element | None) -> Contact | None:
    if node is None:
        return None
    contact = Contact(
        r.text(node, "ram:PersonName") or r.text(node, "ram:DepartmentName"),
        r.text(node, "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        r.text(node, "ram:EmailURIUniversalCommunication/ram:URIID"),
    )
    return None if contact == Contact() else contact


def _delivery(r: Reader, node: etree._Element | None) -> Delivery | None:
    if node is None:
        return None
    ship_to = r.first(node, "ram:ShipToTradeParty")
    delivery = Delivery(
        name=r.text(ship_to, "ram:Name"),
        location_id=r.identifier(ship_to, _IDS),
        day=r.cii_date(node, f"ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{_DATE}"),
        address=_address(r, r.first(ship_to, "ram:PostalTradeAddress")),
    )
    return None if delivery == Delivery() else delivery


def _period(r: Reader, node: etree._Element | None) -> Period | None:
    if node is None:
        return None
    period = Period(r.cii_date(node, f"ram:StartDateTime/{_DATE}"), r.cii_date(node, f"ram:EndDateTime/{_DATE}"))
    return None if period == Period() else period


def _references(
    r: Reader,
    agreement: etree._Element | None,
    delivery: etree._Element | None,
    settlement: etree._Element | None,
) -> References:
    additional = "ram:AdditionalReferencedDocument[ram:TypeCode='{}']"
    invoiced = r.first(agreement, additional.format("130"))
    value = r.text(invoiced, "ram:IssuerAssignedID")
    number = "ram:IssuerAssignedID"
    return References(
        buyer=r.text(agreement, "ram:BuyerReference"),
        project=r.text(agreement, "ram:SpecifiedProcuringProject/ram:ID"),
        contract=r.text(agreement, f"ram:ContractReferencedDocument/{number}"),
        purchase_order=r.text(agreement, f"ram:BuyerOrderReferencedDocument/{number}"),
        sales_order=r.text(agreement, f"ram:SellerOrderReferencedDocument/{number}"),
        receiving_advice=r.text(delivery, f"ram:ReceivingAdviceReferencedDocument/{number}"),
        despatch_advice=r.text(delivery, f"ram:DespatchAdviceReferencedDocument/{number}"),
        tender=r.text(agreement, f"{additional.format('50')}/{number}"),
        object_id=Identifier(value, r.text(invoiced, "ram:ReferenceTypeCode")) if value else None,
        accounting=r.text(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
    )


def _documents(r: Reader, agreement: etree._Element | None) -> tuple[SupportingDocument, ...]:
    path = "ram:AdditionalReferencedDocument[not(ram:TypeCode='130' or ram:TypeCode='50')]"
    return tuple(
        SupportingDocument(
            id=r.text(node, "ram:IssuerAssignedID"),
            description=r.text(node, "ram:Name"),
            location=r.text(node, "ram:URIID"),
            filename=r.attribute(node, "ram:AttachmentBinaryObject", "filename"),
            mime=r.attribute(node, "ram:AttachmentBinaryObject", "mimeCode"),
        )
        for node in r.all(agreement, path)
    )


def _payment(r: Reader, settlement: etree._Element | None, terms: list[etree._Element]) -> Payment | None:
    nodes = r.all(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    if not nodes:
        return None
    first = nodes[0]
    creditor = "ram:PayeePartyCreditorFinancialAccount"
    card = "ram:ApplicableTradeSettlementFinancialCard"
    return Payment(
        means_code=r.text(first, "ram:TypeCode"),
        means_text=r.text(first, "ram:Information"),
        remittance=r.text(settlement, "ram:PaymentReference"),
        accounts=tuple(
            Account(
                iban=r.text(node, f"{creditor}/ram:IBANID") or r.text(node, f"{creditor}/ram:ProprietaryID"),
                name=r.text(node, f"{creditor}/ram:AccountName"),
                bic=r.text(node, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
            )
            for node in nodes
            if r.first(node, creditor) is not None
        ),
        card_number=r.text(first, f"{card}/ram:ID"),
        card_holder=r.text(first, f"{card}/ram:CardholderName"),
        mandate=next((text for t in terms if (text := r.text(t, "ram:DirectDebitMandateID"))), ""),
        creditor_id=r.text(settlement, "ram:CreditorReferenceID"),
        debited_iban=r.text(first, "ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
    )


def _allowance(r: Reader, node: etree._Element) -> AllowanceCharge:
    return AllowanceCharge(
        charge=r.text(node, "ram:ChargeIndicator/udt:Indicator") in {"true", "1"},
        amount=r.decimal(node, "ram:ActualAmount"),
        base_amount=r.decimal(node, "ram:BasisAmount"),
        percent=r.decimal(node, "ram:CalculationPercent"),
        vat_category=r.text(node, "ram:CategoryTradeTax/ram:CategoryCode"),
        vat_rate=r.decimal(node, "ram:CategoryTradeTax/ram:RateApplicablePercent"),
        reason=r.text(node, "ram:Reason"),
        reason_code=r.text(node, "ram:ReasonCode"),
    )


def _vat(r: Reader, node: etree._Element) -> VatBreakdown:
    return VatBreakdown(
        base=r.decimal(node, "ram:BasisAmount"),
        tax=r.decimal(node, "ram:CalculatedAmount"),
        category=r.text(node, "ram:CategoryCode"),
        rate=r.decimal(node, "ram:RateApplicablePercent"),
        exemption_reason=r.text(node, "ram:ExemptionReason"),
        exemption_code=r.text(node, "ram:ExemptionReasonCode"),
    )


def _totals(r: Reader, settlement: etree._Element | None, currency: str) -> Totals:
    total = r.first(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    vat, vat_accounting = r.vat_totals(total, "ram:TaxTotalAmount", currency)
    return Totals(
        lines=r.decimal(total, "ram:LineTotalAmount"),
        allowances=r.decimal(total, "ram:AllowanceTotalAmount"),
        charges=r.decimal(total, "ram:ChargeTotalAmount"),
        net=r.decimal(total, "ram:TaxBasisTotalAmount"),
        vat=vat,
        vat_accounting=vat_accounting,
        gross=r.decimal(total, "ram:GrandTotalAmount"),
        prepaid=r.decimal(total, "ram:TotalPrepaidAmount"),
        rounding=r.decimal(total, "ram:RoundingAmount"),
        payable=r.decimal(total, "ram:DuePayableAmount"),
    )


def _line(r: Reader, node: etree._Element) -> Line:
    product = r.first(node, "ram:SpecifiedTradeProduct")
    agreement = r.first(node, "ram:SpecifiedLineTradeAgreement")
    settlement = r.first(node, "ram:SpecifiedLineTradeSettlement")
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    listed = r.first(agreement, "ram:GrossPriceProductTradePrice")
    net = r.first(agreement, "ram:NetPriceProductTradePrice")
    # The base quantity may stand at the net or, alone, at the gross price.
    base = r.first(net, "ram:BasisQuantity")
    base = r.first(listed, "ram:BasisQuantity") if base is None else base
    price = r.decimal(net, "ram:ChargeAmount")
    gross, discount = list_price(
        price,
        r.decimal(listed, "ram:ChargeAmount"),
        r.decimal(listed, "ram:AppliedTradeAllowanceCharge/ram:ActualAmount"),
    )
    invoiced = r.first(settlement, "ram:AdditionalReferencedDocument[ram:TypeCode='130']")
    object_id = r.text(invoiced, "ram:IssuerAssignedID")
    return Line(
        id=r.text(node, "ram:AssociatedDocumentLineDocument/ram:LineID"),
        net=r.decimal(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        name=r.text(product, "ram:Name"),
        description=r.text(product, "ram:Description"),
        quantity=r.decimal(node, quantity),
        unit=r.attribute(node, quantity, "unitCode"),
        price=price,
        price_discount=discount,
        gross_price=gross,
        base_quantity=None if base is None else r.decimal_of(base),
        base_unit="" if base is None else base.get("unitCode", ""),
        vat_category=r.text(settlement, "ram:ApplicableTradeTax/ram:CategoryCode"),
        vat_rate=r.decimal(settlement, "ram:ApplicableTradeTax/ram:RateApplicablePercent"),
        note=r.text(node, "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
        object_id=Identifier(object_id, r.text(invoiced, "ram:ReferenceTypeCode")) if object_id else None,
        order_line=r.text(agreement, "ram:BuyerOrderReferencedDocument/ram:LineID"),
        accounting_reference=r.text(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
        period=_period(r, r.first(settlement, "ram:BillingSpecifiedPeriod")),
        allowances_charges=tuple(_allowance(r, hit) for hit in r.all(settlement, "ram:SpecifiedTradeAllowanceCharge")),
        seller_item_id=r.text(product, "ram:SellerAssignedID"),
        buyer_item_id=r.text(product, "ram:BuyerAssignedID"),
        standard_item_id=r.identifier(product, "ram:GlobalID"),
        classifications=r.identifiers(product, "ram:DesignatedProductClassification/ram:ClassCode", "listID"),
        origin_country=r.text(product, "ram:OriginTradeCountry/ram:ID"),
        attributes=tuple(
            (r.text(hit, "ram:Description"), r.text(hit, "ram:Value"))
            for hit in r.all(product, "ram:ApplicableProductCharacteristic")
        ),
    )
