"""Every reader against hostile and hopeless input: one clear refusal, quickly, and never a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from werkfluss.formats import ics, mspdi, stafflist, wbs
from werkfluss.formats.xml import parse_xml
from werkfluss.kernel.errors import Broken

READERS: dict[str, Callable[..., object]] = {
    "staff": stafflist.read,
    "wbs": wbs.read,
    "mspdi": mspdi.read,
    "absences": ics.read,
}
NS = 'xmlns="http://schemas.microsoft.com/project"'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {c} "{f"&{chr(ord(c) - 1)};" * 10}">' for c in "bcdefghij")
    + f"]><Project {NS}><Name>&j;</Name></Project>"
)


def _zip(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def _workbook(*, replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A real workbook whose sheet has been tampered with."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Abteilung"])
    sheet.append(["Anna Meier", "IT"])
    out = BytesIO()
    book.save(out)
    tampered = BytesIO()
    with ZipFile(out) as source, ZipFile(tampered, "w", ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            if part.startswith("xl/worksheets/") and replace[0]:
                assert replace[0] in content
                content = content.replace(*replace)
            target.writestr(part, content)
    return tampered.getvalue()


def _empty_workbook() -> bytes:
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


XML = {
    "billion laughs": LAUGHS.encode(),
    "external entity": f'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project {NS}>&x;</Project>'.encode(),
    "external document type": f'<!DOCTYPE p SYSTEM "http://x.example/p.dtd"><Project {NS}/>'.encode(),
    "parameter entity": f'<!DOCTYPE p [<!ENTITY % x SYSTEM "http://x.example/x"> %x;]><Project {NS}/>'.encode(),
    "document type behind a comment": f"<!-- <p> --> <!DOCTYPE p><Project {NS}/>".encode(),
    "document type in UTF-16": f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE p><Project {NS}/>'.encode("utf-16"),
    "document type in UTF-7": f'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE p+AD4-<Project {NS}/>'.encode(),
    "deep nesting": f"<Project {NS}>".encode() + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</Project>",
    "too many elements": f"<Project {NS}>".encode() + b"<a/>" * 2_100_000 + b"</Project>",
    "undefined entity": f"<Project {NS}>&x;</Project>".encode(),
    "cut off": f"<Project {NS}><Tasks><Task>".encode(),
    "unknown encoding": f'<?xml version="1.0" encoding="klingon"?><Project {NS}/>'.encode(),
    "wrong encoding": f'<?xml version="1.0" encoding="utf-8"?><Project {NS}><Name>M\xfcller</Name></Project>'.encode(
        "cp1252"
    ),
    "another format": b"<html><body>Login</body></html>",
}
SHEETS = {
    "zip bomb": _zip(xl__workbook_xml=b"<a/>", xl__worksheets__sheet1_xml=b"0" * 30_000_000),
    "many parts": _zip(**{f"xl__{n}_xml": b"<a/>" for n in range(2_100)}),
    "no workbook": _zip(document_xml=b"<a/>"),
    "damaged workbook": _zip(xl__workbook_xml=b"<a/>", **{"[Content_Types]_xml": b"<a/>"}),
    "cut off": _workbook()[:-200],
    "entities in a sheet": _workbook(
        replace=(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet')
    ),
    "broken sheet": _workbook(replace=(b"</sheetData>", b"")),
    "empty workbook": _empty_workbook(),
    "encrypted or old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a PDF": b"%PDF-1.7\n" + b"x" * 100,
    "a web page": b"<!DOCTYPE html><html><table></table></html>",
    "binary": b"Name;Abteilung\n" + bytes(range(256)) * 4,
    "open quotation mark": b'Name;Abteilung\n"Anna;IT\nBernd;IT\n',
    "a huge cell": b"Name;Abteilung\n" + b"a" * 200_000 + b";IT\n",
    "too many columns": b";".join([b"Name", b"Abteilung", *[b"x"] * 400]) + b"\n" + b"a;" * 402 + b"\n",
    "too many rows": b"Name;Abteilung\n" + b"Anna;IT\n" * 50_001,
    "no header": b"1;2;3\n4;5;6\n",
    "one column": b"Anna\nBernd\n",
    "broken JSON": b'{"data": [',
    "deep JSON": b"[" * 100_000,
    "mixed encodings": "Name;Ort\nMüller;Köln\n".encode() + "Groß;Köln\n".encode("cp1252"),
    "broken UTF-16": b"\xff\xfeN\x00\x00\xd8",
    "a booking batch": b'"EXTF";700;21;"Buchungsstapel";13\n',
}


@pytest.mark.parametrize("name", XML)
def test_hostile_xml_is_refused_with_a_cause_and_a_next_step(name: str) -> None:
    before = time.monotonic()
    with pytest.raises(Broken) as caught:
        mspdi.read(XML[name], filename="plan.xml")
    fault = caught.value.fault
    assert fault.where.startswith("plan.xml")
    assert fault.cause.de != fault.cause.en
    assert fault.next_step.de
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("reader", ["staff", "wbs"])
def test_hostile_table_is_refused_with_a_cause_and_a_next_step(name: str, reader: str) -> None:
    before = time.monotonic()
    with pytest.raises(Broken) as caught:
        READERS[reader](SHEETS[name], filename="liste.xlsx")
    fault = caught.value.fault
    assert fault.cause.de != fault.cause.en
    assert fault.next_step.de
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("data", "word"), [(b"", "leer"), (b" \r\n\t", "leer"), (b"a" * 26_300_000, "zu groß")])
def test_empty_and_oversized_input_is_refused_before_it_is_parsed(reader: str, data: bytes, word: str) -> None:
    with pytest.raises(Broken) as caught:
        READERS[reader](data, filename="datei")
    assert word in caught.value.fault.cause.de


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400))
def test_random_bytes_are_read_or_refused(reader: str, data: bytes) -> None:
    try:
        READERS[reader](data, filename="datei")
    except Broken as error:
        assert error.fault.cause.de  # noqa: PT017 -- both ends are fine, nothing else is


SCRAP = st.lists(
    st.sampled_from(
        [
            "Name",
            "PSP",
            "Vorgang",
            "Vorgänger",
            "Dauer",
            "1",
            "1.1",
            "1EA+5T",
            "2;",
            ";",
            "\n",
            "\n",
            '"',
            ",",
            "=1+1",
            "ü",
        ]
    ),
    max_size=60,
)


@pytest.mark.parametrize("reader", ["staff", "wbs"])
@settings(max_examples=80, deadline=None)
@given(parts=SCRAP, encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_scrambled_tables_are_read_or_refused(reader: str, parts: list[str], encoding: str) -> None:
    try:
        READERS[reader](";".join(parts).encode(encoding), filename="datei.csv")
    except Broken as error:
        assert error.fault.next_step.de  # noqa: PT017 -- both ends are fine, nothing else is


def test_harmless_xml_is_read() -> None:
    text = '<?xml version="1.0" encoding="{0}"?><!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE html>]]>ü</a>'
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        root = parse_xml(text.format(encoding).encode(encoding), filename="a.xml")
        assert root.text == "<!DOCTYPE html>ü"
