"""When the log of an agent's run is past its period."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from werkfluss.agents.models import Run
from werkfluss.evidence.domain.retention import Key, Schedule, day_of, register_schedule
from werkfluss.org.actor import Actor

_ENDED = ("done", "handed_back", "failed", "stopped")


def register() -> None:
    register_schedule(Schedule("agents.run_log", Run, _runs, _without_log))


def _runs() -> QuerySet[Run]:
    said = Q(brief__isnull=False) | Q(outcome__isnull=False) | ~Q(steps=[]) | ~Q(reason="")
    return Run.objects.filter(said, state__in=_ENDED).annotate(over=Coalesce(day_of("ended_at"), day_of("created_at")))


def _without_log(runs: Sequence[Run], _by: Actor) -> set[Key]:
    """That it ran, when and at what cost stays; what it was told and did, which may name somebody, goes."""
    for run in runs:
        run.edit(brief=None, outcome=None, steps=[], reason="")
    return {(Run._meta.label_lower, run.pk) for run in runs}
