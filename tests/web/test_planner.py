"""The planner's pages: what they show, what they do, and how many queries that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.samples.ai import agree
from tests.web.samples.planner import clear_task, computed_plan, turner
from werkfluss.org.roles import Role
from werkfluss.work.models import Plan, PlanItem, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.world import World
    from werkfluss.org.models import User


@pytest.fixture
def boss(world: World, browser: Callable[[User | None], Client]) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def draft(world: World) -> Plan:
    with world.open():
        agree(world)
        turner(world)
        turner(world)
        clear_task(world)
        return computed_plan(world)


def url(world: World, plan: Plan, rest: str = "") -> str:
    return f"/o/{world.org.slug}/plan/{plan.pk}/{rest}"


def item_of(world: World, plan: Plan) -> PlanItem:
    """The task of this test: the samples of other areas are in the plan too."""
    with world.open():
        return PlanItem.objects.filter(plan=plan, task__title__contains="Welle drehen").latest("task__number")


def test_draft_shows_bars_and_says_it_is_not_published(boss: Client, world: World, draft: Plan) -> None:
    page = boss.get(url(world, draft)).content.decode()
    assert "g-bar-draft" in page
    assert "Entwurf" in page
    assert "Plan veröffentlichen" in page


def test_table_holds_the_same_tasks_as_the_chart(boss: Client, world: World, draft: Plan) -> None:
    with world.open():
        title = PlanItem.objects.filter(plan=draft).select_related("task").latest("task__number").task.title
    assert title in boss.get(url(world, draft)).content.decode()
    assert title in boss.get(url(world, draft, "table/")).content.decode()


def test_publishing_gives_the_task_out(boss: Client, world: World, draft: Plan) -> None:
    answer = boss.post(url(world, draft, "publish/"))
    assert answer.status_code == 302
    with world.open():
        assert Plan.objects.get(pk=draft.pk).state == "published"
        item = PlanItem.objects.filter(plan=draft, task__title__contains="Welle drehen").latest("task__number")
        assert Task.objects.get(pk=item.task_id).state == "assigned"


def test_publishing_twice_is_refused_and_says_what_to_do(boss: Client, world: World, draft: Plan) -> None:
    boss.post(url(world, draft, "publish/"))
    answer = boss.post(url(world, draft, "publish/"))
    assert answer.status_code == 422
    assert "kein Entwurf" in answer.content.decode()


def test_card_offers_the_other_permitted_person_with_a_reason(boss: Client, world: World, draft: Plan) -> None:
    item = item_of(world, draft)
    page = boss.get(url(world, draft, f"items/{item.pk}/")).content.decode()
    assert "für den Plan kein Unterschied" in page
    assert page.count("60,00") >= 2


def test_choice_without_a_reason_is_refused(boss: Client, world: World, draft: Plan) -> None:
    item = item_of(world, draft)
    other = next(o["resource"] for o in item.explanation["options"] if not o["chosen"])
    answer = boss.post(url(world, draft, f"items/{item.pk}/choose/"), {"resource": other, "reason": " "})
    assert answer.status_code == 422
    assert "Begründung" in answer.content.decode()


def test_choice_with_a_reason_asks_for_a_new_draft(boss: Client, world: World, draft: Plan) -> None:
    item = item_of(world, draft)
    other = next(o["resource"] for o in item.explanation["options"] if not o["chosen"])
    boss.post(url(world, draft, f"items/{item.pk}/choose/"), {"resource": other, "reason": "kennt die Maschine"})
    with world.open():
        new = Plan.objects.latest("number")
        assert new.number == draft.number + 1
        assert new.pins[0]["resource"] == other
        assert new.pins[0]["reason"] == "kennt die Maschine"


def test_choosing_somebody_who_is_not_permitted_is_refused(boss: Client, world: World, draft: Plan) -> None:
    item = item_of(world, draft)
    with world.open():
        stranger = turner(world)
        stranger.skills.all().delete()
    answer = boss.post(url(world, draft, f"items/{item.pk}/choose/"), {"resource": stranger.pk, "reason": "bitte"})
    assert answer.status_code == 422
    assert "Nachweis fehlt" in answer.content.decode()


def test_comparison_lists_no_difference_of_a_plan_with_its_copy(boss: Client, world: World, draft: Plan) -> None:
    with world.open():
        other = computed_plan(world)
    page = boss.get(url(world, draft, f"compare/?with={other.pk}")).content.decode()
    assert "0 Aufgaben weichen ab" in page


@pytest.mark.parametrize("count", [1, 3])
def test_chart_takes_the_same_queries_for_one_and_three_tasks(
    boss: Client, world: World, count: int, django_assert_num_queries: Any
) -> None:
    with world.open():
        for _ in range(count):
            turner(world)
            clear_task(world)
        plan = computed_plan(world)
    boss.get(url(world, plan))
    with django_assert_num_queries(QUERIES):
        boss.get(url(world, plan))


QUERIES = 18
