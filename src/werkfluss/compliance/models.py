"""What is known, what the law says to it, what must be done, and by when."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel


class Fact(TenantModel):
    """One dated, sourced statement about a subject (a resource, a task, an order, the firm)."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=80)
    value = models.JSONField()
    source = models.CharField(max_length=300)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="first day on which it no longer holds")
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "subject_type", "subject_id", "name"], name="fact_by_subject")]


class Check(TenantModel):
    """A verdict, stored once per distinct question (rule, date, facts, pack version); its facts can be erased."""

    rule = models.CharField(max_length=80)
    on = models.DateField()
    facts_digest = models.BinaryField(max_length=32)
    pack_version = models.CharField(max_length=40)
    outcome = models.CharField(max_length=24)
    verdict = models.JSONField()
    facts = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "rule", "on", "facts_digest", "pack_version", "outcome"], name="one_check"
            )
        ]


class Condition(TenantModel):
    """What must be done before or while a conditional verdict may be used, for one subject."""

    STATES = [("open", "open"), ("done", "done"), ("lapsed", "lapsed")]
    check_ref = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="conditions")
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    code = models.CharField(max_length=80)
    text_de = models.TextField()
    text_en = models.TextField()
    who = models.CharField(max_length=40, blank=True)
    lead_days = models.PositiveSmallIntegerField(default=0)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="open")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    proof = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "subject_type", "subject_id", "code"], name="one_condition_per_subject_and_code"
            )
        ]


class Deadline(TenantModel):
    """A day by which something must be done, with its basis and how long it takes in practice."""

    STATES = [("open", "open"), ("done", "done"), ("dropped", "dropped")]
    code = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    title_de = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    due = models.DateField()
    start_by = models.DateField(help_text="due minus the time it takes in practice")
    who = models.CharField(max_length=40)
    basis = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=STATES, default="open")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    proof = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["org", "state", "due"], name="deadline_radar")]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "subject_type", "subject_id", "code", "due"], name="one_deadline_per_subject_code_day"
            )
        ]
