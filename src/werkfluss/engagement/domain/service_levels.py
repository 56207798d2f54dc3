"""Clocks of what was agreed with a partner team: they run on what really happens, and wait while the other side acts.

A question starts the time to answer it, on either side; an agreed milestone the time to deliver it; a delivery that is
sent back or a reserved defect the time to mend. They measure two organisations, never a person, and a breach is a fact
about the order: no price follows from it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet

from werkfluss.engagement import service_terms
from werkfluss.engagement.domain import mails, offers, orders
from werkfluss.engagement.domain.order_book import milestones_of, open_question
from werkfluss.engagement.models import Delivery, Order, ServiceClock
from werkfluss.engagement.rules import is_own
from werkfluss.engagement.service_terms import ServiceTerms
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile
from werkfluss.workforce.domain.calendars import holidays_of
from werkfluss.workforce.models import Kind

_LIVE = (ServiceClock.State.RUNNING, ServiceClock.State.PAUSED)
_UNDER_WAY = (Order.State.AGREED, Order.State.DELIVERED, Order.State.ACCEPTED, Order.State.BILLED)
_MENDED = "Der Mangel ist behoben. / The defect is mended."
_NOT_MENDED = "Der Mangel ist noch nicht behoben. / The defect is not mended yet."


def listen() -> None:
    """Called once, when the room is ready."""
    events.on("engagement.order.agreed", _agreed)
    events.on("engagement.order.cancelled", _cancelled)
    events.on("engagement.order.message_written", _written)
    events.on("engagement.order.delivered", _delivered)
    events.on("engagement.delivery.accepted", _accepted)
    events.on("engagement.delivery.sent_back", _sent_back)


def terms_of(order: Order) -> ServiceTerms | None:
    """What is agreed; only with partner teams, which are organisations."""
    if order.resource.kind != Kind.PARTNER:
        return None
    return service_terms.read(order.service_levels)


def set_terms(order: Order, terms: Mapping[str, Any], *, by: Actor) -> None:
    """Write service times into a draft, or propose them as a new offer; ``terms`` as ``service_terms.read`` takes them.

    Raises:
        Refused: they do not hold together, it is no order to a partner team, or the order is over.
    """
    if order.resource.kind != Kind.PARTNER:
        raise Refused(
            Text("Servicezeiten gibt es mit Partnerteams.", "Service times are agreed with partner teams."),
            citation="Servicezeiten",
            what_to_do=Text("Menschen werden nicht gemessen.", "People are not measured."),
        )
    read = service_terms.read(terms)
    changes = {"service_levels": service_terms.as_json(read) if read else {}}
    if order.state == Order.State.DRAFT:
        orders.edit_order(order, expected_version=order.version, by=by, **changes)
    else:
        orders.send_offer(order, changes=changes, by=by)


def clocks_of(order: Order) -> QuerySet[ServiceClock]:
    """All clocks of an order, those that run first."""
    return ServiceClock.objects.filter(order=order).order_by("ended_at", "due_at")


def running() -> QuerySet[ServiceClock]:
    rows = ServiceClock.objects.filter(state=ServiceClock.State.RUNNING)
    return rows.select_related("order__resource", "order__org").order_by("due_at")


def record_of(team_id: UUID) -> dict[str, tuple[int, int]]:
    """What a partner organisation kept of what was agreed: (in time, not in time) by kind, its own clocks only."""
    rows = ServiceClock.objects.filter(order__resource_id=team_id, order__resource__kind=Kind.PARTNER, side="partner")
    found = Counter(rows.filter(state__in=("met", "missed")).values_list("kind", "state"))
    kinds = [kind for kind in service_terms.KINDS if found[kind, "met"] or found[kind, "missed"]]
    return {kind: (found[kind, "met"], found[kind, "missed"]) for kind in kinds}


def set_severity(clock_: ServiceClock, *, severity: str, by: Actor) -> None:
    """The firm says that something is urgent, or no longer: the agreed time of that severity counts from the start.

    Raises:
        NotPermitted: no right to orders.
        Conflict: it no longer runs.
    """
    by.require("order.write")
    clock_ = _locked(clock_)
    terms = terms_of(clock_.order)
    minutes = terms.minutes(clock_.kind, severity) if terms and severity in service_terms.SEVERITIES else None
    if clock_.state != ServiceClock.State.RUNNING or terms is None or minutes is None or clock_.kind == "delivery":
        raise Conflict(f"clock of order {clock_.order.number}")
    due = service_terms.after(terms, clock_.started_at, minutes, is_free=free_days(terms))
    clock_.edit(severity=severity, due_at=due, warned_at=None)
    _record("severity_set", clock_, by=by)


def report_mended(clock_: ServiceClock, *, text: str, by: Actor) -> None:
    """The partner says that a reserved defect is mended: the clock waits for the firm to look.

    Raises:
        NotPermitted: somebody else's order.
        Conflict: it does not run, or mending is shown by a new delivery.
    """
    if not is_own(clock_.order, by):
        raise NotPermitted("own_orders.answer")
    clock_ = _locked(clock_)
    if clock_.kind != "rework" or clock_.state != ServiceClock.State.RUNNING or not by_word(clock_):
        raise Conflict(f"clock of order {clock_.order.number}")
    offers.ask_question(clock_.order, text=text, by=by)
    clock_.refresh_from_db()
    if clock_.state == ServiceClock.State.RUNNING:
        _pause(clock_, clock.now(), by)


def confirm_mended(clock_: ServiceClock, *, mended: bool, text: str = "", by: Actor) -> None:
    """The firm has looked: it is mended, as of the moment it was reported, or the time goes on. The partner hears.

    Raises:
        NotPermitted: no right to orders.
        Conflict: nothing was reported.
    """
    by.require("order.write")
    clock_ = _locked(clock_)
    reported = clock_.paused_at
    if clock_.kind != "rework" or clock_.state != ServiceClock.State.PAUSED or reported is None or not by_word(clock_):
        raise Conflict(f"clock of order {clock_.order.number}")
    said = _MENDED if mended else _NOT_MENDED
    offers.answer_question(clock_.order, text=" ".join(part for part in (said, text.strip()) if part), by=by)
    clock_.refresh_from_db()
    if mended:
        _end(clock_, reported, by)
    else:
        _resume(clock_, clock.now(), by)


def _locked(clock_: ServiceClock) -> ServiceClock:
    rows = ServiceClock.objects.select_for_update(of=("self",)).select_related("order__resource")
    return rows.get(pk=clock_.pk)


def by_word(clock_: ServiceClock) -> bool:
    """Reserved defects are mended after the Abnahme; what was sent back is mended by the next delivery."""
    return clock_.order.deliveries.filter(pk=clock_.about, state="accepted").exists()


def tick(now: datetime, *, by: Actor) -> int:
    """Warn of clocks that near their end and note those that are over; how many were told of."""
    told = 0
    for row in running().select_for_update(of=("self",)):
        terms = terms_of(row.order)
        if terms is None:
            continue
        if now >= row.due_at and row.breached_at is None:
            row.edit(breached_at=row.due_at)
            _record("breached", row, by=by)
            _tell(row, over=True, by=by)
            told += 1
        elif row.breached_at is None and row.warned_at is None and now >= _warning(row, terms):
            row.edit(warned_at=now)
            _record("warned", row, by=by)
            _tell(row, over=False, by=by)
            told += 1
    return told


def _warning(row: ServiceClock, terms: ServiceTerms) -> datetime:
    """When the agreed part of the time has passed."""
    free = free_days(terms)
    whole = service_terms.between(terms, row.started_at, row.due_at, is_free=free)
    return service_terms.after(terms, row.started_at, whole * terms.warn_percent // 100, is_free=free)


def _tell(row: ServiceClock, *, over: bool, by: Actor) -> None:
    """Whoever has to act is warned; of a breach both sides hear."""
    order, what = row.order, service_terms.KINDS[row.kind]
    local = row.due_at.astimezone(ZoneInfo((terms_of(order) or _ELAPSED).zone))
    stamp = f"{local:%d.%m.%Y %H:%M} ({local.tzinfo})"
    subject = Text(f"Auftrag {order.number}: {what.de}", f"Order {order.number}: {what.en}")
    body = Text(
        f"{row.title}\n{'Die vereinbarte Zeit ist vorbei seit' if over else 'Vereinbart bis'} {stamp}.",
        f"{row.title}\n{'The agreed time was over at' if over else 'Agreed until'} {stamp}.",
    )
    if row.side == "partner" or over:
        mails.tell_external(order, subject=subject, body=body, by=by)
    if row.side == "firm" or over:
        send_mail(subject.de, body.de, settings.DEFAULT_FROM_EMAIL, [FirmProfile.objects.get().email])


_ELAPSED = ServiceTerms("Europe/Berlin", {})


def free_days(terms: ServiceTerms) -> service_terms.IsFree:
    if not terms.country:
        return service_terms.never_free

    def is_free(day: date) -> bool:
        return day in holidays_of(terms.country, terms.subdivision, day.year)

    return is_free


def _order(key: UUID) -> Order:
    return Order.objects.select_related("resource__user").get(pk=key)


def _live(order: Order, **which: Any) -> Iterable[ServiceClock]:
    return list(ServiceClock.objects.filter(order=order, state__in=_LIVE, **which).select_related("order__resource"))


def _start(
    order: Order, *, kind: str, side: str, about: str, title: str, now: datetime, due: datetime, by: Actor
) -> None:
    row = ServiceClock.objects.create(
        order=order, kind=kind, side=side, about=about, title=title[:200], started_at=now, due_at=due
    )
    _record("started", row, by=by)


def _end(row: ServiceClock, at: datetime, by: Actor) -> None:
    """It was done: in time or not, by what was agreed."""
    late = row.breached_at is not None or (row.state == ServiceClock.State.RUNNING and at > row.due_at)
    state = ServiceClock.State.MISSED if late else ServiceClock.State.MET
    row.edit(state=state, ended_at=at, breached_at=row.breached_at or (row.due_at if late else None))
    _record("ended", row, by=by)


def _pause(row: ServiceClock, now: datetime, by: Actor) -> None:
    """A clock that is over stays over: there is nothing left to keep."""
    terms = terms_of(row.order)
    if terms is None or row.state != ServiceClock.State.RUNNING or now >= row.due_at:
        return
    left = service_terms.between(terms, now, row.due_at, is_free=free_days(terms))
    row.edit(state=ServiceClock.State.PAUSED, paused_at=now, left_minutes=left)
    _record("paused", row, by=by)


def _resume(row: ServiceClock, now: datetime, by: Actor) -> None:
    terms = terms_of(row.order)
    if terms is None or row.state != ServiceClock.State.PAUSED:
        return
    due = service_terms.after(terms, now, row.left_minutes or 0, is_free=free_days(terms))
    # A day that was agreed on a weekend stays: what is left until it is counted up to the last working hour only.
    row.edit(state=ServiceClock.State.RUNNING, paused_at=None, left_minutes=None, due_at=max(due, row.due_at))
    _record("resumed", row, by=by)


def _record(what: str, row: ServiceClock, *, by: Actor) -> None:
    data = {"order": row.order.number, "kind": row.kind, "side": row.side, "due_at": row.due_at, "state": row.state}
    record(Event(f"engagement.service_clock.{what}", row, data), by=by)


def _agreed(event: Event, by: Actor) -> None:
    """New terms: what is to be delivered has its time; the others go on by the new calendar from the next event."""
    order = _order(event.subject.pk)
    terms = terms_of(order)
    live = {row.about: row for row in _live(order, kind="delivery")}
    hours = terms.minutes("delivery") if terms else None
    parts = list(enumerate(milestones_of(order), start=1)) if terms and hours is not None else []
    now = clock.now()
    wanted: dict[str, datetime] = {}
    for number, part in parts:
        if terms is None or part.state != "open":
            continue
        end = service_terms.end_of_day(terms, part.due)
        due = service_terms.after(terms, end, hours or 0, is_free=free_days(terms)) if hours else end
        wanted[f"m{number}"] = due
        row = live.get(f"m{number}")
        if row is None:
            title = part.title.de
            _start(order, kind="delivery", side="partner", about=f"m{number}", title=title, now=now, due=due, by=by)
        elif row.due_at != due:
            row.edit(due_at=due, warned_at=None)
            _record("moved", row, by=by)
    for about, row in live.items():
        if about not in wanted:
            _stop(row, by)


def _stop(row: ServiceClock, by: Actor) -> None:
    row.edit(state=ServiceClock.State.STOPPED, ended_at=clock.now())
    _record("stopped", row, by=by)


def _cancelled(event: Event, by: Actor) -> None:
    for row in _live(_order(event.subject.pk)):
        _stop(row, by)


def _written(event: Event, by: Actor) -> None:
    """A question starts the time to answer it; while the partner waits for an answer, its other clocks wait too."""
    order = _order(event.subject.pk)
    terms = terms_of(order)
    if terms is None or order.state not in _UNDER_WAY:
        return
    now, asked = clock.now(), open_question(order)
    if asked is None:
        for row in _live(order, kind="response"):
            _end(row, now, by)
        _go_on(order, now, by)
        return
    side = "firm" if asked.from_external else "partner"
    minutes = terms.minutes("response")
    if minutes is not None and not _live(order, kind="response"):
        due = service_terms.after(terms, now, minutes, is_free=free_days(terms))
        title = asked.text.splitlines()[0]
        _start(order, kind="response", side=side, about=str(asked.pk), title=title, now=now, due=due, by=by)
    if side == "firm":
        _wait(order, now, by)


def _wait(order: Order, now: datetime, by: Actor) -> None:
    for row in _live(order, side="partner", state=ServiceClock.State.RUNNING):
        if row.kind != "response":
            _pause(row, now, by)


def _go_on(order: Order, now: datetime, by: Actor) -> None:
    """Nothing keeps the partner from working: neither an open question nor a delivery that is being looked at."""
    asked = open_question(order)
    if order.state != Order.State.AGREED or (asked is not None and asked.from_external):
        return
    for row in _live(order, side="partner", state=ServiceClock.State.PAUSED):
        _resume(row, now, by)


def _delivered(event: Event, by: Actor) -> None:
    """What was handed in is delivered and mended; the rest waits until the firm has decided."""
    delivery = event.subject
    assert isinstance(delivery, Delivery)
    order = _order(delivery.order_id)
    for row in _live(order, side="partner"):
        if row.kind == "rework" or (row.kind == "delivery" and (not delivery.parts or row.about in delivery.parts)):
            _end(row, delivery.delivered_at, by)
    _wait(order, delivery.delivered_at, by)


def _accepted(event: Event, by: Actor) -> None:
    delivery = event.subject
    assert isinstance(delivery, Delivery)
    order = _order(delivery.order_id)
    if order.state != Order.State.AGREED:
        for row in _live(order, kind="delivery"):
            _end(row, delivery.delivered_at, by)
    _go_on(order, clock.now(), by)
    protocol = order.acceptances.filter(delivery=delivery).order_by("-number").first()
    if protocol is not None and protocol.kind == "defects":
        title = "; ".join(one["text"] for one in protocol.defects)
        _start_rework(order, delivery, title, by)


def _sent_back(event: Event, by: Actor) -> None:
    delivery = event.subject
    assert isinstance(delivery, Delivery)
    order = _order(delivery.order_id)
    _go_on(order, clock.now(), by)
    _start_rework(order, delivery, delivery.note, by)


def _start_rework(order: Order, delivery: Delivery, title: str, by: Actor) -> None:
    terms = terms_of(order)
    minutes = terms.minutes("rework") if terms else None
    if terms is None or minutes is None:
        return
    now = clock.now()
    due = service_terms.after(terms, now, minutes, is_free=free_days(terms))
    about = str(delivery.pk)
    _start(order, kind="rework", side="partner", about=about, title=title, now=now, due=due, by=by)
