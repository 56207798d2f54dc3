"""Drawing dossiers: as PDF for reading, as ZIP with the attached files and the proof for checking.

Equal dossiers and equal times give equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from werkfluss.evidence import proof
from werkfluss.evidence.domain import drawing
from werkfluss.evidence.domain.documents import content_of
from werkfluss.evidence.domain.dossiers import Cell, Dossier, Section
from werkfluss.evidence.models import Document
from werkfluss.kernel.text import Language, Text
from werkfluss.org.models import Entry, FirmProfile

_HASH_COLUMN = 4


def dossier_pdf(dossier: Dossier, *, language: Language, at: datetime) -> bytes:
    """The dossier as PDF/A-3a and PDF/UA-1, A4; ``at`` is the time of making that stands on it."""
    firm, profile = dossier.firm.name, FirmProfile.objects.get()
    address = f"{firm}, {profile.street}, {profile.postcode} {profile.city}, {profile.country}"
    parts: list[tuple[Cell, list[dict[str, Any]]]] = [
        (title, [drawing.drawn(section, language) for section in sections]) for title, sections in dossier.parts
    ]
    return drawing.as_pdf(
        title=dossier.title,
        firm=firm,
        address=address,
        facts=[
            (Text("Firma", "Firm"), firm),
            (Text("Erstellt", "Made"), at),
            (Text("Einträge im Protokoll", "Entries of the record"), len(dossier.entries)),
        ],
        parts=[*parts, (Text("Nachweis", "Proof"), _proof_sections(dossier, language))],
        language=language,
        at=at,
    )


def dossier_zip(dossier: Dossier, *, language: Language, at: datetime) -> bytes:
    """The PDF, the attached files, the proof (``chain.json``) and how to check it."""
    contents = {"dossier.pdf": dossier_pdf(dossier, language=language, at=at)}
    paths = _paths(dossier.documents)
    contents |= {path: content_of(document) for path, document in paths.items()}
    contents |= {f"HOWTO.{code}.txt": (_folder() / f"howto.{code}.txt").read_bytes() for code in ("de", "en")}
    listed = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest()}
        | ({"document": str(paths[path].pk)} if path in paths else {})
        for path, content in contents.items()
    ]
    chain = chain_json(dossier, language=language, at=at, listed=listed)
    contents[proof.CHAIN] = json.dumps(chain, ensure_ascii=False, indent=1).encode()
    return _packed(contents, at)


def _folder() -> Any:
    return files("werkfluss.evidence")


def chain_json(dossier: Dossier, *, language: Language, at: datetime, listed: list[dict[str, str]]) -> dict[str, Any]:
    """The proof, as ``evidence.proof`` reads it."""
    return {
        "format": proof.FORMAT,
        "firm": {"id": str(dossier.firm.pk), "slug": dossier.firm.slug, "name": dossier.firm.name},
        "dossier": {
            "kind": dossier.kind,
            "title": dossier.title.in_language(language),
            "object": [dossier.root._meta.label_lower, str(dossier.root.pk)],
            "made_at": _instant(at),
        },
        "files": listed,
        "entries": [entry_json(entry) for entry in dossier.entries],
        "head": {"seq": dossier.head.seq, "hash": bytes(dossier.head.hash).hex()},
        "anchors": [
            {"day": anchor.day.isoformat(), "seq": anchor.seq, "hash": bytes(anchor.hash).hex()}
            for anchor in dossier.anchors
        ],
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry with its payload, every column in the form in which it is hashed."""
    payload = entry.payload
    return {
        "seq": entry.seq,
        "at": _instant(entry.at),
        "kind": entry.kind,
        "actor": [entry.actor_kind, str(entry.actor_id or ""), str(entry.on_behalf_of or "")],
        "object": [entry.object_type, str(entry.object_id)],
        "digest": bytes(entry.digest).hex(),
        "prev": bytes(entry.prev).hex(),
        "hash": bytes(entry.hash).hex(),
        "salt": None if payload.salt is None else bytes(payload.salt).hex(),
        "data": payload.data,
        "erased_at": None if payload.erased_at is None else _instant(payload.erased_at),
    }


def _paths(documents: Iterable[Document]) -> dict[str, Document]:
    """A path for each document that no other has and that says nothing to a file system."""
    paths: dict[str, Document] = {}
    for document in sorted(documents, key=lambda one: (one.created_at, str(one.pk))):
        name = re.sub(r"[^\w.\- ]", "_", document.filename).strip(". ") or "datei"
        paths[f"files/{len(paths) + 1:03d}-{name}"] = document
    return paths


def _packed(contents: dict[str, bytes], at: datetime) -> bytes:
    local = at.astimezone(UTC)
    stamp = (max(local.year, 1980), local.month, local.day, local.hour, local.minute, local.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in contents.items():
            info = zipfile.ZipInfo(path, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def _proof_sections(dossier: Dossier, language: Language) -> list[dict[str, Any]]:
    head = f"{dossier.head.seq} · {bytes(dossier.head.hash).hex()}"
    seal = f"{dossier.seal.seq} · {bytes(dossier.seal.hash).hex()}" if dossier.seal else None
    pairs: list[tuple[Text, Cell]] = [
        (Text("Siegel", "Seal"), seal or Text("keines; nur das ZIP wird besiegelt", "none; only the ZIP is sealed")),
        (Text("Kopf der Kette", "Head of the chain"), head),
    ]
    pairs += [
        (
            Text(f"Anker {drawing.say(one.day, 'de')}", f"Anchor {drawing.say(one.day, 'en')}"),
            f"{one.seq} · {bytes(one.hash).hex()}",
        )
        for one in dossier.anchors[-3:]
    ]
    history = Section(
        Text("Verlauf", "History"),
        head=(Text("Nr.", "No."), Text("Wann", "When"), Text("Wer", "Who"), Text("Was", "What"), Text("Hash", "Hash")),
        rows=tuple(
            (
                one.seq,
                one.at,
                one.who,
                Text("Inhalt gelöscht", "content erased") if one.erased else one.what,
                one.hash[:16],
            )
            for one in dossier.history
        ),
    )
    documents = Section(
        Text("Unterlagen", "Documents"),
        head=(Text("Datei", "File"), Text("SHA-256", "SHA-256")),
        rows=tuple((document.filename, bytes(document.blob.sha256).hex()) for document in dossier.documents),
    )
    return [
        drawing.drawn(history, language) | {"widths": [0.7, 2, 2.2, 3, 2.2], "mono": _HASH_COLUMN},
        *([drawing.drawn(documents, language) | {"widths": [2, 3.4], "mono": 1}] if dossier.documents else []),
        drawing.drawn(Section(Text("Kette", "Chain"), pairs=tuple(pairs), paragraphs=(_HOW,)), language),
    ]


_HOW = Text(
    "Jeder Eintrag trägt den Hash seines Vorgängers; das Siegel nennt alle Einträge dieses Dossiers mit ihrem Hash. "
    "Das ZIP zu diesem Dossier enthält die Einträge, die Dateien und eine Anleitung, mit der jeder nachrechnen kann.",
    "Each entry carries the hash of the one before it; the seal names all entries of this dossier with their hashes. "
    "The ZIP of this dossier holds the entries, the files and a guide with which anybody can recompute them.",
)
