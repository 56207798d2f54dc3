"""Clarity of one task before it is delegated: what is missing, asked as a question, with an example of a good answer.

The check works on plain data, so that tasks from plans, spreadsheets and processes are measured by one yardstick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from werkfluss.process.labels import is_verb_object
from werkfluss.process.model import AiUse

from .catalogue import finding
from .findings import ClarityFinding

DATA_CLASSES = ("public", "internal", "confidential", "personal", "special")  # special: Art. 9 GDPR
ACCEPTANCES = ("requester", "four_eyes", "self", "waived")
_WIDE = 5.0  # a range wider than one to five is a guess
_VAGUE = re.compile(
    r"\b(gut|ordentlich|zeitnah|schnellstmöglich|asap|möglichst|angemessen|usw|etc|irgendwie|passend|nice|soon|properly"
    r"|appropriate|adequate|as needed|bei bedarf|nach bedarf)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """``effort_hours`` is (low, high). ``deadline`` is any text for a date or duration, ``predecessors`` any ids."""

    title: str
    skills: tuple[str, ...] = ()
    outcome: str = ""
    criteria: tuple[str, ...] = ()
    effort_hours: tuple[float, float] | None = None
    data_class: str = ""
    deadline: str = ""
    predecessors: tuple[str, ...] = ()
    ai: AiUse = AiUse.UNSAID
    ai_purpose: str = ""
    acceptance: str = ""
    acceptance_reason: str = ""


def _codes(facts: TaskFacts) -> Iterator[str]:
    if not facts.title.strip():
        yield "no_title"
    elif not is_verb_object(facts.title):
        yield "title_not_verb_object"
    if not any(skill.strip() for skill in facts.skills):
        yield "no_skill"
    if not facts.outcome.strip():
        yield "no_outcome"
    if not any(criterion.strip() for criterion in facts.criteria):
        yield "no_criteria"
    elif any(_VAGUE.search(criterion) for criterion in facts.criteria):
        yield "criteria_vague"
    yield from _frame_codes(facts)
    yield from _ai_codes(facts)


def _frame_codes(facts: TaskFacts) -> Iterator[str]:
    if facts.effort_hours is None or facts.effort_hours[1] <= 0:
        yield "no_effort"
    elif facts.effort_hours[1] > _WIDE * facts.effort_hours[0]:
        yield "effort_wide"
    if not facts.data_class.strip():
        yield "no_data_class"
    if not facts.deadline.strip() and not facts.predecessors:
        yield "no_date"


def _ai_codes(facts: TaskFacts) -> Iterator[str]:
    if facts.ai is AiUse.UNSAID:
        yield "ai_unsaid"
        return
    if facts.ai is AiUse.FORBIDDEN:
        return
    if not facts.ai_purpose.strip():
        yield "no_ai_purpose"
    waived = facts.acceptance == "waived" and facts.acceptance_reason.strip()
    if facts.acceptance not in ("requester", "four_eyes") and not waived:
        yield "agent_without_acceptance"


def check_task(facts: TaskFacts) -> tuple[ClarityFinding, ...]:
    """What is unclear about one task, the heaviest first; empty means it can be delegated as it stands."""
    found = [finding(code) for code in _codes(facts)]
    return tuple(sorted(found, key=lambda one: -one.weight))
