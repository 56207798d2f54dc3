"""The same order put to several externals: the first to accept has it, or the firm chooses among the answers.

Each external has an order and an offer of the own and learns nothing of the others. Whoever locks a call does so before
any of its orders; so two who accept at the same moment come one after the other, and the second reads that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from werkfluss.engagement.domain import mails, orders
from werkfluss.engagement.domain.terms import columns_of, terms_of
from werkfluss.engagement.models import Call, Offer, Order
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain import cases
from werkfluss.workforce.models import Resource

_OPEN = (Order.State.DRAFT, Order.State.OFFERED)


def ask_several(
    order: Order, others: Sequence[Resource], *, mode: str, answer_by: datetime | None = None, by: Actor
) -> tuple[Call, dict[str, Refused]]:
    """Put a draft to its external and to ``others`` at once; ``mode`` is ``first`` or ``choose``.

    Each gets a copy with the same terms, number and case of its own. To whom the law does not permit the offer, it does
    not go out: the draft stays, and what stands in the way is returned by name.

    Raises:
        Refused: it is no draft from a brief, nobody else is named, or it may go to nobody.
    """
    named = [one for one in dict.fromkeys(others) if one.pk != order.resource_id]
    if order.state != Order.State.DRAFT or order.tasks.exists() or order.call_id is not None or not named:
        raise Refused(
            Text(
                "An mehrere geht nur ein Entwurf aus einer Beschreibung, und nur an weitere Externe.",
                "Only a draft from a brief goes to several, and only to further externals.",
            ),
            citation="Auftrag",
            what_to_do=Text(
                "Bitte wählen Sie weitere Externe, oder legen Sie einen neuen Entwurf an.",
                "Please choose further externals, or write a new draft.",
            ),
        )
    call = Call.objects.create(title=order.title, mode=mode)
    order.edit(call=call)
    copies = [_copy(order, person, call, by) for person in named]
    data = {"mode": mode, "orders": [one.pk for one in (order, *copies)]}
    record(Event("engagement.call.opened", call, data), by=by)
    held: dict[str, Refused] = {}
    for one in (order, *copies):
        try:
            with transaction.atomic():
                orders.send_offer(one, answer_by=answer_by, by=by)
        except Refused as refusal:
            held[one.resource.name] = refusal
            record(Event("engagement.offer.held_back", one, {"reason": refusal.reason.de}), by=by)
    if len(held) == len(copies) + 1:
        raise held[order.resource.name]
    return call, held


def _copy(order: Order, person: Resource, call: Call, by: Actor) -> Order:
    stated = orders.stated_for_the_law(order)
    terms = columns_of(terms_of(order))
    return orders.draft_order(person, **terms, **stated, call=call, by=by)


def lock_call(order_id: UUID) -> Call | None:
    """The call that an order belongs to, locked until commit; lock it before the order itself."""
    return Call.objects.select_for_update().filter(orders=order_id).first()


def chooses(order: Order) -> bool:
    """Whether the firm still chooses among the answers: then the first offer asks, and a later one can be accepted."""
    call = order.call
    if call is None or call.mode != "choose" or call.closed_at is not None:
        return False
    latest = orders.latest_offer(order)
    return latest is None or latest.revision == 1


def require_open(call: Call | None) -> None:
    """Raises Refused if somebody else has it already."""
    if call is not None and call.closed_at is not None:
        raise Refused(
            Text(
                "Dieser Auftrag ist inzwischen anderweitig vergeben. Für Sie hat das keine Folgen.",
                "This order has been given to somebody else in the meantime. That has no consequences for you.",
            ),
            citation="Angebot",
            what_to_do=Text("Sie brauchen nichts zu tun.", "You need not do anything."),
        )


def close_call(call: Call, *, winner: Order, by: Actor) -> None:
    """One has accepted: the others are told politely, their offers end, and nothing is kept against anybody."""
    call.edit(closed_at=clock.now())
    record(Event("engagement.call.closed", call, {"order": winner.pk}), by=by)
    rest = Order.objects.filter(call=call, state__in=_OPEN).exclude(pk=winner.pk).order_by("number")
    for order in rest.select_related("resource__user", "case"):
        _let_go(order, by)


def _let_go(order: Order, by: Actor) -> None:
    told = order.offers.exists()
    order.offers.filter(state="sent").update(state="withdrawn")
    order.edit(state=Order.State.CANCELLED)
    reason = "anderweitig vergeben / given to somebody else"
    record(Event("engagement.order.cancelled", order, {"reason": reason}), by=by)
    if told:
        mails.tell_external(
            order,
            subject=Text(f"Vergeben: {order.title}", f"Given: {order.title}"),
            body=Text(
                f"der Auftrag „{order.title}“ ist vergeben. Vielen Dank, dass Sie sich damit befasst haben. "
                "Für Sie hat das keine Folgen; über das nächste Angebot entscheiden Sie wieder frei.",
                f"The order “{order.title}” has been given. Thank you for looking at it. "
                "This has no consequences for you; you are free to answer the next offer as you like.",
            ),
            by=by,
        )
    if order.case is not None and order.case.state == "running":
        cases.cancel_case(order.case, reason=reason, by=by)


def answers_of(call: Call) -> list[tuple[Order, Offer | None]]:
    """Each order of a call with its latest offer, by name: for the firm that chooses, and for nobody else."""
    rows = call.orders.select_related("resource", "call").order_by("resource__sort_key", "number")
    return [(order, orders.latest_offer(order)) for order in rows]
