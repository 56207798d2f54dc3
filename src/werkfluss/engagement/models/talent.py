"""The talent network: people and teams one would like to work with, kept only with their consent."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class TalentSource(TenantModel):
    """Where people come from: a partner university, a platform, an event. Referrals have none: somebody named them."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", "partner university"
        PLATFORM = "platform", "platform"
        EVENT = "event", "event"
        OTHER = "other", "other"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="what was agreed with it")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]


class Talent(TenantModel):
    """Somebody in the network. Without consent within a month the row goes; after an objection only a digest stays."""

    class Recipient(models.TextChoices):
        PRIVATE = "private", "as a private person"
        BUSINESS = "business", "as a business"

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=5, default="de")
    recipient = models.CharField(max_length=8, choices=Recipient.choices)
    headline = models.CharField(max_length=200, blank=True)
    skills = models.JSONField(default=list, help_text="in the words of the person")
    profile = models.JSONField(default=dict, help_text="positions, education, languages, certificates, as in the CV")
    cv = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(TalentSource, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    referred_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    origin = models.CharField(max_length=10, help_text="person, public, referral or partner, as the law asks")
    added_on = models.DateField()
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_until = models.DateField(null=True, blank=True, help_text="last day of the consent")
    objected_at = models.DateTimeField(null=True, blank=True)
    address_digest = models.BinaryField(max_length=32, blank=True, help_text="of the mail address, after an objection")
    link_digest = models.BinaryField(max_length=32, blank=True, help_text="of the person's link to this entry")
    link_until = models.DateTimeField(null=True, blank=True)
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["sort_key", "number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_talent_per_number")]
        indexes = [models.Index(fields=["org", "link_digest"], name="talent_by_link")]


class Outreach(TenantModel):
    """One contact: by which way, what the law said that day and on which facts, and the text that was used."""

    talent = models.ForeignKey(Talent, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    outcome = models.CharField(max_length=25)
    pack_version = models.CharField(max_length=40)
    basis = models.CharField(max_length=300, blank=True, help_text="from what the consent follows")
    language = models.CharField(max_length=5)
    done_on = models.DateField()
    done_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-done_on", "-created_at"]
