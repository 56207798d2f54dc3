"""Steps of cases as tasks of the plan: where nobody was fixed, the plan proposes who does it, as with any task.

A step is given to the plan if the start of the case put nobody behind its lane and the drawing says which skills it
needs and how long it takes. Steps that several roles approve, or whose doer must not have done another step, stay
steps. As long as the task lives the work is done there and nowhere else; when the step ends otherwise, the task is
withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.process.model import Activity, AiUse, Definitions
from werkfluss.process.state import Command, CreateWorkItem, Reopen
from werkfluss.process.tasktree import PlannedStep
from werkfluss.work.domain import services, tasks
from werkfluss.work.domain.decomposition import Vocabulary, node_of
from werkfluss.work.models import Assignment, Case, CaseTask, Project, Task
from werkfluss.workforce.models import EXTERNALS, Kind, Resource

PROJECT = "Vorgänge"
_FLAG = "delegates"  # in the engine's counters: the case has steps that are tasks, so look after them
_OVER = (Task.State.ACCEPTED, Task.State.DROPPED)
_WITHDRAWN = "Der Schritt des Vorgangs ist beendet oder zurückgenommen."


def task_of(step: CaseTask) -> Task | None:
    """The task as which a step is done; ``None`` if it is done as a step."""
    return step.task if step.task is not None and step.task.state not in _OVER else None


def step_of(task: Task) -> CaseTask | None:
    """The step that is done as this task and waits for it."""
    rows = CaseTask.objects.filter(task=task, state="open", case__state="running")
    return rows.select_related("case__definition").first()


def is_for_plan(step: CaseTask, node: Activity) -> bool:
    """Whether the plan may propose who does this step."""
    facts = node.facts
    return (
        step.kind in ("work", "decision")
        and not step.role
        and step.resource_id is None
        and bool(facts.skills)
        and facts.effort is not None
        and not (facts.approvals or facts.approves)
    )


def follow(case: Case, model: Definitions, ordered: Sequence[Command], *, by: Actor) -> None:
    """Bring the plan's tasks into line with the steps, after what the engine has ordered was carried out."""
    keys = [one.wait for one in ordered if isinstance(one, CreateWorkItem | Reopen)]
    nodes = {one.element: model.nodes[one.element] for one in ordered if isinstance(one, CreateWorkItem | Reopen)}
    if any(isinstance(node, Activity) and node.facts.skills and node.facts.effort for node in nodes.values()):
        found = CaseTask.objects.filter(case=case, key__in=keys, state="open").select_related("task")
        _delegate(case, model, [one for one in found if task_of(one) is None], by=by)
    if case.engine.get(_FLAG):
        for task in Task.objects.filter(steps__case=case).exclude(steps__state="open").exclude(state__in=_OVER):
            _withdraw(task, by=by)


def _delegate(case: Case, model: Definitions, steps: Iterable[CaseTask], *, by: Actor) -> None:
    found: list[tuple[CaseTask, PlannedStep]] = []
    for step in steps:
        node = model.nodes[step.element]
        led = services.is_led(case.definition.key, step.element)
        if isinstance(node, Activity) and not led and is_for_plan(step, node):
            found.append((step, PlannedStep(node, model.performer(node))))
    if not found:
        return
    meant = Vocabulary.load().meanings(planned for _, planned in found)
    project = _project(case, by=by)
    for step, planned in found:
        _make_task(step, node_of(planned, "de", meant), planned.node.facts.ai, project, by=by)
    if not case.engine.get(_FLAG):
        case.edit(engine={**case.engine, _FLAG: True})


