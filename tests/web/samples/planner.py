"""Plans of each firm: one task with somebody who may do it, solved by the real optimiser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.web.world import World, listed, sample
from werkfluss.kernel import clock
from werkfluss.work.domain import planning, plans, tasks
from werkfluss.work.models import Plan, PlanItem, Project, Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind


def _project(world: World) -> Project:
    project = Project.objects.first()
    if project is None:
        project = tasks.create_project(
            name=world.unique("Projekt"),
            start=clock.today(),
            deadline=clock.today() + timedelta(days=90),
            by=world.director,
        )
    return project


def clear_task(world: World, **more: Any) -> Task:
    """A task that the clarity check lets through."""
    resources.add_skill(key="drehen", name_de="Drehen", name_en="Turning", by=world.director)
    task = tasks.create_task(
        _project(world),
        title=world.unique("Welle drehen"),
        outcome=f"{world.mark} Welle",
        effort_minutes=240,
        data_class="internal",
        deadline=clock.today() + timedelta(days=30),
        by=world.director,
        **more,
    )
    tasks.fill_task(task, skills={"drehen": None}, criteria=[f"{world.mark} Maß stimmt"])
    return task


def turner(world: World) -> Any:
    """Somebody German with the skill, in Kassel."""
    skill = resources.add_skill(key="drehen", name_de="Drehen", name_en="Turning", by=world.director)
    rate = resources.set_rate(name="Dreher", cents_per_hour=6000, by=world.director)
    person = resources.add_resource(
        kind=Kind.EMPLOYEE,
        name=world.unique("Dreher"),
        rate=rate,
        nationality="DE",
        subdivision="HE",
        by=world.director,
    )
    resources.set_skills(person, skills={skill: None}, by=world.director)
    return person


def computed_plan(world: World, day: date | None = None) -> Plan:
    """A draft from the real optimiser."""
    plan = plans.request_plan(as_of=day or clock.today(), name=world.unique("Plan"), by=world.director)
    work = planning.load_work(plan, by=world.director)
    solution, reasons = plans.compute(work, seed=1, on_progress=lambda share, text: None, work_limit=0.2)
    plans.store_draft(plan, work=work, solution=solution, explanations=reasons, by=world.director)
    return plan


@sample("plan", "plan_table", "plan_progress", "publish_plan", "discard_plan")
def a_plan(world: World) -> dict[str, object]:
    turner(world)
    clear_task(world)
    return {"pk": computed_plan(world).pk}


@sample("compare_plans")
def two_plans(world: World) -> dict[str, object]:
    plan = a_plan(world)["pk"]
    return {"pk": plan, "?": f"with={plan}"}


@sample("plan_item", "choose_option", "take_back_choice")
def an_item(world: World) -> dict[str, object]:
    item = PlanItem.objects.select_related("plan").first()
    if item is None:
        a_plan(world)
        item = PlanItem.objects.select_related("plan").get()
    return {"pk": item.plan_id, "item": item.pk}


@listed("plan_table", queries=13)
def one_more_item(world: World) -> None:
    PlanItem.objects.create(plan_id=world.kwargs["plan_table"]["pk"], task=clear_task(world))
