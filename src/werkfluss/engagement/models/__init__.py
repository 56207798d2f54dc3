"""Tables of external work, one module per object."""

from werkfluss.engagement.models.delivery import DeliveredResult, Delivery
from werkfluss.engagement.models.invoice import SelfBilledInvoice
from werkfluss.engagement.models.objections import Objection
from werkfluss.engagement.models.offer import Offer, OrderMessage
from werkfluss.engagement.models.order import Order, OrderTask

__all__ = [
    "DeliveredResult",
    "Delivery",
    "Objection",
    "Offer",
    "Order",
    "OrderMessage",
    "OrderTask",
    "SelfBilledInvoice",
]
