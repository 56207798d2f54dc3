"""Tables of external work, one module per object."""

from werkfluss.engagement.models.delivery import DeliveredResult, Delivery
from werkfluss.engagement.models.invoice import SelfBilledInvoice
from werkfluss.engagement.models.objections import Objection
from werkfluss.engagement.models.offer import Offer, OrderMessage
from werkfluss.engagement.models.order import Call, Order, OrderTask
from werkfluss.engagement.models.status import Declaration, StatusFile

__all__ = [
    "Call",
    "Declaration",
    "DeliveredResult",
    "Delivery",
    "Objection",
    "Offer",
    "Order",
    "OrderMessage",
    "OrderTask",
    "SelfBilledInvoice",
    "StatusFile",
]
