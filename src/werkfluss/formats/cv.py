"""Curricula vitae from outside: JSON Resume, Europass XML of both generations, PDF files of the Europass portal."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .europass import read_pdf, read_xml
from .fault import broken, require_size
from .jsonresume import read_json
from .resume import Resume


def read(data: bytes, *, filename: str) -> Resume:
    """The CV in a file; which kind it is, its content tells.

    Raises:
        Broken: empty, too large, no CV, damaged, or a PDF without a Europass document inside.
    """
    require_size(data, filename)
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5]
    if head.startswith(b"%PDF"):
        return read_pdf(data, filename=filename)
    if head.startswith(b"<") or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return read_xml(data, filename=filename)
    if head.startswith(b"{"):
        return read_json(data, filename=filename)
    raise broken(
        filename,
        Text("Das ist kein Lebenslauf, den Werkfluss lesen kann.", "This is no CV that Werkfluss can read."),
        Text("JSON Resume, Europass-XML oder ein Europass-PDF.", "JSON Resume, Europass XML or a Europass PDF."),
        Text(
            "Laden Sie den Lebenslauf im Europass-Portal als PDF oder XML herunter.",
            "Download the CV as PDF or XML from the Europass portal.",
        ),
    )
