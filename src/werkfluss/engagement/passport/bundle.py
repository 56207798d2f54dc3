"""A passport as one signed file (``.wfpass``): what the manifest says of each paper, and the papers beside it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from . import signed
from .kinds import KINDS
from .signed import public_hex

__all__ = ["Carried", "Passport", "private_key", "public_hex", "read", "write"]

WHAT = "passport"
KEY_FILE = "passport-key.pem"


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
    says = {
        "holder": holder,
        "email": email,
        "installation": installation,
        "issued_at": at.isoformat(),
        "papers": rows,
    }
    return signed.pack(WHAT, says, files, key=key)


def read(packed: bytes) -> Passport:
    """The passport in a file, after all checks but one: whether the key is trusted is for the reader to say.

    Raises:
        Broken: no passport file, too large, unsigned, or anything in it was changed.
    """
    found = signed.unpack(packed, WHAT)
    says = found.says
    try:
        return Passport(
            holder=str(says["holder"]),
            email=str(says["email"]),
            installation=str(says["installation"]),
            issued_at=str(says["issued_at"]),
            key=found.key,
            papers=tuple(_carried(row, found.files) for row in says["papers"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise signed.incomplete() from error


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


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
