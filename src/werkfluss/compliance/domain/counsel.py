"""The status of a freelancer for counsel: every indicator with its answer, since when, and where it was read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from werkfluss.compliance.domain.checks import Question
from werkfluss.compliance.domain.explain import answer, usable
from werkfluss.compliance.models import Fact
from werkfluss.law.packs.de.status.counsel import Evidence, dossier
from werkfluss.law.packs.de.status.indicators import INDICATORS, Indicator

RULE = "de/status/engagement"


def status_indicators() -> tuple[Indicator, ...]:
    """The indicators of ``de/status/engagement`` with group, weight and the source of the weight."""
    return INDICATORS


def status_dossier(subject: models.Model, *, on: date) -> dict[str, Any]:
    """What is recorded of ``subject`` on a day, judged by ``de/status/engagement``, as one JSON-ready document.

    Each answer carries the day from which it holds and its source; the verdict is computed, not stored.
    """
    rows = (
        Fact.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .order_by("valid_from", "created_at")
    )
    latest = {row.name: row for row in rows}
    facts = usable(RULE, {name: row.value for name, row in latest.items()}, on=on)
    evidence = {name: Evidence(latest[name].valid_from, latest[name].source) for name in facts}
    return dossier(answer(Question.of(RULE, on, facts)), facts, evidence)
