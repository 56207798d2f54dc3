"""Plans that only add: what the published plan says of everything else is taken over as it is."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from werkfluss.work.models import Plan, PlanItem, PlanItemCheck, Task

_COPIED = (
    *("resource_id", "start", "end", "window_first", "window_last", "cost_cents", "late_minutes", "outcome"),
    *("explanation", "chosen_reason", "chosen_by"),
)
_GONE = (Task.State.ACCEPTED, Task.State.DROPPED, Task.State.DELIVERED)


def keep_published(plan: Plan, *, besides: Collection[UUID]) -> None:
    """Copy the items of the published plan with the verdicts they rest on, but those of ``besides`` and of work done.

    What was handed back in the meantime is with nobody.
    """
    if plan.based_on_id is None:
        return
    rows = PlanItem.objects.filter(plan_id=plan.based_on_id, task__project__state="open").exclude(task__in=besides)
    olds = list(rows.exclude(task__state__in=_GONE).select_related("task").prefetch_related("checks"))
    news = [_copy(plan, old) for old in olds]
    PlanItem.objects.bulk_create(news)
    PlanItemCheck.objects.bulk_create(
        PlanItemCheck(item=new, check_ref_id=check.check_ref_id)
        for old, new in zip(olds, news, strict=True)
        for check in old.checks.all()
    )


def _copy(plan: Plan, old: PlanItem) -> PlanItem:
    new = PlanItem(plan=plan, task_id=old.task_id, **{name: getattr(old, name) for name in _COPIED})
    if old.task.state == Task.State.OPEN:
        new.resource_id, new.outcome, new.cost_cents = None, "", 0
    return new
