"""From a published plan to offers: what it gives to externals is offered, what it takes back is withdrawn."""

from __future__ import annotations

from datetime import date

from werkfluss.engagement.domain import mails, orders
from werkfluss.engagement.models import Offer, Order, OrderTask
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.models import Assignment, Plan, Task
from werkfluss.workforce.models import EXTERNALS, Resource

_AGREED = (Order.State.AGREED, Order.State.DELIVERED)
_UNAGREED = (Order.State.DRAFT, Order.State.OFFERED)


def offer_planned(plan: Plan, *, by: Actor) -> list[Order]:
    """Turn the external part of a plan into orders with offers; each external hears by mail.

    What was agreed with an external beats the plan: it stays, and another window for it goes out as a new offer.
    """
    kept = _keep_agreed(by)
    withdrawn = _withdraw(by)
    fresh = Assignment.objects.filter(state=Assignment.State.OFFERED, resource__kind__in=EXTERNALS)
    known = OrderTask.objects.filter(order__state__in=_UNAGREED, assignment__isnull=False).values("assignment_id")
    made: list[Order] = []
    offered: dict[Resource, list[Offer]] = {}
    rows = fresh.exclude(pk__in=known).select_related("task", "resource__rate", "resource__user")
    for assignment in rows.order_by("first_day", "task__number"):
        order = orders.order_from_assignment(assignment, by=by)
        made.append(order)
        try:
            sent = orders.send_offer(order, by=by)
            offered.setdefault(assignment.resource, []).append(sent)
        except Refused as refusal:
            # The draft waits for a person, who reads why it did not go out.
            record(Event("engagement.offer.held_back", order, {"reason": refusal.reason.de}), by=by)
    for resource, fresh_offers in offered.items():
        _mail(resource, fresh_offers, by)
    data = {"offered": len(made), "kept": kept, "withdrawn": withdrawn}
    record(Event("engagement.plan.offered", plan, data), by=by)
    return made


def _mail(resource: Resource, sent: list[Offer], by: Actor) -> None:
    """One mail for all that a plan offers to one external."""
    lines = [_line(offer) for offer in sent]
    subject = Text(f"Angebote: {len(sent)}", f"Offers: {len(sent)}")
    body = Text(
        "wir bieten Ihnen an:\n" + "\n".join(line.de for line in lines) + "\n\nSie können jedes Angebot annehmen, "
        "ablehnen, nachfragen oder einen Gegenvorschlag machen. Eine Absage hat keine Folgen.",
        "We offer you:\n" + "\n".join(line.en for line in lines) + "\n\nYou may accept or decline each offer, ask, "
        "or make a counter-proposal. Declining has no consequences.",
    )
    mails.tell_of_all(resource, subject=subject, body=body, by=by)


def _line(offer: Offer) -> Text:
    first, last = (date.fromisoformat(offer.terms[name]) for name in ("first_day", "last_day"))
    cap = mails.amount(offer.terms["price_cents"], offer.terms["currency"])
    title = offer.terms["title"]
    return Text(
        f"- {title}: {first:%d.%m.%Y} bis {last:%d.%m.%Y}, höchstens {cap.de} netto",
        f"- {title}: {first:%d %b %Y} to {last:%d %b %Y}, at most {cap.en} net",
    )


def _withdraw(by: Actor) -> int:
    gone = orders.orders().filter(state__in=_UNAGREED, tasks__assignment__state=Assignment.State.WITHDRAWN).distinct()
    found = list(gone.order_by("number"))
    for order in found:
        orders.cancel_order(order, reason="Der Plan hat sich geändert. / The plan has changed.", by=by)
    return len(found)


def _keep_agreed(by: Actor) -> int:
    """Put back what the plan took from an agreed order."""
    agreed = Order.objects.filter(state__in=_AGREED, tasks__assignment__state=Assignment.State.WITHDRAWN).distinct()
    found = list(agreed.select_related("resource__user", "case").order_by("number"))
    for order in found:
        for row in order.tasks.select_related("assignment", "task"):
            old = row.assignment
            if old is None or old.state != Assignment.State.WITHDRAWN:
                continue
            live = [Assignment.State.OFFERED, Assignment.State.ACTIVE]
            new = Assignment.objects.filter(task=row.task, state__in=live).first()
            if new is not None:
                new.edit(state=Assignment.State.WITHDRAWN)
            old.edit(state=Assignment.State.ACTIVE)
            row.task.refresh_from_db()
            row.task.edit(state=Task.State.ASSIGNED)
            if new is not None and new.resource_id == order.resource_id:
                orders.send_offer(order, changes={"first_day": new.first_day, "last_day": new.last_day}, by=by)
    return len(found)
