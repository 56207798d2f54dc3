"""Steps in the browser: claim and do, vote, ask and answer, a substitute; each person sees what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from tests.work.step_world import away, case_of, person_of, the_step
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.work.models import CaseTask

Browser = Callable[[User | None], Client]


@pytest.fixture
def step(world: World) -> CaseTask:
    with world.open() as by:
        return the_step(case_of(world.org, by))


def url(world: World, name: str, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def state(world: World, step: CaseTask) -> tuple[str, object]:
    with world.open():
        step.refresh_from_db()
        return step.state, step.claimed_by_id


def test_step_is_claimed_and_done_from_my_tasks(world: World, browser: Browser, step: CaseTask) -> None:
    client = browser(world.users[Role.EMPLOYEE])
    listed = client.get(url(world, "my_tasks")).content.decode()
    assert 'id="why-claimable"' in listed
    page = client.get(url(world, "step", pk=step.pk)).content.decode()
    assert "Übernehmen" in page
    assert "Neu zuteilen" not in page
    client.post(url(world, "claim_step", pk=step.pk))
    assert state(world, step) == ("open", world.users[Role.EMPLOYEE].pk)
    page = client.get(url(world, "step", pk=step.pk)).content.decode()
    assert "von Ihnen übernommen" in page
    assert "An die Rolle zurückgeben" in page
    done = client.post(url(world, "complete_step", pk=step.pk), {"reason": "fertig"})
    assert done.url == url(world, "my_tasks")
    assert "Dieser Schritt ist erledigt" in client.get(url(world, "step", pk=step.pk)).content.decode()


def test_name_of_who_claimed_it_stays_off_before_the_works_council_has_agreed(
    world: World, browser: Browser, step: CaseTask
) -> None:
    employee, director = world.users[Role.EMPLOYEE], world.users[Role.MANAGING_DIRECTOR]
    browser(employee).post(url(world, "claim_step", pk=step.pk))
    page = browser(director).get(url(world, "step", pk=step.pk)).content.decode()
    assert "übernommen von" in page
    assert employee.name not in page.split('id="ask-to"')[0]


def test_question_goes_out_and_comes_back(world: World, browser: Browser, step: CaseTask) -> None:
    asking, asked = browser(world.users[Role.EMPLOYEE]), browser(world.users[Role.WORKS_COUNCIL])
    hr = browser(world.users[Role.HR])
    page = url(world, "step", pk=step.pk)
    wrong = asking.post(url(world, "ask_step", pk=step.pk), {"to": "role:hr", "text": ""})
    assert wrong.status_code == 422
    asking.post(url(world, "ask_step", pk=step.pk), {"to": "role:hr", "text": "Welche Kostenstelle?"})
    assert "Rückfrage offen" in asking.get(page).content.decode()
    assert asking.post(url(world, "complete_step", pk=step.pk)).status_code == 422
    assert asked.get(page).status_code in {403, 404}
    assert 'id="why-asked"' in hr.get(url(world, "my_tasks")).content.decode()
    with world.open():
        question = step.questions.get()
    hr.post(url(world, "answer_question", pk=step.pk, question=question.pk), {"text": "4711"})
    assert "4711" in asking.get(page).content.decode()
    asking.post(url(world, "complete_step", pk=step.pk))
    assert state(world, step)[0] == "done"


def test_two_people_confirm_under_four_eyes(world: World, browser: Browser) -> None:
    with world.open() as by:
        step = the_step(case_of(world.org, by, first='acceptance="four_eyes"'))
    employee, hr = browser(world.users[Role.EMPLOYEE]), browser(world.users[Role.HR])
    page = url(world, "step", pk=step.pk)
    assert "eine zweite Person bestätigt" in employee.get(page).content.decode()
    employee.post(url(world, "vote_step", pk=step.pk), {})
    assert employee.post(url(world, "vote_step", pk=step.pk), {}).status_code == 403
    assert "Als zweite Person bestätigen" in hr.get(page).content.decode()
    hr.post(url(world, "send_back_step", pk=step.pk), {"reason": "Preis fehlt"})
    employee.post(url(world, "vote_step", pk=step.pk), {})
    hr.post(url(world, "vote_step", pk=step.pk), {})
    assert state(world, step)[0] == "done"


def test_substitute_is_named_and_sees_the_step(world: World, browser: Browser) -> None:
    with world.open() as by:
        absent = person_of(world.actors[Role.EMPLOYEE], by)
        present = person_of(world.actors[Role.LEAD], by)
        step = the_step(case_of(world.org, by, Team=absent))
    client, lead = browser(world.users[Role.EMPLOYEE]), browser(world.users[Role.LEAD])
    saved = client.post(url(world, "my_substitute"), {"substitute": str(present.pk), "follow_ups": ""})
    assert saved.status_code == 302
    assert 'id="why-instead"' not in lead.get(url(world, "my_tasks")).content.decode()
    with world.open():
        away(absent)
    assert 'id="why-instead"' in lead.get(url(world, "my_tasks")).content.decode()
    assert "in Vertretung" in lead.get(url(world, "step", pk=step.pk)).content.decode()


def test_stranger_does_not_see_a_step(world: World, browser: Browser, step: CaseTask) -> None:
    client = browser(world.users[Role.FREELANCER])
    assert client.get(url(world, "step", pk=step.pk)).status_code == 404
    for name in ("claim_step", "complete_step", "vote_step", "comment_step"):
        assert client.post(url(world, name, pk=step.pk), {"text": "x"}).status_code == 404


def test_what_hinders_is_said_with_a_reason(world: World, browser: Browser) -> None:
    around = '<bpmn:escalation id="es" name="Eilt"/>'
    at_first = (
        '<bpmn:boundaryEvent id="h" name="Hilfe nötig" attachedToRef="draft" cancelActivity="false">'
        '<bpmn:escalationEventDefinition escalationRef="es"/></bpmn:boundaryEvent><bpmn:userTask id="help" name="Helfen"/>'
        '<bpmn:sequenceFlow id="f_h" sourceRef="h" targetRef="help"/>'
    )
    with world.open() as by:
        step = the_step(case_of(world.org, by, more=at_first, around=around))
    client = browser(world.users[Role.EMPLOYEE])
    page = client.get(url(world, "step", pk=step.pk)).content.decode()
    assert "Melden: Hilfe nötig" in page
    given = {"key": "escalation:Eilt", "reason": ""}
    refused = client.post(url(world, "raise_step", pk=step.pk), given)
    assert refused.status_code == 422
    assert "Bitte sagen Sie in einem Satz" in refused.content.decode()
    client.post(url(world, "raise_step", pk=step.pk), {**given, "reason": "Allein geht es nicht"})
    with world.open():
        assert step.case.steps.filter(element="help", state="open").exists()
        assert state(world, step)[0] == "open"
    assert client.post(url(world, "raise_step", pk=step.pk), {"key": "error:X", "reason": "x"}).status_code == 422
