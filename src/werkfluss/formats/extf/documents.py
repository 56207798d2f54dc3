"""The documents that go with a batch: a ZIP with ``document.xml`` (DATEV XML interface online, document v6.0).

A booking's Beleglink carries the same id as the document here, so DATEV shows the invoice beside the booking.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from lxml import etree

from werkfluss.formats.fault import broken
from werkfluss.kernel.text import Text

_NAMESPACE = "http://xml.datev.de/bedi/tps/document/v06.0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNSAFE = re.compile(r"[^A-Za-z0-9._ÄÖÜäöüß-]")


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """One document; ``id`` is what the booking's ``document_link`` says."""

    id: UUID
    filename: str
    data: bytes
    keywords: str = ""


def document_package(documents: Sequence[LinkedDocument], *, created: datetime) -> bytes:
    """A ZIP of the documents with their index; equal input gives equal bytes.

    Raises
    ------
    Broken : two documents share an id.

    """
    if len({document.id for document in documents}) != len(documents):
        raise broken(
            "document.xml",
            Text("Zwei Belege haben dieselbe Kennung.", "Two documents share an id."),
            Text("Jeder Beleg hat eine eigene Kennung.", "Every document has an id of its own."),
        )
    names = _names(documents)
    stamp = (created.year, created.month, created.day, created.hour, created.minute, created.second)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        index = _index(documents, names, created)
        for name, data in [("document.xml", index), *((names[item.id], item.data) for item in documents)]:
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, data)
    return buffer.getvalue()


def _names(documents: Sequence[LinkedDocument]) -> dict[UUID, str]:
    """File names inside the ZIP: safe letters, and distinct even where two suppliers use one name."""
    taken = {"document.xml"}
    names = {}
    for document in documents:
        name = _UNSAFE.sub("_", document.filename.rsplit("/", 1)[-1]).lstrip(".") or "beleg"
        if name.casefold() in taken:
            name = f"{document.id}_{name}"
        taken.add(name.casefold())
        names[document.id] = name
    return names


def _index(documents: Sequence[LinkedDocument], names: dict[UUID, str], created: datetime) -> bytes:
    def tag(name: str) -> str:
        return f"{{{_NAMESPACE}}}{name}"

    # lxml takes None as the default namespace; its stubs do not know.
    mapping = cast("dict[str, str]", {None: _NAMESPACE, "xsi": _XSI})
    root = etree.Element(tag("archive"), nsmap=mapping)
    root.set(f"{{{_XSI}}}schemaLocation", f"{_NAMESPACE} Document_v060.xsd")
    root.set("version", "6.0")
    root.set("generatingSystem", "Werkfluss")
    etree.SubElement(etree.SubElement(root, tag("header")), tag("date")).text = f"{created:%Y-%m-%dT%H:%M:%S}"
    content = etree.SubElement(root, tag("content"))
    for document in documents:
        node = etree.SubElement(content, tag("document"), guid=str(document.id).upper())
        if document.keywords:
            etree.SubElement(node, tag("keywords")).text = document.keywords
        extension = etree.SubElement(node, tag("extension"), name=names[document.id])
        extension.set(f"{{{_XSI}}}type", "File")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
