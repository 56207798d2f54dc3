"""The case of somebody who comes, stays, works from elsewhere or leaves: who takes part, and the papers it needs."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Case
from werkfluss.workforce.models import Paper, Resource


class ExpatCase(TenantModel):
    """One matter of one person: its route, the day it is about, the running process.

    ``wished_start`` is the day of the route: the first day of work, the departure, the last day of a title. ``country``
    and ``ends_on`` say where to and until when, where the route has such; ``accelerated`` is None until it is decided.
    """

    number = models.PositiveIntegerField()
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="expat_cases")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=40, help_text="a folder of care/routes")
    wished_start = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    accelerated = models.BooleanField(null=True, blank=True, help_text="the procedure of s.81a AufenthG")
    responsible = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=[("open", "open"), ("closed", "closed")], default="open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="one_expat_case_per_number"),
            models.UniqueConstraint(
                fields=["org", "person", "route"], condition=models.Q(state="open"), name="one_open_case_per_route"
            ),
        ]


class Participant(TenantModel):
    """Somebody who takes part in a case besides HR and the person: family, a provider, an authority.

    What each role sees is said once, in ``care/rules.py``. Family may have a login (``user``) that shows of the case
    what the person released; ``told_at`` is when the way in was mailed.
    """

    class Role(models.TextChoices):
        FAMILY = "family", "family member"
        PROVIDER = "provider", "provider"
        AUTHORITY = "authority", "authority"

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=200)
    relation = models.CharField(
        max_length=20, blank=True, help_text="spouse, child, parent, other; what a provider does"
    )
    born_on = models.DateField(null=True, blank=True, help_text="of children: whether s.81a(4) covers them")
    contact = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    login_ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "expat_case", "user"],
                condition=models.Q(user__isnull=False, login_ended_at=None),
                name="one_login_per_relative",
            )
        ]

    @property
    def logs_in(self) -> bool:
        return self.user_id is not None and self.login_ended_at is None


class CasePaper(TenantModel):
    """A paper the case needs; ``member``: it is one of this family member."""

    expat_case = models.ForeignKey(ExpatCase, on_delete=models.CASCADE, related_name="papers")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="papers")


class PaperVersion(TenantModel):
    """One file that was handed in for a paper, and what HR said of it; the next one is a new row."""

    OUTCOMES = [("waiting", "waiting"), ("accepted", "accepted"), ("returned", "returned")]
    case_paper = models.ForeignKey(CasePaper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="+")
    handed_in_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=8, choices=OUTCOMES, default="waiting")
    reason = models.CharField(max_length=500, blank=True)
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "case_paper", "number"], name="one_version_per_number")]
