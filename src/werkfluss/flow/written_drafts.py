"""A draft of tasks by the language model: asked for by a person, written in the worker, logged and paid as every run.

Nothing comes of it by itself: the text is kept with the run, and a person opens, checks and confirms it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING
from uuid import UUID

from django.db import models

from werkfluss.agents import language_model
from werkfluss.agents.contract import OVER_BUDGET, Brief, Outcome
from werkfluss.agents.domain import model_data, runs
from werkfluss.agents.draft_writer import DraftWriter, prompt_of
from werkfluss.agents.models import Run
from werkfluss.flow.steps import agent_of
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.ids import new_id
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.tenancy import acting
from werkfluss.work.domain.decomposition import Vocabulary
from werkfluss.work.domain.written_drafts import read_written
from werkfluss.workforce.models import AgentFile, Kind, Skill

SKILL = "task_breakdown"
_LONGEST = 300


def writer() -> AgentFile | None:
    """The agent that may write drafts today: it has a file for that, is not stopped, and a model is configured."""
    if language_model.configured() is None:
        return None
    rows = AgentFile.objects.filter(skill_folder=SKILL, stopped_at=None, expires__gt=clock.today())
    return rows.filter(resource__kind=Kind.AGENT).select_related("resource").order_by("resource__number").first()


def ask_for_draft(goal: str, *, language: str, by: Actor) -> Run:
    """Have a draft written; the worker does it.

    Raises:
        Refused: nobody can write one, the budget is used up, or the sentence holds what the model must not be told.
    """
    file = writer()
    if file is None or not goal.strip():
        raise Refused(
            Text("Es ist kein KI-Agent für Entwürfe eingerichtet.", "No AI agent for drafts is set up."),
            citation="KI-Akte",
            what_to_do=Text("Bitte wählen Sie einen Vorschlag.", "Please choose a proposal."),
        )
    model = language_model.configured()
    assert model is not None  # as the writer is there
    model_data.require_allowed(goal, file, model, on=clock.today())
    brief = Brief(key=f"draft-{language[:2]}-{new_id()}", skill=SKILL, task=by.org_id, title=goal[:200], text=goal)
    return runs.start_run(file, brief=brief, by=by)


def is_draft(subject: models.Model) -> bool:
    """Whether an object is the run of a draft that still has to be written."""
    return isinstance(subject, Run) and subject.skill == SKILL and subject.state == "running"


def write_draft(org_id: UUID, run_id: UUID) -> bool:
    """Ask the model and keep what it wrote; ``False`` if there was nothing left to do. No transaction is open
    meanwhile.

    What the question may cost is noted before it is sent: if the worker dies, what it has spent stays spent.
    """
    with acting(org_id, Actor.system(org_id)):
        run = Run.objects.get(pk=run_id)
        if run.state != "running":
            return False
        file = AgentFile.objects.get(resource_id=run.resource_id)
        spent = run.cost_cents
        budget = min(runs.budget_left(file, on=clock.today(), besides=run.key), file.budget_cents_run - spent)
        brief, words = _brief(run), Vocabulary.load()
        refused = _refused(run, file)
        if refused is None:
            run.edit(cost_cents=spent + min(budget, _most_cents(brief)))
    if refused is not None:
        outcome = Outcome(refused, handed_back=refused)
    else:
        writer = DraftWriter(check=lambda text: read_written(text, skills=words))
        outcome = writer.perform(brief, budget_cents=max(0, budget))
    if outcome.cost_cents > budget:
        outcome = Outcome(OVER_BUDGET, handed_back=OVER_BUDGET, cost_cents=outcome.cost_cents)
    outcome = replace(outcome, cost_cents=spent + outcome.cost_cents)
    with acting(org_id, Actor.system(org_id)):
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state != "running":
            return False
        runs.finish_run(run, outcome=outcome, by=agent_of(AgentFile.objects.get(resource_id=run.resource_id)))
        text = next((item["fields"]["text"] for item in outcome.items), "")
        run.edit(outcome={**(run.outcome or {}), "draft": text})
    return True


def _refused(run: Run, file: AgentFile) -> Text | None:
    """Looked at again right before it is sent: what the firm allows may have changed since it was asked for."""
    model = language_model.configured()
    if model is None:
        return None  # the writer says so
    try:
        model_data.require_allowed(str((run.brief or {}).get("text", "")), file, model, on=clock.today())
    except Refused as error:
        return error.reason
    return None


def _most_cents(brief: Brief) -> int:
    model = language_model.configured()
    return int(model.most_cents(prompt_of(brief)).to_integral_value(ROUND_CEILING)) if model else 0


def fail_draft(org_id: UUID, run_id: UUID) -> None:
    """The model did not answer again and again: whoever waits is told."""
    reason = Text("Das Sprachmodell hat nicht geantwortet.", "The language model did not answer.")
    with acting(org_id, Actor.system(org_id)):
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state == "running":
            by = agent_of(AgentFile.objects.get(resource_id=run.resource_id))
            runs.fail_run(run, reason=reason, by=by)


def draft_text(run: Run) -> str:
    """What the model wrote; empty if it wrote nothing."""
    return str((run.outcome or {}).get("draft", ""))


def _brief(run: Run) -> Brief:
    """The brief again as it was asked for; the skills are named as the firm names them."""
    told = run.brief or {}
    language = run.key.split("-")[1]
    column = "name_en" if language == "en" else "name_de"
    names = list(Skill.objects.order_by(column).values_list(column, flat=True)[:_LONGEST])
    data = {"language": language, "skills": names}
    return Brief(run.key, SKILL, UUID(told["task"]), told["title"], text=told["text"], data=data)
