"""What both sides see of a partner team: the order book as a list, its words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from werkfluss.engagement.domain.hand_over import OTHER, both_times
from werkfluss.engagement.domain.order_book import SIDES, BookRow
from werkfluss.engagement.domain.partners import ROLES
from werkfluss.engagement.domain.service_levels import by_word
from werkfluss.engagement.models import HandOver, ServiceClock
from werkfluss.engagement.service_terms import KINDS as KIND_WORDS
from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.web.forms.law import here
from werkfluss.web.happenings import KINDS, OBJECTS
from werkfluss.web.status import STATES as SHAPES
from werkfluss.web.status import Status
from werkfluss.web.tables import Column, Empty, Filter, Table

SHAPES.update(
    {
        "declared": Status(gettext_lazy("to be decided"), "caution"),
        "objected": Status(gettext_lazy("objected to"), "blocked"),
        "paused": Status(gettext_lazy("paused: the other side has to act"), "open"),
        "met": Status(gettext_lazy("in time"), "good"),
        "missed": Status(gettext_lazy("not in time"), "bad"),
        "breached": Status(gettext_lazy("time is over"), "bad"),
    }
)
KINDS.update(
    {
        "engagement.partner_member.invited": gettext_lazy("Person of a partner invited"),
        "engagement.partner_member.removed": gettext_lazy("Person of a partner removed"),
        "engagement.sub_processor.declared": gettext_lazy("Sub-processor declared"),
        "engagement.sub_processor.approved": gettext_lazy("Sub-processor approved"),
        "engagement.sub_processor.objected": gettext_lazy("Sub-processor objected to"),
        "engagement.order.data_halted": gettext_lazy("Personal data of an order halted: objection to a sub-processor"),
        "engagement.sub_processor.ended": gettext_lazy("Sub-processor no longer used"),
        "engagement.capacity.offered": gettext_lazy("Capacity offered"),
        "engagement.capacity.accepted": gettext_lazy("Capacity accepted"),
        "engagement.capacity.declined": gettext_lazy("Capacity not needed"),
        "engagement.capacity.withdrawn": gettext_lazy("Capacity offer withdrawn"),
        "engagement.service_clock.started": gettext_lazy("Agreed time runs"),
        "engagement.service_clock.paused": gettext_lazy("Agreed time stands still"),
        "engagement.service_clock.resumed": gettext_lazy("Agreed time goes on"),
        "engagement.service_clock.moved": gettext_lazy("Agreed time moved"),
        "engagement.service_clock.severity_set": gettext_lazy("Urgency set"),
        "engagement.service_clock.warned": gettext_lazy("Warned of an agreed time"),
        "engagement.service_clock.breached": gettext_lazy("Agreed time is over"),
        "engagement.service_clock.ended": gettext_lazy("Agreed time ended"),
        "engagement.service_clock.stopped": gettext_lazy("Agreed time no longer counts"),
        "engagement.hand_over.written": gettext_lazy("Work handed over"),
        "engagement.hand_over.taken_over": gettext_lazy("Taken over"),
        "workforce.shares.set": gettext_lazy("Agreed capacity set"),
    }
)
OBJECTS.update(
    {
        "engagement.partnermember": gettext_lazy("Person of a partner"),
        "engagement.subprocessor": gettext_lazy("Sub-processor"),
        "engagement.capacityoffer": gettext_lazy("Capacity offer"),
        "engagement.serviceclock": gettext_lazy("Agreed time"),
        "engagement.handover": gettext_lazy("Hand-over"),
    }
)
STATES = (
    ("offered", gettext_lazy("offered")),
    ("agreed", gettext_lazy("agreed")),
    ("delivered", gettext_lazy("delivered")),
    ("accepted", gettext_lazy("accepted")),
    ("billed", gettext_lazy("billed")),
    ("declined", gettext_lazy("declined")),
    ("cancelled", gettext_lazy("cancelled")),
)


def role_word(role: str) -> str:
    return here(ROLES[role])


def side_word(row: BookRow) -> str:
    return here(SIDES[row.side]) if row.side else ""


def _step(row: BookRow) -> str:
    return here(row.step) if row.step else ""


def _milestones(row: BookRow) -> str:
    words = Text("{a} von {n} abgenommen", "{a} of {n} accepted").format(a=row.accepted, n=len(row.milestones))
    return here(words)


def book_table(name: str, *, link: Callable[[BookRow], str], state: Callable[[BookRow], Any], empty: Any) -> Table:
    """The order book as a list; ``link`` leads to the order's page of this side."""
    return Table(
        name,
        caption=gettext_lazy("Order book"),
        columns=(
            Column("number", gettext_lazy("No."), value="order.number", order="number", kind="number"),
            Column("title", pgettext_lazy("contract", "Order"), value="order.title", order="title", link=link),
            Column("state", gettext_lazy("State"), value=state, order="state", kind="status"),
            Column("milestones", gettext_lazy("Milestones"), value=_milestones),
            Column("step", gettext_lazy("Next step"), value=_step),
            Column("side", gettext_lazy("By"), value=side_word, order="side"),
            Column("due", gettext_lazy("Due"), value=_due, order="due", kind="date"),
            Column(
                "price",
                gettext_lazy("Fee, net"),
                value=lambda row: Money.from_cents(row.order.price_cents, row.order.currency),
                order="price",
                kind="money",
                secondary=True,
            ),
        ),
        filters=(
            Filter("state", gettext_lazy("State"), STATES),
            Filter("side", gettext_lazy("Next step by"), [(key, word) for key, word in _SIDES]),
        ),
        search=("title",),
        default_order="-number",
        empty=Empty(gettext_lazy("No orders yet"), empty),
    )


def clock_view(row: ServiceClock, side: str) -> dict[str, Any]:
    """A clock as a page shows it to one side: what it is, until when in both zones, and what can be done."""
    live = row.state in {"running", "paused"}
    spoken = row.kind == "rework" and live and by_word(row)
    return {
        "row": row,
        "kind": here(KIND_WORDS[row.kind]),
        "side": here(SIDES["firm" if row.side == "firm" else "partner"]),
        "due": " · ".join(both_times(row.order, row.due_at)),
        "state": "breached" if live and row.breached_at else row.state,
        "may_hurry": side == "firm" and row.state == "running" and row.kind == "response",
        "may_report": side == "partner" and spoken and row.state == "running",
        "may_confirm": side == "firm" and spoken and row.state == "paused",
    }


def card_view(row: HandOver, side: str) -> dict[str, Any]:
    """A hand-over card as a page shows it to one side."""
    other = OTHER[row.side]
    return {
        "row": row,
        "from": here(SIDES["firm" if row.side == "firm" else "partner"]),
        "to": here(SIDES["firm" if other == "firm" else "partner"]),
        "written": " · ".join(both_times(row.order, row.written_at)),
        "answer_by": " · ".join(both_times(row.order, row.answer_by)),
        "late": row.answered_at is None and row.answer_by < clock.now(),
        "may_take": row.answered_at is None and side == other,
    }


_SIDES = (("firm", gettext_lazy("client")), ("partner", gettext_lazy("partner")))


def _due(row: BookRow) -> date | None:
    return row.due
