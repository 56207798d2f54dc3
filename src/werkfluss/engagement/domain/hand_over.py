"""Hand-over cards: work goes from one side to the other, also while one of them sleeps.

A card says where it stands, what is open and what comes next, and names a side and a role, never a person. It is
answered by taking over, or by the next card of the other side.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet

from werkfluss.engagement import service_terms
from werkfluss.engagement.domain import mails, orders, sub_processors
from werkfluss.engagement.domain.order_book import SIDES
from werkfluss.engagement.domain.service_levels import free_days, terms_of
from werkfluss.engagement.models import HandOver, Order
from werkfluss.engagement.rules import is_own
from werkfluss.engagement.service_terms import ServiceTerms
from werkfluss.evidence.domain.dossiers import Cell, Section
from werkfluss.evidence.domain.drawing import as_pdf, drawn
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.work.models import Task
from werkfluss.workforce.domain.calendars import working_windows

OTHER = {"firm": "partner", "partner": "firm"}
# Without an agreed time to answer: a day from when the other side starts work.
_USUAL = timedelta(days=1)
_WEEK = (0, 1, 2, 3, 4)
_LOOK_AHEAD = timedelta(days=30)
_UNDER_WAY = (Order.State.AGREED, Order.State.DELIVERED)


def cards_of(order: Order) -> QuerySet[HandOver]:
    """Every card of an order, the newest first."""
    return HandOver.objects.filter(order=order).select_related("task").order_by("-number")


def open_cards() -> QuerySet[HandOver]:
    """Cards of orders under way that nobody has answered, the most urgent first."""
    rows = HandOver.objects.filter(answered_at=None, order__state__in=_UNDER_WAY)
    return rows.select_related("order__resource", "order__org").order_by("answer_by")


def side_of(order: Order, actor: Actor) -> str:
    """On which side somebody stands.

    Raises:
        NotPermitted: on neither.
    """
    if is_own(order, actor):
        return "partner"
    actor.require("order.write")
    return "firm"


def zone_of(order: Order, side: str) -> str:
    """The time zone in which a side works."""
    return order.resource.time_zone if side == "partner" else str(clock.FIRM_ZONE)


def starts_work(order: Order, side: str, moment: datetime) -> datetime:
    """When a side works: now, if it does, else when it starts next."""
    if side == "partner":
        found = working_windows([order.resource], start=moment, end=moment + _LOOK_AHEAD)[order.resource_id]
        return found[0][0] if found else moment
    profile = FirmProfile.objects.get()
    usual = ServiceTerms(
        str(clock.FIRM_ZONE), {}, _WEEK, time(8), time(17), country=profile.country, subdivision=profile.subdivision
    )
    return service_terms.next_start(usual, moment, is_free=free_days(usual))


def write_card(
    order: Order,
    *,
    standing: str,
    next_step: str,
    done: str = "",
    questions: str = "",
    role: str = "",
    task: Task | None = None,
    by: Actor,
) -> HandOver:
    """Hand over to the other side, which hears by mail. What it handed over before is thereby taken over.

    Raises:
        NotPermitted: neither side of this order.
        Refused: the order is not under way, state or next step is missing, the task is not of this order, or personal
            data may not go to the partner because of a sub-processor. The partner may always hand back.
    """
    order = orders.locked(order.pk)
    side, now = side_of(order, by), clock.now()
    if order.state not in _UNDER_WAY:
        raise _refused(Text("Der Auftrag läuft nicht.", "The order is not under way."))
    if not standing.strip() or not next_step.strip():
        raise _refused(Text("Es fehlen Stand oder nächster Schritt.", "State or next step is missing."))
    if side == "firm":
        sub_processors.require_lawful(order.resource, data_class=order.data_class, on=clock.today())
    if task is not None and not order.tasks.filter(task=task).exists():
        raise _refused(Text("Die Aufgabe gehört nicht zum Auftrag.", "The task is not part of the order."))
    for card in HandOver.objects.filter(order=order, side=OTHER[side], answered_at=None):
        _answered(card, "", by=by)
    last = cards_of(order).first()
    card = HandOver.objects.create(
        order=order,
        task=task,
        number=last.number + 1 if last else 1,
        side=side,
        standing=standing.strip(),
        done=done.strip(),
        questions=questions.strip(),
        next_step=next_step.strip(),
        role=role.strip()[:100],
        written_at=now,
        written_by=by.id,
        answer_by=_answer_by(order, side, now),
    )
    record(Event("engagement.hand_over.written", card, {"order": order.number, "side": side}), by=by)
    _tell(card, by)
    return card


def _answer_by(order: Order, side: str, now: datetime) -> datetime:
    """The agreed time to answer, counted from when the other side starts work."""
    begins = starts_work(order, OTHER[side], now)
    terms = terms_of(order)
    minutes = terms.minutes("response") if terms else None
    if terms is None or minutes is None:
        return begins + _USUAL
    return service_terms.after(terms, begins, minutes, is_free=free_days(terms))


def take_over(card: HandOver, *, text: str = "", by: Actor) -> None:
    """The other side takes over, with or without a word.

    Raises:
        NotPermitted: not the other side.
        Conflict: it was taken over already.
    """
    order = orders.locked(card.order_id)
    if side_of(order, by) != OTHER[card.side]:
        raise NotPermitted("own_orders.answer")
    card = HandOver.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if card.answered_at is not None:
        raise Conflict(f"hand-over {card.number} of order {order.number}")
    _answered(card, text.strip(), by=by)


def _answered(card: HandOver, text: str, *, by: Actor) -> None:
    card.edit(answered_at=clock.now(), answered_by=by.id, answer=text)
    data = {"order": card.order.number, "side": OTHER[card.side]}
    record(Event("engagement.hand_over.taken_over", card, data), by=by)


def _tell(card: HandOver, by: Actor) -> None:
    order = card.order
    subject = Text(f"Übergabe zu Auftrag {order.number}", f"Hand-over of order {order.number}")
    body = Text(
        f"Stand: {card.standing}\nNächster Schritt: {card.next_step}",
        f"State: {card.standing}\nNext step: {card.next_step}",
    )
    if card.side == "firm":
        mails.tell_external(order, subject=subject, body=body, by=by)
    else:
        send_mail(subject.de, body.de, settings.DEFAULT_FROM_EMAIL, [FirmProfile.objects.get().email])


def both_times(order: Order, moment: datetime) -> tuple[str, str]:
    """An instant as the clocks of client and partner show it, each with its zone."""
    zones = (zone_of(order, "firm"), zone_of(order, "partner"))
    first, second = (f"{moment.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M} {zone}" for zone in zones)
    return first, second


def history_pdf(order: Order, language: Language, *, at: datetime) -> bytes:
    """Every card of an order as PDF/A-3a, the newest first."""
    firm, profile = Organisation.objects.get(pk=current_org_id()), FirmProfile.objects.get()
    facts: list[tuple[Cell, Cell]] = [
        (Text("Auftrag", "Order"), f"{order.number} · {order.title}"),
        (Text("Auftraggeber", "Client"), firm.name),
        (Text("Partner", "Partner"), order.resource.name),
    ]
    parts: list[tuple[Cell, list[dict[str, object]]]] = []
    for card in cards_of(order):
        by = SIDES["firm" if card.side == "firm" else "partner"]
        title = Text(f"Übergabe {card.number} · {by.de}", f"Hand-over {card.number} · {by.en}")
        section = Section(title, pairs=_pairs(card))
        parts.append((title, [drawn(section, language)]))
    return as_pdf(
        title=Text(f"Übergaben zu Auftrag {order.number}", f"Hand-overs of order {order.number}"),
        firm=firm.name,
        address=f"{profile.street}, {profile.postcode} {profile.city}",
        facts=facts,
        parts=parts,
        language=language,
        at=at,
    )


def _pairs(card: HandOver) -> tuple[tuple[Text, Cell], ...]:
    first, second = both_times(card.order, card.written_at)
    return (
        (Text("Übergeben", "Handed over"), f"{first} · {second}"),
        (Text("Stand", "State"), card.standing),
        (Text("Gemacht", "Done"), card.done),
        (Text("Offene Fragen", "Open questions"), card.questions),
        (Text("Nächster Schritt", "Next step"), card.next_step),
        (Text("Übernimmt", "Taken over by"), card.role),
        (Text("Übernommen", "Taken over"), card.answered_at),
        (Text("Antwort", "Answer"), card.answer),
    )


def _refused(reason: Text) -> Refused:
    return Refused(
        reason, citation="Übergabe", what_to_do=Text("Bitte prüfen Sie die Angaben.", "Please check what you entered.")
    )
