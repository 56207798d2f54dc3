"""Erasing a person: what nobody needs any more goes, what the law demands stays and is named, the chain still holds.

Three steps. Rooms delete what belongs to the person alone (``register_eraser``). Then the name and the address are
replaced wherever else they stand in text of the firm, except in records that must be kept by law: those are told by
``retention.yaml`` (a basis in Art. 6(1)(c) GDPR). Last, what the chain says of the person is emptied, and that is
itself an entry. Files of the person are deleted; the bytes of files that belong to work of the firm are not searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Cast

from werkfluss.evidence.models import Blob, Document, ImportBatch
from werkfluss.evidence.retention import purpose_of, register
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import firms_of
from werkfluss.org.events import Event, record
from werkfluss.org.isolation import tenant_models
from werkfluss.org.models import Anchor, Entry, LoginLink, Membership, OutgoingMail, Payload, User

_LEGAL_DUTY = "Art. 6(1)(c)"
_SHORTEST = 4  # shorter names would be found inside other words


@dataclass(frozen=True, slots=True)
class Erased:
    """What a room found and deleted. ``objects`` are (model label, key) of rows that told of the person alone;
    ``identifiers`` are texts by which the person can be found elsewhere, replaced by ``pseudonym``.
    """

    objects: tuple[tuple[str, UUID], ...] = ()
    documents: tuple[Document, ...] = ()
    identifiers: tuple[str, ...] = ()
    pseudonym: str = ""
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What goes: ``where`` is ``app.Model`` or ``app.Model.field``, ``what`` its purpose in the register, ``rows`` how
    many rows are deleted or emptied.
    """

    where: str
    what: Text
    rows: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays. ``where`` is ``app.Model`` or ``app.Model.field``, ``what`` its purpose in the register, ``rows`` how
    many rows still tell of the person. ``basis`` is the provision that demands or allows it, ``ground`` the exception
    of Art. 17(3) GDPR. ``until`` is the last day on which it is kept; ``None``: it goes with what it belongs to, whose
    end is not known yet.
    """

    where: str
    basis: str
    rows: int
    what: Text
    ground: str = ""
    until: date | None = None

    def as_json(self) -> dict[str, Any]:
        until = self.until.isoformat() if self.until else None
        return {"where": self.where, "basis": self.basis, "rows": self.rows, "ground": self.ground, "until": until}


@dataclass(frozen=True, slots=True)
class Report:
    """How much went, and what stays with its reason.

    ``gone`` and ``kept`` are made for showing, sorted by ``where``; the four numbers are sums: rows of the person
    alone, files, texts in which the name was replaced, emptied entries of the chain.
    """

    objects: int
    documents: int
    replaced: int
    payloads: int
    kept: tuple[Kept, ...]
    gone: tuple[Gone, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What ``erase_person`` would do now, for a page that asks before it acts."""

    gone: tuple[Gone, ...]
    kept: tuple[Kept, ...]


# Called with the person's row, inside ``acting``. May refuse, before it has changed anything.
Eraser = Callable[[models.Model], Erased]
_erasers: list[Eraser] = []


