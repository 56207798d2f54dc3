"""Publishing asks again: the works council's agreement for named employees, and the law as it is now. All or nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from tests.work.test_plans import computed, item, short  # noqa: F401 - the fixture short holds here too
from werkfluss.agents.domain import works_council
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import FirmProfile
from werkfluss.work.domain import plans
from werkfluss.work.models import Assignment, Plan, Task
from werkfluss.workforce.domain import resources

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries


def with_council() -> FirmProfile:
    profile = FirmProfile.objects.get()
    profile.edit(has_works_council=True)
    return profile


def agree(profile: FirmProfile, by: Actor, *covers: str) -> None:
    works_council.record_agreement(
        profile,
        on=date(2026, 1, 1),
        kind="consent",
        covers=covers or works_council.person_related(),
        document=("zustimmung.pdf", b"%PDF"),
        by=by,
    )


def nothing_published(plan: Plan, task: Task) -> bool:
    state = Plan.objects.get(pk=plan.pk).state
    return (state, Task.objects.get(pk=task.pk).state, Assignment.objects.exists()) == ("draft", "open", False)


@pytest.fixture
def draft(in_firm: Actor) -> tuple[Plan, Task]:
    """A draft that gives one task to an employee."""
    task = b.task(b.project(in_firm), in_firm)
    b.resource(in_firm, name="Anna Berger")
    return computed(in_firm), task


def test_plan_that_names_employees_waits_for_the_works_council(draft: tuple[Plan, Task], in_firm: Actor) -> None:
    plan, task = draft
    profile = with_council()
    with pytest.raises(Refused, match="works council") as caught:
        plans.publish_plan(plan, by=in_firm)
    assert caught.value.citation == "§ 87 Abs. 1 Nr. 6, Abs. 2 BetrVG"
    assert "Geschäftsführung" in caught.value.what_to_do.de
    assert nothing_published(plan, task)
    agree(profile, in_firm, "qualifications")
    with pytest.raises(Refused):
        plans.publish_plan(plan, by=in_firm)
    agree(profile, in_firm)
    assert len(plans.publish_plan(plan, by=in_firm)) == 1


def test_plan_for_externals_alone_needs_no_agreement(in_firm: Actor) -> None:
    b.task(b.project(in_firm), in_firm, kinds_allowed=["freelancer"])
    b.tell(b.resource(in_firm, "freelancer"), b.FREE, in_firm)
    plan = computed(in_firm)
    with_council()
    assert len(plans.publish_plan(plan, by=in_firm)) == 1


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"payroll": "not_settled"}, "nicht geregelt"),
        ({"export_control": "listed_without_licence"}, "ohne Genehmigung"),
    ],
)
def test_fact_that_changed_after_the_draft_stops_it(facts: dict[str, Any], said: str, in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm, export_controlled=True)
    person = b.resource(in_firm, name="Ravi Rao", country="IN", nationality="IN")
    b.tell(person, b.THIRD_COUNTRY, in_firm)
    plan = computed(in_firm)
    assert item(plan, task).resource == person
    b.tell(person, facts, in_firm)
    with pytest.raises(Refused) as caught:
        plans.publish_plan(plan, by=in_firm)
    told = str(caught.value.reason.de)
    assert task.title in told
    assert "Ravi Rao" in told
    assert said in told
    assert nothing_published(plan, task)


def test_paper_that_was_withdrawn_stops_it(in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm)
    person = b.resource(in_firm, nationality="IN")
    paper = resources.add_paper(
        person,
        kind="residence_title",
        state="confirmed",
        valid_from=date(2026, 1, 1),
        expires=date(2030, 1, 1),
        by=in_firm,
    )
    plan = computed(in_firm)
    paper.edit(state="replaced")
    with pytest.raises(Refused, match="No longer permitted"):
        plans.publish_plan(plan, by=in_firm)
    assert nothing_published(plan, task)


def test_one_forbidden_assignment_stops_all(draft: tuple[Plan, Task], in_firm: Actor) -> None:
    """The one that is still permitted is not given out either, and the plan that stood stays published."""
    plan, _task = draft
    first = plans.publish_plan(plan, by=in_firm)[0]
    other = b.task(b.project(in_firm), in_firm, kinds_allowed=["freelancer"])
    freelancer = b.resource(in_firm, "freelancer")
    b.tell(freelancer, b.FREE, in_firm)
    second = computed(in_firm)
    b.tell(freelancer, {"client_sets_hours": True, "client_instructs_how": True, "embedded_in_team": True}, in_firm)
    with pytest.raises(Refused) as caught:
        plans.publish_plan(second, by=in_firm)
    assert other.title in caught.value.reason.de
    assert first.task.title not in caught.value.reason.de
    assert Plan.objects.get(pk=plan.pk).state == "published"
    assert [one.pk for one in Assignment.objects.all()] == [first.pk]


def test_asking_again_needs_no_query_per_assignment(
    in_firm: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from werkfluss.work.domain import publishing

    project = b.project(in_firm)
    for _ in range(4):
        b.task(project, in_firm)
        b.resource(in_firm)
    plan = computed(in_firm)
    items = list(plan.items.select_related("task__project", "resource__agent_file"))
    with django_assert_max_num_queries(5):
        publishing.require_agreement(items)
        publishing.require_permitted_now(plan, items)
