"""The person's side of shared days: what all firms of this installation have of the own time, firm after firm.

Each firm is read and written in an ``acting`` block of its own, one after the other and never one inside another; only
the person whose time it is gets to see what is put together here. No firm's page calls these functions.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from werkfluss.engagement.domain import conflicts, fractional, shares
from werkfluss.engagement.models import Mandate, PersonCalendar
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.tenancy import acting
from werkfluss.workforce.models import BusyInterval

_HALF = Decimal("0.5")
_MOST_DAYS = Decimal(7)
_TOKEN_BYTES = 32
_LIVE = (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE, Mandate.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Own:
    """A mandate of the person as its firm gave it, with its days from today on."""

    firm: Organisation
    mandate: Mandate
    days: tuple[tuple[date, bool], ...]
    competitors: tuple[str, ...] = ()

    @property
    def part(self) -> shares.Part:
        row = self.mandate
        return shares.Part(shares.weekly(row.days, row.per), row.first_day, row.last_day)

    @property
    def is_open(self) -> bool:
        return self.mandate.state in (Mandate.State.PROPOSED, Mandate.State.UNAVAILABLE)


def own_shares(user: User) -> list[Own]:
    """What every firm of this installation has of the person, or asks for; by firm. Call it outside ``acting``."""
    found = []
    for firm in firms.firms_of(user):
        with acting(firm.pk, Actor.system(firm.pk)):
            actor = firms.user_actor(firm.pk, user)
            if not actor.may(fractional.OWN):
                continue
            rows = fractional.own_mandates(actor).filter(state__in=_LIVE, last_day__gte=clock.today())
            listed = tuple(conflicts.listed())
            found += [Own(firm, row, tuple(fractional.own_days(row)), listed) for row in rows]
    return found


def hints(user: User, owned: list[Own]) -> list[Organisation]:
    """Firms on whose list of competitors another of the person's firms stands: for the person alone to declare."""
    names = {one.firm.pk: one.firm.name for one in owned}
    names |= {firm.pk: firm.name for firm in firms.firms_of(user)}
    found = {}
    for one in owned:
        others = [name for key, name in names.items() if key != one.firm.pk]
        if conflicts.matches(others, one.competitors):
            found[one.firm.pk] = one.firm
    return list(found.values())


def taken(owned: list[Own], *, first_day: date, last_day: date) -> Decimal:
    """The most days per week that are agreed in the period, over all firms."""
    running = [one.part for one in owned if one.mandate.state == Mandate.State.RUNNING]
    return shares.most(running, first_day=first_day, last_day=last_day)


def total_of(user: User) -> Decimal | None:
    """The most days a week the person wants to work, if that has been said."""
    return PersonCalendar.objects.filter(user=user).values_list("days_per_week", flat=True).first()


def declare_total(user: User, days: Decimal) -> None:
    """Say how many days a week there are to share; no firm sees it.

    Raises:
        Refused: no whole or half days between a half and seven.
    """
    if not _HALF <= days <= _MOST_DAYS or days * 2 % 1:
        raise _refused(
            Text("Eine Woche hat bis zu sieben ganze oder halbe Tage.", "A week has up to seven whole or half days."),
            Text("Bitte geben Sie zum Beispiel 4 oder 4,5 an.", "Please state 4 or 4.5, for instance."),
        )
    PersonCalendar.objects.update_or_create(user=user, defaults={"days_per_week": days})


def accept_share(user: User, org: UUID, key: UUID) -> None:
    """Agree to a share, if it fits among all others; the firm hears that it is agreed, or that one is not available.

    What is refused here is noted at the firm as "not available" without a reason; the person may agree later.

    Raises:
        Refused: no total was declared, the sum would exceed it, or one of the weekdays is taken.
        Conflict: it is not this person's open mandate.
    """
    with _alone(user):
        owned = own_shares(user)
        asked = next((one for one in owned if one.firm.pk == org and one.mandate.pk == key and one.is_open), None)
        no = _why_not(user, asked, owned) if asked is not None else None
        _answer(user, org, key, accept=no is None)
    if no is not None:
        raise no


def decline_share(user: User, org: UUID, key: UUID) -> None:
    """Not available. No reason is asked for, and it has no consequence.

    Raises:
        Conflict: it is not this person's open mandate.
    """
    _answer(user, org, key, accept=False)


