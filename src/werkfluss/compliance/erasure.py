"""What the room of facts and verdicts deletes when a person is erased."""

from __future__ import annotations

from typing import Any

from django.db import models

from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.erasure import Erased, register_eraser


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Facts, conditions and deadlines of the person go. Verdicts stay, without the facts that point to this person."""
    label, key = person._meta.label_lower, person.pk
    facts = list(Fact.objects.filter(subject_type=label, subject_id=key).select_related("document"))
    dated: list[Condition | Deadline] = [
        *Condition.objects.filter(subject_type=label, subject_id=key).select_related("proof"),
        *Deadline.objects.filter(subject_type=label, subject_id=key).select_related("proof"),
    ]
    documents = [fact.document for fact in facts] + [row.proof for row in dated]
    documents += [document for fact in facts for document in documents_of(fact)]
    rows: list[models.Model] = [*facts, *dated]
    keys = tuple((row._meta.label_lower, row.pk) for row in rows)
    own = [(fact.name, fact.value) for fact in facts if not _says_little(fact.value)]
    for row in rows:
        row.delete()
    forget_facts_with(own)
    return Erased(objects=keys, documents=tuple(document for document in documents if document is not None))


def _says_little(value: Any) -> bool:
    """Yes, no and nothing are true of many; they point to nobody."""
    return value is None or isinstance(value, bool) or value in ("", [], {})


def forget_facts_with(pairs: list[tuple[str, Any]]) -> int:
    """Empty the facts of stored checks that hold one of these, unless somebody else's recorded fact says the same."""
    emptied = 0
    for name, value in pairs:
        if Fact.objects.filter(name=name, value=value).exists():
            continue
        emptied += Check.objects.filter(facts__contains={name: value}).update(facts=None)
    return emptied
