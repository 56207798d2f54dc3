"""Projects and tasks: described, edited, taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.work.models import Criterion, Project, Task, TaskLink, TaskSeparation, TaskSkill, TaskTemplate
from werkfluss.workforce.models import Skill

# What may still be changed about a task once somebody works on it: nothing that was agreed.
_EDITABLE_STATES = (Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED)


def tasks_of(project: Project) -> QuerySet[Task]:
    """The tasks of a project in their order, with what lists show."""
    return (
        Task.objects.filter(project=project)
        .select_related("project", "parent")
        .prefetch_related("skills__skill", "criteria", "predecessors__predecessor")
        .order_by("position")
    )


def create_project(*, name: str, start: date, by: Actor, **more: Any) -> Project:
    """A project; ``more`` are further columns of ``Project``."""
    project = Project.objects.create(number=next_number("project"), name=name, start=start, **more)
    record(Event("work.project.created", project, {"name": name, "start": start}), by=by)
    return project


def edit_project(project: Project, *, expected_version: int, by: Actor, **changes: Any) -> None:
    """Raises Conflict if somebody else was faster."""
    project.edit(expected_version=expected_version, **changes)
    record(Event("work.project.edited", project, {"changes": changes}), by=by)


def create_task(project: Project, *, title: str, by: Actor, **fields: Any) -> Task:
    """A task at the end of the project (or of ``parent``); see ``fill_task`` for what else a brief holds."""
    task = new_task(project, title=title, **fields)
    record(Event("work.task.created", task, {"project": project.pk, "title": title}), by=by)
    return task


def new_task(project: Project, *, title: str, **fields: Any) -> Task:
    """The row alone, for functions that make many and record once."""
    number = next_number("task")
    position = fields.pop("position", number)
    return Task.objects.create(project=project, number=number, position=position, title=title, **fields)


def edit_task(task: Task, *, expected_version: int, by: Actor, **changes: Any) -> None:
    """Change a brief. ``changes`` are columns, and ``skills`` / ``criteria`` as in ``fill_task``.

    Raises:
        Conflict: somebody else was faster.
        Refused: the work has begun; what was agreed stays.
    """
    if task.state not in _EDITABLE_STATES:
        raise Refused(
            Text("Die Aufgabe ist schon begonnen oder abgeschlossen.", "The task has begun or is closed."),
            citation="Aufgabe",
            what_to_do=Text(
                "Bitte legen Sie eine neue Aufgabe an oder geben Sie das Ergebnis zurück.",
                "Please create a new task, or send the result back.",
            ),
        )
    skills, criteria = changes.pop("skills", None), changes.pop("criteria", None)
    task.edit(expected_version=expected_version, **changes)
    fill_task(task, skills=skills, criteria=criteria)
    data = {"changes": {**changes, "skills": skills and sorted(skills), "criteria": criteria}}
    record(Event("work.task.edited", task, data), by=by)


def fill_task(
    task: Task, *, skills: Mapping[str, int | None] | None = None, criteria: Sequence[str] | None = None
) -> None:
    """Replace the needed skills (key -> least level) and the acceptance criteria; ``None`` leaves them.

    Raises:
        Refused: a skill is not in the vocabulary.
    """
    if skills is not None:
        known = {skill.key: skill for skill in Skill.objects.filter(key__in=list(skills))}
        unknown = sorted(set(skills) - set(known))
        if unknown:
            raise Refused(
                Text(f"Unbekannte Fähigkeit: {', '.join(unknown)}", f"Unknown skill: {', '.join(unknown)}"),
                citation="Fähigkeiten",
                what_to_do=Text("Bitte zuerst ins Verzeichnis aufnehmen.", "Please add it to the vocabulary first."),
            )
        task.skills.all().delete()
        TaskSkill.objects.bulk_create(
            TaskSkill(task=task, skill=known[key], min_level=level) for key, level in skills.items()
        )
    if criteria is not None:
        task.criteria.all().delete()
        Criterion.objects.bulk_create(
            Criterion(task=task, position=position, text=text[:300])
            for position, text in enumerate((c.strip() for c in criteria if c.strip()), start=1)
        )


def drop_task(task: Task, *, reason: str, by: Actor) -> None:
    """Take a task out of the work; it stays on record.

    Raises:
        Refused: the work has begun.
    """
    if task.state not in _EDITABLE_STATES:
        raise Refused(
            Text("An der Aufgabe wird schon gearbeitet.", "The task is being worked on."),
            citation="Aufgabe",
            what_to_do=Text("Bitte zuerst zurückgeben lassen.", "Please have it handed back first."),
        )
    task.edit(state=Task.State.DROPPED)
    record(Event("work.task.dropped", task, {"reason": reason}), by=by)


def link_tasks(task: Task, *, predecessor: Task, type: str = "FS", lag_days: int = 0, by: Actor) -> TaskLink:  # noqa: A002
    """Put an order between two tasks of one project.

    Raises:
        Refused: the order would run in a circle.
    """
    if task.pk == predecessor.pk or task.pk in _all_before(predecessor.pk, task.project_id):
        raise Refused(
            Text(
                f"„{predecessor.title}“ folgt schon auf „{task.title}“.",
                f"“{predecessor.title}” already follows “{task.title}”.",
            ),
            citation="Vorgänger",
            what_to_do=Text("Bitte lösen Sie zuerst die andere Verbindung.", "Please remove the other link first."),
        )
    link = TaskLink.objects.create(task=task, predecessor=predecessor, type=type, lag_days=lag_days)
    record(Event("work.task.linked", task, {"predecessor": predecessor.pk, "type": type, "lag_days": lag_days}), by=by)
    return link


def _all_before(task_id: UUID, project_id: UUID) -> set[UUID]:
    """Every task that comes before ``task_id`` in its project."""
    before: dict[UUID, list[UUID]] = {}
    rows = TaskLink.objects.filter(task__project_id=project_id).values_list("task_id", "predecessor_id")
    for follower, predecessor in rows:
        before.setdefault(follower, []).append(predecessor)
    found: set[UUID] = set()
    open_ids = [task_id]
    while open_ids:
        for predecessor in before.get(open_ids.pop(), []):
            if predecessor not in found:
                found.add(predecessor)
                open_ids.append(predecessor)
    return found


def separate_tasks(task: Task, *, other: Task, by: Actor) -> TaskSeparation:
    """Two tasks that the same resource must not do both."""
    row = TaskSeparation.objects.create(task=task, other=other)
    record(Event("work.task.separated", task, {"other": other.pk}), by=by)
    return row


def add_template(*, key: str, name_de: str, name_en: str, tree: list[dict[str, Any]], by: Actor) -> TaskTemplate:
    """Keep a task tree to start from; a template of this key is replaced."""
    template, _ = TaskTemplate.objects.update_or_create(
        key=key, defaults={"name_de": name_de, "name_en": name_en, "tree": tree}
    )
    record(Event("work.template.added", template, {"key": key, "tasks": len(tree)}), by=by)
    return template


_TREE_COLUMNS = (
    "brief",
    "outcome",
    "effort_minutes",
    "data_class",
    "kinds_allowed",
    "ai_allowed",
    "ai_purpose",
    "ai_use",
    "four_eyes",
    "place_country",
    "place_city",
    "export_controlled",
    "skill_folder",
)


def split_task(task: Task, *, template: TaskTemplate, start: date, by: Actor) -> list[Task]:
    """Take a task apart along a template: it becomes the group of the new tasks, which carry the whole brief.

    Days of the template count from ``start``.

    Raises:
        Refused: the work has begun.
    """
    if task.state not in _EDITABLE_STATES:
        raise Refused(
            Text("Die Aufgabe ist schon begonnen.", "The task has begun."),
            citation="Aufgabe",
            what_to_do=Text("Bitte legen Sie eine neue Aufgabe an.", "Please create a new task."),
        )
    task.edit(is_summary=True)
    made = _grow(task.project, template.tree, parent=task, start=start)
    record(Event("work.task.split", task, {"template": template.key, "tasks": [t.pk for t in made]}), by=by)
    return made


def start_from_template(*, template: TaskTemplate, name: str, start: date, by: Actor, **more: Any) -> Project:
    """A new project whose tasks come from a template."""
    project = create_project(name=name, start=start, by=by, **more)
    made = _grow(project, template.tree, parent=None)
    record(Event("work.project.grown", project, {"template": template.key, "tasks": len(made)}), by=by)
    return project


def copy_project(source: Project, *, name: str, start: date, by: Actor) -> Project:
    """A new project with the tasks of a past one, without its dates and results."""
    project = create_project(name=name, start=start, goal=source.goal, by=by)
    made = _grow(project, tree_of(tasks_of(source)), parent=None)
    record(Event("work.project.copied", project, {"source": source.pk, "tasks": len(made)}), by=by)
    return project


def tree_of(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks as a template holds them: ``ref``, ``parent``, ``after`` name each other inside the tree."""
    return [
        {
            "ref": str(task.pk),
            "parent": str(task.parent_id) if task.parent_id else None,
            "title": task.title,
            "is_summary": task.is_summary,
            "skills": {need.skill.key: need.min_level for need in task.skills.all()},
            "criteria": [criterion.text for criterion in task.criteria.all()],
            "after": [
                {"ref": str(link.predecessor_id), "type": link.type, "lag_days": link.lag_days}
                for link in task.predecessors.all()
            ],
            **{column: getattr(task, column) for column in _TREE_COLUMNS},
        }
        for task in tasks
    ]


