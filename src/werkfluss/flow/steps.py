"""What happens by itself, step by step. Each step may run twice (a dead worker's job is taken over) and counts once:
it looks first whether it is still to do, works outside any transaction, and keeps the result in a single one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.agents.contract import OVER_BUDGET, AgentRunner, Brief, Outcome
from werkfluss.agents.domain import runs
from werkfluss.agents.models import Run
from werkfluss.agents.runner import ScriptedRunner
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.models import Document
from werkfluss.flow.briefs import brief_for, run_key
from werkfluss.kernel import clock
from werkfluss.kernel.errors import WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import acting, current_org_id
from werkfluss.work.domain import agent_release, assignments, planning, plans
from werkfluss.work.domain.recheck import recheck_assignments
from werkfluss.work.models import Assignment, Plan, Task
from werkfluss.workforce.models import AgentFile, Kind

_PROGRESS_EVERY_S = 0.4
Progress = Callable[[float, Text], None]


def compute_plan(org_id: UUID, plan_id: UUID, *, on_progress: Progress | None = None) -> bool:
    """Compute a requested plan and keep it as a draft; ``False`` if there was nothing left to do.

    No transaction is open while the optimiser works.
    """
    system = Actor.system(org_id)
    with acting(org_id, system):
        plan = Plan.objects.get(pk=plan_id)
        if plan.state != Plan.State.COMPUTING:
            return False
        work = planning.load_work(plan, by=system)
    tell = _Progress(org_id, plan_id, on_progress)
    solution, reasons = plans.compute(work, seed=plan.seed, on_progress=tell)
    with acting(org_id, system):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        if plan.state != Plan.State.COMPUTING:
            return False
        plans.store_draft(plan, work=work, solution=solution, explanations=reasons, by=system)
    if plan.adds:
        _release(org_id, plan_id)
    return True


def _release(org_id: UUID, plan_id: UUID) -> None:
    """A draft for agents alone, where a named person has decided that they need not be asked each time."""
    with acting(org_id, Actor.system(org_id)):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        agent_release.publish_if_released(plan, actor_of=lambda user: _actor_of(org_id, user))


def _actor_of(org_id: UUID, user_id: UUID) -> Actor:
    """A person with the roles of today; call it inside ``acting``."""
    return firms.user_actor(org_id, User.objects.get(pk=user_id))


def propose_steps(org_id: UUID) -> bool:
    """Ask for a draft with the new steps of cases, if the published plan does not know one of them."""
    with acting(org_id, Actor.system(org_id)) as system:
        return plans.propose_new_steps(as_of=clock.today(), by=system) is not None


def recheck(org_id: UUID) -> tuple[int, int]:
    """Ask the law again of all work the firm has given out; how many answers were found and settled."""
    with acting(org_id, Actor.system(org_id)) as system:
        return recheck_assignments(today=clock.today(), by=system)


class _Progress:
    """Writes progress for the waiting person, each time in a short transaction of its own, not too often."""

    def __init__(self, org_id: UUID, plan_id: UUID, listener: Progress | None) -> None:
        self._org_id, self._plan_id, self._listener = org_id, plan_id, listener
        self._last = 0.0

    def __call__(self, share: float, text: Text) -> None:
        if time.monotonic() - self._last < _PROGRESS_EVERY_S:
            return
        self._last = time.monotonic()
        with acting(self._org_id, Actor.system(self._org_id)):
            plans.show_progress(self._plan_id, share=share, text=text)
        if self._listener is not None:
            self._listener(share, text)


def fail_plan(org_id: UUID, plan_id: UUID) -> None:
    """Say that the computation broke off, so nobody waits for it."""
    system = Actor.system(org_id)
    reason = Text(
        "Die Berechnung ist abgebrochen. Bitte lassen Sie neu planen.",
        "The computation broke off. Please plan again.",
    )
    with acting(org_id, system):
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        if plan.state == Plan.State.COMPUTING:
            plans.fail_plan(plan, reason=reason, by=system)


def waiting_for_agents() -> QuerySet[Assignment, UUID]:
    """Keys of assignments that an agent with a program could work on now; call it inside ``acting``."""
    return (
        Assignment.objects.filter(
            state=Assignment.State.ACTIVE,
            resource__kind=Kind.AGENT,
            resource__agent_file__stopped_at=None,
            task__state__in=[Task.State.ASSIGNED, Task.State.STARTED],
        )
        .exclude(resource__agent_file__skill_folder="")
        .order_by("task__number")
        .values_list("pk", flat=True)
    )


def agent_of(file: AgentFile) -> Actor:
    """The agent as an actor: it borrows the rights of the person who answers for it."""
    return Actor(current_org_id(), ActorKind.AGENT, file.resource_id, frozenset({Role.AGENT}), file.responsible_id)


def run_agent(org_id: UUID, assignment_id: UUID, *, runner: AgentRunner | None = None) -> Run | None:
    """Let an agent do one assignment, and deliver what comes of it; ``None`` if there was nothing to do.

    Delivered or handed back in the same transaction that ends the run: never twice, never half.
    """
    begun = _begin(org_id, assignment_id)
    if begun is None:
        return None
    run, brief, budget_cents = begun
    try:
        outcome = (runner or ScriptedRunner()).perform(brief, budget_cents=budget_cents)
    except KeyError:
        outcome = _no_outcome(
            Text(
                f"Es gibt kein Programm für „{brief.skill}“. Bitte die KI-Akte prüfen.",
                f"There is no program for “{brief.skill}”. Please check the agent's file.",
            )
        )
    if outcome.cost_cents > budget_cents:
        outcome = _no_outcome(OVER_BUDGET, cost_cents=outcome.cost_cents)
    return _end(org_id, assignment_id, run.pk, outcome)


def fail_run(org_id: UUID, assignment_id: UUID) -> None:
    """The program broke off again and again: the run failed, and the task goes back to the people."""
    reason = Text(
        "Der Agent ist mehrmals abgebrochen. Bitte die Dateien der Aufgabe prüfen.",
        "The agent broke off several times. Please check the files of the task.",
    )
    with acting(org_id, Actor.system(org_id)):
        assignment = _assignment(assignment_id, lock=True)
        if assignment is None:
            return
        by = agent_of(assignment.resource.agent_file)
        key = run_key(assignment)
        for run in Run.objects.select_for_update().filter(key=key, state="running"):
            runs.fail_run(run, reason=reason, by=by)
        assignments.hand_back(assignment, reason=reason.de, by=by)


def _no_outcome(reason: Text, *, cost_cents: int = 0) -> Outcome:
    return Outcome(summary=reason, handed_back=reason, cost_cents=cost_cents)


def _assignment(assignment_id: UUID, *, lock: bool) -> Assignment | None:
    """The assignment if an agent still has to work on it."""
    rows = Assignment.objects.select_related("task__project", "resource__agent_file")
    if lock:
        rows = rows.select_for_update(of=("self",))
    assignment = rows.get(pk=assignment_id)
    open_states = {Task.State.ASSIGNED, Task.State.STARTED}
    if assignment.state != Assignment.State.ACTIVE or assignment.task.state not in open_states:
        return None
    return assignment if Kind(assignment.resource.kind) is Kind.AGENT else None


def _begin(org_id: UUID, assignment_id: UUID) -> tuple[Run, Brief, int] | None:
    with acting(org_id, Actor.system(org_id)):
        assignment = _assignment(assignment_id, lock=True)
        if assignment is None:
            return None
        file = assignment.resource.agent_file
        by = agent_of(file)
        brief = brief_for(assignment, skill=file.skill_folder)
        today = clock.today()
        try:
            run = runs.start_run(file, brief=brief, by=by)
        except WerkflussError as error:
            assignments.hand_back(assignment, reason=error.fault.cause.de, by=by)
            return None
        if run.state != "running":
            return None
        if assignment.task.state == Task.State.ASSIGNED:
            assignments.start_task(assignment, by=by)
        return run, brief, runs.budget_left(file, on=today, besides=run.key)


def _end(org_id: UUID, assignment_id: UUID, run_id: UUID, outcome: Outcome) -> Run | None:
    with acting(org_id, Actor.system(org_id)):
        assignment = _assignment(assignment_id, lock=True)
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state != "running":
            return None
        by = agent_of(AgentFile.objects.get(resource_id=run.resource_id))
        if assignment is None:
            # The task was withdrawn while the agent worked on it.
            runs.finish_run(run, outcome=_withdrawn(outcome), by=by)
            return run
        runs.finish_run(run, outcome=outcome, by=by)
        if outcome.handed_back is not None:
            assignments.hand_back(assignment, reason=outcome.handed_back.de, by=by)
            return run
        assignments.deliver_result(
            assignment,
            text=outcome.summary.de,
            documents=list(_kept(outcome, by)),
            items=[_columns(item) for item in outcome.items],
            agent_run=run.pk,
            by=by,
        )
        return run


def _withdrawn(outcome: Outcome) -> Outcome:
    reason = Text(
        "Die Aufgabe wurde zurückgenommen, während der Agent daran arbeitete.",
        "The task was withdrawn while the agent worked on it.",
    )
    return Outcome(reason, handed_back=reason, steps=outcome.steps, cost_cents=outcome.cost_cents)


def _kept(outcome: Outcome, by: Actor) -> Iterable[Document]:
    for made in outcome.documents:
        yield keep_file(made.content, filename=made.name, title=made.title, by=by)


def _columns(item: Mapping[str, object]) -> dict[str, object]:
    columns = dict(item)
    source = columns.pop("source", None)
    return {**columns, "source_id": UUID(str(source)) if source else None}
