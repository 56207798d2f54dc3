"""Delivery and Abnahme: the agreed criteria are the yardstick; acceptance brings the invoice by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from werkfluss.engagement.domain import mails, orders
from werkfluss.engagement.models import DeliveredResult, Delivery, Order
from werkfluss.engagement.rules import is_own
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.domain import acceptance, assignments, cases
from werkfluss.work.models import Assignment, Result

Files = Iterable[tuple[str, bytes]]


def deliveries_to_accept() -> QuerySet[Delivery]:
    """Delivered and not decided yet, oldest first."""
    return Delivery.objects.filter(state="delivered").select_related("order__resource").order_by("delivered_at")


def deliver_order(
    order: Order, *, text: str, files: Files = (), amount_cents: int | None = None, by: Actor
) -> Delivery:
    """The external hands in the result. ``amount_cents`` is what is claimed of an order by effort, up to its cap.

    Raises:
        NotPermitted: somebody else's order.
        Conflict: nothing is to be delivered now.
        Refused: neither text nor file, or more is claimed than the cap.
    """
    order = orders.locked(order.pk)
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    if order.state != Order.State.AGREED:
        raise Conflict(f"order {order.number}")
    kept = list(files)
    if not text.strip() and not kept:
        raise Refused(
            Text("Die Lieferung ist leer.", "The delivery is empty."),
            citation="Auftrag",
            what_to_do=Text("Bitte beschreiben Sie das Ergebnis oder legen Sie Dateien bei.", "Add a text or files."),
        )
    delivery = Delivery.objects.create(
        order=order,
        text=text.strip(),
        amount_cents=_amount(order, amount_cents),
        delivered_at=clock.now(),
        delivered_by=by.id,
    )
    for name, content in kept:
        keep_file(content, filename=name, belongs_to=delivery, by=by)
    for row in order.tasks.select_related("assignment__resource", "assignment__task"):
        if row.assignment is not None and row.assignment.state == Assignment.State.ACTIVE:
            # The same files stand at the task too; their bytes are kept once.
            documents = [keep_file(content, filename=name, by=by) for name, content in kept]
            result = assignments.deliver_result(row.assignment, text=text.strip(), documents=documents, by=by)
            DeliveredResult.objects.create(delivery=delivery, result=result)
    order.edit(state=Order.State.DELIVERED)
    data = {"order": order.number, "files": len(kept), "amount_cents": delivery.amount_cents}
    record(Event("engagement.order.delivered", delivery, data), by=by)
    step = orders.step_of(order, "deliver")
    if step is not None:
        cases.complete_step(step, led=True, by=by)
    return delivery


def _amount(order: Order, claimed: int | None) -> int:
    if order.price_kind == "fixed":
        return order.price_cents
    if claimed is None or not 0 < claimed <= order.price_cents:
        cap = mails.amount(order.price_cents, order.currency)
        raise Refused(
            Text(f"Der Betrag liegt nicht zwischen 0 und {cap.de}.", f"The amount is not between 0 and {cap.en}."),
            citation="Auftrag",
            what_to_do=Text(
                "Mehr Aufwand braucht vorher ein neues Angebot.", "More effort needs a new offer beforehand."
            ),
        )
    return claimed


def accept_delivery(delivery: Delivery, *, met: Sequence[bool], note: str = "", by: Actor) -> None:
    """Abnahme: every criterion is met. The self-billed invoice follows by itself.

    A task under four eyes is accepted by two people; until then the order waits.

    Raises:
        Refused: not a human, the external itself, or a criterion is not met.
        Conflict: it was decided already.
    """
    delivery = _undecided(delivery, by)
    criteria = delivery.order.criteria
    if len(met) != len(criteria) or not all(met):
        raise Refused(
            Text("Nicht alle Kriterien sind erfüllt.", "Not all criteria are met."),
            citation="Abnahmekriterien",
            what_to_do=Text(
                "Bitte geben Sie die Lieferung mit einem Hinweis zurück oder bestätigen Sie jedes Kriterium.",
                "Please send the delivery back with a note, or confirm every criterion.",
            ),
        )
    waiting = [row.result for row in delivery.results.select_related("result__task") if row.result.state == "delivered"]
    for result in waiting:
        acceptance.accept_result(result, met=[True] * result.task.criteria.count(), note=note, by=by)
    if not waiting:
        finish_delivery(delivery, note=note, by=by)


def result_accepted(result: Result, *, by: Actor) -> None:
    """A task's result was accepted, wherever; once all of a delivery are, the delivery is."""
    row = DeliveredResult.objects.select_related("delivery__order__resource").filter(result=result).first()
    if row is None or row.delivery.state != "delivered":
        return
    if not row.delivery.results.exclude(result__state="accepted").exists():
        finish_delivery(row.delivery, note="", by=by)


def finish_delivery(delivery: Delivery, *, note: str, by: Actor) -> None:
    """The order is fulfilled; its case goes on to the invoice."""
    order = Order.objects.select_related("case").get(pk=delivery.order_id)
    delivery.edit(
        state="accepted",
        criteria=[{"text": text, "met": True} for text in order.criteria],
        note=note,
        decided_at=clock.now(),
        decided_by=by.id,
    )
    order.edit(state=Order.State.ACCEPTED)
    record(Event("engagement.delivery.accepted", delivery, {"order": order.number, "note": note}), by=by)
    step = orders.step_of(order, "accept")
    if step is not None:
        # Whoever may accept the work has thereby done the step, also without a right to cases in general.
        cases.complete_step(step, choice="f_accepted", led=True, by=_for_case(by))


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
