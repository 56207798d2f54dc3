"""The words of a contract from anywhere: text, Word, PDF, or a draft of ours as YAML. Hostile files do no harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import yaml

from werkfluss.kernel.errors import Broken, Fault, Refused
from werkfluss.kernel.text import Text

MOST_BYTES = 10 * 1024 * 1024
_MOST_UNPACKED = 60 * 1024 * 1024
_MOST_PAGES = 300
_MOST_WORDS = 2_000_000


def text_of(file: Path) -> tuple[str, str]:
    """The text of a file and its format.

    Raises:
        Broken: it cannot be read, is too large, or holds no text.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise _broken(
            file.name, Text("Die Datei lässt sich nicht öffnen.", "The file cannot be opened."), _AGAIN
        ) from error
    return read(content, file.name)


def read(content: bytes, filename: str) -> tuple[str, str]:
    """The text of these bytes and their format, told by the name.

    Raises:
        Broken: unknown format, damaged, too large, or without text.
    """
    if len(content) > MOST_BYTES:
        raise _broken(filename, Text("Die Datei ist größer als 10 MB.", "The file is larger than 10 MB."), _SMALLER)
    form = Path(filename).suffix.lower().lstrip(".")
    readers = {"txt": _plain, "md": _plain, "docx": _docx, "pdf": _pdf, "yaml": _yaml, "yml": _yaml}
    reader = readers.get(form)
    if reader is None:
        raise _broken(filename, Text("Dieses Format wird nicht gelesen.", "This format is not read."), _FORMATS)
    text = reader(content, filename)[:_MOST_WORDS]
    if not text.strip():
        raise _broken(
            filename,
            Text("Die Datei enthält keinen lesbaren Text.", "The file holds no readable text."),
            Text("Ein Scan braucht vorher eine Texterkennung.", "A scan needs text recognition first."),
        )
    return text, form


def _plain(content: bytes, _filename: str) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _docx(content: bytes, filename: str) -> str:
    import docx
    from docx.table import Table

    try:
        _require_small(content, filename)
        document = docx.Document(io.BytesIO(content))
        lines: list[str] = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                lines += (cell.text for row in part.rows for cell in row.cells)
            else:
                lines.append(part.text)
    except Broken:
        raise
    except Exception as error:  # whatever a damaged file makes the library raise
        raise _broken(filename, Text("Das ist keine Word-Datei.", "This is no Word document."), _AGAIN) from error
    return "\n".join(lines)


def _require_small(content: bytes, filename: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED:
            cause = Text("Ausgepackt ist die Datei zu groß.", "Unpacked the file is too large.")
            raise _broken(filename, cause, _SMALLER)


def _pdf(content: bytes, filename: str) -> str:
    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        many = len(reader.pages) > _MOST_PAGES
        pages = [] if many else [page.extract_text() for page in reader.pages]
    except Exception as error:  # whatever a damaged or encrypted file makes the library raise
        raise _broken(filename, Text("Das PDF lässt sich nicht lesen.", "The PDF cannot be read."), _AGAIN) from error
    if many:
        raise _broken(filename, Text("Die Datei hat zu viele Seiten.", "The file has too many pages."), _SMALLER)
    # A line break of the page is no end of a sentence.
    return "\n\n".join(" ".join(page.split()) for page in pages)


def _yaml(content: bytes, filename: str) -> str:
    """A draft of ours (kind, facts, clauses) in its words, or every text of another YAML file."""
    from . import assemble

    try:
        found = yaml.safe_load(content)
        if isinstance(found, dict) and {"kind", "facts", "clauses"} <= set(found):
            drawn = assemble.paragraphs(assemble.Draft.from_json(found))
            return "\n\n".join(f"{one.text.de}\n{one.text.en}" for one in drawn)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, KeyError, TypeError, ValueError, Refused) as error:
        raise _broken(filename, Text("Das YAML ist nicht zu lesen.", "The YAML cannot be read."), _AGAIN) from error
    return _plain(content, filename)


_AGAIN = Text("Bitte prüfen Sie die Datei und versuchen Sie es erneut.", "Please check the file and try again.")
_SMALLER = Text("Bitte nehmen Sie eine kleinere Datei.", "Please take a smaller file.")
_FORMATS = Text("Bitte nehmen Sie .txt, .md, .docx, .pdf oder .yaml.", "Please take .txt, .md, .docx, .pdf or .yaml.")


def _broken(where: str, cause: Text, next_step: Text) -> Broken:
    expected = Text("Ein Vertrag als Text, Word, PDF oder YAML.", "A contract as text, Word, PDF or YAML.")
    return Broken(Fault(where, cause, expected, next_step))
