"""Orders to care providers. A provider sees its own orders, and of a person what the person released.

States: planned → ordered → accepted → delivered → done; the provider may decline what is ordered, the firm may cancel
until it is delivered. Of the person a provider sees only what the person released for this very order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from werkfluss.care.domain.providers import MARKS, missing_of, tell_provider
from werkfluss.care.models import CareBooking, CareOffer, ExpatCase, ServiceCount
from werkfluss.care.modules import Booking, care_module
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import Organisation
from werkfluss.workforce.models import Resource

LEAST = 10
OPEN = ("planned", "ordered", "accepted", "delivered")
# What a person may let a provider see, and where it comes from.
RELEASABLE: dict[str, Text] = {
    "name": Text("Name", "name"),
    "email": Text("E-Mail-Adresse", "e-mail address"),
    "languages": Text("Sprachen", "languages"),
    "nationality": Text("Staatsangehörigkeit", "citizenship"),
    "city": Text("Ort", "town"),
    "start": Text("Beginn der Arbeit", "start of work"),
}


def bookings() -> QuerySet[CareBooking]:
    """All orders of the firm, newest first."""
    return CareBooking.objects.select_related("offer__provider", "person", "expat_case", "org").order_by("-number")


def own_bookings(actor: Actor) -> QuerySet[CareBooking]:
    """What was ordered for this very person."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return CareBooking.objects.none()
    return bookings().filter(person__user_id=actor.id)


def orders_of(actor: Actor) -> QuerySet[CareBooking]:
    """What a provider sees: its own orders, once they were ordered."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return CareBooking.objects.none()
    return bookings().filter(offer__provider__user_id=actor.id).exclude(state="planned")


def cost_of(rows: Iterable[CareBooking]) -> dict[str, Decimal]:
    """The sum per currency of what was not declined or cancelled."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.state not in {"declined", "cancelled"}:
            found[row.currency] = found.get(row.currency, Decimal(0)) + row.cost
    return found


def plan_booking(
    offer: CareOffer,
    *,
    person: Resource,
    expat_case: ExpatCase | None = None,
    quantity: int = 1,
    wanted_by: date | None = None,
    by: Actor,
) -> CareBooking:
    """Put it on the person's list with today's price; nobody outside learns of it yet.

    Raises:
        Refused: the module is used by codes without a name, or the offer has ended.
    """
    by.require("care.write")
    if care_module(offer.module).booking is not Booking.ORDER or offer.ended_on is not None:
        raise Refused(
            Text("Das lässt sich nicht für eine Person bestellen.", "This cannot be ordered for a person."),
            citation=care_module(offer.module).name.de,
            what_to_do=Text(
                "Kaufen Sie Codes, die jede und jeder ohne Namen nimmt, oder wählen Sie ein gültiges Angebot.",
                "Buy codes that everybody takes without a name, or choose a valid offer.",
            ),
        )
    booking = CareBooking.objects.create(
        number=next_number("care_booking"),
        offer=offer,
        person=person,
        expat_case=expat_case,
        quantity=quantity,
        price=offer.price,
        currency=offer.currency,
        accepted_when=offer.accepted_when,
        wanted_by=wanted_by,
    )
    record(Event("care.booking.planned", booking, {"number": booking.number}), by=by)
    return booking


def order(booking: CareBooking, *, expected_version: int, by: Actor) -> None:
    """Send it to the provider, who is told by mail that there is an order, not for whom.

    Raises:
        Refused: the processing agreement or the basis of the transfer is missing.
        Conflict: it is not planned any more.
    """
    by.require("care.write")
    today = clock.today()
    for missing in missing_of(booking.offer.provider, on=today):
        raise Refused(missing.what, citation=missing.basis, what_to_do=missing.next_step)
    _move(booking, "planned", "ordered", expected_version, by=by, ordered_by=by.id, ordered_on=today)
    firm = Organisation.objects.get(pk=by.org_id)
    target = reverse("my_care_order", kwargs={"firm": firm.slug, "pk": booking.pk})
    tell_provider(booking.offer.provider, target=target, by=by)


def take_on(booking: CareBooking, *, expected_version: int, by: Actor) -> None:
    """The provider accepts the order."""
    _require_provider(booking, by)
    _move(booking, "ordered", "accepted", expected_version, by=by)


