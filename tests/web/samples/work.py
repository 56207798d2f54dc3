"""Samples of projects, tasks, templates and own tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Assignment, Project, Task


def new_project(world: World) -> Project:
    from werkfluss.work.domain import tasks

    name = world.unique("Projekt")
    return tasks.create_project(name=name, goal=f"{name} Ziel", start=date(2026, 12, 1), by=world.director)


def new_task(world: World, project: Project) -> Task:
    from werkfluss.work.domain import tasks
    from werkfluss.workforce.domain import resources

    skill = resources.add_skill(
        key=f"{world.mark.lower()}-schweissen",
        name_de=f"{world.mark} Schweißen",
        name_en=f"{world.mark} Welding",
        by=world.director,
    )
    task = tasks.create_task(project, title=world.unique("Aufgabe"), outcome=world.unique("Teil"), by=world.director)
    tasks.fill_task(task, skills={skill.key: None}, criteria=[world.unique("Kriterium")])
    return task


def give(world: World, task: Task) -> Assignment:
    """The task is given to the managing director."""
    from werkfluss.org.roles import Role
    from werkfluss.work.models import Assignment, Task
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind, Resource

    person = Resource.objects.filter(user=world.users[Role.MANAGING_DIRECTOR]).first()
    if person is None:
        rate = resources.set_rate(name=f"{world.mark} Satz", cents_per_hour=6000, by=world.director)
        user = world.users[Role.MANAGING_DIRECTOR]
        name = world.unique("Person")
        person = resources.add_resource(kind=Kind.EMPLOYEE, name=name, rate=rate, user=user, by=world.director)
    task.edit(state=Task.State.ASSIGNED)
    return Assignment.objects.create(
        task=task, resource=person, first_day=date(2026, 12, 1), last_day=date(2026, 12, 4), assigned_by=person.user_id
    )


@sample("project", "edit_project", "add_task", "keep_template")
def project(world: World) -> Mapping[str, object]:
    row = new_project(world)
    new_task(world, row)
    return {"pk": row.pk}


@sample("task", "link_task", "drop_task", "restore_task", "split_task")
def task(world: World) -> Mapping[str, object]:
    return {"pk": new_task(world, new_project(world)).pk}


@sample("edit_task_field")
def task_field(world: World) -> Mapping[str, object]:
    return {"pk": new_task(world, new_project(world)).pk, "field": "outcome"}


@sample("unlink_task")
def task_link(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import tasks

    row = new_project(world)
    first, second = new_task(world, row), new_task(world, row)
    return {"pk": second.pk, "link": tasks.link_tasks(second, predecessor=first, by=world.director).pk}


@sample("template")
def template(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import breakdown

    row = new_project(world)
    new_task(world, row)
    name = world.unique("Vorlage")
    key = f"vorlage-{row.number}"
    return {"pk": breakdown.keep_as_template(row, key=key, name_de=name, name_en=name, by=world.director).pk}


@sample("start_my_task", "deliver_my_task", "hand_back_my_task")
def own_task(world: World) -> Mapping[str, object]:
    return {"pk": give(world, new_task(world, new_project(world))).pk}


@listed("projects", queries=14)
def one_more_project(world: World) -> None:
    new_task(world, new_project(world))


@listed("project", queries=16)
def one_more_task(world: World) -> None:
    from werkfluss.work.models import Project

    give(world, new_task(world, Project.objects.get(pk=world.kwargs["project"]["pk"])))


@listed("templates", queries=10)
def one_more_template(world: World) -> None:
    template(world)


@listed("my_tasks", queries=22)
def one_more_own_task(world: World) -> None:
    own_task(world)
