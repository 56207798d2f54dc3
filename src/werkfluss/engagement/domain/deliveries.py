"""Delivery and Abnahme: the agreed criteria are the yardstick; acceptance brings the invoice by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.engagement.domain import mails, orders, parts, protocols, release, sub_processors
from werkfluss.engagement.models import AcceptancePeriod, DeliveredResult, Delivery, Order
from werkfluss.engagement.rules import doer, is_own
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.domain import acceptance, assignments, cases
from werkfluss.work.models import Assignment, Result

Files = Iterable[tuple[str, bytes]]
_REST = "Ein Teil ist abgenommen, der Rest steht aus."


def deliveries_to_accept() -> QuerySet[Delivery]:
    """Delivered and not decided yet, oldest first."""
    return Delivery.objects.filter(state="delivered").select_related("order__resource").order_by("delivered_at")


def deliver_order(
    order: Order,
    *,
    text: str,
    files: Files = (),
    amount_cents: int | None = None,
    chosen: Mapping[str, Decimal | None] | None = None,
    picked: Mapping[UUID, Sequence[str]] | None = None,
    by: Actor,
) -> Delivery:
    """The external hands in the result, or the parts ``chosen`` of it (by quantity where they are paid so).

    ``amount_cents`` is what is claimed of an order by effort without a rate, up to its cap. ``picked`` are, by task,
    the branches proposed where a task is a decision in a case.

    Raises:
        NotPermitted: somebody else's order.
        Conflict: nothing is to be delivered now.
        Refused: neither text nor file, a part is not open, more is claimed than the cap, or a sub-processor of the
            partner may not have the personal data of the order.
    """
    order = orders.locked(order.pk)
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    if order.state != Order.State.AGREED:
        raise Conflict(f"order {order.number}")
    sub_processors.require_lawful(order.resource, data_class=order.data_class, on=clock.today())
    kept = list(files)
    if not text.strip() and not kept:
        raise _empty()
    taken, cents = parts.claimed(order, chosen, amount_cents)
    delivery = Delivery.objects.create(
        order=order,
        text=text.strip(),
        amount_cents=cents,
        parts=taken,
        delivered_at=clock.now(),
        delivered_by=by.id,
    )
    for name, content in kept:
        keep_file(content, filename=name, belongs_to=delivery, by=by)
    covered = order.tasks.select_related("assignment__resource", "assignment__task")
    # The tasks have their result once the whole is there; a part of it is a matter between the two sides alone.
    for row in covered if _completes(order, taken) else ():
        if row.assignment is not None and row.assignment.state == Assignment.State.ACTIVE:
            # The same files stand at the task too; their bytes are kept once.
            documents = [keep_file(content, filename=name, by=by) for name, content in kept]
            ways = (picked or {}).get(row.assignment.task_id, ())
            result = assignments.deliver_result(
                row.assignment, text=text.strip(), documents=documents, picked=ways, by=doer(order, by)
            )
            DeliveredResult.objects.create(delivery=delivery, result=result)
    order.edit(state=Order.State.DELIVERED)
    data = {"order": order.number, "files": len(kept), "amount_cents": delivery.amount_cents}
    record(Event("engagement.order.delivered", delivery, data), by=by)
    step = orders.step_of(order, "deliver")
    if step is not None:
        cases.complete_step(step, led=True, by=doer(order, by))
    return delivery


def _empty() -> Refused:
    return Refused(
        Text("Die Lieferung ist leer.", "The delivery is empty."),
        citation="Auftrag",
        what_to_do=Text("Bitte beschreiben Sie das Ergebnis oder legen Sie Dateien bei.", "Add a text or files."),
    )


def _completes(order: Order, taken: Mapping[str, str]) -> bool:
    """Whether nothing is left to deliver after this. Work by time and quantity may always go on up to the cap."""
    left = {part.key for part in parts.parts_of(order) if part.left > 0}
    return not taken or left <= set(taken)


def accept_delivery(
    delivery: Delivery,
    *,
    met: Sequence[bool],
    note: str = "",
    keys: Collection[str] | None = None,
    defects: Sequence[str] = (),
    mend_by: date | None = None,
    last: bool = True,
    by: Actor,
) -> None:
    """Abnahme of all that was delivered, or of the parts ``keys``. The self-billed invoice follows by itself.

    ``defects`` are reserved (s.640(3) BGB) and to be mended by ``mend_by``; without them every criterion is met. With
    ``last`` False more is to come of an order by quantity or time. A task under four eyes is accepted by two people;
    until then the order waits.

    Raises:
        Refused: not a human, the external itself, a criterion is not met and not reserved, or a part was not delivered.
        Conflict: it was decided already.
    """
    delivery = _undecided(delivery, by)
    criteria = delivery.order.criteria
    named = [text.strip() for text in defects if text.strip()]
    rows = parts.as_rows(delivery.order, delivery.parts, delivery.amount_cents, keys=keys)
    final = protocols.is_final(delivery, rows, last=last)
    if final and not named and (len(met) != len(criteria) or not all(met)):
        raise Refused(
            Text("Nicht alle Kriterien sind erfüllt.", "Not all criteria are met."),
            citation="Abnahmekriterien",
            what_to_do=Text(
                "Bitte geben Sie die Lieferung mit einem Hinweis zurück, behalten Sie Mängel vor oder bestätigen Sie "
                "jedes Kriterium.",
                "Please send the delivery back with a note, reserve defects, or confirm every criterion.",
            ),
        )
    if named and (mend_by is None or mend_by < clock.today()):
        raise Refused(
            Text("Es fehlt, bis wann die Mängel zu beheben sind.", "The day by which to mend the defects is missing."),
            citation="§ 635 BGB",
            what_to_do=Text("Bitte nennen Sie einen Tag ab heute.", "Please name a day from today on."),
        )
    told = list(met) + [False] * (len(criteria) - len(met))
    delivery.edit(
        decision={
            "rows": rows,
            "final": final,
            "whole": keys is None or len(rows) == len(delivery.parts or {parts.WHOLE: ""}),
            "met": told[: len(criteria)],
            "defects": named,
            "mend_by": mend_by.isoformat() if mend_by else None,
        }
    )
    waiting = [row.result for row in delivery.results.select_related("result__task") if row.result.state == "delivered"]
    for result in waiting if final else ():
        acceptance.accept_result(result, met=[True] * result.task.criteria.count(), note=note, by=by)
    if not waiting or not final:
        finish_delivery(delivery, note=note, by=by)
        for result in waiting:
            acceptance.send_back(result, unmet=[], note=note or _REST, by=by)


def result_accepted(result: Result, *, by: Actor) -> None:
    """A task's result was accepted, wherever; once all of a delivery are, the delivery is."""
    row = DeliveredResult.objects.select_related("delivery__order__resource").filter(result=result).first()
    if row is None or row.delivery.state != "delivered":
        return
    if not row.delivery.results.exclude(result__state="accepted").exists():
        finish_delivery(row.delivery, note="", by=by)


