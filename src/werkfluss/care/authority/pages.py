"""Drawing a sheet: one plain content, from which the preview, the PDF and the DOCX are made alike."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from importlib.resources import files
from typing import Any

from werkfluss.care.authority import MARK
from werkfluss.care.authority.sheets import Sheet
from werkfluss.care.models import Authority
from werkfluss.formats.typeset import typeset
from werkfluss.kernel.text import Text

CHANNELS = {
    "unknown": Text("unbekannt, bitte erfragen", "unknown, please ask"),
    "post": Text("Post", "post"),
    "email": Text("E-Mail", "e-mail"),
    "portal": Text("Portal", "portal"),
    "in_person": Text("persönlich", "in person"),
    "transmission": Text("elektronische Übermittlung", "electronic transmission"),
}
_UNKNOWN = Text("nicht bekannt; bitte erfragen und eintragen", "not known; please ask and enter it")


def content_of(sheet: Sheet) -> dict[str, Any]:
    """What stands on the paper, as plain JSON; every text as {"de": …, "en": …}."""
    form, due = sheet.form, due_text(sheet)
    firm = next((line.shown for line in sheet.lines() if line.field.key == "firm_name"), None)
    return {
        "kind": form.id,
        "title": form.title.as_json(),
        "mark": MARK.as_json(),
        "what": form.what.as_json(),
        "firm": (firm or Text("–", "–")).as_json(),
        "person": sheet.subject.person.name,
        "provisions": list(form.provisions),
        "authority": [[name.as_json(), value.as_json()] for name, value in authority_pairs(sheet)],
        "due": due.as_json() if due else None,
        "sections": [
            {"title": section.title.as_json(), "rows": [_row(line) for line in lines]}
            for section, lines in sheet.sections
        ],
        "statements": [one.as_json() for one in sheet.statements],
        "todo": [{"text": one.text.as_json(), "provision": one.provision} for one in form.todo],
        "attachments": [{"name": one.name.as_json(), "there": one.document is not None} for one in sheet.attachments],
        "signatures": [one.as_json() for one in form.signatures],
        "left_out": form.left_out.as_json(),
    }


def _row(line: Any) -> dict[str, Any]:
    return {
        "key": line.field.key,
        "label": line.field.label.as_json(),
        "value": line.shown.as_json(),
        "source": line.known.source.as_json() if line.known else None,
        "provision": line.field.provision,
        "missing": line.missing,
    }


def authority_pairs(sheet: Sheet) -> list[tuple[Text, Text]]:
    """What the statute says of the authority for sure, and what the firm has entered."""
    kind, entered = sheet.authority_kind, sheet.authority
    sure = Text(f"{kind.sure.de} ({kind.provision})", f"{kind.sure.en} ({kind.provision})")
    pairs = [
        (Text("Stelle", "Body"), Text(entered.name, entered.name) if entered else kind.name),
        (Text("Anschrift", "Address"), _address(entered)),
        (Text("Weg", "Channel"), kind.channel),
        (Text("Zuständigkeit", "Competence"), sure),
    ]
    if entered is not None:
        way = CHANNELS[entered.channel]
        contact = f", {entered.contact}" if entered.contact else ""
        told = Text(way.de + contact, way.en + contact)
        pairs.insert(2, (Text("Weg laut Firma", "Channel, as the firm knows it"), told))
        source = f"{entered.source}, {entered.checked_on:%d.%m.%Y}"
        pairs.append((Text("Quelle der Anschrift", "Source of the address"), Text(source, source)))
    return pairs


def _address(entered: Authority | None) -> Text:
    if entered is None or not entered.address.strip():
        return _UNKNOWN
    address = ", ".join(line.strip() for line in entered.address.splitlines() if line.strip())
    return Text(address, address)


def due_text(sheet: Sheet) -> Text | None:
    """By when, or why no day can be said yet."""
    if sheet.form.deadline is None:
        return None
    about = sheet.form.deadline.about
    if sheet.due is None:
        return Text(
            f"{about.de}; der Tag folgt aus einer fehlenden Angabe",
            f"{about.en}; the day follows from a missing answer",
        )
    day = sheet.due.day
    return Text(f"bis {day:%d.%m.%Y} ({about.de})", f"by {day:%d %b %Y} ({about.en})")


def digest_of(content: dict[str, Any]) -> bytes:
    """Equal contents give equal digests: an unchanged paper needs no new version."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).digest()


