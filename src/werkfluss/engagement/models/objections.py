"""Objections to a self-billed invoice."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.invoice import SelfBilledInvoice
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class Objection(TenantModel):
    """The external objects to a Gutschrift: that document loses its effect as an invoice, s.14(2) s.6 UStG.

    ``number``, ``xml`` and ``pdf`` are the document objected to, which stays on record when another takes its place.
    """

    ANSWERS = [("", "open"), ("corrected", "corrected"), ("invoice_asked", "invoice asked for")]
    invoice = models.ForeignKey(SelfBilledInvoice, on_delete=models.PROTECT, related_name="objections")
    number = models.CharField(max_length=30)
    xml = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    objected_at = models.DateTimeField()
    objected_by = models.UUIDField(null=True)
    answer = models.CharField(max_length=15, choices=ANSWERS, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-objected_at"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_objection_per_document")]
