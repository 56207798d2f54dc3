"""The example firm's joint venture: agreed by both sides, the firm's first contribution made, not yet confirmed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from werkfluss.cli.example_firm import care_shapes, files
from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.engagement.clauses import FAIR
from werkfluss.engagement.domain import offers, orders, ventures
from werkfluss.engagement.models import Venture
from werkfluss.kernel import clock


def found_venture(firm: ExampleFirm) -> None:
    """An order is offered and accepted, a share in its result put to the external and accepted."""
    given = files.venture()
    with firm.on_its_day():
        today = clock.today()
        with firm.inside("lead") as by:
            order = orders.draft_order(
                firm.resources[given.partner],
                title=given.order.title,
                brief=given.order.brief,
                criteria=given.order.criteria,
                price_cents=_cents(given.order.price),
                first_day=today + timedelta(days=1),
                last_day=today + timedelta(days=given.order.days),
                data_class="internal",
                payment_days=14,
                clauses=dict(FAIR),
                by=by,
            )
            offer = orders.send_offer(order, by=by)
        with firm.external(given.partner) as by:
            offers.accept_offer(offer, by=by)
        with firm.inside("lead") as by:
            order.refresh_from_db()
            made = ventures.propose(order, terms=terms_of(given.terms), by=by)
        with firm.external(given.partner) as by:
            ventures.accept(made, revision=made.revision, by=by)
        with firm.inside("lead") as by:
            for item in Venture.objects.get(pk=made.pk).items.filter(what__in=given.done):
                ventures.done(item, on=today, by=by)


def terms_of(given: care_shapes.VentureTerms) -> dict[str, Any]:
    """The terms as the domain reads them: cents, and days counted from today."""

    def day(after: int) -> str:
        return (clock.today() + timedelta(days=after)).isoformat()

    plain = ("purpose", "base", "loss", "months", "notice_days", "rights", "valuation")
    return {name: getattr(given, name) for name in plain} | {
        "percent": str(given.percent),
        "floor_cents": _cents(given.floor),
        "cap_cents": _cents(given.cap),
        "contributions": [
            {
                "side": one.side,
                "kind": one.kind,
                "what": one.what,
                "cents": _cents(one.value),
                "due": day(one.due_after),
            }
            for one in given.contributions
        ],
        "goals": [{"title": one.title, "due": day(one.due_after)} for one in given.goals],
    }


def _cents(amount: Decimal) -> int:
    return int(amount * 100)
