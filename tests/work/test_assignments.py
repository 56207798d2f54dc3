"""What a resource does with its own assignment: begin, deliver, hand back. Nothing of it is counted against anybody."""

from __future__ import annotations

import pytest

from tests.work import builders as b
from werkfluss.evidence.domain.documents import documents_of, keep_file
from werkfluss.kernel.errors import Conflict, NotPermitted
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.roles import Role
from werkfluss.work.domain import assignments
from werkfluss.work.models import Assignment, Result, Task


@pytest.fixture
def given(in_firm: Actor) -> Assignment:
    person = b.resource(in_firm, user=b.user())
    return b.assign(person, b.task(b.project(in_firm), in_firm))


def owner(of: Assignment) -> Actor:
    return Actor(of.org_id, ActorKind.USER, of.resource.user_id, frozenset({Role.EMPLOYEE}))


def test_own_assignments_come_by_date(in_firm: Actor) -> None:
    from datetime import date

    person, project = b.resource(in_firm), b.project(in_firm)
    late = b.assign(person, b.task(project, in_firm), first_day=date(2027, 2, 1))
    early = b.assign(person, b.task(project, in_firm))
    b.assign(person, b.task(project, in_firm), state=Assignment.State.OFFERED)
    b.assign(b.resource(in_firm), b.task(project, in_firm))
    assert list(assignments.own_assignments(person)) == [early, late]


def test_nobody_else_works_on_it(given: Assignment, in_firm: Actor) -> None:
    for act in (
        lambda: assignments.start_task(given, by=in_firm),
        lambda: assignments.deliver_result(given, text="fertig", by=in_firm),
        lambda: assignments.hand_back(given, reason="keine Zeit", by=in_firm),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert Task.objects.get(pk=given.task_id).state == Task.State.ASSIGNED


def test_started_task_is_in_progress(given: Assignment) -> None:
    assignments.start_task(given, by=owner(given))
    assert given.task.state == Task.State.STARTED


def test_delivery_keeps_text_files_and_lines(given: Assignment) -> None:
    by = owner(given)
    file = keep_file(b"%PDF", filename="angebot.pdf", by=by)
    line = {"title": "Position 1", "light": "sicher", "fields": {"gross": "119.00"}}
    result = assignments.deliver_result(given, text="Geprüft", documents=[file], items=[line], by=by)
    assert (result.state, result.delivered_by, given.task.state) == ("delivered", by.id, Task.State.DELIVERED)
    assert list(documents_of(result)) == [file]
    assert [(item.position, item.title) for item in result.items.all()] == [(1, "Position 1")]


def test_agent_delivers_as_its_resource(in_firm: Actor) -> None:
    agent = b.agent(in_firm)
    given = b.assign(agent, b.task(b.project(in_firm), in_firm))
    by = Actor(given.org_id, ActorKind.AGENT, agent.pk, frozenset({Role.AGENT}))
    assert assignments.deliver_result(given, text="", by=by).delivered_by == agent.pk


def test_handed_back_task_is_open_for_the_next_plan(given: Assignment) -> None:
    assignments.hand_back(given, reason="Keine Zeit im Dezember", by=owner(given))
    assert (given.state, given.task.state) == (Assignment.State.DECLINED, Task.State.OPEN)


@pytest.mark.parametrize("state", [Assignment.State.WITHDRAWN, Assignment.State.DONE, Assignment.State.DECLINED])
def test_assignment_that_is_over_takes_nothing(state: str, given: Assignment) -> None:
    given.edit(state=state)
    by = owner(given)
    for act in (
        lambda: assignments.start_task(given, by=by),
        lambda: assignments.deliver_result(given, text="fertig", by=by),
        lambda: assignments.hand_back(given, reason="x", by=by),
    ):
        with pytest.raises(Conflict):
            act()
    assert not Result.objects.exists()


@pytest.mark.parametrize("state", [Task.State.DELIVERED, Task.State.ACCEPTED])
def test_delivered_task_is_neither_delivered_nor_given_back_again(state: str, given: Assignment) -> None:
    given.task.edit(state=state)
    by = owner(given)
    with pytest.raises(Conflict):
        assignments.deliver_result(given, text="noch einmal", by=by)
    with pytest.raises(Conflict):
        assignments.start_task(given, by=by)
    with pytest.raises(Conflict):
        assignments.hand_back(given, reason="x", by=by)
