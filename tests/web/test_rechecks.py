"""Work touched by a change: on the first screen, above the plan, at the task; nothing happens by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples import ai, planner
from tests.web.samples import deadlines as samples
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.models import Recheck

Browser = Callable[[User | None], Client]


def address(world: World, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **kwargs})


@pytest.fixture
def lead(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.LEAD])


def touched(world: World, *, agreed: bool = True) -> Recheck:
    """``agreed``: the works council has agreed to legal checks of employees."""
    with world.open():
        if agreed:
            ai.agree(world)
        row = samples.touched(world)
        return Recheck.objects.select_related("assignment__task", "assignment__resource").get(pk=row.pk)


def test_it_stands_where_people_look(world: World, lead: Client) -> None:
    row = touched(world)
    with world.open():
        plan = planner.a_plan(world)["pk"]
        Recheck.objects.exclude(pk=row.pk).update(state="settled")
    title = row.assignment.task.title
    for page in ("start", "rechecks"):
        assert title in lead.get(address(world, page)).content.decode()
    assert title in lead.get(address(world, "plan", pk=plan)).content.decode()
    link = address(world, "recheck", pk=row.pk)
    assert link in lead.get(address(world, "task", pk=row.assignment.task_id)).content.decode()


def test_page_says_what_it_was_what_it_is_and_what_to_do(world: World, lead: Client) -> None:
    row = touched(world)
    html = lead.get(address(world, "recheck", pk=row.pk)).content.decode()
    for part in ("nicht gefragt", "nicht erlaubt", "AufenthG", "Neu planen", row.assignment.resource.name):
        assert part in html
    assert address(world, "law_check", pk=row.checks[0]) in html


def test_employee_has_no_name_here_until_the_works_council_agrees(world: World, lead: Client) -> None:
    row = touched(world, agreed=False)
    html = lead.get(address(world, "recheck", pk=row.pk)).content.decode()
    assert "§ 87 Abs. 1 Nr. 6 BetrVG" in html
    for page in (html, lead.get(address(world, "rechecks")).content.decode()):
        assert row.assignment.task.title in page
        assert row.assignment.resource.name not in page
        assert "AufenthG" not in page


def test_blocked_work_is_not_noted_away(world: World, lead: Client) -> None:
    row = touched(world)
    assert lead.post(address(world, "recheck_note", pk=row.pk)).status_code == 422
    with world.open():
        assert Recheck.objects.get(pk=row.pk).state == "open"


def test_answers_about_pay_are_not_for_everybody(world: World, browser: Browser, lead: Client) -> None:
    row = touched(world)
    with world.open():
        Recheck.objects.filter(pk=row.pk).update(explanation={**row.explanation, "gate": False})
    link = address(world, "recheck", pk=row.pk)
    assert lead.get(link).status_code == 200
    council = browser(world.users[Role.WORKS_COUNCIL])
    assert council.get(link).status_code == 404
    assert row.assignment.task.title not in council.get(address(world, "rechecks")).content.decode()
    assert lead.post(address(world, "recheck_note", pk=row.pk)).status_code == 302, "the work itself is permitted"


def test_touched_work_of_another_firm_is_not_there(world: World, other_world: World, lead: Client) -> None:
    row = touched(other_world)
    assert lead.get(address(world, "recheck", pk=row.pk)).status_code == 404
    assert row.assignment.task.title not in lead.get(address(world, "rechecks")).content.decode()
