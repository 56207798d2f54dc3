"""The order book of a partner team: every order with its milestones, who has the next step, and what is due when.

Both sides read the same rows; which orders they are is up to the caller (``rules.own_orders`` for the partner).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import QuerySet

from werkfluss.engagement.domain.terms import order_price
from werkfluss.engagement.models import Order, OrderMessage
from werkfluss.engagement.price import Milestones, said
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.workforce.models import Kind

Side = Literal["firm", "partner", ""]
SIDES = {"firm": Text("Auftraggeber", "client"), "partner": Text("Partner", "partner")}
WHOLE = Text("Ganze Leistung", "Whole result")


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """``state`` is open, delivered or accepted; an amount is net, in cents of the order's currency."""

    title: Text
    cents: int
    due: date
    state: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """``side`` has the next step, ``due`` is the day by which; both are empty once nothing is left to do."""

    order: Order
    milestones: tuple[MilestoneRow, ...]
    side: Side
    step: Text | None
    due: date | None

    @property
    def state(self) -> str:
        return str(self.order.state)

    @property
    def accepted(self) -> int:
        return sum(one.state == "accepted" for one in self.milestones)

    def is_late(self, on: date) -> bool:
        return self.due is not None and self.due < on


def team_orders() -> QuerySet[Order]:
    """Every order to a partner team."""
    return Order.objects.filter(resource__kind=Kind.PARTNER).select_related("org", "resource").order_by("-number")


def book_of(orders: QuerySet[Order]) -> list[BookRow]:
    """The rows of these orders, in their order; a constant number of queries."""
    rows = orders.select_related("org", "resource")
    return [row_of(order) for order in rows.prefetch_related("offers", "deliveries", "acceptances", "messages")]


def row_of(order: Order) -> BookRow:
    """One order; reads what ``book_of`` has read already."""
    milestones = milestones_of(order)
    side, step, due = _next(order, milestones)
    return BookRow(order, milestones, side, step, due)


def milestones_of(order: Order) -> tuple[MilestoneRow, ...]:
    """The parts that are delivered and accepted one by one; an order without milestones is one part."""
    price, taken = order_price(order), _accepted(order)
    waiting = next((one for one in order.deliveries.all() if one.state == "delivered"), None)
    if not isinstance(price, Milestones):
        done = order.state in {Order.State.ACCEPTED, Order.State.BILLED}
        state = "accepted" if done else "delivered" if waiting else "open"
        return (MilestoneRow(WHOLE, order.price_cents, order.last_day, state),)
    found = []
    for number, part in enumerate(price.parts, start=1):
        key = f"m{number}"
        here = waiting is not None and (not waiting.parts or key in waiting.parts)
        state = "accepted" if taken[key] >= part.cents else "delivered" if here else "open"
        found.append(MilestoneRow(Text(part.title, part.title), part.cents, part.due or order.last_day, state))
    return tuple(found)


def _accepted(order: Order) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for one in order.acceptances.all():
        for part in one.parts if one.kind != "refused" else ():
            found[part["key"]] += int(part["cents"])
    return found


def _next(order: Order, milestones: Iterable[MilestoneRow]) -> tuple[Side, Text | None, date | None]:
    """Who has to do what by when: an open question goes first, because work may hang on it."""
    match order.state:
        case Order.State.DRAFT:
            countered = any(one.state == "countered" for one in order.offers.all())
            step = Text("Über den Gegenvorschlag entscheiden", "Decide on the counter-proposal")
            return "firm", step if countered else Text("Angebot senden", "Send the offer"), None
        case Order.State.OFFERED:
            offer = next((one for one in order.offers.all() if one.state == "sent"), None)
            by = offer.answer_by.astimezone(clock.FIRM_ZONE).date() if offer else None
            return "partner", Text("Auf das Angebot antworten", "Answer the offer"), by
        case Order.State.AGREED | Order.State.DELIVERED:
            asked = open_question(order)
            if asked is not None:
                answers: Side = "firm" if asked.from_external else "partner"
                return answers, Text("Frage beantworten", "Answer the question"), None
            if order.state == Order.State.DELIVERED:
                return "firm", Text("Lieferung abnehmen", "Accept the delivery"), None
            left = sorted((one for one in milestones if one.state == "open"), key=lambda one: one.due)
            if left:
                return "partner", said("Liefern: {t}", "Deliver: {t}", t=left[0].title), left[0].due
    return "", None, None


def open_question(order: Order) -> OrderMessage | None:
    """The question that nobody has answered: what the other side writes after it is its answer."""
    waiting: OrderMessage | None = None
    for message in order.messages.all():
        if waiting is None:
            waiting = message
        elif waiting.from_external != message.from_external:
            waiting = None
    return waiting
