"""When the case of an international hire is past its period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from werkfluss.care.models import CasePaper, ExpatCase
from werkfluss.evidence.domain.retention import Schedule, day_of, register_end, register_release, register_schedule
from werkfluss.workforce.models import Paper


def register() -> None:
    register_end(ExpatCase, lambda key: Subquery(_ended().filter(pk=OuterRef(key)).values("over")))
    register_release(Paper, _let_go_of_papers)
    register_schedule(Schedule("care.hire", ExpatCase, _ended))


def _ended() -> QuerySet[Any]:
    return ExpatCase.objects.order_by().annotate(over=day_of("case__ended_at"))


def _let_go_of_papers(keys: Sequence[UUID]) -> None:
    CasePaper.objects.filter(paper_id__in=keys).delete()
