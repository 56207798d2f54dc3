"""Checking a dossier by itself: no database, no settings, only the ZIP. A second reading of the chain's format.

A dossier holds the entries of its objects, not of the whole firm: what others did is nobody's business. So a gap
between two sequence numbers proves nothing. Completeness comes from the *seal*: the last entry, written when the
dossier was made, whose payload lists every entry by number and hash. It stands in the firm's own chain and can be
compared there.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

FORMAT = "werkfluss-dossier-1"
CHAIN = "chain.json"
SEALED = "evidence.dossier.sealed"
KEPT = "evidence.document.kept"
ERASURE = "evidence.payload.erased"
MAX_BYTES = 512 * 1024 * 1024  # unpacked; more is no dossier but an attack


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit. ``where`` is a file of the ZIP or ``entry 17``."""

    where: str
    what: Text

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "message_de": self.what.de, "message_en": self.what.en}


@dataclass(frozen=True, slots=True)
class Report:
    """What the check read. ``seal`` is (number, hash) for comparison with the firm's own chain."""

    firm: str
    title: str
    made_at: str
    entries: int
    erased: int
    files: int
    seal: tuple[int, str] | None
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        seal = None if self.seal is None else {"seq": self.seal[0], "hash": self.seal[1]}
        return {
            "ok": self.ok,
            "firm": self.firm,
            "title": self.title,
            "made_at": self.made_at,
            "entries": self.entries,
            "erased": self.erased,
            "files": self.files,
            "seal": seal,
            "findings": [finding.as_json() for finding in self.findings],
        }


def payload_digest(salt: bytes, data: Any) -> str:
    """SHA-256 over the salt and the payload as canonical JSON (RFC 8785)."""
    return hashlib.sha256(salt + rfc8785.dumps(data)).hexdigest()


