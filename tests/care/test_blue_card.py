"""A hire from India: papers with expiry, deadlines with lead time, verdicts, and nobody works before the title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from werkfluss.care.domain import expat_cases, papers, verdicts
from werkfluss.care.models import ExpatCase
from werkfluss.care.routes import care_route, route_names
from werkfluss.care.rules import own_cases
from werkfluss.compliance.domain.deadlines import (
    complete_deadline,
    deadlines_about,
    drop_deadline,
    open_deadlines,
    set_deadline,
)
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.process import library
from werkfluss.work.domain import cases, gate, tasks
from werkfluss.work.models import CaseTask, Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

START = date(2027, 3, 1)
FACTS: dict[str, Any] = {
    "salary": "54000",
    "qualification": "academic",
    "occupation_group": "it",
    "degree_years_ago": "7",
    "it_experience_years": "6",
    "contract_months": "999",
    "procedure": "accelerated_81a",
}


@pytest.fixture
def person(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Resource:
    member = member_of(firm, Role.EMPLOYEE, "ananya@muster.example")
    user = User.objects.get(pk=member.id)
    user.language = "en"
    user.save()
    found = resources.add_resource(
        kind=Kind.EMPLOYEE,
        name="Ananya Kulkarni",
        rate=resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm),
        email=user.email,
        user=user,
        country="IN",
        nationality="IN",
        by=in_firm,
    )
    for name, value in FACTS.items():
        record_fact(found, name=name, value=value, source="Vertrag", valid_from=date(2026, 1, 1), by=in_firm)
    return found


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def expat(person: Resource, hr: Actor) -> ExpatCase:
    return expat_cases.open_case(person, route="blue_card", wished_start=START, by=hr)


@pytest.fixture
def herself(person: Resource) -> Actor:
    assert person.org_id is not None
    assert person.user is not None
    return firms.user_actor(person.org_id, person.user)


@pytest.fixture
def task_in_kassel(in_firm: Actor) -> Task:
    project = tasks.create_project(name="ERP", start=date(2027, 2, 1), by=in_firm)
    return tasks.create_task(project, title="Schnittstelle bauen", place_country="DE", by=in_firm)


def step(expat: ExpatCase, element: str) -> CaseTask:
    return cases.open_steps(expat.case).get(element=element)


def do(expat: ExpatCase, by: Actor, *choices: tuple[str, str]) -> None:
    for element, choice in choices:
        cases.complete_step(step(expat, element), choice=choice, by=by)


def allowed(task: Task, person: Resource, by: Actor) -> gate.Permission:
    fresh = Resource.objects.prefetch_related("papers", "working_times").get(pk=person.pk)
    return gate.permissions([task], [fresh], on=clock.today(), by=by)[task.pk, person.pk]


def confirmed_title(expat: ExpatCase, by: Actor, *, valid_from: date, expires: date) -> None:
    title = papers.request_paper(expat, kind="residence_title", note="Nationales Visum (D)", by=by)
    papers.hand_in_paper(expat, paper=title, content=b"%PDF-1.7 visum", filename="visum.pdf", by=by)
    papers.confirm_paper(expat, paper=title, valid_from=valid_from, expires=expires, by=by)


def test_case_begins_with_the_papers_of_the_person(expat: ExpatCase, herself: Actor) -> None:
    first = cases.open_steps_for(herself).get()
    assert (first.element, first.resource_id) == ("collect_papers", expat.person_id)
    assert [case.pk for case in own_cases(herself)] == [expat.pk]
    start = deadlines_about(expat).get(code="work_start")
    assert (start.code, start.due, start.basis) == ("work_start", START, "§ 4a Abs. 5 AufenthG")


def test_somebody_else_has_no_case(expat: ExpatCase, hr: Actor) -> None:
    assert not own_cases(hr).exists()
    assert not own_cases(Actor.system(hr.org_id)).exists()


def test_second_open_case_of_one_person_is_refused(expat: ExpatCase, person: Resource, hr: Actor) -> None:
    with pytest.raises(Refused):
        expat_cases.open_case(person, route="blue_card", wished_start=START, by=hr)


def test_paper_is_asked_for_handed_in_and_confirmed(expat: ExpatCase, hr: Actor, herself: Actor) -> None:
    due = date(2027, 1, 10)
    passport = papers.request_paper(expat, kind="passport", due=due, by=hr)
    asked = deadlines_about(expat).get(code=f"paper:{passport.pk}")
    assert (asked.due, asked.start_by, asked.who) == (due, due - timedelta(days=45), "person")
    with pytest.raises(Refused):
        papers.confirm_paper(expat, paper=passport, valid_from=date(2017, 10, 4), expires=date(2027, 10, 3), by=hr)
    papers.hand_in_paper(expat, paper=passport, content=b"scan", filename="pass.pdf", by=herself)
    assert passport.state == "uploaded"
    with pytest.raises(NotPermitted):
        papers.confirm_paper(expat, paper=passport, valid_from=date(2017, 10, 4), expires=None, by=herself)
    papers.confirm_paper(expat, paper=passport, valid_from=date(2017, 10, 4), expires=date(2027, 10, 3), by=hr)
    asked.refresh_from_db()
    assert asked.state == "done"
    renewal = deadlines_about(expat.person).get()
    assert (renewal.code, renewal.due, renewal.start_by) == ("renew:passport", date(2027, 10, 3), date(2027, 8, 19))
    with pytest.raises(Conflict):
        papers.hand_in_paper(expat, paper=passport, content=b"y", filename="x.pdf", by=herself)


def test_stranger_cannot_hand_in_a_paper(
    expat: ExpatCase, hr: Actor, firm: Organisation, member_of: Callable[..., Actor]
) -> None:
    passport = papers.request_paper(expat, kind="passport", by=hr)
    with pytest.raises(NotPermitted):
        papers.hand_in_paper(
            expat,
            paper=passport,
            content=b"x",
            filename="x.pdf",
            by=member_of(firm, Role.EMPLOYEE, "other@muster.example"),
        )


def test_law_answers_today_and_for_the_draft_of_next_year(expat: ExpatCase, hr: Actor) -> None:
    asked = verdicts.ask_the_law(expat, on=date(2026, 11, 22), by=hr)
    now, later, work = (one.answer.verdict for one in asked)
    assert (now.outcome, now.values["threshold"]) == ("allowed", "50700")
    assert later.as_of == START
    assert {reading.outcome for reading in later.readings} >= {"allowed"}
    assert any(parameter.status == "draft" for parameter in later.parameters)
    assert work.outcome == "blocked"


def test_before_the_title_blocked_and_from_its_first_day_permitted(
    expat: ExpatCase, person: Resource, hr: Actor, task_in_kassel: Task
) -> None:
    before = allowed(task_in_kassel, person, hr)
    assert before.outcome == "blocked"
    assert "§ 4a Abs. 5 AufenthG" in before.citations
    confirmed_title(expat, hr, valid_from=date(2027, 2, 15), expires=date(2028, 2, 14))
    after = allowed(task_in_kassel, person, hr)
    assert after.permits
    assert after.earliest == date(2027, 2, 15)


def test_whole_way_to_the_released_start(expat: ExpatCase, hr: Actor, herself: Actor) -> None:
    do(expat, herself, ("collect_papers", ""))
    do(expat, hr, ("check_papers", "f_complete"))
    expat.case.refresh_from_db()
    assert expat.case.variables["route_outcome"] == "allowed"
    do(expat, hr, ("choose_route", "f_blue_card"), ("choose_speed", "f_fast"), ("agree_81a", ""))
    do(expat, hr, ("check_consent", "f_consent_no"))
    do(expat, herself, ("apply_visa", ""), ("record_visa", "f_granted"), ("confirm_entry", ""))
    do(expat, hr, ("prepare_place", ""))
    do(expat, herself, ("register", ""), ("apply_card", ""), ("collect_card", ""))
    do(expat, hr, ("release_start", ""))
    by_hand = step(expat, "unlock_planner")
    assert "Aufenthaltstitel" in by_hand.brief
    with pytest.raises(Refused):
        cases.retry_step(by_hand, by=hr)
    confirmed_title(expat, hr, valid_from=date(2027, 2, 15), expires=date(2031, 2, 14))
    cases.retry_step(by_hand, by=hr)
    expat.refresh_from_db()
    expat.case.refresh_from_db()
    assert (expat.state, expat.case.state) == ("closed", "completed")
    assert expat.case.variables["plannable_from"] == "2027-02-15"
    renewal = deadlines_about(expat.person).get(code="renew:residence_title")
    assert (renewal.due, renewal.start_by) == (date(2031, 2, 14), date(2031, 2, 14) - timedelta(days=60))
    assert deadlines_about(expat).get(code="work_start").state == "done"


def test_stages_tell_done_now_and_later(expat: ExpatCase, herself: Actor) -> None:
    do(expat, herself, ("collect_papers", ""))
    found = {stage.element: stage.state for stage in expat_cases.stages(expat)}
    assert found["collect_papers"] == "done"
    assert found["check_papers"] == "now"
    assert found["release_start"] == "later"
    assert "discuss_refusal" not in found
    assert next(iter(found)) == "collect_papers"
    assert list(found)[-1] == "release_start"


def test_reminder_lists_what_is_missing_in_both_languages(expat: ExpatCase, hr: Actor, mailoutbox: list[Any]) -> None:
    papers.request_paper(expat, kind="degree_certificate", by=hr)
    cases.fire_due_timers(clock.now() + timedelta(days=15), by=hr)
    (letter,) = mailoutbox
    assert letter.to == ["ananya@muster.example"]
    assert letter.body.index("Degree certificate") < letter.body.index("Hochschulzeugnis")


@pytest.mark.parametrize("name", route_names())
def test_module_names_only_what_its_process_has(name: str) -> None:
    kind = care_route(name)
    model = library.load(kind.process)
    lanes = {lane.name for lane in model.lanes.values()}
    assert set(kind.performers) <= lanes | set(model.nodes)
    assert kind.optional <= set(model.nodes)
    assert set(kind.performers.values()) <= {role.value for role in Role} | {"person"}


def test_deadline_moves_is_done_once_and_dropped_with_a_reason(expat: ExpatCase, hr: Actor) -> None:
    def note(due: date) -> Any:
        return set_deadline(
            expat, code="x", title=Text("Melden", "Report"), due=due, lead_days=10, who="hr", basis="§ 1", by=hr
        )

    first = note(date(2027, 1, 1))
    moved = note(date(2027, 2, 1))
    assert moved.pk == first.pk
    assert moved.start_by == date(2027, 1, 22)
    complete_deadline(moved, by=hr)
    assert note(date(2027, 2, 1)).state == "done"
    with pytest.raises(Conflict):
        complete_deadline(moved, by=hr)
    with pytest.raises(Refused):
        drop_deadline(note(date(2027, 3, 1)), reason=" ", by=hr)
    drop_deadline(note(date(2027, 3, 1)), reason="entfällt", by=hr)
    assert "x" not in {deadline.code for deadline in open_deadlines()}
