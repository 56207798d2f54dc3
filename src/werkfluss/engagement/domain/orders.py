"""Orders: drawn up from tasks or from a brief, offered, changed by a new offer, ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.facts import facts_on, record_fact
from werkfluss.engagement import clauses as catalogue
from werkfluss.engagement.domain import further, mails, order_law, status_file, sub_processors, warnings
from werkfluss.engagement.domain.externals import invite
from werkfluss.engagement.domain.terms import check_terms, columns_of, price_of, terms_of
from werkfluss.engagement.models import Offer, Order, OrderTask
from werkfluss.evidence.domain.documents import documents_of, keep_file
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, definitions, gate
from werkfluss.work.domain.gate_facts import Brief
from werkfluss.work.models import Assignment, Case, CaseTask, Task
from werkfluss.workforce.models import Kind, Resource

__all__ = ["terms_of"]
PROCESS = "freelancer_order"
# Time to answer if the offer names none, and the longest; silence counts as a refusal.
ANSWER_DAYS = 7
_LONGEST_ANSWER_DAYS = 60
_OPEN = (Order.State.DRAFT, Order.State.OFFERED, Order.State.AGREED)


def orders() -> QuerySet[Order]:
    """All orders of the firm, newest first."""
    return Order.objects.select_related("resource", "case", "call").order_by("-number")


def latest_offer(order: Order) -> Offer | None:
    return order.offers.order_by("-revision").first()


def open_offer(order: Order) -> Offer | None:
    """The offer that waits for an answer."""
    return order.offers.filter(state="sent").order_by("-revision").first()


def draft_order(
    resource: Resource,
    *,
    title: str,
    brief: str,
    criteria: Sequence[str],
    price_cents: int,
    first_day: date,
    last_day: date,
    price_kind: str = "fixed",
    assignments: Iterable[Assignment] = (),
    one_mail: bool = False,
    place_country: str = "",
    export_controlled: bool | None = None,
    by: Actor,
    **more: Any,
) -> Order:
    """An order that nobody has seen yet; its case runs from here. ``more`` are further columns of ``Order``.

    With ``one_mail`` the first offer goes out without a mail of its own: the caller writes one for several.
    ``place_country`` (where it must be done; empty: anywhere) and ``export_controlled`` (None: nobody has said) are
    what the legal gate asks of an order that covers no task; both can be stated later with ``state_for_the_law``.

    Raises:
        Refused: nothing to accept it by, or the days run backwards.
    """
    order = Order(
        resource=resource,
        title=title[:200],
        brief=brief,
        criteria=[text.strip() for text in criteria if text.strip()],
        price_kind=price_kind,
        price_cents=price_cents,
        first_day=first_day,
        last_day=last_day,
        **more,
    )
    order.clauses = catalogue.checked(order.clauses, kind=resource.kind)
    check_terms(_columns(order))
    order.number = next_number("order")
    order.save(force_insert=True)
    covered = list(assignments)
    OrderTask.objects.bulk_create(OrderTask(order=order, task=one.task, assignment=one) for one in covered)
    data = {"resource": resource.pk, "price_cents": price_cents, "tasks": [one.task_id for one in covered]}
    record(Event("engagement.order.drafted", order, data), by=by)
    place = place_country or None
    state_for_the_law(order, source="Auftrag", place_country=place, export_controlled=export_controlled, by=by)
    case = cases.start_case(
        definitions.definition_of(PROCESS, by=by),
        subject=order,
        title=f"Auftrag {order.number}: {order.title}",
        variables={"order": str(order.pk), "one_mail": one_mail},
        performers={"Auftraggeber": Role.LEAD, "Freelancer": resource},
        by=by,
    )
    order.edit(case=case)
    record(Event("engagement.order.case_started", order, {"case": case.pk}), by=by)
    return order


def order_from_assignment(assignment: Assignment, *, by: Actor) -> Order:
    """The order for a planned task: its brief, its criteria, the window of the plan, effort times rate as the cap.

    Its first offer goes out without a mail of its own.
    """
    task, resource = assignment.task, assignment.resource
    criteria = [criterion.text for criterion in task.criteria.all()] or [task.outcome or task.title]
    brief = "\n\n".join(text for text in (task.brief, task.outcome) if text) or task.title
    return draft_order(
        resource,
        title=task.title,
        brief=brief,
        criteria=criteria,
        price_kind="hourly",
        price_cents=round((task.effort_minutes or 0) * resource.rate.cents_per_hour / 60),
        first_day=assignment.first_day,
        last_day=assignment.last_day,
        data_class=task.data_class,
        clauses=dict(catalogue.FAIR),
        assignments=[assignment],
        one_mail=True,
        by=by,
    )


def edit_order(order: Order, *, expected_version: int, by: Actor, **changes: Any) -> None:
    """Change a draft; what was offered changes only by a new offer.

    Raises:
        Refused: it is no draft, or the terms do not hold together.
        Conflict: somebody else was faster.
    """
    if order.state != Order.State.DRAFT:
        raise Refused(
            Text("Dieser Auftrag ist schon angeboten.", "This order has been offered already."),
            citation="Auftrag",
            what_to_do=Text("Jede Änderung ist ein neues Angebot.", "Every change is a new offer."),
        )
    changes = _checked(order, changes)
    order.edit(expected_version=expected_version, **changes)
    record(Event("engagement.order.edited", order, {"changes": changes}), by=by)


def _columns(order: Order) -> dict[str, Any]:
    return columns_of(terms_of(order))


def _checked(order: Order, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of terms, once they hold together with the rest.

    Raises:
        Refused: they do not.
    """
    if "clauses" in changes:
        changes = {**changes, "clauses": catalogue.checked(changes["clauses"], kind=order.resource.kind)}
    check_terms(_columns(order) | changes)
    return changes


