"""What steps forget when a person is erased, and when a named substitute is past its period."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from werkfluss.evidence.domain.erasure import Erased
from werkfluss.evidence.domain.retention import day_of
from werkfluss.work.models import (
    AgentRelease,
    CaseTask,
    MailWish,
    StepComment,
    StepQuestion,
    StepVote,
    Substitution,
)
from werkfluss.workforce.models import Resource


def erase(person: models.Model) -> Erased:
    """Own comments, wishes for mail and who stood in for whom go; of questions, answers and votes the words go.

    That there was a vote, and for what, stays as part of the case until that is past its period.
    """
    if not isinstance(person, Resource):
        return Erased()
    rows: list[models.Model] = list(Substitution.objects.filter(Q(resource=person) | Q(substitute=person)))
    user = Resource.objects.filter(pk=person.pk).values_list("user_id", flat=True).first()
    if user is not None:
        rows += [*AgentRelease.objects.filter(decided_by_id=user)]
        rows += [*StepComment.objects.filter(author_id=user), *MailWish.objects.filter(user_id=user)]
        StepQuestion.objects.filter(asked_by_id=user).update(text="", stop_reason="", version=F("version") + 1)
        StepQuestion.objects.filter(answered_by_id=user).update(answer="", version=F("version") + 1)
        StepVote.objects.filter(voter_id=user).update(reason="", version=F("version") + 1)
        Substitution.objects.filter(named_by_id=user).update(named_by=None, reason="", version=F("version") + 1)
        CaseTask.objects.filter(claimed_by_id=user).update(claimed_by=None, version=F("version") + 1)
    gone = tuple((row._meta.label_lower, row.pk) for row in rows)
    for row in rows:
        row.delete()
    return Erased(gone)


def ended_substitutions() -> QuerySet[Substitution]:
    """Over on the day they were ended, or on their last day."""
    rows = Substitution.objects.filter(Q(ended_at__isnull=False) | Q(end__isnull=False))
    return rows.annotate(over=Coalesce(day_of("ended_at"), F("end")))
