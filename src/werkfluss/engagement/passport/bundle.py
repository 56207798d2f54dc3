"""A passport as one signed file (``.wfpass``, a zip): manifest with digests, Ed25519 signature, and the papers.

The signature is that of the installation that wrote it; whoever reads it decides whether to trust that key. Nothing of
a file is used before its signature and every digest have been checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .kinds import KINDS

MANIFEST, SIGNATURE, SHAPE = "manifest.json", "signature.json", 1
KEY_FILE = "passport-key.pem"
_MOST_BYTES = 60 * 1024 * 1024
_MOST_FILES = 102
_NAME = re.compile(r"[a-z0-9]{1,40}\.[a-z0-9]{1,5}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Carried:
    """A paper on its way; ``content`` is empty where the person took the file out or there never was one."""

    key: str
    kind: str
    title: str
    issuer: str
    valid_from: date | None
    expires: date | None
    details: str
    confirmed_by: str
    confirmed_on: date | None
    filename: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Passport:
    """What a file holds after all checks. ``key``: the public key that signed it (64 hex digits)."""

    holder: str
    email: str
    installation: str
    issued_at: str
    key: str
    papers: tuple[Carried, ...]


def private_key(folder: Path) -> Any:
    """The installation's key for passports; the first call makes it, readable by the owner only.

    Raises:
        OSError: the folder cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f".{KEY_FILE}.{secrets.token_hex(6)}"
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was faster; its key is the one
        finally:
            fresh.unlink()
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def public_hex(key: Any) -> str:
    """The public key of a private one, as 64 hex digits."""
    from cryptography.hazmat.primitives import serialization

    raw: bytes = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw.hex()


def write(papers: Sequence[Carried], *, holder: str, email: str, installation: str, at: datetime, key: Any) -> bytes:
    """The signed file of these papers."""
    files: dict[str, bytes] = {}
    rows = []
    for number, one in enumerate(papers, start=1):
        row = {name: _plain(getattr(one, name)) for name in _FIELDS}
        if one.content:
            ending = re.sub(r"[^a-z0-9]", "", one.filename.rpartition(".")[2].lower())[:5] or "bin"
            name = f"paper{number}.{ending}"
            files[name] = one.content
            row |= {"file": name, "filename": one.filename}
        rows.append(row)
    manifest = _json(
        {
            "shape": SHAPE,
            "what": "passport",
            "holder": holder,
            "email": email,
            "installation": installation,
            "issued_at": at.isoformat(),
            "papers": rows,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
    )
    signature = _json({"key": public_hex(key), "signature": key.sign(manifest).hex()})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, SIGNATURE: signature, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def read(packed: bytes) -> Passport:
    """The passport in a file, after all checks but one: whether the key is trusted is for the reader to say.

    Raises:
        Broken: no passport file, too large, unsigned, or anything in it was changed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    content = _unpacked(packed)
    if MANIFEST not in content or SIGNATURE not in content:
        raise _refused(MANIFEST, "Die Datei ist nicht unterschrieben.", "The file is not signed.")
    manifest = content.pop(MANIFEST)
    signed = _object(content.pop(SIGNATURE), SIGNATURE)
    key, signature = str(signed.get("key", "")), str(signed.get("signature", ""))
    if not _HEX.fullmatch(key):
        raise _refused(SIGNATURE, "Der Schlüssel fehlt.", "The key is missing.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), manifest)
    except (InvalidSignature, ValueError) as error:
        raise _refused(SIGNATURE, "Die Unterschrift stimmt nicht.", "The signature is wrong.") from error
    document = _object(manifest, MANIFEST)
    listed = document.get("files")
    if document.get("shape") != SHAPE or document.get("what") != "passport" or not isinstance(listed, dict):
        raise _refused(MANIFEST, "Das Verzeichnis ist unvollständig.", "The manifest is incomplete.")
    if set(listed) != set(content):
        raise _refused(MANIFEST, "Dateien und Verzeichnis passen nicht.", "Files and manifest do not match.")
    for name, one in content.items():
        if listed[name] != hashlib.sha256(one).hexdigest():
            raise _refused(name, "Die Datei wurde verändert.", "The file was changed.")
    try:
        return Passport(
            holder=str(document["holder"]),
            email=str(document["email"]),
            installation=str(document["installation"]),
            issued_at=str(document["issued_at"]),
            key=key,
            papers=tuple(_carried(row, content) for row in document["papers"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(MANIFEST, "Das Verzeichnis ist unvollständig.", "The manifest is incomplete.") from error


_FIELDS = ("key", "kind", "title", "issuer", "valid_from", "expires", "details", "confirmed_by", "confirmed_on")
_DAYS = ("valid_from", "expires", "confirmed_on")


def _carried(row: Mapping[str, Any], files: Mapping[str, bytes]) -> Carried:
    said: dict[str, Any] = {name: row[name] for name in _FIELDS if name not in _DAYS}
    if row["kind"] not in KINDS or not all(isinstance(value, str) for value in said.values()):
        raise ValueError("paper")
    said |= {name: date.fromisoformat(row[name]) if row[name] else None for name in _DAYS}
    UUID(row["key"])
    content = files[row["file"]] if "file" in row else b""
    return Carried(**said, filename=str(row.get("filename", "")), content=content)


def _unpacked(packed: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(names) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise _refused("zip", "Die Datei ist zu groß für einen Pass.", "Too large for a passport.")
            if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
                raise _refused("zip", "Unzulässiger Dateiname im Pass.", "A file name is not permitted.")
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _refused("zip", "Das ist keine Passdatei.", "This is no passport file.") from error


def _object(content: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _refused(where, "Die Datei ist nicht zu lesen.", "The file cannot be read.") from error
    if not isinstance(found, dict):
        raise _refused(where, "Die Datei ist nicht zu lesen.", "The file cannot be read.")
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _refused(where: str, german: str, english: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(german, english),
            Text("Ein unveränderter, signierter Pass.", "An unchanged, signed passport."),
            Text("Bitte lassen Sie sich die Datei neu geben.", "Please ask for the file anew."),
        )
    )
