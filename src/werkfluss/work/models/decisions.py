"""The decision tables of a firm."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel


class Decision(TenantModel):
    """A version of a DMN file. ``decisions`` are the ids and names in it, ``tests`` the cases kept with it."""

    key = models.SlugField(max_length=60)
    revision = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    dmn = models.TextField()
    decisions = models.JSONField(default=list)
    tests = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key", "revision"], name="one_decision_per_revision")]
