"""What an executive on a mandate decides alone, and what needs a second signature. Approvals ask here.

Bound is every fractional executive of the firm, and whoever has a limit of the own: for them a role opens the page, the
limit decides. Everybody else decides by role, as ever. An organ position or Prokura never comes from a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from werkfluss.engagement.domain import claims, conflicts
from werkfluss.engagement.models import AuthorityLimit, AuthorityUse, Claim, Offer, Order, PaymentRun
from werkfluss.engagement.price import amount
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import events
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.models import ResultItem
from werkfluss.workforce.models import Kind, Resource

ORDER, BOOKING, PAYMENT, HIRE = "order", "booking", "payment", "hire"
KINDS: dict[str, Text] = {
    ORDER: Text("Aufträge", "orders"),
    BOOKING: Text("Buchungen", "bookings"),
    PAYMENT: Text("Zahlungen", "payments"),
    HIRE: Text("Einstellungen", "hires"),
}
_CITATION = "Vollmacht"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to be signed: what it is called, what it is worth, in cents of its currency."""

    kind: str
    subject_type: str
    subject_id: UUID
    title: str
    cents: int
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class NewLimit:
    """A limit as it is granted. ``month_cents``: the most in one calendar month, none for no such limit."""

    kind: str
    amount_cents: int
    first_day: date
    basis: str
    month_cents: int | None = None
    last_day: date | None = None


class Above(Refused):
    """More than the person decides alone: a matter for two signatures."""


def listen() -> None:
    """Called once, when the room is ready."""
    events.on("work.item.approved", _item_approved)
    events.on("work.item.reopened", _item_reopened)
    events.on("workforce.resource.added", _resource_added)
    events.on("engagement.offer.sent", _offer_sent)
    events.on("engagement.run.dropped", _run_dropped)


def limits() -> QuerySet[AuthorityLimit]:
    """The register of authorities, by person."""
    return AuthorityLimit.objects.select_related("org", "resource").order_by("resource__sort_key", "kind")


def open_limits(resource: Resource, *, on: date) -> QuerySet[AuthorityLimit]:
    rows = AuthorityLimit.objects.filter(resource=resource, first_day__lte=on)
    return rows.filter(Q(last_day=None) | Q(last_day__gte=on)).order_by("kind", "-first_day")


def grant_limit(resource: Resource, new: NewLimit, *, by: Actor) -> AuthorityLimit:
    """Let a person decide alone up to an amount; the limit of this kind before it ends the day before.

    Raises:
        NotPermitted: the actor does not manage the firm.
        Refused: no natural person of the firm, no basis, or amounts or days that do not fit.
    """
    by.require("firm.manage")
    if resource.user_id is None or resource.user_id == by.id:
        raise _refused(
            Text("Eine Vollmacht gilt einer anderen Person mit Anmeldung.", "It is for another person with a log-in."),
            Text("Bitte laden Sie die Person zuerst ein.", "Please invite the person first."),
        )
    if new.kind not in KINDS or new.amount_cents <= 0 or not new.basis.strip():
        raise _refused(
            Text("Art, Betrag oder Grundlage fehlen.", "Kind, amount or basis are missing."),
            Text("Nennen Sie zum Beispiel den Vertrag.", "Name the contract, for instance."),
        )
    too_small = new.month_cents is not None and new.month_cents < new.amount_cents
    if too_small or (new.last_day is not None and new.last_day < new.first_day):
        raise _refused(
            Text("Beträge oder Tage passen nicht zueinander.", "Amounts or days do not fit together."),
            Text("Der Monat ist nicht kleiner als der Einzelfall.", "The month is no less than the single case."),
        )
    for older in AuthorityLimit.objects.filter(resource=resource, kind=new.kind, last_day=None):
        older.edit(last_day=max(older.first_day, date.fromordinal(new.first_day.toordinal() - 1)))
    limit = AuthorityLimit.objects.create(
        resource=resource,
        kind=new.kind,
        amount_cents=new.amount_cents,
        month_cents=new.month_cents,
        first_day=new.first_day,
        last_day=new.last_day,
        basis=new.basis.strip()[:200],
        granted_by=by.id,
    )
    data = {"resource": resource.pk, "matter": new.kind, "cents": new.amount_cents, "basis": limit.basis}
    record(Event("engagement.authority.granted", limit, data), by=by)
    return limit


def end_limit(limit: AuthorityLimit, *, by: Actor) -> None:
    """The authority ends today; what was signed under it stands.

    Raises:
        NotPermitted: the actor does not manage the firm.
        Conflict: it is over already.
    """
    by.require("firm.manage")
    today = clock.today()
    if limit.last_day is not None and limit.last_day < today:
        raise Conflict(f"{_CITATION} {limit.pk}")
    # From now on, not from tomorrow: the last day is yesterday, or the first where it has only begun.
    limit.edit(last_day=date.fromordinal(today.toordinal() - 1))
    record(Event("engagement.authority.ended", limit, {"matter": limit.kind}), by=by)


