"""Clear errors for files from outside: size, kind and place of a fault, each with cause and next step."""

from __future__ import annotations

from pathlib import Path

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

MAX_BYTES = 25 * 1024 * 1024

SAVE_AGAIN = Text(
    "Öffnen Sie die Datei im Ursprungsprogramm, speichern Sie sie neu und laden Sie sie noch einmal hoch.",
    "Open the file in the program it came from, save it again and upload it once more.",
)


def broken(where: str, cause: Text, expected: Text, next_step: Text = SAVE_AGAIN) -> Broken:
    """The error for an input that cannot be read at all; the caller raises it."""
    return Broken(Fault(where, cause, expected, next_step))


def require_size(data: bytes, filename: str, *, limit: int = MAX_BYTES) -> None:
    """Refuse empty and oversized input before anything parses it.

    Raises:
        Broken: the file is empty, holds only blanks, or is larger than ``limit`` bytes.
    """
    if len(data) > limit:
        raise too_large(filename, len(data), limit=limit)
    if not data.strip():
        raise broken(
            filename,
            Text("Die Datei ist leer.", "The file is empty."),
            Text("Eine Datei mit Inhalt.", "A file with content."),
            Text("Prüfen Sie den Export und laden Sie die Datei neu hoch.", "Check the export and upload again."),
        )


def too_large(filename: str, size: int, *, limit: int = MAX_BYTES) -> Broken:
    return broken(
        filename,
        Text(
            f"Die Datei ist mit {size / 1_048_576:.1f} MB zu groß.".replace(".", ",", 1),
            f"The file is too large ({size / 1_048_576:.1f} MB).",
        ),
        Text(f"Höchstens {limit // 1_048_576} MB je Datei.", f"At most {limit // 1_048_576} MB per file."),
        Text("Teilen Sie die Datei auf oder entfernen Sie Bilder.", "Split the file or remove pictures."),
    )


def read_path(path: Path) -> bytes:
    """The bytes of a file of at most 25 MB; the size is looked at before anything is read.

    Raises:
        Broken: there is no such file, it is a folder or device, may not be read, is empty or too large.
    """
    name = str(path)
    expected = Text("Der Pfad einer lesbaren Datei.", "The path of a readable file.")
    try:
        if path.is_dir():
            raise broken(
                name,
                Text("Das ist ein Ordner, keine Datei.", "This is a folder, not a file."),
                expected,
                Text("Geben Sie die Datei im Ordner an.", "Name the file inside the folder."),
            )
        if not path.is_file():
            raise broken(
                name,
                Text("Diese Datei gibt es nicht.", "There is no such file."),
                expected,
                Text("Prüfen Sie Pfad und Schreibweise.", "Check the path and its spelling."),
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise too_large(path.name, size)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise broken(
            name,
            Text("Die Datei kann nicht geöffnet werden.", "The file cannot be opened."),
            expected,
            Text("Prüfen Sie die Zugriffsrechte.", "Check the access rights."),
        ) from error
    require_size(data, path.name)
    return data
