"""Who sees which case: HR and the management all, the person the own one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from werkfluss.care.models import ExpatCase
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind


def expat_cases() -> QuerySet[ExpatCase]:
    """All cases, newest first."""
    return ExpatCase.objects.select_related("person", "case__definition").order_by("-number")


def own_cases(actor: Actor) -> QuerySet[ExpatCase]:
    """The cases of this very person."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return ExpatCase.objects.none()
    return expat_cases().filter(person__user_id=actor.id)


# What each role of a case sees of it. Nothing else is shown to anybody; what is not listed here is not on their pages.
SEES: Mapping[str, Text] = {
    "hr": Text(
        "Alles an diesem Vorgang; nichts aus vertraulicher Betreuung", "All of this case; nothing of confidential care"
    ),
    "person": Text(
        "Den eigenen Weg, die eigenen Schritte, Unterlagen und Tage, auch die der Familie",
        "The own way, own steps, papers and days, those of the family as well",
    ),
    "family": Text(
        "Nur, was die Person zeigt; Unterlagen lädt die Person hoch oder ein eigener Zugang",
        "Only what the person shows; papers are uploaded by the person or by an access of their own",
    ),
    "provider": Text("Nur den eigenen Auftrag; diesen Vorgang nicht", "Only the own order; not this case"),
    "authority": Text("Nur die Papiere, die an sie abgegeben wurden", "Only the papers that were handed over to it"),
}
