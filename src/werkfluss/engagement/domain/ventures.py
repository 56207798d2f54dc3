"""Joint ventures: proposed, agreed, carried out by both sides, ended with a notice. Statements are in ``statements``.

A change is a new proposal: what was agreed stays until the external accepts, and declining has no consequence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.engagement import venture as pure
from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import Order, Venture, VentureItem
from werkfluss.engagement.rules import is_own, own_orders
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import current_org_id

CITATION = "Gemeinsames Projekt"
_DEAD = (Order.State.DRAFT, Order.State.DECLINED, Order.State.CANCELLED)


def ventures() -> QuerySet[Venture]:
    """All of the firm, newest first."""
    return Venture.objects.select_related("org", "order__resource").order_by("-proposed_at")


def own_ventures(actor: Actor) -> QuerySet[Venture]:
    """Those of the external's own orders."""
    return ventures().filter(order__in=own_orders(actor))


def terms_of(venture: Venture) -> pure.Terms | None:
    """What is agreed; None before that."""
    return pure.read(venture.terms) if venture.terms else None


def proposal_of(venture: Venture) -> pure.Terms | None:
    return pure.read(venture.proposal) if venture.proposal else None


def propose(order: Order, *, terms: Mapping[str, Any], by: Actor) -> Venture:
    """Put a share in the result to the external of an order, or a change of what is agreed.

    Raises:
        NotPermitted: the actor does not write orders.
        Refused: the terms do not hold together, the external has not seen the order yet, or the venture is over.
    """
    by.require("order.write")
    kept = pure.read(terms).as_json()
    if order.state in _DEAD:
        raise refused(
            Text("Der Auftrag ist noch nicht angeboten oder zu Ende.", "The order is not offered yet, or over."),
            Text("Bieten Sie erst den Auftrag an.", "Offer the order first."),
        )
    found = Venture.objects.select_for_update(of=("self",)).filter(order=order).first()
    if found is None:
        found = Venture.objects.create(order=order, proposal=kept, proposed_at=clock.now())
    elif found.state == Venture.State.ENDED or found.ends_on is not None:
        raise over()
    else:
        state = found.state if found.terms else Venture.State.PROPOSED
        found.edit(proposal=kept, state=state, revision=found.revision + 1, proposed_at=clock.now())
    record(Event("engagement.venture.proposed", found, {"order": order.number, "terms": kept}), by=by)
    tell(
        found,
        Text(f"Gemeinsames Projekt: {order.title}", f"Joint venture: {order.title}"),
        Text(
            "wir schlagen Ihnen einen Anteil am Ergebnis vor. Sie können annehmen oder ablehnen; ablehnen hat "
            "keine Folgen.",
            "We propose a share in the result to you. You may accept or decline; declining has no consequences.",
        ),
        by=by,
    )
    return found


def accept(venture: Venture, *, revision: int, by: Actor) -> None:
    """The external agrees to what was read.

    Raises:
        NotPermitted: it is somebody else's.
        Conflict: nothing waits, or another version waits by now.
    """
    venture = _answered(venture, revision, by)
    terms = pure.read(venture.proposal or {})
    venture.edit(state=Venture.State.AGREED, terms=venture.proposal, proposal=None, agreed_at=clock.now())
    _lay_out(venture, terms)
    record(Event("engagement.venture.agreed", venture, {"terms": venture.terms}), by=by)


def decline(venture: Venture, *, revision: int, by: Actor) -> None:
    """The external does not want it, or not the change; what was agreed before stays.

    Raises:
        NotPermitted, Conflict: see ``accept``.
    """
    venture = _answered(venture, revision, by)
    venture.edit(state=venture.state if venture.terms else Venture.State.DECLINED, proposal=None)
    record(Event("engagement.venture.declined", venture, {"order": venture.order.number}), by=by)


def _answered(venture: Venture, revision: int, by: Actor) -> Venture:
    if not is_own(venture.order, by):
        raise NotPermitted("own_orders.answer")
    fresh = Venture.objects.select_for_update(of=("self",)).select_related("order__resource").get(pk=venture.pk)
    if fresh.proposal is None or fresh.revision != revision or fresh.ends_on is not None:
        raise Conflict(f"venture of order {fresh.order.number}")
    return fresh