def may_be_bound() -> QuerySet[Resource]:
    """Persons with a log-in who are there: those a limit can be granted to."""
    people = [Kind.FRACTIONAL, Kind.EMPLOYEE, Kind.FREELANCER]
    rows = Resource.objects.filter(kind__in=people, user__isnull=False).exclude(active_to__lte=clock.today())
    return rows.order_by("sort_key")


def bound(user_id: UUID | None) -> Resource | None:
    """The person for whom limits decide in this firm; none for those who decide by role."""
    if user_id is None:
        return None
    rows = Resource.objects.filter(user_id=user_id)
    return rows.filter(Q(kind=Kind.FRACTIONAL) | Q(authority_limits__isnull=False)).order_by("-kind", "pk").first()


def ask(matter: Matter, *, by: Actor) -> None:
    """Whether the actor may sign this alone; notes the signature, and completes the first signature of another person.

    Raises:
        Refused: no authority for this kind, above the limit of the case or the month, or it rests.
    """
    if by.kind is not ActorKind.USER:
        return
    person = bound(by.id)
    if person is not None:
        limit = require_within(person, matter)
        _note(person, limit, matter, state="alone", by=by)
    waiting = first_signature(matter.subject_type, matter.subject_id)
    if waiting is not None and waiting.resource.user_id == by.id:
        # The limit was raised since: one signature is enough now.
        waiting.edit(state="undone")
    elif waiting is not None:
        waiting.edit(state="both", second_by=by.id, second_at=clock.now())
        record(Event("engagement.authority.signed_second", waiting, {"title": waiting.title}), by=by)


def require_within(person: Resource, matter: Matter) -> AuthorityLimit:
    """The limit under which this person may sign it alone.

    Raises:
        Above: more than the limit of the case or the month.
        Refused: no authority for this kind, or it rests.
    """
    limit = _limit_for(person, matter)
    if not _is_within(limit, matter):
        raise _above(limit, matter)
    return limit


def first_signature(subject_type: str, subject_id: UUID) -> AuthorityUse | None:
    """The first of two signatures that waits for the second."""
    rows = AuthorityUse.objects.filter(subject_type=subject_type, subject_id=subject_id, state="first")
    return rows.select_related("resource").first()


def sign_first(matter: Matter, *, by: Actor) -> AuthorityUse:
    """Sign above the own limit as the first of two; somebody with authority signs second by releasing it.

    Raises:
        NotPermitted: no person with a limit.
        Refused: no authority for this kind, it rests, or it is within the limit and can be released alone.
        Conflict: somebody has signed first already.
    """
    person = bound(by.id)
    if person is None or by.kind is not ActorKind.USER:
        raise NotPermitted("own_mandate.answer")
    limit = _limit_for(person, matter)
    if _is_within(limit, matter):
        raise _refused(
            Text("Das liegt in Ihrer Grenze.", "This is within your limit."),
            Text("Sie können es allein freigeben.", "You can release it alone."),
        )
    if first_signature(matter.subject_type, matter.subject_id) is not None:
        raise Conflict(matter.title)
    return _note(person, limit, matter, state="first", by=by)


def _limit_for(person: Resource, matter: Matter) -> AuthorityLimit:
    today = clock.today()
    conflicts.require_at_work(person, on=today)
    limit = open_limits(person, on=today).filter(kind=matter.kind).first()
    if limit is None:
        kind = KINDS[matter.kind]
        raise _refused(
            Text(f"Für {kind.de} haben Sie keine Vollmacht.", f"You have no authority for {kind.en}."),
            Text(
                "Bitten Sie die Geschäftsführung zu unterschreiben oder eine Grenze einzutragen.",
                "Ask the managing director to sign, or to enter a limit.",
            ),
        )
    if matter.currency != "EUR":
        raise _refused(
            Text(
                f"Grenzen gelten in Euro; {matter.currency} rechnet hier niemand um.",
                f"Limits are in euro; nobody converts {matter.currency} here.",
            ),
            Text("Bitten Sie die Geschäftsführung zu unterschreiben.", "Ask the managing director to sign."),
        )
    return limit


def used_in_month(limit: AuthorityLimit, *, on: date) -> int:
    """What was signed alone under a limit in the calendar month of a day, in cents."""
    rows = AuthorityUse.objects.filter(limit=limit, state="alone", day__year=on.year, day__month=on.month)
    total: int | None = rows.aggregate(total=Sum("cents"))["total"]
    return total or 0


def _is_within(limit: AuthorityLimit, matter: Matter) -> bool:
    if matter.cents > limit.amount_cents:
        return False
    if limit.month_cents is None:
        return True
    # Locked, so that two signatures at the same moment count one after the other.
    AuthorityLimit.objects.select_for_update().get(pk=limit.pk)
    return used_in_month(limit, on=clock.today()) + matter.cents <= limit.month_cents


