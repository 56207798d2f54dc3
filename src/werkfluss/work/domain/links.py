"""Links between tasks as the plan needs them: groups resolved to their tasks, lags in minutes of working time.

A summary task begins with the first and ends with the last of its tasks, as in Microsoft Project. So a link from its
end is a link from each of its tasks, a link from its start waits for whichever begins first, and a link into it holds
for each of its tasks. (Links into the end of a group, which Microsoft Project does not offer, go to its last tasks.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar
from uuid import UUID

from werkfluss import delegation as core
from werkfluss.work.domain.lag_calendars import FIRM, LagCalendars
from werkfluss.work.models import Project, Task, TaskLink

_Key = TypeVar("_Key", str, UUID)
_DONE = frozenset({Task.State.DELIVERED, Task.State.ACCEPTED})
_OVER = (*_DONE, Task.State.DROPPED)


@dataclass(slots=True)
class Outline:
    """The tasks of some projects with what stands below each; dropped ones are gone."""

    states: dict[UUID, str] = field(default_factory=dict)
    summaries: set[UUID] = field(default_factory=set)
    children: dict[UUID | None, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, projects: Iterable[UUID]) -> Outline:
        made = cls()
        rows = Task.objects.filter(project_id__in=set(projects)).exclude(state=Task.State.DROPPED)
        for key, parent, summary, state in rows.order_by("position", "pk").values_list(
            "pk", "parent_id", "is_summary", "state"
        ):
            made.states[key] = state
            made.children[parent].append(key)
            if summary:
                made.summaries.add(key)
        return made

    def leaves(self, key: UUID) -> list[UUID]:
        """The task itself, or for a group all tasks below it."""
        if key not in self.summaries:
            return [key] if key in self.states else []
        return [leaf for child in self.children[key] for leaf in self.leaves(child)]


def planned_links(tasks: Sequence[Task], calendars: LagCalendars) -> list[core.Link]:
    """The order among open ``tasks``; ``calendars`` says in whose working time lags are counted. Two queries.

    What has been delivered holds nobody up any more. A link that would make the order run in a circle is left out;
    ``knots`` names such tasks.
    """
    known = {task.pk for task in tasks}
    projects = {task.project_id for task in tasks}
    outline = Outline.of(projects)
    rows = list(TaskLink.objects.filter(task__project_id__in=projects).order_by("pk"))
    inside = _followers(outline, rows)
    project = {task.pk: task.project_id for task in tasks}
    made = [
        replace(link, calendar=calendars.id_for(UUID(link.successor), project[UUID(link.successor)]))
        if link.calendar
        else link
        for row in rows
        for link in _resolved(row, outline, known, inside)
    ]
    return _without_circles(list(dict.fromkeys(made)))[0]


def knots(project: Project) -> list[list[Task]]:
    """Open tasks whose links run in a circle, so that planning has to leave one of them out; a file may hold such.

    One query unless there are other links than end to start: those alone cannot, since a circle of them is refused.
    """
    if not TaskLink.objects.filter(task__project=project).exclude(type="FS").exists():
        return []
    tasks = {task.pk: task for task in Task.objects.filter(project=project, is_summary=False).exclude(state__in=_OVER)}
    outline = Outline.of([project.pk])
    rows = list(TaskLink.objects.filter(task__project=project).order_by("pk"))
    inside = _followers(outline, rows)
    made = [link for row in rows for link in _resolved(row, outline, set(tasks), inside)]
    _, dropped = _without_circles(list(dict.fromkeys(made)))
    return [[tasks[UUID(one)] for one in (link.predecessor, link.successor)] for link in dropped]


def _resolved(row: TaskLink, outline: Outline, known: set[UUID], inside: dict[UUID, set[UUID]]) -> Iterator[core.Link]:
    before, after = outline.leaves(row.predecessor_id), outline.leaves(row.task_id)
    group = row.type[0] == "S" and len(before) > 1
    if group and any(outline.states[key] in _DONE for key in before):
        return
    if row.type[1] == "F" and row.task_id in outline.summaries:
        after = [key for key in after if not inside[key].intersection(after)]
    for follower in after:
        for predecessor in before:
            if predecessor in known and follower in known and predecessor != follower:
                yield core.Link(
                    predecessor=str(predecessor),
                    successor=str(follower),
                    kind=row.type,  # type: ignore[arg-type]  # FS, SS, FF, SF
                    lag=row.lag_minutes,
                    calendar="" if row.lag_elapsed or not row.lag_minutes else FIRM,
                    group=str(row.pk) if group else "",
                )


def _followers(outline: Outline, rows: Iterable[TaskLink]) -> dict[UUID, set[UUID]]:
    """Which tasks, groups resolved, follow each task directly."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        for key in outline.leaves(row.predecessor_id):
            found[key].update(outline.leaves(row.task_id))
    return found


def _without_circles(links: list[core.Link]) -> tuple[list[core.Link], list[core.Link]]:
    """The links with which every task can begin, and the others; of a circle the oldest links stay."""
    follows: dict[str, set[str]] = defaultdict(set)
    for link in links:
        follows[link.predecessor].add(link.successor)
    try:
        TopologicalSorter(follows).prepare()
    except CycleError:
        follows.clear()
    else:
        return links, []
    kept, dropped = [], []
    for link in links:
        if not _reaches(follows, link.successor, link.predecessor):
            follows[link.predecessor].add(link.successor)
            kept.append(link)
        else:
            dropped.append(link)
    return kept, dropped


def closes_circle(task: Task, predecessor: Task) -> bool:
    """Whether ``predecessor``, or a task of it, follows already on ``task`` or a task of it."""
    outline = Outline.of([task.project_id])
    follows = _followers(outline, TaskLink.objects.filter(task__project_id=task.project_id))
    goals, begin = set(outline.leaves(predecessor.pk)), outline.leaves(task.pk)
    return bool(goals.intersection(begin)) or any(_reaches(follows, one, goal) for one in begin for goal in goals)


def _reaches(follows: dict[_Key, set[_Key]], start: _Key, goal: _Key) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        if one == goal:
            return True
        fresh = follows.get(one, set()) - seen
        seen |= fresh
        waiting += fresh
    return False
