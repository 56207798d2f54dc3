"""Results and their acceptance against the agreed criteria."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.plans import Assignment
from werkfluss.work.models.tasks import Task


class Result(TenantModel):
    """What was delivered for a task."""

    STATES = [("delivered", "delivered"), ("accepted", "accepted"), ("sent_back", "sent back")]
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="results")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="results")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="delivered")
    delivered_at = models.DateTimeField()
    delivered_by = models.UUIDField(null=True)
    picked = models.JSONField(default=list, help_text="of a decision in a case: the branches that the doer proposes")
    agent_run = models.UUIDField(null=True, help_text="the run that made it, if an agent did")

    class Meta:
        ordering = ["-delivered_at"]


class ResultItem(TenantModel):
    """One line of a result that a human decides by itself: source beside the fields, traffic light, reasons."""

    LIGHTS = [("sicher", "sicher"), ("unsicher", "unsicher"), ("unvollständig", "unvollständig")]
    STATES = [("proposed", "proposed"), ("approved", "approved"), ("rejected", "rejected")]
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20, default="booking")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    light = models.CharField(max_length=14, choices=LIGHTS)
    reasons = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    proposed = models.JSONField(default=dict, help_text="the fields as first proposed, kept when a human edits them")
    source = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    exported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]


class Acceptance(TenantModel):
    """One person's decision on a result, criterion by criterion."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="acceptances")
    accepted = models.BooleanField()
    criteria = models.JSONField(default=list, help_text="[{text, met}]")
    note = models.TextField(blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField()
