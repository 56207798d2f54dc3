"""Offers of an order, their answers, and what was asked about it."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.org.models import LoginLink
from werkfluss.org.tenancy import TenantModel


class Offer(TenantModel):
    """One version of an order put to the external, who may decline it without any consequence."""

    STATES = [
        ("sent", "sent"),
        ("accepted", "accepted"),
        ("declined", "declined"),
        ("countered", "countered"),
        ("withdrawn", "withdrawn"),
        ("expired", "expired"),
    ]
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="offers")
    revision = models.PositiveSmallIntegerField()
    terms = models.JSONField(help_text="the order as it was offered")
    state = models.CharField(max_length=10, choices=STATES, default="sent")
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    counter = models.JSONField(null=True, blank=True, help_text="what the external proposes instead: price, days")
    link = models.ForeignKey(LoginLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["org", "order", "revision"], name="one_offer_per_revision")]


class OrderMessage(TenantModel):
    """A question about an order, or its answer: in writing, so that both sides can look it up."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    from_external = models.BooleanField()
    written_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["created_at"]