def state_for_the_law(
    order: Order, *, source: str, place_country: str | None = None, export_controlled: bool | None = None, by: Actor
) -> None:
    """Record, with its source, where the work of an order must be done and whether it is export-controlled."""
    stated = {"place_country": place_country, "export_controlled": export_controlled}
    for name, value in stated.items():
        if value is not None:
            record_fact(order, name=name, value=value, source=source, valid_from=clock.today(), by=by)


def briefs_of(order: Order, *, changes: dict[str, Any] | None = None) -> list[Brief]:
    """What the legal gate must know of the order: of itself, and of each task that it covers."""
    known = facts_on(clock.today(), subject_type=order._meta.label_lower, subject_ids=[order.pk])[order.pk]
    terms: dict[str, Any] = {"first_day": order.first_day, "data_class": order.data_class} | (changes or {})
    covered = [Brief.of(row.task) for row in order.tasks.select_related("task__project")]
    own = Brief(
        key=order.pk,
        start=terms["first_day"],
        data_class=terms["data_class"],
        place_country=known.get("place_country", ""),
        # Tasks say it themselves; an order without tasks leaves the question to whoever records the fact.
        export_controlled=known.get("export_controlled", False if covered else None),
    )
    return [own, *covered]


def stated_for_the_law(order: Order) -> dict[str, Any]:
    """What holds today of where the work is done (empty: anywhere) and of export control (None: nobody has said)."""
    known = facts_on(clock.today(), subject_type=order._meta.label_lower, subject_ids=[order.pk])[order.pk]
    return {"place_country": known.get("place_country", ""), "export_controlled": known.get("export_controlled")}


def further_checks(order: Order, *, by: Actor) -> tuple[Verdict, ...]:
    """What else applies to the order today, beside the rule of who is to do it."""
    found = further.checks_of(order, briefs_of(order), on=clock.today(), by=by)
    return tuple(one.verdict for one in found)


def files_for_external(order: Order) -> QuerySet[Document]:
    """What was released to the external; what the firm keeps for counsel with the order is none of it."""
    return documents_of(order).filter(keep_as=Document.KeepAs.LETTER)


