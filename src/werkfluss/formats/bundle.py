"""Several files in one: a ZIP that people upload, or that is made of the files they chose together."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO

from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text

from .fault import broken, require_size

MAX_FILES = 500
MAX_UNPACKED = 60 * 1024 * 1024
_EXPECTED = Text(
    "Ein ZIP ohne Kennwort mit höchstens 500 Dateien, entpackt höchstens 60 MB.",
    "A ZIP without password, of at most 500 files and 60 MB when unpacked.",
)


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as one ZIP; a name that occurs twice gets a number, so none replaces another."""
    target, taken = BytesIO(), set[str]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files, start=1):
            chosen = _base(name) or f"{number}"
            chosen = f"{number}-{chosen}" if chosen in taken else chosen
            taken.add(chosen)
            archive.writestr(chosen, content)
    return target.getvalue()


def unpack(data: bytes, *, filename: str) -> list[tuple[str, bytes]]:
    """The files of a ZIP by their bare names, in its order; folders and what Apple adds are left out.

    Raises:
        Broken: damaged, with a password, or more than it should be when unpacked (nothing is unpacked then).
    """
    require_size(data, filename)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if _is_file(part)]
            _require_bounds(parts, filename)
            return [(_base(part.filename), archive.read(part)) for part in parts]
    except Broken:
        raise
    except Exception as error:
        # zipfile and zlib have a dozen ways to say that an archive is damaged, encrypted or cut off.
        cause = Text("Das ZIP ist beschädigt oder hat ein Kennwort.", "The ZIP is damaged or has a password.")
        raise broken(filename, cause, _EXPECTED) from error


def is_workbook(data: bytes) -> bool:
    """Whether a ZIP is an Excel workbook; a damaged one is none."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _is_file(part: zipfile.ZipInfo) -> bool:
    return not part.is_dir() and "__MACOSX" not in part.filename and not _base(part.filename).startswith(".")


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _require_bounds(parts: list[zipfile.ZipInfo], filename: str) -> None:
    # zipfile never hands out more than the declared size of a part, so the declared sizes are the bound.
    if len(parts) <= MAX_FILES and sum(part.file_size for part in parts) <= MAX_UNPACKED:
        return
    cause = Text(
        "Das ZIP würde beim Entpacken übermäßig groß und wird abgelehnt.",
        "The ZIP would become excessively large when unpacked and is refused.",
    )
    raise broken(filename, cause, _EXPECTED, Text("Teilen Sie die Dateien auf.", "Split the files."))
