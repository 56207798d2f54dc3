"""Fractional executives: the share a firm has of a person, its days, and what belongs to the person across firms."""

from __future__ import annotations

from django.db import models

from werkfluss.kernel.ids import new_id
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class Mandate(TenantModel):
    """A share of a fractional executive's time in this firm, for a time. It knows nothing of the other firms.

    ``source`` is the random key under which its busy times stand among those of the person, without firm or text.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "waits for the person"
        UNAVAILABLE = "unavailable", "not available"
        RUNNING = "running", "agreed"
        ENDED = "ended", "ended"
        WITHDRAWN = "withdrawn", "withdrawn"

    number = models.PositiveIntegerField()
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="mandates")
    function = models.CharField(max_length=120)
    days = models.DecimalField(max_digits=3, decimal_places=1, help_text="in half days")
    per = models.CharField(max_length=5, choices=[("week", "week"), ("month", "month")])
    weekdays = models.JSONField(default=list, help_text="0 = Monday; empty: the person places the days")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    source = models.UUIDField(default=new_id, editable=False)
    proposed_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_mandate_per_number")]


class MandateDay(TenantModel):
    """A day the person has placed for this firm, where no weekdays are agreed."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="placed")
    day = models.DateField()
    half = models.BooleanField(default=False, help_text="the morning only")

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["org", "mandate", "day"], name="one_placed_day")]


class PersonCalendar(models.Model):
    """What a person says of the own time to no firm: the most days a week, and the secret of the calendar feed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    days_per_week = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    feed_digest = models.BinaryField(max_length=32, null=True, unique=True)


class BroughtCalendar(models.Model):
    """Busy times the person brought from another installation by a signed file: its key, no firm, no address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, help_text="public key of the installation that signed the file")
    issued_at = models.DateTimeField()
    brought_at = models.DateTimeField()
    source = models.UUIDField(default=new_id, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_brought_calendar_per_key")]
