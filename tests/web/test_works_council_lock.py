"""Where there is a works council, employees stay unnamed until its agreement is recorded; each page in both states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples.ai import agree
from tests.web.samples.people import take_on
from tests.web.samples.planner import clear_task, computed_plan, turner
from tests.web.world import World
from werkfluss.compliance.domain.deadlines import set_deadline
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web.plan_item import _why_late
from werkfluss.work.models import Assignment, Plan, Result, Task

if TYPE_CHECKING:
    from werkfluss.workforce.models import Resource

Browser = Callable[[User | None], Client]
UNNAMED = "Beschäftigte Person"
STATES = pytest.mark.parametrize("agreed", [False, True], ids=["locked", "agreed"])


def html(world: World, client: Client, name: str, **kwargs: object) -> str:
    return client.get(reverse(name, kwargs={"firm": world.org.slug, **kwargs})).content.decode()


def given_task(world: World) -> tuple[Task, Resource]:
    person = turner(world)
    task = clear_task(world)
    today = clock.today()
    Assignment.objects.create(task=task, resource=person, first_day=today, last_day=today + timedelta(days=2))
    task.edit(state=Task.State.ASSIGNED)
    return task, person


@STATES
def test_project_and_task_name_whoever_has_it_only_after_the_agreement(
    agreed: bool, world: World, browser: Browser
) -> None:
    with world.open():
        task, person = given_task(world)
        if agreed:
            agree(world)
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    for page in (html(world, boss, "project", pk=task.project_id), html(world, boss, "task", pk=task.pk)):
        assert (person.name in page) is agreed
        assert (UNNAMED in page) is not agreed


@STATES
def test_results_say_who_delivered_when_only_after_the_agreement(agreed: bool, world: World, browser: Browser) -> None:
    with world.open():
        task, person = given_task(world)
        assignment = Assignment.objects.get(task=task)
        Result.objects.create(task=task, assignment=assignment, delivered_at=clock.now(), text="fertig")
        task.edit(state=Task.State.DELIVERED)
        if agreed:
            agree(world)
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    assert (person.name in html(world, boss, "approvals")) is agreed


@STATES
def test_publishing_with_employees_needs_the_agreement(agreed: bool, world: World, browser: Browser) -> None:
    with world.open():
        turner(world)
        clear_task(world)
        if agreed:
            agree(world)
        plan = computed_plan(world)
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    answer = boss.post(reverse("publish_plan", kwargs={"firm": world.org.slug, "pk": plan.pk}))
    assert answer.status_code == (302 if agreed else 422)
    with world.open():
        assert (Plan.objects.get(pk=plan.pk).state == "published") is agreed
    if not agreed:
        said = answer.content.decode()
        assert "§ 87 Abs. 1 Nr. 6" in said
        assert "Die Geschäftsführung hält die Einigung" in said


def deadlines_of(world: World) -> Resource:
    person = take_on(world, "employee", nationality="IN")
    today = clock.today()
    for code, title, basis in (
        ("probation", "Probezeit endet", "§ 622 Abs. 3 BGB"),
        ("renew:residence_title", "Titel verlängern", "§ 81 Abs. 4 AufenthG"),
    ):
        set_deadline(
            person,
            code=code,
            title=Text(title, title),
            due=today + timedelta(days=9),
            lead_days=3,
            who="hr",
            basis=basis,
            by=world.director,
        )
    return person


def line(page: str, title: str) -> str:
    """All rows of this title."""
    return " ".join(row for row in page.split("<tr") if title in row)


@pytest.mark.parametrize(
    ("role", "agreed", "probation", "title"),
    [
        (Role.HR, False, False, True),
        (Role.LEAD, False, False, False),
        (Role.HR, True, True, True),
        (Role.LEAD, True, True, True),
    ],
)
def test_deadlines_name_employees_after_the_agreement_and_titles_always_to_whom_must_keep_them(
    role: Role, agreed: bool, probation: bool, title: bool, world: World, browser: Browser
) -> None:
    with world.open():
        person = deadlines_of(world)
        if agreed:
            agree(world)
    page = html(world, browser(world.users[role]), "deadlines")
    assert (person.name in line(page, "Probezeit endet")) is probation
    assert (person.name in line(page, "Titel verlängern")) is title
    # A certificate that runs out stands there by itself; no statute makes the employer watch it by name.
    assert (person.name in line(page, "Ersthelfer")) is agreed


@STATES
def test_page_of_a_deadline_keeps_to_the_same(agreed: bool, world: World, browser: Browser) -> None:
    from werkfluss.compliance.models import Deadline

    with world.open():
        person = deadlines_of(world)
        if agreed:
            agree(world)
        keys = dict(Deadline.objects.filter(subject_id=person.pk).values_list("code", "pk"))
    hr = browser(world.users[Role.HR])
    assert (person.name in html(world, hr, "deadline", pk=keys["probation"])) is agreed
    assert person.name in html(world, hr, "deadline", pk=keys["renew:residence_title"])


@STATES
def test_title_of_a_care_case_names_the_person_to_hr_always_to_others_after_the_agreement(
    agreed: bool, world: World, browser: Browser
) -> None:
    from tests.web.samples.cases import care_case
    from werkfluss.care.models import ExpatCase

    with world.open():
        expat = ExpatCase.objects.get(pk=care_case(world)["pk"])
        name, case = expat.person.name, expat.case_id
        if agreed:
            agree(world)
    for role, shown in ((Role.HR, True), (Role.LEAD, agreed)):
        client = browser(world.users[role])
        assert (name in html(world, client, "case", pk=case)) is shown, role
        assert (name in html(world, client, "cases")) is shown, role


def test_chain_of_a_delay_stops_where_it_is_the_time_of_a_person() -> None:
    told = [
        {"kind": kind, "text": {"de": f"{kind} de", "en": f"{kind} en"}}
        for kind in ("predecessor", "queue", "predecessor")
    ]
    assert [text.en for text in _why_late(told, hidden=False)] == ["predecessor en", "queue en", "predecessor en"]
    hidden = _why_late(told, hidden=True)
    assert [text.en[:10] for text in hidden] == ["predecesso", "From here "]


@STATES
def test_touched_work_names_employees_only_after_the_agreement(agreed: bool, world: World, browser: Browser) -> None:
    from tests.web.samples.deadlines import touched

    with world.open():
        row = touched(world)
        name = row.assignment.resource.name
        if agreed:
            agree(world)
    boss = browser(world.users[Role.MANAGING_DIRECTOR])
    for page in (html(world, boss, "rechecks"), html(world, boss, "task", pk=row.assignment.task_id)):
        assert (name in page) is agreed


def test_own_tasks_are_never_locked(world: World, browser: Browser) -> None:
    with world.open():
        task, person = given_task(world)
        person.edit(user=world.users[Role.EMPLOYEE])
    assert task.title in html(world, browser(world.users[Role.EMPLOYEE]), "my_tasks")
