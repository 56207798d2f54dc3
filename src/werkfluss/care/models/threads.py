"""One communication per case: a thread for HR, one for each provider; and the channel of the firm in Teams."""

from __future__ import annotations

from django.db import models

from werkfluss.care.models.cases import ExpatCase
from werkfluss.care.models.catalogue import CareProvider
from werkfluss.org.tenancy import TenantModel


class CareThread(TenantModel):
    """What the person and one other side write to each other. Without ``provider`` the other side is HR."""

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="threads")
    provider = models.ForeignKey(CareProvider, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "expat_case", "provider"], name="one_thread_per_provider"),
            models.UniqueConstraint(
                fields=["org", "expat_case"], condition=models.Q(provider=None), name="one_thread_with_hr"
            ),
        ]


class CareMessage(TenantModel):
    """One message. ``translation`` stands beside it, never instead of it; ``told_at``: the other side has had mail."""

    SIDES = [("person", "person"), ("hr", "hr"), ("provider", "provider")]
    thread = models.ForeignKey(CareThread, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=10, choices=SIDES)
    author = models.UUIDField(null=True)
    text = models.TextField(max_length=4000)
    template = models.CharField(max_length=40, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    translation = models.TextField(blank=True)
    translated_to = models.CharField(max_length=10, blank=True)
    translated_by = models.CharField(max_length=120, blank=True, help_text="the model that wrote it")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]


class TeamsChannel(TenantModel):
    """Where the firm's Teams hears that something is new: the address of a workflow. It is a secret: never shown."""

    address = models.CharField(max_length=1000)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org"], condition=models.Q(ended_at=None), name="one_teams_channel")
        ]


class TeamsPost(TenantModel):
    """That Teams is to hear of a message, once: its own id is the key under which it is sent."""

    message = models.OneToOneField(CareMessage, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
