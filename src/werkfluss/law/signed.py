"""Packs as signed files: one archive with a manifest of digests and an Ed25519 signature.

A law update travels as such a file and needs no release of the program. The archive (``.wfpack``, a zip) holds
``manifest.json``, ``signature.json`` and the files of one pack folder. The manifest names pack, version, shape and the
SHA-256 of every file; the signature is over the manifest's bytes (RFC 8785). Nothing of a file is used before its
signature by a trusted key and all digests have been checked, at installation and again whenever it is loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .pack import Pack, read_yaml, validate, version_key

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
SHAPE = 1
_MOST_BYTES = 5_000_000  # a pack is text; a larger one is no pack
_MOST_FILES = 60
_FILE = re.compile(r"[A-Za-z0-9_]+\.(py|yaml|json|md)")
_PACK = re.compile(r"[a-z]{2}/[a-z0-9_]+")
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SignedPack:
    """A pack file whose signature and digests are right. ``key``: the trusted public key that signed it (hex)."""

    pack: str
    version: str
    key: str
    files: Mapping[str, bytes]

    def as_json(self) -> dict[str, Any]:
        return {"pack": self.pack, "version": self.version, "key": self.key, "files": sorted(self.files)}


def new_key() -> tuple[bytes, str]:
    """A new private key (PEM, unencrypted, to be kept by the publisher) and its public key (64 hex digits)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem, _public_hex(key)


def build(folder: Path) -> bytes:
    """An unsigned pack file of the pack in ``folder`` (``…/<country>/<area>``); the same folder gives the same bytes.

    Raises:
        Broken: the folder holds no complete pack (YAML by ``schema.json``, rules, README), or too much.

    """
    area = folder.name
    document = read_yaml(folder / f"{area}.yaml") if (folder / f"{area}.yaml").is_file() else {}
    validate(document, where=f"{area}.yaml")
    if document["pack"] != f"{folder.parent.name}/{area}":
        raise _refused(str(folder), "Ordner und Name des Pakets passen nicht.", "Folder and pack name do not match.")
    found = sorted(path for path in folder.iterdir() if path.is_file() and _FILE.fullmatch(path.name))
    files = {path.name: path.read_bytes() for path in found if path.name not in (MANIFEST, SIGNATURE)}
    for needed in (f"{area}.py", f"{area}.yaml", "README.md"):
        if needed not in files:
            raise _refused(str(folder), f"{needed} fehlt.", f"{needed} is missing.")
    return _archive(_manifest_bytes(document["pack"], str(document["version"]), files), None, files)


def sign(packed: bytes, private_key: bytes) -> bytes:
    """The pack file with the signature of ``private_key`` (PEM).

    Raises:
        Broken: it is no pack file, its digests are wrong, or the key is no Ed25519 key.

    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_key, password=None)
    except (ValueError, TypeError) as error:
        raise _refused("key", "Das ist kein privater Schlüssel.", "This is no private key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused("key", "Der Schlüssel ist kein Ed25519-Schlüssel.", "The key is no Ed25519 key.")
    manifest, _, files = _read(packed)
    _checked(manifest, files)
    signature = {"key": _public_hex(key), "signature": key.sign(manifest).hex()}
    return _archive(manifest, signature, files)


def verify(packed: bytes, trusted: Iterable[str]) -> SignedPack:
    """The content of a pack file, after all checks. ``trusted``: public keys, 64 hex digits each.

    Raises:
        Broken: unsigned, signed by an unknown key, or anything in it was changed.

    """
    manifest, signature, files = _read(packed)
    return _verified(manifest, signature, files, trusted)


def install(packed: bytes, root: Path, trusted: Iterable[str]) -> SignedPack:
    """Verify a pack file and put it into ``root/<country>/<area>``; the folder changes at once or not at all.

    Raises:
        Broken: as ``verify``; or a newer version of the pack is installed already.

    """
    found = verify(packed, trusted)
    target = root / found.pack
    manifest, signature, _ = _read(packed)
    if target.is_dir() and version_key(Pack(target, found.pack, built_in=False).version) > version_key(found.version):
        raise _refused(
            found.pack, "Eine neuere Fassung ist schon eingerichtet.", "A newer version is installed already."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    for name, content in {**found.files, MANIFEST: manifest, SIGNATURE: _json(signature)}.items():
        (fresh / name).write_bytes(content)
    old = fresh.with_name(f"{fresh.name}-old")
    if target.is_dir():
        target.replace(old)
    fresh.replace(target)
    shutil.rmtree(old, ignore_errors=True)
    return found


def verify_folder(folder: Path, trusted: Iterable[str]) -> SignedPack:
    """Check an installed pack again before it is loaded: what stands on the disk must be what was signed.

    Raises:
        Broken: the folder is unsigned, signed by an unknown key, or was changed.

    """
    content = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".pyc"}
    if MANIFEST not in content or SIGNATURE not in content:
        raise _refused(str(folder), "Das Paket ist nicht unterschrieben.", "The pack is not signed.")
    manifest, signature = content.pop(MANIFEST), _loads(content.pop(SIGNATURE))
    return _verified(manifest, signature, content, trusted)


def _verified(
    manifest: bytes, signature: Mapping[str, Any] | None, files: Mapping[str, bytes], trusted: Iterable[str]
) -> SignedPack:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if signature is None:
        raise _refused(SIGNATURE, "Das Paket ist nicht unterschrieben.", "The pack is not signed.")
    key, written = str(signature.get("key", "")), str(signature.get("signature", ""))
    if not _KEY.fullmatch(key) or key not in {name.strip().lower() for name in trusted}:
        raise _refused(SIGNATURE, "Dem Schlüssel der Unterschrift wird nicht vertraut.", "The key is not trusted.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(written), manifest)
    except (InvalidSignature, ValueError) as error:
        raise _refused(SIGNATURE, "Die Unterschrift stimmt nicht.", "The signature is wrong.") from error
    document = _checked(manifest, files)
    return SignedPack(document["pack"], document["version"], key, dict(files))


def _checked(manifest: bytes, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest, after its form and every digest were checked."""
    document = _loads(manifest)
    listed = document.get("files")
    named = _PACK.fullmatch(str(document.get("pack"))) and isinstance(document.get("version"), str)
    if not named or document.get("shape") != SHAPE or not isinstance(listed, dict):
        raise _refused(MANIFEST, "Das Verzeichnis ist unvollständig.", "The manifest is incomplete.")
    if set(listed) != set(files):
        raise _refused(MANIFEST, "Dateien und Verzeichnis passen nicht.", "Files and manifest do not match.")
    for name, content in files.items():
        if listed[name] != hashlib.sha256(content).hexdigest():
            raise _refused(name, "Die Datei wurde verändert.", "The file was changed.")
    return document


