"""Joint ventures: an order whose external also has a share in a result."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.order import Order
from werkfluss.engagement.models.payment import Claim
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class Venture(TenantModel):
    """One venture per order. What is agreed stays until the other side accepts a proposal that replaces it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        AGREED = "agreed", "agreed"
        ENDED = "ended", "ended"
        DECLINED = "declined", "declined"

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="venture")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    terms = models.JSONField(default=dict, help_text="what is agreed: engagement/venture.py; empty before")
    proposal = models.JSONField(null=True, blank=True, help_text="what waits for the external's answer")
    revision = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    notice_by = models.CharField(max_length=10, blank=True, help_text="client or contractor")
    ends_on = models.DateField(null=True, blank=True, help_text="last day, after a notice")
    tax = models.CharField(max_length=8, blank=True, help_text="what the share is for tax: engagement/venture.py TAX")
    tax_source = models.CharField(max_length=300, blank=True)
    tax_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]


class VentureItem(TenantModel):
    """A contribution or a milestone of the agreed terms: done by one side, confirmed by the other."""

    venture = models.ForeignKey(Venture, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, blank=True, help_text="who contributes; empty: a milestone")
    kind = models.CharField(max_length=10, help_text="money, work, things, rights or goal")
    what = models.CharField(max_length=300)
    cents = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    done_side = models.CharField(max_length=10, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["position"]


class VentureStatement(TenantModel):
    """Income, costs and share of a period, made by the firm, checked by the external."""

    STATES = [("sent", "sent"), ("agreed", "agreed"), ("objected", "objected"), ("replaced", "replaced")]
    venture = models.ForeignKey(Venture, on_delete=models.PROTECT, related_name="statements")
    number = models.CharField(max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    lines = models.JSONField(default=list, help_text="[{kind: income|cost, what, cents, source}]")
    before_cents = models.IntegerField(default=0, help_text="loss carried in")
    share_cents = models.PositiveIntegerField()
    carried_cents = models.IntegerField(default=0, help_text="loss carried forward")
    steps = models.JSONField(default=list, help_text="how the share was reckoned, in words")
    state = models.CharField(max_length=8, choices=STATES, default="sent")
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(blank=True)
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    translation = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    claim = models.OneToOneField(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="statement")

    class Meta:
        ordering = ["-first_day", "-sent_at"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_statement_per_number")]
