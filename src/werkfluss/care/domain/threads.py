"""One communication per case: the person's thread with HR, and one with each provider. Nobody reads along.

HR reads what the person and a provider write to each other only with the person's consent; the management reads the
thread with HR only with consent; a provider sees its own thread and no other, the family none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from werkfluss.care.domain.consents import in_force, is_released, require_person
from werkfluss.care.models import CareMessage, CareProvider, CareThread, ExpatCase
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain.members import open_members
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain.calendars import working_windows
from werkfluss.workforce.models import Resource, WorkingTime

MOST_LETTERS = 4000
_OPEN, _CLOSE, _FRIDAY = time(9), time(17), 4


def thread_with(expat: ExpatCase, provider: CareProvider | None = None, *, by: Actor) -> CareThread:
    """The thread of a case with HR, or with a provider; made if there is none.

    Raises:
        NotPermitted: neither the person nor the other side.
    """
    if side_of(by, expat, provider) is None:
        raise NotPermitted("portal.use")
    found = CareThread.objects.filter(expat_case=expat, provider=provider).first()
    if found is None:
        found = CareThread.objects.create(expat_case=expat, provider=provider)
        record(Event("care.thread.begun", found, {"case": expat.number}), by=by)
    return found


def side_of(actor: Actor, expat: ExpatCase, provider: CareProvider | None) -> str | None:
    """On which side of a thread the actor writes; None: on none."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return None
    if expat.person.user_id == actor.id:
        return "person"
    if provider is not None:
        return "provider" if provider.user_id == actor.id else None
    return "hr" if Role.HR in actor.roles else None


def may_read(thread: CareThread, actor: Actor, *, on: date) -> bool:
    """Whoever writes in it; others with the person's consent in force."""
    expat = thread.expat_case
    if side_of(actor, expat, thread.provider) is not None:
        return True
    if thread.provider_id is not None:
        return Role.HR in actor.roles and is_released(expat, recipient="hr", what="messages", on=on)
    director = Role.MANAGING_DIRECTOR in actor.roles
    return director and is_released(expat, recipient="managing_director", what="messages", on=on)


def threads_of(expat: ExpatCase, actor: Actor, *, on: date) -> list[CareThread]:
    """The threads of a case that this actor may read, that with HR first."""
    rows = CareThread.objects.filter(expat_case=expat).select_related("provider", "expat_case__person")
    return [row for row in rows.order_by("provider__name", "created_at") if may_read(row, actor, on=on)]


def own_threads(actor: Actor) -> QuerySet[CareThread]:
    """The threads of a provider, whatever case they are of."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return CareThread.objects.none()
    rows = CareThread.objects.filter(provider__user_id=actor.id).select_related("provider", "expat_case__person")
    return rows.order_by("-created_at")


def waiting_for_hr() -> QuerySet[CareThread]:
    """Threads with HR whose newest message is the person's, the longest waiting first."""
    newest = CareMessage.objects.filter(thread=OuterRef("pk")).order_by("-created_at", "-id")
    rows = CareThread.objects.filter(provider=None, expat_case__state="open").select_related("expat_case__person")
    side, at = Subquery(newest.values("side")[:1]), Subquery(newest.values("created_at")[:1])
    said = rows.annotate(last_side=side, last_at=at)
    return said.filter(last_side="person").order_by("last_at")


def may_name(thread: CareThread, *, on: date) -> bool:
    """Whether the provider sees the person's name and address: only what the person released to it."""
    rows = in_force(thread.expat_case, on=on).filter(recipient="provider", provider_id=thread.provider_id)
    return rows.filter(what="contact").exists()


def write_message(
    thread: CareThread, *, text: str, template: str = "", answer_by: datetime | None = None, by: Actor
) -> CareMessage:
    """Write to the other side; it hears by mail that there is something, never what.

    Raises:
        NotPermitted: the actor is on neither side.
        Refused: no text, too much, or an answer wanted in the past.
    """
    side = side_of(by, thread.expat_case, thread.provider)
    if side is None:
        raise NotPermitted("portal.use")
    said = text.strip()
    if not said or len(said) > MOST_LETTERS or (answer_by is not None and answer_by <= clock.now()):
        raise Refused(
            Text("Der Text fehlt oder ist zu lang, oder die Zeit ist vorbei.", "No text, too much, or a time gone by."),
            citation="Nachricht",
            what_to_do=Text(
                f"Bitte schreiben Sie 1 bis {MOST_LETTERS} Zeichen; Antwort bis zu einem Zeitpunkt, der noch kommt.",
                f"Please write 1 to {MOST_LETTERS} characters; an answer by a time still to come.",
            ),
        )
    made = CareMessage.objects.create(
        thread=thread, side=side, author=by.id, text=said, template=template, answer_by=answer_by
    )
    # Not a word of the text: the chain knows that something was written, and on which side.
    record(Event("care.message.written", made, {"case": thread.expat_case.number, "side": side}), by=by)
    return made


def readers_of(message: CareMessage) -> list[User]:
    """Who is to hear by mail that there is a message: the other side."""
    expat, provider = message.thread.expat_case, message.thread.provider
    if message.side != "person":
        users: list[User | None] = [expat.person.user]
    elif provider is not None:
        users = [provider.user]
    else:
        everybody = [row.user for row in open_members().filter(role=Role.HR)]
        users = [user for user in everybody if user.pk == expat.responsible] or [*everybody]
    return [user for user in users if user is not None and user.is_active]


def begin_with_provider(expat: ExpatCase, provider: CareProvider, *, by: Actor) -> CareThread:
    """The person writes to a provider; HR can neither begin nor read such a thread.

    Raises:
        NotPermitted: somebody else.
        Refused: the provider has no login here.
    """
    require_person(expat, by)
    if provider.user_id is None or provider.ended_on is not None:
        raise Refused(
            Text("Dieser Anbieter liest hier keine Nachrichten.", "This provider reads no messages here."),
            citation="Nachricht",
            what_to_do=Text("Bitte schreiben Sie ihm direkt.", "Please write to it directly."),
        )
    return thread_with(expat, provider, by=by)


@dataclass(frozen=True, slots=True)
class Hours:
    """The next time in which a side works, and the zone in which it does."""

    start: datetime
    end: datetime
    zone: str


def hours_of_person(expat: ExpatCase, *, now: datetime) -> Hours:
    return _hours(expat.person, expat.person.time_zone, now)


def hours_of_other(thread: CareThread, *, now: datetime) -> Hours:
    """Those of HR (whoever is responsible), or of the provider; 9 to 17 on weekdays where nothing is known."""
    if thread.provider is not None:
        user = thread.provider.user
        return _hours(None, user.time_zone if user else "Europe/Berlin", now)
    key = thread.expat_case.responsible
    resource = Resource.objects.filter(user_id=key).first() if key else None
    return _hours(resource, resource.time_zone if resource else "Europe/Berlin", now)


def _hours(resource: Resource | None, zone: str, now: datetime) -> Hours:
    if resource is not None and WorkingTime.objects.filter(resource=resource).exists():
        found = working_windows([resource], start=now, end=now + timedelta(days=14))[resource.pk]
        for start, end in found:
            if end > now:
                return Hours(start, end, zone)
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    while day.weekday() > _FRIDAY or datetime.combine(day, _CLOSE, ZoneInfo(zone)) <= local:
        day += timedelta(days=1)
    return Hours(datetime.combine(day, _OPEN, ZoneInfo(zone)), datetime.combine(day, _CLOSE, ZoneInfo(zone)), zone)
