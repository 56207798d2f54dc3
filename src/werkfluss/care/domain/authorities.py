"""The authorities of the firm: entered once with a source, kept, end-dated when another one takes their place."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from werkfluss.care.authority import authority_kinds
from werkfluss.care.models import Authority
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def authorities() -> QuerySet[Authority]:
    """What holds now, by kind and place."""
    return Authority.objects.filter(ended_on=None).order_by("kind", "place", "name")


def enter_authority(
    *,
    kind: str,
    name: str,
    source: str,
    address: str = "",
    channel: str = "unknown",
    contact: str = "",
    place: str = "",
    by: Actor,
) -> Authority:
    """Keep an authority; one of the same kind and place that was there ends today, so papers of before stay true.

    Raises:
        Refused: no such kind, or it is not said where the address comes from.
    """
    by.require("care.write")
    if kind not in authority_kinds() or not name.strip() or not source.strip():
        raise Refused(
            Text("Art, Name und Quelle der Stelle fehlen.", "Kind, name and source of the authority are missing."),
            citation="Behördenpaket",
            what_to_do=Text("Bitte tragen Sie alle drei ein.", "Please give all three."),
        )
    # Who is competent everywhere has no place.
    town = place.strip() if authority_kinds()[kind].by_place else ""
    for older in authorities().filter(kind=kind, place__iexact=town):
        older.edit(ended_on=clock.today())
    values: dict[str, Any] = {"address": address.strip(), "channel": channel, "contact": contact.strip()[:300]}
    made = Authority.objects.create(
        kind=kind,
        name=name.strip()[:200],
        place=town[:100],
        source=source.strip()[:300],
        checked_on=clock.today(),
        **values,
    )
    record(Event("care.authority.entered", made, {"kind": kind, "name": made.name, "place": town}), by=by)
    return made


def end_authority(authority: Authority, *, by: Actor) -> None:
    """It is no longer competent; papers that name it stay.

    Raises:
        Conflict: it has ended already.
    """
    by.require("care.write")
    if authority.ended_on is not None:
        raise Conflict(authority.name)
    authority.edit(ended_on=clock.today())
    record(Event("care.authority.ended", authority, {"name": authority.name}), by=by)
