"""What the room of facts and verdicts deletes when a person is erased."""

from __future__ import annotations

from typing import Any

from django.db import models

from werkfluss.compliance.expiry import forget_facts
from werkfluss.compliance.models import Check, Condition, Deadline, Fact
from werkfluss.evidence.domain.documents import documents_of
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import waiting
from werkfluss.kernel import clock


def register() -> None:
    register_eraser(_erase)


def _erase(person: models.Model) -> Erased:
    """Facts, conditions and deadlines of the person go, unless they are evidence against claims for contributions.

    Verdicts stay, without the facts that point to this person.
    """
    label, key = person._meta.label_lower, person.pk
    facts = list(Fact.objects.filter(subject_type=label, subject_id=key).select_related("document"))
    dated: list[Condition | Deadline] = [
        *Condition.objects.filter(subject_type=label, subject_id=key).select_related("proof"),
        *Deadline.objects.filter(subject_type=label, subject_id=key).select_related("proof"),
    ]
    rows: list[Fact | Condition | Deadline] = [*facts, *dated]
    held = waiting(rows, clock.today())
    _close([row for row in dated if row.pk in held])
    going = [row for row in rows if row.pk not in held]
    documents = [row.document if isinstance(row, Fact) else row.proof for row in going]
    documents += [document for row in going for document in documents_of(row)]
    own = [(row.name, row.value) for row in going if isinstance(row, Fact) and not _says_little(row.value)]
    keys = tuple((row._meta.label_lower, row.pk) for row in going)
    stays = tuple((row._meta.label, held[row.pk]) for row in rows if row.pk in held)
    for row in going:
        row.delete()
    forget_facts_with(own)
    return Erased(keys, stays, tuple(document for document in documents if document is not None))


def _close(rows: list[Condition | Deadline]) -> None:
    """What stays as evidence is no longer to be done."""
    for row in rows:
        if row.state == "open":
            row.edit(state="lapsed" if isinstance(row, Condition) else "dropped")


def _says_little(value: Any) -> bool:
    """Yes, no and nothing are true of many; they point to nobody."""
    return value is None or isinstance(value, bool) or value in ("", [], {})


def forget_facts_with(pairs: list[tuple[str, Any]]) -> int:
    """Empty the facts of stored checks that hold one of these, unless somebody else's recorded fact says the same."""
    emptied = 0
    for name, value in pairs:
        if Fact.objects.filter(name=name, value=value).exists():
            continue
        found = list(Check.objects.filter(facts__contains={name: value}))
        forget_facts(found)
        emptied += len(found)
    return emptied
