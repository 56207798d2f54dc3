"""The life of a step between opened and done: votes, questions, comments, who stands in, what was sent about it.

Nothing here counts how often or how fast anybody did anything: a row says what was decided, asked or sent.
"""

from __future__ import annotations

from django.db import models

from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models.cases import CaseTask
from werkfluss.workforce.models import Resource


class Substitution(TenantModel):
    """Who stands in for whom while that one is absent; ended, not deleted.

    With ``start`` and ``end`` (both days included) somebody who works on cases has named the substitute: for these days
    the person counts as absent, whether an absence is declared or not. Without, the person has, for any absence.
    """

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    substitute = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(max_length=8, blank=True, help_text="named, ended: what both have had a mail about")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "resource"],
                condition=models.Q(ended_at=None, start=None),
                name="one_substitute_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(start=None, end=None) | models.Q(start__lte=models.F("end")),
                name="substitution_has_a_period",
            ),
        ]


class StepVote(TenantModel):
    """One voice in an approval by several. ``place`` is the role that has the vote, as the drawing names it."""

    step = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)
    choice = models.TextField(help_text="ids of branches; - where there are none")
    reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "step", "voter"], condition=models.Q(withdrawn_at=None), name="one_vote_per_person"
            ),
            models.UniqueConstraint(
                fields=["org", "step", "place"], condition=models.Q(withdrawn_at=None), name="one_vote_per_place"
            ),
        ]


class StepQuestion(TenantModel):
    """A request for information: who has the step asks a person or a role. The due time goes on unless stopped."""

    STATES = [("open", "open"), ("answered", "answered"), ("withdrawn", "withdrawn")]
    step = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role], blank=True)
    text = models.TextField(blank=True)
    stops_due = models.BooleanField(default=False)
    stop_reason = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=STATES, default="open")

    class Meta:
        indexes = [models.Index(fields=["org", "state", "to_user"], name="question_by_state")]


class StepComment(TenantModel):
    """What somebody noted at a step. The text is here alone; the chain says only that there was one."""

    step = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)


class StepNotice(TenantModel):
    """That a mail about a step went to a person: the key under which it is never sent twice."""

    step = models.ForeignKey(CaseTask, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, help_text="opened, reminder, escalated")
    key = models.CharField(max_length=20, help_text="the day of a reminder, the number of an escalation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "step", "user", "stage", "key"], name="one_notice_per_stage")
        ]
        indexes = [models.Index(fields=["org", "user", "stage", "key"], name="notice_by_day")]


class MailWish(TenantModel):
    """Whether a person wants mail about follow-ups; about due times and statutory deadlines everybody gets it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    follow_ups = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "user"], name="one_mail_wish_per_person")]


class AgentRelease(TenantModel):
    """A named person's decision that AI agents begin with steps of cases without anybody being asked each time.

    One holds at a time; without one (the default) every proposal of the plan waits for a person.
    """

    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org"], condition=models.Q(ended_at=None), name="one_agent_release")
        ]