def _make_task(step: CaseTask, told: Mapping[str, Any], ai: AiUse, project: Project, *, by: Actor) -> Task:
    unknown = [wish for wish, key in told["wishes"].items() if not key]
    brief = "\n".join([*([told["brief"]] if told["brief"] else []), *(f"Gefragt ist auch: {one}." for one in unknown)])
    folder = _agent_folder(told["skills"]) if told["ai_allowed"] else ""
    task = tasks.new_task(
        project,
        title=told["title"],
        brief=brief,
        outcome=told["outcome"],
        effort_minutes=told["effort_minutes"],
        deadline=step.due.astimezone(clock.FIRM_ZONE).date() if step.due else None,
        data_class=told["data_class"],
        kinds_allowed=[Kind.AGENT.value] if ai is AiUse.REQUIRED and folder else told["kinds_allowed"],
        skill_folder=folder,
        ai_allowed=told["ai_allowed"],
        ai_purpose=told["ai_purpose"],
        four_eyes=told["four_eyes"],
    )
    tasks.fill_task(task, skills=dict.fromkeys(told["skills"]), criteria=told["criteria"])
    step.edit(task=task)
    record(Event("work.task.created", task, {"project": project.pk, "title": task.title, "step": step.pk}), by=by)
    said = {"case": step.case_id, "step": step.element, "task": task.pk}
    record(Event("work.step.delegated", step, said), by=by)
    return task


def _agent_folder(skills: Collection[str]) -> str:
    """The program of the firm's agents that have all these skills, if it is one: then the plan may propose them."""
    agents = (
        Resource.objects.filter(kind=Kind.AGENT, agent_file__stopped_at=None) if skills else Resource.objects.none()
    )
    for key in skills:
        agents = agents.filter(skills__skill__key=key)
    found = set(agents.exclude(agent_file__skill_folder="").values_list("agent_file__skill_folder", flat=True))
    return found.pop() if len(found) == 1 else ""


def _project(case: Case, *, by: Actor) -> Project:
    """The project that the case is about, else the one that holds the steps of all cases."""
    if case.subject_type == Project._meta.label_lower:
        own = Project.objects.filter(pk=case.subject_id, state="open").first()
        if own is not None:
            return own
    held = Project.objects.filter(of_cases=True, state="open")
    found = held.first()
    if found is None:
        # The counter is locked until the commit, so of two cases at once only one founds the project.
        number = next_number("project")
        found = held.first()
        if found is None:
            found = Project.objects.create(number=number, name=PROJECT, start=clock.today(), of_cases=True)
            record(Event("work.project.created", found, {"name": PROJECT, "start": found.start}), by=by)
    return found


def _withdraw(task: Task, *, by: Actor) -> None:
    """The step needs it no more. What an external has accepted, or somebody has delivered, stays: it is owed."""
    live = [Assignment.State.OFFERED, Assignment.State.ACTIVE]
    given = list(Assignment.objects.filter(task=task, state__in=live).select_related("resource"))
    agreed = any(one.state == Assignment.State.ACTIVE and one.resource.kind in EXTERNALS for one in given)
    if task.state == Task.State.DELIVERED or agreed:
        return
    for assignment in given:
        assignment.edit(state=Assignment.State.WITHDRAWN)
        record(Event("work.assignment.withdrawn", assignment, {"task": task.pk}), by=by)
    task.edit(state=Task.State.DROPPED)
    record(Event("work.task.dropped", task, {"reason": _WITHDRAWN}), by=by)


def require_branch(step: CaseTask, picked: Sequence[str]) -> None:
    """Raises Refused unless these are branches that the step offers, as many as it takes; a decision needs one."""
    offered = [flow for flow, _ in step.choices]
    fits = set(picked) <= set(offered) and (step.several or len(picked) <= 1)
    if fits and (picked or step.kind != "decision"):
        return
    raise Refused(
        Text("Diese Aufgabe ist eine Entscheidung im Vorgang.", "This task is a decision in a case."),
        citation=step.name,
        what_to_do=Text(
            "Bitte wählen Sie unter „Freigaben“ am Ergebnis, wie es weitergeht.",
            "Please choose at the result, under “Approvals”, how it goes on.",
        ),
    )


def set_free(step: CaseTask, *, reason: str, by: Actor) -> None:
    """Take a step out of the plan, because a person gives it to somebody.

    Raises:
        Refused: somebody works on the task already.
    """
    task = task_of(step)
    if task is not None:
        tasks.drop_task(task, reason=reason, by=by)


def move_deadline(step: CaseTask, *, by: Actor) -> None:
    """The due time of a step was moved: the task's deadline follows, as long as nobody has begun."""
    task = task_of(step)
    if task is not None and task.state in tasks.EDITABLE_STATES:
        day = step.due.astimezone(clock.FIRM_ZONE).date() if step.due else None
        tasks.edit_task(task, expected_version=task.version, deadline=day, by=by)
