"""A signed file (a zip): a manifest with the digests of what lies beside it, and an Ed25519 signature of the manifest.

The signature is that of the installation that wrote it; whoever reads it decides whether to trust that key. Nothing of
a file is used before its signature and every digest have been checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

MANIFEST, SIGNATURE, SHAPE = "manifest.json", "signature.json", 1
_MOST_BYTES = 60 * 1024 * 1024
_MOST_FILES = 102
_NAME = re.compile(r"[a-z0-9]{1,40}\.[a-z0-9]{1,5}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a file holds after all checks. ``key``: the public key that signed it (64 hex digits)."""

    says: Mapping[str, Any]
    files: Mapping[str, bytes]
    key: str


def public_hex(key: Any) -> str:
    """The public key of a private one, as 64 hex digits."""
    from cryptography.hazmat.primitives import serialization

    raw: bytes = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw.hex()


def pack(what: str, says: Mapping[str, Any], files: Mapping[str, bytes], *, key: Any) -> bytes:
    """The signed file: ``what`` it is, what its manifest ``says``, and the ``files`` beside it."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = _json({**says, "shape": SHAPE, "what": what, "files": digests})
    signature = _json({"key": public_hex(key), "signature": key.sign(manifest).hex()})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, SIGNATURE: signature, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def unpack(packed: bytes, what: str) -> Signed:
    """What is in a file of this kind, after all checks but one: whether the key is trusted is for the reader to say.

    Raises:
        Broken: no such file, too large, unsigned, or anything in it was changed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    content = _unpacked(packed)
    if MANIFEST not in content or SIGNATURE not in content:
        raise refused(MANIFEST, "Die Datei ist nicht unterschrieben.", "The file is not signed.")
    manifest = content.pop(MANIFEST)
    signed = _object(content.pop(SIGNATURE), SIGNATURE)
    key, signature = str(signed.get("key", "")), str(signed.get("signature", ""))
    if not _HEX.fullmatch(key):
        raise refused(SIGNATURE, "Der Schlüssel fehlt.", "The key is missing.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), manifest)
    except (InvalidSignature, ValueError) as error:
        raise refused(SIGNATURE, "Die Unterschrift stimmt nicht.", "The signature is wrong.") from error
    document = _object(manifest, MANIFEST)
    listed = document.get("files")
    if document.get("shape") != SHAPE or document.get("what") != what or not isinstance(listed, dict):
        raise incomplete()
    if set(listed) != set(content):
        raise refused(MANIFEST, "Dateien und Verzeichnis passen nicht.", "Files and manifest do not match.")
    for name, one in content.items():
        if listed[name] != hashlib.sha256(one).hexdigest():
            raise refused(name, "Die Datei wurde verändert.", "The file was changed.")
    return Signed(document, content, key)


def incomplete() -> Broken:
    """For readers who find that the manifest does not say what it must."""
    return refused(MANIFEST, "Das Verzeichnis ist unvollständig.", "The manifest is incomplete.")


def _unpacked(packed: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(names) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise refused("zip", "Die Datei ist zu groß.", "The file is too large.")
            if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
                raise refused("zip", "Unzulässiger Dateiname darin.", "A file name in it is not permitted.")
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise refused("zip", "Das ist keine signierte Datei.", "This is no signed file.") from error


def _object(content: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refused(where, "Die Datei ist nicht zu lesen.", "The file cannot be read.") from error
    # No database keeps NUL, and no paper is called so.
    if not isinstance(found, dict) or b"\\u0000" in content:
        raise refused(where, "Die Datei ist nicht zu lesen.", "The file cannot be read.")
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def refused(where: str, german: str, english: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(german, english),
            Text("Eine unveränderte, signierte Datei.", "An unchanged, signed file."),
            Text("Bitte lassen Sie sich die Datei neu geben.", "Please ask for the file anew."),
        )
    )
