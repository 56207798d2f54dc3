"""The optimiser: who does which task, when, at what price, within the law. Pure Python, knows no database.

Four nouns carry everything: ``Problem`` (what is given), ``Candidate`` (one resource for one task), ``Plan`` (the
proposal) and ``Explanation`` (why, and what else is permitted). See README.md in this folder.
"""

from .candidate import Candidate, Condition, Rejection
from .explanation import BindingStep, Explanation, Option
from .plan import Assignment, Costs, DateWindow, OpenTask, Plan
from .problem import Calendar, HeldSkill, Link, Pin, Problem, Published, Requirement, Resource, Task

__all__ = [
    "Assignment",
    "BindingStep",
    "Calendar",
    "Candidate",
    "Condition",
    "Costs",
    "DateWindow",
    "Explanation",
    "HeldSkill",
    "Link",
    "OpenTask",
    "Option",
    "Pin",
    "Plan",
    "Problem",
    "Published",
    "Rejection",
    "Requirement",
    "Resource",
    "Task",
]
