"""My tasks: what needs this person and nobody else, why, until when; begin, deliver, hand back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.work.models import Assignment, Result

Browser = Callable[[User | None], Client]


@pytest.fixture
def employee(world: World, browser: Browser) -> Client:
    """The employee, for whom nothing waits yet: the own case of care has no open step."""
    from werkfluss.work.models import CaseTask

    with world.open():
        CaseTask.objects.filter(resource__user=world.users[Role.EMPLOYEE]).update(state="cancelled")
    return browser(world.users[Role.EMPLOYEE])


def give(world: World, role: Role = Role.EMPLOYEE, **more: object) -> Assignment:
    """A task of a project led by the managing director, given to this role."""
    from tests.work import builders as b
    from werkfluss.workforce.models import Resource

    with world.open() as by:
        person = Resource.objects.filter(user=world.users[role]).first() or b.resource(by, user=world.users[role])
        project = b.project(by, name="Halle 3", lead=world.users[Role.MANAGING_DIRECTOR])
        told = {"title": "Fundament prüfen", **more}
        return b.assign(person, b.task(project, by, **told), assigned_by=by.id)


def act_as(world: World, role: Role) -> Actor:
    return world.actors[role]


def deliver(world: World, given: Assignment) -> Result:
    from werkfluss.work.domain import assignments
    from werkfluss.work.models import Assignment

    with world.open():
        row = Assignment.objects.select_related("task", "resource").get(pk=given.pk)
        return assignments.deliver_result(row, text="Bericht liegt bei", by=act_as(world, Role.EMPLOYEE))


def url(world: World, name: str = "my_tasks", **arguments: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **arguments})


def again(world: World, given: Assignment) -> Assignment:
    from werkfluss.work.models import Assignment

    with world.open():
        return Assignment.objects.select_related("task").get(pk=given.pk)


def groups(html: str) -> list[str]:
    return re.findall(r'id="why-(\w+)"', html)


def test_own_task_stands_beside_the_list_with_its_criteria(world: World, employee: Client) -> None:
    give(world)
    html = employee.get(url(world)).content.decode()
    assert groups(html) == ["given"]
    for text in ("Fundament prüfen", "Alle 12 Positionen haben einen Preis", "Geprüftes Angebot als PDF", "Planung"):
        assert text in html


def test_tasks_of_others_are_nowhere(world: World, browser: Browser) -> None:
    given = give(world)
    lead = browser(world.users[Role.LEAD])
    assert "Fundament prüfen" not in lead.get(url(world)).content.decode()
    assert lead.get(url(world), {"open": str(given.pk)}).status_code == 404
    for name in ("start_my_task", "deliver_my_task", "hand_back_my_task"):
        assert lead.post(url(world, name, pk=given.pk), {"text": "x", "reason": "x"}).status_code == 404
    assert again(world, given).task.state == "assigned"


@pytest.mark.parametrize("role", [Role.FREELANCER, Role.PROVIDER])
def test_external_is_led_to_the_own_orders(role: Role, world: World, browser: Browser) -> None:
    given = give(world, role)
    client = browser(world.users[role])
    assert client.get(url(world)).headers["Location"] == url(world, "my_orders")
    assert client.post(url(world, "hand_back_my_task", pk=given.pk), {"reason": "x"}).status_code == 404


def test_begin_deliver_and_wait(world: World, employee: Client) -> None:
    from werkfluss.evidence.domain.documents import documents_of

    given = give(world)
    employee.post(url(world, "start_my_task", pk=given.pk))
    assert again(world, given).task.state == "started"
    file = SimpleUploadedFile("bericht.pdf", b"%PDF-1.7", content_type="application/pdf")
    more = SimpleUploadedFile("foto.jpg", b"\xff\xd8", content_type="image/jpeg")
    given_in = {"text": "Bericht liegt bei", "attachments": [file, more]}
    employee.post(url(world, "deliver_my_task", pk=given.pk), given_in)
    with world.open():
        result = given.task.results.get()
        assert sorted(one.filename for one in documents_of(result)) == ["bericht.pdf", "foto.jpg"]
    html = employee.get(url(world)).content.decode()
    assert groups(html) == ["waiting"]
    assert url(world, "deliver_my_task", pk=given.pk) not in html


def test_empty_delivery_is_refused(world: World, employee: Client) -> None:
    given = give(world)
    answer = employee.post(url(world, "deliver_my_task", pk=given.pk), {"text": " "})
    assert answer.status_code == 422
    assert "Bitte beschreiben Sie das Ergebnis oder hängen Sie es an." in answer.content.decode()
    assert again(world, given).task.state == "assigned"


def test_handed_back_with_a_reason_only(world: World, employee: Client) -> None:
    given = give(world)
    assert employee.post(url(world, "hand_back_my_task", pk=given.pk), {"reason": ""}).status_code == 422
    employee.post(url(world, "hand_back_my_task", pk=given.pk), {"reason": "Urlaub"})
    row = again(world, given)
    assert (row.state, row.task.state) == ("declined", "open")
    assert "Fundament prüfen" not in employee.get(url(world)).content.decode()


def test_sent_back_task_comes_first_and_says_what_is_missing(world: World, employee: Client) -> None:
    from werkfluss.work.domain import acceptance

    give(world, title="Andere Aufgabe prüfen")
    result = deliver(world, give(world))
    with world.open() as by:
        criterion = "Alle 12 Positionen haben einen Preis"
        acceptance.send_back(result, unmet=[criterion], note="Position 7 fehlt", by=by)
    html = employee.get(url(world), {"open": str(result.assignment_id)}).content.decode()
    assert groups(html) == ["back", "given"]
    assert "Position 7 fehlt" in html


def test_result_waits_for_who_answers_for_the_project(world: World, browser: Browser) -> None:
    result = deliver(world, give(world))
    link = url(world, "approval", pk=result.pk)
    assert link in browser(world.users[Role.MANAGING_DIRECTOR]).get(url(world)).content.decode()
    assert link not in browser(world.users[Role.LEAD]).get(url(world)).content.decode()
    assert link not in browser(world.users[Role.EMPLOYEE]).get(url(world)).content.decode()


def test_second_pair_of_eyes_is_asked_after_the_first(world: World, browser: Browser) -> None:
    from werkfluss.work.domain import acceptance

    result = deliver(world, give(world, four_eyes=True))
    link = url(world, "approval", pk=result.pk)
    lead, director = (browser(world.users[role]) for role in (Role.LEAD, Role.MANAGING_DIRECTOR))
    assert link not in lead.get(url(world)).content.decode()
    with world.open() as by:
        acceptance.accept_result(result, met=[True], by=by)
    assert link in lead.get(url(world)).content.decode()
    assert link not in director.get(url(world)).content.decode()
    assert link not in browser(world.users[Role.EMPLOYEE]).get(url(world)).content.decode(), "who did the work"


def test_own_tasks_come_by_date(world: World, employee: Client) -> None:
    from werkfluss.work.models import Assignment

    late, early = give(world, title="Spätes prüfen"), give(world, title="Frühes prüfen")
    with world.open():
        Assignment.objects.get(pk=late.pk).edit(last_day=date(2027, 2, 1))
        Assignment.objects.get(pk=early.pk).edit(last_day=date(2026, 12, 1))
    html = employee.get(url(world)).content.decode()
    assert html.index("Frühes prüfen") < html.index("Spätes prüfen")


@pytest.mark.parametrize(
    ("zone", "second"), [("Europe/Berlin", False), ("Europe/Vienna", False), ("Asia/Kolkata", True)]
)
def test_time_of_the_requester_is_shown_if_it_differs(zone: str, second: bool, world: World, employee: Client) -> None:
    from werkfluss.work.models import Plan, PlanItem

    world.users[Role.MANAGING_DIRECTOR].time_zone = zone
    world.users[Role.MANAGING_DIRECTOR].save(update_fields=["time_zone"])
    given = give(world)
    with world.open():
        plan = Plan.objects.create(number=900, as_of=date(2026, 12, 1), state=Plan.State.SUPERSEDED)
        begin, end = datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
        row = PlanItem.objects.create(plan=plan, task=given.task, resource=given.resource, start=begin, end=end)
        again(world, given).edit(item=row)
    html = employee.get(url(world)).content.decode()
    assert "09:00" in html
    assert ("13:30\u00a0Kolkata" in html) is second


def test_step_of_a_case_stands_under_its_own_reason(world: World, browser: Browser) -> None:
    from werkfluss.process import library
    from werkfluss.work.domain import cases, definitions

    with world.open() as by:
        name = library.names()[0]
        definition = definitions.deploy_definition(library.source(name), filename=f"{name}.bpmn", by=by)
        case = cases.start_case(definition, subject=world.org, title="Ein Vorgang", by=by)
        step = cases.open_steps(case).first()
        assert step is not None
        step.edit(role=Role.HR.value)
    html = browser(world.users[Role.HR]).get(url(world)).content.decode()
    assert "claimable" in groups(html)
    assert "Ein Vorgang" in html
    assert url(world, "step", pk=step.pk) in html
    assert "Ein Vorgang" not in browser(world.users[Role.EMPLOYEE]).get(url(world)).content.decode()


def test_deadline_stands_there_once_it_has_to_be_begun(world: World, browser: Browser) -> None:
    from datetime import timedelta

    from werkfluss.compliance.domain.deadlines import set_deadline
    from werkfluss.kernel import clock
    from werkfluss.kernel.text import Text

    with world.open() as by:
        for code, days in (("near", 20), ("far", 200)):
            title = Text(f"Frist {code}", f"Deadline {code}")
            due = clock.today() + timedelta(days=days)
            set_deadline(world.org, code=code, title=title, due=due, lead_days=30, who="hr", basis="§ 1", by=by)
    html = browser(world.users[Role.HR]).get(url(world)).content.decode()
    assert "Frist near" in html
    assert "Frist far" not in html


def test_nothing_to_do_says_so(world: World, employee: Client) -> None:
    assert "Nichts wartet auf Sie" in employee.get(url(world)).content.decode()


def test_today_names_own_tasks(world: World, employee: Client) -> None:
    given = give(world)
    html = employee.get(url(world, "start")).content.decode()
    assert "Fundament prüfen" in html
    assert f"{url(world)}?open={given.pk}" in html
