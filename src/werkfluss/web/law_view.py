"""Stored checks as people read them: who may see which, of whom it is, what may be done with it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from werkfluss.agents.domain import works_council
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.org.models import Entry
from werkfluss.web.access import FirmRequest

MADE = "compliance.checks.made"
SHOWN_CHECKS = 8
# What only those who keep the personnel file may see; the law then answers without it.
PAY_FACTS = frozenset(
    {"salary", "age", "gross", "monthly_pay", "annual_pay", "pay_month", "pay_year"}
    | {"church_tax", "tax_class", "health", "private_health_premium", "private_care_premium"}
)


def locked(function: str = "law_checks") -> bool:
    """Whether a person-related function waits for the works council (s. 87(1) no. 6 BetrVG), as the law says today.

    ``function`` is an id of the pack's list: ``law_checks`` (checks, papers, the page of an employee),
    ``qualifications``, ``allocation``, ``task_times``, …
    """
    return works_council.is_locked(function, on=clock.today())


def check_for(request: FirmRequest, pk: UUID) -> Check:
    """A stored check, for those who see people's data, and for whoever asked for it.

    Raises:
        Http404: there is none, or it is not this person's to see.
    """
    check = Check.objects.filter(pk=pk).first()
    if check is None or not (request.actor.may("people.read") or _own(request, [check.pk])):
        raise Http404
    return check


def recent_checks(request: FirmRequest) -> list[Check]:
    """The latest checks that this person asked for."""
    keys = _own(request, None)
    return list(Check.objects.filter(pk__in=keys).order_by("-created_at")) if keys else []


def _own(request: FirmRequest, keys: list[UUID] | None) -> list[UUID]:
    rows = Entry.objects.filter(kind=MADE, actor_id=request.actor.id).order_by("-seq")
    if keys is not None:
        rows = rows.filter(object_id__in=keys)
    return list(rows.values_list("object_id", flat=True)[:SHOWN_CHECKS])
