"""Cases that begin by themselves: at a time, by a message, by a signal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import current_org_id
from werkfluss.process.library.roles import USUAL_ROLES
from werkfluss.process.timers import parse_cycle
from werkfluss.work.domain.case_run import begin_case
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseMessage, ProcessDefinition, ProcessStart


def start_by_event(message: CaseMessage, *, by: Actor) -> list[Case]:
    """Start every process in use that begins with this message or signal; empty if there is none."""
    rows = ProcessStart.objects.filter(kind=message.kind, name=message.name).select_related("definition")
    return [_start(row, dict(message.data), by=by) for row in rows.order_by("definition__key")]


def start_by_time(start_id: UUID, now: datetime, *, by: Actor) -> Case | None:
    """One case for the occurrence that is due, and the row moves on to the next; ``None`` if nothing is due."""
    row = (
        ProcessStart.objects.select_for_update(of=("self",))
        .select_related("definition")
        .filter(pk=start_id, due__lte=now)
        .first()
    )
    if row is None or row.due is None:
        return None
    due = row.due
    row.edit(**_next(row, now))
    return _start(row, {"due": due.isoformat()}, by=by)


def _next(row: ProcessStart, now: datetime) -> dict[str, Any]:
    """When it is due again. Of a time without end those are left out that passed while nobody looked."""
    if row.remaining == 1 or row.anchor is None:
        return {"due": None}
    due, turn = parse_cycle(row.expression).turn_after(row.anchor, row.turn, clock.FIRM_ZONE, now)
    return {"due": due, "turn": turn, "remaining": max(0, row.remaining - 1)}


def _start(row: ProcessStart, variables: dict[str, object], *, by: Actor) -> Case:
    definition = row.definition
    on = clock.now().astimezone(clock.FIRM_ZONE)
    return begin_case(
        definition,
        title=f"{definition.name} ({on:%d.%m.%Y})",
        subject=(Organisation._meta.label_lower, current_org_id()),
        variables=variables,
        performers=usual_performers(definition),
        element=row.element,
        by=by,
    )


def usual_performers(definition: ProcessDefinition) -> dict[str, dict[str, str]]:
    """Who stands behind the lanes when nobody says otherwise: the role with the name of the lane, or its usual one."""
    roles = {role.value for role in Role}
    found = {}
    for lane in model_of(definition).lanes.values():
        for name in (lane.performer, lane.name):
            role = USUAL_ROLES.get(name, name)
            if role in roles:
                found[lane.performer or lane.name] = {"role": role}
                break
    return found
