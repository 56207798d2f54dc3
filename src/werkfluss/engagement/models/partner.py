"""Partner teams: who of a partner may act here, whom the partner lets process data, and what capacity it offers."""

from __future__ import annotations

from django.db import models

from werkfluss.kernel.money import Money
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource, Skill


class PartnerMember(TenantModel):
    """One of a partner's own people with a login of the own. The partner invites and removes; the firm sees counts."""

    class Role(models.TextChoices):
        COORDINATION = "coordination", "coordination: also invites, offers capacity, declares sub-processors"
        TECHNICAL = "technical", "technical work: offers, questions, deliveries"
        ACCOUNTING = "accounting", "accounting: invoices and accounts"

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="partner_members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    invited_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "user"], condition=models.Q(ended_at=None), name="one_team_per_partner_member"
            )
        ]


class SubProcessor(TenantModel):
    """Another company to which the partner gives data of the firm, Art. 28(2) and (4) GDPR."""

    STATES = [
        ("declared", "waits for the firm"),
        ("approved", "approved"),
        ("objected", "the firm objects"),
        ("ended", "no longer used"),
    ]
    DATA = [("none", "no personal data"), ("ordinary", "ordinary personal data"), ("special", "special data, Art. 9")]
    SAFEGUARDS = [
        ("none", "none"),
        ("standard_clauses", "standard contractual clauses"),
        ("binding_rules", "binding corporate rules"),
        ("derogation", "derogation in a single case"),
    ]
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="sub_processors")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    purpose = models.CharField(max_length=300)
    data_class = models.CharField(max_length=10, choices=DATA)
    safeguard = models.CharField(max_length=20, choices=SAFEGUARDS, default="none")
    recipient_covered = models.BooleanField(default=False, help_text="by an adequacy decision, where that is by list")
    assessed = models.BooleanField(default=False, help_text="the third country was assessed in writing")
    declared_by = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="declared")
    note = models.CharField(max_length=300, blank=True, help_text="why the firm objects")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["name", "created_at"]


class CapacityOffer(TenantModel):
    """Hours per week of one skill that a partner offers for a time, at a price; never names of people."""

    STATES = [
        ("offered", "waits for the firm"),
        ("accepted", "accepted"),
        ("declined", "declined"),
        ("withdrawn", "withdrawn by the partner"),
    ]
    PER = [("hour", "per hour"), ("day", "per day of eight hours")]
    number = models.PositiveIntegerField()
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="capacity_offers")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    minutes_per_week = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    price_cents = models.PositiveIntegerField(help_text="net, in euro cents")
    price_per = models.CharField(max_length=4, choices=PER)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="offered")
    offered_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_capacity_offer_per_number")]

    @property
    def price_money(self) -> Money:
        return Money.from_cents(self.price_cents, "EUR")

    @property
    def cents_per_hour(self) -> int:
        """Net, rounded to the cent; a day has eight hours."""
        return self.price_cents if self.price_per == "hour" else round(self.price_cents / 8)