def finish_delivery(delivery: Delivery, *, note: str, by: Actor) -> None:
    """What was decided stands: the protocol is written, what it releases is billed; the rest of the order goes on."""
    order = Order.objects.select_related("case", "resource__user").get(pk=delivery.order_id)
    decided = delivery.decision or _all_of(delivery)
    final, met = bool(decided["final"]), decided["met"]
    delivery.edit(
        state="accepted",
        criteria=[{"text": text, "met": bool(ok)} for text, ok in zip(order.criteria, met, strict=False)],
        note=note,
        decided_at=clock.now(),
        decided_by=by.id,
    )
    made = protocols.write_protocol(delivery, decided, note=note, by=by)
    order.edit(state=Order.State.ACCEPTED if final else Order.State.AGREED)
    data = {"order": order.number, "note": note, "protocol": made.number, "net_cents": made.net_cents}
    record(Event("engagement.delivery.accepted", delivery, data), by=by)
    step = orders.step_of(order, "accept")
    if step is None:
        return
    # Whoever may accept the work has thereby done the step, also without a right to cases in general.
    if final:
        cases.complete_step(step, choice="f_accepted", led=True, by=_for_case(by))
        return
    cases.complete_step(step, choice="f_rework", reason=_REST, led=True, by=_for_case(by))
    release.bill_and_tell(made, by=by)


def _all_of(delivery: Delivery) -> dict[str, Any]:
    """What is decided when the results at the tasks were accepted one by one: all of it."""
    rows = parts.as_rows(delivery.order, delivery.parts, delivery.amount_cents)
    met = [True] * len(delivery.order.criteria)
    return {"rows": rows, "final": True, "whole": True, "met": met, "defects": [], "mend_by": None}


