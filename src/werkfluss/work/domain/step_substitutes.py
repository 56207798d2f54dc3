"""Who stands in for whom: by the own word for every absence, or named by somebody else for some days.

Nobody is told why a person is away: the days are all that is kept, and a reason only if whoever names writes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.models import Substitution
from werkfluss.workforce.models import Kind, Resource

LONGEST = timedelta(days=366)


def named_for(at: datetime) -> dict[UUID, Substitution]:
    """The substitutions that somebody else has named for this day, by person."""
    day = at.astimezone(clock.FIRM_ZONE).date()
    rows = Substitution.objects.filter(ended_at=None, start__lte=day, end__gte=day)
    return {row.resource_id: row for row in rows.select_related("resource__user", "substitute__user")}


def in_force(people: Iterable[UUID], at: datetime) -> dict[UUID, Substitution]:
    """Who stands in for each of these people; one named for the day goes before the own choice."""
    standing = Substitution.objects.filter(ended_at=None, start=None, resource__in=list(people))
    own = {row.resource_id: row for row in standing.select_related("resource__user", "substitute__user")}
    named = named_for(at)
    return own | {person: named[person] for person in people if person in named}


def name_for_days(
    person: Resource, *, substitute: Resource, days: DateRange, reason: str = "", by: Actor
) -> Substitution:
    """Name who stands in for a person on some days; the two of them are told.

    Raises:
        NotPermitted: only who works on cases may.
        Refused: the same person, somebody who cannot log in, days that are over or too many, or days on which somebody
            else is named already.
    """
    by.require("case.work")
    locked = Resource.objects.select_for_update().get(pk=person.pk)
    if locked.user_id is None or not _may_stand_in(locked, substitute):
        raise _refused(
            Text("Diese Person kann nicht vertreten.", "This person cannot stand in."),
            Text("Wählen Sie zwei Personen, die sich anmelden können.", "Choose two people who can log in."),
        )
    first, last = days.start, days.last_day
    if last is None or last < clock.today() or last - first > LONGEST:
        raise _refused(
            Text("Diese Tage sind vorbei oder zu viele.", "These days are over, or too many."),
            Text("Wählen Sie bis zu ein Jahr, das noch nicht vorbei ist.", "Choose up to a year that is not over yet."),
        )
    if Substitution.objects.filter(resource=person, ended_at=None, start__lte=last, end__gte=first).exists():
        raise _refused(
            Text("Für einen dieser Tage ist schon jemand benannt.", "Somebody is named for one of these days already."),
            Text("Beenden Sie zuerst die andere Vertretung.", "End the other substitution first."),
        )
    made = Substitution.objects.create(
        resource=person,
        substitute=substitute,
        start=first,
        end=last,
        named_by_id=by.id,
        reason=reason.strip()[:300],
    )
    said = {"substitute": substitute.pk, "start": first, "ends": last, "reason": made.reason}
    record(Event("work.substitute.named_for_days", made, said), by=by)
    return made


def end_early(row: Substitution, *, by: Actor) -> None:
    """Take back a substitution that somebody else has named: the person concerned, or who works on cases.

    Raises:
        NotPermitted: for everybody else.
        Conflict: it is over already.
    """
    row.refresh_from_db()
    if row.resource.user_id != by.id and not by.may("case.work"):
        raise NotPermitted("case.work")
    if row.ended_at is not None or row.start is None:
        raise Conflict(f"substitution {row.pk}")
    row.edit(ended_at=clock.now())
    record(Event("work.substitute.ended", row, {"substitute": row.substitute_id}), by=by)


def named() -> QuerySet[Substitution]:
    """What others have named and what is not over, the nearest first."""
    rows = Substitution.objects.filter(ended_at=None, end__gte=clock.today())
    return rows.select_related("resource", "substitute", "named_by").order_by("start", "resource__sort_key")


def people() -> QuerySet[Resource]:
    """Who may stand in, and for whom: people of the firm who can log in."""
    return Resource.objects.filter(kind=Kind.EMPLOYEE, user__isnull=False, user__is_active=True).order_by("sort_key")


def of_person(actor: Actor) -> QuerySet[Substitution]:
    """What somebody else has named for this actor, or the actor for somebody, and is not over."""
    return named().filter(Q(resource__user_id=actor.id) | Q(substitute__user_id=actor.id))


def untold() -> QuerySet[Substitution]:
    """What the two people have had no mail about yet; one that was ended before anybody was told needs none."""
    fresh = Q(ended_at=None, told="") | Q(ended_at__isnull=False, told="named")
    return Substitution.objects.filter(fresh, start__isnull=False).select_related("resource__user", "substitute__user")


def _may_stand_in(person: Resource, substitute: Resource) -> bool:
    return substitute.pk != person.pk and substitute.user_id is not None and substitute.kind == Kind.EMPLOYEE


def _refused(why: Text, what: Text) -> Refused:
    return Refused(why, citation="Vertretung", what_to_do=what)
