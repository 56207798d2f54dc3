"""Decisions in a case that an external makes with a delivery: the question and its branches, on the own order page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from werkfluss.engagement.models import Order
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.branches import branch_field, picked_of
from werkfluss.web.process_view import language
from werkfluss.web.step_task_view import Origin, origin_of
from werkfluss.work.models import Assignment, Task


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """A task of the order that is a decision; ``question`` is how the step is called."""

    task: Task
    question: str
    origin: Origin


def decisions_of(order: Order, actor: Actor) -> list[OrderDecision]:
    """The decisions that are still to be made with this order."""
    rows = order.tasks.filter(assignment__state=Assignment.State.ACTIVE).select_related("assignment__task")
    tasks = [row.assignment.task for row in rows if row.assignment is not None]
    found = ((task, origin_of(task, actor, language=language())) for task in tasks)
    return [OrderDecision(task, task.title, origin) for task, origin in found if origin is not None and origin.choices]


class DecisionsForm(Form):
    """One question per decision."""

    def __init__(self, decisions: Sequence[OrderDecision], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._decisions = decisions
        for number, one in enumerate(decisions):
            self.fields[f"branch-{number}"] = branch_field(one.origin, one.question)

    def picked(self) -> dict[UUID, list[str]]:
        """The branches that the external proposes, by task."""
        return {
            one.task.pk: picked_of({"choice": self.cleaned_data[f"branch-{number}"]})
            for number, one in enumerate(self._decisions)
        }