def _grow(
    project: Project, tree: Sequence[Mapping[str, Any]], *, parent: Task | None, start: date | None = None
) -> list[Task]:
    """Make the tasks of a tree; every ``ref`` it names must stand in it."""
    made: dict[str, Task] = {}
    for node in tree:
        columns = {column: node[column] for column in _TREE_COLUMNS if node.get(column) is not None}
        above = made.get(node["parent"]) if node.get("parent") else None
        due = node.get("due_after_days")
        task = new_task(
            project,
            title=node["title"],
            parent=above or parent,
            is_summary=bool(node.get("is_summary")),
            deadline=None if due is None else (start or project.start) + timedelta(days=due),
            **columns,
        )
        known = set(Skill.objects.filter(key__in=list(node.get("skills", {}))).values_list("key", flat=True))
        skills = {key: level for key, level in dict(node.get("skills", {})).items() if key in known}
        fill_task(task, skills=skills, criteria=node.get("criteria", []))
        made[node["ref"]] = task
    TaskLink.objects.bulk_create(
        TaskLink(
            task=made[node["ref"]],
            predecessor=made[after["ref"]],
            type=after.get("type", "FS"),
            lag_days=after.get("lag_days", 0),
        )
        for node in tree
        for after in node.get("after", [])
        if after["ref"] in made
    )
    return list(made.values())