def send_back_delivery(delivery: Delivery, *, unmet: Sequence[str], note: str, by: Actor) -> None:
    """Send a delivery back with what is missing; the external hears of it.

    Raises:
        Refused: not a human, the external itself, or no word on what is missing.
        Conflict: it was decided already.
    """
    delivery = _undecided(delivery, by)
    if not note.strip():
        raise Refused(
            Text("Bitte sagen Sie, was fehlt.", "Please say what is missing."),
            citation="Abnahmekriterien",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    waiting = [row.result for row in delivery.results.select_related("result__task") if row.result.state == "delivered"]
    for result in waiting:
        acceptance.send_back(result, unmet=list(unmet), note=note, by=by)
    if not waiting:
        return_delivery(delivery, unmet=unmet, note=note, by=by)


def result_sent_back(result: Result, *, note: str, by: Actor) -> None:
    """A task's result was sent back, wherever; with it goes the delivery it belongs to."""
    row = DeliveredResult.objects.select_related("delivery").filter(result=result).first()
    if row is not None and row.delivery.state == "delivered":
        return_delivery(row.delivery, unmet=[], note=note, by=by)


def return_delivery(delivery: Delivery, *, unmet: Sequence[str], note: str, by: Actor) -> None:
    """The order goes on; what is missing stands at the delivery."""
    order = Order.objects.select_related("resource__user", "case").get(pk=delivery.order_id)
    delivery.edit(
        state="sent_back",
        criteria=[{"text": text, "met": text not in unmet} for text in order.criteria],
        note=note,
        decided_at=clock.now(),
        decided_by=by.id,
    )
    order.edit(state=Order.State.AGREED)
    protocols.write_refusal(delivery, unmet=unmet, note=note, by=by)
    record(Event("engagement.delivery.sent_back", delivery, {"order": order.number, "note": note}), by=by)
    subject = Text(f"Bitte nachbessern: {order.title}", f"Please rework: {order.title}")
    mails.tell_external(order, subject=subject, body=Text(note, note), by=by)
    step = orders.step_of(order, "accept")
    if step is not None:
        cases.complete_step(step, choice="f_rework", reason=note, led=True, by=_for_case(by))


def _for_case(by: Actor) -> Actor:
    return by if by.may("case.work") else Actor.system(by.org_id)


def _undecided(delivery: Delivery, by: Actor) -> Delivery:
    order = orders.locked(delivery.order_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    delivery.order = order
    if by.kind is not ActorKind.USER or is_own(order, by):
        raise Refused(
            Text("Eine Lieferung nimmt ein Mensch des Auftraggebers ab.", "A person of the client accepts a delivery."),
            citation="Abnahme",
            what_to_do=Text("Bitte eine zuständige Person abnehmen lassen.", "Please let a person in charge decide."),
        )
    if delivery.state != "delivered":
        raise Conflict(f"delivery of order {order.number}")
    return delivery


def deem_accepted(period: AcceptancePeriod, *, on: date, by: Actor) -> bool:
    """The period ended without a word on a defect: the law accepts (s.640(2) BGB). False if somebody was faster.

    Results at tasks stay for a person to look at: the law speaks of the contract, not of the firm's own quality.
    """
    order = orders.locked(period.delivery.order_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=period.delivery_id)
    period.refresh_from_db()
    if delivery.state != "delivered" or period.state != "open" or period.ends_on >= on:
        return False
    delivery.order = order
    rows = parts.as_rows(order, delivery.parts, delivery.amount_cents)
    final = protocols.is_final(delivery, rows, last=True)
    met = [True] * len(order.criteria)
    decision = {"rows": rows, "final": final, "whole": True, "met": met, "defects": [], "deemed": True}
    delivery.edit(decision=decision)
    finish_delivery(delivery, note="", by=by)
    protocols.close_period(delivery, by=by)
    protocols.tell_of_deemed(order, by=by)
    return True


def deem_overdue(on: date, *, by: Actor) -> int:
    """Every night: what the law accepts because a period ended without a word; how many."""
    return sum(deem_accepted(period, on=on, by=by) for period in list(protocols.due_periods(on)))
