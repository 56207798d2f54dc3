"""The semantic model of EN 16931-1: one invoice, whatever syntax it came in.

Numbers in comments are the business terms (BT) and groups (BG) of the standard. Amounts are in the
invoice currency and exact as written; dates are calendar days. What a file does not say is ``None``
or empty: the model holds what was read, ``findings`` says what is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Syntax = Literal["ubl", "cii"]

CREDIT_NOTE_TYPES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001 codes whose positive amounts reduce what is owed (credit notes)."""

SELF_BILLED = frozenset({"389", "261"})
"""Self-billed invoice and self-billed credit note (Gutschrift, § 14 Abs. 2 UStG)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value with the scheme that gives it meaning (ISO 6523 ICD, EAS, UNTDID 1153 or 7143)."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15."""

    line1: str = ""  # BT-35 / BT-50 / BT-64 / BT-75
    line2: str = ""  # BT-36 / BT-51 / BT-65 / BT-76
    line3: str = ""  # BT-162 / BT-163 / BT-164 / BT-165
    city: str = ""  # BT-37 / BT-52 / BT-66 / BT-77
    postcode: str = ""  # BT-38 / BT-53 / BT-67 / BT-78
    subdivision: str = ""  # BT-39 / BT-54 / BT-68 / BT-79
    country: str = ""  # BT-40 / BT-55 / BT-69 / BT-80, ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6, BG-9."""

    name: str = ""  # BT-41 / BT-56
    phone: str = ""  # BT-42 / BT-57
    email: str = ""  # BT-43 / BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4), buyer (BG-7), payee (BG-10) or tax representative (BG-11)."""

    name: str = ""  # BT-27 / BT-44 / BT-59 / BT-62
    trading_name: str = ""  # BT-28 / BT-45; empty when it repeats the name
    ids: tuple[Identifier, ...] = ()  # BT-29 / BT-46 / BT-60
    legal_id: Identifier | None = None  # BT-30 / BT-47 / BT-61
    vat_id: str = ""  # BT-31 / BT-48 / BT-63
    tax_number: str = ""  # BT-32
    legal_form: str = ""  # BT-33
    electronic_address: Identifier | None = None  # BT-34 / BT-49
    address: Address | None = None  # BG-5 / BG-8 / BG-12
    contact: Contact | None = None  # BG-6 / BG-9


@dataclass(frozen=True, slots=True)
class Period:
    """BG-14, BG-26; both days belong to it."""

    start: date | None = None  # BT-73 / BT-134
    end: date | None = None  # BT-74 / BT-135


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20 and BG-27 (allowance), BG-21 and BG-28 (charge)."""

    charge: bool
    amount: Decimal | None  # BT-92 / BT-99 / BT-136 / BT-141
    base_amount: Decimal | None = None  # BT-93 / BT-100 / BT-137 / BT-142
    percent: Decimal | None = None  # BT-94 / BT-101 / BT-138 / BT-143
    vat_category: str = ""  # BT-95 / BT-102; none on a line
    vat_rate: Decimal | None = None  # BT-96 / BT-103; none on a line
    reason: str = ""  # BT-97 / BT-104 / BT-139 / BT-144
    reason_code: str = ""  # BT-98 / BT-105 / BT-140 / BT-145


@dataclass(frozen=True, slots=True)
class VatBreakdown:
    """BG-23: one VAT category and rate of the invoice."""

    base: Decimal | None  # BT-116
    tax: Decimal | None  # BT-117
    category: str = ""  # BT-118, UNCL 5305
    rate: Decimal | None = None  # BT-119, per cent
    exemption_reason: str = ""  # BT-120
    exemption_code: str = ""  # BT-121


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: one invoice line."""

    id: str  # BT-126
    net: Decimal | None  # BT-131
    name: str = ""  # BT-153
    description: str = ""  # BT-154
    quantity: Decimal | None = None  # BT-129
    unit: str = ""  # BT-130, UN/ECE Rec. 20/21
    price: Decimal | None = None  # BT-146
    price_discount: Decimal | None = None  # BT-147
    gross_price: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149; None means 1
    base_unit: str = ""  # BT-150
    vat_category: str = ""  # BT-151
    vat_rate: Decimal | None = None  # BT-152
    note: str = ""  # BT-127
    object_id: Identifier | None = None  # BT-128
    order_line: str = ""  # BT-132
    accounting_reference: str = ""  # BT-133
    period: Period | None = None  # BG-26
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28
    seller_item_id: str = ""  # BT-155
    buyer_item_id: str = ""  # BT-156
    standard_item_id: Identifier | None = None  # BT-157
    classifications: tuple[Identifier, ...] = ()  # BT-158
    origin_country: str = ""  # BT-159
    attributes: tuple[tuple[str, str], ...] = ()  # BT-160, BT-161
    sub_lines: int = 0  # number of sub lines (XRechnung extension, BG-DEX-01); their sum is this line's net


@dataclass(frozen=True, slots=True)
class Account:
    """BG-17: where a credit transfer goes."""

    iban: str = ""  # BT-84 (or a national account number)
    name: str = ""  # BT-85
    bic: str = ""  # BT-86


