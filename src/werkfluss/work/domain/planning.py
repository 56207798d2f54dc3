"""From rows to a ``Problem``, and from the optimiser's plan back to rows. The optimiser itself knows no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from werkfluss import delegation as core
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain import clarity, gate, links
from werkfluss.work.domain.gate import Permission
from werkfluss.work.domain.gate_facts import Subject
from werkfluss.work.domain.lag_calendars import lag_calendars
from werkfluss.work.models import Assignment, CaseTask, Plan, PlanItem, Project, Task, TaskSeparation
from werkfluss.workforce.domain.calendars import Interval, working_windows
from werkfluss.workforce.domain.resources import resources_on
from werkfluss.workforce.models import NATURAL_PERSONS, Kind, Resource, Share

ZONE = ZoneInfo("Europe/Berlin")
HORIZON = timedelta(days=400)
GRANULARITY = 30
# What it costs to take a task away from somebody to whom the published plan gave it: one could have prepared for it.
CHANGE_CENTS = 15_000
_OPEN_STATES = (Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED, Task.State.STARTED)
_GIVEN_OUT = (Task.State.OFFERED, Task.State.ASSIGNED)
_UNKNOWN_EFFORT_MINUTES = 480
_AGENT_PARALLEL, _PARTNER_PARALLEL = 4, 3


@dataclass(frozen=True, slots=True)
class Work:
    """Everything read for one plan; ``permissions`` by (task, resource).

    A plan that only adds has ``base``, the published plan, and in ``new`` the tasks that it is to place beside it.
    """

    problem: core.Problem
    tasks: Sequence[Task]
    resources: Sequence[Resource]
    permissions: Mapping[tuple[UUID, UUID], Permission]
    base: core.Plan | None = None
    new: frozenset[UUID] = frozenset()


def load_work(plan: Plan, *, by: Actor) -> Work:
    """Read all open tasks and all resources, ask the law for each pair, and state the problem.

    A constant number of queries, whatever the number of tasks.
    """
    tasks = _tasks(plan)
    resources = list(resources_on(plan.as_of).prefetch_related("skills__skill", "papers", "working_times"))
    permissions = gate.permissions(tasks, resources, on=plan.as_of, by=by)
    origin = datetime.combine(plan.as_of, time(), ZONE).astimezone(UTC)
    windows = working_windows(resources, start=origin, end=origin + HORIZON)
    for resource in resources:
        latest = min((p.latest for (_, key), p in permissions.items() if key == resource.pk and p.latest), default=None)
        windows[resource.pk] = _until_last_day(resource, windows[resource.pk], latest)
    # The share in force on the day of the plan, else the next one: the last one read of each resource stays.
    lasting = Share.objects.filter(Q(valid_to=None) | Q(valid_to__gt=plan.as_of)).order_by("-valid_from")
    shares = {share.resource_id: share for share in lasting}
    chosen = {UUID(pin["task"]): UUID(pin["resource"]) for pin in plan.pins}
    choices = _Choices(clarity.delegable(tasks), chosen)
    lags = lag_calendars(tasks)
    order = tuple(links.planned_links(tasks, lags))
    problem = core.Problem(
        origin=origin,
        granularity=GRANULARITY,
        tasks=tuple(_task(task, origin) for task in tasks),
        resources=tuple(_resource(r, windows[r.pk], shares.get(r.pk), origin) for r in resources),
        candidates=tuple(
            _candidate(task, resource, permissions[task.pk, resource.pk], choices, origin)
            for task in tasks
            for resource in resources
        ),
        links=order,
        calendars=lags.windows({link.calendar for link in order}, origin=origin, horizon=HORIZON),
        pins=tuple(_pins(tasks, origin, kept=_GIVEN_OUT if plan.adds else ())),
        published=tuple(_published(plan, tasks, resources, origin)),
        four_eyes=tuple(_separations(tasks)),
    )
    work = Work(problem, tasks, resources, permissions)
    if not plan.adds or plan.based_on is None:
        return work
    new = frozenset(task.pk for task in tasks if task.state == Task.State.OPEN)
    return replace(work, base=stored_solution(plan.based_on, work), new=new)


def _tasks(plan: Plan) -> list[Task]:
    """All open tasks; for a plan that only adds, those given out by the published one and the new steps of cases."""
    rows = Task.objects.filter(project__state="open", is_summary=False, state__in=_OPEN_STATES)
    if plan.adds and plan.based_on_id is not None:
        given = PlanItem.objects.filter(plan_id=plan.based_on_id, resource__isnull=False).values("task_id")
        rows = rows.filter(Q(pk__in=new_step_tasks()) | (Q(pk__in=given) & ~Q(state=Task.State.OPEN)))
    rows = rows.select_related("project").prefetch_related("skills__skill", "criteria")
    return list(rows.order_by("project__number", "position"))


def new_step_tasks() -> QuerySet[Task, UUID]:
    """Keys of the tasks that are steps of cases and have been given to nobody."""
    waiting = CaseTask.objects.filter(state="open", case__state="running", task__isnull=False)
    return Task.objects.filter(pk__in=waiting.values("task_id"), state=Task.State.OPEN).values_list("pk", flat=True)


def stored_solution(plan: Plan, work: Work) -> core.Plan:
    """What the draft says now, in the optimiser's words, on the problem as it is read today.

    What no longer fits that problem is for the optimiser to see; prices are reckoned anew from it.
    """
    origin = work.problem.origin
    known = {task.pk for task in work.tasks}
    assigned, left = [], []
    for item in plan.items.filter(task_id__in=known).exclude(start=None).exclude(end=None):
        assert item.start is not None
        assert item.end is not None
        start, end = _minute(item.start, origin), _minute(item.end, origin)
        if item.resource_id is None:
            left.append(core.OpenTask(task=str(item.task_id), start=start, end=end, price_cents=0))
        else:
            one = core.Assignment(task=str(item.task_id), resource=str(item.resource_id), start=start, end=end)
            assigned.append(one)
    return core.Plan(
        problem=work.problem.digest,
        objective_kind="euro",
        status="feasible",
        objective=0,
        bound=None,
        assignments=tuple(assigned),
        unassigned=tuple(left),
        costs=core.Costs(),
        seed=plan.seed,
    )


def _until_last_day(resource: Resource, windows: list[Interval], latest: date | None) -> list[Interval]:
    """Working time up to the last day of the residence title and of what the law allows (``latest``); none beyond."""
    days = [day for day in (Subject.of(resource, {}).title_until, latest) if day is not None]
    if not days:
        return windows
    end = datetime.combine(min(days) + timedelta(days=1), time(), ZoneInfo(resource.time_zone))
    return [(start, min(until, end)) for start, until in windows if start < end]


def _minute(instant: datetime, origin: datetime) -> int:
    return int((instant - origin) // timedelta(minutes=1))


def _task(task: Task, origin: datetime) -> core.Task:
    deadline = task.deadline or task.project.deadline
    earliest = max(task.earliest_start or task.project.start, task.project.start)
    per_hour = task.late_cents_per_hour or (
        task.project.late_cents_per_day // 24 if task.deadline else task.project.late_cents_per_day // 240
    )
    return core.Task(
        id=str(task.pk),
        title=task.title,
        effort=_UNKNOWN_EFFORT_MINUTES if task.effort_minutes is None else task.effort_minutes,
        earliest=max(0, _minute(datetime.combine(earliest, time(), ZONE), origin)),
        due=_minute(datetime.combine(deadline + timedelta(days=1), time(), ZONE), origin) if deadline else None,
        late_cents_per_hour=per_hour if deadline else 0,
        requirements=tuple(
            core.Requirement(skill=need.skill.key, minimum_level=need.min_level or 0) for need in task.skills.all()
        ),
        project=str(task.project_id),
    )


def _resource(
    resource: Resource, windows: Sequence[tuple[datetime, datetime]], share: Share | None, origin: datetime
) -> core.Resource:
    kind = Kind(resource.kind)
    organisation = kind in {Kind.AGENT, Kind.PARTNER}
    percent = 100
    if share is not None and resource.weekly_minutes:
        percent = max(1, min(100, share.minutes_per_week * 100 // resource.weekly_minutes))
    return core.Resource(
        id=str(resource.pk),
        kind=kind.value,  # type: ignore[arg-type]  # the same five words
        name=resource.name,
        windows=tuple((_minute(start, origin), _minute(end, origin)) for start, end in windows),
        rate_cents_per_hour=resource.rate.cents_per_hour,
        skills=tuple(
            core.HeldSkill(skill=held.skill.key, level=held.level if organisation else None)
            for held in resource.skills.all()
        ),
        capacity_share=percent,
        parallel={Kind.AGENT: _AGENT_PARALLEL, Kind.PARTNER: _PARTNER_PARALLEL}.get(kind, 1),
        time_zone=resource.time_zone,
    )


@dataclass(frozen=True, slots=True)
class _Choices:
    """What people have decided before the optimiser: unclear tasks stay out, a person's choice stands."""

    unclear: Mapping[UUID, Text | None]
    chosen: Mapping[UUID, UUID]

    def refusal(self, task: Task, resource: Resource, permission: Permission) -> tuple[Text, str, Text] | None:
        """Reason, source and way out, if this pair is not to be considered."""
        unclear = self.unclear[task.pk]
        if unclear is not None:
            way_out = Text("Bitte ergänzen Sie die fehlenden Angaben.", "Please add what is missing.")
            return unclear, "Klarheitsprüfung", way_out
        if self.chosen.get(task.pk, resource.pk) != resource.pk and permission.permits:
            reason = Text("Ein Mensch hat anders gewählt.", "A person has chosen otherwise.")
            return reason, "Plan", Text("Wahl im Plan zurücknehmen.", "Take the choice back in the plan.")
        return None


