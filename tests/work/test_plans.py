"""Plans: computed, changed by people among what is permitted, published by a named person."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.roles import Role
from werkfluss.work.domain import assignments, planning, plans, tasks
from werkfluss.work.models import Assignment, Plan, PlanItem, Task
from werkfluss.workforce.models import Resource

if TYPE_CHECKING:
    from werkfluss.work.models import Project


def computed(by: Actor, *, pins: list[dict[str, Any]] | None = None) -> Plan:
    """A draft as the worker makes it."""
    plan = plans.request_plan(as_of=b.DAY, pins=pins, by=by)
    return compute(plan, by)


def compute(plan: Plan, by: Actor) -> Plan:
    work = planning.load_work(plan, by=by)
    solution, reasons = plans.compute(work, seed=1, on_progress=lambda share, text: None)
    plans.store_draft(plan, work=work, solution=solution, explanations=reasons, by=by)
    return plan


def item(plan: Plan, task: Task) -> PlanItem:
    return plan.items.select_related("plan", "resource", "task").get(task=task)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems of a few tasks need no seconds, but the proof that nothing is better may take all it gets."""
    monkeypatch.setattr(plans, "TIME_LIMIT", 1.5)


@pytest.fixture
def project(in_firm: Actor) -> Project:
    return b.project(in_firm)


