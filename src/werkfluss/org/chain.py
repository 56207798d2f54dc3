"""The chain of evidence: one per firm, append-only, checkable by anybody who holds the entries.

    digest = SHA-256(salt || canonical JSON of the payload)          RFC 8785
    hash   = SHA-256(canonical JSON of the entry with digest and the previous hash)

The payload lies beside its entry and can be erased: the digest stays, the salt goes, so the text cannot be guessed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import rfc8785
from django.db import connection

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.models import Anchor, Entry, Payload

GENESIS = bytes(32)
ERASURE = "evidence.payload.erased"
_AT_ONCE = 500

_MISSING = Text("Eintrag {seq} fehlt", "entry {seq} is missing")
_UNTIED = Text("schließt nicht an seinen Vorgänger an", "does not follow its predecessor")
_CHANGED = Text("wurde verändert", "was changed")
_NOT_ANCHORED = Text("weicht von seinem Anker ab", "differs from its anchor")
_NO_PAYLOAD = Text("hat seinen Inhalt verloren", "has lost its payload")
_SAYS_OTHER = Text("sagt etwas anderes, als festgehalten wurde", "says something else than was recorded")
_EMPTIED = Text(
    "wurde geleert, ohne dass eine Löschung festgehalten ist", "was emptied without an erasure being recorded"
)
_CUT_OFF = Text("die Kette endet vor dem verankerten Eintrag {seq}", "the chain ends before the anchored entry {seq}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain; ``data`` is plain JSON."""

    at: datetime
    kind: str
    actor: Actor
    object_type: str
    object_id: UUID
    data: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the chain does not hold; ``what`` goes on from "entry 5"."""

    seq: int
    what: Text

    def as_json(self) -> dict[str, object]:
        return {"seq": self.seq, "what": self.what.as_json()}


@dataclass(frozen=True, slots=True)
class Report:
    """``entries`` counts what was read; ``fault`` is the first break, ``None`` if the chain holds."""

    entries: int
    erased: int
    head: str
    fault: Fault | None

    @property
    def ok(self) -> bool:
        return self.fault is None


def payload_digest(salt: bytes, data: Any) -> bytes:
    return hashlib.sha256(salt + rfc8785.dumps(data)).digest()


def entry_hash(entry: Entry) -> bytes:
    """The hash an entry must carry, from its own columns."""
    return hashlib.sha256(
        rfc8785.dumps(
            {
                "org": str(entry.org_id),
                "seq": entry.seq,
                "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "kind": entry.kind,
                "actor": [entry.actor_kind, str(entry.actor_id or ""), str(entry.on_behalf_of or "")],
                "object": [entry.object_type, str(entry.object_id)],
                "digest": bytes(entry.digest).hex(),
                "prev": bytes(entry.prev).hex(),
            }
        )
    ).digest()


def append(draft: Draft) -> Entry:
    """Write ``draft`` at the head of the firm's chain; holds the firm's chain lock until commit."""
    return append_all([draft])[0]


def append_all(drafts: Sequence[Draft]) -> list[Entry]:
    """Write the drafts at the head of the firm's chain, in their order; holds the chain lock until commit."""
    org_id = tenancy.current_org_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(org_id)])
    # A statement of its own, after the lock: only then it sees what others have committed meanwhile.
    head = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, prev = (head[0], bytes(head[1])) if head else (0, GENESIS)
    entries, payloads = [], []
    for draft in drafts:
        seq += 1
        salt = secrets.token_bytes(16)
        entry = _entry(draft, seq, prev, payload_digest(salt, draft.data))
        prev = bytes(entry.hash)
        entries.append(entry)
        payloads.append(Payload(entry=entry, salt=salt, data=draft.data))
    Entry.objects.bulk_create(entries, batch_size=_AT_ONCE)
    Payload.objects.bulk_create(payloads, batch_size=_AT_ONCE)
    return entries


def _entry(draft: Draft, seq: int, prev: bytes, digest: bytes) -> Entry:
    entry = Entry(
        seq=seq,
        at=draft.at,
        kind=draft.kind,
        actor_kind=draft.actor.kind.value,
        actor_id=draft.actor.id,
        on_behalf_of=draft.actor.on_behalf_of,
        object_type=draft.object_type,
        object_id=draft.object_id,
        digest=digest,
        prev=prev,
    )
    entry.hash = entry_hash(entry)
    return entry


def erase_payloads(entries: Iterable[Entry]) -> int:
    """Erase what these entries say; the caller records the erasure as an event of its own."""
    ids = [entry.pk for entry in entries]
    return Payload.objects.filter(entry_id__in=ids, erased_at=None).update(data=None, salt=None, erased_at=clock.now())


def anchor_head(day: date) -> Anchor | None:
    """Keep the head of ``day``; the caller carries it outside. ``None`` while the chain is empty."""
    head = Entry.objects.order_by("-seq").first()
    if head is None:
        return None
    anchor, _ = Anchor.objects.get_or_create(day=day, defaults={"seq": head.seq, "hash": bytes(head.hash)})
    return anchor


def verify(outside: Iterable[tuple[int, bytes]] = ()) -> Report:
    """Check the firm's whole chain: order, links, hashes, payloads, anchors.

    ``outside`` are (seq, hash) pairs kept away from the database: only they show that a tail was cut off.
    """
    expected_seq, prev, erased, declared = 1, GENESIS, set[int](), set[int]()
    anchors = dict(outside) | {a.seq: bytes(a.hash) for a in Anchor.objects.all()}
    rows = Entry.objects.order_by("seq").select_related("payload")
    for entry in rows.iterator(chunk_size=2000):
        fault = _fault(entry, expected_seq, prev, anchors)
        if fault:
            return Report(expected_seq - 1, len(erased), prev.hex(), Fault(expected_seq, fault))
        if entry.payload.erased_at is not None:
            erased.add(entry.seq)
        elif entry.kind == ERASURE:
            declared.update((entry.payload.data or {}).get("seqs", ()))
        prev = bytes(entry.hash)
        expected_seq += 1
    beyond = [seq for seq in anchors if seq >= expected_seq]
    unexplained = erased - declared
    missing = None
    if beyond:
        missing = Fault(expected_seq, _CUT_OFF.format(seq=max(beyond)))
    elif unexplained:
        # An erasure is itself an entry; otherwise "erased" would hide tampering.
        missing = Fault(min(unexplained), _EMPTIED)
    return Report(expected_seq - 1, len(erased), prev.hex(), missing)


def _fault(entry: Entry, expected_seq: int, prev: bytes, anchors: dict[int, bytes]) -> Text | None:
    """What is wrong with ``entry`` at this place."""
    if entry.seq != expected_seq:
        return _MISSING.format(seq=expected_seq)
    if bytes(entry.prev) != prev:
        return _UNTIED
    if bytes(entry.hash) != entry_hash(entry):
        return _CHANGED
    if anchors.get(entry.seq, bytes(entry.hash)) != bytes(entry.hash):
        return _NOT_ANCHORED
    payload = getattr(entry, "payload", None)
    if payload is None:
        return _NO_PAYLOAD
    if payload.erased_at is None and (
        payload.salt is None or payload_digest(bytes(payload.salt), payload.data) != bytes(entry.digest)
    ):
        return _SAYS_OTHER
    return None
