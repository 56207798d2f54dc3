"""Projects and tasks: described, edited, taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.work.domain.links import closes_circle
from werkfluss.work.models import (
    Assignment,
    CaseTask,
    Criterion,
    Project,
    Task,
    TaskLink,
    TaskSeparation,
    TaskSkill,
    TaskTemplate,
)
from werkfluss.work.models.tasks import MINUTES_PER_DAY
from werkfluss.workforce.models import EXTERNALS, Skill

# What may still be changed about a task once somebody works on it: nothing that was agreed.
EDITABLE_STATES = (Task.State.OPEN, Task.State.OFFERED, Task.State.ASSIGNED)
_LIVE = (Assignment.State.OFFERED, Assignment.State.ACTIVE)


def tasks_of(project: Project) -> QuerySet[Task]:
    """The tasks of a project in their order, with what lists show."""
    return (
        Task.objects.filter(project=project)
        .select_related("project", "parent")
        .prefetch_related("skills__skill", "criteria", "predecessors__predecessor")
        .order_by("position")
    )


def in_order(tasks: Iterable[Task]) -> list[tuple[Task, int]]:
    """Tasks as a tree is read, top down, each group before its members, with their depth; by PSP position."""
    below: dict[UUID | None, list[Task]] = {}
    listed = list(tasks)
    known = {task.pk for task in listed}
    for task in sorted(listed, key=lambda task: (task.position, task.number)):
        below.setdefault(task.parent_id if task.parent_id in known else None, []).append(task)

    def walk(above: UUID | None, depth: int) -> Iterator[tuple[Task, int]]:
        for task in below.get(above, ()):
            yield task, depth
            yield from walk(task.pk, depth + 1)

    return list(walk(None, 0))


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
    wbs = fields.pop("wbs", None)
    if wbs is None:
        wbs = next_wbs(project, fields.get("parent"))
    return Task.objects.create(project=project, number=number, position=position, wbs=wbs, title=title, **fields)


def next_wbs(project: Project, parent: Task | None) -> str:
    """The PSP number of one more task at the end of ``parent``, or of the project."""
    siblings = Task.objects.filter(project=project, parent=parent).values_list("wbs", flat=True)
    last = max((int(part) for wbs in siblings if (part := wbs.rpartition(".")[2]).isdigit()), default=0)
    return f"{parent.wbs}.{last + 1}" if parent and parent.wbs else str(last + 1)


def edit_task(task: Task, *, expected_version: int, by: Actor, **changes: Any) -> None:
    """Change a brief. ``changes`` are columns, and ``skills`` / ``criteria`` as in ``fill_task``.

    What was offered to an external is withdrawn: every change is a new offer.

    Raises:
        Conflict: somebody else was faster.
        Refused: the work has begun, or an external has accepted it; what was agreed stays.
    """
    if task.state not in EDITABLE_STATES:
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
    _change_is_a_new_offer(task, by=by)
    fill_task(task, skills=skills, criteria=criteria)
    data = {"changes": {**changes, "skills": skills and sorted(skills), "criteria": criteria}}
    record(Event("work.task.edited", task, data), by=by)


def _change_is_a_new_offer(task: Task, *, by: Actor) -> None:
    if Assignment.objects.filter(task=task, state__in=_LIVE, resource__kind__in=EXTERNALS).exists():
        take_back(task, by=by)


def take_back(task: Task, *, by: Actor) -> None:
    """Withdraw what was offered or given of a task that nobody has started; it is open again.

    Raises:
        Refused: an external has accepted it; an order is not taken back by one side alone.
    """
    live = list(Assignment.objects.filter(task=task, state__in=_LIVE).select_related("resource"))
    if any(one.state == Assignment.State.ACTIVE and one.resource.kind in EXTERNALS for one in live):
        raise Refused(
            Text("Dieser Auftrag ist angenommen; was vereinbart ist, bleibt.", "This order is accepted; it stays."),
            citation="Auftrag",
            what_to_do=Text(
                "Bitte vereinbaren Sie die Änderung als neues Angebot.", "Please agree on the change as a new offer."
            ),
        )
    if task.state != Task.State.OPEN:
        task.edit(state=Task.State.OPEN)
    for assignment in live:
        assignment.edit(state=Assignment.State.WITHDRAWN)
        record(Event("work.assignment.withdrawn", assignment, {"task": task.pk}), by=by)


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
    """Take a task out of the work; it stays on record. Whoever had it hears that it is withdrawn.

    Raises:
        Refused: the work has begun, or no reason is given.
    """
    if not reason.strip():
        raise Refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            citation="Aufgabe",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    if task.state not in EDITABLE_STATES:
        raise Refused(
            Text("An der Aufgabe wird schon gearbeitet.", "The task is being worked on."),
            citation="Aufgabe",
            what_to_do=Text("Bitte zuerst zurückgeben lassen.", "Please have it handed back first."),
        )
    take_back(task, by=by)
    task.edit(state=Task.State.DROPPED)
    record(Event("work.task.dropped", task, {"reason": reason}), by=by)


def restore_task(task: Task, *, by: Actor) -> None:
    """Undo ``drop_task``: the task is open again; the next plan finds somebody.

    Raises:
        Conflict: it is not dropped.
        Refused: it was a step of a case that is done, or that somebody else does by now.
    """
    if task.state != Task.State.DROPPED:
        raise Conflict(f"task {task.number}")
    elsewhere = CaseTask.objects.filter(task=task).exclude(state="open", role="", resource=None)
    if elsewhere.exists():
        raise Refused(
            Text(
                "Der Schritt des Vorgangs braucht diese Aufgabe nicht mehr.", "The step of the case needs it no more."
            ),
            citation="Vorgang",
            what_to_do=Text("Bitte arbeiten Sie am Vorgang weiter.", "Please go on at the case."),
        )
    task.edit(state=Task.State.OPEN)
    record(Event("work.task.restored", task), by=by)


def link_tasks(task: Task, *, predecessor: Task, type: str = "FS", lag_days: int = 0, by: Actor) -> TaskLink:  # noqa: A002
    """Put an order between two tasks of one project; the same pair again gets the new type and lag.

    ``lag_days`` are working days.

    Raises:
        Refused: the order would run in a circle, or out of the project.
    """
    if task.project_id != predecessor.project_id:
        raise Refused(
            Text("Beide Aufgaben müssen im selben Projekt stehen.", "Both tasks must be in one project."),
            citation="Vorgänger",
            what_to_do=Text("Bitte setzen Sie stattdessen eine Frist.", "Please set a deadline instead."),
        )
    if closes_circle(task, predecessor):
        raise Refused(
            Text(
                f"„{predecessor.title}“ folgt schon auf „{task.title}“.",
                f"“{predecessor.title}” already follows “{task.title}”.",
            ),
            citation="Vorgänger",
            what_to_do=Text("Bitte lösen Sie zuerst die andere Verbindung.", "Please remove the other link first."),
        )
    link, _ = TaskLink.objects.update_or_create(
        task=task,
        predecessor=predecessor,
        defaults={"type": type, "lag_minutes": lag_days * MINUTES_PER_DAY, "lag_elapsed": False},
    )
    record(Event("work.task.linked", task, {"predecessor": predecessor.pk, "type": type, "lag_days": lag_days}), by=by)
    return link


def unlink_tasks(link: TaskLink, *, by: Actor) -> None:
    """Take an order between two tasks away."""
    task, predecessor = link.task, link.predecessor_id
    link.delete()
    record(Event("work.task.unlinked", task, {"predecessor": predecessor}), by=by)


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