def _above(limit: AuthorityLimit, matter: Matter) -> Above:
    told, most = amount(matter.cents, "EUR"), amount(limit.amount_cents, "EUR")
    if matter.cents > limit.amount_cents:
        reason = Text(
            f"{told.de} liegen über Ihrer Grenze von {most.de} je Fall.",
            f"{told.en} is above your limit of {most.en} each.",
        )
    else:
        month = amount(limit.month_cents or 0, "EUR")
        reason = Text(
            f"Mit {told.de} wäre Ihre Monatsgrenze von {month.de} überschritten.",
            f"With {told.en} your limit of {month.en} a month would be exceeded.",
        )
    signed_first = Text(
        "Unterschreiben Sie als Erste; eine zweite Person mit Vollmacht gibt danach frei.",
        "Sign first; a second person with authority releases it then.",
    )
    # A draft order or a person to be hired waits where it is until somebody else acts on it.
    done_by_another = Text(
        "Bitten Sie eine Person mit höherer Grenze oder die Geschäftsführung, es zu tun.",
        "Ask a person with a higher limit, or the managing director, to do it.",
    )
    what_to_do = signed_first if matter.kind in {PAYMENT, BOOKING} else done_by_another
    return Above(reason, citation=_CITATION, what_to_do=what_to_do)


def _note(person: Resource, limit: AuthorityLimit, matter: Matter, *, state: str, by: Actor) -> AuthorityUse:
    use = AuthorityUse.objects.create(
        resource=person,
        limit=limit,
        kind=matter.kind,
        subject_type=matter.subject_type,
        subject_id=matter.subject_id,
        title=matter.title[:200],
        cents=matter.cents,
        day=clock.today(),
        state=state,
    )
    data = {"title": use.title, "cents": use.cents, "state": state, "matter": use.kind}
    record(Event("engagement.authority.used", use, data), by=by)
    return use


def uses_of(resource: Resource) -> QuerySet[AuthorityUse]:
    """What a person signed here, newest first."""
    return AuthorityUse.objects.filter(resource=resource).order_by("-created_at")


def waiting_for_second() -> QuerySet[AuthorityUse]:
    """First signatures whose second is missing, oldest first."""
    return AuthorityUse.objects.filter(state="first").select_related("resource").order_by("created_at")


def matter_of(kind: str, subject: PaymentRun | Claim | ResultItem) -> Matter:
    """What is to be signed on a payment run, a single claim or a booking line."""
    if isinstance(subject, Claim):
        cents = claims.payable_cents(subject)
        return Matter(PAYMENT, subject._meta.label_lower, subject.pk, subject.number, cents, subject.currency)
    if isinstance(subject, PaymentRun):
        cents = sum(subject.items.values_list("cents", flat=True))
        return Matter(PAYMENT, subject._meta.label_lower, subject.pk, f"Zahllauf {subject.number}", cents)
    return Matter(kind, subject._meta.label_lower, subject.pk, subject.title, _gross(subject))


def _gross(item: ResultItem) -> int:
    """What a booking line is worth, in cents; a line that says no amount is worth none."""
    try:
        return abs(int(Decimal(str(item.fields.get("gross") or 0)) * 100))
    except InvalidOperation:
        return 0


def _item_approved(event: Event, by: Actor) -> None:
    item = event.subject
    assert isinstance(item, ResultItem)
    if item.kind == BOOKING:
        ask(matter_of(BOOKING, item), by=by)


def _item_reopened(event: Event, by: Actor) -> None:
    _undo(event.subject._meta.label_lower, event.subject.pk, by)


def _run_dropped(event: Event, by: Actor) -> None:
    _undo(event.subject._meta.label_lower, event.subject.pk, by)


def _undo(label: str, key: UUID, by: Actor) -> None:
    for use in AuthorityUse.objects.filter(subject_type=label, subject_id=key).exclude(state="undone"):
        use.edit(state="undone")
        record(Event("engagement.authority.undone", use, {"title": use.title}), by=by)


def _offer_sent(event: Event, by: Actor) -> None:
    offer = event.subject
    assert isinstance(offer, Offer)
    order: Order = offer.order
    cents = int(offer.terms.get("price_cents") or order.price_cents)
    title = f"Auftrag {order.number}: {order.title}"
    currency = str(offer.terms.get("currency") or order.currency)
    ask(Matter(ORDER, order._meta.label_lower, order.pk, title, cents, currency), by=by)


def _resource_added(event: Event, by: Actor) -> None:
    person = event.subject
    assert isinstance(person, Resource)
    if person.kind == Kind.EMPLOYEE:
        cents = person.rate.cents_per_hour * person.weekly_minutes // 60 * 52
        ask(Matter(HIRE, person._meta.label_lower, person.pk, person.name, cents), by=by)


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=_CITATION, what_to_do=what_to_do)
