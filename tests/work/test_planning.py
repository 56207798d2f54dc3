"""From rows to a problem: what decides is in it, and nothing that a person did before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.work import builders as b
from werkfluss import delegation as core
from werkfluss.delegation.solve import solve
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.work.domain import planning, plans, tasks
from werkfluss.work.models import Acceptance, Assignment, Plan, PlanItem, Result, Task

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from werkfluss.work.models import Project
    from werkfluss.workforce.models import Resource

BERLIN = ZoneInfo("Europe/Berlin")


def problem(by: Actor) -> core.Problem:
    return planning.load_work(plans.request_plan(as_of=b.DAY, by=by), by=by).problem


def test_task_carries_effort_dates_and_skills(in_firm: Actor) -> None:
    project = b.project(in_firm)
    task = b.task(project, in_firm, effort_minutes=300, earliest_start=date(2026, 12, 7), deadline=date(2026, 12, 18))
    tasks.fill_task(task, skills={"planung": 2})
    found = problem(in_firm).tasks[0]
    assert (found.id, found.effort, found.project) == (str(task.pk), 300, str(project.pk))
    assert [(need.skill, need.minimum_level) for need in found.requirements] == [("planung", 2)]
    origin = datetime.combine(b.DAY, datetime.min.time(), BERLIN)
    assert origin + timedelta(minutes=found.earliest) == datetime(2026, 12, 7, tzinfo=BERLIN)
    assert found.due is not None
    # A deadline is met until its last minute.
    assert origin + timedelta(minutes=found.due) == datetime(2026, 12, 19, tzinfo=BERLIN)


def test_only_open_work_is_planned(in_firm: Actor) -> None:
    project = b.project(in_firm)
    planned = b.task(project, in_firm)
    b.task(project, in_firm, is_summary=True)
    b.task(project, in_firm).edit(state=Task.State.ACCEPTED)
    b.task(project, in_firm).edit(state=Task.State.DROPPED)
    closed = b.project(in_firm)
    b.task(closed, in_firm)
    closed.edit(state="closed")
    assert [task.id for task in problem(in_firm).tasks] == [str(planned.pk)]


def test_order_of_tasks_is_in_minutes(in_firm: Actor) -> None:
    project = b.project(in_firm)
    first, second = b.task(project, in_firm), b.task(project, in_firm)
    tasks.link_tasks(second, predecessor=first, type="SS", lag_days=5, by=in_firm)
    (link,) = problem(in_firm).links
    assert (link.predecessor, link.successor, link.kind) == (str(first.pk), str(second.pk), "SS")
    # A day between two tasks is a working day.
    assert (link.lag, link.calendar) == (5 * 480, "firm")


def test_levels_reach_the_problem_for_agents_and_partners_alone(in_firm: Actor) -> None:
    b.task(b.project(in_firm), in_firm)
    for kind in ("employee", "freelancer", "partner"):
        b.resource(in_firm, kind)
    b.agent(in_firm)
    levels = {one.kind: [held.level for held in one.skills] for one in problem(in_firm).resources}
    assert levels == {"employee": [None], "freelancer": [None], "partner": [3], "agent": [3]}


def test_share_of_a_fractional_executive_is_a_percentage(in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources

    b.task(b.project(in_firm), in_firm)
    person = b.resource(in_firm, "fractional", weekly_minutes=2400)
    resources.agree_share(person, minutes_per_week=960, valid_from=b.DAY, by=in_firm)
    assert [one.capacity_share for one in problem(in_firm).resources] == [40]


def test_nobody_is_planned_beyond_the_title(in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources

    b.task(b.project(in_firm), in_firm)
    person = b.resource(in_firm, nationality="IN")
    last = date(2027, 1, 31)
    resources.add_paper(
        person, kind="residence_title", state="confirmed", valid_from=date(2026, 1, 1), expires=last, by=in_firm
    )
    found = problem(in_firm)
    end = found.origin + timedelta(minutes=found.resources[0].windows[-1][1])
    assert end.astimezone(BERLIN).date() <= last
    assert end.astimezone(BERLIN).date() > last - timedelta(days=4)


def test_absence_takes_time_away(in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources

    b.task(b.project(in_firm), in_firm)
    person = b.resource(in_firm)
    start = datetime(2026, 12, 7, tzinfo=BERLIN)
    before = problem(in_firm).resources[0].windows
    resources.add_absences(person, spans=[(start, start + timedelta(days=1), True, "u")], by=in_firm)
    after = problem(in_firm).resources[0].windows
    assert sum(end - begin for begin, end in before) - sum(end - begin for begin, end in after) == 480


def test_reading_needs_no_query_per_task(in_firm: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    project = b.project(in_firm)
    people = [b.resource(in_firm) for _ in range(2)]
    b.task(project, in_firm)
    plan = plans.request_plan(as_of=b.DAY, by=in_firm)
    planning.load_work(plan, by=in_firm)
    queries = _count(plan, in_firm)
    for _ in range(3):
        b.task(project, in_firm)
        people.append(b.resource(in_firm))
    planning.load_work(plan, by=in_firm)
    with django_assert_num_queries(queries):
        planning.load_work(plan, by=in_firm)


def _count(plan: Plan, by: Actor) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as context:
        planning.load_work(plan, by=by)
    return len(context)


def a_past(project: Project, people: Sequence[Resource], by: Actor) -> None:
    """Three pasts as unlike as can be: praised and early, sent back and late, declined."""
    old = Plan.objects.create(number=1000, state=Plan.State.SUPERSEDED, as_of=b.DAY, created_by=by.id)
    moments = [clock.now() - timedelta(days=days) for days in (90, 60, 30)]
    late = [0, 20_000, 0]
    states = [Assignment.State.DONE, Assignment.State.DONE, Assignment.State.DECLINED]
    for person, when, minutes, state in zip(people, moments, late, states, strict=True):
        task = b.task(project, by)
        item = PlanItem.objects.create(
            plan=old, task=task, resource=person, late_minutes=minutes, start=when, end=when + timedelta(days=2)
        )
        given = b.assign(person, task, item=item)
        given.edit(state=state)
        task.edit(state=Task.State.DROPPED if state == Assignment.State.DECLINED else Task.State.ACCEPTED)
        if state == Assignment.State.DECLINED:
            continue
        for accepted in [False] * bool(minutes) + [True]:
            result = Result.objects.create(
                task=task,
                assignment=given,
                state="accepted" if accepted else "sent_back",
                delivered_at=when + timedelta(minutes=minutes),
                delivered_by=person.user_id,
            )
            Acceptance.objects.create(
                result=result, accepted=accepted, note="schlampig" if not accepted else "", decided_at=clock.now()
            )


def test_the_past_of_people_changes_nothing(in_firm: Actor) -> None:
    """Results, acceptances, declines and lateness go round among people; the problem stays the same to the last bit."""
    project = b.project(in_firm)
    for _ in range(3):
        b.task(project, in_firm)
    people = [b.resource(in_firm, kind, user=b.user()) for kind in ("employee", "employee", "freelancer")]
    b.tell(people[2], b.FREE, in_firm)
    clean = problem(in_firm)
    a_past(project, people, in_firm)
    rows = [list(model.objects.order_by("pk")) for model in (Assignment, PlanItem, Result)]
    seen = set()
    for order in permutations(people):
        swap = dict(zip([person.pk for person in people], order, strict=True))
        for assignment in rows[0]:
            Assignment.objects.filter(pk=assignment.pk).update(resource=swap[assignment.resource_id])
        for item in rows[1]:
            PlanItem.objects.filter(pk=item.pk).update(resource=swap[item.resource_id])
        for result in rows[2]:
            worker = next(person for person in people if person.user_id == result.delivered_by)
            Result.objects.filter(pk=result.pk).update(delivered_by=swap[worker.pk].user_id)
        found = problem(in_firm)
        assert found == clean
        seen.add(solve(found, seed=1, work_limit=1.0).digest)
    assert len(seen) == 1
