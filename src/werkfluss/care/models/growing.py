"""Mentoring by wish of both, career steps open to all, benefits of the firm."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class MentoringWish(TenantModel):
    """Somebody looks for a mentor or wants to be one. Only those with the opposite wish see it; HR does not."""

    SIDES = [("seeks", "looks for a mentor"), ("offers", "wants to be a mentor")]
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=SIDES)
    topics = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    said_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "person", "side"], condition=models.Q(ended_on=None), name="one_open_wish_per_side"
            )
        ]


class MentoringYes(TenantModel):
    """One says yes to another. The other learns of it only by saying yes as well; a no is not a row."""

    wish = models.ForeignKey(MentoringWish, on_delete=models.CASCADE, related_name="given")
    other = models.ForeignKey(MentoringWish, on_delete=models.CASCADE, related_name="received")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "wish", "other"], name="one_yes_per_pair")]


class CareerStep(TenantModel):
    """One step of a path of the firm, the same for everybody: what it means, what it needs, what helps."""

    path = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    meaning = models.TextField(max_length=1000)
    skills = models.JSONField(default=list, blank=True)
    courses = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path", "position"]


class CareerChoice(TenantModel):
    """The step somebody chose; the firm sees it only while it is ``released``."""

    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(CareerStep, on_delete=models.PROTECT, related_name="choices")
    chosen_on = models.DateField()
    released = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "person"], condition=models.Q(ended_on=None), name="one_open_choice_per_person"
            )
        ]


class Benefit(TenantModel):
    """What the firm offers beside pay; what the law says of it comes from the packs, not from here."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    what = models.TextField(max_length=600)
    value_month = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
