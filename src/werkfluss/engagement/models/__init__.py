"""Tables of external work, one module per object."""

from werkfluss.engagement.models.acceptance import Acceptance, AcceptancePeriod
from werkfluss.engagement.models.authority import (
    AuthorityLimit,
    AuthorityUse,
    Competitor,
    ConflictDeclaration,
    MandateDecision,
)
from werkfluss.engagement.models.collaboration import HandOver, ServiceClock
from werkfluss.engagement.models.contract import Contract, ContractVersion, Signer, Signing
from werkfluss.engagement.models.delivery import DeliveredResult, Delivery
from werkfluss.engagement.models.fractional import BroughtCalendar, Mandate, MandateDay, PersonCalendar
from werkfluss.engagement.models.invoice import SelfBilledInvoice
from werkfluss.engagement.models.objections import Objection
from werkfluss.engagement.models.offer import Offer, OrderMessage
from werkfluss.engagement.models.order import Call, Order, OrderTask
from werkfluss.engagement.models.partner import CapacityOffer, PartnerMember, SubProcessor
from werkfluss.engagement.models.passport import PassportConsent, PassportPaper, PassportRequest
from werkfluss.engagement.models.payment import BankAccount, Claim, EarlyPayment, PaymentItem, PaymentRun
from werkfluss.engagement.models.received import ReceivedInvoice
from werkfluss.engagement.models.status import Declaration, StatusFile
from werkfluss.engagement.models.staying import Measure, Pulse, PulseCount, PulseTicket
from werkfluss.engagement.models.talent import Outreach, Talent, TalentSource
from werkfluss.engagement.models.venture import Venture, VentureItem, VentureStatement

__all__ = [
    "Acceptance",
    "AcceptancePeriod",
    "AuthorityLimit",
    "AuthorityUse",
    "BankAccount",
    "BroughtCalendar",
    "Call",
    "CapacityOffer",
    "Claim",
    "Competitor",
    "ConflictDeclaration",
    "Contract",
    "ContractVersion",
    "Declaration",
    "DeliveredResult",
    "Delivery",
    "EarlyPayment",
    "HandOver",
    "Mandate",
    "MandateDay",
    "MandateDecision",
    "Measure",
    "Objection",
    "Offer",
    "Order",
    "OrderMessage",
    "OrderTask",
    "Outreach",
    "PartnerMember",
    "PassportConsent",
    "PassportPaper",
    "PassportRequest",
    "PaymentItem",
    "PaymentRun",
    "PersonCalendar",
    "Pulse",
    "PulseCount",
    "PulseTicket",
    "ReceivedInvoice",
    "SelfBilledInvoice",
    "ServiceClock",
    "Signer",
    "Signing",
    "StatusFile",
    "SubProcessor",
    "Talent",
    "TalentSource",
    "Venture",
    "VentureItem",
    "VentureStatement",
]
