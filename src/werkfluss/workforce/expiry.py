"""When people, their papers and what they declared are past their period."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Cast, Concat

from werkfluss.evidence.domain import erasure
from werkfluss.evidence.domain.retention import (
    EXPIRED,
    Key,
    Schedule,
    day_of,
    register_end,
    register_global_schedule,
    register_schedule,
)
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import (
    NATURAL_PERSONS,
    Absence,
    BusyInterval,
    Kind,
    Paper,
    Resource,
    ResourceSkill,
    Share,
    WorkingTime,
)

PSEUDONYM = "gelöschte Person "
# Of the kinds of papers in domain/papers.py and care/modules.
_TITLES = Q(kind__in=["residence_title", "passport"])
_SOCIAL = Q(kind__in=["a1", "health_insurance", "sickness_fund"], resource__kind=Kind.EMPLOYEE)


def register() -> None:
    register_end(Resource, lambda key: Subquery(_ended().filter(pk=OuterRef(key)).values("over")))
    register_schedule(
        Schedule("workforce.person", Resource, _people, _erase),
        *(Schedule("workforce.declared", model, _of_people(model)) for model in (ResourceSkill, WorkingTime, Share)),
        Schedule("workforce.absence", Absence, lambda: Absence.objects.annotate(over=day_of("end"))),
        Schedule("workforce.title_copy", Paper, lambda: _papers(_TITLES)),
        Schedule("workforce.social", Paper, lambda: _papers(_SOCIAL)),
        Schedule("workforce.paper", Paper, lambda: _papers(~(_TITLES | _SOCIAL))),
    )
    register_global_schedule(
        Schedule("workforce.busy", BusyInterval, lambda: BusyInterval.objects.annotate(over=day_of("end")))
    )


def _last_day(field: str) -> BaseExpression:
    """``active_to`` is the first day on which somebody is no longer there."""
    return Cast(F(field) - timedelta(days=1), DateField())


def _ended() -> QuerySet[Any]:
    return Resource.objects.annotate(over=_last_day("active_to")).order_by()


def _people() -> QuerySet[Resource]:
    erased = Concat(Value(PSEUDONYM), Cast("number", CharField()))
    return _ended().filter(kind__in=NATURAL_PERSONS).exclude(name=erased)


def _erase(people: Sequence[Resource], by: Actor) -> set[Key]:
    """The same as if the person had asked: the name goes from everywhere, what has to wait stays.

    Whoever cannot go because a legal hold keeps part of it waits for the night after it.
    """
    gone: set[Key] = set()
    for person in people:
        with contextlib.suppress(Refused):
            erasure.erase_person(person, reason=EXPIRED, basis="Art. 17 Abs. 1 Buchst. a DSGVO", by=by)
            gone.add((Resource._meta.label_lower, person.pk))
    return gone


def _of_people(model: type[TenantModel]) -> Any:
    def rows() -> QuerySet[Any]:
        # All three have the column; their common base class has not.
        found: Any = model._default_manager.all()
        found = found.filter(resource__kind__in=NATURAL_PERSONS)
        over: QuerySet[Any] = found.annotate(over=_last_day("resource__active_to"))
        return over

    return rows


def _papers(kind: Q) -> QuerySet[Paper]:
    return Paper.objects.filter(kind).annotate(over=_last_day("resource__active_to"))
