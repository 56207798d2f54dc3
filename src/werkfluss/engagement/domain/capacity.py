"""Capacity that a partner offers: hours per week of one skill, for a time, at a price, without names.

What the firm accepts is what plans count with, week by week, and it ends by itself. A team that never offered capacity
is planned by its usual week. Declining has no consequence: nothing of it reaches a plan, a list or an order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import QuerySet

from werkfluss.engagement.domain import mails
from werkfluss.engagement.domain.partners import require_coordination
from werkfluss.engagement.models import CapacityOffer
from werkfluss.engagement.price import amount
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Resource, Skill

# One week of everybody of a large team; more is a typing error.
MOST_MINUTES = 60 * 2000
_DAY = timedelta(days=1)


def capacity_offers(team: Resource) -> QuerySet[CapacityOffer]:
    """All of a team, newest first."""
    return CapacityOffer.objects.filter(resource=team).select_related("skill", "resource").order_by("-number")


def to_decide() -> QuerySet[CapacityOffer]:
    """Offered, and neither decided nor past."""
    rows = CapacityOffer.objects.filter(state="offered", last_day__gte=clock.today())
    return rows.select_related("skill", "resource").order_by("number")


def offer_capacity(
    team: Resource,
    *,
    skill: Skill,
    minutes_per_week: int,
    first_day: date,
    last_day: date,
    price_cents: int,
    price_per: str,
    note: str = "",
    by: Actor,
) -> CapacityOffer:
    """The partner offers hours; ``price_cents`` is net per ``hour`` or ``day``.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Refused: days run backwards or are past, or hours or price are out of bounds.
    """
    require_coordination(team, by)
    if last_day < first_day or last_day < clock.today():
        raise _refused(
            Text("Der Zeitraum läuft rückwärts oder ist vorbei.", "The period runs backwards or is over."),
        )
    if not 60 <= minutes_per_week <= MOST_MINUTES or not 0 < price_cents <= 100_000_00:
        raise _refused(
            Text("Stunden je Woche oder Preis liegen außerhalb.", "Hours per week or price are out of bounds."),
        )
    if price_per not in dict(CapacityOffer.PER):
        raise ValueError(f"no unit of a price: {price_per}")
    offer = CapacityOffer.objects.create(
        number=next_number("capacity_offer"),
        resource=team,
        skill=skill,
        minutes_per_week=minutes_per_week,
        first_day=first_day,
        last_day=last_day,
        price_cents=price_cents,
        price_per=price_per,
        note=note.strip()[:300],
        offered_by=by.id,
    )
    data = {"number": offer.number, "resource": team.pk, "skill": skill.key, "minutes_per_week": minutes_per_week}
    record(Event("engagement.capacity.offered", offer, data), by=by)
    return offer


def withdraw_capacity(offer: CapacityOffer, *, by: Actor) -> None:
    """The partner takes an offer back that nobody has accepted.

    Raises:
        NotPermitted: the actor does not speak for the team.
        Conflict: it was decided already.
    """
    require_coordination(offer.resource, by)
    offer = _undecided(offer)
    offer.edit(state="withdrawn", decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.capacity.withdrawn", offer, {"number": offer.number}), by=by)


def accept_capacity(offer: CapacityOffer, *, by: Actor) -> None:
    """The firm accepts: from its first day to its last the hours are what plans count with, at this price.

    Raises:
        NotPermitted: no right to orders.
        Conflict: it was decided already.
        Refused: its last day is over.
    """
    by.require("order.write")
    offer = _undecided(offer)
    if offer.last_day < clock.today():
        raise _refused(Text("Der Zeitraum ist vorbei.", "The period is over."))
    offer.edit(state="accepted", decided_at=clock.now(), decided_by=by.id)
    data = {"number": offer.number, "minutes_per_week": offer.minutes_per_week, "last_day": offer.last_day}
    record(Event("engagement.capacity.accepted", offer, data), by=by)
    _publish(offer, by)
    price = amount(offer.price_cents)
    per = {"hour": Text("Stunde", "hour"), "day": Text("Tag", "day")}[offer.price_per]
    _tell(
        offer,
        Text("angenommen", "accepted"),
        Text(
            f"wir planen mit {offer.minutes_per_week // 60} Stunden je Woche bis {offer.last_day:%d.%m.%Y} zu "
            f"{price.de} je {per.de}. Jeder Auftrag daraus ist ein eigenes Angebot, das Sie ablehnen können.",
            f"We plan with {offer.minutes_per_week // 60} hours per week until {offer.last_day:%d %b %Y} at "
            f"{price.en} per {per.en}. Each order from it is an offer of its own, which you may decline.",
        ),
        by,
    )


def decline_capacity(offer: CapacityOffer, *, by: Actor) -> None:
    """The firm does not need it. No reason is kept and nothing follows from it.

    Raises:
        NotPermitted: no right to orders.
        Conflict: it was decided already.
    """
    by.require("order.write")
    offer = _undecided(offer)
    offer.edit(state="declined", decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.capacity.declined", offer, {"number": offer.number}), by=by)
    body = Text(
        "zurzeit brauchen wir diese Kapazität nicht. Für Sie hat das keine Folgen.",
        "At present we do not need this capacity. That has no consequences for you.",
    )
    _tell(offer, Text("nicht gebraucht", "not needed"), body, by)


def segments(periods: Iterable[tuple[date, date, int]]) -> list[tuple[date, date, int]]:
    """What periods (first day, last day, minutes per week) that overlap come to.

    Disjoint periods (first day, day after the last, minutes per week), in order; minutes add up.
    """
    rows = list(periods)
    days = sorted({day for first, last, _minutes in rows for day in (first, last + _DAY)})
    found: list[tuple[date, date, int]] = []
    for start, end in pairwise(days):
        total = sum(minutes for first, last, minutes in rows if first <= start <= last)
        if total and found and found[-1][1:] == (start, total):
            found[-1] = (found[-1][0], end, total)
        elif total:
            found.append((start, end, total))
    return found


def _publish(offer: CapacityOffer, by: Actor) -> None:
    """Plans read shares, skills and the rate of a resource; an accepted offer is written there."""
    team = offer.resource
    accepted = CapacityOffer.objects.filter(resource=team, state="accepted")
    periods = accepted.values_list("first_day", "last_day", "minutes_per_week")
    resources.set_shares(team, periods=segments(periods), by=by)
    held = {row.skill: row.level for row in team.skills.select_related("skill")}
    if offer.skill not in held:
        resources.set_skills(team, skills={**held, offer.skill: None}, by=by)
    rate = resources.set_rate(name=f"{team.name} · {team.number}", cents_per_hour=offer.cents_per_hour, by=by)
    resources.edit_resource(team, changes={"rate": rate}, expected_version=team.version, by=by)


def _tell(offer: CapacityOffer, what: Text, body: Text, by: Actor) -> None:
    subject = Text(f"Kapazitätsangebot {offer.number}: {what.de}", f"Capacity offer {offer.number}: {what.en}")
    mails.tell_team(offer.resource, subject=subject, body=body, by=by)


def _undecided(offer: CapacityOffer) -> CapacityOffer:
    found = CapacityOffer.objects.select_for_update(of=("self",)).select_related("resource", "skill").get(pk=offer.pk)
    if found.state != "offered":
        raise Conflict(f"capacity offer {found.number}")
    return found


def _refused(reason: Text) -> Refused:
    return Refused(
        reason, citation="Kapazität", what_to_do=Text("Bitte prüfen Sie die Angaben.", "Please check what you entered.")
    )
