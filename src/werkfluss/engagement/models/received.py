"""An invoice that the external wrote, where no self-billing was agreed or it was objected to."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.acceptance import Acceptance
from werkfluss.engagement.models.order import Order
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class ReceivedInvoice(TenantModel):
    """One e-invoice as it came in, with what differs from the order; it becomes a claim once a person takes it."""

    STATES = [("checked", "checked"), ("taken", "taken over"), ("refused", "sent back")]
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="received_invoices")
    acceptance = models.ForeignKey(Acceptance, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    seller_key = models.CharField(max_length=200, help_text="what tells the seller from others across files")
    issued_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    source = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    differences = models.JSONField(default=list, help_text="[{code, weight, de, en, next_de, next_en}]")
    state = models.CharField(max_length=8, choices=STATES, default="checked")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.UUIDField(null=True)
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
