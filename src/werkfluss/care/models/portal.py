"""What a person from abroad has in the portal: consents, ticks, duties read."""

from __future__ import annotations

from django.db import models

from werkfluss.care.models.cases import ExpatCase, Participant
from werkfluss.care.models.catalogue import CareProvider
from werkfluss.org.tenancy import TenantModel


class CareConsent(TenantModel):
    """That one recipient may see one thing of a case, for a purpose, until a day; asked, given, declined, revoked."""

    RECIPIENTS = [
        ("hr", "hr"),
        ("managing_director", "managing director"),
        ("provider", "provider"),
        ("family", "family"),
    ]
    WHATS = [("course", "course"), ("papers", "papers"), ("contact", "contact"), ("messages", "messages")]
    STATES = [("asked", "asked"), ("given", "given"), ("declined", "declined"), ("revoked", "revoked")]
    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="consents")
    recipient = models.CharField(max_length=20, choices=RECIPIENTS)
    provider = models.ForeignKey(CareProvider, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=WHATS)
    purpose = models.CharField(max_length=200)
    until = models.DateField(help_text="last day on which it holds")
    state = models.CharField(max_length=10, choices=STATES, default="asked")
    asked_by = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "expat_case", "state"], name="care_consent_by_case")]


class ChecklistTick(TenantModel):
    """The person's own mark beside a line of the checklist; ``version`` decides between two devices."""

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="ticks")
    item = models.CharField(max_length=80)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "expat_case", "item"], name="one_tick_per_line")]


class DutyReading(TenantModel):
    """That the person has read a duty and confirmed it: the very words, their digest, the language beside German."""

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="duty_readings")
    duty = models.CharField(max_length=80)
    text = models.JSONField()
    digest = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    read_by = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "expat_case", "duty", "digest"], name="one_reading_per_wording")
        ]


class CatalogueConfirmation(TenantModel):
    """A person who speaks a language has read the words of the portal in it; another wording needs a new one."""

    language = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32)
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "language", "digest"], name="one_confirmation_per_wording")
        ]
