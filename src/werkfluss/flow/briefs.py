"""From a task to the brief of an agent: only here do ``work`` and ``agents`` meet on the way in."""

from __future__ import annotations

from typing import Any

from werkfluss.agents.contract import Brief, InputFile
from werkfluss.evidence.domain.documents import content_of, documents_of
from werkfluss.work.domain import bookings
from werkfluss.work.models import Assignment


def run_key(assignment: Assignment) -> str:
    """Names the run that is due: it counts the results so far, so what is sent back is a new run."""
    return f"assignment-{assignment.pk}-{assignment.results.count() + 1}"


def brief_for(assignment: Assignment, *, skill: str) -> Brief:
    """The task as an agent is told it."""
    task = assignment.task
    # The oldest first: whoever came first is not the duplicate.
    documents = documents_of(task).select_related("blob").order_by("created_at", "pk")
    return Brief(
        key=run_key(assignment),
        skill=skill,
        task=task.pk,
        title=task.title,
        text=task.brief,
        criteria=tuple(criterion.text for criterion in task.criteria.all()),
        files=tuple(InputFile(d.pk, d.filename, content_of(d)) for d in documents),
        data=_data(assignment, skill),
    )


def _data(assignment: Assignment, skill: str) -> dict[str, Any]:
    """What the firm knows that the skill needs; a skill that needs nothing gets nothing."""
    if skill == "invoice_booking":
        return bookings.what_is_known(besides=assignment.task)
    return {}
