"""Why people stay or go: the short anonymous survey, and what the firm changes about itself."""

from __future__ import annotations

from django.db import models

from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Task


class Pulse(TenantModel):
    """A survey of one audience. Apart per audience, so that no result can be found by taking one from another."""

    class Audience(models.TextChoices):
        EXTERNALS = "externals", "externals"
        STAFF = "staff", "staff"

    number = models.PositiveIntegerField()
    audience = models.CharField(max_length=10, choices=Audience.choices)
    first_day = models.DateField()
    last_day = models.DateField()
    invited = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_pulse_per_number"),
            models.UniqueConstraint(
                fields=["org", "audience"], condition=models.Q(closed_at=None), name="one_open_pulse_per_audience"
            ),
        ]


class PulseTicket(TenantModel):
    """The right to answer once. It goes with the answer, so nothing says who took part."""

    pulse = models.ForeignKey(Pulse, on_delete=models.CASCADE, related_name="tickets")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "pulse", "user"], name="one_ticket_per_person")]


class PulseCount(TenantModel):
    """How often a question was answered with a value. There is no row of one person's answers, and never was."""

    pulse = models.ForeignKey(Pulse, on_delete=models.CASCADE, related_name="counts")
    question = models.CharField(max_length=20)
    value = models.PositiveSmallIntegerField(help_text="1 not at all to 5 very much; 0 no answer")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "pulse", "question", "value"], name="one_count_per_answer")
        ]


class Measure(TenantModel):
    """What the firm does about a sign of its own conduct or a reason to leave: a task, and a later look at it."""

    sign = models.CharField(max_length=40, help_text="code of the sign, or pulse:<audience>:<question>")
    title = models.CharField(max_length=200)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    before = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    before_cases = models.PositiveIntegerField(default=0)
    set_on = models.DateField()
    look_on = models.DateField()
    after = models.DecimalField(max_digits=10, decimal_places=1, null=True, blank=True)
    after_cases = models.PositiveIntegerField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.UUIDField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-set_on", "-created_at"]
