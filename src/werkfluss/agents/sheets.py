"""A paper as data and as file: the same parts become a page, a PDF/A and a Word document with headings and tables."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from werkfluss.evidence.domain import drawing
from werkfluss.evidence.domain.dossiers import Cell, Section
from werkfluss.evidence.domain.drawing import say
from werkfluss.kernel.text import Language, Text

Part = tuple[Text, tuple[Section, ...]]
# Characters that no XML, and so no Word document, can hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper before it is drawn; ``note`` stands under the title and says what it is not."""

    title: Text
    firm: str
    address: str
    as_of: date
    facts: tuple[tuple[Text, Cell], ...]
    parts: tuple[Part, ...]
    note: Text | None = None

    def sha256(self) -> str:
        """Of what it says in both languages: equal papers have equal digests, whenever they are drawn."""
        plain = [self.title, self.firm, self.address, self.facts, self.parts, self.note]
        return hashlib.sha256(json.dumps(plain, default=_plain, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_json()
    if isinstance(value, Section):
        return [value.title, value.pairs, value.paragraphs, value.head, value.rows]
    return str(value)


def as_pdf(sheet: Sheet, *, language: Language, at: datetime) -> bytes:
    """PDF/A-3a and PDF/UA-1, A4, in the same layout as dossiers."""
    facts = [*((Text("Hinweis", "Note"), sheet.note),) * bool(sheet.note), *sheet.facts]
    return drawing.as_pdf(
        title=sheet.title,
        firm=sheet.firm,
        address=sheet.address,
        facts=facts,
        parts=[(title, [drawing.drawn(one, language) for one in sections]) for title, sections in sheet.parts],
        language=language,
        at=at,
    )


def as_docx(sheet: Sheet, *, language: Language, at: datetime) -> bytes:
    """A Word document to be worked on: real headings, tables with a repeated head row, its language set."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    core = document.core_properties
    core.title, core.author, core.language = _clean(sheet.title.in_language(language)), _clean(sheet.firm), language
    core.created = core.modified = at.astimezone(UTC).replace(tzinfo=None)
    style = document.styles["Normal"].element.get_or_add_rPr()
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "de-DE" if language == "de" else "en-GB")
    style.append(spoken)
    document.add_heading(_clean(sheet.title.in_language(language)), level=0)
    document.add_paragraph(_clean(sheet.address))
    if sheet.note:
        document.add_paragraph(_clean(sheet.note.in_language(language)), style="Intense Quote")
    _pairs(document, sheet.facts, language)
    for title, sections in sheet.parts:
        document.add_heading(_clean(title.in_language(language)), level=1)
        for section in sections:
            _write(document, section, language)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(document: Any, section: Section, language: Language) -> None:
    from docx.oxml import OxmlElement

    document.add_heading(_clean(say(section.title, language)), level=2)
    if section.pairs:
        _pairs(document, section.pairs, language)
    for paragraph in section.paragraphs:
        document.add_paragraph(_clean(say(paragraph, language)))
    if not section.rows:
        return
    table = document.add_table(rows=1, cols=len(section.head), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, section.head, strict=True):
        cell.paragraphs[0].add_run(_clean(say(name, language))).bold = True
    # The head row is repeated on each page, and readers hear it as one.
    table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # no public way
    for row in section.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(say(value, language))
    document.add_paragraph()


def _pairs(document: Any, pairs: Iterable[tuple[Text, Cell]], language: Language) -> None:
    rows = [(say(name, language), say(value, language)) for name, value in pairs]
    if not rows:
        return
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(_clean(name)).bold = True
        cells[1].text = _clean(value)
    document.add_paragraph()


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
