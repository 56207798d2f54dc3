"""What the room of work forgets when a person is erased."""

from __future__ import annotations

from uuid import UUID

from django.db import models

from werkfluss.compliance.expiry import forget_facts
from werkfluss.compliance.models import Check
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.work import step_erasure
from werkfluss.work.models import Case, CaseMessage, CaseUndo, PlanItemCheck, Recheck


def register() -> None:
    register_eraser(_erase)
    register_eraser(step_erasure.erase)


def _erase(person: models.Model) -> Erased:
    """The facts behind the verdicts on which the person's assignments rest; the verdicts themselves stay as reasons.

    Work and plans are the firm's: they stay, with the pseudonym instead of the name. What the law said
    when it was asked again tells of the person only, and goes. So do messages of cases about the person that were not
    delivered, and what was kept of these cases to take back steps.
    """
    behind = PlanItemCheck.objects.filter(item__resource_id=person.pk).values_list("check_ref_id", flat=True)
    again = list(Recheck.objects.filter(assignment__resource_id=person.pk))
    keys = {*behind, *(UUID(key) for row in again for key in row.checks)}
    forget_facts(Check.objects.filter(pk__in=keys, facts__isnull=False))
    gone = tuple((Recheck._meta.label_lower, row.pk) for row in again)
    for row in again:
        row.delete()
    about = Case.objects.filter(subject_id=person.pk)
    messages = list(CaseMessage.objects.filter(sender__in=about).exclude(data={}))
    undos = list(CaseUndo.objects.filter(case__in=about))
    gone += tuple((row._meta.label_lower, row.pk) for row in [*messages, *undos])
    for one in [*messages, *undos]:
        one.delete()
    return Erased(gone)
