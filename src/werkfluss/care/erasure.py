"""What the room of care deletes when a person is erased."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from werkfluss.care.models import (
    Applicant,
    AuthorityPaper,
    CareConsent,
    CareThread,
    CasePaper,
    ChecklistTick,
    DutyReading,
    ExpatCase,
    FormEntry,
    Participant,
)
from werkfluss.evidence.domain.erasure import Erased, register_eraser


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """The list of papers of the person's case, and what was entered and made for authorities with its files; the case
    itself is a run of a process and stays with the pseudonym.
    """
    cases = ExpatCase.objects.filter(person_id=person.pk)
    made = list(AuthorityPaper.objects.filter(person_id=person.pk).select_related("document", "draft"))
    entries = list(FormEntry.objects.filter(person_id=person.pk))
    portal = _portal(cases)
    applied = list(Applicant.objects.filter(expat_case__in=cases).select_related("cv"))
    family = list(Participant.objects.filter(expat_case__in=cases))
    gone = (*made, *entries, *portal, *applied, *family)
    keys = [(row._meta.label_lower, row.pk) for row in (*cases, *gone)]
    documents = [one for row in made for one in (row.document, row.draft) if one is not None]
    documents += [row.cv for row in applied if row.cv is not None]
    CasePaper.objects.filter(expat_case__in=cases).delete()
    for row in gone:
        row.delete()
    return Erased(objects=tuple(keys), documents=tuple(documents))


# A consent may name a relative, so it goes before the relatives do; the messages go with their thread.
_OF_THE_PORTAL: tuple[type[models.Model], ...] = (CareConsent, DutyReading, ChecklistTick, CareThread)


def _portal(cases: Iterable[ExpatCase]) -> list[models.Model]:
    """What the person said, allowed, ticked and confirmed in the portal."""
    return [row for model in _OF_THE_PORTAL for row in model._default_manager.filter(expat_case__in=cases)]
