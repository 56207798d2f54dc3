"""What somebody may decide alone, what was signed under it, conflicts of interest, and the log of decisions."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.models.fractional import Mandate
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource

_ANSWERS = [("yes", "yes"), ("no", "no"), ("unsure", "not sure")]


class AuthorityLimit(TenantModel):
    """Up to which amount a person decides alone in one kind of matter, each time and within a month."""

    KINDS = [("order", "orders"), ("booking", "bookings"), ("payment", "payments"), ("hire", "hires")]
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="authority_limits")
    kind = models.CharField(max_length=8, choices=KINDS)
    amount_cents = models.PositiveBigIntegerField()
    month_cents = models.PositiveBigIntegerField(null=True, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200)
    granted_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["resource__sort_key", "kind", "-first_day"]


class AuthorityUse(TenantModel):
    """One signature under a limit, or the first of two above it."""

    STATES = [
        ("alone", "signed alone"),
        ("first", "first signature, the second is missing"),
        ("both", "signed by two"),
        ("undone", "taken back"),
    ]
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    limit = models.ForeignKey(AuthorityLimit, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8, choices=AuthorityLimit.KINDS)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)
    cents = models.BigIntegerField()
    day = models.DateField()
    state = models.CharField(max_length=6, choices=STATES)
    second_by = models.UUIDField(null=True)
    second_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["org", "subject_type", "subject_id"], name="authority_use_by_subject")]


class Competitor(TenantModel):
    """A firm, or a kind of business, that this firm sees as its competition."""

    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=120, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]


class ConflictDeclaration(TenantModel):
    """What a person declares to this firm of conflicts of interest: yes, no or not sure, and names only by choice."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="declarations")
    declared_at = models.DateTimeField()
    competitor = models.CharField(max_length=6, choices=_ANSWERS)
    same_sector = models.CharField(max_length=6, choices=_ANSWERS)
    holdings = models.CharField(max_length=6, choices=_ANSWERS)
    named = models.JSONField(default=list, help_text="names or sectors the person chose to tell")
    renew_on = models.DateField()
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.UUIDField(null=True)
    waiver = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-declared_at"]


class MandateDecision(TenantModel):
    """A decision taken under a mandate: what, why, on what basis, under which signature."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    decided_on = models.DateField()
    what = models.CharField(max_length=300)
    why = models.TextField()
    basis = models.CharField(max_length=300, blank=True)
    use = models.ForeignKey(AuthorityUse, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_mandate_decision_per_number")]
