"""A step of a case that is done as a task of the plan: who has it, until when, and where it is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.org.actor import Actor
from werkfluss.process.choices import choice_words
from werkfluss.process.start_data import Asked, asked_after
from werkfluss.web import law_view
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_tasks import step_of, task_of
from werkfluss.work.models import Assignment, Case, CaseTask, Plan, PlanItem, Task
from werkfluss.workforce.models import Kind

_LIVE = (Assignment.State.OFFERED, Assignment.State.ACTIVE)


@dataclass(frozen=True, slots=True)
class StepTask:
    """``who`` is empty as long as nobody has it; then ``draft`` is the plan that proposes somebody, if one waits."""

    task: Task
    who: str = ""
    until: date | None = None
    url: str = ""
    draft: Plan | None = None


def shown_task(step: CaseTask, actor: Actor) -> StepTask | None:
    """The task of a step as this reader may see it; ``None`` if the step is done as a step."""
    task = task_of(step)
    if task is None:
        return None
    firm = {"firm": step.org.slug}
    live = Assignment.objects.filter(task=task, state__in=_LIVE).select_related("resource").first()
    if live is None:
        draft = None
        if actor.may("plan.read"):
            item = PlanItem.objects.filter(task=task, plan__state=Plan.State.DRAFT).select_related("plan")
            newest = item.order_by("-plan__number").first()
            draft = newest.plan if newest else None
        url = reverse("task", kwargs={**firm, "pk": task.pk}) if actor.may("project.read") else ""
        return StepTask(task, until=task.deadline, url=url, draft=draft)
    own = live.resource.user_id is not None and live.resource.user_id == actor.id
    hidden = not own and live.resource.kind == Kind.EMPLOYEE and law_view.locked("allocation")
    url = ""
    if own and actor.may("own_tasks.work"):
        url = reverse("my_tasks", kwargs=firm) + f"?open={live.pk}"
    elif actor.may("project.read"):
        url = reverse("task", kwargs={**firm, "pk": task.pk})
    who = _("you") if own else law_view.an_employee() if hidden else live.resource.name
    return StepTask(task, who, live.last_day, url)


@dataclass(frozen=True, slots=True)
class Origin:
    """The case that a task comes from, the branches to choose from if it is a decision, and what the case asks for."""

    case: Case
    choices: tuple[tuple[str, str], ...]
    several: bool
    url: str
    asked: tuple[Asked, ...]


def origin_of(task: Task, actor: Actor, *, language: str) -> Origin | None:
    """Where a task comes from; ``None`` if it is no step of a case that waits for it."""
    step = step_of(task)
    if step is None:
        return None
    model = model_of(step.case.definition)
    law_view.unname_cases([step.case], actor)
    return Origin(
        case=step.case,
        choices=tuple((flow, choice_words(model, flow, label).in_language(language)) for flow, label in step.choices),
        several=step.several,
        url=reverse("case", kwargs={"firm": step.org.slug, "pk": step.case_id}) if actor.may("case.read") else "",
        asked=asked_after(model, model.nodes[step.element]),
    )