@dataclass(frozen=True, slots=True)
class Payment:
    """BG-16: payment instructions."""

    means_code: str = ""  # BT-81, UNTDID 4461
    means_text: str = ""  # BT-82
    remittance: str = ""  # BT-83
    accounts: tuple[Account, ...] = ()  # BG-17
    card_number: str = ""  # BT-87
    card_holder: str = ""  # BT-88
    mandate: str = ""  # BT-89
    creditor_id: str = ""  # BT-90
    debited_iban: str = ""  # BT-91


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13 and BG-15."""

    name: str = ""  # BT-70
    location_id: Identifier | None = None  # BT-71
    day: date | None = None  # BT-72
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class References:
    """The document references of the invoice header."""

    buyer: str = ""  # BT-10, in Germany often the Leitweg-ID
    project: str = ""  # BT-11
    contract: str = ""  # BT-12
    purchase_order: str = ""  # BT-13
    sales_order: str = ""  # BT-14
    receiving_advice: str = ""  # BT-15
    despatch_advice: str = ""  # BT-16
    tender: str = ""  # BT-17
    object_id: Identifier | None = None  # BT-18
    accounting: str = ""  # BT-19


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1."""

    text: str  # BT-22
    subject: str = ""  # BT-21, UNTDID 4451


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """BG-3."""

    id: str  # BT-25
    issue_date: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class SupportingDocument:
    """BG-24, without the attached bytes: those stay in the source file."""

    id: str  # BT-122
    description: str = ""  # BT-123
    location: str = ""  # BT-124
    filename: str = ""  # BT-125-2
    mime: str = ""  # BT-125-1


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22: document totals."""

    lines: Decimal | None = None  # BT-106
    allowances: Decimal | None = None  # BT-107
    charges: Decimal | None = None  # BT-108
    net: Decimal | None = None  # BT-109
    vat: Decimal | None = None  # BT-110
    vat_accounting: Decimal | None = None  # BT-111, in the VAT accounting currency
    gross: Decimal | None = None  # BT-112
    prepaid: Decimal | None = None  # BT-113
    rounding: Decimal | None = None  # BT-114
    payable: Decimal | None = None  # BT-115
    third_party: Decimal | None = None  # sum of BT-DEX-002 (XRechnung extension)


@dataclass(frozen=True, slots=True)
class Skonto:
    """Early-payment discount as XRechnung writes it in BT-20 (BR-DE-18)."""

    days: int
    percent: Decimal
    base: Decimal | None = None


_SKONTO = re.compile(
    r"^#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})#(?:BASISBETRAG=(-?\d+\.\d{2})#)?\s*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note in the terms of EN 16931."""

    syntax: Syntax
    id: str  # BT-1
    type_code: str  # BT-3, UNTDID 1001
    issue_date: date | None  # BT-2
    currency: str  # BT-5
    seller: Party  # BG-4
    buyer: Party  # BG-7
    totals: Totals  # BG-22
    lines: tuple[Line, ...]  # BG-25
    vat: tuple[VatBreakdown, ...]  # BG-23
    profile: str = ""  # BT-24
    process: str = ""  # BT-23
    due_date: date | None = None  # BT-9
    vat_currency: str = ""  # BT-6
    tax_point: date | None = None  # BT-7
    tax_point_code: str = ""  # BT-8, UNTDID 2005
    payment_terms: str = ""  # BT-20
    notes: tuple[Note, ...] = ()  # BG-1
    references: References = References()
    preceding: tuple[PrecedingInvoice, ...] = ()  # BG-3
    payee: Party | None = None  # BG-10
    tax_representative: Party | None = None  # BG-11
    delivery: Delivery | None = None  # BG-13
    period: Period | None = None  # BG-14
    payment: Payment | None = None  # BG-16
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    documents: tuple[SupportingDocument, ...] = ()  # BG-24

    @property
    def is_credit_note(self) -> bool:
        """Positive amounts reduce what the buyer owes."""
        return self.type_code in CREDIT_NOTE_TYPES

    @property
    def is_self_billed(self) -> bool:
        """The buyer wrote it (Gutschrift, § 14 Abs. 2 UStG)."""
        return self.type_code in SELF_BILLED

    @property
    def is_xrechnung(self) -> bool:
        return "xrechnung" in self.profile.lower()

    @property
    def skonto(self) -> tuple[Skonto, ...]:
        """The discounts that BT-20 states in XRechnung's machine-readable form."""
        return tuple(
            Skonto(int(days), Decimal(percent), Decimal(base) if base else None)
            for days, percent, base in _SKONTO.findall(self.payment_terms)
        )

    @property
    def supply_date(self) -> date | None:
        """The day whose VAT rate counts: supply (BT-72), else end of the period (BT-74), else issue (BT-2)."""
        if self.delivery and self.delivery.day:
            return self.delivery.day
        if self.period and (self.period.end or self.period.start):
            return self.period.end or self.period.start
        return self.issue_date
