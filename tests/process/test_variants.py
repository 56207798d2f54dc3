"""Unseen files of the same kind: the drawings of other tools, changed by machine in what must not matter, and in what may.

Ids, byte order marks, encodings, line ends and foreign attributes change no answer; missing names, flows and drawings
change the answer, but never break it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from tests.process.samples import chain, source
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.process.bpmn import read
from werkfluss.process.check_report import document

pytestmark = pytest.mark.corpus


def other_ids(data: bytes) -> bytes:
    """Every id and every reference to one, under new names."""
    root = etree.fromstring(data)
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    new = {one.get("id"): f"n{number}_x" for number, one in enumerate(elements) if one.get("id")}

    def renamed(value: str) -> str:
        prefix, colon, own = value.rpartition(":")
        return new.get(value) or (f"{prefix}{colon}{new[own]}" if own in new else value)

    for one in elements:
        for key, value in one.attrib.items():
            if key != "name":
                one.set(key, " ".join(map(renamed, value.split(" "))))
        if one.text and one.text.strip() in new and not len(one):
            one.text = new[one.text.strip()]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def as_utf16(data: bytes) -> bytes:
    text = etree.tostring(etree.fromstring(data), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def foreign(data: bytes) -> bytes:
    return re.sub(rb"<((?:\w+:)?definitions)\b", rb'<\1 xmlns:zz="urn:zz" zz:drawn="1"', data, count=1)


def with_bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + etree.tostring(etree.fromstring(data), xml_declaration=True, encoding="UTF-8")


SAME: dict[str, Callable[[bytes], bytes]] = {
    "ids": other_ids,
    "utf-16": as_utf16,
    "foreign": foreign,
    "bom": with_bom,
    "crlf": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
}
OTHER: dict[str, Callable[[bytes], bytes]] = {
    "no names": lambda data: re.sub(rb'\sname="[^"]*"', b"", data),
    "no flows": lambda data: re.sub(rb"<(\w+:)?sequenceFlow\b[^>]*/>", b"", data),
    "no drawing": lambda data: re.sub(rb"<(\w+:)?BPMNDiagram.*</(\w+:)?BPMNDiagram>", b"", data, flags=re.DOTALL),
    "cut": lambda data: data[: len(data) * 2 // 3],
}


def files(corpus: Path) -> list[Path]:
    found = sorted((corpus / "bpmn-miwg").rglob("*.bpmn"))
    assert len(found) >= 90
    return found


def said(data: bytes) -> object:
    found = document(read(data))
    tasks = [[(t["name"], t["type"], t["performer"]) for t in one["tasks"]] for one in found["processes"]]
    return tasks, found["clarity"], sorted(one["code"] for one in found["findings"])


def test_what_must_not_matter_changes_no_answer(corpus: Path) -> None:
    for number, file in enumerate(files(corpus)):
        data = file.read_bytes()
        expected = said(data)
        # One change for each file: a tool has exported many files, so all of them meet all changes.
        name = list(SAME)[number % len(SAME)]
        assert said(SAME[name](data)) == expected, (file.name, name)


def test_what_is_missing_is_a_finding_or_a_refusal_with_its_place(corpus: Path) -> None:
    for file in files(corpus):
        data = file.read_bytes()
        for name, change in OTHER.items():
            fault, clarity = judged(change(data))
            if fault is None:
                assert name != "cut", file.name
                assert 0 <= clarity <= 100
            else:
                assert fault.cause.de, (file.name, name)
                assert fault.next_step.de, (file.name, name)


def judged(data: bytes) -> tuple[Fault | None, int]:
    """Why a file is refused, else how clear it is; any other exception fails the test."""
    try:
        return None, document(read(data))["clarity"]
    except Broken as error:
        return error.fault, 0


@pytest.mark.parametrize(("steps", "seconds"), [(500, 4), (2_000, 20)])
def test_large_model_is_checked_in_bounded_time(steps: int, seconds: int) -> None:
    names = [f"t{number}" for number in range(steps)]
    body = "".join(f'<userTask id="{name}" name="Antrag {name} prüfen"/>' for name in names)
    data = source('<startEvent id="s"/>' + body + '<endEvent id="e"/>' + chain("s", *names, "e"))
    begun = time.process_time()
    assert len(document(read(data))["processes"][0]["tasks"]) == steps
    assert time.process_time() - begun < seconds
