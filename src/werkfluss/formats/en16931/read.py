"""One entry for every e-invoice: XML in either syntax, or a PDF that carries one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lxml import etree

from werkfluss.formats.xml import parse_xml
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from . import cii, ubl
from .model import Invoice
from .pdf import extract_xml
from .xsd import schema_fault

_ZUGFERD_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"
_NEXT = Text(
    "Bitte fordern Sie beim Aussteller eine E-Rechnung nach EN 16931 an (XRechnung oder ZUGFeRD ab 2.0.1).",
    "Please ask the issuer for an e-invoice under EN 16931 (XRechnung or ZUGFeRD 2.0.1 or newer).",
)


@dataclass(frozen=True, slots=True)
class SourceInvoice:
    """An invoice with the file it came from.

    ``sha256`` (hex) is of the file as received; ``schema_fault`` is the first fault against the official XSD
    or ``None``; ``attachment`` is the name of the XML inside a PDF or empty.
    """

    filename: str
    sha256: str
    invoice: Invoice
    schema_fault: Text | None = None
    attachment: str = ""


def read(data: bytes, *, filename: str) -> SourceInvoice:
    """Read one e-invoice file.

    Raises
    ------
    Broken : not XML or PDF, no invoice in it, ZUGFeRD 1.0 (not EN 16931), or a number or date that is none.

    """
    attachment = ""
    content = data
    if data[:1024].lstrip().startswith(b"%PDF"):
        attachment, content = extract_xml(data, filename=filename)
    root = parse_xml(content, filename=filename)
    name = etree.QName(root)
    if name.namespace == cii.CROSS_INDUSTRY_INVOICE and name.localname == "CrossIndustryInvoice":
        invoice = cii.read(root, filename)
    elif name.namespace in {ubl.INVOICE, ubl.CREDIT_NOTE} and name.localname in {"Invoice", "CreditNote"}:
        invoice = ubl.read(root, filename)
    else:
        raise Broken(_foreign(filename, name))
    return SourceInvoice(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        invoice=invoice,
        schema_fault=schema_fault(root, invoice.profile),
        attachment=attachment,
    )


def _foreign(filename: str, name: etree.QName) -> Fault:
    if name.namespace == _ZUGFERD_1:
        return Fault(
            filename,
            Text(
                "Die Rechnung ist ZUGFeRD 1.0; das ist keine E-Rechnung nach EN 16931.",
                "The invoice is ZUGFeRD 1.0, which is not an e-invoice under EN 16931.",
            ),
            Text(
                "UBL 2.1 oder CII (ZUGFeRD ab 2.0.1, Factur-X).", "UBL 2.1 or CII (ZUGFeRD 2.0.1 or newer, Factur-X)."
            ),
            _NEXT,
        )
    return Fault(
        filename,
        Text(
            f"Das XML ist keine Rechnung nach EN 16931 (Wurzel „{name.localname}“).",
            f"The XML is not an invoice under EN 16931 (root “{name.localname}”).",
        ),
        Text(
            "UBL Invoice, UBL CreditNote oder CrossIndustryInvoice.",
            "UBL Invoice, UBL CreditNote or CrossIndustryInvoice.",
        ),
        _NEXT,
    )
