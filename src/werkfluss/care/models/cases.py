"""The case of an international hire, and the papers it needs."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Case
from werkfluss.workforce.models import Paper, Resource


class ExpatCase(TenantModel):
    """From the contract to the first working day: route, wished start, the running process."""

    number = models.PositiveIntegerField()
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="expat_cases")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=40, help_text="blue_card, skilled_academic, …")
    wished_start = models.DateField()
    responsible = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=[("open", "open"), ("closed", "closed")], default="open")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_expat_case_per_number")]


class CasePaper(TenantModel):
    """A paper the case needs."""

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
