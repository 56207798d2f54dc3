"""What waits for a person among the steps of all cases: own, to be claimed, in somebody's place; questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.work.domain.step_people import absent_users, barred, lonely_roles, stood_in_for
from werkfluss.work.domain.step_rules import rules_of
from werkfluss.work.models import CaseTask, StepQuestion
from werkfluss.workforce.models import Kind, Resource


@dataclass(frozen=True, slots=True)
class MySteps:
    """``own`` are claimed or for this person alone, ``claimable`` those of the own roles that nobody has claimed,
    ``to_vote`` those in which a role of the person has a vote, ``instead`` those of absent people.
    """

    own: list[CaseTask] = field(default_factory=list)
    claimable: list[CaseTask] = field(default_factory=list)
    to_vote: list[CaseTask] = field(default_factory=list)
    instead: list[tuple[CaseTask, Resource]] = field(default_factory=list)


def open_rows() -> QuerySet[CaseTask]:
    """Open steps of running cases, the most urgent first."""
    return (
        CaseTask.objects.filter(state="open", case__state="running")
        .select_related("case__definition", "case__org", "resource", "claimed_by")
        .order_by(F("due").asc(nulls_last=True), "created_at")
    )


def mine(actor: Actor) -> Q:
    """Steps in the own name: as a person, by role, as the one who answers for an agent, or with a vote."""
    roles = [role.value for role in actor.roles]
    found = Q(role__in=roles)
    for role in roles:
        found |= Q(voters__contains=[role])
    if actor.id is not None:
        agents = Resource.objects.filter(kind=Kind.AGENT, agent_file__responsible_id=actor.id)
        found |= Q(resource__user_id=actor.id) | Q(claimed_by_id=actor.id) | Q(resource__in=agents)
    return found


def steps_for(actor: Actor) -> QuerySet[CaseTask]:
    """Every open step that this actor may see: in the own name, for an absent person, or because of a question."""
    return open_rows().filter(seen_by(actor))


def seen_by(actor: Actor) -> Q:
    """The steps an actor may see, open or over."""
    found = mine(actor)
    people = stood_in_for(actor, clock.now())
    for person in people:
        found |= _of(person, people)
    asked = StepQuestion.objects.filter(state="open").filter(
        Q(to_user_id__in=[actor.id, *(person.user_id for person in people)])
        | Q(to_role__in=[role.value for role in actor.roles])
    )
    return found | Q(pk__in=asked.values("step_id"))


def _of(person: Resource, people: Sequence[Resource]) -> Q:
    away = absent_users(clock.now()) if people else {}
    roles = lonely_roles(person, away)
    return Q(resource=person) | Q(claimed_by_id=person.user_id) | Q(role__in=roles, claimed_by=None)


def steps_of(actor: Actor) -> MySteps:
    """The open steps of this actor by why they are here."""
    found = MySteps()
    seen = set()
    for step in open_rows().filter(mine(actor)):
        seen.add(step.pk)
        if step.claimed_by_id not in (None, actor.id) and not step.voters:
            continue
        if step.voters:
            found.to_vote.append(step)
        elif step.claimed_by_id == actor.id or not step.role:
            found.own.append(step)
        else:
            found.claimable.append(step)
    people = stood_in_for(actor, clock.now())
    for person in people:
        for step in open_rows().filter(_of(person, people)):
            if step.pk not in seen and not barred(step, rules_of(step)) & {actor.id, person.user_id}:
                seen.add(step.pk)
                found.instead.append((step, person))
    return found
