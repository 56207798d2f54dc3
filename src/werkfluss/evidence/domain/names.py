"""Where a person is named in text of the firm, and putting a pseudonym there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from werkfluss.evidence.domain.retention import Key, Term, terms
from werkfluss.kernel import clock
from werkfluss.org import chain
from werkfluss.org.isolation import tenant_models
from werkfluss.org.models import Anchor, Entry, Payload

_SHORTEST = 4  # shorter names would be found inside other words


def replace_names(identifiers: tuple[str, ...], pseudonym: str) -> tuple[Counter[str], list[tuple[str, Term]]]:
    """Put the pseudonym in the place of every identifier: how many rows per app.Model.field, and what has to wait."""
    replaced, stays = Counter[str](), list[tuple[str, Term]]()
    wanted = _findable(identifiers)
    for model in tenant_models():
        if model in {Entry, Payload, Anchor}:
            continue
        for field in _text_fields(model):
            where = f"{model._meta.label}.{field.name}"
            rows = list(_naming(model, field, wanted))
            held = _held(model, [row.pk for row in rows])
            stays += [(where, term) for term in held.values()]
            for row in rows:
                if row.pk not in held:
                    _rewrite(row, field, wanted, pseudonym)
                    replaced[where] += 1
    return replaced, stays


def _findable(identifiers: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in identifiers if len(text) >= _SHORTEST)


def _text_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    fields = [field for field in model._meta.local_concrete_fields if isinstance(field, kinds) and not field.choices]
    return cast("list[models.Field[Any, Any]]", fields)


def _naming(
    model: type[models.Model], field: models.Field[Any, Any], identifiers: tuple[str, ...]
) -> Iterable[models.Model]:
    if not identifiers:
        return []
    wanted = Q()
    for text in identifiers:
        wanted |= Q(erasure_text__icontains=text)
    rows = model._default_manager.annotate(erasure_text=Cast(field.name, models.TextField()))
    found: Iterable[models.Model] = rows.filter(wanted)
    return found


def _held(model: type[models.Model], keys: list[UUID]) -> dict[UUID, Term]:
    """Rows that must stay as they are until their period is over."""
    today = clock.today()
    return {key: term for key, term in terms(model, keys).items() if term.outlasts_request(today)}


def _rewrite(row: models.Model, field: models.Field[Any, Any], identifiers: tuple[str, ...], pseudonym: str) -> None:
    value = without(getattr(row, field.name), identifiers, pseudonym)
    if isinstance(value, str) and getattr(field, "max_length", None):
        value = value[: field.max_length]
    type(row)._default_manager.filter(pk=row.pk).update(**{field.name: value}, version=F("version") + 1)


def without(value: Any, identifiers: tuple[str, ...], pseudonym: str) -> Any:
    """``value`` (text or JSON) with every identifier replaced, whatever its case."""
    if isinstance(value, dict):
        return {key: without(item, identifiers, pseudonym) for key, item in value.items()}
    if isinstance(value, list):
        return [without(item, identifiers, pseudonym) for item in value]
    if not isinstance(value, str):
        return value
    for text in identifiers:
        start = value.casefold().find(text.casefold())
        while start >= 0:
            value = value[:start] + pseudonym + value[start + len(text) :]
            start = value.casefold().find(text.casefold(), start + len(pseudonym))
    return value


def entries_about(objects: set[Key], identifiers: tuple[str, ...]) -> tuple[list[Entry], list[Term]]:
    """Entries to be emptied: those about the objects, and those that name the person. What an entry names that speaks
    of a record which has to stay, stays with it: their terms.
    """
    by_model: dict[str, dict[UUID, Term]] = {}
    emptied, stays = [], []
    found = list(_entries(objects, _findable(identifiers)))
    for label in {entry.object_type for entry in found}:
        keys = [entry.object_id for entry in found if entry.object_type == label]
        by_model[label] = _held(apps.get_model(label), keys)
    for entry in found:
        term = by_model[entry.object_type].get(entry.object_id)
        if term is None or (entry.object_type, entry.object_id) in objects:
            emptied.append(entry)
        else:
            stays.append(term)
    return emptied, stays


def _entries(objects: set[Key], identifiers: tuple[str, ...]) -> Iterator[Entry]:
    rows = Entry.objects.filter(payload__erased_at=None).exclude(kind=chain.ERASURE)
    about = Q()
    for label in {label for label, _ in objects}:
        about |= Q(object_type=label, object_id__in=[key for other, key in objects if other == label])
    naming = Q()
    for text in identifiers:
        naming |= Q(said__icontains=text)
    said = rows.annotate(said=Cast("payload__data", models.TextField()))
    yield from said.filter(about | naming).order_by("seq")
