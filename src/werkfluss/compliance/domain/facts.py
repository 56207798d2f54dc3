"""Facts: dated, sourced statements. A new value ends the old one; nothing is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from werkfluss.compliance.models import Fact
from werkfluss.evidence.models import Document
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def record_fact(
    subject: models.Model,
    *,
    name: str,
    value: Any,
    source: str,
    valid_from: date,
    valid_to: date | None = None,
    document: Document | None = None,
    by: Actor,
) -> Fact:
    """State a fact about ``subject`` with its source; an older open statement of the same name ends that day.

    ``value`` is plain JSON (decimals and dates as text).
    """
    label = subject._meta.label_lower
    older = Fact.objects.filter(subject_type=label, subject_id=subject.pk, name=name, valid_to=None)
    for fact in older:
        fact.edit(valid_to=max(valid_from, fact.valid_from))
    fact = Fact.objects.create(
        subject_type=label,
        subject_id=subject.pk,
        name=name,
        value=value,
        source=source,
        document=document,
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_by=by.id,
    )
    record(Event("compliance.fact.recorded", fact, {"name": name, "value": value, "source": source}), by=by)
    return fact


def facts_on(day: date, *, subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The facts that hold on ``day``, per subject: one query for all of them."""
    rows = (
        Fact.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids), valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gt=day))
        .order_by("valid_from", "created_at")
    )
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row.subject_id][row.name] = row.value
    return found


def facts_about(subject: models.Model) -> models.QuerySet[Fact]:
    """All statements about a subject, newest first, the ended ones too."""
    return Fact.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by(
        "-valid_from", "-created_at"
    )