def decline(booking: CareBooking, *, because: str, expected_version: int, by: Actor) -> None:
    """The provider declines; that has no consequence for it."""
    _require_provider(booking, by)
    _move(
        booking, "ordered", "declined", expected_version, by=by, declined_because=because[:200], closed_on=clock.today()
    )


def deliver(
    booking: CareBooking, *, invoice_reference: str, invoice_amount: Decimal, expected_version: int, by: Actor
) -> None:
    """The provider says that it is done and which invoice is about it; the file itself goes to accounting."""
    _require_provider(booking, by)
    _move(
        booking,
        "accepted",
        "delivered",
        expected_version,
        by=by,
        invoice_reference=invoice_reference[:80],
        invoice_amount=invoice_amount,
    )


def accept_delivery(booking: CareBooking, *, expected_version: int, by: Actor) -> None:
    """HR accepts against what was agreed; the person is asked about the service, never about the person's affairs."""
    by.require("care.write")
    _move(booking, "delivered", "done", expected_version, by=by, closed_on=clock.today(), asked=True)


def cancel(booking: CareBooking, *, expected_version: int, by: Actor) -> None:
    """The firm takes it back, as long as nothing was delivered."""
    by.require("care.write")
    if booking.state not in {"planned", "ordered", "accepted"}:
        raise Conflict(f"booking {booking.number}")
    _move(booking, booking.state, "cancelled", expected_version, by=by, closed_on=clock.today())


def release(booking: CareBooking, names: Iterable[str], *, by: Actor) -> None:
    """The person says what this provider may see of the person; an empty list takes everything back.

    Raises:
        NotPermitted: somebody else than the person.
    """
    if by.id is None or booking.person.user_id != by.id:
        raise NotPermitted("care.release")
    chosen = [name for name in RELEASABLE if name in set(names)]
    booking.edit(released=chosen)
    record(Event("care.booking.released", booking, {"number": booking.number}), by=by)


def released_of(booking: CareBooking) -> list[tuple[Text, str]]:
    """What the provider may see of the person, today's values; nothing once the order is closed."""
    if booking.state not in {"ordered", "accepted", "delivered"}:
        return []
    person = booking.person
    start = booking.expat_case.wished_start if booking.expat_case else None
    values: dict[str, Any] = {
        "name": person.name,
        "email": person.email,
        "languages": ", ".join(person.languages),
        "nationality": person.nationality,
        "city": person.city,
        "start": f"{start:%d.%m.%Y}" if start else "",
    }
    return [(RELEASABLE[name], values[name]) for name in booking.released if values.get(name)]


def mark_service(booking: CareBooking, mark: int, *, person: Actor) -> None:
    """Count how good the service was. Nothing of the answer stays with the order or the person.

    There is no ``by``: the record names an actor and an instant, so nothing is recorded.

    What the firm sees moves at each full ten only, so nobody can find one answer by looking twice.

    Raises:
        NotPermitted: somebody else than the person.
        Conflict: it is not asked, or not any more.
    """
    if person.id is None or booking.person.user_id != person.id:
        raise NotPermitted("care.mark")
    if mark not in MARKS:
        raise ValueError(f"no such mark: {mark}")
    if not CareBooking.objects.filter(pk=booking.pk, asked=True).update(asked=False):
        raise Conflict(f"booking {booking.number}")
    booking.asked = False
    rows = ServiceCount.objects.select_for_update().filter(offer=booking.offer_id)
    list(rows)
    rows.filter(mark=mark).update(count=F("count") + 1)
    if (rows.aggregate(all=Sum("count"))["all"] or 0) % LEAST == 0:
        rows.update(shown=F("count"))


def marks_of(offer: CareOffer) -> dict[int, int]:
    """How often each mark was given, as of the last full ten; empty below ten, and where the provider is one person."""
    if not offer.provider.team:
        return {}
    found = dict(ServiceCount.objects.filter(offer=offer).order_by("mark").values_list("mark", "shown"))
    return found if sum(found.values()) >= LEAST else {}


def _require_provider(booking: CareBooking, by: Actor) -> None:
    if by.id is None or booking.offer.provider.user_id != by.id:
        raise NotPermitted("care_order.answer")


def _move(booking: CareBooking, before: str, after: str, expected_version: int, *, by: Actor, **changes: Any) -> None:
    if booking.state != before:
        raise Conflict(f"booking {booking.number}")
    booking.edit(expected_version=expected_version, state=after, **changes)
    record(Event(f"care.booking.{after}", booking, {"number": booking.number}), by=by)
