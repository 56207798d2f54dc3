"""Whether AI agents begin with steps of cases without anybody being asked each time: off unless a person says so.

It is about agents alone. What gives a step to a person always waits for a person who decides on that very proposal
(Art. 22 GDPR, s. 87(1) no. 6 BetrVG); the law and the clarity check judge every proposal as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.domain import plans
from werkfluss.work.domain.step_claims import require_reason
from werkfluss.work.models import AgentRelease, Plan
from werkfluss.workforce.models import Kind


def standing() -> AgentRelease | None:
    """The decision that holds; ``None`` if nobody has made one."""
    return AgentRelease.objects.filter(ended_at=None).select_related("decided_by").first()


def decide(*, on: bool, reason: str, by: Actor) -> None:
    """Let agents begin by themselves from now on, or end that; nothing happens if it is so already.

    Raises:
        NotPermitted: only who may publish plans, and only a person.
        Refused: no reason.
    """
    by.require("plan.publish")
    if by.kind is not ActorKind.USER or by.id is None:
        raise _only_people()
    require_reason(reason)
    row = standing()
    if (row is not None) is on:
        return
    if row is not None:
        row.edit(ended_at=clock.now())
        record(Event("work.agent_release.ended", row, {"reason": reason.strip()[:300]}), by=by)
        return
    made = AgentRelease.objects.create(decided_by_id=by.id, reason=reason.strip()[:300])
    record(Event("work.agent_release.decided", made, {"reason": made.reason}), by=by)


def publish_if_released(plan: Plan, *, actor_of: Callable[[UUID], Actor]) -> bool:
    """Publish a draft that only adds, and only for agents, in the name of who decided so; whether that was done.

    ``actor_of`` gives that person with the rights of today. Who has lost the right, or has left, decides nothing
    any more. What the law refuses stays a draft, and a person looks at it.
    """
    row = standing()
    if row is None or not plan.adds or plan.state != Plan.State.DRAFT:
        return False
    added = list(plan.items.filter(added=True, resource__isnull=False).select_related("resource"))
    if not added or any(one.resource is None or one.resource.kind != Kind.AGENT for one in added):
        return False
    actor = actor_of(row.decided_by_id)
    if actor.kind is not ActorKind.USER or not actor.may("plan.publish"):
        return False
    try:
        plans.publish_plan(plan, by=actor)
    except WerkflussError:
        return False
    return True


def _only_people() -> Refused:
    return Refused(
        Text("Das entscheidet ein Mensch mit Namen.", "A named person decides this."),
        citation="Art. 22 DSGVO",
        what_to_do=Text("Bitte melden Sie sich mit Ihrem Konto an.", "Please log in with your account."),
    )