def _answer(user: User, org: UUID, key: UUID, *, accept: bool) -> None:
    with acting(org, Actor.system(org)):
        by = firms.user_actor(org, user)
        mandate = fractional.own_mandates(by).filter(pk=key).first()
        if mandate is None:
            mandate = Mandate(pk=key)
        (fractional.agree if accept else fractional.refuse)(mandate, by=by)


@contextmanager
def _alone(user: User) -> Iterator[None]:
    """Two answers of one person at the same moment follow one another, so that both cannot fit alone."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        yield


def _why_not(user: User, asked: Own, owned: list[Own]) -> Refused | None:
    total = total_of(user)
    if total is None:
        return _refused(
            Text("Sie haben noch nicht gesagt, wie viele Tage es gibt.", "You have not said how many days there are."),
            Text("Bitte tragen Sie zuerst Ihre Tage je Woche ein.", "Please enter your days per week first."),
        )
    part = asked.part
    others = taken(owned, first_day=part.first_day, last_day=part.last_day)
    if others + part.days_per_week > total:
        return _refused(
            Text(
                f"Zusammen wären das mehr als Ihre {total} Tage je Woche. Die Firma liest „nicht verfügbar“.",
                f"Together that would be more than your {total} days a week. The firm reads “not available”.",
            ),
            Text(
                "Erhöhen Sie Ihre Tage und sagen Sie dann zu, oder lassen Sie es dabei.",
                "Raise your days and agree then, or leave it at that.",
            ),
        )
    zone = ZoneInfo(user.time_zone)
    wanted = [shares.span(day, half=half, zone=zone) for day, half in asked.days]
    hit = shares.overlap(wanted, fractional.busy_elsewhere(user.pk, besides=asked.mandate.source))
    if hit is not None:
        day = hit[0].astimezone(zone)
        return _refused(
            Text(
                f"Am {day:%d.%m.%Y} sind Sie schon belegt. Die Firma liest „nicht verfügbar“.",
                f"You are busy on {day:%d %b %Y} already. The firm reads “not available”.",
            ),
            Text("Vereinbaren Sie andere Wochentage.", "Please agree other weekdays."),
        )
    return None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the person's calendar: the firms whose day it is, and whether other busy times lie on it."""

    day: date
    firms: tuple[tuple[Organisation, bool], ...]
    elsewhere: bool


def calendar_of(user: User, owned: list[Own], *, first_day: date, days: int) -> list[Day]:
    """The own calendar over all firms, day by day in the person's time zone."""
    zone = ZoneInfo(user.time_zone)
    of_firms: dict[date, list[tuple[Organisation, bool]]] = {}
    known = []
    for one in owned:
        if one.mandate.state == Mandate.State.RUNNING:
            known.append(one.mandate.source)
            for day, half in one.days:
                of_firms.setdefault(day, []).append((one.firm, half))
    rows = BusyInterval.objects.filter(user=user, end__gt=clock.now()).exclude(source__in=known)
    other = [(start.astimezone(zone).date(), end.astimezone(zone).date()) for start, end in _times(rows)]
    listed = [first_day + timedelta(days=offset) for offset in range(days)]
    return [
        Day(day, tuple(of_firms.get(day, ())), any(first <= day <= last for first, last in other)) for day in listed
    ]


def _times(rows: QuerySet[BusyInterval]) -> list[shares.Interval]:
    return shares.merged(rows.values_list("start", "end"))


def busy_times(user: User) -> list[shares.Interval]:
    """Everything that makes the person busy from now on, merged: neither firm nor text, nor how many there are."""
    return _times(BusyInterval.objects.filter(user=user, end__gt=clock.now()))


def issue_feed(user: User) -> str:
    """A new secret for the own calendar feed over all firms; the one before stops working. It is shown this once."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    PersonCalendar.objects.update_or_create(user=user, defaults={"feed_digest": _digest(token)})
    return token


def revoke_feed(user: User) -> None:
    """From now on the address answers nothing."""
    PersonCalendar.objects.filter(user=user).update(feed_digest=None)


def has_feed(user: User) -> bool:
    return PersonCalendar.objects.filter(user=user, feed_digest__isnull=False).exists()


def reader_of(token: str) -> User | None:
    """Whose feed this is, if the secret is right, was not revoked and the person may still log in."""
    rows = PersonCalendar.objects.filter(feed_digest=_digest(token), user__is_active=True).select_related("user")
    found = rows.first()
    return found.user if found is not None else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Mandat", what_to_do=what_to_do)
