"""Tables of the work, one module per theme."""

from werkfluss.work.models.cases import Case, CaseTask, ProcessDefinition, Token, Wait
from werkfluss.work.models.drafts import ProcessDraft
from werkfluss.work.models.plans import Assignment, Plan, PlanItem, PlanItemCheck
from werkfluss.work.models.rechecks import Recheck
from werkfluss.work.models.results import Acceptance, Result, ResultItem
from werkfluss.work.models.tasks import Criterion, Project, Task, TaskLink, TaskSeparation, TaskSkill, TaskTemplate

__all__ = [
    "Acceptance",
    "Assignment",
    "Case",
    "CaseTask",
    "Criterion",
    "Plan",
    "PlanItem",
    "PlanItemCheck",
    "ProcessDefinition",
    "ProcessDraft",
    "Project",
    "Recheck",
    "Result",
    "ResultItem",
    "Task",
    "TaskLink",
    "TaskSeparation",
    "TaskSkill",
    "TaskTemplate",
    "Token",
    "Wait",
]
