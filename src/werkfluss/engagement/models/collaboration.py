"""Working together with a partner team: clocks of what was agreed, and cards that hand work over."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Task

SIDES = [("firm", "client"), ("partner", "partner")]


class ServiceClock(TenantModel):
    """Time that one side of an order has for one thing; of organisations only, never of a person."""

    class State(models.TextChoices):
        RUNNING = "running", "running"
        PAUSED = "paused", "paused while the other side has to act"
        MET = "met", "in time"
        MISSED = "missed", "not in time"
        STOPPED = "stopped", "no longer counts"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="service_clocks")
    kind = models.CharField(max_length=10, help_text="response, delivery or rework")
    severity = models.CharField(max_length=4, blank=True)
    side = models.CharField(max_length=7, choices=SIDES, help_text="who has to act")
    about = models.CharField(max_length=40, help_text="key of the question, the milestone or the delivery")
    title = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    left_minutes = models.PositiveIntegerField(null=True, blank=True, help_text="of the agreed time, while paused")
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True, help_text="the agreed time was over")
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)

    class Meta:
        ordering = ["due_at"]


class HandOver(TenantModel):
    """A card with which one side hands work to the other: it names sides and roles, never a person."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="hand_overs")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="of the order")
    side = models.CharField(max_length=7, choices=SIDES, help_text="who hands over")
    standing = models.TextField(help_text="where it stands")
    done = models.TextField(blank=True)
    questions = models.TextField(blank=True)
    next_step = models.TextField()
    role = models.CharField(max_length=100, blank=True, help_text="which role of the other side takes over")
    written_at = models.DateTimeField()
    written_by = models.UUIDField(null=True)
    answer_by = models.DateTimeField(help_text="by when the other side takes over or asks")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "order", "number"], name="one_card_per_number")]
