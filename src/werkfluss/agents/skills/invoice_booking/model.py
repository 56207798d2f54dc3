"""What the skill is given and what it gives back. Plain data; the caller stores it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from werkfluss.kernel.text import Text

Light = Literal["sicher", "unsicher", "unvollständig"]
Weight = Literal["info", "unsicher", "unvollständig"]


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm whose books these are; an empty ``vat_id`` and ``name`` switch the buyer check off."""

    name: str = ""
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class Supplier:
    """One known creditor. ``kind`` is a cost type of the table; ``ibans`` empty means the account is not checked."""

    name: str
    creditor: str
    vat_id: str = ""
    tax_number: str = ""
    ibans: tuple[str, ...] = ()
    kind: str = ""
    small_business: bool = False  # § 19 UStG


@dataclass(frozen=True, slots=True)
class PastBooking:
    """An approved booking of the firm: what its people decided for this supplier."""

    creditor: str
    account: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the light is what it is; ``where`` is the business term (BT/BG) in the source document."""

    weight: Weight
    text: Text
    where: str
    rule: str = ""

    def as_json(self, language: str = "de") -> dict[str, str]:
        return {
            "weight": self.weight,
            "text": self.text.in_language(language),
            "where": self.where,
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class SourceField:
    """One field of the screen with its place in the document, shown side by side."""

    label: Text
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the booking in EUR. ``amount`` is positive, with the VAT the tax key splits off; ``net`` without."""

    amount: Decimal
    debit: bool
    account: str
    account_name: Text
    tax_key: str
    net: Decimal
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class BookingProposal:
    """Everything a person needs to approve one invoice."""

    filename: str
    sha256: str
    invoice_id: str
    seller: str
    light: Light
    reasons: tuple[Reason, ...]
    postings: tuple[Posting, ...]
    contra_account: str
    text: str
    document: str
    day: date | None
    supply_date: date | None
    due_date: date | None
    currency: str
    gross: Decimal | None
    eu_vat_id: str = ""
    fields: tuple[SourceField, ...] = ()
    units: int = 0


@dataclass(slots=True)
class Budget:
    """How much work one run may do, in units (one check of one invoice is one unit); ``None`` is unlimited."""

    limit: int | None = None
    spent: int = 0
    steps: list[str] = field(default_factory=list)

    def covers(self, units: int) -> bool:
        return self.limit is None or self.spent + units <= self.limit

    def spend(self, units: int, step: str) -> None:
        self.spent += units
        self.steps.append(step)
