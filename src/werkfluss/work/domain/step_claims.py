"""Claimed by one, returned to the role, given to somebody else; and who stands in for whom."""

from __future__ import annotations

from datetime import datetime

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.roles import Role
from werkfluss.work.domain import step_tasks
from werkfluss.work.domain.step_people import absent_users, may_act
from werkfluss.work.models import CaseTask, Substitution
from werkfluss.workforce.models import Resource


def claim_step(step: CaseTask, *, by: Actor) -> CaseTask:
    """Take a step of one's role; until it is returned nobody else does it.

    Raises:
        NotPermitted: it is somebody else's, or the actor is no person.
        Conflict: it is no longer open, or somebody claimed it at the same moment.
        Refused: somebody has claimed it, four eyes keep the actor away, or it waits for one person anyway.
    """
    fresh(step)
    if by.kind is not ActorKind.USER or by.id is None:
        raise NotPermitted("own_tasks.work")
    may_act(step, by)
    if not step.role:
        raise Refused(
            Text("Dieser Schritt wartet auf eine bestimmte Person.", "This step waits for one person."),
            citation="Vorgang",
            what_to_do=Text("Übernehmen kann man Schritte einer Rolle.", "Steps of a role can be claimed."),
        )
    if step.claimed_by_id == by.id:
        return step
    step.edit(claimed_by_id=by.id)
    record(Event("work.step.claimed", step, {"case": step.case_id, "step": step.element}), by=by)
    return step


def return_step(step: CaseTask, *, reason: str = "", by: Actor) -> CaseTask:
    """Give a claimed step back to its role.

    Raises:
        NotPermitted: somebody else claimed it.
        Conflict: it is no longer open, or nobody has claimed it.
    """
    fresh(step)
    if step.claimed_by_id is None:
        raise Conflict(f"step {step.name}")
    if step.claimed_by_id != by.id:
        raise NotPermitted("own_tasks.work")
    step.edit(claimed_by=None)
    said = {"case": step.case_id, "step": step.element, "reason": reason.strip()[:300]}
    record(Event("work.step.returned", step, said), by=by)
    return step


def reassign_step(step: CaseTask, *, to: Role | Resource, reason: str, by: Actor) -> CaseTask:
    """Give a step to another role or person, whoever has claimed it; the reason is recorded.

    Raises:
        NotPermitted: only who works on cases may.
        Conflict: it is no longer open.
        Refused: no reason, or somebody works on the task of the plan that the step is.
    """
    by.require("case.work")
    fresh(step)
    require_reason(reason)
    step_tasks.set_free(step, reason=reason.strip()[:300], by=by)
    if isinstance(to, Role):
        step.edit(role=to.value, resource=None, claimed_by=None)
        to_whom: object = to.value
    else:
        step.edit(role="", resource=to, claimed_by=None)
        to_whom = to.pk
    said = {"case": step.case_id, "step": step.element, "to": to_whom, "reason": reason.strip()[:300]}
    record(Event("work.step.reassigned", step, said), by=by)
    return step


def release_absent(now: datetime, *, by: Actor) -> int:
    """Return steps of roles that somebody claimed who is away now; returns how many."""
    claimed = CaseTask.objects.filter(state="open", claimed_by__isnull=False).exclude(role="")
    if not claimed.exists():
        return 0
    away = set(absent_users(now))
    found = claimed.filter(claimed_by_id__in=away).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    released = 0
    for step in found:
        step.edit(claimed_by=None)
        record(Event("work.step.released", step, {"case": step.case_id, "step": step.element}), by=by)
        released += 1
    return released


def substitute_of(resource: Resource) -> Resource | None:
    """Who stands in for a person by the person's own word."""
    row = Substitution.objects.filter(resource=resource, ended_at=None, start=None).select_related("substitute").first()
    return row.substitute if row else None


def stands_in_for(actor: Actor) -> list[Resource]:
    """The people who have named this actor, absent now or not."""
    if actor.id is None:
        return []
    rows = Substitution.objects.filter(substitute__user_id=actor.id, ended_at=None, start=None).select_related(
        "resource"
    )
    return [row.resource for row in rows.order_by("resource__sort_key")]


def name_substitute(resource: Resource, *, substitute: Resource | None, by: Actor) -> None:
    """Say who stands in for a person while that one is absent; ``None`` ends it. Oneself, or who works on cases.

    Raises:
        NotPermitted: for somebody else.
        Refused: the same person, or one who cannot log in.
    """
    if resource.user_id != by.id and not by.may("case.work"):
        raise NotPermitted("case.work")
    if substitute is not None and (substitute.pk == resource.pk or substitute.user_id is None):
        raise Refused(
            Text("Diese Person kann nicht vertreten.", "This person cannot stand in."),
            citation="Vertretung",
            what_to_do=Text(
                "Wählen Sie eine andere Person, die sich anmelden kann.", "Choose another person who can log in."
            ),
        )
    old = Substitution.objects.filter(resource=resource, ended_at=None, start=None).first()
    if old is not None and substitute is not None and old.substitute_id == substitute.pk:
        return
    if old is not None:
        old.edit(ended_at=clock.now())
    if substitute is not None:
        Substitution.objects.create(resource=resource, substitute=substitute)
    said = {"substitute": substitute.pk if substitute else None}
    record(Event("work.substitute.named", resource, said), by=by)


def fresh(step: CaseTask) -> None:
    """The step as it is now.

    Raises:
        Conflict: it is no longer open, or its case is over.
    """
    step.refresh_from_db()
    if step.state != "open" or step.case.state != "running":
        raise Conflict(f"step {step.name}")


def require_reason(reason: str) -> None:
    """Raises Refused if none is given."""
    if not reason.strip():
        raise Refused(
            Text("Dafür ist eine Begründung nötig.", "This needs a reason."),
            citation="Vorgang",
            what_to_do=Text("Bitte geben Sie einen Satz an.", "Please give one sentence."),
        )
