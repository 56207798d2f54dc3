"""Erasing a person: what nobody needs any more goes, what the law demands stays and is named, the chain still holds.

    preview(person) -> Preview                                  what would go and what stays; changes nothing
    erase_person(person, reason=, basis=, by=) -> Report        does it

Four steps. Rooms delete what belongs to the person alone (``register_eraser``), except rows whose rule in
``retention.yaml`` makes a request wait (Art. 17(3) GDPR) until their period is over. Then the name and the address are
replaced wherever else they stand in text of the firm, with the same exception (``names.py``). The log-in goes. Last,
what the chain says of the person is emptied, and that is itself an entry. Files of the person are deleted; the bytes of
files that belong to work of the firm are not searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from werkfluss.evidence.citation import citation
from werkfluss.evidence.domain.accounts import forget_account
from werkfluss.evidence.domain.holds import GROUND, Held, guarded, require_free, still_held
from werkfluss.evidence.domain.names import entries_about, replace_names, without
from werkfluss.evidence.domain.retention import Key, Term, delete_documents, resting_on, rows_under, waiting
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.evidence.retention import purpose_of
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import LoginLink, Membership, OutgoingMail, Payload, User

_RESTED_ON = Text("Teil von Aufzeichnungen, die bleiben", "part of records that are kept")


@dataclass(frozen=True, slots=True)
class Erased:
    """What a room found and deleted. ``objects`` are (model label, key) of rows that told of the person alone;
    ``waiting`` rows (app.Model, term) that stay for now; ``identifiers`` are texts by which the person can be found
    elsewhere, replaced by ``pseudonym``.
    """

    objects: tuple[Key, ...] = ()
    waiting: tuple[tuple[str, Term], ...] = ()
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
    many rows still tell of the person. ``basis`` are the provisions that demand or allow it, ``ground`` the exception
    of Art. 17(3) GDPR; both are empty if only other rows that are kept rest on it. ``until`` is the last day on which
    it is kept; ``None``: it goes with what it belongs to, whose end is not known yet. ``hold`` is the reason of a
    legal hold that keeps it. For showing, ``cited`` and ``exception`` give both in German and English.
    """

    where: str
    basis: str
    rows: int
    what: Text
    ground: str = ""
    until: date | None = None
    hold: str = ""

    @property
    def cited(self) -> Text:
        return citation(self.basis) if self.basis else _RESTED_ON

    @property
    def exception(self) -> Text | None:
        return citation(self.ground) if self.ground else None

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
        Refused: the person still works here, is none, or a legal hold keeps the person or what would go.
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
        Refused: the person still works here, is none, or a legal hold keeps the person or what would go.
    """
    by.require("people.write")
    with transaction.atomic():
        report, told = _carry_out(person)
    data = {
        "seqs": list(told.seqs),
        "reason": without(reason, told.identifiers, told.pseudonym),
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
    require_free(person)
    held = Held.now()
    watched = guarded(person, held, rows_under) if held else []
    report, told = _forget(person)
    for model, keys, hold in watched:
        if model._default_manager.filter(pk__in=keys).count() < len(keys):
            raise still_held(hold)
    return report, told


def _forget(person: models.Model) -> tuple[Report, _Told]:
    found = [eraser(person) for eraser in reversed(_erasers)]
    identifiers = tuple(sorted({text for one in found for text in one.identifiers}, key=len, reverse=True))
    pseudonym = next(one.pseudonym for one in found if one.pseudonym)
    user = next((one.user for one in found if one.user is not None), None)
    objects = {(person._meta.label_lower, person.pk)} | {key for one in found for key in one.objects}
    documents = {document.pk: document for one in found for document in one.documents}
    for document, row in _lists_with(person):
        documents[document.pk] = document
        objects.add((row._meta.label_lower, row.pk))
    stays = [one for room in found for one in room.waiting]
    gone = Counter(apps.get_model(label)._meta.label for label, _ in objects)
    deleted, held, needed = _delete_files(documents)
    stays += [(Document._meta.label, term) for term in held]
    gone[Document._meta.label] += len(deleted)
    gone[User._meta.label] += _delete_login(user, identifiers)
    replaced, kept_names = replace_names(identifiers, pseudonym)
    gone.update(replaced)
    emptied, kept_entries = entries_about(objects | deleted, identifiers)
    chain.erase_payloads(emptied)
    gone[Payload._meta.label] += len(emptied)
    kept = list(_kept([*stays, *kept_names, *((Payload._meta.label, term) for term in kept_entries)]))
    if needed:
        kept.append(Kept(Document._meta.label, "", needed, purpose_of(Document._meta.label)))
    report = Report(
        objects=len(objects | deleted),
        documents=len(deleted),
        replaced=sum(replaced.values()),
        payloads=len(emptied),
        kept=tuple(sorted(kept, key=lambda one: (one.where, one.basis))),
        gone=tuple(Gone(where, purpose_of(where), rows) for where, rows in sorted(gone.items()) if rows),
    )
    return report, _Told(tuple(entry.seq for entry in emptied), identifiers, pseudonym)


def _kept(stays: Iterable[tuple[str, Term]]) -> Iterator[Kept]:
    """One line per table or column and rule, with the day on which the last of its rows goes."""
    grouped: dict[tuple[str, str, str], list[Term]] = {}
    for where, term in stays:
        grouped.setdefault((where, term.rule.key, term.hold.reason if term.hold else ""), []).append(term)
    for (where, _, hold), terms in grouped.items():
        rule, days = terms[0].rule, [term.until for term in terms]
        until = None if None in days else max(day for day in days if day is not None)
        ground = rule.waits or (GROUND if hold else "")
        yield Kept(where, rule.provisions, len(terms), purpose_of(where), ground, until, hold)


def _lists_with(person: models.Model) -> Iterator[tuple[Document, ImportBatch]]:
    """Files from which the person was imported: they hold others too, and have served their purpose."""
    key = [person._meta.label_lower, str(person.pk)]
    for batch in ImportBatch.objects.filter(created__contains=[key]).select_related("document"):
        yield batch.document, batch
        batch.delete()


def _delete_files(documents: Mapping[UUID, Document]) -> tuple[set[Key], list[Term], int]:
    """What went; what waits for its own period or that of a record which rests on it; how many stay for other rows."""
    held = waiting(documents.values(), clock.today())
    terms = list(held.values())
    wanted = {key: document for key, document in documents.items() if key not in held}
    deleted = delete_documents(wanted.values())
    needed = 0
    for document in (one for key, one in wanted.items() if (Document._meta.label_lower, key) not in deleted):
        behind = waiting(resting_on(document), clock.today())
        terms += list(behind.values())[:1]
        needed += not behind
    return deleted, terms, needed


def _delete_login(user: User | None, identifiers: tuple[str, ...]) -> bool:
    """Whether the log-in itself went: not if another firm of the installation needs it."""
    if user is None:
        return False
    LoginLink.objects.filter(user=user).delete()
    Membership.objects.filter(user=user).delete()
    for address in identifiers:
        OutgoingMail.objects.filter(to__contains=[address]).delete()
    return forget_account(user)
