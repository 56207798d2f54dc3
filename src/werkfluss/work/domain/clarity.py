"""Is a task clear enough to be delegated? "Unclarity cannot be scaled." The yardstick is ``process.clarity``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.kernel.text import Text, joined
from werkfluss.process.clarity import ClarityFinding, TaskFacts, check_task, score
from werkfluss.process.model import AiUse
from werkfluss.work.models import Criterion, Task, TaskLink, TaskSkill


def findings(tasks: Iterable[Task]) -> dict[UUID, tuple[ClarityFinding, ...]]:
    """What is missing or vague, per task; three queries for all of them.

    Groups and milestones are delegated to nobody, so nothing is missing of them.
    """
    listed = list(tasks)
    keys = [task.pk for task in listed if is_work(task)]
    before = _values(TaskLink.objects.filter(task_id__in=keys), "predecessor_id")
    skills = _values(TaskSkill.objects.filter(task_id__in=keys), "skill__key")
    criteria = _values(Criterion.objects.filter(task_id__in=keys), "text")
    return {
        task.pk: _check(_facts_of(task, before[task.pk], skills[task.pk], criteria[task.pk])) if is_work(task) else ()
        for task in listed
    }


def _values(rows: QuerySet[Any], column: str) -> dict[UUID, list[Any]]:
    """One column per task, without making objects: a list of tasks asks for hundreds of them."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for task, value in rows.values_list("task_id", column):
        found[task].append(value)
    return found


def _facts_of(task: Task, before: Sequence[UUID], skills: Sequence[str], criteria: Sequence[str]) -> TaskFacts:
    hours = None if task.effort_minutes is None else task.effort_minutes / 60
    deadline = task.deadline
    return TaskFacts(
        title=task.title,
        skills=tuple(skills),
        outcome=task.outcome,
        criteria=tuple(criteria),
        effort_hours=None if hours is None else (hours, hours),
        data_class=task.data_class,
        deadline=deadline.isoformat() if deadline else "",
        predecessors=tuple(str(key) for key in before),
        ai=AiUse.ALLOWED if task.ai_allowed else AiUse.FORBIDDEN,
        ai_purpose=task.ai_purpose,
        # Whatever an agent delivers is accepted by a human here; nobody has to say so per task.
        acceptance="four_eyes" if task.four_eyes else "requester",
    )


@lru_cache(maxsize=4096)
def _check(facts: TaskFacts) -> tuple[ClarityFinding, ...]:
    """The answer depends on the facts alone, and pages ask again for tasks that nobody has touched."""
    return tuple(check_task(facts))


def is_work(task: Task) -> bool:
    """Whether somebody has to do it: neither a group of tasks nor a milestone."""
    return not task.is_summary and task.effort_minutes != 0


def findings_of_tree(tree: Sequence[Mapping[str, Any]]) -> list[tuple[ClarityFinding, ...]]:
    """The same check for tasks that do not exist yet: one answer per node of a template or of typed lines."""
    return [() if node.get("is_summary") else _check(_facts_of_node(node)) for node in tree]


def _facts_of_node(node: Mapping[str, Any]) -> TaskFacts:
    minutes, due = node.get("effort_minutes"), node.get("due_after_days")
    hours = None if minutes is None else minutes / 60
    return TaskFacts(
        title=node["title"],
        skills=tuple(node.get("skills", ())),
        outcome=node.get("outcome") or "",
        criteria=tuple(node.get("criteria", ())),
        effort_hours=None if hours is None else (hours, hours),
        data_class=node.get("data_class") or "",
        deadline="" if due is None else str(due),
        predecessors=tuple(after["ref"] for after in node.get("after", ())),
        ai=AiUse.ALLOWED if node.get("ai_allowed") else AiUse.FORBIDDEN,
        ai_purpose=node.get("ai_purpose") or "",
        acceptance="four_eyes" if node.get("four_eyes") else "requester",
    )


def clarity_score(found: Sequence[ClarityFinding]) -> int:
    """0 to 100; 100 means nothing is missing."""
    return score(found)


def delegable(tasks: Iterable[Task]) -> dict[UUID, Text | None]:
    """Per task ``None`` if it can be delegated, else what is missing."""
    return {key: _missing(found) for key, found in findings(tasks).items()}


def _missing(found: Sequence[ClarityFinding]) -> Text | None:
    gaps = [finding.message for finding in found if finding.severity == "gap"]
    return joined([Text("Noch unklar:", "Still unclear:"), *gaps]) if gaps else None
