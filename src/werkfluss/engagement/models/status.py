"""The independence file of an order (Statusakte): where it stands, and what the external declares."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.org.tenancy import TenantModel


class StatusFile(TenantModel):
    """What the law said of an agreed order when it was last asked; the evidence itself are dated facts of the order."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="status_file")
    outcome = models.CharField(max_length=25)
    level = models.CharField(max_length=10, blank=True, help_text="green, amber, red or open; of freelancers only")
    score_min = models.SmallIntegerField(null=True, blank=True)
    score_max = models.SmallIntegerField(null=True, blank=True)
    asked_on = models.DateField()
    changed_on = models.DateField(null=True, blank=True, help_text="since when it differs from ``before``")
    before = models.JSONField(default=dict, help_text="outcome, level and interval before the last change")


class Declaration(TenantModel):
    """What the external declares about this order in answer to a plain question: yes or no, never sums or times."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="declarations")
    name = models.CharField(max_length=60, help_text="the fact of the law that the question is about")
    value = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()
    said_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-said_at"]