def _lay_out(venture: Venture, terms: pure.Terms) -> None:
    """The contributions and milestones to be done; what was done already under the same words stays done."""
    done = {(one.side, one.kind, one.what): one for one in venture.items.all()}
    wanted: list[dict[str, Any]] = [
        {"side": c.side, "kind": c.kind, "what": c.what[:300], "cents": c.cents, "due_on": c.due}
        for c in terms.contributions
    ]
    wanted += [{"side": "", "kind": "goal", "what": g.title[:300], "cents": 0, "due_on": g.due} for g in terms.goals]
    for position, says in enumerate(wanted):
        before = done.pop((says["side"], says["kind"], says["what"]), None)
        if before is None:
            VentureItem.objects.create(venture=venture, position=position, **says)
        else:
            before.edit(position=position, cents=says["cents"], due_on=says["due_on"])
    for left in done.values():
        if left.done_on is None:
            left.delete()


def side_of(venture: Venture, actor: Actor) -> str:
    """Which side the actor is on.

    Raises:
        NotPermitted: on neither.
    """
    if is_own(venture.order, actor):
        return "contractor"
    actor.require("order.write")
    return "client"


def done(item: VentureItem, *, on: date, by: Actor) -> None:
    """A side says that its contribution is made, or either side that a milestone is reached; the other confirms.

    Raises:
        NotPermitted: it is the other side's contribution.
        Refused: the day is to come.
        Conflict: it is done already, or nothing is agreed.
    """
    side = side_of(item.venture, by)
    if item.side and item.side != side:
        raise NotPermitted("own_orders.answer" if item.side == "contractor" else "order.write")
    if on > clock.today():
        raise refused(
            Text("Der Tag liegt in der Zukunft.", "The day is to come."),
            Text("Bitte wählen Sie den Tag, an dem es geschah.", "Please choose the day on which it was done."),
        )
    item = _item(item)
    if item.done_on is not None:
        raise Conflict(item.what)
    item.edit(done_on=on, done_by=by.id, done_side=side)
    record(Event("engagement.ventureitem.done", item, {"what": item.what, "on": on, "side": side}), by=by)


def confirm(item: VentureItem, *, by: Actor) -> None:
    """The other side agrees that it is so, and with it to the value.

    Raises:
        NotPermitted: the actor is on the side that did it, or on neither.
        Conflict: nobody said it is done, or it is confirmed.
    """
    side = side_of(item.venture, by)
    item = _item(item)
    if item.done_on is None or item.confirmed_at is not None:
        raise Conflict(item.what)
    if item.done_side == side:
        raise NotPermitted("order.write" if side == "contractor" else "own_orders.answer")
    item.edit(confirmed_at=clock.now(), confirmed_by=by.id)
    record(Event("engagement.ventureitem.confirmed", item, {"what": item.what, "cents": item.cents}), by=by)


def _item(item: VentureItem) -> VentureItem:
    return VentureItem.objects.select_for_update(of=("self",)).select_related("venture__order").get(pk=item.pk)


def give_notice(venture: Venture, *, by: Actor) -> date:
    """Either side leaves with the agreed notice; returns the last day. What comes after is in the agreed terms.

    Raises:
        NotPermitted: the actor is on neither side.
        Conflict: nothing is agreed, or notice was given.
    """
    side = side_of(venture, by)
    fresh = Venture.objects.select_for_update(of=("self",)).select_related("order__resource__user").get(pk=venture.pk)
    terms = terms_of(fresh)
    if terms is None or fresh.state != Venture.State.AGREED or fresh.ends_on is not None:
        raise Conflict(f"venture of order {fresh.order.number}")
    last = clock.today() + timedelta(days=terms.notice_days)
    fresh.edit(notice_by=side, ends_on=last, proposal=None)
    record(Event("engagement.venture.notice", fresh, {"side": side, "ends_on": last}), by=by)
    tell(
        fresh,
        Text(f"Gekündigt: {fresh.order.title}", f"Notice given: {fresh.order.title}"),
        Text(
            f"das gemeinsame Projekt endet mit dem {last:%d.%m.%Y}. Danach folgt die letzte Abrechnung.",
            f"The joint venture ends with {last:%d %b %Y}. The last statement follows.",
        ),
        by=by,
    )
    return last


def tell(venture: Venture, subject: Text, body: Text, *, by: Actor) -> None:
    """Write to the external, with a personal link to the page of the venture."""
    firm = Organisation.objects.get(pk=current_org_id())
    target = reverse("my_venture", kwargs={"firm": firm.slug, "pk": venture.order_id})
    mails.tell_at(venture.order.resource, target=target, subject=subject, body=body, by=by)


def refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=CITATION, what_to_do=what_to_do)


def over() -> Refused:
    return refused(
        Text("Das gemeinsame Projekt ist gekündigt oder zu Ende.", "Notice was given, or the venture is over."),
        Text("Vereinbaren Sie etwas Neues in einem neuen Auftrag.", "Agree on something new in a new order."),
    )
