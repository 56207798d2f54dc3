"""Orders to move running cases to another version of their process."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.cases import Case, ProcessDefinition


class CaseMove(TenantModel):
    """Some cases that shall move to ``definition``. Who wants it stands in the record.

    ``confirmed`` are the steps that have another id there, as a person has confirmed them: old id to new id. ``broken``
    is a move that its program could not bring to an end; what was moved by then stays so.
    """

    STATES = [("running", "running"), ("done", "done"), ("broken", "broken")]
    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT, related_name="moves")
    confirmed = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=STATES, default="running")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "definition"], condition=models.Q(state="running"), name="one_move_at_a_time"
            )
        ]


class CaseMoveItem(TenantModel):
    """One case of a move, and what became of it; ``why`` it stayed, in both languages."""

    STATES = [("open", "open"), ("moved", "moved"), ("stayed", "stayed")]
    move = models.ForeignKey(CaseMove, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="moves")
    state = models.CharField(max_length=6, choices=STATES, default="open")
    why_de = models.TextField(blank=True)
    why_en = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "move", "case"], name="one_move_item_per_case")]
