"""Plans: proposals until a named person publishes one; then assignments."""

from __future__ import annotations

from django.db import models

from werkfluss.compliance.models import Check
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.tasks import Task
from werkfluss.workforce.models import Resource


class Plan(TenantModel):
    """Who does what and when, over all open projects."""

    class State(models.TextChoices):
        COMPUTING = "computing", "computing"
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        SUPERSEDED = "superseded", "superseded"
        DISCARDED = "discarded", "discarded"
        FAILED = "failed", "failed"

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.COMPUTING)
    as_of = models.DateField()
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    progress = models.PositiveSmallIntegerField(default=0)
    progress_text_de = models.CharField(max_length=200, blank=True)
    progress_text_en = models.CharField(max_length=200, blank=True)
    seed = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=12, blank=True, help_text="of the solver: optimal, feasible, …")
    objective_cents = models.BigIntegerField(null=True)
    bound_cents = models.BigIntegerField(null=True)
    labour_cents = models.BigIntegerField(null=True)
    problem_digest = models.CharField(max_length=64, blank=True)
    solver = models.CharField(max_length=80, blank=True)
    adds = models.BooleanField(default=False, help_text="places new steps of cases beside what is published, no more")
    pins = models.JSONField(default=list, help_text="human choices: [{task, resource, reason, by}]")
    created_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_plan_per_number"),
            models.UniqueConstraint(
                fields=["org"], condition=models.Q(state="published"), name="one_published_plan_per_firm"
            ),
        ]


class PlanItem(TenantModel):
    """What a plan says of one task. Externals have a date window, never a time slot."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="plan_items")
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    window_first = models.DateField(null=True)
    window_last = models.DateField(null=True)
    cost_cents = models.BigIntegerField(default=0)
    late_minutes = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=24, blank=True)
    added = models.BooleanField(default=False, help_text="placed by a plan that only adds; the others are as published")
    explanation = models.JSONField(default=dict, help_text="options with effect, blockers, binding chain")
    chosen_reason = models.CharField(max_length=300, blank=True)
    chosen_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "plan", "task"], name="one_item_per_plan_and_task")]


class PlanItemCheck(TenantModel):
    """A verdict on which the chosen assignment of an item rests."""

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="checks")
    check_ref = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="+")


class Assignment(TenantModel):
    """A task given to a resource by a published plan or a named person."""

    class State(models.TextChoices):
        OFFERED = "offered", "offered"
        ACTIVE = "active", "active"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        DONE = "done", "done"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="assignments")
    item = models.ForeignKey(PlanItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    first_day = models.DateField()
    last_day = models.DateField()
    assigned_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "resource", "state"], name="assignment_by_resource")]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "task"], condition=models.Q(state__in=["offered", "active"]), name="one_live_assignment"
            )
        ]
