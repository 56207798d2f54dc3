"""Processes and their runs. All state is rows: it survives everything and can be asked for."""

from __future__ import annotations

from django.db import models

from werkfluss.org.roles import Role
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class ProcessDefinition(TenantModel):
    """A version of a BPMN file; cases stay on the version they started with."""

    key = models.SlugField(max_length=60)
    revision = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    bpmn = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key", "revision"], name="one_definition_per_revision")]


class Case(TenantModel):
    """A run of a process (Vorgang) about one subject."""

    STATES = [("running", "running"), ("completed", "completed"), ("cancelled", "cancelled"), ("failed", "failed")]
    number = models.PositiveIntegerField()
    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    variables = models.JSONField(default=dict)
    engine = models.JSONField(default=dict, help_text="counters of the engine that are neither token nor wait")
    state = models.CharField(max_length=10, choices=STATES, default="running")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_case_per_number")]
        indexes = [models.Index(fields=["org", "subject_type", "subject_id"], name="case_by_subject")]


class Token(TenantModel):
    """Where a case stands."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tokens")
    key = models.CharField(max_length=80, help_text="the engine's own id of the token")
    element = models.CharField(max_length=120)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "key"], name="one_token_per_key")]


class Wait(TenantModel):
    """What a case waits for: a person (who has a step beside it), a service, a message, a time (with ``due``)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="waits")
    key = models.CharField(max_length=80)
    element = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    due = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "key"], name="one_wait_per_key")]
        indexes = [models.Index(fields=["org", "due"], name="wait_by_due")]


class CaseTask(TenantModel):
    """A step of a case that a person does; a decision step has labelled branches to choose from."""

    STATES = [("open", "open"), ("done", "done"), ("cancelled", "cancelled")]
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=80)
    element = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role], blank=True)
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=list, help_text="[[flow id, label], …] for a decision")
    choice = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    due = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "key"], name="one_step_per_key")]
        indexes = [models.Index(fields=["org", "state", "role"], name="step_by_role")]
