"""Runs of agents: what they were asked, what they did step by step, what it cost."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class Run(TenantModel):
    """One run of one agent for one brief. ``key`` makes a repeated start find the same run."""

    STATES = [
        ("queued", "queued"),
        ("running", "running"),
        ("done", "done"),
        ("handed_back", "handed back"),
        ("failed", "failed"),
        ("stopped", "stopped"),
    ]
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="runs")
    key = models.CharField(max_length=120)
    skill = models.SlugField(max_length=60)
    state = models.CharField(max_length=12, choices=STATES, default="queued")
    brief = models.JSONField(null=True)
    outcome = models.JSONField(null=True)
    steps = models.JSONField(default=list)
    label_de = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    cost_cents = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_run_per_key")]
