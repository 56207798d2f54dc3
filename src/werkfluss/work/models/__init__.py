"""Tables of the work, one module per theme."""

from werkfluss.work.models.cases import Case, CaseIncident, CaseTask, CaseUndo, ProcessDefinition, Token, Wait
from werkfluss.work.models.decisions import Decision
from werkfluss.work.models.drafts import ProcessDraft
from werkfluss.work.models.messages import CaseMessage, ProcessStart
from werkfluss.work.models.moves import CaseMove, CaseMoveItem
from werkfluss.work.models.plans import Assignment, Plan, PlanItem, PlanItemCheck
from werkfluss.work.models.rechecks import Recheck
from werkfluss.work.models.results import Acceptance, Result, ResultItem
from werkfluss.work.models.steps import (
    AgentRelease,
    MailWish,
    StepComment,
    StepNotice,
    StepQuestion,
    StepVote,
    Substitution,
)
from werkfluss.work.models.tasks import Criterion, Project, Task, TaskLink, TaskSeparation, TaskSkill, TaskTemplate

__all__ = [
    "Acceptance",
    "AgentRelease",
    "Assignment",
    "Case",
    "CaseIncident",
    "CaseMessage",
    "CaseMove",
    "CaseMoveItem",
    "CaseTask",
    "CaseUndo",
    "Criterion",
    "Decision",
    "MailWish",
    "Plan",
    "PlanItem",
    "PlanItemCheck",
    "ProcessDefinition",
    "ProcessDraft",
    "ProcessStart",
    "Project",
    "Recheck",
    "Result",
    "ResultItem",
    "StepComment",
    "StepNotice",
    "StepQuestion",
    "StepVote",
    "Substitution",
    "Task",
    "TaskLink",
    "TaskSeparation",
    "TaskSkill",
    "TaskTemplate",
    "Token",
    "Wait",
]