def legal_checks(order: Order, *, by: Actor) -> tuple[gate.Permission, tuple[Verdict, ...]]:
    """What the gate says of the order today, with the conditions to be met and every verdict behind it."""
    about = facts_for_law(order, on=clock.today())
    return gate.checks_of(briefs_of(order), order.resource, about=about, on=clock.today(), by=by)


def facts_for_law(order: Order, *, changes: dict[str, Any] | None = None, on: date) -> dict[str, Any]:
    """What is said of the order for the gate: recorded of it, and its clauses beside what is known of the person."""
    kind, told = Kind(order.resource.kind), {"clauses": order.clauses, "price_kind": order.price_kind} | (changes or {})
    run = status_file.run_of(order, on=on)
    contract = order_law.contract_of(told["clauses"], told["price_kind"])
    known = facts_on(on, subject_type=order.resource._meta.label_lower, subject_ids=[order.resource_id])
    recorded = known.get(order.resource_id, {})
    joined = order_law.joined_facts(kind, recorded=recorded, run=run, contract=contract, on=on)
    return run | {name: joined[name] for name in contract}


def send_offer(
    order: Order, *, answer_by: datetime | None = None, changes: dict[str, Any] | None = None, by: Actor
) -> Offer:
    """Put the order to the external: the first time, again after a counter-proposal, or as a change to what stands.

    An agreed order stays as it is until a changed offer is accepted. The external hears by mail.

    Raises:
        Refused: the law does not permit it or a fact is missing (the same gate as for plans), no address is known,
            the answer is due too late, or the order is over.
    """
    order = locked(order.pk)
    if order.state not in _OPEN:
        raise _over(order)
    now = clock.now()
    answer_by = answer_by or now + timedelta(days=ANSWER_DAYS)
    if not now < answer_by <= now + timedelta(days=_LONGEST_ANSWER_DAYS):
        raise Refused(
            Text(
                f"Die Antwortfrist liegt nicht in den nächsten {_LONGEST_ANSWER_DAYS} Tagen.",
                f"The time to answer does not end within the next {_LONGEST_ANSWER_DAYS} days.",
            ),
            citation="Angebot",
            what_to_do=Text("Bitte wählen Sie einen anderen Tag.", "Please choose another day."),
        )
    if changes:
        changes = _checked(order, changes)
    briefs = briefs_of(order, changes=changes)
    about = facts_for_law(order, changes=changes, on=clock.today())
    classed = (changes or {}).get("data_class", order.data_class)
    sub_processors.require_lawful(order.resource, data_class=classed, on=clock.today())
    permission = gate.require_permitted(briefs, order.resource, about=about, on=clock.today(), by=by)
    also = further.checks_of(order, briefs, on=clock.today(), by=by)
    invite(order.resource, by=by)
    order.offers.filter(state="sent").update(state="withdrawn")
    last = latest_offer(order)
    offer = Offer.objects.create(
        order=order,
        revision=last.revision + 1 if last else 1,
        terms=terms_of(order, **(changes or {})),
        answer_by=answer_by,
    )
    first = order.state == Order.State.DRAFT
    if first:
        order.edit(state=Order.State.OFFERED)
    data = {"revision": offer.revision, "terms": offer.terms, "answer_by": answer_by}
    data |= {"checks": [*permission.checks, *(one.check.pk for one in also)]}
    data |= {"conditions": [one.text.de for one in permission.conditions]}
    record(Event("engagement.offer.sent", offer, data), by=by)
    warnings.keep_score(order, permission.checks, revision=offer.revision, by=by)
    step = step_of(order, "write_offer")
    if first and step is not None:
        cases.complete_step(step, led=True, by=by)
    elif order.case is not None and step_of(order, "answer_offer") is not None:
        # The case mails it and waits for the new answer, no longer for the old one.
        cases.receive_message(order.case, name="offer_replaced", by=by)
    else:
        mail_offer(offer, by=by)
    offer.refresh_from_db()
    return offer


