"""Processes and their runs. All state is rows: it survives everything and can be asked for."""

from __future__ import annotations

from django.db import models

from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.tasks import Task
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
    """A run of a process (Vorgang) about one subject.

    A case that a step of another case called has that one as ``parent``, and the key of its wait there; ``root`` is the
    outermost one. Whoever changes a case holds the lock on its root.
    """

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
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    parent_key = models.CharField(max_length=80, blank=True)
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_case_per_number"),
            models.UniqueConstraint(
                fields=["org", "parent", "parent_key"], condition=models.Q(state="running"), name="one_case_per_call"
            ),
        ]
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
    """What a case waits for: a person (who has a step beside it), a service, a message, a time (with ``due``).

    A program that broke down has ``due`` too: then it is tried again. ``correlation`` says which message of the name is
    meant.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="waits")
    key = models.CharField(max_length=80)
    element = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    due = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)
    correlation = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "key"], name="one_wait_per_key")]
        indexes = [
            models.Index(fields=["org", "due"], name="wait_by_due"),
            models.Index(fields=["org", "kind", "name"], name="wait_by_name"),
        ]


class CaseTask(TenantModel):
    """A step of a case that a person does; a decision step has labelled branches to choose from.

    ``kind`` is what the case waits for: ``work`` and ``decision`` are people's; ``toolbox`` is an ad-hoc sub-process,
    its ``choices`` are activities; ``condition`` and ``timer`` are events that a person must say have come;
    ``service``, ``rule`` and ``call`` are automatic steps that a person has to do, because there was no other way.
    """

    STATES = [("open", "open"), ("done", "done"), ("cancelled", "cancelled")]
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, default="work")
    element = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role], blank=True)
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=list, help_text="[[flow id, label], …] for a decision")
    several = models.BooleanField(default=False, help_text="more than one of the choices may be picked")
    choice = models.CharField(max_length=120, blank=True)
    picked = models.JSONField(default=list, help_text="all that were picked, where several may be")
    variables = models.JSONField(default=dict, help_text="of this turn of a repeated step: whom or what it is about")
    reason = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    due = models.DateTimeField(null=True, blank=True)
    follow_up = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    done_for = models.UUIDField(null=True, blank=True, help_text="the user whom the doer stood in for")
    claimed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voters = models.JSONField(default=list, help_text="roles that have a vote, if several approve")
    task = models.ForeignKey(
        Task,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="steps",
        help_text="the task of the plan as which the step is done",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "key"], name="one_step_per_key")]
        indexes = [models.Index(fields=["org", "state", "role"], name="step_by_role")]


class CaseIncident(TenantModel):
    """Something that a person has to look at: a program that broke down, a condition that cannot be worked out."""

    STATES = [("open", "open"), ("settled", "settled")]
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incidents")
    element = models.CharField(max_length=120)
    code = models.CharField(max_length=40)
    cause = models.TextField()
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=STATES, default="open")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "state", "at"], name="incident_by_state")]


class CaseUndo(TenantModel):
    """One event of a case, kept as long as a step may be taken back: the state before, and what was ordered then.

    ``key`` is empty where the event was no step of a person.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="undos")
    number = models.PositiveIntegerField(help_text="counts the events of the case")
    key = models.CharField(max_length=80, blank=True)
    before = models.JSONField(default=dict)
    commands = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "case", "number"], name="one_undo_per_event")]
