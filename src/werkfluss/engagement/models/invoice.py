"""The self-billed invoice that follows acceptance."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.acceptance import Acceptance
from werkfluss.engagement.models.order import Order
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Result


class SelfBilledInvoice(TenantModel):
    """Gutschrift, s.14(2) s.5 UStG, type code 389: one per accepted part, nothing typed again."""

    number = models.CharField(max_length=30)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    acceptance = models.OneToOneField(Acceptance, null=True, on_delete=models.PROTECT, related_name="invoice")
    result = models.ForeignKey(Result, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    due_on = models.DateField()
    net_cents = models.PositiveIntegerField()
    tax_cents = models.PositiveIntegerField()
    tax_category = models.CharField(max_length=2)
    xml = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_invoice_per_number")]
