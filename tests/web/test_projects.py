"""Projects: the tree in PSP order with its clarity; a new project from a template or a past one in one step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.work.models import Project

Browser = Callable[[User | None], Client]


@pytest.fixture
def project(world: World) -> Project:
    """A group with a clear and an unclear task, and a milestone."""
    from tests.work import builders as b
    from werkfluss.work.domain import tasks

    with world.open() as by:
        made = b.project(by, name="Halle 3")
        group = tasks.create_task(made, title="Vorbereitung", is_summary=True, by=by)
        b.task(made, by, title="Fundament prüfen", parent=group, effort_minutes=450)
        b.task(made, by, title="Kran bestellen", parent=group, outcome="")
        tasks.create_task(made, title="Halle fertig", effort_minutes=0, by=by)
        return made


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


def url(world: World, name: str, **arguments: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **arguments})


def test_list_says_how_much_is_clear(world: World, director: Client, project: Project) -> None:
    html = director.get(url(world, "projects"), {"q": "Halle 3"}).content.decode()
    assert "Halle 3" in html
    assert "50 %" in html


def test_tree_stands_in_order_with_group_sums(world: World, director: Client, project: Project) -> None:
    html = director.get(url(world, "project", pk=project.pk)).content.decode()
    places = [html.index(title) for title in ("Vorbereitung", "Fundament prüfen", "Kran bestellen", "Halle fertig")]
    assert places == sorted(places)
    assert "15,5" in html, "the group has 7.5 and 8 hours"
    assert "1 von 2" in html


@pytest.mark.parametrize(
    ("show", "seen", "gone"), [("unclear", "Kran bestellen", "Fundament prüfen"), ("dropped", "", "Kran")]
)
def test_filter_leaves_what_it_names(
    show: str, seen: str, gone: str, world: World, director: Client, project: Project
) -> None:
    html = director.get(url(world, "project", pk=project.pk), {"show": show}).content.decode()
    table = html[html.index('id="table-tasks"') :]
    assert seen in table
    assert gone not in table


def test_tree_goes_into_a_workbook(world: World, director: Client, project: Project) -> None:
    from openpyxl import load_workbook

    answer = director.get(url(world, "project", pk=project.pk), {"format": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows[1:]] == ["1", "1.1", "1.2", "2"]
    assert [row[6] for row in rows[1:]] == [None, 100, 80, None]


def test_task_is_added_to_a_group_and_opens(world: World, director: Client, project: Project) -> None:
    from werkfluss.work.models import Task

    with world.open():
        group = Task.objects.get(project=project, is_summary=True)
    answer = director.post(
        url(world, "add_task", pk=project.pk), {"title": "Statik rechnen", "hours": "7,5", "parent": str(group.pk)}
    )
    with world.open():
        made = Task.objects.get(title="Statik rechnen")
        assert (made.wbs, made.effort_minutes, made.parent_id) == ("1.3", 450, group.pk)
    assert answer.headers["Location"] == url(world, "task", pk=made.pk)


def test_task_without_a_name_is_refused_beside_the_tree(world: World, director: Client, project: Project) -> None:
    answer = director.post(url(world, "add_task", pk=project.pk), {"title": "", "hours": "acht"})
    assert answer.status_code == 422
    assert 'id="new-title_error"' in answer.content.decode()
    assert 'id="new-hours_error"' in answer.content.decode()


def test_project_starts_from_a_template_in_one_step(world: World, director: Client) -> None:
    from werkfluss.work.domain import breakdown
    from werkfluss.work.models import Project

    with world.open():
        template = next(iter(breakdown.templates()))
    page = director.get(url(world, "new_project"), {"source": f"template:{template.pk}"}).content.decode()
    assert template.name_de in page
    assert "Klarheitsprüfung" in page
    answer = director.post(
        url(world, "new_project"),
        {"source": f"template:{template.pk}", "name": "Aus Vorlage", "start": "2027-01-04", "deadline": "2027-03-01"},
    )
    with world.open():
        made = Project.objects.get(name="Aus Vorlage")
        assert answer.headers["Location"] == url(world, "project", pk=made.pk)
        assert (made.start, made.lead) == (date(2027, 1, 4), world.users[Role.MANAGING_DIRECTOR])
        assert made.tasks.count() == len(template.tree)


def test_past_project_is_copied_with_its_dates_moved(world: World, director: Client, project: Project) -> None:
    from werkfluss.work.models import Project

    director.post(
        url(world, "new_project"), {"source": f"project:{project.pk}", "name": "Halle 4", "start": "2027-12-01"}
    )
    with world.open():
        made = Project.objects.get(name="Halle 4")
        assert made.deadline is not None
        assert project.deadline is not None
        assert made.deadline - made.start == project.deadline - project.start
        assert sorted(made.tasks.values_list("wbs", flat=True)) == ["1", "1.1", "1.2", "2"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"start": "bald"}, "start"),
        ({"deadline": "2026-01-01"}, "deadline"),
        ({"source": "empty!"}, "source"),
    ],
)
def test_new_project_says_what_is_wrong(given: dict[str, str], field: str, world: World, director: Client) -> None:
    answer = director.post(url(world, "new_project"), {"source": "empty", "name": "X", "start": "2027-01-04", **given})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_late_editor_of_a_project_is_told(world: World, director: Client, project: Project) -> None:
    given = {"name": "Halle 3b", "start": "2026-12-01", "state": "open", "version": "1"}
    assert director.post(url(world, "edit_project", pk=project.pk), given).status_code == 302
    answer = director.post(url(world, "edit_project", pk=project.pk), {**given, "name": "Halle 3c"})
    assert answer.status_code == 409
    assert "Inzwischen wurde dieser Stand geändert" in answer.content.decode()


def test_project_becomes_a_template(world: World, director: Client, project: Project) -> None:
    from werkfluss.work.models import TaskTemplate

    answer = director.post(url(world, "keep_template", pk=project.pk), {"name_de": "Halle bauen"}, follow=True)
    assert "Fundament prüfen" in answer.content.decode()
    with world.open():
        assert [node["title"] for node in TaskTemplate.objects.get(name_de="Halle bauen").tree] == [
            "Vorbereitung",
            "Fundament prüfen",
            "Kran bestellen",
            "Halle fertig",
        ]


def test_today_names_projects_with_unclear_tasks(world: World, director: Client, project: Project) -> None:
    html = director.get(url(world, "start")).content.decode()
    assert "1 von 2 Aufgaben sind unklar" in html


def test_employee_reads_but_is_offered_no_edit(world: World, browser: Browser, project: Project) -> None:
    html = browser(world.users[Role.EMPLOYEE]).get(url(world, "project", pk=project.pk)).content.decode()
    assert "Fundament prüfen" in html
    assert url(world, "add_task", pk=project.pk) not in html
    assert url(world, "edit_project", pk=project.pk) not in html


def test_start_proposed_is_a_coming_monday(world: World, director: Client) -> None:
    from werkfluss.kernel import clock

    html = director.get(url(world, "new_project")).content.decode()
    days = [clock.today() + timedelta(days=n) for n in range(1, 8)]
    monday = next(day for day in days if day.weekday() == 0)
    assert f'value="{monday.isoformat()}"' in html
