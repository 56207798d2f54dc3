"""Dossiers: everything about one order, task or agent, with the proof that it is what was recorded at the time.

Upper rooms say in ``AppConfig.ready`` what they know of a kind (``register_part``); nobody here knows them. Sealing
lists the entries of all objects of a dossier in one new entry, so that none can be taken out of it afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from werkfluss.evidence import proof
from werkfluss.evidence.models import Document
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.org.models import Anchor, Entry, Organisation, User
from werkfluss.org.tenancy import current_org_id

# What a cell may hold; it is written in the dossier's language when the dossier is drawn.
Cell = Text | str | int | Money | date | datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with pairs, paragraphs and at most one table (``head`` names its columns)."""

    title: Text
    pairs: tuple[tuple[Text, Cell], ...] = ()
    paragraphs: tuple[Cell, ...] = ()
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one room knows. ``root`` is the object itself, from the room that owns the kind; ``objects`` and
    ``documents`` are further ones whose entries belong to the dossier; ``names`` are words for keys of agents.
    """

    sections: tuple[Section, ...] = ()
    root: models.Model | None = None
    title: Text | None = None
    objects: tuple[models.Model, ...] = ()
    documents: tuple[Document, ...] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)


# Called with the key of the object, inside ``acting``; ``None`` if this room knows nothing of it.
Provider = Callable[[UUID], Part | None]


@dataclass(frozen=True, slots=True)
class _Registered:
    title: Text
    provider: Provider


_parts: dict[str, list[_Registered]] = defaultdict(list)
_words: dict[str, Text] = {}


def register_part(kind: str, title: Text, provider: Provider) -> None:
    """Add what a room knows of dossiers of this kind; ``title`` stands above it."""
    if all(one.provider is not provider for one in _parts[kind]):
        _parts[kind].append(_Registered(title, provider))


def register_words(words: Mapping[str, Text]) -> None:
    """Plain words for kinds of events, as they stand in the history."""
    _words.update(words)


def kinds() -> frozenset[str]:
    """The kinds of dossiers there are."""
    return frozenset(_parts)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry in words."""

    seq: int
    at: datetime
    who: Text
    what: Text
    erased: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier before it is drawn. ``parts`` are (heading, sections); ``entries`` end with the seal if there is one
    that covers all others.
    """

    kind: str
    title: Text
    firm: Organisation
    root: models.Model
    parts: tuple[tuple[Text, tuple[Section, ...]], ...]
    documents: tuple[Document, ...]
    entries: tuple[Entry, ...]
    history: tuple[Happening, ...]
    seal: Entry | None
    head: Entry
    anchors: tuple[Anchor, ...]


def dossier(kind: str, key: UUID) -> Dossier | None:
    """The dossier of an object; ``None`` if there is no such kind or object in this firm."""
    found = [(one.title, part) for one in _parts.get(kind, ()) if (part := one.provider(key)) is not None]
    # The room that owns the object speaks first.
    found.sort(key=lambda told: told[1].root is None)
    owner = next((part for _, part in found if part.root is not None), None)
    if owner is None or owner.root is None or owner.title is None:
        return None
    documents = tuple({document.pk: document for _, part in found for document in part.documents}.values())
    objects = [owner.root, *(row for _, part in found for row in part.objects), *documents]
    entries = _entries_of(objects)
    head = Entry.objects.order_by("-seq").first()
    assert head is not None  # founding the firm was the first entry
    names = {key: name for _, part in found for key, name in part.names.items()}
    seal = _valid_seal(entries, owner.root)
    return Dossier(
        kind=kind,
        title=owner.title,
        firm=Organisation.objects.get(pk=current_org_id()),
        root=owner.root,
        parts=tuple((title, part.sections) for title, part in found if part.sections),
        documents=documents,
        entries=tuple(entries),
        history=_history(entries, names),
        seal=seal,
        head=head,
        anchors=tuple(Anchor.objects.filter(seq__gte=entries[0].seq).order_by("day")) if entries else (),
    )


def seal_dossier(found: Dossier, *, by: Actor) -> None:
    """Record which entries the dossier holds; this entry then closes it.

    It is written when the block of ``acting`` ends, so the sealed dossier is there for the next one.
    """
    sealed = {str(entry.seq): bytes(entry.hash).hex() for entry in found.entries}
    record(Event(proof.SEALED, found.root, {"kind": found.kind, "entries": sealed}), by=by)


def _entries_of(objects: Iterable[models.Model]) -> list[Entry]:
    keys: dict[str, set[UUID]] = defaultdict(set)
    for row in objects:
        keys[row._meta.label_lower].add(row.pk)
    wanted = Q()
    for label, ids in keys.items():
        wanted |= Q(object_type=label, object_id__in=ids)
    own = list(Entry.objects.filter(wanted).select_related("payload").order_by("seq"))
    emptied = {entry.seq for entry in own if entry.payload.erased_at is not None}
    if not emptied:
        return own
    # Why something is empty belongs to the dossier, or it would look like tampering.
    erasures = Entry.objects.filter(kind=chain.ERASURE, seq__gt=min(emptied)).select_related("payload")
    explaining = [entry for entry in erasures if emptied & set((entry.payload.data or {}).get("seqs", ()))]
    return sorted({entry.seq: entry for entry in [*own, *explaining]}.values(), key=lambda entry: entry.seq)


def _valid_seal(entries: list[Entry], root: models.Model) -> Entry | None:
    """The last entry, if it is a seal of this object that lists all others."""
    if not entries or entries[-1].kind != proof.SEALED or entries[-1].object_id != root.pk:
        return None
    others = {str(entry.seq): bytes(entry.hash).hex() for entry in entries[:-1]}
    sealed = entries[-1].payload.data or {}
    return entries[-1] if sealed.get("entries") == others else None


def _history(entries: list[Entry], names: Mapping[UUID, str]) -> tuple[Happening, ...]:
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    known = dict(User.objects.filter(pk__in=actors).values_list("pk", "name")) | dict(names)
    return tuple(
        Happening(
            seq=entry.seq,
            at=entry.at,
            who=_who(entry, known),
            what=_words.get(entry.kind) or Text(entry.kind, entry.kind),
            erased=entry.payload.erased_at is not None,
            hash=bytes(entry.hash).hex(),
        )
        for entry in entries
    )


def _who(entry: Entry, names: Mapping[UUID, str]) -> Text:
    if entry.actor_kind == ActorKind.SYSTEM:
        return Text("Werkfluss selbst", "Werkfluss itself")
    name = names.get(entry.actor_id) if entry.actor_id else None
    if name:
        return Text(name, name)
    agent = entry.actor_kind == ActorKind.AGENT
    return Text("KI-Agent", "AI agent") if agent else Text("gelöschte Person", "erased person")


def names_of(keys: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names of users by key, for providers; keys of nobody are left out."""
    wanted: list[Any] = [key for key in keys if key is not None]
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


register_words(
    {
        proof.SEALED: Text("Dossier erstellt", "Dossier made"),
        proof.KEPT: Text("Unterlage abgelegt", "Document kept"),
        proof.ERASURE: Text("Inhalte gelöscht", "Contents erased"),
    }
)
