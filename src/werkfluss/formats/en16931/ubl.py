"""UBL 2.1 Invoice and CreditNote → ``Invoice`` (syntax binding CEN/TS 16931-3-2)."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from .model import (
    Account,
    Address,
    AllowanceCharge,
    Contact,
    Delivery,
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

INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_SUBJECT = re.compile(r"^#([A-Z]{3})#(.*)$", re.DOTALL)
_SEPA = "SEPA"  # scheme that marks the creditor identifier BT-90 among the party ids


def read(root: etree._Element, filename: str) -> Invoice:
    """Map one UBL document.

    Raises
    ------
    Broken : a number or date in it is not one.

    """
    r = Reader(filename, NAMESPACES)
    currency = r.text(root, "cbc:DocumentCurrencyCode")
    seller = r.first(root, "cac:AccountingSupplierParty/cac:Party")
    return Invoice(
        syntax="ubl",
        id=r.text(root, "cbc:ID"),
        type_code=r.text(root, "cbc:InvoiceTypeCode") or r.text(root, "cbc:CreditNoteTypeCode"),
        issue_date=r.iso_date(root, "cbc:IssueDate"),
        currency=currency,
        seller=_party(r, seller) or Party(),
        buyer=_party(r, r.first(root, "cac:AccountingCustomerParty/cac:Party")) or Party(),
        totals=_totals(r, root, currency),
        lines=tuple(_line(r, node) for node in r.all(root, "cac:InvoiceLine|cac:CreditNoteLine")),
        vat=tuple(_vat(r, node) for node in r.all(root, "cac:TaxTotal/cac:TaxSubtotal")),
        profile=r.text(root, "cbc:CustomizationID"),
        process=r.text(root, "cbc:ProfileID"),
        due_date=r.iso_date(root, "cbc:DueDate") or r.iso_date(root, "cac:PaymentMeans/cbc:PaymentDueDate"),
        vat_currency=r.text(root, "cbc:TaxCurrencyCode"),
        tax_point=r.iso_date(root, "cbc:TaxPointDate"),
        tax_point_code=r.text(root, "cac:InvoicePeriod/cbc:DescriptionCode"),
        payment_terms="\n".join(_texts(r, root, "cac:PaymentTerms/cbc:Note")),
        notes=tuple(_note(text) for text in _texts(r, root, "cbc:Note")),
        references=_references(r, root),
        preceding=tuple(
            PrecedingInvoice(r.text(node, "cbc:ID"), r.iso_date(node, "cbc:IssueDate"))
            for node in r.all(root, "cac:BillingReference/cac:InvoiceDocumentReference")
        ),
        payee=_party(r, r.first(root, "cac:PayeeParty")),
        tax_representative=_party(r, r.first(root, "cac:TaxRepresentativeParty")),
        delivery=_delivery(r, r.first(root, "cac:Delivery")),
        period=_period(r, r.first(root, "cac:InvoicePeriod")),
        payment=_payment(r, root, seller),
        allowances_charges=tuple(_allowance(r, node) for node in r.all(root, "cac:AllowanceCharge")),
        documents=_documents(r, root),
    )


def _texts(r: Reader, node: etree._Element, path: str) -> list[str]:
    return [text for hit in r.all(node, path) if (text := (hit.text or "").strip())]


def _note(text: str) -> Note:
    coded = _SUBJECT.match(text)
    return Note(coded[2].strip(), coded[1]) if coded else Note(text)


def _party(r: Reader, node: etree._Element | None) -> Party | None:
    """Payee and tax representative carry their name in PartyName, seller and buyer in the legal entity."""
    if node is None:
        return None
    short = r.text(node, "cac:PartyName/cbc:Name")
    name = r.text(node, "cac:PartyLegalEntity/cbc:RegistrationName") or short
    tax_number = "cac:PartyTaxScheme[not(cac:TaxScheme/cbc:ID='VAT')]/cbc:CompanyID"
    return Party(
        name=name,
        trading_name="" if short == name else short,
        ids=r.identifiers(node, f"cac:PartyIdentification/cbc:ID[not(@schemeID='{_SEPA}')]"),
        legal_id=r.identifier(node, "cac:PartyLegalEntity/cbc:CompanyID"),
        vat_id=r.text(node, "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID"),
        tax_number=r.text(node, tax_number),
        legal_form=r.text(node, "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        electronic_address=r.identifier(node, "cbc:EndpointID"),
        address=_address(r, r.first(node, "cac:PostalAddress")),
        contact=_contact(r, r.first(node, "cac:Contact")),
    )


def _address(r: Reader, node: etree._Element | None) -> Address | None:
    if node is None:
        return None
    return Address(
        line1=r.text(node, "cbc:StreetName"),
        line2=r.text(node, "cbc:AdditionalStreetName"),
        line3=r.text(node, "cac:AddressLine/cbc:Line"),
        city=r.text(node, "cbc:CityName"),
        postcode=r.text(node, "cbc:PostalZone"),
        subdivision=r.text(node, "cbc:CountrySubentity"),
        country=r.text(node, "cac:Country/cbc:IdentificationCode"),
    )


def _contact(r: Reader, node: etree._Element | None) -> Contact | None:
    if node is None:
        return None
    contact = Contact(r.text(node, "cbc:Name"), r.text(node, "cbc:Telephone"), r.text(node, "cbc:ElectronicMail"))
    return None if contact == Contact() else contact


def _delivery(r: Reader, node: etree._Element | None) -> Delivery | None:
    if node is None:
        return None
    return Delivery(
        name=r.text(node, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location_id=r.identifier(node, "cac:DeliveryLocation/cbc:ID"),
        day=r.iso_date(node, "cbc:ActualDeliveryDate"),
        address=_address(r, r.first(node, "cac:DeliveryLocation/cac:Address")),
    )


def _period(r: Reader, node: etree._Element | None) -> Period | None:
    if node is None:
        return None
    period = Period(r.iso_date(node, "cbc:StartDate"), r.iso_date(node, "cbc:EndDate"))
    return None if period == Period() else period


def _references(r: Reader, root: etree._Element) -> References:
    additional = "cac:AdditionalDocumentReference[cbc:DocumentTypeCode='{}']/cbc:ID"
    order = r.text(root, "cac:OrderReference/cbc:ID")
    return References(
        buyer=r.text(root, "cbc:BuyerReference"),
        project=r.text(root, "cac:ProjectReference/cbc:ID") or r.text(root, additional.format("50")),
        contract=r.text(root, "cac:ContractDocumentReference/cbc:ID"),
        purchase_order="" if order == "NA" else order,
        sales_order=r.text(root, "cac:OrderReference/cbc:SalesOrderID"),
        receiving_advice=r.text(root, "cac:ReceiptDocumentReference/cbc:ID"),
        despatch_advice=r.text(root, "cac:DespatchDocumentReference/cbc:ID"),
        tender=r.text(root, "cac:OriginatorDocumentReference/cbc:ID"),
        object_id=r.identifier(root, additional.format("130")),
        accounting=r.text(root, "cbc:AccountingCost"),
    )


def _documents(r: Reader, root: etree._Element) -> tuple[SupportingDocument, ...]:
    path = "cac:AdditionalDocumentReference[not(cbc:DocumentTypeCode='130' or cbc:DocumentTypeCode='50')]"
    binary = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    return tuple(
        SupportingDocument(
            id=r.text(node, "cbc:ID"),
            description=r.text(node, "cbc:DocumentDescription"),
            location=r.text(node, "cac:Attachment/cac:ExternalReference/cbc:URI"),
            filename=r.attribute(node, binary, "filename"),
            mime=r.attribute(node, binary, "mimeCode"),
        )
        for node in r.all(root, path)
    )


def _payment(r: Reader, root: etree._Element, seller: etree._Element | None) -> Payment | None:
    """All PaymentMeans are one instruction (BG-16) with several accounts (BG-17)."""
    nodes = r.all(root, "cac:PaymentMeans")
    if not nodes:
        return None
    first = nodes[0]
    accounts = [r.first(node, "cac:PayeeFinancialAccount") for node in nodes]
    creditor = f"cac:PartyIdentification/cbc:ID[@schemeID='{_SEPA}']"
    return Payment(
        means_code=r.text(first, "cbc:PaymentMeansCode"),
        means_text=r.attribute(first, "cbc:PaymentMeansCode", "name"),
        remittance=r.text(first, "cbc:PaymentID"),
        accounts=tuple(
            Account(
                iban=r.text(node, "cbc:ID"),
                name=r.text(node, "cbc:Name"),
                bic=r.text(node, "cac:FinancialInstitutionBranch/cbc:ID"),
            )
            for node in accounts
            if node is not None
        ),
        card_number=r.text(first, "cac:CardAccount/cbc:PrimaryAccountNumberID"),
        card_holder=r.text(first, "cac:CardAccount/cbc:HolderName"),
        mandate=r.text(first, "cac:PaymentMandate/cbc:ID"),
        creditor_id=r.text(seller, creditor) or r.text(root, f"cac:PayeeParty/{creditor}"),
        debited_iban=r.text(first, "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
    )


def _allowance(r: Reader, node: etree._Element) -> AllowanceCharge:
    return AllowanceCharge(
        charge=r.text(node, "cbc:ChargeIndicator") in {"true", "1"},
        amount=r.decimal(node, "cbc:Amount"),
        base_amount=r.decimal(node, "cbc:BaseAmount"),
        percent=r.decimal(node, "cbc:MultiplierFactorNumeric"),
        vat_category=r.text(node, "cac:TaxCategory/cbc:ID"),
        vat_rate=r.decimal(node, "cac:TaxCategory/cbc:Percent"),
        reason=r.text(node, "cbc:AllowanceChargeReason"),
        reason_code=r.text(node, "cbc:AllowanceChargeReasonCode"),
    )


def _vat(r: Reader, node: etree._Element) -> VatBreakdown:
    return VatBreakdown(
        base=r.decimal(node, "cbc:TaxableAmount"),
        tax=r.decimal(node, "cbc:TaxAmount"),
        category=r.text(node, "cac:TaxCategory/cbc:ID"),
        rate=r.decimal(node, "cac:TaxCategory/cbc:Percent"),
        exemption_reason=r.text(node, "cac:TaxCategory/cbc:TaxExemptionReason"),
        exemption_code=r.text(node, "cac:TaxCategory/cbc:TaxExemptionReasonCode"),
    )


def _totals(r: Reader, root: etree._Element, currency: str) -> Totals:
    vat, vat_accounting = r.vat_totals(root, "cac:TaxTotal/cbc:TaxAmount", currency)
    total = r.first(root, "cac:LegalMonetaryTotal")
    paid = [amount for hit in r.all(root, "cac:PrepaidPayment/cbc:PaidAmount") if (amount := r.decimal_of(hit))]
    return Totals(
        lines=r.decimal(total, "cbc:LineExtensionAmount"),
        allowances=r.decimal(total, "cbc:AllowanceTotalAmount"),
        charges=r.decimal(total, "cbc:ChargeTotalAmount"),
        net=r.decimal(total, "cbc:TaxExclusiveAmount"),
        vat=vat,
        vat_accounting=vat_accounting,
        gross=r.decimal(total, "cbc:TaxInclusiveAmount"),
        prepaid=r.decimal(total, "cbc:PrepaidAmount"),
        rounding=r.decimal(total, "cbc:PayableRoundingAmount"),
        payable=r.decimal(total, "cbc:PayableAmount"),
        third_party=sum(paid, Decimal(0)) if paid else None,
    )


def _line(r: Reader, node: etree._Element) -> Line:
    quantity = "cbc:InvoicedQuantity|cbc:CreditedQuantity"
    price = r.first(node, "cac:Price")
    item = r.first(node, "cac:Item")
    net_price = r.decimal(price, "cbc:PriceAmount")
    gross, discount = list_price(
        net_price,
        r.decimal(price, "cac:AllowanceCharge/cbc:BaseAmount"),
        r.decimal(price, "cac:AllowanceCharge/cbc:Amount"),
    )
    return Line(
        id=r.text(node, "cbc:ID"),
        net=r.decimal(node, "cbc:LineExtensionAmount"),
        name=r.text(item, "cbc:Name"),
        description=r.text(item, "cbc:Description"),
        quantity=r.decimal(node, quantity),
        unit=r.attribute(node, quantity, "unitCode"),
        price=net_price,
        price_discount=discount,
        gross_price=gross,
        base_quantity=r.decimal(price, "cbc:BaseQuantity"),
        base_unit=r.attribute(price, "cbc:BaseQuantity", "unitCode"),
        vat_category=r.text(item, "cac:ClassifiedTaxCategory/cbc:ID"),
        vat_rate=r.decimal(item, "cac:ClassifiedTaxCategory/cbc:Percent"),
        note=r.text(node, "cbc:Note"),
        object_id=r.identifier(node, "cac:DocumentReference[cbc:DocumentTypeCode='130']/cbc:ID"),
        order_line=r.text(node, "cac:OrderLineReference/cbc:LineID"),
        accounting_reference=r.text(node, "cbc:AccountingCost"),
        period=_period(r, r.first(node, "cac:InvoicePeriod")),
        allowances_charges=tuple(_allowance(r, hit) for hit in r.all(node, "cac:AllowanceCharge")),
        seller_item_id=r.text(item, "cac:SellersItemIdentification/cbc:ID"),
        buyer_item_id=r.text(item, "cac:BuyersItemIdentification/cbc:ID"),
        standard_item_id=r.identifier(item, "cac:StandardItemIdentification/cbc:ID"),
        classifications=r.identifiers(item, "cac:CommodityClassification/cbc:ItemClassificationCode", "listID"),
        origin_country=r.text(item, "cac:OriginCountry/cbc:IdentificationCode"),
        attributes=tuple(
            (r.text(hit, "cbc:Name"), r.text(hit, "cbc:Value")) for hit in r.all(item, "cac:AdditionalItemProperty")
        ),
        sub_lines=len(r.all(node, "cac:SubInvoiceLine")),
    )
