"""Plans: asked for, computed, discussed, changed by people, published by a named person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from werkfluss import delegation as core
from werkfluss.delegation.events import AddedTasks
from werkfluss.delegation.explain import explain
from werkfluss.delegation.repair import choose, repair
from werkfluss.delegation.solve import solve
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.work.domain import additions, locks, planning, publishing
from werkfluss.work.domain.planning import Work, load_work, stored_solution
from werkfluss.work.models import Assignment, Plan, PlanItem, PlanItemCheck, Task
from werkfluss.workforce.models import EXTERNALS, Kind, Resource

# About seconds of one core: 200 tasks with 25 resources are a good draft in less than five seconds.
WORK_LIMIT = 3.0
TIME_LIMIT = 20.0
# A task that is begun stays where it is; of these the plan decides who has them.
_TO_GIVE = (Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED)
Progress = Callable[[float, Text], None]


def plans() -> QuerySet[Plan]:
    """All plans but the discarded ones, newest first."""
    return Plan.objects.exclude(state=Plan.State.DISCARDED).order_by("-number")


def published_plan() -> Plan | None:
    return Plan.objects.filter(state=Plan.State.PUBLISHED).first()


def request_plan(
    *, as_of: date, name: str = "", pins: list[dict[str, Any]] | None = None, adds: bool = False, by: Actor
) -> Plan:
    """Ask for a new draft; the worker computes it. It prices every change against the published plan."""
    plan = Plan.objects.create(
        number=next_number("plan"),
        name=name,
        as_of=as_of,
        based_on=published_plan(),
        adds=adds,
        pins=pins or [],
        created_by=by.id,
        progress_text_de="Wartet auf den Rechner",
        progress_text_en="Waiting for the worker",
    )
    record(Event("work.plan.requested", plan, {"as_of": as_of, "pins": len(plan.pins), "adds": adds}), by=by)
    return plan


def request_addition(*, as_of: date, by: Actor) -> Plan | None:
    """Ask for a draft that places new steps of cases and leaves all that is published where it is.

    It takes the place of an earlier such draft. ``None`` if no step waits; without a published plan there is nothing to
    add to, so a whole draft is asked for.
    """
    locks.alone("plan that adds")
    if not planning.new_step_tasks().exists():
        return None
    for old in Plan.objects.filter(adds=True, state__in=[Plan.State.COMPUTING, Plan.State.DRAFT]):
        discard_plan(old, by=by)
    if published_plan() is None:
        return request_plan(as_of=as_of, by=by)
    return request_plan(as_of=as_of, adds=True, by=by)


def propose_new_steps(*, as_of: date, by: Actor) -> Plan | None:
    """``request_addition`` where a step waits that the published plan says nothing of.

    What that plan could give to nobody, or what was handed back, waits for a person: asking again would say the same.
    As long as nothing is published, the first whole plan takes the steps in.
    """
    if published_plan() is None:
        return None
    known = PlanItem.objects.filter(plan__state=Plan.State.PUBLISHED).values("task_id")
    if not planning.new_step_tasks().exclude(pk__in=known).exists():
        return None
    return request_addition(as_of=as_of, by=by)


def show_progress(plan_id: UUID, *, share: float, text: Text) -> None:
    """Progress for the waiting person; not an act, so it is not recorded."""
    Plan.objects.filter(pk=plan_id, state=Plan.State.COMPUTING).update(
        progress=round(share * 100), progress_text_de=text.de, progress_text_en=text.en
    )


def compute(
    work: Work, *, seed: int, on_progress: Progress, work_limit: float = WORK_LIMIT
) -> tuple[core.Plan, list[core.Explanation]]:
    """Solve and explain; pure, touches no row. A plan that only adds leaves everything else where it is."""
    if work.base is not None:
        added = repair(work.problem, work.base, AddedTasks(tasks=()))
        new = [task.id for task in added.problem.tasks if UUID(task.id) in work.new]
        return added.plan, explain(added.problem, added.plan, new)
    solution = solve(
        work.problem, seed=seed, work_limit=work_limit, time_limit=TIME_LIMIT, workers=2, on_progress=on_progress
    )
    on_progress(0.95, Text("Begründungen werden geschrieben", "Writing the reasons"))
    return solution, explain(work.problem, solution)


def store_draft(
    plan: Plan, *, work: Work, solution: core.Plan, explanations: list[core.Explanation], by: Actor
) -> None:
    """Keep a computed plan as a draft: one item per task, each with its reasons and the checks it rests on."""
    reasons = {one.task: one for one in explanations}
    items = [
        _item(plan, task, work, solution, reasons[str(task.pk)])
        for task in work.tasks
        if not plan.adds or task.pk in work.new
    ]
    if plan.adds:
        additions.keep_published(plan, besides=work.new)
    PlanItem.objects.bulk_create(items)
    PlanItemCheck.objects.bulk_create(
        PlanItemCheck(item=item, check_ref_id=check)
        for item in items
        if item.resource_id is not None
        for check in work.permissions[item.task_id, item.resource_id].checks
    )
    plan.edit(
        state=Plan.State.DRAFT,
        progress=100,
        status=solution.status,
        objective_cents=solution.costs.total,
        bound_cents=solution.bound if solution.objective_kind == "euro" else None,
        labour_cents=solution.costs.labour,
        problem_digest=solution.problem,
        solver=f"{solution.solver}, seed {solution.seed}",
    )
    data = {"problem": solution.problem, "plan": solution.digest, "status": solution.status}
    record(Event("work.plan.computed", plan, data), by=by)


def _item(plan: Plan, task: Task, work: Work, solution: core.Plan, reason: core.Explanation) -> PlanItem:
    item = PlanItem(
        plan=plan,
        task=task,
        added=plan.adds,
        explanation=reason.as_json(),
        late_minutes=max(0, reason.late_minutes),
    )
    pin = next((pin for pin in plan.pins if pin["task"] == str(task.pk)), None)
    if pin:
        item.chosen_reason, item.chosen_by = pin["reason"], pin["by"]
    found = solution.assignment(str(task.pk))
    start, end = solution.span(str(task.pk))
    item.start, item.end = work.problem.instant(start), work.problem.instant(end)
    if found is None or not found.resource:
        return item
    item.resource_id = UUID(found.resource)
    item.cost_cents = found.labour_cents
    item.outcome = work.permissions[task.pk, item.resource_id].outcome
    if found.window is not None:
        item.window_first, item.window_last = found.window.first_day, found.window.last_day
    return item


def fail_plan(plan: Plan, *, reason: Text, by: Actor) -> None:
    """The computation broke off; the draft says why."""
    plan.edit(state=Plan.State.FAILED, progress_text_de=reason.de, progress_text_en=reason.en)
    record(Event("work.plan.failed", plan, {"reason": reason.en}), by=by)


def choose_option(item: PlanItem, *, resource: Resource, reason: str, by: Actor) -> Plan:
    """A person prefers another permitted resource; a new draft with that choice is asked for.

    The choice is tried at once on what holds today: law, skills, calendars, predecessors, four eyes, agreed hours.

    Raises:
        Refused: the plan is no draft, no reason is given, or the choice is impossible; it says why.
    """
    _require_draft(item.plan)
    if not reason.strip():
        raise Refused(
            Text("Die Wahl braucht eine Begründung.", "The choice needs a reason."),
            citation="Plan",
            what_to_do=Text("Bitte geben Sie einen Satz an.", "Please give one sentence."),
        )
    pin = {"task": str(item.task_id), "resource": str(resource.pk), "reason": reason.strip()[:300], "by": str(by.id)}
    others = [one for one in item.plan.pins if one["task"] != pin["task"]]
    _require_possible(item, resource, others, by)
    return _replace_draft(item.plan, [*others, pin], by=by)


def _require_possible(item: PlanItem, resource: Resource, others: list[dict[str, Any]], by: Actor) -> None:
    """Try the choice by the optimiser's own routine, beside the other choices people have made.

    Raises:
        Refused: names what stands in the way.
    """
    tried = Plan(as_of=item.plan.as_of, based_on_id=item.plan.based_on_id, adds=item.plan.adds, pins=others)
    work = load_work(tried, by=by)
    if all(task.pk != item.task_id for task in work.tasks) or all(one.pk != resource.pk for one in work.resources):
        raise Refused(
            Text(
                f"Die Aufgabe ist nicht mehr offen, oder {resource.name} gehört nicht zum Plan.",
                f"The task is no longer open, or {resource.name} is not part of the plan.",
            ),
            citation="Plan",
            what_to_do=Text("Bitte lassen Sie neu planen.", "Please plan again."),
        )
    choose(work.problem, stored_solution(item.plan, work), task=str(item.task_id), resource=str(resource.pk))


def take_back_choice(item: PlanItem, *, by: Actor) -> Plan:
    """Undo a person's choice; the optimiser is free again for this task.

    Raises:
        Refused: the plan is no draft.
    """
    _require_draft(item.plan)
    return _replace_draft(item.plan, [p for p in item.plan.pins if p["task"] != str(item.task_id)], by=by)


def _replace_draft(plan: Plan, pins: list[dict[str, Any]], *, by: Actor) -> Plan:
    if plan.adds:
        discard_plan(plan, by=by)
    new = request_plan(as_of=plan.as_of, name=plan.name, pins=pins, adds=plan.adds, by=by)
    record(Event("work.plan.choice_changed", plan, {"new_plan": new.pk, "pins": pins}), by=by)
    return new


def discard_plan(plan: Plan, *, by: Actor) -> None:
    """Put a draft aside.

    Raises:
        Refused: the plan is published.
    """
    if plan.state in {Plan.State.PUBLISHED, Plan.State.SUPERSEDED}:
        raise _no_draft()
    plan.edit(state=Plan.State.DISCARDED)
    record(Event("work.plan.discarded", plan), by=by)


def publish_plan(plan: Plan, *, by: Actor) -> list[Assignment]:
    """A named person makes the draft binding.

    Own staff and agents are assigned; externals are offered (the engagement room hears of it). Assignments that the
    plan keeps stay untouched, others that nobody has started are withdrawn.

    Raises:
        Refused: the plan is no draft, it was computed against a plan that is no longer the published one, it names
            employees without the works council's agreement, or the law forbids an assignment by now. Nothing is
            changed then.
    """
    by.require("plan.publish")
    _require_draft(plan)
    current = published_plan()
    if (current.pk if current else None) != plan.based_on_id:
        raise Refused(
            Text("Inzwischen wurde ein anderer Plan veröffentlicht.", "Another plan has been published meanwhile."),
            citation="Plan",
            what_to_do=Text("Bitte lassen Sie neu planen.", "Please plan again."),
        )
    # What a plan that adds has taken over stays given out; the law is asked again of that every night.
    items = [item for item in _to_give(plan) if item.task.state in _TO_GIVE and (item.added or not plan.adds)]
    publishing.require_agreement(items)
    publishing.require_permitted_now(plan, items)
    if current:
        current.edit(state=Plan.State.SUPERSEDED)
    plan.edit(state=Plan.State.PUBLISHED, published_at=clock.now(), published_by=by.id)
    made = _assign(plan, by)
    data = {"assigned": len(made), "problem": plan.problem_digest}
    record(Event("work.plan.published", plan, data), by=by)
    return made


def _to_give(plan: Plan) -> list[PlanItem]:
    """The items of the plan that give a task to somebody."""
    rows = plan.items.select_related("task__project", "resource__agent_file").filter(resource__isnull=False)
    return list(rows.defer("explanation"))


def _assign(plan: Plan, by: Actor) -> list[Assignment]:
    items = {item.task_id: item for item in _to_give(plan)}
    live = Assignment.objects.filter(
        task__state__in=_TO_GIVE,
        state__in=[Assignment.State.OFFERED, Assignment.State.ACTIVE],
    )
    kept: set[UUID] = set()
    for assignment in live:
        item = items.get(assignment.task_id)
        if item is not None and _unchanged(assignment, item):
            assignment.edit(item=item)
            kept.add(assignment.task_id)
        elif plan.adds:
            kept.add(assignment.task_id)
        else:
            assignment.edit(state=Assignment.State.WITHDRAWN)
    made = []
    for task_id, item in items.items():
        if task_id in kept or item.task.state not in _TO_GIVE or (plan.adds and not item.added):
            continue
        resource = item.resource
        assert resource is not None
        external = Kind(resource.kind) in EXTERNALS
        first, last = item_days(item)
        made.append(
            Assignment.objects.create(
                task=item.task,
                resource=resource,
                item=item,
                state=Assignment.State.OFFERED if external else Assignment.State.ACTIVE,
                first_day=first,
                last_day=last,
                assigned_by=by.id,
            )
        )
        item.task.edit(state=Task.State.OFFERED if external else Task.State.ASSIGNED)
    return made


def item_days(item: PlanItem) -> tuple[date, date]:
    """First and last day of an item: the window of an external, else the days of its time."""
    if item.window_first and item.window_last:
        return item.window_first, item.window_last
    zone = ZoneInfo(item.resource.time_zone if item.resource else "Europe/Berlin")
    return _day(item.start, zone), _day(item.end, zone)


def _day(instant: datetime | None, zone: ZoneInfo) -> date:
    assert instant is not None
    return instant.astimezone(zone).date()


def _unchanged(assignment: Assignment, item: PlanItem) -> bool:
    return assignment.resource_id == item.resource_id and (assignment.first_day, assignment.last_day) == item_days(item)


def _require_draft(plan: Plan) -> None:
    if plan.state != Plan.State.DRAFT:
        raise _no_draft()


def _no_draft() -> Refused:
    return Refused(
        Text("Dieser Plan ist kein Entwurf.", "This plan is not a draft."),
        citation="Plan",
        what_to_do=Text("Bitte lassen Sie einen neuen Entwurf rechnen.", "Please have a new draft computed."),
    )
