"""AI of the firm: runs of its own agents, the inventory of all AI in use, trainings, and papers written from them."""

from __future__ import annotations

from django.db import models

from werkfluss.compliance.models import Check
from werkfluss.evidence.models import Document
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class Run(TenantModel):
    """One run of one agent for one brief. ``key`` makes a repeated start find the same run."""

    STATES = [
        ("queued", "queued"),
        ("running", "running"),
        ("done", "done"),
        ("handed_back", "handed back"),
        ("failed", "failed"),
        ("stopped", "stopped"),
    ]
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="runs")
    key = models.CharField(max_length=120)
    skill = models.SlugField(max_length=60)
    state = models.CharField(max_length=12, choices=STATES, default="queued")
    brief = models.JSONField(null=True)
    outcome = models.JSONField(null=True)
    steps = models.JSONField(default=list)
    label_de = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    cost_cents = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_run_per_key")]


class AiUse(TenantModel):
    """One use of AI that is not an agent of ours: a tool, what for, whose, with which data, and its class.

    ``facts`` and ``circumstances`` are what deviates from the short form ``template``; names as in the pack eu/ai_act.
    """

    class Agreement(models.TextChoices):
        """Whether the contract on processing (Art. 28 GDPR) is there."""

        YES = "yes", "yes"
        NO = "no", "no"
        NOT_NEEDED = "not_needed", "not needed"

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    template = models.SlugField(max_length=40, blank=True)
    purpose = models.CharField(max_length=300)
    provider = models.CharField(max_length=120, blank=True)
    responsible = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=2, blank=True, help_text="where the data are processed, ISO 3166-1")
    data_classes = models.JSONField(default=list)
    agreement = models.CharField(max_length=12, choices=Agreement.choices, default=Agreement.NO)
    safeguard = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)
    circumstances = models.JSONField(default=dict)
    used_from = models.DateField()
    used_to = models.DateField(null=True, blank=True, help_text="first day on which it is no longer used")
    next_review = models.DateField()
    check_ref = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_ai_use_per_number")]

    def __str__(self) -> str:
        return self.name


class AiUser(TenantModel):
    """A person who uses it, staff or freelancer: whoever needs a measure under Art. 4."""

    use = models.ForeignKey(AiUse, on_delete=models.CASCADE, related_name="users")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="ai_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "use", "resource"], name="one_ai_user_per_use")]


class Training(TenantModel):
    """A measure of AI literacy (Art. 4) for one person: what, when, proof. No score and no grade, by design."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="trainings")
    title = models.CharField(max_length=150)
    held_on = models.DateField()
    content = models.TextField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day on which it counts")
    proof = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-held_on", "-created_at"]


class Paper(TenantModel):
    """One version of a paper written from the records: the AI Act guide, the record of processing, an annex.

    Its files are documents that belong to it.
    """

    class Kind(models.TextChoices):
        """What it is."""

        GUIDE = "guide", "AI Act guide"
        PROCESSING = "processing", "record of processing and impact assessments"
        ANNEX = "annex", "annex to the works agreement"
        TRAININGS = "trainings", "register of trainings"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    as_of = models.DateField()
    sha256 = models.CharField(max_length=64, help_text="of its contents, so that equal papers are seen to be equal")

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["org", "kind", "number"], name="one_paper_per_kind_and_number")]
