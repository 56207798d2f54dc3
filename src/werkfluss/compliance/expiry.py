"""When facts, verdicts, conditions and deadlines are past their period."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from django.db.models import DateField, F, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Least

from werkfluss.compliance.domain.checks import fact_names
from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.evidence.domain.retention import Key, Schedule, day_of, over_of_subject, register_schedule
from werkfluss.law import api as law
from werkfluss.org.actor import Actor

_STATUS = ("de/status/", "de/aueg/")
_RESIDENCE = ("de/residence/",)
_Row = TypeVar("_Row", Condition, Deadline)


def register() -> None:
    register_schedule(
        Schedule("compliance.verdict", Check, lambda: Check.objects.annotate(over=day_of("created_at"))),
        Schedule("compliance.checked", Check, _with_facts, _forget),
        Schedule("compliance.due", Condition, lambda: _done(Condition.objects.exclude(_about_status()))),
        Schedule("compliance.status", Condition, lambda: _done(Condition.objects.filter(_about_status()))),
        Schedule("compliance.due", Deadline, lambda: _done(Deadline.objects.exclude(_about_status()))),
        Schedule("compliance.status", Deadline, lambda: _done(Deadline.objects.filter(_about_status()))),
        Schedule("compliance.fact", Fact, _other_facts),
        Schedule("compliance.status", Fact, _status_facts),
        Schedule("compliance.title", Fact, _title_facts),
    )


def forget_facts(checks: Iterable[Check]) -> None:
    """Empty what was asked. The digest of it goes too: facts are few, so it could be guessed back."""
    for check in checks:
        check.edit(facts=None, facts_digest=secrets.token_bytes(32))


def _with_facts() -> QuerySet[Check]:
    return Check.objects.filter(facts__isnull=False).annotate(over=day_of("created_at"))


def _forget(checks: Sequence[Check], _by: Actor) -> set[Key]:
    forget_facts(checks)
    return {(Check._meta.label_lower, check.pk) for check in checks}


def _done(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Over when it is done or dropped; what stays open, with its subject."""
    return rows.annotate(over=Coalesce(day_of("done_at"), over_of_subject()))


def _about_status() -> Q:
    """Codes begin with the rule from which they come."""
    about = Q()
    for prefix in _STATUS:
        about |= Q(code__startswith=prefix)
    return about


def _names(prefixes: tuple[str, ...]) -> set[str]:
    return {name for rule in law.rules() if rule.id.startswith(prefixes) for name in fact_names(rule.id)}


def _title_names() -> set[str]:
    return _names(_RESIDENCE) - _names(_STATUS)


def _ended(rows: QuerySet[Fact]) -> QuerySet[Fact]:
    """Over when it no longer holds, or with its subject, whichever is first."""
    last = Cast(F("valid_to") - timedelta(days=1), DateField())
    return rows.annotate(over=Least(last, over_of_subject()))


def _status_facts() -> QuerySet[Fact]:
    return _ended(Fact.objects.filter(name__in=_names(_STATUS)))


def _title_facts() -> QuerySet[Fact]:
    """Kept as long as the employment, the replaced ones too: the employer had to check, s.4a(5) s.3 no.1 AufenthG."""
    return Fact.objects.filter(name__in=_title_names()).annotate(over=over_of_subject())


def _other_facts() -> QuerySet[Fact]:
    return _ended(Fact.objects.exclude(name__in=_names(_STATUS) | _title_names()))
