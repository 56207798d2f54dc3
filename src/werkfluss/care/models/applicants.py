"""The time before the hire: openings, where people come from, and their applications. Nothing here ranks anybody."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from werkfluss.care.models.cases import ExpatCase
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class Opening(TenantModel):
    """A job that is offered: pay range as it is shown, and the questions that everybody is asked."""

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    about = models.TextField(max_length=4000, blank=True)
    pay_from_cents = models.PositiveIntegerField(help_text="per year, gross")
    pay_to_cents = models.PositiveIntegerField(help_text="per year, gross")
    pay_basis = models.CharField(max_length=300, blank=True, help_text="the collective agreement, if one applies")
    questions = models.JSONField(default=list, help_text="the interview guide: the same for all")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_opening_per_number")]

    def __str__(self) -> str:
        return self.title

    @property
    def pay_from(self) -> Decimal:
        """EUR a year."""
        return Decimal(self.pay_from_cents) / 100

    @property
    def pay_to(self) -> Decimal:
        """EUR a year."""
        return Decimal(self.pay_to_cents) / 100


class HiringSource(TenantModel):
    """Where applications come from: a partner university, a platform. Referrals and the own site need none."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", "partner university"
        PLATFORM = "platform", "placement platform"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    agreed = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Applicant(TenantModel):
    """One application. No score, no rank, no photo, no age: there is no column by which people could be compared.

    ``ended_on`` is the day on which the refusal arrived, the person withdrew or was hired; six months later it is gone.
    """

    class Stage(models.TextChoices):
        RECEIVED = "received", "received"
        REVIEW = "review", "being read"
        INTERVIEW = "interview", "interview"
        OFFER = "offer", "offer"
        HIRED = "hired", "hired"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    WAYS = [("own_site", "own site"), ("referral", "referral"), ("source", "partner")]
    number = models.PositiveIntegerField()
    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="applicants")
    way = models.CharField(max_length=8, choices=WAYS, default="own_site")
    source = models.ForeignKey(HiringSource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="where the person lives")
    language = models.CharField(max_length=5, default="de")
    skills = models.JSONField(default=list, help_text="in the words of the person")
    profile = models.JSONField(default=dict, help_text="positions, education, languages, certificates of the CV")
    cv = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RECEIVED)
    next_step = models.CharField(max_length=300, blank=True, help_text="what the person reads on the own page")
    answers = models.JSONField(default=list, help_text="what was said to each question of the guide")
    applied_on = models.DateField()
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="the person has confirmed what is held")
    ended_on = models.DateField(null=True, blank=True)
    link_digest = models.BinaryField(max_length=32, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)
    expat_case = models.ForeignKey(ExpatCase, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["sort_key", "number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_applicant_per_number")]
        indexes = [models.Index(fields=["org", "link_digest"], name="applicant_by_link")]

    def __str__(self) -> str:
        return self.name
