"""What comes from outside a case, or from another one; and what makes processes begin by themselves."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.cases import Case, ProcessDefinition


class CaseMessage(TenantModel):
    """A message for one case, or a signal for all that wait for it; written with what sends it, delivered afterwards.

    ``key`` makes one that is sent twice count once. A signal is told to the cases in the order of their numbers;
    ``cursor`` is the last one that has heard it.
    """

    class State(models.TextChoices):
        NEW = "new", "new"
        DELIVERED = "delivered", "delivered"
        KEPT = "kept", "kept"
        DISCARDED = "discarded", "discarded"

    KINDS = [("message", "message"), ("signal", "signal")]
    kind = models.CharField(max_length=8, choices=KINDS)
    name = models.CharField(max_length=120)
    correlation = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    why = models.JSONField(default=dict, help_text="why nobody has got it, German and English")
    sender = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    receiver = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    cursor = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_message_per_key")]
        indexes = [models.Index(fields=["org", "state", "name"], name="message_by_state")]


class ProcessStart(TenantModel):
    """A start event by which the version in use begins by itself: a message, a signal, or a time (``due``)."""

    definition = models.ForeignKey(ProcessDefinition, on_delete=models.CASCADE, related_name="starts")
    element = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=120, blank=True)
    expression = models.CharField(max_length=200, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    remaining = models.PositiveIntegerField(default=1, help_text="0: without end")
    anchor = models.DateTimeField(null=True, blank=True, help_text="a repeating time counts its turns from here")
    turn = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "definition", "element", "kind", "name"], name="one_start_per_event")
        ]
        indexes = [models.Index(fields=["org", "kind", "name"], name="start_by_name")]
