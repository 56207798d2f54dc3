"""Whether externals work with the firm again. About all of them together, never about one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from werkfluss.engagement.models import Order
from werkfluss.workforce.groups import Row

_CAME_ABOUT = (Order.State.AGREED, Order.State.DELIVERED, Order.State.ACCEPTED, Order.State.BILLED)


def order_rows(*, on: date) -> list[Row]:
    """One row for each external with an order that came about: ``once`` or ``further``. One query.

    The day is that on which the (second) order began.
    """
    begun: dict[UUID, list[date]] = defaultdict(list)
    orders = Order.objects.filter(state__in=_CAME_ABOUT, first_day__lt=on).order_by("first_day")
    for who, day in orders.values_list("resource_id", "first_day"):
        begun[who].append(day)
    return [Row("further" if len(days) > 1 else "once", who, days[:2][-1]) for who, days in begun.items()]
