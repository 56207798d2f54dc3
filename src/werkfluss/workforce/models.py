"""The five kinds of resource. Of people only declared, contracted and legal data: nothing measured about them."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.kernel.ids import new_id
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel


class Kind(models.TextChoices):
    EMPLOYEE = "employee", "employee"
    FREELANCER = "freelancer", "freelancer"
    FRACTIONAL = "fractional", "fractional executive"
    PARTNER = "partner", "partner team"
    AGENT = "agent", "AI agent"


NATURAL_PERSONS = frozenset({Kind.EMPLOYEE, Kind.FREELANCER, Kind.FRACTIONAL})
EXTERNALS = frozenset({Kind.FREELANCER, Kind.FRACTIONAL, Kind.PARTNER})


class Skill(TenantModel):
    """A required qualification, in the firm's vocabulary."""

    key = models.SlugField(max_length=60)
    name_de = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    group = models.CharField(max_length=60, blank=True)
    synonyms = models.JSONField(default=list, blank=True)
    is_certificate = models.BooleanField(default=False, help_text="a documented certificate: licence, CEFR level, …")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_skill_per_key")]


class Rate(TenantModel):
    """What an hour of a role costs the firm in plans: a role rate, never a salary."""

    name = models.CharField(max_length=100)
    cents_per_hour = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="one_rate_per_name")]


class Resource(TenantModel):
    """One who can do work; a partner team is one resource, its members are never named."""

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    personnel_no = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="DE")
    subdivision = models.CharField(max_length=3, blank=True)
    city = models.CharField(max_length=100, blank=True)
    nationality = models.CharField(max_length=2, blank=True)
    languages = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    weekly_minutes = models.PositiveIntegerField(default=2400)
    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="+")
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True, help_text="first day on which it is no longer there")

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_resource_per_number"),
            models.UniqueConstraint(
                fields=["org", "personnel_no"],
                condition=~models.Q(personnel_no=""),
                name="one_resource_per_personnel_no",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ResourceSkill(TenantModel):
    """A skill somebody has. ``level`` exists for agents and organisations alone; people meet a skill or do not."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    proof = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "resource", "skill"], name="one_skill_per_resource")]


class WorkingTime(TenantModel):
    """Regular working hours on one weekday, local to the resource."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="working_times")
    weekday = models.PositiveSmallIntegerField(help_text="0 = Monday")
    start = models.TimeField()
    end = models.TimeField(help_text="00:00 means the end of the day")


class Absence(TenantModel):
    """Not there from ``start`` to before ``end``. Why is not kept: it is nobody's business in a plan."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="absences")
    start = models.DateTimeField()
    end = models.DateTimeField()
    all_day = models.BooleanField(default=True)
    source_uid = models.CharField(max_length=255, blank=True)


class Share(TenantModel):
    """The part of a week that is contracted, for fractional people and shared machines."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="shares")
    minutes_per_week = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.UUIDField(null=True, blank=True, help_text="key of the busy times that are this firm's own")


class BusyInterval(models.Model):
    """When a shared person is busy somewhere: no firm, no text, so nothing else passes between firms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    start = models.DateTimeField()
    end = models.DateTimeField()
    source = models.UUIDField(help_text="random key by which the firm that wrote it finds it again")

    class Meta:
        indexes = [models.Index(fields=["user", "start"], name="busy_by_user")]


class Paper(TenantModel):
    """A paper with an expiry: residence title, A1, insurance, registration. A new one ends the old one."""

    STATES = [("requested", "requested"), ("uploaded", "uploaded"), ("confirmed", "confirmed"), ("ended", "ended")]
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=STATES, default="requested")
    valid_from = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True, help_text="last day on which it is valid")
    due = models.DateField(null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(default=30)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)


class AgentFile(TenantModel):
    """The personnel file of an agent (KI-Akte): who answers for it, what for, its class, rights and budget."""

    resource = models.OneToOneField(Resource, on_delete=models.PROTECT, related_name="agent_file")
    responsible = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    skill_folder = models.SlugField(max_length=60, help_text="folder under agents/skills")
    ai_act_class = models.CharField(max_length=20)
    ai_act_citation = models.CharField(max_length=200)
    data_classes = models.JSONField(default=list)
    budget_cents_month = models.PositiveIntegerField()
    budget_cents_run = models.PositiveIntegerField()
    label_de = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    expires = models.DateField()
    stopped_at = models.DateTimeField(null=True, blank=True)
