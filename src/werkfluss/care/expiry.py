"""When the case of an international hire is past its period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from werkfluss.care.models import (
    Applicant,
    AuthorityPaper,
    CareConsent,
    CareMessage,
    CasePaper,
    DutyReading,
    ExpatCase,
    FormEntry,
)
from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.retention import Schedule, day_of, register_end, register_release, register_schedule
from werkfluss.evidence.models import Document
from werkfluss.workforce.models import Paper


def register() -> None:
    register_end(ExpatCase, lambda key: Subquery(_ended().filter(pk=OuterRef(key)).values("over")))
    register_release(Paper, _let_go_of_papers)
    register_end(AuthorityPaper, lambda key: Subquery(_made().filter(pk=OuterRef(key)).values("over")))
    # The CV goes with the application, not by a period of its own.
    register_kept_as(Applicant, lambda _applicant, _title: Document.KeepAs.OWNER)
    register_schedule(
        Schedule("care.hire", ExpatCase, _ended),
        Schedule("care.form_entry", FormEntry, _entries),
        Schedule("care.authority_paper", AuthorityPaper, _made),
        Schedule("care.message", CareMessage, _messages),
        Schedule("care.applicant", Applicant, _applications),
        Schedule("care.portal_proof", CareConsent, _of_a_case(CareConsent)),
        Schedule("care.portal_proof", DutyReading, _of_a_case(DutyReading)),
    )


def _ended() -> QuerySet[Any]:
    return ExpatCase.objects.order_by().annotate(over=day_of("case__ended_at"))


def _let_go_of_papers(keys: Sequence[UUID]) -> None:
    CasePaper.objects.filter(paper_id__in=keys).delete()


def _made() -> QuerySet[Any]:
    return AuthorityPaper.objects.order_by().annotate(over=day_of("created_at"))


def _entries() -> QuerySet[Any]:
    """``active_to`` is the first day on which somebody is no longer there; the firm's own entries stay."""
    rows = FormEntry.objects.exclude(person=None)
    return rows.annotate(over=Cast(F("person__active_to") - timedelta(days=1), DateField()))


def _messages() -> QuerySet[Any]:
    return CareMessage.objects.order_by().annotate(over=day_of("thread__expat_case__case__ended_at"))


def _of_a_case(model: type[CareConsent | DutyReading]) -> Callable[[], QuerySet[Any]]:
    return lambda: model.objects.order_by().annotate(over=day_of("expat_case__case__ended_at"))


def _applications() -> QuerySet[Any]:
    return Applicant.objects.order_by().annotate(over=F("ended_on"))
