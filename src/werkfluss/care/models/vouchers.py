"""Codes bought of a provider for support nobody in the firm may know about.

Nothing here points to a person, and nothing that happens when a code is taken is dated. A code that is taken is gone:
the row is deleted, so that no row says which codes are whose. What the provider invoices comes as a sum.
"""

from __future__ import annotations

from django.db import models

from werkfluss.care.models.catalogue import CareOffer
from werkfluss.org.tenancy import TenantModel


class VoucherLot(TenantModel):
    """A list of codes as bought. ``taken`` is counted without a date and shown in full tens only."""

    number = models.PositiveIntegerField()
    offer = models.ForeignKey(CareOffer, on_delete=models.PROTECT, related_name="lots")
    bought_on = models.DateField()
    expires_on = models.DateField()
    bought = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    portal = models.CharField(max_length=300, help_text="where the code is used")
    invoice_reference = models.CharField(max_length=80, blank=True)
    invoice_codes = models.PositiveIntegerField(null=True, blank=True)
    invoice_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_voucher_lot_per_number")]


class VoucherCode(TenantModel):
    """One code that nobody has taken yet. All rows of a lot are made in one moment; a taken one is deleted."""

    lot = models.ForeignKey(VoucherLot, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "lot", "code"], name="one_row_per_voucher_code")]
