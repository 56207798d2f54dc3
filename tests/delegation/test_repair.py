"""Events are mended with few moves, pins stay, and what-if never touches what stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.delegation.builders import DAY, firm, weekdays
from tests.delegation.strategies import problems
from werkfluss.delegation import Candidate, Problem, Resource, Task
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.events import Absence, AddedResource, AddedTasks, ChangedRate, Declined, Event, Started
from werkfluss.delegation.repair import repair
from werkfluss.delegation.simulate import compare, what_if
from werkfluss.delegation.solve import solve


@settings(max_examples=examples(100), deadline=None)
@given(problems(), st.data())
def test_mended_plan_holds_and_pins_stay(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, work_limit=0.01)
    resource = data.draw(st.sampled_from(problem.resources)).id
    begin = data.draw(st.integers(0, 3000))
    absence = Absence(resource=resource, start=begin, end=begin + data.draw(st.integers(1, 4000)))
    mended = repair(problem, plan, absence)
    assert check_plan(mended.problem, mended.plan) == []
    for pin in problem.pins:
        before, after = plan.assignment(pin.task), mended.plan.assignment(pin.task)
        assert (before is None) == (after is None)
        if after is not None:
            assert (after.start, after.end) == (pin.start, pin.end)


def test_absence_moves_few_tasks_and_none_into_it() -> None:
    problem = firm(80, 20, seed=2)
    plan = solve(problem, work_limit=0.3)
    busy = max(problem.resources, key=lambda r: sum(a.end - a.start for a in plan.assignments if a.resource == r.id))
    absence = Absence(resource=busy.id, start=5 * DAY, end=25 * DAY)
    hit = [a for a in plan.assignments if a.resource == busy.id and a.start < absence.end and a.end > absence.start]
    mended = repair(problem, plan, absence)
    assert len(hit) > 0
    assert set(mended.changed) >= {one.task for one in hit}
    assert len(mended.changed) <= 4 * len(hit)
    assert {one.task for one in compare(plan, mended.plan).changes} == set(mended.changed)


def test_declined_offer_goes_to_somebody_else() -> None:
    problem = firm(40, 20, seed=5)
    plan = solve(problem, work_limit=0.1)
    external = next(
        one
        for one in plan.assignments
        if one.window and sum(c.assignable for c in problem.candidates if c.task == one.task) > 3
    )
    mended = repair(problem, plan, Declined(task=external.task, resource=external.resource))
    after = mended.plan.assignment(external.task)
    assert after is None or after.resource != external.resource
    candidate = mended.problem.candidate(external.task, external.resource)
    assert candidate is not None
    assert candidate.outcome in ("allowed", "allowed_with_conditions")


def test_started_task_pushes_its_successors_only() -> None:
    problem = firm(40, 20, seed=6)
    plan = solve(problem, work_limit=0.1)
    link = problem.links[0]
    first = plan.assignment(link.predecessor)
    assert first is not None
    late = Started(task=first.task, resource=first.resource, start=first.start, end=first.end + 6 * DAY)
    mended = repair(problem, plan, late)
    assert mended.plan.span(link.successor)[0] >= first.end + 6 * DAY + link.lag
    assert check_plan(mended.problem, mended.plan) == []


def test_new_tasks_are_inserted_without_moving_others() -> None:
    problem = firm(30, 20, seed=7)
    plan = solve(problem, work_limit=0.1)
    resource = problem.resources[0].id
    event = AddedTasks(
        tasks=(Task(id="new", effort=240),), candidates=(Candidate(task="new", resource=resource, outcome="allowed"),)
    )
    mended = repair(problem, plan, event)
    assert mended.changed == ("new",)
    assert mended.plan.assignment("new") is not None


def test_what_if_one_more_resource_is_not_dearer_and_changes_nothing_that_stands() -> None:
    problem = firm(40, 10, seed=9)
    plan = solve(problem, work_limit=0.2)
    before = plan.digest
    helper = Resource(id="extra", kind="partner", windows=weekdays(182), rate_cents_per_hour=3000)
    event = AddedResource(
        resource=helper,
        candidates=tuple(Candidate(task=t.id, resource="extra", outcome="allowed") for t in problem.tasks),
    )
    trial = what_if(problem, plan, event, work_limit=0.2)
    assert trial.difference.delta_cents <= 0
    assert check_plan(trial.problem, trial.plan) == []
    assert plan.digest == before
    assert len(problem.resources) == 10


def test_changed_rate_changes_the_price_of_what_stays() -> None:
    problem = firm(20, 10, seed=3)
    plan = solve(problem, work_limit=0.1)
    one = next(a for a in plan.assignments if a.resource and problem.resource(a.resource).kind == "employee")
    rate = problem.resource(one.resource).rate_cents_per_hour
    mended = repair(problem, plan, ChangedRate(resource=one.resource, rate_cents_per_hour=rate + 600))
    after = mended.plan.assignment(one.task)
    assert mended.changed == ()
    assert after is not None
    assert after.labour_cents == one.labour_cents + problem.task(one.task).effort * 10


@pytest.mark.parametrize(
    "event", [Absence(resource="nobody", start=0, end=1), Declined(task="t000", resource="nobody")]
)
def test_event_about_the_unknown_is_refused(event: Event) -> None:
    problem = firm(5, 5, seed=1)
    with pytest.raises(ValueError, match="nobody"):
        repair(problem, solve(problem, work_limit=0.01), event)
