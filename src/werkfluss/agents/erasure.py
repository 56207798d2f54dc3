"""What the room of agents deletes when a person is erased: who used which AI, and the trainings."""

from __future__ import annotations

from django.db import models

from werkfluss.agents.models import AiUser, Training
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.workforce.models import Resource


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Both go whole: no provision makes a request wait."""
    if not isinstance(person, Resource):
        return Erased()
    trainings = list(Training.objects.filter(resource=person).select_related("proof"))
    rows: list[models.Model] = [*trainings, *AiUser.objects.filter(resource=person)]
    keys = tuple((row._meta.label_lower, row.pk) for row in rows)
    proofs = tuple(training.proof for training in trainings if training.proof is not None)
    for row in rows:
        row.delete()
    return Erased(objects=keys, documents=proofs)