def entry_hash(org: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the entry's columns."""
    columns = {name: entry[name] for name in ("seq", "at", "kind", "actor", "object", "digest", "prev")}
    return hashlib.sha256(rfc8785.dumps({"org": org, **columns})).hexdigest()


def verify(content: bytes) -> Report:
    """Recompute everything a dossier claims.

    Raises:
        Broken: this is no dossier, or none that can be read.
    """
    files, chain = _unpack(content)
    try:
        entries: list[dict[str, Any]] = chain["entries"]
        seal = entries[-1] if entries and entries[-1]["kind"] == SEALED else None
        findings = [
            *_files(files, chain["files"]),
            *_entries(chain["firm"]["id"], entries),
            *_seal(entries[:-1], seal),
            *_documents(chain["files"], entries),
            *_anchors(chain["anchors"], entries),
        ]
        return Report(
            firm=chain["firm"]["name"],
            title=chain["dossier"]["title"],
            made_at=chain["dossier"]["made_at"],
            entries=len(entries),
            erased=sum(entry["erased_at"] is not None for entry in entries),
            files=len(chain["files"]),
            seal=(int(seal["seq"]), str(seal["hash"])) if seal else None,
            findings=tuple(findings),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, rfc8785.CanonicalizationError) as error:
        raise _no_dossier(CHAIN, f"{type(error).__name__}: {error}") from error


def _unpack(content: bytes) -> tuple[dict[str, bytes], dict[str, Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise _no_dossier("ZIP", "too large when unpacked")
            files = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        chain = json.loads(files[CHAIN])
        if chain["format"] != FORMAT:
            raise _no_dossier(CHAIN, f"format {chain['format']!r}")
    except KeyError as error:
        raise _no_dossier(str(error).strip("'"), "is not there") from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise _no_dossier("ZIP", str(error)) from error
    except (ValueError, TypeError) as error:
        raise _no_dossier(CHAIN, str(error)) from error
    return files, chain


def _no_dossier(where: str, detail: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(f"Das ist kein lesbares Dossier ({detail}).", f"This is no dossier that can be read ({detail})."),
            Text(f"Ein ZIP mit {CHAIN} im Format {FORMAT}.", f"A ZIP with {CHAIN} in the format {FORMAT}."),
            Text("Bitte lassen Sie sich das Dossier neu geben.", "Please ask for the dossier again."),
        )
    )


def _files(files: Mapping[str, bytes], listed: list[dict[str, Any]]) -> Iterator[Finding]:
    for entry in listed:
        content = files.get(entry["path"])
        if content is None:
            yield Finding(entry["path"], Text("Die Datei fehlt.", "The file is missing."))
        elif hashlib.sha256(content).hexdigest() != entry["sha256"]:
            yield Finding(entry["path"], Text("Die Datei wurde verändert.", "The file was changed."))
    for path in sorted(set(files) - {entry["path"] for entry in listed} - {CHAIN}):
        yield Finding(path, Text("Die Datei gehört nicht zum Dossier.", "The file is not part of the dossier."))


def _entries(org: str, entries: list[dict[str, Any]]) -> Iterator[Finding]:
    before: dict[str, Any] | None = None
    declared = {seq for entry in entries if entry["kind"] == ERASURE for seq in (entry["data"] or {}).get("seqs", ())}
    for entry in entries:
        where = f"entry {entry['seq']}"
        if entry_hash(org, entry) != entry["hash"]:
            yield Finding(where, Text("Der Eintrag wurde verändert.", "The entry was changed."))
        if entry["erased_at"] is None:
            if payload_digest(bytes.fromhex(entry["salt"] or ""), entry["data"]) != entry["digest"]:
                yield Finding(
                    where, Text("Der Inhalt ist nicht der festgehaltene.", "The content is not what was recorded.")
                )
        elif entry["seq"] not in declared:
            yield Finding(
                where, Text("Der Inhalt fehlt ohne Löschvermerk.", "The content is gone without a recorded erasure.")
            )
        if before is not None and entry["seq"] <= before["seq"]:
            yield Finding(where, Text("Die Reihenfolge stimmt nicht.", "The order is wrong."))
        elif before is not None and entry["seq"] == before["seq"] + 1 and entry["prev"] != before["hash"]:
            yield Finding(
                where, Text("Der Eintrag folgt nicht auf seinen Vorgänger.", "Does not follow the one before.")
            )
        before = entry


def _seal(entries: list[dict[str, Any]], seal: dict[str, Any] | None) -> Iterator[Finding]:
    if seal is None:
        yield Finding(CHAIN, Text("Das Siegel am Ende fehlt.", "The seal at the end is missing."))
        return
    sealed = {int(seq): digest for seq, digest in (seal["data"] or {})["entries"].items()}
    present = {int(entry["seq"]): entry["hash"] for entry in entries}
    for seq in sorted(sealed.keys() | present.keys()):
        where = f"entry {seq}"
        if seq not in present:
            yield Finding(where, Text("Der Eintrag wurde entfernt.", "The entry was removed."))
        elif seq not in sealed:
            yield Finding(where, Text("Der Eintrag wurde hinzugefügt.", "The entry was added."))
        elif sealed[seq] != present[seq]:
            yield Finding(where, Text("Der Eintrag ist ein anderer als besiegelt.", "Not the entry that was sealed."))


def _documents(listed: list[dict[str, Any]], entries: list[dict[str, Any]]) -> Iterator[Finding]:
    """A document must be the one whose digest was recorded when it was kept."""
    recorded = {
        entry["object"][1]: entry["data"]["sha256"] for entry in entries if entry["kind"] == KEPT and entry["data"]
    }
    for file in listed:
        key = file.get("document")
        if key in recorded and recorded[key] != file["sha256"]:
            yield Finding(
                file["path"], Text("Nicht die Datei, die abgelegt wurde.", "Not the file that was kept at the time.")
            )


def _anchors(anchors: list[dict[str, Any]], entries: list[dict[str, Any]]) -> Iterator[Finding]:
    present = {int(entry["seq"]): entry["hash"] for entry in entries}
    for anchor in anchors:
        if present.get(anchor["seq"], anchor["hash"]) != anchor["hash"]:
            yield Finding(
                f"entry {anchor['seq']}", Text("Weicht vom verankerten Kopf ab.", "Differs from the anchored head.")
            )
