"""The one way in which XML from outside is parsed: no document type, no entities, no network, bounded size."""

from __future__ import annotations

import re

from lxml import etree

from werkfluss.kernel.errors import Broken
from werkfluss.kernel.text import Text

from .fault import MAX_BYTES, broken, require_size

MAX_ELEMENTS = 1_000_000
# libxml2 also speaks encodings whose bytes do not look like ASCII; in those the look at the prolog would be blind.
_ENCODINGS = {"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15"}
_ENCODINGS |= {"windows-1252", "cp1252", "latin1", "latin-1", "utf8"}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,40})["']""", re.IGNORECASE)
_PROLOG = re.compile(rb"(?:\s+|\xef\xbb\xbf|\xff\xfe|\xfe\xff|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def parse_xml(data: bytes, *, filename: str, limit: int = MAX_BYTES) -> etree._Element:
    """The root element of a document; comments and processing instructions are dropped.

    Anything that can blow up or reach outside is refused before the parser sees it: a document type declaration
    (and with it every entity), more than ``limit`` bytes, more than a million elements; nesting deeper than 256
    is refused by libxml2 itself.

    Raises:
        Broken: the document is unsafe or not well-formed; ``where`` carries line and column.
    """
    require_size(data, filename, limit=limit)
    _require_safe(data, filename)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(filename, error) from error
    except (LookupError, ValueError) as error:  # an unknown encoding name in the declaration
        raise _unsafe(filename, "die Zeichenkodierung ist unbekannt", "the encoding is unknown") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe(filename, "sie enthält eine DOCTYPE-Angabe", "it contains a DOCTYPE declaration")
    return root


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def _require_safe(data: bytes, filename: str) -> None:
    narrow = data.replace(b"\0", b"") if b"\0" in data[:200] else data  # UTF-16 read as if it were ASCII
    declared = _DECLARED.match(narrow.lstrip(b"\xef\xbb\xbf\xff\xfe"))
    if declared and declared.group(1).decode("ascii", "replace").lower() not in _ENCODINGS:
        raise _unsafe(filename, "ihre Zeichenkodierung wird nicht angenommen", "its encoding is not accepted")
    prolog = _PROLOG.match(narrow)
    if prolog and narrow[prolog.end() : prolog.end() + 2] == b"<!":
        raise _unsafe(filename, "sie enthält eine DOCTYPE-Angabe", "it contains a DOCTYPE declaration")
    if narrow.count(b"<") > 2 * MAX_ELEMENTS:
        raise _unsafe(filename, "sie hat zu viele Elemente", "it has too many elements")


def _unsafe(filename: str, de: str, en: str) -> Broken:
    return broken(
        filename,
        Text(f"Die XML-Datei wird aus Sicherheitsgründen abgelehnt: {de}.", f"The XML file is refused: {en}."),
        Text("XML ohne DOCTYPE und Entitäten, in UTF-8.", "XML without DOCTYPE and entities, in UTF-8."),
        Text("Exportieren Sie die Datei neu aus dem Ursprungsprogramm.", "Export the file again from its program."),
    )


def _not_well_formed(filename: str, error: etree.XMLSyntaxError) -> Broken:
    line, column = error.position or (0, 0)
    detail = (error.msg or "").split(", line")[0][:200]
    return broken(
        f"{filename}, {line}:{column}",
        Text(
            f"Zeile {line}, Spalte {column}: Das ist kein gültiges XML ({detail}).",
            f"Line {line}, column {column}: this is not well-formed XML ({detail}).",
        ),
        Text("Ein vollständiges, gültiges XML-Dokument.", "A complete, well-formed XML document."),
    )
