"""Steps of cases as tasks of the plan: proposed, published by a person, done, and the case goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from tests.work import delegation_world as w
from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.roles import Role
from werkfluss.work.domain import acceptance, agent_release, assignments, cases, plans, step_claims, step_talk, tasks
from werkfluss.work.models import Assignment, CaseTask, Plan, Task

if TYPE_CHECKING:
    from werkfluss.work.models import Result
    from werkfluss.workforce.models import Resource


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "TIME_LIMIT", 1.5)


@pytest.fixture
def person(in_firm: Actor) -> Resource:
    return b.resource(in_firm, user=b.user())


def task_of(step: CaseTask) -> Task:
    assert step.task is not None
    return step.task


def given(task: Task) -> Assignment:
    return Assignment.objects.select_related("task", "resource").get(task=task, state=Assignment.State.ACTIVE)


def delivered(task: Task, by: Actor, **more: Any) -> Result:
    """By whom the plan gave it to."""
    one = given(task)
    doer = Actor(by.org_id, ActorKind.USER, one.resource.user_id, by.roles)
    return assignments.deliver_result(one, text="Fertig", by=doer, **more)


def test_step_is_proposed_published_done_and_the_case_goes_on(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    task = task_of(w.the_step(case))
    assert (task.title, task.effort_minutes, task.data_class) == ("Angebot schreiben", 180, "internal")
    assert [need.skill.key for need in task.skills.all()] == ["planung"]
    assert task.project.of_cases
    plan = w.proposed(in_firm)
    assert plan.items.get(task=task).resource == person
    assert not Assignment.objects.exists()
    plans.publish_plan(plan, by=in_firm)
    acceptance.accept_result(delivered(task, in_firm), met=[True], by=in_firm)
    assert w.the_step(case).element == "decide"
    assert case.steps.get(element="write").done_by == person.user_id


def test_new_step_is_added_and_the_published_plan_stays(person: Resource, in_firm: Actor) -> None:
    project = b.project(in_firm)
    old = b.task(project, in_firm)
    before = w.published(in_firm).items.get(task=old)
    kept = given(old)
    open_task = b.task(project, in_firm)
    new = task_of(w.the_step(w.case_of(in_firm)))
    plan = w.proposed(in_firm)
    assert plan.adds
    items = {one.task_id: one for one in plan.items.all()}
    assert set(items) == {old.pk, new.pk}, "what is open otherwise waits for the next whole plan"
    same = items[old.pk]
    assert (same.resource, same.start, same.end, same.added) == (person, before.start, before.end, False)
    assert items[new.pk].added
    assert items[new.pk].resource == person
    made = plans.publish_plan(plan, by=in_firm)
    assert [one.task for one in made] == [new]
    kept.refresh_from_db()
    assert (kept.state, kept.item_id) == (Assignment.State.ACTIVE, same.pk)
    assert open_task.state == Task.State.OPEN


def test_only_one_proposal_waits(person: Resource, in_firm: Actor) -> None:
    w.published(in_firm)
    w.case_of(in_firm)
    first = w.proposed(in_firm)
    w.case_of(in_firm)
    second = w.proposed(in_firm)
    first.refresh_from_db()
    assert first.state == Plan.State.DISCARDED
    assert second.items.count() == 2


def test_only_a_named_person_publishes(person: Resource, in_firm: Actor) -> None:
    w.case_of(in_firm)
    plan = w.proposed(in_firm)
    for actor in (Actor.system(in_firm.org_id), Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset())):
        if actor.kind is ActorKind.USER:
            with pytest.raises(NotPermitted):
                plans.publish_plan(plan, by=actor)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("fixed", [Role.LEAD, "resource"])
def test_step_with_a_fixed_performer_stays_a_step(fixed: Any, person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm, _write=person if fixed == "resource" else fixed)
    assert w.the_step(case).task is None
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ('dataClass="internal"', w.FACTS),
        (w.PLAIN, '<wf:outcome de="Angebot"/>'),
        (w.PLAIN + ' approvals="2/Leitung,Personal"', w.FACTS),
    ],
)
def test_step_the_plan_cannot_judge_stays_a_step(said: str, facts: str, in_firm: Actor) -> None:
    assert w.the_step(w.case_of(in_firm, write=said, facts=facts)).task is None


def test_law_and_clarity_hold_for_steps_too(in_firm: Actor) -> None:
    b.resource(in_firm, nationality="IN", cents=1000, rate_name="billig")
    clear = task_of(w.the_step(w.case_of(in_firm)))
    unclear = task_of(w.the_step(w.case_of(in_firm, facts=w.FACTS.replace('<wf:outcome de="Angebot als PDF"/>', ""))))
    plan = w.proposed(in_firm)
    items = {one.task_id: one for one in plan.items.all()}
    assert items[clear.pk].resource is None
    assert [one["outcome"] for one in items[clear.pk].explanation["blockers"]] == ["blocked"]
    assert items[unclear.pk].resource is None
    assert "Das Ergebnis ist nicht beschrieben" in str(items[unclear.pk].explanation["blockers"])


def test_step_with_a_task_is_done_there_alone(person: Resource, in_firm: Actor) -> None:
    step = w.the_step(w.case_of(in_firm))
    with pytest.raises(Refused, match="as a task of the plan"):
        cases.complete_step(step, by=in_firm)
    assert not cases.open_steps_for(Actor(in_firm.org_id, ActorKind.USER, person.user_id, frozenset())).exists()


def test_decision_takes_its_branch_from_the_acceptance(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm, _write=Role.LEAD)
    cases.complete_step(w.the_step(case), by=in_firm)
    step = w.the_step(case)
    task = task_of(step)
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    result = delivered(task, in_firm, picked=["no"])
    with pytest.raises(Refused):
        acceptance.accept_result(result, met=[True], choices=["nowhere"], by=in_firm)
    acceptance.accept_result(result, met=[True], choices=["yes"], by=in_firm)
    step.refresh_from_db()
    case.refresh_from_db()
    assert (step.choice, case.state) == ("yes", "completed")
    assert "sent" in case.engine["visited"]


def test_handed_back_task_leaves_the_step_open(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    task = task_of(w.the_step(case))
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    one = given(task)
    doer = Actor(in_firm.org_id, ActorKind.USER, person.user_id, in_firm.roles)
    assignments.hand_back(one, reason="Passt nicht", by=doer)
    assert w.the_step(case).state == "open"
    again = w.proposed(in_firm)
    assert again.items.get(task=task).added


def test_cancelled_case_withdraws_its_task(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    task = task_of(w.the_step(case))
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    one = given(task)
    cases.cancel_case(case, reason="Kunde sagt ab", by=in_firm)
    task.refresh_from_db()
    one.refresh_from_db()
    assert (task.state, one.state) == (Task.State.DROPPED, Assignment.State.WITHDRAWN)
    with pytest.raises(Refused):
        tasks.restore_task(task, by=in_firm)


def test_step_given_to_a_person_leaves_the_plan(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    step = w.the_step(case)
    task = task_of(step)
    step_claims.reassign_step(step, to=person, reason="Kennt den Kunden", by=in_firm)
    task.refresh_from_db()
    assert task.state == Task.State.DROPPED
    cases.complete_step(w.the_step(case), by=in_firm)
    assert w.the_step(case).element == "decide"


def test_moved_due_time_moves_the_deadline(in_firm: Actor) -> None:
    step = w.the_step(w.case_of(in_firm))
    due = clock.now() + timedelta(days=40)
    step_talk.move_due(step, due=due, reason="Kunde braucht länger", by=in_firm)
    assert w.the_step(step.case).task.deadline == due.astimezone(clock.FIRM_ZONE).date()


def test_step_taken_back_is_a_task_again(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    step = w.the_step(case)
    first = task_of(step)
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    acceptance.accept_result(delivered(first, in_firm), met=[True], by=in_firm)
    second = task_of(w.the_step(case))
    step.refresh_from_db()
    cases.undo_step(step, reason="Preis falsch", by=in_firm)
    second.refresh_from_db()
    assert second.state == Task.State.DROPPED
    again = task_of(w.the_step(case))
    assert again.pk != first.pk
    assert again.state == Task.State.OPEN


def test_agent_with_the_skill_may_be_proposed(in_firm: Actor) -> None:
    agent = b.agent(in_firm)
    said = w.PLAIN.replace('ai="forbidden"', 'ai="required"')
    facts = w.FACTS + '<wf:aiPurpose de="Angebot vorbereiten"/>'
    task = task_of(w.the_step(w.case_of(in_firm, write=said, facts=facts)))
    assert (task.ai_allowed, task.skill_folder, task.kinds_allowed) == (True, "invoice_booking", ["agent"])
    assert w.proposed(in_firm).items.get(task=task).resource == agent


def test_proposal_comes_by_itself_only_where_it_says_something_new(person: Resource, in_firm: Actor) -> None:
    w.case_of(in_firm)
    system = Actor.system(in_firm.org_id)
    assert plans.propose_new_steps(as_of=b.DAY, by=system) is None, "the first whole plan takes the step in"
    w.published(in_firm)
    assert plans.propose_new_steps(as_of=b.DAY, by=system) is None, "it is given out"
    w.case_of(in_firm)
    asked = plans.propose_new_steps(as_of=b.DAY, by=system)
    assert asked is not None
    assert (asked.adds, asked.state) == (True, Plan.State.COMPUTING)


def test_four_eyes_of_the_drawing_are_those_of_the_task(person: Resource, in_firm: Actor) -> None:
    said = w.PLAIN.replace('acceptance="requester"', 'acceptance="four_eyes"')
    case = w.case_of(in_firm, write=said)
    task = task_of(w.the_step(case))
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    result = delivered(task, in_firm)
    acceptance.accept_result(result, met=[True], by=in_firm)
    assert w.the_step(case).element == "write"
    second = Actor(in_firm.org_id, ActorKind.USER, b.user("zweite").pk, in_firm.roles)
    acceptance.accept_result(result, met=[True], by=second)
    assert w.the_step(case).element == "decide"


def test_acceptance_tells_the_case_what_it_asks_for(person: Resource, in_firm: Actor) -> None:
    case = w.case_of(in_firm)
    task = task_of(w.the_step(case))
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    acceptance.accept_result(delivered(task, in_firm), met=[True], data={"betrag": 900}, by=in_firm)
    case.refresh_from_db()
    assert case.variables == {"betrag": 900}
    assert case.steps.get(element="write").data == {"betrag": 900}


def test_who_has_the_task_of_a_step_hears_when_it_is_due(person: Resource, in_firm: Actor) -> None:
    from werkfluss.work.domain import step_clock

    case = w.case_of(in_firm)
    step = w.the_step(case)
    assert step_clock.recipients(step) == []
    plans.publish_plan(w.proposed(in_firm), by=in_firm)
    step = w.the_step(case)
    assert step_clock.recipients(step) == [person.user]
    assert step.due is not None
    found = step_clock.news(step.due - timedelta(hours=2))
    assert all(user == person.user for user in found)
    given(task_of(step)).edit(state=Assignment.State.WITHDRAWN)
    assert step_clock.recipients(step) == []


BY_AGENT = {"write": w.PLAIN.replace('ai="forbidden"', 'ai="required"'), "facts": w.FACTS}
BY_AGENT["facts"] += '<wf:aiPurpose de="Angebot vorbereiten"/>'


def test_agents_begin_without_being_asked_only_after_a_person_said_so(in_firm: Actor) -> None:
    agent = b.agent(in_firm)
    w.published(in_firm)
    w.case_of(in_firm, **BY_AGENT)
    plan = w.proposed(in_firm)
    assert not agent_release.publish_if_released(plan, actor_of=lambda _: in_firm), "off by default"
    with pytest.raises(Refused):
        agent_release.decide(on=True, reason=" ", by=in_firm)
    with pytest.raises(NotPermitted):
        agent_release.decide(on=True, reason="x", by=Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset()))
    agent_release.decide(on=True, reason="Angebote eilen", by=in_firm)
    agent_release.decide(on=True, reason="noch einmal", by=in_firm)
    nobody = Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset())
    assert not agent_release.publish_if_released(plan, actor_of=lambda _: nobody), "the right is gone"
    assert agent_release.publish_if_released(plan, actor_of=lambda _: in_firm)
    assert Assignment.objects.get().resource == agent
    plan.refresh_from_db()
    assert (plan.state, plan.published_by) == (Plan.State.PUBLISHED, in_firm.id)
    agent_release.decide(on=False, reason="wieder fragen", by=in_firm)
    assert agent_release.standing() is None


def test_proposal_that_names_a_person_waits_for_a_person(person: Resource, in_firm: Actor) -> None:
    w.published(in_firm)
    agent_release.decide(on=True, reason="Angebote eilen", by=in_firm)
    w.case_of(in_firm)
    assert not agent_release.publish_if_released(w.proposed(in_firm), actor_of=lambda _: in_firm)
    assert not Assignment.objects.exists()
