"""The one way XML enters this package: no entities, no network, no document type, bounded size.

Process files come from customers and language models. A document type declaration is refused altogether,
because it is the root of entity bombs and of reading foreign files, and no BPMN tool writes one.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

BPMN_NS = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAX_BYTES = 20_000_000
MAX_DEPTH = 100  # the deepest file of the MIWG suite has 19 levels
_CLAIMS_UTF_16 = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["'](?i:utf-?16)""")


def broken(where: str, cause: Text, expected: Text, next_step: Text) -> Broken:
    return Broken(Fault(where, cause, expected, next_step))


_EXPECTED = Text("Eine BPMN-2.0-Datei (XML).", "A BPMN 2.0 file (XML).")
_EXPORT_AGAIN = Text(
    "Exportieren Sie den Prozess im Zeichenwerkzeug noch einmal als BPMN 2.0.",
    "Export the process from the drawing tool once more as BPMN 2.0.",
)


def parse(data: bytes, where: str, encoding: str | None = None) -> etree._Element:
    """The root element of ``data``; ``encoding`` is that of the bytes if it is not what the file itself says.

    Raises:
        Broken: too large, not well-formed, too deep, or with a document type declaration.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1e6:.0f} MB"
        cause = Text(f"Die Datei ist mit {size} zu groß.", f"The file is too large ({size}).")
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise broken(where, cause, Text(f"Höchstens {limit}.", f"At most {limit}."), _EXPORT_AGAIN)
    if encoding is None and _CLAIMS_UTF_16.match(data):
        encoding = "utf-8"  # programs that declare what they hold in memory, not what they write
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_blank_text=False,
        strip_cdata=False,
        encoding=encoding,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _malformed(data, where, error) from None
    tree: Any = root.getroottree()  # the published stubs lack ``doctype``
    if tree.docinfo.doctype:
        cause = Text("Die Datei enthält eine DOCTYPE-Angabe.", "The file contains a DOCTYPE declaration.")
        raise broken(where, cause, Text("XML ohne DOCTYPE.", "XML without DOCTYPE."), _EXPORT_AGAIN)
    _check_depth(root, where)
    return root


def _malformed(data: bytes, where: str, error: Exception) -> Broken:
    if data.startswith(b"PK\x03\x04"):
        cause = Text("Das ist ein ZIP-Archiv.", "This is a ZIP archive.")
        step = Text("Entpacken Sie es und wählen Sie die BPMN-Datei.", "Unpack it and choose the BPMN file.")
        return broken(where, cause, _EXPECTED, step)
    reason = error.msg if isinstance(error, etree.XMLSyntaxError) else str(error)
    if "Invalid bytes" in (reason or "") or "not proper UTF-8" in (reason or ""):
        cause = Text(
            f"Die Datei ist nicht in der Zeichenkodierung gespeichert, die sie angibt: {reason}",
            f"The file is not stored in the encoding that it declares: {reason}",
        )
        step = Text("Speichern Sie die Datei als UTF-8.", "Save the file as UTF-8.")
        return broken(where, cause, _EXPECTED, step)
    cause = Text(f"Die Datei ist kein wohlgeformtes XML: {reason}", f"The file is not well-formed XML: {reason}")
    return broken(where, cause, _EXPECTED, _EXPORT_AGAIN)


def _check_depth(root: etree._Element, where: str) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            cause = Text("Das XML ist zu tief verschachtelt.", "The XML is nested too deeply.")
            expected = Text(f"Höchstens {MAX_DEPTH} Ebenen.", f"At most {MAX_DEPTH} levels.")
            raise broken(where, cause, expected, _EXPORT_AGAIN)


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and processing instructions."""
    tag: object = element.tag  # a function for comments and processing instructions
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    tag: object = element.tag  # a function for comments and processing instructions
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def squeezed(text: str | None) -> str:
    """One line: drawing tools break labels wherever the shape was too narrow."""
    return " ".join((text or "").split())