def _candidate(
    task: Task, resource: Resource, permission: Permission, choices: _Choices, origin: datetime
) -> core.Candidate:
    pair: dict[str, Any] = {"task": str(task.pk), "resource": str(resource.pk)}
    refusal = choices.refusal(task, resource, permission)
    if refusal is not None:
        reason, source, way_out = refusal
        return core.Candidate(**pair, outcome="blocked", reasons=(reason,), citations=(source,), remedy=way_out)
    earliest = None
    if permission.earliest is not None:
        earliest = max(0, _minute(datetime.combine(permission.earliest, time(), ZONE), origin))
    return core.Candidate(
        **pair,
        outcome=permission.outcome,
        reasons=permission.reasons,
        citations=permission.citations,
        conditions=tuple(
            core.Condition(text=c.text, lead_minutes=c.lead_days * 1440, citation=c.citation)
            for c in permission.conditions
        ),
        earliest=earliest,
        remedy=permission.remedy,
        # A requirement level is met by a documented certificate; the skill held is that document.
        meets=tuple(held.skill.key for held in resource.skills.all()) if resource.kind in NATURAL_PERSONS else (),
        check=str(permission.checks[0]) if permission.checks else "",
    )


def _pins(tasks: Sequence[Task], origin: datetime, *, kept: Collection[str] = ()) -> Iterable[core.Pin]:
    """Started tasks stay where they are, and those in a state of ``kept``."""
    started = {task.pk: task for task in tasks if task.state == Task.State.STARTED or task.state in kept}
    states = [Assignment.State.ACTIVE, *([Assignment.State.OFFERED] if kept else [])]
    live = Assignment.objects.filter(task_id__in=started, state__in=states).select_related("item")
    for assignment in live:
        item = assignment.item
        if item is not None and item.start is not None and item.end is not None:
            start = max(0, _minute(item.start, origin))
            yield core.Pin(
                task=str(assignment.task_id),
                resource=str(assignment.resource_id),
                start=start,
                end=max(start + GRANULARITY, _minute(item.end, origin)),
            )


