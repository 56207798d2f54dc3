"""What was handed in for an order, and its Abnahme."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Result


class Delivery(TenantModel):
    """What the external handed in for the order, and the Abnahme against the agreed criteria. Files belong to it."""

    STATES = [("delivered", "delivered"), ("accepted", "accepted"), ("sent_back", "sent back")]
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    text = models.TextField(blank=True)
    amount_cents = models.PositiveIntegerField(help_text="net; the fixed price, or what was worked up to the cap")
    parts = models.JSONField(default=dict, help_text="{key: quantity} of the price's parts; empty: all that was left")
    decision = models.JSONField(null=True, blank=True, help_text="what was decided while a second person is awaited")
    delivered_at = models.DateTimeField()
    delivered_by = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="delivered")
    criteria = models.JSONField(default=list, help_text="[{text, met}]")
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-delivered_at"]


class DeliveredResult(TenantModel):
    """The result at a task that a delivery made; its acceptance and that of the delivery are one."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="results")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="+")
