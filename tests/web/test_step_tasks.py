"""A step of a case as a task of the plan, on the page of the case: nobody has it before a person publishes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from tests.web.world import World
from tests.work import delegation_world as w
from tests.work.step_world import person_of
from werkfluss.kernel import clock
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, plans
from werkfluss.workforce.domain import resources

if TYPE_CHECKING:
    from werkfluss.work.models import Case

Browser = Callable[[User | None], Client]


def url(world: World, name: str, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def decision(world: World) -> Case:
    """A case that waits for its decision, which an employee can take and the plan proposes."""
    with world.open() as by:
        found = resources.add_skill(key="planung", name_de="Planung", name_en="Planning", by=by)
        person = person_of(world.actors[Role.EMPLOYEE], by)
        person.edit(country="DE", nationality="DE")
        resources.set_skills(person, skills={found: None}, by=by)
        case = w.case_of(by, _write=Role.LEAD)
        cases.complete_step(w.the_step(case), by=by)
        asked = plans.request_addition(as_of=clock.today(), by=by)
        assert asked is not None
        w.computed(asked, by)
        return case


def test_case_page_tells_that_a_proposal_waits_for_a_person(world: World, browser: Browser) -> None:
    case = decision(world)
    page = browser(world.users[Role.MANAGING_DIRECTOR]).get(url(world, "case", pk=case.pk)).content.decode()
    assert "Ein Vorschlag wartet auf die Veröffentlichung" in page
    assert "Art. 22 DSGVO" in page
    assert 'name="choice"' not in page, "the decision is taken at the task"
