"""``werkfluss law pack …``: law updates as signed files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .console import AS_JSON, LANGUAGE, Refusals, print_json

_FILE = click.argument("file", type=click.Path(path_type=Path))
_TRUST = click.option("--trust", multiple=True, required=True, help="Trusted public key (64 hex digits); repeatable.")


@click.group()
def pack() -> None:
    """Build, sign, verify and install law packs as signed files."""


@pack.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New file for the private key (PEM).")
@AS_JSON
@LANGUAGE
def key(out: Path, as_json: bool, language: str) -> None:
    """Make a signing key: the private part into a new file that only you can read, the public part is shown."""
    import os

    from .signed import new_key

    with Refusals(as_json, language):
        pem, public = new_key()
        try:
            with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                target.write(pem)
        except OSError as error:
            raise _no_file(out, "Die Datei kann nicht angelegt werden.", "The file cannot be created.") from error
    _say({"key": public, "file": str(out)}, public, as_json=as_json)


@pack.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Pack file to write.")
@AS_JSON
@LANGUAGE
def build(folder: Path, out: Path, as_json: bool, language: str) -> None:
    """Put the pack in FOLDER (COUNTRY/AREA) into one unsigned file."""
    from .signed import build as build_pack

    with Refusals(as_json, language):
        packed = build_pack(folder.resolve())
        _write(out, packed)
    _say({"file": str(out), "bytes": len(packed)}, str(out), as_json=as_json)


@pack.command()
@_FILE
@click.option("--key", "key_file", type=click.Path(path_type=Path), required=True, help="Private key (PEM).")
@AS_JSON
@LANGUAGE
def sign(file: Path, key_file: Path, as_json: bool, language: str) -> None:
    """Sign a pack file in place."""
    from .signed import sign as sign_pack

    with Refusals(as_json, language):
        _write(file, sign_pack(_bytes(file), _bytes(key_file)))
    _say({"file": str(file), "signed": True}, str(file), as_json=as_json)


@pack.command()
@_FILE
@_TRUST
@AS_JSON
@LANGUAGE
def verify(file: Path, trust: tuple[str, ...], as_json: bool, language: str) -> None:
    """Check signature and digests of a pack file."""
    from .signed import verify as verify_pack

    with Refusals(as_json, language):
        found = verify_pack(_bytes(file), trust)
    _say(found.as_json(), f"{found.pack}@{found.version}", as_json=as_json)


@pack.command()
@_FILE
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of packs.")
@_TRUST
@AS_JSON
@LANGUAGE
def install(file: Path, into: Path, trust: tuple[str, ...], as_json: bool, language: str) -> None:
    """Verify a pack file and put it beside the other installed packs."""
    from .signed import install as install_pack

    with Refusals(as_json, language):
        found = install_pack(_bytes(file), into, trust)
    _say(found.as_json(), f"{found.pack}@{found.version} -> {into}", as_json=as_json)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _no_file(file, "Die Datei lässt sich nicht lesen.", "The file cannot be read.") from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise _no_file(file, "Die Datei lässt sich nicht schreiben.", "The file cannot be written.") from error


def _no_file(file: Path, de: str, en: str) -> Broken:
    expected = Text("Eine erreichbare Datei.", "A file that can be reached.")
    return Broken(
        Fault(str(file), Text(de, en), expected, Text("Pfad und Rechte prüfen.", "Check the path and its rights."))
    )


def _say(document: dict[str, Any], line: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        click.echo(line)
