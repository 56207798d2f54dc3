"""Clarity on rows: each gap is found, keeps the task from being delegated, and goes away when it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain import breakdown, clarity, tasks
from werkfluss.work.models import Task

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries


def codes(task: Task) -> set[str]:
    return {one.code for one in clarity.findings([task])[task.pk]}


def test_clear_task_has_nothing_missing(in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm)
    assert codes(task) == set()
    assert clarity.clarity_score(clarity.findings([task])[task.pk]) == 100
    assert clarity.delegable([task])[task.pk] is None


@pytest.mark.parametrize(
    ("without", "code"),
    [
        ({"outcome": ""}, "no_outcome"),
        ({"effort_minutes": None}, "no_effort"),
        ({"data_class": ""}, "no_data_class"),
        ({"deadline": None}, "no_date"),
        ({"skills": ()}, "no_skill"),
        ({"ai_allowed": True}, "no_ai_purpose"),
    ],
)
def test_missing_answer_keeps_the_task_from_being_given_out(without: dict[str, Any], code: str, in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm, **without)
    assert codes(task) == {code}
    said = clarity.delegable([task])[task.pk]
    assert isinstance(said, Text)
    assert said.de.startswith("Noch unklar:")


def test_missing_criteria_are_found(in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm)
    tasks.fill_task(task, criteria=[])
    assert codes(task) == {"no_criteria"}


def test_vague_criterion_is_a_hint_only(in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm)
    tasks.fill_task(task, criteria=["zeitnah erledigt"])
    assert codes(task) == {"criteria_vague"}
    assert clarity.delegable([task])[task.pk] is None


def test_predecessor_stands_for_a_deadline(in_firm: Actor) -> None:
    project = b.project(in_firm)
    first, second = b.task(project, in_firm), b.task(project, in_firm, deadline=None)
    assert codes(second) == {"no_date"}
    tasks.link_tasks(second, predecessor=first, by=in_firm)
    assert codes(second) == set()


def test_ai_with_its_purpose_is_clear_because_a_person_accepts(in_firm: Actor) -> None:
    assert codes(b.task(b.project(in_firm), in_firm, ai_allowed=True, ai_purpose="Belege vorsortieren")) == set()


@pytest.mark.parametrize("nobody_does_it", [{"is_summary": True}, {"effort_minutes": 0}])
def test_groups_and_milestones_lack_nothing(nobody_does_it: dict[str, Any], in_firm: Actor) -> None:
    task = b.task(b.project(in_firm), in_firm, outcome="", data_class="", **nobody_does_it)
    assert codes(task) == set()


def test_all_tasks_are_checked_with_three_queries(
    in_firm: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    project = b.project(in_firm)
    for _ in range(3):
        b.task(project, in_firm)
    found = list(tasks.tasks_of(project))
    with django_assert_num_queries(3):
        assert all(not one for one in clarity.findings(found).values())


def test_a_tree_is_measured_as_its_tasks_will_be(in_firm: Actor) -> None:
    """What is shown beside a template is what the check says once the tasks are there."""
    project = b.project(in_firm)
    first = b.task(project, in_firm, outcome="")
    tasks.link_tasks(b.task(project, in_firm, deadline=None, ai_allowed=True), predecessor=first, by=in_firm)
    b.task(project, in_firm, title="Gruppe", is_summary=True)
    tree = breakdown.project_tree(project)
    before = [{one.code for one in found} for found in clarity.findings_of_tree(tree)]
    copy = breakdown.copy_project(project, name="Kopie", start=b.START, by=in_firm)
    rows = [task for task, _ in tasks.in_order(tasks.tasks_of(copy))]
    assert [codes(task) for task in rows] == before == [{"no_outcome"}, {"no_ai_purpose"}, set()]
