"""Who takes part in a case besides HR and the person: family, providers, authorities."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from werkfluss.care.domain.duties import keep_duties
from werkfluss.care.models import ExpatCase, Participant
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def participants(expat: ExpatCase) -> QuerySet[Participant]:
    """Everybody who takes part now, family first."""
    return expat.participants.filter(ended_on=None)


def add_participant(
    expat: ExpatCase,
    *,
    role: str,
    name: str,
    relation: str = "",
    born_on: date | None = None,
    contact: str = "",
    by: Actor,
) -> Participant:
    """Somebody takes part from now on; a family member may bring duties of their own.

    Raises:
        Refused: no name or no such role.
    """
    by.require("care.write")
    if not name.strip() or role not in Participant.Role.values:
        raise Refused(
            Text("Rolle oder Name fehlt.", "Role or name is missing."),
            citation="Betreuung",
            what_to_do=Text("Bitte geben Sie beides an.", "Please give both."),
        )
    made = Participant.objects.create(
        expat_case=expat,
        role=role,
        name=name.strip()[:200],
        relation=relation[:20],
        born_on=born_on,
        contact=contact.strip()[:300],
    )
    record(Event("care.participant.added", made, {"role": role, "name": made.name}), by=by)
    keep_duties(expat, on=clock.today(), by=by)
    return made


def end_participant(participant: Participant, *, by: Actor) -> None:
    """No longer takes part; papers and record stay.

    Raises:
        Conflict: it has ended already.
    """
    by.require("care.write")
    if participant.ended_on is not None:
        raise Conflict(participant.name)
    participant.edit(ended_on=clock.today())
    record(Event("care.participant.ended", participant, {"name": participant.name}), by=by)
    keep_duties(participant.expat_case, on=clock.today(), by=by)
