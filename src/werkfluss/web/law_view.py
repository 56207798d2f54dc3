"""Stored checks as people read them: who may see which, of whom it is, what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.http import Http404

from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Check
from werkfluss.org.models import Entry, FirmProfile
from werkfluss.web.access import FirmRequest
from werkfluss.workforce.models import Kind, Resource

MADE = "compliance.checks.made"
SHOWN_CHECKS = 8


def locked() -> bool:
    """Person-related functions wait for the agreement with the works council (s. 87(1) no. 6 BetrVG)."""
    return FirmProfile.objects.filter(has_works_council=True, works_agreement_on=None).exists()


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


def person_of(request: FirmRequest) -> Resource | None:
    """The person or resource a check is about, as the address says; nobody for those who may not see people.

    Raises:
        Http404: there is no such resource, or person-related functions are locked.
    """
    text = request.GET.get("subject", "")
    if not text or not request.actor.may("people.read"):
        return None
    try:
        person = Resource.objects.filter(pk=UUID(text)).first()
    except ValueError:
        person = None
    if person is None or (person.kind == Kind.EMPLOYEE and locked()):
        raise Http404
    return person


def known_facts(person: Resource | None, *, on: date) -> Mapping[str, Any]:
    if person is None:
        return {}
    return facts_on(on, subject_type=person._meta.label_lower, subject_ids=[person.pk]).get(person.pk, {})


def subject_of(person: Resource | None) -> models.Model:
    """Whom a condition is taken on for: the person or resource, else the firm itself."""
    return person or FirmProfile.objects.get()
