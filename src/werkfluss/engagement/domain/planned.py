"""From a published plan to offers: what it gives to externals is offered, what it takes back is withdrawn."""

from __future__ import annotations

from werkfluss.engagement.domain import orders
from werkfluss.engagement.models import Order
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.models import Assignment, Plan, Task
from werkfluss.workforce.models import EXTERNALS

_AGREED = (Order.State.AGREED, Order.State.DELIVERED)
_UNAGREED = (Order.State.DRAFT, Order.State.OFFERED)


def offer_planned(plan: Plan, *, by: Actor) -> list[Order]:
    """Turn the external part of a plan into orders with offers; each external hears by mail.

    What was agreed with an external beats the plan: it stays, and another window for it goes out as a new offer.
    """
    kept = _keep_agreed(by)
    withdrawn = _withdraw(by)
    fresh = Assignment.objects.filter(state=Assignment.State.OFFERED, resource__kind__in=EXTERNALS)
    known = orders.orders().filter(state__in=_UNAGREED).values("tasks__assignment_id")
    made = []
    rows = fresh.exclude(pk__in=known).select_related("task", "resource__rate", "resource__user")
    for assignment in rows.order_by("first_day", "task__number"):
        order = orders.order_from_assignment(assignment, by=by)
        made.append(order)
        try:
            orders.send_offer(order, by=by)
        except Refused as refusal:
            # The draft waits for a person, who reads why it did not go out.
            record(Event("engagement.offer.held_back", order, {"reason": refusal.reason.de}), by=by)
    data = {"offered": len(made), "kept": kept, "withdrawn": withdrawn}
    record(Event("engagement.plan.offered", plan, data), by=by)
    return made


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
