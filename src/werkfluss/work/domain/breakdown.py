"""Taking work apart: along a template, line by line, or as a past project was. What was agreed around a task stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.work.domain.tasks import EDITABLE_STATES, add_template, create_project, in_order, next_wbs, take_back
from werkfluss.work.models import CaseTask, Criterion, Project, Task, TaskLink, TaskSeparation, TaskSkill, TaskTemplate
from werkfluss.work.models.tasks import MINUTES_PER_DAY
from werkfluss.workforce.models import Skill

Node = Mapping[str, Any]
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
# What the parts of a task have in common with it; outcome and criteria each part needs of its own.
_INHERITED = tuple(column for column in _TREE_COLUMNS if column not in {"brief", "outcome", "effort_minutes"})


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a task as a person types it."""

    title: str
    minutes: int | None = None


def templates() -> Iterable[TaskTemplate]:
    return TaskTemplate.objects.order_by("name_de")


def tree_of(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks as a template holds them: ``ref``, ``parent``, ``after`` name each other; days count from the start.

    Dropped tasks stay behind.
    """
    return [
        {
            "ref": str(task.pk),
            "parent": str(task.parent_id) if task.parent_id else None,
            "title": task.title,
            "is_summary": task.is_summary,
            "due_after_days": (task.deadline - task.project.start).days if task.deadline else None,
            "skills": {need.skill.key: need.min_level for need in task.skills.all()},
            "criteria": [criterion.text for criterion in task.criteria.all()],
            "after": [
                {"ref": str(link.predecessor_id), "type": link.type, **_lag(link)} for link in task.predecessors.all()
            ],
            **{column: getattr(task, column) for column in _TREE_COLUMNS},
        }
        for task, _ in in_order(tasks)
        if task.state != Task.State.DROPPED
    ]


def tree_of_lines(task: Task, lines: Sequence[Line], *, in_sequence: bool) -> list[dict[str, Any]]:
    """The parts of a task as a tree: they share its skills, data class, place and use of AI; the last has its date."""
    shared = {column: getattr(task, column) for column in _INHERITED}
    skills = {need.skill.key: need.min_level for need in task.skills.all()}
    due = (task.deadline - task.project.start).days if task.deadline else None
    return [
        {
            "ref": str(index),
            "title": line.title,
            "effort_minutes": line.minutes,
            "skills": skills,
            "criteria": [],
            "after": [{"ref": str(index - 1), "type": "FS", "lag_days": 0}] if in_sequence and index else [],
            "due_after_days": due if not in_sequence or index == len(lines) - 1 else None,
            **shared,
        }
        for index, line in enumerate(lines)
    ]


def split_task(task: Task, *, template: TaskTemplate, start: date, by: Actor) -> list[Task]:
    """Take a task apart along a template: it becomes the group of the new tasks, which carry the whole brief.

    Days of the template count from ``start``. Orders and four-eyes pairs of the task go over to its parts; whoever had
    it hears that it is withdrawn.

    Raises:
        Refused: the work has begun, an external has accepted it, or it is a step of a case.
    """
    made = _split(task, template.tree, start=start, by=by)
    record(Event("work.task.split", task, {"template": template.key, "tasks": [t.pk for t in made]}), by=by)
    return made


def split_into_lines(task: Task, *, lines: Sequence[Line], in_sequence: bool, by: Actor) -> list[Task]:
    """Take a task apart into parts typed by a person, one after the other or side by side.

    Raises:
        Refused: fewer than two parts, the work has begun, or an external has accepted it.
    """
    if len(lines) < 2:
        raise Refused(
            Text("Aufteilen braucht mindestens zwei Teile.", "Splitting needs at least two parts."),
            citation="Aufteilen",
            what_to_do=Text("Bitte schreiben Sie einen Teil je Zeile.", "Please write one part per line."),
        )
    tree = tree_of_lines(task, lines, in_sequence=in_sequence)
    made = _split(task, tree, start=task.project.start, by=by)
    record(Event("work.task.split", task, {"tasks": [t.pk for t in made]}), by=by)
    return made


def _split(task: Task, tree: Sequence[Node], *, start: date, by: Actor) -> list[Task]:
    if task.state not in EDITABLE_STATES or task.is_summary:
        raise Refused(
            Text("Die Aufgabe ist schon begonnen oder aufgeteilt.", "The task has begun or is split already."),
            citation="Aufgabe",
            what_to_do=Text("Bitte legen Sie eine neue Aufgabe an.", "Please create a new task."),
        )
    if CaseTask.objects.filter(task=task).exists():
        raise Refused(
            Text("Diese Aufgabe ist ein Schritt eines Vorgangs.", "This task is a step of a case."),
            citation="Vorgang",
            what_to_do=Text("Bitte zerlegen Sie den Schritt im Prozess.", "Please divide the step in the process."),
        )
    take_back(task, by=by)
    task.edit(is_summary=True)
    made = _grow(task.project, tree, parent=task, start=start)
    _pass_on_links(task, made)
    _pass_on_separations(task, made)
    return made


def _pass_on_links(task: Task, made: Sequence[Task]) -> None:
    """What had to wait for the task waits for its last parts; its first parts wait for what it waited for."""
    links = list(TaskLink.objects.filter(task__in=made))
    first = [one for one in made if one.pk not in {link.task_id for link in links}]
    last = [one for one in made if one.pk not in {link.predecessor_id for link in links}]
    before = [
        TaskLink(task=part, predecessor_id=link.predecessor_id, type=link.type, **_lag(link))
        for link in task.predecessors.all()
        for part in (first if link.type in {"FS", "SS"} else last)
    ]
    after = [
        TaskLink(task_id=link.task_id, predecessor=part, type=link.type, **_lag(link))
        for link in task.successors.all()
        for part in (last if link.type in {"FS", "FF"} else first)
    ]
    task.predecessors.all().delete()
    task.successors.all().delete()
    TaskLink.objects.bulk_create([*before, *after])


def _lag(link: TaskLink) -> dict[str, Any]:
    return {"lag_minutes": link.lag_minutes, "lag_elapsed": link.lag_elapsed}


def _pass_on_separations(task: Task, made: Sequence[Task]) -> None:
    own = TaskSeparation.objects.filter(task=task).values_list("other_id", flat=True)
    others = [*own, *TaskSeparation.objects.filter(other=task).values_list("task_id", flat=True)]
    TaskSeparation.objects.bulk_create(TaskSeparation(task=part, other_id=other) for part in made for other in others)


def start_from_template(*, template: TaskTemplate, name: str, start: date, by: Actor, **more: Any) -> Project:
    """A new project whose tasks come from a template."""
    project = create_project(name=name, start=start, by=by, **more)
    made = _grow(project, template.tree, parent=None, start=start)
    record(Event("work.project.grown", project, {"template": template.key, "tasks": len(made)}), by=by)
    return project


def start_from_tree(tree: Sequence[Node], *, name: str, start: date, source: str, by: Actor, **more: Any) -> Project:
    """A new project from a tree that a person has looked through and confirmed; ``source`` says where it came from."""
    project = create_project(name=name, start=start, by=by, **more)
    made = _grow(project, tree, parent=None, start=start)
    record(Event("work.project.decomposed", project, {"source": source, "tasks": len(made)}), by=by)
    return project


def copy_project(source: Project, *, name: str, start: date, by: Actor, **more: Any) -> Project:
    """A new project with the tasks of a past one; its dates move with the start, its results stay behind."""
    more.setdefault("deadline", start + (source.deadline - source.start) if source.deadline else None)
    more.setdefault("goal", source.goal)
    project = create_project(name=name, start=start, by=by, **more)
    made = _grow(project, project_tree(source), parent=None, start=start)
    record(Event("work.project.copied", project, {"source": source.pk, "tasks": len(made)}), by=by)
    return project


def project_tree(project: Project) -> list[dict[str, Any]]:
    rows = Task.objects.filter(project=project).select_related("project")
    return tree_of(rows.prefetch_related("skills__skill", "criteria", "predecessors"))


def keep_as_template(project: Project, *, key: str, name_de: str, name_en: str, by: Actor) -> TaskTemplate:
    """Keep the tasks of a project as a template to start from."""
    return add_template(key=key, name_de=name_de, name_en=name_en, tree=project_tree(project), by=by)


def _grow(project: Project, tree: Sequence[Node], *, parent: Task | None, start: date) -> list[Task]:
    """Make the tasks of a tree in a handful of queries; skills that the vocabulary does not know stay out."""
    made: dict[str, Task] = {}
    count: dict[UUID | None, int] = defaultdict(int)
    offset = int(next_wbs(project, parent).rpartition(".")[2]) - 1
    for node in tree:
        above = made.get(node.get("parent") or "") or parent
        count[above.pk if above else None] += 1
        place = count[above.pk if above else None] + (offset if above is parent else 0)
        made[node["ref"]] = _task(project, node, above, start=start, wbs=_wbs(above, place))
    Task.objects.bulk_create(made.values())
    _fill(tree, made)
    return list(made.values())


def _wbs(above: Task | None, place: int) -> str:
    return f"{above.wbs}.{place}" if above and above.wbs else str(place)


def _task(project: Project, node: Node, above: Task | None, *, start: date, wbs: str) -> Task:
    number, due = next_number("task"), node.get("due_after_days")
    return Task(
        project=project,
        parent=above,
        number=number,
        position=number,
        wbs=wbs[:40],
        title=node["title"],
        is_summary=bool(node.get("is_summary")),
        deadline=None if due is None else start + timedelta(days=due),
        **{column: node[column] for column in _TREE_COLUMNS if node.get(column) is not None},
    )


def _fill(tree: Sequence[Node], made: Mapping[str, Task]) -> None:
    wanted = {key for node in tree for key in node.get("skills", {})}
    known = {skill.key: skill for skill in Skill.objects.filter(key__in=wanted)}
    TaskSkill.objects.bulk_create(
        TaskSkill(task=made[node["ref"]], skill=known[key], min_level=level)
        for node in tree
        for key, level in dict(node.get("skills", {})).items()
        if key in known
    )
    Criterion.objects.bulk_create(
        Criterion(task=made[node["ref"]], position=position, text=text[:300])
        for node in tree
        for position, text in enumerate(node.get("criteria", []), start=1)
    )
    TaskLink.objects.bulk_create(
        TaskLink(
            task=made[node["ref"]],
            predecessor=made[after["ref"]],
            type=after.get("type", "FS"),
            # Templates written by hand say whole working days.
            lag_minutes=after.get("lag_minutes", after.get("lag_days", 0) * MINUTES_PER_DAY),
            lag_elapsed=after.get("lag_elapsed", False),
        )
        for node in tree
        for after in node.get("after", [])
        if after["ref"] in made
    )
