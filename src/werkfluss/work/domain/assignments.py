"""What a resource does with an assignment: start, deliver, hand back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.models import Assignment, Result, ResultItem, Task
from werkfluss.workforce.models import Resource

_IN_HAND = (Task.State.OFFERED, Task.State.ASSIGNED, Task.State.STARTED)


def own_assignments(resource: Resource) -> QuerySet[Assignment]:
    """What a resource has to do, the earliest first; one query with task and project."""
    return (
        Assignment.objects.filter(resource=resource, state=Assignment.State.ACTIVE)
        .select_related("task__project", "item")
        .order_by("first_day", "task__number")
    )


def _own(assignment: Assignment, by: Actor) -> None:
    """Raises NotPermitted unless the assignment is the actor's own (an agent acts as its resource)."""
    if by.kind is ActorKind.SYSTEM or by.id in {assignment.resource_id, assignment.resource.user_id}:
        return
    raise NotPermitted("own_tasks.work")


def _in_hand(assignment: Assignment) -> None:
    """Raises Conflict unless the assignment is active and nothing has been delivered that is still to be decided."""
    if assignment.state != Assignment.State.ACTIVE or assignment.task.state not in _IN_HAND:
        raise Conflict(f"assignment {assignment.pk}")


def start_task(assignment: Assignment, *, by: Actor) -> None:
    """Begin: from now on the plan leaves the task where it is.

    Raises:
        NotPermitted: somebody else's assignment.
        Conflict: it is no longer active, or it is delivered.
    """
    _own(assignment, by)
    _in_hand(assignment)
    assignment.task.edit(state=Task.State.STARTED)
    record(Event("work.task.started", assignment.task, {"assignment": assignment.pk}), by=by)


def hand_back(assignment: Assignment, *, reason: str, by: Actor) -> None:
    """Give a task back: it is open again, and the next plan finds somebody else. Nothing is counted against anybody.

    Raises:
        NotPermitted: somebody else's assignment.
        Conflict: it is no longer active, or it is delivered.
    """
    _own(assignment, by)
    if assignment.state != Assignment.State.OFFERED:
        _in_hand(assignment)
    assignment.edit(state=Assignment.State.DECLINED)
    assignment.task.edit(state=Task.State.OPEN)
    record(Event("work.task.handed_back", assignment.task, {"assignment": assignment.pk, "reason": reason}), by=by)


def deliver_result(
    assignment: Assignment,
    *,
    text: str,
    documents: Sequence[Document] = (),
    items: Sequence[dict[str, Any]] = (),
    picked: Sequence[str] = (),
    agent_run: UUID | None = None,
    by: Actor,
) -> Result:
    """Hand in what was made. ``items`` are lines for a human to decide one by one (columns of ``ResultItem``).

    ``picked`` are the branches proposed where the task is a decision in a case.

    Raises:
        NotPermitted: somebody else's assignment.
        Conflict: it is no longer active, or it is delivered.
    """
    _own(assignment, by)
    _in_hand(assignment)
    result = Result.objects.create(
        task=assignment.task,
        assignment=assignment,
        text=text,
        delivered_at=clock.now(),
        delivered_by=by.id,
        picked=list(picked),
        agent_run=agent_run,
    )
    for document in documents:
        document.edit(object_type=result._meta.label_lower, object_id=result.pk)
    ResultItem.objects.bulk_create(
        ResultItem(result=result, position=position, **fields) for position, fields in enumerate(items, start=1)
    )
    assignment.task.edit(state=Task.State.DELIVERED)
    data = {"task": assignment.task_id, "items": len(items), "agent_run": agent_run}
    record(Event("work.result.delivered", result, data), by=by)
    return result