def mail_offer(offer: Offer, *, by: Actor) -> None:
    """Tell the external of an offer, with a link that lets only this person in."""
    order, terms = offer.order, offer.terms
    first, last = (date.fromisoformat(terms[name]) for name in ("first_day", "last_day"))
    fee = price_of(terms).words(terms["currency"])
    answer_by = offer.answer_by.astimezone(clock.FIRM_ZONE)
    body = Text(
        f"wir bieten Ihnen einen Auftrag an: {terms['title']}\n"
        f"Terminfenster: {first:%d.%m.%Y} bis {last:%d.%m.%Y}\n"
        f"Vergütung netto: {fee.de}\n"
        f"Antwort bitte bis {answer_by:%d.%m.%Y}, {answer_by:%H:%M} Uhr. Sie können annehmen, ablehnen, nachfragen "
        "oder einen Gegenvorschlag machen. Eine Absage hat keine Folgen.",
        f"We offer you an order: {terms['title']}\n"
        f"Date window: {first:%d %b %Y} to {last:%d %b %Y}\n"
        f"Fee, net: {fee.en}\n"
        f"Please answer by {answer_by:%d %b %Y}, {answer_by:%H:%M} (Berlin). You may accept, decline, ask or make a "
        "counter-proposal. Declining has no consequences.",
    )
    subject = Text(f"Angebot: {terms['title']}", f"Offer: {terms['title']}")
    link = mails.tell_external(order, subject=subject, body=body, by=by)
    offer.edit(link=link)
    record(Event("engagement.offer.mailed", offer, {"revision": offer.revision}), by=by)


def cancel_order(order: Order, *, reason: str, by: Actor) -> None:
    """End an order that nothing was delivered for: offers are withdrawn, its tasks are open again.

    Raises:
        Refused: no reason, or something was delivered.
    """
    order = locked(order.pk)
    if order.state not in _OPEN:
        raise _over(order)
    if not reason.strip():
        raise Refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            citation="Auftrag",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    told = order.state != Order.State.DRAFT
    order.offers.filter(state="sent").update(state="withdrawn")
    order.edit(state=Order.State.CANCELLED)
    release_tasks(order, Assignment.State.WITHDRAWN)
    record(Event("engagement.order.cancelled", order, {"reason": reason}), by=by)
    if told:
        subject = Text(f"Zurückgezogen: {order.title}", f"Withdrawn: {order.title}")
        body = Text(
            f"wir ziehen Auftrag {order.number} zurück.\nGrund: {reason}",
            f"We withdraw order {order.number}.\nReason: {reason}",
        )
        mails.tell_external(order, subject=subject, body=body, by=by)
    if order.case is not None and order.case.state == "running":
        cases.cancel_case(order.case, reason=reason, by=by)


def release_tasks(order: Order, state: str) -> None:
    """The tasks of an order that came to nothing are open for the next plan."""
    for row in order.tasks.select_related("assignment", "task"):
        live = {Assignment.State.OFFERED, Assignment.State.ACTIVE}
        if row.assignment is not None and row.assignment.state in live:
            row.assignment.edit(state=state)
            row.task.edit(state=Task.State.OPEN)


def release_file(order: Order, *, content: bytes, filename: str, by: Actor) -> Document:
    """A file that the external may read with the order."""
    document = keep_file(content, filename=filename, belongs_to=order, by=by)
    record(Event("engagement.file.released", order, {"document": document.pk, "filename": filename}), by=by)
    return document


def step_of(order: Order, element: str) -> CaseTask | None:
    """The open step of the order's case at this element."""
    return CaseTask.objects.filter(case=order.case, element=element, state="open").first()


def order_of(case: Case) -> Order:
    return Order.objects.select_related("resource__user", "case").get(pk=case.subject_id)


def locked(key: UUID) -> Order:
    """The order as it stands now, locked until commit."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("resource__user", "case", "call")
    return rows.get(pk=key)


def _over(order: Order) -> Refused:
    return Refused(
        Text(f"Auftrag {order.number} ist nicht mehr offen.", f"Order {order.number} is no longer open."),
        citation="Auftrag",
        what_to_do=Text("Bitte legen Sie einen neuen Auftrag an.", "Please create a new order."),
    )
