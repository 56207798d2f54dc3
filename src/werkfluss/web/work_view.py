"""Projects and tasks as people read them: clarity as word, number and shape; who has it; what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.process.clarity import ClarityFinding
from werkfluss.web import law_view
from werkfluss.web.access import TABLE, FirmRequest
from werkfluss.work.domain import clarity
from werkfluss.work.domain.tasks import in_order
from werkfluss.work.models import Assignment, Plan, PlanItem, Project, Task, TaskTemplate
from werkfluss.workforce.models import Resource

_GIVEN = (Assignment.State.OFFERED, Assignment.State.ACTIVE, Assignment.State.DONE)


@dataclass(frozen=True, slots=True)
class Clarity:
    """What the check found of one task; 100 means nothing is missing."""

    found: tuple[ClarityFinding, ...] = ()

    @property
    def score(self) -> int:
        return clarity.clarity_score(self.found)

    @property
    def gaps(self) -> int:
        return sum(one.severity == "gap" for one in self.found)

    @property
    def clear(self) -> bool:
        return not self.gaps

    @property
    def tone(self) -> str:
        return "good" if self.clear else "caution"

    @property
    def word(self) -> str:
        return _("clear") if self.clear else _("unclear")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a task tree. ``clarity`` is None where nobody has to do anything: groups and milestones."""

    task: Task
    depth: int
    who: str
    first: date | None
    last: date | None
    minutes: int
    clarity: Clarity | None

    @property
    def number(self) -> str:
        return self.task.wbs or str(self.task.number)

    @property
    def is_group(self) -> bool:
        return self.task.is_summary

    @property
    def is_milestone(self) -> bool:
        return not self.task.is_summary and self.task.effort_minutes == 0

    @property
    def hours(self) -> float | int | None:
        return None if self.is_milestone or not self.minutes else hours_of(self.minutes)


@dataclass(slots=True)
class Count:
    """How many tasks of a project are to be delegated, and how many of them are clear."""

    tasks: int = 0
    clear: int = 0
    done: int = 0

    @property
    def share(self) -> int | None:
        return round(100 * self.clear / self.tasks) if self.tasks else None


@dataclass(frozen=True, slots=True)
class Draft:
    """One task that does not exist yet: a node of a template or a typed line."""

    title: str
    depth: int
    is_group: bool
    hours: float | int | None
    clarity: Clarity | None


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of tasks before it is made, with its clarity."""

    rows: list[Draft] = field(default_factory=list)

    @property
    def work(self) -> list[Draft]:
        return [row for row in self.rows if row.clarity is not None]

    @property
    def clear(self) -> int:
        return sum(row.clarity is not None and row.clarity.clear for row in self.rows)

    @property
    def hours(self) -> float | int:
        return round(sum(row.hours or 0 for row in self.rows), 2)


def hours_of(minutes: int) -> float | int:
    """Whole hours without a decimal place."""
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)


def template_name(template: TaskTemplate) -> str:
    return template.name_de if (get_language() or "de").startswith("de") else template.name_en


def url_if(page: str, request: FirmRequest, **kwargs: object) -> str:
    """The address of a page of another area, empty where there is none or the person may not open it."""
    if page not in TABLE or not request.actor.may(TABLE[page].permission):
        return ""
    return reverse(page, kwargs={"firm": request.org.slug, **kwargs})


def count_tasks(projects: Sequence[Project]) -> dict[UUID, Count]:
    """Tasks and clear tasks per project; four queries for all of them."""
    tasks = list(Task.objects.filter(project__in=projects, is_summary=False).exclude(state=Task.State.DROPPED))
    found = clarity.findings(tasks)
    counts = {project.pk: Count() for project in projects}
    for task in tasks:
        if clarity.is_work(task):
            count = counts[task.project_id]
            count.tasks += 1
            count.done += task.state == Task.State.ACCEPTED
            count.clear += task.state == Task.State.ACCEPTED or Clarity(found[task.pk]).clear
    return counts


def rows_of(project: Project) -> list[TaskRow]:
    """The whole tree of a project in PSP order: who has each task, when, how much work, how clear it is."""
    tasks = list(Task.objects.filter(project=project).select_related("project").order_by("position"))
    found = clarity.findings(tasks)
    given = assignments_of(tasks)
    law_view.unname((one.resource for one in given.values()), "allocation")
    minutes = _minutes_with_members(tasks)
    return [_row(task, depth, given.get(task.pk), minutes[task.pk], found[task.pk]) for task, depth in in_order(tasks)]


def _row(task: Task, depth: int, given: Assignment | None, minutes: int, found: tuple[ClarityFinding, ...]) -> TaskRow:
    shown = clarity.is_work(task) and task.state != Task.State.DROPPED
    return TaskRow(
        task=task,
        depth=min(depth, 4),
        who=given.resource.name if given else "",
        first=given.first_day if given else None,
        last=given.last_day if given else task.deadline,
        minutes=minutes,
        clarity=Clarity(found) if shown else None,
    )


def assignments_of(tasks: Iterable[Task]) -> dict[UUID, Assignment]:
    """Who has or had each task: offered, active or done."""
    rows = Assignment.objects.filter(task__in=[task.pk for task in tasks], state__in=_GIVEN)
    return {row.task_id: row for row in rows.select_related("resource").order_by("created_at")}


def _minutes_with_members(tasks: Sequence[Task]) -> dict[UUID, int]:
    """The effort of each task; of a group the sum of its members, dropped ones left out."""
    total = {task.pk: 0 for task in tasks}
    above = {task.pk: task.parent_id for task in tasks}
    for task in tasks:
        if task.is_summary or task.state == Task.State.DROPPED:
            continue
        key: UUID | None = task.pk
        while key is not None and key in total:
            total[key] += task.effort_minutes or 0
            key = above[key]
    return total


def draft_tree(nodes: Sequence[Mapping[str, Any]]) -> Tree:
    """What a template or typed lines would become, with the clarity of each task."""
    depth: dict[str, int] = {}
    rows = []
    for node, found in zip(nodes, clarity.findings_of_tree(nodes), strict=True):
        depth[node["ref"]] = depth.get(node.get("parent") or "", -1) + 1
        minutes, group = node.get("effort_minutes"), bool(node.get("is_summary"))
        rows.append(
            Draft(
                title=node["title"],
                depth=min(depth[node["ref"]], 4),
                is_group=group,
                hours=None if minutes is None else hours_of(minutes),
                clarity=None if group or minutes == 0 else Clarity(found),
            )
        )
    return Tree(rows)


def plan_item_of(task: Task) -> PlanItem | None:
    """The task in the newest draft, else in the published plan: there stands who could do it, and why."""
    rows = PlanItem.objects.filter(task=task, plan__state__in=[Plan.State.DRAFT, Plan.State.PUBLISHED])
    return rows.select_related("plan", "resource").order_by("-plan__number").first()


def published_items() -> QuerySet[PlanItem]:
    """The items of the published plan whose tasks are still open."""
    waiting = [Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED]
    rows = PlanItem.objects.filter(plan__state=Plan.State.PUBLISHED, task__state__in=waiting)
    return rows.select_related("task__project").defer("explanation").order_by("task__number")


def resources_of(user_id: UUID | None) -> list[Resource]:
    return list(Resource.objects.filter(user_id=user_id)) if user_id else []
