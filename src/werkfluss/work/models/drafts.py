"""Processes that are being drawn and not yet used."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel


class ProcessDraft(TenantModel):
    """The next version of a process, or a new one, while it is being drawn; one per process.

    ``based_on`` is the version it was begun from, 0 for a new process.
    """

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    bpmn = models.TextField()
    based_on = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_draft_per_process")]
