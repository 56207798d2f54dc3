"""The Abnahme: what was accepted, with which reservations, and the clock that runs when nobody answers."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.delivery import Delivery
from werkfluss.engagement.models.order import Order
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class Acceptance(TenantModel):
    """One protocol. What it accepts is released to be paid; a service has no Abnahme, its hours are released."""

    KINDS = [
        ("full", "accepted"),
        ("partial", "accepted in part"),
        ("defects", "accepted with reserved defects, s.640(3) BGB"),
        ("refused", "refused, with the reason"),
        ("deemed", "deemed accepted, s.640(2) BGB"),
        ("release", "hours or days released, no Abnahme"),
    ]
    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="acceptances")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="acceptances")
    kind = models.CharField(max_length=10, choices=KINDS)
    parts = models.JSONField(default=list, help_text="[{key, title, quantity, unit, cents}]: what is accepted, net")
    defects = models.JSONField(default=list, help_text="[{text}]: what is reserved or, when refused, missing")
    mend_by = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    net_cents = models.PositiveIntegerField(help_text="released by it")
    final = models.BooleanField(help_text="nothing of the order is left after it")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    translation = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_protocol_per_number")]


class AcceptancePeriod(TenantModel):
    """The contractor asks for the Abnahme by a day, s.640(2) BGB: if no defect is named by then, it is deemed given."""

    STATES = [("open", "open"), ("answered", "answered"), ("deemed", "deemed accepted")]
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="period")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