def register_eraser(eraser: Eraser) -> None:
    """Take part in erasing a person; the rooms registered last, which stand above, are asked first."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def preview(person: models.Model) -> Preview:
    """What ``erase_person`` would delete and keep now. Changes nothing: it is done and taken back.

    Call it inside ``acting``; the caller sees to the right ``people.write``.

    Raises:
        Refused: the person still works here, or is none.
    """
    report = None
    with transaction.atomic():
        report, _ = _carry_out(person)
        transaction.set_rollback(True)
    return Preview(report.gone, report.kept)


def erase_person(person: models.Model, *, reason: str, basis: str, by: Actor) -> Report:
    """Erase a natural person, a row of ``workforce.Resource``, in this firm.

    ``basis`` is the provision, such as Art. 17(1)(a) GDPR. The login goes too unless another firm needs it. What has to
    be kept by law, or for claims, stays until its period is over (``Report.kept``); the nightly job deletes it then.

    Raises:
        NotPermitted: the actor may not change people.
        Refused: the person still works here, or is none.
    """
    by.require("people.write")
    report, told = _carry_out(person)
    data = {
        "seqs": list(told.seqs),
        "reason": _without(reason, told.identifiers, told.pseudonym),
        "basis": basis,
        "kept": [one.as_json() for one in report.kept],
    }
    record(Event(chain.ERASURE, person, data), by=by)
    return report


@dataclass(frozen=True, slots=True)
class _Told:
    """What the entry about an erasure is made of."""

    seqs: tuple[int, ...]
    identifiers: tuple[str, ...]
    pseudonym: str


def _carry_out(person: models.Model) -> tuple[Report, _Told]:
    found = [eraser(person) for eraser in reversed(_erasers)]
    identifiers = tuple(sorted({text for one in found for text in one.identifiers}, key=len, reverse=True))
    pseudonym = next(one.pseudonym for one in found if one.pseudonym)
    user = next((one.user for one in found if one.user is not None), None)
    objects = {(person._meta.label_lower, person.pk)} | {key for one in found for key in one.objects}
    documents = {document.pk: document for one in found for document in one.documents}
    for document, row in _lists_with(person):
        documents[document.pk] = document
        objects.add((row._meta.label_lower, row.pk))
    gone = Counter(_label(label) for label, _ in objects)
    objects |= {(Document._meta.label_lower, key) for key in documents}
    in_use = _delete_documents(documents.values())
    gone[Document._meta.label] += len(documents) - in_use
    if _delete_login(user, identifiers):
        gone[User._meta.label] += 1
    replaced, kept = _replace(identifiers, pseudonym)
    gone.update(replaced)
    if in_use:
        kept.append(Kept(Document._meta.label, "part of work that is kept", in_use, purpose_of(Document._meta.label)))
    entries = list(_entries(objects, identifiers))
    chain.erase_payloads(entries)
    gone[Payload._meta.label] += len(entries)
    report = Report(
        objects=len(objects),
        documents=len(documents),
        replaced=sum(replaced.values()),
        payloads=len(entries),
        kept=tuple(sorted(kept, key=lambda one: one.where)),
        gone=tuple(Gone(where, purpose_of(where), rows) for where, rows in sorted(gone.items()) if rows),
    )
    return report, _Told(tuple(entry.seq for entry in entries), identifiers, pseudonym)


def _label(label: str) -> str:
    return apps.get_model(label)._meta.label


def _lists_with(person: models.Model) -> Iterator[tuple[Document, ImportBatch]]:
    """Files from which the person was imported: they hold others too, and have served their purpose."""
    key = [person._meta.label_lower, str(person.pk)]
    for batch in ImportBatch.objects.filter(created__contains=[key]).select_related("document"):
        yield batch.document, batch
        batch.delete()


def _delete_documents(documents: Iterable[Document]) -> int:
    """The names, and the bytes that no other name holds; how many stay because results or invoices rest on them."""
    blobs = {document.blob_id for document in documents}
    in_use = 0
    for document in documents:
        try:
            Document.objects.filter(pk=document.pk).delete()
        except models.ProtectedError:
            in_use += 1
    used = set(Document.objects.filter(blob_id__in=blobs).values_list("blob_id", flat=True))
    Blob.objects.filter(pk__in=blobs - used).delete()
    return in_use


def _delete_login(user: User | None, identifiers: tuple[str, ...]) -> bool:
    """Whether the log-in itself went: not if another firm of the installation needs it."""
    if user is None:
        return False
    LoginLink.objects.filter(user=user).delete()
    Membership.objects.filter(user=user).delete()
    for address in identifiers:
        OutgoingMail.objects.filter(to__contains=[address]).delete()
    if firms_of(user):
        return False
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"{user.pk}@geloescht.invalid", "", False
    user.set_unusable_password()
    user.save()
    return True


def _replace(identifiers: tuple[str, ...], pseudonym: str) -> tuple[Counter[str], list[Kept]]:
    """Put the pseudonym in the place of every identifier; count what must stay."""
    replaced, kept = Counter[str](), []
    wanted = tuple(text for text in identifiers if len(text) >= _SHORTEST)
    for model in tenant_models():
        if model in {Entry, Payload, Anchor}:
            continue
        for field in _text_fields(model):
            where = f"{model._meta.label}.{field.name}"
            rows = list(_naming(model, field, wanted))
            basis = _legal_duty(where)
            if rows and basis:
                kept.append(Kept(where, basis, len(rows), purpose_of(where)))
                continue
            for row in rows:
                value = _without(getattr(row, field.name), wanted, pseudonym)
                if isinstance(value, str) and getattr(field, "max_length", None):
                    value = value[: field.max_length]
                model._default_manager.filter(pk=row.pk).update(**{field.name: value}, version=F("version") + 1)
            replaced[where] += len(rows)
    return replaced, kept


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


def _legal_duty(path: str) -> str:
    """The basis on which the field must be kept, empty if there is none."""
    field = register().fields.get(path)
    return field.rule.basis if field is not None and _LEGAL_DUTY in field.rule.basis else ""


def _without(value: Any, identifiers: tuple[str, ...], pseudonym: str) -> Any:
    """``value`` (text or JSON) with every identifier replaced, whatever its case."""
    if isinstance(value, dict):
        return {key: _without(item, identifiers, pseudonym) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, identifiers, pseudonym) for item in value]
    if not isinstance(value, str):
        return value
    for text in identifiers:
        start = value.casefold().find(text.casefold())
        while start >= 0:
            value = value[:start] + pseudonym + value[start + len(text) :]
            start = value.casefold().find(text.casefold(), start + len(pseudonym))
    return value


def _entries(objects: set[tuple[str, UUID]], identifiers: tuple[str, ...]) -> Iterator[Entry]:
    """Entries about the person, and those that name the person unless the law demands what they are about."""
    rows = Entry.objects.filter(payload__erased_at=None).exclude(kind=chain.ERASURE)
    about = Q()
    for label in {label for label, _ in objects}:
        about |= Q(object_type=label, object_id__in=[key for other, key in objects if other == label])
    naming = Q()
    for text in (text for text in identifiers if len(text) >= _SHORTEST):
        naming |= Q(said__icontains=text)
    said = rows.annotate(said=Cast("payload__data", models.TextField()))
    for entry in said.filter(about | naming).order_by("seq"):
        if (entry.object_type, entry.object_id) in objects or not _is_bound(entry.object_type):
            yield entry


def _is_bound(label: str) -> bool:
    """Whether records of this model are kept by law."""
    paths = (field for path, field in register().fields.items() if path.rpartition(".")[0].lower() == label)
    return any(_LEGAL_DUTY in field.rule.basis for field in paths)
