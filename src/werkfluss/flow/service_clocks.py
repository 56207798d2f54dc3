"""Clocks of agreed service times: who nears the end is warned, what is over is noted and told to both sides, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from werkfluss.engagement.domain import service_levels
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.tenancy import acting


def firms_with_clocks() -> list[UUID]:
    """Firms in which a clock runs."""
    found = []
    for org_id in Organisation.objects.order_by("slug").values_list("pk", flat=True):
        with acting(org_id, Actor.system(org_id)):
            if service_levels.running().exists():
                found.append(org_id)
    return found


def look_at_clocks(org_id: UUID, now: datetime) -> int:
    """Warn and note in one transaction with the mails; returns how many were told of."""
    with acting(org_id, Actor.system(org_id)) as system:
        return service_levels.tick(now, by=system)
