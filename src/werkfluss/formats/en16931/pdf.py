"""The XML inside a ZUGFeRD / Factur-X PDF."""

from __future__ import annotations

from io import BytesIO

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""Attachment names of Factur-X / ZUGFeRD ≥ 2.1, ZUGFeRD 1.0 and 2.0, and the XRechnung reference profile."""
MAX_PDF_BYTES = 25 * 1024 * 1024


def extract_xml(data: bytes, *, filename: str) -> tuple[str, bytes]:
    """Name and bytes of the invoice XML attached to a PDF, unparsed.

    pypdf (the PDF library under factur-x) is asked directly: factur-x would parse every attachment with a
    parser of its own before ours could bound it.

    Raises
    ------
    Broken : the PDF cannot be read, is encrypted or too large, or carries no invoice XML.

    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if len(data) > MAX_PDF_BYTES:
        raise Broken(_fault(filename, Text("Das PDF ist zu groß.", "The PDF is too large.")))
    found: dict[str, bytes] = {}
    try:
        for attached in PdfReader(BytesIO(data)).attachment_list:
            name = attached.name.lower()
            if name.endswith(".xml") and name not in found:
                found[name] = attached.content
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # pypdf lets many kinds of error through on damaged files; whichever it is, the file is unreadable.
        raise Broken(_fault(filename, Text("Das PDF ist nicht lesbar.", "The PDF cannot be read."))) from None
    for name in _NAMES:
        if name in found:
            return name, found[name]
    if len(found) == 1:
        return next(iter(found.items()))
    raise Broken(
        _fault(
            filename,
            Text("Das PDF enthält keine Rechnungsdaten als XML.", "The PDF carries no invoice data as XML."),
        )
    )


def _fault(filename: str, cause: Text) -> Fault:
    return Fault(
        filename,
        cause,
        Text(
            "Ein PDF mit eingebettetem factur-x.xml (ZUGFeRD ab 2.0.1), höchstens 25 MB.",
            "A PDF with an embedded factur-x.xml (ZUGFeRD 2.0.1 or newer), at most 25 MB.",
        ),
        Text(
            "Ein PDF ohne Daten ist eine sonstige Rechnung: bitte von Hand erfassen oder eine E-Rechnung anfordern.",
            "A PDF without data is not an e-invoice: please enter it by hand or ask for an e-invoice.",
        ),
    )