def _published(
    plan: Plan, tasks: Sequence[Task], resources: Sequence[Resource], origin: datetime
) -> Iterable[core.Published]:
    if plan.based_on_id is None:
        return
    known, there = {task.pk: task for task in tasks}, {resource.pk for resource in resources}
    rows = PlanItem.objects.filter(plan_id=plan.based_on_id, task_id__in=known, resource_id__in=there)
    for item in rows:
        # A started task is pinned; one that was handed back or declined is free again and binds nobody.
        if item.start is None or item.end is None or known[item.task_id].state not in _GIVEN_OUT:
            continue
        start, end = _minute(item.start, origin), _minute(item.end, origin)
        if end > 0:
            yield core.Published(
                task=str(item.task_id),
                resource=str(item.resource_id),
                start=max(0, start),
                end=end,
                change_cents=CHANGE_CENTS,
            )


def _separations(tasks: Sequence[Task]) -> Iterable[tuple[str, str]]:
    known = {task.pk for task in tasks}
    for row in TaskSeparation.objects.filter(task_id__in=known, other_id__in=known):
        yield str(row.task_id), str(row.other_id)


def project_spans(items: Iterable[PlanItem]) -> dict[UUID, tuple[datetime, datetime]]:
    """First start and last end of each project in a plan."""
    spans: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for item in items:
        if item.start is not None and item.end is not None:
            spans[item.task.project_id].append((item.start, item.end))
    return {key: (min(s for s, _ in rows), max(e for _, e in rows)) for key, rows in spans.items()}


def open_projects() -> Iterable[Project]:
    return Project.objects.filter(state="open").order_by("number")
