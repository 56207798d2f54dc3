"""Who sees which case: HR and the management all, the person the own one."""

from __future__ import annotations

from django.db.models import QuerySet

from werkfluss.care.models import ExpatCase
from werkfluss.org.actor import Actor, ActorKind


def expat_cases() -> QuerySet[ExpatCase]:
    """All cases, newest first."""
    return ExpatCase.objects.select_related("person", "case__definition").order_by("-number")


def own_cases(actor: Actor) -> QuerySet[ExpatCase]:
    """The cases of this very person."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return ExpatCase.objects.none()
    return expat_cases().filter(person__user_id=actor.id)