def as_pdf(content: dict[str, Any], *, on: date, revision: int) -> bytes:
    """PDF/A-3a and PDF/UA-1 with the mark on every page; letters that the fonts lack are written as their code."""
    source = (files("werkfluss.care.authority") / "paper.typ").read_bytes()
    data = {**content, "day": [on.year, on.month, on.day], "stamp": _stamp(on, revision)}
    return typeset(source, data, standards=["a-3a", "ua-1"])


def _stamp(on: date, revision: int) -> str:
    return f"{on:%d.%m.%Y} · Fassung/Version {revision}"


def as_docx(content: dict[str, Any], *, on: date, revision: int) -> bytes:
    """The same as a Word file to be worked on, with the mark in header and footer of every page."""
    from docx import Document as Word
    from docx.shared import Pt

    word = Word()
    word.styles["Normal"].font.size = Pt(10)
    word.core_properties.title = content["title"]["de"]
    word.core_properties.author = _clean(content["firm"]["de"])
    word.core_properties.language = "de"
    mark = f"{content['mark']['de']} · {content['mark']['en']}"
    word.sections[0].header.paragraphs[0].text = mark
    word.sections[0].footer.paragraphs[0].text = f"{mark} · {_stamp(on, revision)}"
    word.add_heading(content["title"]["de"], level=1)
    word.add_paragraph(content["title"]["en"], style="Subtitle")
    word.add_paragraph(f"{content['what']['de']}\n{content['what']['en']}")
    word.add_paragraph(", ".join(content["provisions"]))
    _table(word, "Stelle / Authority", [(_both(name), _both(value)) for name, value in content["authority"]])
    if content["due"]:
        _table(word, "Frist / Deadline", [("Frist\nDeadline", _both(content["due"]))])
    for section in content["sections"]:
        rows = [(_label(row), _value(row)) for row in section["rows"]]
        _table(word, f"{section['title']['de']} / {section['title']['en']}", rows)
    for one in content["statements"]:
        word.add_paragraph(_both(one))
    _lists(word, content)
    for one in content["signatures"]:
        word.add_paragraph(f"\n\n______________________________\n{_both(one)}")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _lists(word: Any, content: dict[str, Any]) -> None:
    for one in content["todo"]:
        word.add_paragraph(f"☐ {one['text']['de']} ({one['provision']})\n{one['text']['en']}")
    if content["attachments"]:
        word.add_heading("Anlagen / Enclosures", level=2)
        for one in content["attachments"]:
            word.add_paragraph(f"{'☒' if one['there'] else '☐'} {one['name']['de']} / {one['name']['en']}")
    word.add_paragraph(_both(content["left_out"]))


def _table(word: Any, title: str, rows: list[tuple[str, str]]) -> None:
    from docx.shared import Cm

    word.add_heading(title, level=2)
    table = word.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(name), _clean(value)
        cells[0].width, cells[1].width = Cm(6), Cm(10)


def _both(text: dict[str, str]) -> str:
    return _clean(text["de"] if text["de"] == text["en"] else f"{text['de']}\n{text['en']}")


def _label(row: dict[str, Any]) -> str:
    return _both(row["label"]) + (f"\n{row['provision']}" if row["provision"] else "")


def _value(row: dict[str, Any]) -> str:
    return f"{row['value']['de']} (fehlt / missing)" if row["missing"] else _both(row["value"])


def _clean(text: str) -> str:
    """XML takes no control characters; they say nothing to a reader."""
    return "".join(
        char
        for char in text
        if char in "\n\t"
        or (ord(char) >= 0x20 and not 0xD800 <= ord(char) <= 0xDFFF and ord(char) not in (0xFFFE, 0xFFFF))
    )