def test_draft_gives_a_task_to_whom_the_law_permits(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    forbidden = b.resource(in_firm, nationality="IN", cents=1000, rate_name="billig")
    unknown = b.resource(in_firm, country="IN", nationality="IN", cents=1000, rate_name="billig")
    permitted = b.resource(in_firm)
    found = item(computed(in_firm), task)
    assert found.resource == permitted
    assert found.outcome == "allowed"
    assert found.checks.count() >= 1
    held_back = {one["resource"]: one["outcome"] for one in found.explanation["blockers"]}
    assert held_back == {str(forbidden.pk): "blocked", str(unknown.pk): "unknown"}
    assert not Assignment.objects.exists()


def test_recorded_facts_open_the_way(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    abroad = b.resource(in_firm, country="IN", nationality="IN", time_zone="Asia/Kolkata")
    assert item(computed(in_firm), task).resource is None
    b.tell(abroad, b.THIRD_COUNTRY, in_firm)
    assert item(computed(in_firm), task).resource == abroad


def test_unclear_task_is_given_to_nobody_and_says_why(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm, outcome="")
    b.resource(in_firm)
    found = item(computed(in_firm), task)
    assert found.resource is None
    assert "Das Ergebnis ist nicht beschrieben" in str(found.explanation["blockers"])


def test_lead_time_of_the_title_is_waited_for(project: Project, in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources

    task = b.task(project, in_firm)
    person = b.resource(in_firm, nationality="IN")
    first = date(2027, 1, 18)
    last = date(2030, 1, 17)
    resources.add_paper(person, kind="residence_title", state="confirmed", valid_from=first, expires=last, by=in_firm)
    found = item(computed(in_firm), task)
    assert found.resource == person
    assert found.start is not None
    assert found.start.date() >= first


def test_external_gets_days_never_hours(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm, kinds_allowed=["freelancer"])
    person = b.resource(in_firm, "freelancer")
    b.tell(person, b.FREE, in_firm)
    plan = computed(in_firm)
    found = item(plan, task)
    assert found.window_first is not None
    assert found.window_last is not None
    assert found.window_first <= found.window_last
    made = plans.publish_plan(plan, by=in_firm)
    assert [(one.state, one.first_day, one.last_day) for one in made] == [
        (Assignment.State.OFFERED, found.window_first, found.window_last)
    ]
    assert Task.objects.get(pk=task.pk).state == Task.State.OFFERED


def test_two_of_a_four_eyes_pair_are_different_people(project: Project, in_firm: Actor) -> None:
    from werkfluss.work.domain.tasks import separate_tasks

    one, two = b.task(project, in_firm), b.task(project, in_firm)
    separate_tasks(one, other=two, by=in_firm)
    b.resource(in_firm)
    alone = computed(in_firm)
    assert sum(found.resource is None for found in alone.items.all()) == 1
    b.resource(in_firm)
    both = computed(in_firm)
    assert len({found.resource_id for found in both.items.all()} - {None}) == 2


def test_publishing_is_the_act_of_a_named_person(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    person = b.resource(in_firm)
    plan = computed(in_firm)
    employee = Actor(in_firm.org_id, ActorKind.USER, in_firm.id, frozenset({Role.EMPLOYEE}))
    agent = Actor(in_firm.org_id, ActorKind.AGENT, in_firm.id, frozenset({Role.AGENT}))
    for somebody in (employee, agent):
        with pytest.raises(NotPermitted):
            plans.publish_plan(plan, by=somebody)
    made = plans.publish_plan(plan, by=in_firm)
    assert [(one.task, one.resource, one.state, one.assigned_by) for one in made] == [
        (task, person, Assignment.State.ACTIVE, in_firm.id)
    ]
    assert (plan.state, plan.published_by) == (Plan.State.PUBLISHED, in_firm.id)
    with pytest.raises(Refused, match="not a draft"):
        plans.publish_plan(plan, by=in_firm)


def test_publishing_again_leaves_unchanged_assignments_alone(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    b.resource(in_firm)
    first = plans.publish_plan(computed(in_firm), by=in_firm)[0]
    more = b.task(project, in_firm)
    second = computed(in_firm)
    made = plans.publish_plan(second, by=in_firm)
    assert [one.task for one in made] == [more]
    kept = Assignment.objects.get(task=task)
    assert (kept.pk, kept.state, kept.item) == (first.pk, Assignment.State.ACTIVE, item(second, task))
    assert Plan.objects.get(state=Plan.State.PUBLISHED) == second


def test_draft_that_another_plan_overtook_is_not_published(project: Project, in_firm: Actor) -> None:
    b.task(project, in_firm)
    b.resource(in_firm)
    one, two = computed(in_firm), computed(in_firm)
    plans.publish_plan(one, by=in_firm)
    with pytest.raises(Refused, match="meanwhile"):
        plans.publish_plan(two, by=in_firm)


def test_task_that_no_longer_fits_is_withdrawn(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    person = b.resource(in_firm)
    plans.publish_plan(computed(in_firm), by=in_firm)
    other = b.resource(in_firm)
    plan = computed(
        in_firm, pins=[{"task": str(task.pk), "resource": str(other.pk), "reason": "x", "by": str(in_firm.id)}]
    )
    plans.publish_plan(plan, by=in_firm)
    states = dict(Assignment.objects.filter(task=task).values_list("resource_id", "state"))
    assert states == {person.pk: Assignment.State.WITHDRAWN, other.pk: Assignment.State.ACTIVE}


def test_started_task_stays_where_it_is(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    user = b.user()
    person = b.resource(in_firm, user=user)
    given = plans.publish_plan(computed(in_firm), by=in_firm)[0]
    worker = Actor(in_firm.org_id, ActorKind.USER, user.pk, frozenset({Role.EMPLOYEE}))
    assignments.start_task(given, by=worker)
    b.resource(in_firm, cents=100, rate_name="billig")
    plan = computed(in_firm)
    assert item(plan, task).resource == person
    plans.publish_plan(plan, by=in_firm)
    assert Assignment.objects.get(task=task).state == Assignment.State.ACTIVE


def test_person_chooses_another_permitted_one_with_a_reason(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    b.resource(in_firm)
    other = b.resource(in_firm, cents=9000, rate_name="teuer")
    proposed = item(computed(in_firm), task)
    assert proposed.resource != other
    asked = plans.choose_option(proposed, resource=other, reason=" Kennt die Anlage ", by=in_firm)
    assert asked.state == Plan.State.COMPUTING
    found = item(compute(asked, in_firm), task)
    assert (found.resource, found.chosen_reason, found.chosen_by) == (other, "Kennt die Anlage", in_firm.id)
    freed = plans.take_back_choice(found, by=in_firm)
    assert freed.pins == []


def test_blocked_and_unknown_cannot_be_chosen(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    b.resource(in_firm)
    blocked = b.resource(in_firm, nationality="IN")
    unknown = b.resource(in_firm, country="IN", nationality="IN")
    proposed = item(computed(in_firm), task)
    for somebody in (blocked, unknown):
        with pytest.raises(Refused) as refused:
            plans.choose_option(proposed, resource=somebody, reason="trotzdem", by=in_firm)
        reasons = [
            one["reason"]["de"] for one in proposed.explanation["blockers"] if one["resource"] == str(somebody.pk)
        ]
        assert [refused.value.fault.cause.de] == reasons
    assert Plan.objects.count() == 1


def test_choice_that_became_impossible_is_refused_with_the_reason(project: Project, in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources

    task, before = b.task(project, in_firm), b.task(project, in_firm, skills=("drehen",))
    mine = b.resource(in_firm)
    b.resource(in_firm, skills=("drehen",))
    unskilled, absent, leaving = b.resource(in_firm), b.resource(in_firm), b.resource(in_firm, nationality="IN")
    title = {"kind": "residence_title", "state": "confirmed", "valid_from": date(2026, 1, 1)}
    resources.add_paper(leaving, **title, expires=b.DAY + timedelta(days=60), by=in_firm)
    proposed = item(computed(in_firm), task)
    asked = [one for one in (mine, unskilled, absent, leaving) if one != proposed.resource]
    offered = {one["resource"] for one in proposed.explanation["options"]}
    assert {str(one.pk) for one in asked} <= offered, "all were permitted when the draft was made"
    resources.set_skills(unskilled, skills={b.skill("drehen", in_firm): None}, by=in_firm)
    first = datetime.combine(b.DAY - timedelta(days=1), time(), UTC)
    away = (first, first + timedelta(days=500), True, "lange fort")
    resources.add_absences(absent, spans=[away], by=in_firm)
    tasks.link_tasks(task, predecessor=before, lag_days=60, by=in_firm)
    refusals = {}
    for somebody in (unskilled, absent, leaving):
        with pytest.raises(Refused) as refused:
            plans.choose_option(proposed, resource=somebody, reason="trotzdem", by=in_firm)
        refusals[somebody.name] = refused.value.fault.cause.de
    assert refusals == {
        unskilled.name: "Nachweis fehlt: planung.",
        absent.name: "Kein Platz im Kalender: 8 h nötig, 0 h im Zeitraum vorhanden.",
        leaving.name: "Nach Vorgängern und Vorlauf bleibt im Zeitraum zu wenig Arbeitszeit.",
    }
    assert Plan.objects.count() == 1, "nothing was asked for"


def test_choice_of_somebody_who_left_or_a_task_that_ended_is_refused(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    b.resource(in_firm)
    other = b.resource(in_firm)
    proposed = item(computed(in_firm), task)
    Resource.objects.filter(pk=other.pk).update(active_to=b.DAY)
    with pytest.raises(Refused, match="is not part of the plan"):
        plans.choose_option(proposed, resource=other, reason="trotzdem", by=in_firm)
    Resource.objects.filter(pk=other.pk).update(active_to=None)
    tasks.drop_task(task, reason="entfällt", by=in_firm)
    with pytest.raises(Refused, match="no longer open"):
        plans.choose_option(proposed, resource=other, reason="trotzdem", by=in_firm)


def test_pin_smuggled_in_does_not_open_the_gate(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    blocked = b.resource(in_firm, nationality="IN")
    pin = {"task": str(task.pk), "resource": str(blocked.pk), "reason": "trotzdem", "by": str(in_firm.id)}
    assert item(computed(in_firm, pins=[pin]), task).resource is None


def test_choice_needs_a_reason_and_a_draft(project: Project, in_firm: Actor) -> None:
    task = b.task(project, in_firm)
    b.resource(in_firm)
    other = b.resource(in_firm)
    plan = computed(in_firm)
    proposed = item(plan, task)
    options = {proposed.resource_id, other.pk}
    choice = Resource.objects.get(pk=next(key for key in options if key != proposed.resource_id))
    with pytest.raises(Refused, match="reason"):
        plans.choose_option(proposed, resource=choice, reason=" ", by=in_firm)
    plans.publish_plan(plan, by=in_firm)
    with pytest.raises(Refused, match="not a draft"):
        plans.choose_option(item(plan, task), resource=choice, reason="gut", by=in_firm)
    with pytest.raises(Refused, match="not a draft"):
        plans.discard_plan(plan, by=in_firm)


def test_discarded_draft_is_out_of_sight(project: Project, in_firm: Actor) -> None:
    b.task(project, in_firm)
    b.resource(in_firm)
    plan = computed(in_firm)
    plans.discard_plan(plan, by=in_firm)
    assert list(plans.plans()) == []
