"""How processes and cases are shown: the drawing, the steps with their forms, the history in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry, Organisation, User
from werkfluss.org.roles import LABELS, Role
from werkfluss.process import svg
from werkfluss.process.choices import choice_words
from werkfluss.process.model import Definitions, FlowNode
from werkfluss.web.happenings import kind_word
from werkfluss.web.step_task_view import StepTask, shown_task
from werkfluss.work.domain import cases, services
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.domain.step_rules import rules_of
from werkfluss.work.models import Case, CaseTask

_MOST = 60
NOBODY = UUID(int=0)


def language() -> str:
    return (get_language() or "de")[:2]


def drawing(model: Definitions, *, active: Collection[str] = (), done: Collection[str] = ()) -> SafeString | None:
    """The first diagram of a file, where it has one. The XML library has escaped every text in it."""
    if not model.diagrams or not model.diagrams[0].shapes:
        return None
    return mark_safe(svg.draw(model, language=language(), active=active, done=done))  # noqa: S308


def name_of(model: Definitions, element: str) -> str:
    node = model.nodes.get(element)
    return (node.name_in(language()) if node else "") or element


def subject_url(case: Case, org: Organisation, actor: Actor) -> str:
    """The page of what a case is about, if the actor may open one."""
    pages = {"engagement.order": ("order", "order.read"), "care.expatcase": ("care_case", "care.read")}
    name, permission = pages.get(case.subject_type, ("", ""))
    if not name or not actor.may(permission):
        return ""
    return reverse(name, kwargs={"firm": org.slug, "pk": case.subject_id})


@dataclass(frozen=True, slots=True)
class ShownStep:
    """An open step as it is drawn: its words in the page's language, and what may be done with it here.

    ``tools``: the activities that may be begun, where the step is a toolbox.

    ``apart``: it is done on its own page, because several decide or somebody has claimed it. ``task``: it is done as
    this task of the plan.
    """

    step: CaseTask
    name: str
    outcome: str
    criteria: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    tools: tuple[tuple[str, str], ...]
    who: str
    mine: bool
    led: bool
    repeatable: bool
    apart: bool
    task: StepTask | None


def shown_step(step: CaseTask, actor: Actor) -> ShownStep:
    """Needs ``case.definition`` and ``resource`` selected."""
    model = model_of(step.case.definition)
    node: FlowNode = model.nodes[step.element]
    spoken = language()
    facts = node.facts
    task = shown_task(step, actor)
    choices = tuple((flow, choice_words(model, flow, label).in_language(spoken)) for flow, label in step.choices)
    return ShownStep(
        step=step,
        name=name_of(model, step.element),
        outcome=facts.outcome.in_language(spoken) if facts.outcome else "",
        criteria=tuple(words.in_language(spoken) for words in facts.criteria),
        choices=() if step.kind == "toolbox" else choices,
        tools=choices if step.kind == "toolbox" else (),
        who=task.who if task else who_of(step),
        mine=cases.may_do(step, actor),
        led=services.is_led(step.case.definition.key, step.element),
        repeatable=step.kind in ("rule", "call") or services.service_named(facts.operation) is not None,
        apart=task is None and (rules_of(step).by_vote or step.claimed_by_id not in (None, actor.id)),
        task=task,
    )


def who_of(step: CaseTask) -> str:
    if step.resource is not None:
        return step.resource.name
    return LABELS[Role(step.role)].in_language(language()) if step.role else ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a history, as ``components/timeline.html`` draws it."""

    at: datetime
    who: str
    what: str
    note: str


def history(case: Case) -> list[Happened]:
    """What happened in a case, newest first; two queries."""
    rows = Entry.objects.filter(object_type="work.case", object_id=case.pk).select_related("payload")
    entries = list(rows.order_by("-seq")[:_MOST])
    names = dict(User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name"))
    model = model_of(case.definition)
    return [_happened(entry, model, names.get(entry.actor_id or NOBODY) or _("Werkfluss itself")) for entry in entries]


def _happened(entry: Entry, model: Definitions, who: str) -> Happened:
    data = entry.payload.data if isinstance(entry.payload.data, dict) else {}
    what = kind_word(entry.kind)
    element = data.get("step") or data.get("timer")
    if element:
        what = f"{what}: {name_of(model, element)}"
    picked = str(data.get("choice") or "")
    notes = [choice_words(model, picked).in_language(language()) if picked else "", str(data.get("reason") or "")]
    return Happened(entry.at, who, what, " – ".join(note for note in notes if note))