def _read(packed: bytes) -> tuple[bytes, dict[str, Any] | None, dict[str, bytes]]:
    """Manifest, signature (None: unsigned) and files of an archive.

    Raises:
        Broken: no archive, too large, something before or after it, or with names that a pack cannot have.

    """
    if not packed.startswith(b"PK\x03\x04") or packed[-22:-18] != b"PK\x05\x06":
        raise _refused("zip", "Das ist keine Paketdatei.", "This is no pack file.")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(names) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise _refused("zip", "Die Datei ist zu groß für ein Rechtspaket.", "Too large for a law pack.")
            if len(set(names)) != len(names) or not all(_FILE.fullmatch(name) for name in names):
                raise _refused("zip", "Unzulässiger Dateiname im Paket.", "A file name is not permitted.")
            content = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _refused("zip", "Das ist keine Paketdatei.", "This is no pack file.") from error
    if MANIFEST not in content:
        raise _refused(MANIFEST, "Das Verzeichnis fehlt.", "The manifest is missing.")
    signature = _loads(content.pop(SIGNATURE)) if SIGNATURE in content else None
    return content.pop(MANIFEST), signature, content


def _archive(manifest: bytes, signature: Mapping[str, Any] | None, files: Mapping[str, bytes]) -> bytes:
    parts = {MANIFEST: manifest, **({SIGNATURE: _json(signature)} if signature else {}), **files}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # a fixed time: the same content gives the same file
    return target.getvalue()


def _manifest_bytes(pack: str, version: str, files: Mapping[str, bytes]) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return _json({"shape": SHAPE, "pack": pack, "version": version, "files": digests})


def _json(document: Mapping[str, Any] | None) -> bytes:
    import rfc8785

    return rfc8785.dumps(dict(document or {}))


def _loads(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _refused("json", "Das Paket ist beschädigt.", "The pack is damaged.") from error
    if not isinstance(document, dict):
        raise _refused("json", "Das Paket ist beschädigt.", "The pack is damaged.")
    return document


def _public_hex(key: Any) -> str:
    from cryptography.hazmat.primitives import serialization

    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return str(raw.hex())


def _refused(where: str, de: str, en: str) -> Broken:
    return Broken(
        Fault(
            where,
            Text(de, en),
            Text(
                "Eine unveränderte Paketdatei mit der Unterschrift eines vertrauten Schlüssels.",
                "An unchanged pack file signed by a trusted key.",
            ),
            Text("Die Datei neu beziehen und den Schlüssel prüfen.", "Fetch the file again and check the key."),
        )
    )
