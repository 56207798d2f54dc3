"""What the room of care deletes when a person is erased."""

from __future__ import annotations

from django.db import models

from werkfluss.care.models import CasePaper, ExpatCase
from werkfluss.evidence.domain.erasure import Erased, register_eraser


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """The list of papers of the person's case; the case itself is a run of a process and stays with the pseudonym."""
    cases = ExpatCase.objects.filter(person_id=person.pk)
    keys = [(row._meta.label_lower, row.pk) for row in cases]
    CasePaper.objects.filter(expat_case__in=cases).delete()
    return Erased(objects=tuple(keys))
