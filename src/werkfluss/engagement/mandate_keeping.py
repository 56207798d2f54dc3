"""How long mandates of fractional executives are kept, and what goes when a person is erased."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from werkfluss.engagement.models import (
    AuthorityLimit,
    AuthorityUse,
    BroughtCalendar,
    Competitor,
    Mandate,
    PersonCalendar,
)
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import (
    Schedule,
    day_of,
    delete_rows,
    register_global_schedule,
    register_schedule,
    waiting,
)
from werkfluss.kernel import clock
from werkfluss.org.domain.firms import firms_of
from werkfluss.workforce.models import BusyInterval, Resource

_AGREED = Q(state__in=[Mandate.State.RUNNING, Mandate.State.ENDED])


def register() -> None:
    register_eraser(_erase)
    register_schedule(
        Schedule("engagement.order", Mandate, _agreed),
        Schedule("engagement.unagreed", Mandate, _never_agreed),
        # Signatures rest on their limit: the night goes through these from the end.
        Schedule("engagement.order", AuthorityLimit, lambda: AuthorityLimit.objects.annotate(over=F("last_day"))),
        Schedule("engagement.order", AuthorityUse, lambda: AuthorityUse.objects.annotate(over=F("day"))),
        Schedule("engagement.competitor", Competitor, lambda: Competitor.objects.annotate(over=F("ended_on"))),
    )
    register_global_schedule(Schedule("engagement.brought", BroughtCalendar, _brought))


def _agreed() -> QuerySet[Any]:
    return Mandate.objects.order_by().filter(_AGREED).annotate(over=F("last_day"))


def _never_agreed() -> QuerySet[Any]:
    rows = Mandate.objects.order_by().exclude(_AGREED)
    return rows.annotate(over=Coalesce(day_of("answered_at"), day_of("created_at")))


def _brought() -> QuerySet[Any]:
    return BroughtCalendar.objects.order_by().annotate(over=day_of("brought_at"))


def _erase(person: models.Model) -> Erased:
    """Busy times of the firm's mandates go at once; what was agreed waits.

    What the person keeps across firms, and what was brought from elsewhere, goes with the last firm.
    """
    if not isinstance(person, Resource):
        return Erased()
    mandates = list(Mandate.objects.filter(resource=person))
    signed = [*AuthorityLimit.objects.filter(resource=person), *AuthorityUse.objects.filter(resource=person)]
    BusyInterval.objects.filter(source__in=[one.source for one in mandates]).delete()
    held = waiting([*mandates, *signed], clock.today())
    stays = tuple((one._meta.label, held[one.pk]) for one in [*mandates, *signed] if one.pk in held)
    gone = delete_rows([one for one in mandates if one.pk not in held])
    user = person.user
    if user is not None and all(org.pk == person.org_id for org in firms_of(user)):
        brought = BroughtCalendar.objects.filter(user=user)
        BusyInterval.objects.filter(source__in=brought.values("source")).delete()
        brought.delete()
        PersonCalendar.objects.filter(user=user).delete()
    return Erased(objects=tuple(gone), waiting=stays)
