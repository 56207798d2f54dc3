"""“Unclarity cannot be scaled.” A *gap* keeps a task from being delegated, a *hint* does not.

``check_task`` judges one task by plain facts; ``werkfluss.process.clarity_process`` judges a whole drawing.
"""

from .catalogue import codes, explain
from .findings import ClarityFinding, Rule, Severity, is_delegable, score
from .tasks import ACCEPTANCES, DATA_CLASSES, TaskFacts, check_task

__all__ = [
    "ACCEPTANCES",
    "DATA_CLASSES",
    "ClarityFinding",
    "Rule",
    "Severity",
    "TaskFacts",
    "check_task",
    "codes",
    "explain",
    "is_delegable",
    "score",
]
