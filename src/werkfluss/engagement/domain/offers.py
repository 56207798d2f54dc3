"""What an external answers: yes, no, otherwise, or a question. No answer but yes has any consequence for the person."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkfluss.engagement.clauses import checked
from werkfluss.engagement.domain import calls, mails, orders, sub_processors
from werkfluss.engagement.domain.terms import check_terms, columns_of
from werkfluss.engagement.models import Offer, Order, OrderMessage
from werkfluss.engagement.rules import doer, is_own
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain import cases
from werkfluss.work.models import Assignment, Task

_DATES = ("first_day", "last_day")
_COUNTERED = ("price_kind", "price_cents", "price", "clauses")


def accept_offer(offer: Offer, *, by: Actor) -> Order:
    """Accept: the terms of the offer are the order from now on, the agreement on self-billing included.

    Of several who were asked, the others are told that it is given.

    Raises:
        NotPermitted: somebody else's offer.
        Conflict: it was answered or withdrawn.
        Refused: the time to answer is over, somebody else has it, the firm chooses among several answers first, or a
            sub-processor has no basis for the personal data of the order.
    """
    call = calls.lock_call(offer.order_id)
    calls.require_open(call)
    offer = _open(offer, by)
    order = offer.order
    if calls.chooses(order):
        raise Refused(
            Text("Die Firma wählt unter mehreren Antworten.", "The firm chooses among several answers."),
            citation="Angebot",
            what_to_do=Text(
                "Sagen Sie zu oder machen Sie einen Gegenvorschlag; annehmen können Sie, was danach kommt.",
                "Say that you would do it, or make a counter-proposal; you can accept what comes then.",
            ),
        )
    # What was declared since the offer went out counts too.
    sub_processors.require_lawful(order.resource, data_class=offer.terms["data_class"], on=clock.today())
    offer.edit(state="accepted", answered_at=clock.now())
    record(Event("engagement.offer.accepted", offer, {"revision": offer.revision, "order": order.number}), by=by)
    step = orders.step_of(order, "answer_offer")
    if order.state == Order.State.OFFERED and step is not None:
        cases.complete_step(step, choice="f_accept_offer", led=True, by=doer(order, by))
    else:
        agree_order(offer, by=by)
    if call is not None:
        calls.close_call(call, winner=order, by=by)
    order.refresh_from_db()
    return order


def agree_order(offer: Offer, *, by: Actor) -> None:
    """Both sides are agreed: the offered terms stand, and with them that the firm bills by Gutschrift."""
    order = Order.objects.get(pk=offer.order_id)
    changes = columns_of(offer.terms)
    if changes["self_billing"] and order.self_billing_agreed_on is None:
        changes["self_billing_agreed_on"] = clock.today()
    order.edit(state=Order.State.AGREED, **changes)
    for row in order.tasks.select_related("assignment", "task"):
        if row.assignment is not None and row.assignment.state == Assignment.State.OFFERED:
            row.assignment.edit(state=Assignment.State.ACTIVE)
            row.task.edit(state=Task.State.ASSIGNED)
    data = {"revision": offer.revision, "self_billing_agreed_on": order.self_billing_agreed_on}
    record(Event("engagement.order.agreed", order, data), by=by)


def decline_offer(offer: Offer, *, note: str = "", by: Actor) -> Order:
    """Decline, with or without a word: the tasks are open again, and nothing is kept about the person.

    Raises:
        NotPermitted: somebody else's offer.
        Conflict: it was answered or withdrawn.
        Refused: the time to answer is over.
    """
    offer = _open(offer, by)
    offer.edit(state="declined", answered_at=clock.now(), note=note)
    order = offer.order
    if order.state == Order.State.OFFERED:
        order.edit(state=Order.State.DECLINED)
        orders.release_tasks(order, Assignment.State.DECLINED)
    record(Event("engagement.offer.declined", offer, {"revision": offer.revision, "order": order.number}), by=by)
    step = orders.step_of(order, "answer_offer")
    if step is not None and order.state == Order.State.DECLINED:
        cases.complete_step(step, choice="f_decline", led=True, by=doer(order, by))
    return order


def counter_offer(offer: Offer, *, note: str = "", by: Actor, **wanted: Any) -> Order:
    """Propose another price, window or other clauses; the firm decides whether that becomes a new offer.

    ``wanted`` are terms (``price_kind price_cents price first_day last_day clauses``); what is None or equal to the
    offer is not proposed. In a call of which the firm chooses, the offer may be taken as it is.

    Raises:
        NotPermitted: somebody else's offer.
        Conflict: it was answered or withdrawn.
        Refused: the time to answer is over, nothing differs, or the terms do not hold together.
    """
    offer = _open(offer, by)
    unknown = wanted.keys() - {*_COUNTERED, *_DATES}
    if unknown:
        raise ValueError(f"no terms to propose: {sorted(unknown)}")
    plain: dict[str, Any] = {k: v.isoformat() if isinstance(v, date) else v for k, v in wanted.items() if v is not None}
    counter = {name: value for name, value in plain.items() if offer.terms.get(name, {}) != value}
    order = offer.order
    if not counter and not calls.chooses(order):
        raise Refused(
            Text(
                "Ein Gegenvorschlag nennt einen anderen Preis, Termin oder eine andere Klausel.",
                "A counter-proposal names another price, day or clause.",
            ),
            citation="Angebot",
            what_to_do=Text("Bitte ändern Sie mindestens eine Angabe.", "Please change at least one of them."),
        )
    if "clauses" in counter:
        counter["clauses"] = checked(counter["clauses"], kind=order.resource.kind)
    check_terms(columns_of({**offer.terms, **counter}))
    offer.edit(state="countered", answered_at=clock.now(), note=note, counter=counter)
    step = orders.step_of(order, "answer_offer") if order.state == Order.State.OFFERED else None
    if step is not None:
        order.edit(state=Order.State.DRAFT)
    record(Event("engagement.offer.countered", offer, {"revision": offer.revision, "counter": counter}), by=by)
    if step is not None:
        cases.complete_step(step, choice="f_counter", led=True, by=doer(order, by))
    return order


def take_counter(offer: Offer, *, by: Actor) -> Offer:
    """The firm agrees with a counter-proposal: it goes out as a new offer, which the external still has to accept.

    Raises:
        Conflict: there is no open counter-proposal.
    """
    order = _countered(offer)
    wanted: dict[str, Any] = dict(offer.counter or {})
    changes: dict[str, Any] = {name: date.fromisoformat(v) if name in _DATES else v for name, v in wanted.items()}
    if order.state == Order.State.AGREED:
        return orders.send_offer(order, changes=changes, by=by)
    order.edit(**changes)
    reopen_offer(order, by=by)
    return orders.send_offer(order, by=by)


def reopen_offer(order: Order, *, by: Actor) -> None:
    """After a counter-proposal the firm writes a new offer."""
    step = orders.step_of(order, "check_counter")
    if step is not None:
        cases.complete_step(step, choice="f_new_offer", led=True, by=by)
    record(Event("engagement.order.reopened", order, {"number": order.number}), by=by)


def refuse_counter(offer: Offer, *, reason: str, by: Actor) -> None:
    """No agreement: the order ends, its tasks are open again. An agreed order simply stays as it was.

    Raises:
        Conflict: there is no open counter-proposal.
    """
    order = _countered(offer)
    if order.state == Order.State.DRAFT:
        order.edit(state=Order.State.DECLINED)
        orders.release_tasks(order, Assignment.State.WITHDRAWN)
    record(Event("engagement.counter.refused", offer, {"reason": reason}), by=by)
    subject = Text(f"Keine Einigung: {order.title}", f"No agreement: {order.title}")
    why = f"\n{reason}" if reason.strip() else ""
    body = Text(
        f"Ihren Gegenvorschlag können wir leider nicht annehmen.{why}",
        f"We are sorry that we cannot take up your counter-proposal.{why}",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)
    step = orders.step_of(order, "check_counter")
    if step is not None:
        cases.complete_step(step, choice="f_no_agreement", reason=reason, led=True, by=by)


def ask_question(order: Order, *, text: str, by: Actor) -> OrderMessage:
    """A question of the external; the firm sees it at the order.

    Raises:
        NotPermitted: somebody else's order.
        Refused: there is no text.
    """
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    return _write(order, text, from_external=True, by=by)


def answer_question(order: Order, *, text: str, by: Actor) -> OrderMessage:
    """The firm's answer, also by mail.

    Raises:
        Refused: there is no text.
    """
    message = _write(order, text, from_external=False, by=by)
    subject = Text(f"Antwort zu Auftrag {order.number}", f"Answer on order {order.number}")
    mails.tell_external(order, subject=subject, body=Text(text, text), by=by)
    return message


def _write(order: Order, text: str, *, from_external: bool, by: Actor) -> OrderMessage:
    if not text.strip():
        raise Refused(
            Text("Es fehlt der Text.", "There is no text."),
            citation="Auftrag",
            what_to_do=Text("Bitte schreiben Sie einen Satz.", "Please write a sentence."),
        )
    message = OrderMessage.objects.create(order=order, text=text.strip(), from_external=from_external, written_by=by.id)
    record(Event("engagement.order.message_written", order, {"from_external": from_external}), by=by)
    return message


def expire_offers(order: Order, *, by: Actor) -> None:
    """Nobody answered in time: that is a refusal without consequences."""
    gone = order.offers.filter(state="sent").update(state="expired")
    if order.state == Order.State.OFFERED:
        order.edit(state=Order.State.DECLINED)
        orders.release_tasks(order, Assignment.State.DECLINED)
    record(Event("engagement.offer.expired", order, {"offers": gone}), by=by)


def _countered(offer: Offer) -> Order:
    order = orders.locked(offer.order_id)
    latest = orders.latest_offer(order)
    if offer.state != "countered" or latest is None or latest.pk != offer.pk:
        raise Conflict(f"order {order.number}")
    return order


def _open(offer: Offer, by: Actor) -> Offer:
    """The offer, locked, if this actor may still answer it."""
    order = orders.locked(offer.order_id)
    offer = order.offers.select_for_update().get(pk=offer.pk)
    offer.order = order
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    if offer.state != "sent":
        raise Conflict(f"order {order.number}")
    if offer.answer_by < clock.now():
        raise Refused(
            Text("Die Frist für die Antwort ist vorbei.", "The time to answer is over."),
            citation="Angebot",
            what_to_do=Text("Bitte fragen Sie nach einem neuen Angebot.", "Please ask for a new offer."),
        )
    return offer
