"""A contract as files: PDF/A with both languages side by side, and a Word document to be worked on."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from werkfluss.formats.typeset import typeset
from werkfluss.kernel.text import Text

from .assemble import Draft, kind_of, paragraphs

# Characters that no XML, and so no Word document, can hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEVIATES = Text("(vom Baustein abweichend vereinbart)", "(agreed in deviation from the library)")
_SIGNATURES = Text(
    "Die Parteien unterschreiben elektronisch. Wer wann wie unterschrieben hat, steht in den Signaturen dieser Datei "
    "und "
    "auf dem Signaturblatt.",
    "The parties sign electronically. Who signed when and how is in the signatures of this file and on the proof "
    "sheet.",
)
_BY_HAND = Text(
    "Dieser Vertrag braucht Schriftform: eigenhändige Unterschriften oder qualifizierte elektronische Signaturen.",
    "This contract needs written form: signatures by hand or qualified electronic signatures.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the clauses. ``reference``: number and version, in the head of every page."""

    title: Text
    firm: str
    reference: str
    at: datetime
    signers: tuple[str, ...] = ()
    written_form: tuple[str, ...] = ()


def as_pdf(draft: Draft, sheet: Sheet) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4; equal contracts of the same moment give equal pages."""
    made = sheet.at.astimezone(UTC)
    data = {
        "title": sheet.title.as_json(),
        "firm": sheet.firm,
        "reference": sheet.reference,
        "stamp": f"{sheet.reference} · {made:%d.%m.%Y %H:%M} UTC",
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "note": kind_of(draft.kind).about.as_json(),
        "deviates": _DEVIATES.as_json(),
        "clauses": [
            {
                "number": one.number,
                "title": one.clause.title.as_json(),
                "text": one.text.as_json(),
                "deviates": one.deviates,
            }
            for one in paragraphs(draft)
        ],
        "signing": {"title": "Unterschriften / Signatures", "about": _about_signing(sheet).as_json()},
        "signers": list(sheet.signers),
    }
    template = (files("werkfluss.engagement.contracts") / "contract.typ").read_bytes()
    return typeset(template, data, standards=["a-3a", "ua-1"])


def as_docx(draft: Draft, sheet: Sheet) -> bytes:
    """A Word document: one table with German left and English right, a repeated head row, each side's language set."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    core = document.core_properties
    core.title, core.author, core.language = _clean(str(sheet.title)), _clean(sheet.firm), "de"
    core.created = core.modified = sheet.at.astimezone(UTC).replace(tzinfo=None)
    document.add_heading(_clean(sheet.title.de), level=0)
    document.add_paragraph(_clean(sheet.title.en))
    document.add_paragraph(_clean(sheet.reference))
    table = _table(document)
    for one in paragraphs(draft):
        cells = table.add_row().cells
        for cell, title, text, note, tag in (
            (cells[0], one.clause.title.de, one.text.de, _DEVIATES.de, "de-DE"),
            (cells[1], one.clause.title.en, one.text.en, _DEVIATES.en, "en-GB"),
        ):
            _write(cell, f"{one.number}. {title}", text, note if one.deviates else "", tag)
    about = _about_signing(sheet)
    document.add_heading("Unterschriften / Signatures", level=1)
    document.add_paragraph(_clean(about.de))
    document.add_paragraph(_clean(about.en))
    for line in sheet.signers:
        document.add_paragraph(_clean(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any) -> Any:
    from docx.oxml import OxmlElement

    table = document.add_table(rows=1, cols=2, style="Table Grid")
    for cell, name in zip(table.rows[0].cells, ("Deutsch", "English"), strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    # The head row is repeated on each page, and readers hear it as one.
    table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # no public way
    return table


def _write(cell: Any, title: str, text: str, note: str, tag: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    runs = [cell.paragraphs[0].add_run(_clean(title))]
    runs[0].bold = True
    runs += [cell.add_paragraph().add_run(_clean(line)) for line in text.split("\n") if line.strip()]
    if note:
        runs.append(cell.add_paragraph().add_run(_clean(note)))
        runs[-1].italic = True
    for run in runs:
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), tag)
        run._element.get_or_add_rPr().append(spoken)  # noqa: SLF001  # no public way


def _about_signing(sheet: Sheet) -> Text:
    if not sheet.written_form:
        return _SIGNATURES
    named = ", ".join(sheet.written_form)
    return Text(f"{_BY_HAND.de} ({named})", f"{_BY_HAND.en} ({named})")


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
