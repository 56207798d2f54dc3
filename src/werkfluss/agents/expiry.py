"""When logs of runs, ended uses of AI, trainings and older papers are past their period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from werkfluss.agents.models import AiUse, AiUser, Paper, Run, Training
from werkfluss.evidence.domain.retention import Key, Schedule, day_of, register_end, register_schedule
from werkfluss.org.actor import Actor
from werkfluss.org.tenancy import TenantModel

_ENDED = ("done", "handed_back", "failed", "stopped")


def register() -> None:
    register_end(AiUse, _end_of_use)
    register_schedule(
        Schedule("agents.run_log", Run, _runs, _without_log),
        Schedule("agents.inventory", AiUse, lambda: AiUse.objects.annotate(over=_last_day("used_to"))),
        Schedule("agents.literacy", AiUser, _of_people(AiUser)),
        Schedule("agents.literacy", Training, _of_people(Training)),
        Schedule("agents.paper", Paper, lambda: Paper.objects.annotate(over=F("as_of"))),
    )


def _end_of_use(key: str) -> Any:
    ended = AiUse.objects.annotate(over=_last_day("used_to")).order_by()
    return Subquery(ended.filter(pk=OuterRef(key)).values("over"))


def _last_day(field: str) -> Any:
    """``used_to`` and ``active_to`` are the first day on which it is over."""
    return Cast(F(field) - timedelta(days=1), DateField())


def _of_people(model: type[TenantModel]) -> Callable[[], QuerySet[Any]]:
    def rows() -> QuerySet[Any]:
        found: Any = model._default_manager.all()
        over: QuerySet[Any] = found.annotate(over=_last_day("resource__active_to"))
        return over

    return rows


def _runs() -> QuerySet[Run]:
    said = Q(brief__isnull=False) | Q(outcome__isnull=False) | ~Q(steps=[]) | ~Q(reason="")
    return Run.objects.filter(said, state__in=_ENDED).annotate(over=Coalesce(day_of("ended_at"), day_of("created_at")))


def _without_log(runs: Sequence[Run], _by: Actor) -> set[Key]:
    """That it ran, when and at what cost stays; what it was told and did, which may name somebody, goes."""
    for run in runs:
        run.edit(brief=None, outcome=None, steps=[], reason="")
    return {(Run._meta.label_lower, run.pk) for run in runs}
