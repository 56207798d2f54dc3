"""Damaged files: whatever happens to a file on its way, it is read or refused with a reason, never a traceback."""

from __future__ import annotations

import copy
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import examples
from tests.process.samples import source
from werkfluss.kernel.errors import Broken
from werkfluss.process import library, svg
from werkfluss.process.bpmn import read, write
from werkfluss.process.clarity_process import check_file
from werkfluss.process.extension import with_labels
from werkfluss.process.model import Definitions, Words
from werkfluss.process.reading.scopes import MAX_NODES
from werkfluss.process.runnable import runnable
from werkfluss.process.xml import MAX_BYTES

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]><definitions>&b;</definitions>'
FOREIGN = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><definitions>&a;</definitions>'
UMLAUT = f'<?xml version="1.0" encoding="UTF-8"?>{HEAD}<process id="p" name="Prüfung"/></definitions>'


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "not well-formed"),
        (b"<definitions>", "not well-formed"),
        (b"no xml at all", "not well-formed"),
        (b"\x00\xff\xfe", "not well-formed"),
        (b"PK\x03\x04" + bytes(40), "ZIP archive"),
        (BOMB, "DOCTYPE"),
        (FOREIGN, "DOCTYPE"),
        (b"<a>" * 200 + b"</a>" * 200, "nested too deeply"),
        (b"<project xmlns='http://schemas.microsoft.com/project'/>", "top element is “project”"),
        (b"<definitions/>", "no namespace"),
        (b"<bpmn:definitions/>", "prefix bpmn"),
        (UMLAUT.encode("cp1252"), "not stored in the encoding"),
        (UMLAUT.replace("UTF-8", "klingon").encode(), "klingon"),
        (f"{HEAD}&nbsp;</definitions>".encode(), "nbsp"),
        (source('<task id="x"/><task id="x"/>'), "“x” occurs twice"),
        (source('<task id="a"/><sequenceFlow id="a" sourceRef="a" targetRef="a"/>'), "“a” occurs twice"),
        (source('<task name="Ohne"/>'), "has no id: task “Ohne” (line 1)"),
        (source('<task id=" "/>'), "has no id: task"),
        (source('<sequenceFlow sourceRef="a" targetRef="b"/>'), "has no id: sequenceFlow"),
        (source('<laneSet id="l"><lane/></laneSet>'), "has no id: lane"),
        (f"{HEAD}<process/></definitions>".encode(), "has no id: process"),
        (f'{HEAD}<collaboration id="c"><participant/></collaboration></definitions>'.encode(), "no id: participant"),
        (source('<boundaryEvent id="b" attachedToRef="gone"/>'), "“gone” is not in the file"),
        (source('<boundaryEvent id="b"/>'), "hangs on no activity"),
        (source('<task id="x"><extensionElements><wf:work effort="bald"/></extensionElements></task>'), "effort"),
        (source('<task id="x"><extensionElements><wf:work ai="maybe"/></extensionElements></task>'), "AI use"),
    ],
)
def test_bad_file_is_refused_with_its_cause(data, cause):
    with pytest.raises(Broken, match=re.escape(cause)) as caught:
        read(data, "probe.bpmn")
    fault = caught.value.fault
    assert fault.where.startswith("probe.bpmn")
    assert all(
        (fault.cause.de, fault.cause.en, fault.expected.de, fault.expected.en, fault.next_step.de, fault.next_step.en)
    )
    assert "<string>" not in fault.cause.en


def test_file_that_is_too_large_is_refused():
    with pytest.raises(Broken, match="too large"):
        read(b" " * (MAX_BYTES + 1))


def test_file_with_too_many_steps_is_refused():
    steps = "".join(f'<task id="t{number}"/>' for number in range(MAX_NODES + 1))
    with pytest.raises(Broken, match="more than 10000 steps"):
        read(source(steps))


def test_file_of_five_megabytes_is_read():
    note = "<documentation>" + "Ein langer Text. " * 600 + "</documentation>"
    data = source("".join(f'<task id="t{number}" name="Schritt">{note}</task>' for number in range(500)))
    assert len(data) > 5_000_000
    assert len(read(data).processes[0].tasks) == 500


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", ""),
        ("utf-16-le", "UTF-16"),
        ("utf-8", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("iso-8859-1", "ISO-8859-1"),
        ("iso-8859-15", "ISO-8859-15"),
        ("cp1252", "windows-1252"),
    ],
)
def test_file_in_any_usual_encoding_is_read(codec, declared):
    start = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    definitions = read((start + UMLAUT.partition("?>")[2]).encode(codec))
    assert definitions.processes[0].name == "Prüfung"
    assert read(write(definitions)).processes == definitions.processes


def test_references_that_lead_nowhere_are_left_alone():
    definitions = read(
        source(
            '<laneSet id="ls"><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet><startEvent id="s">'
            '<messageEventDefinition messageRef="gone"/><eventDefinitionRef>gone</eventDefinitionRef></startEvent>'
            '<exclusiveGateway id="g" default="gone"/><callActivity id="c" calledElement="gone"/>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="gone"/><association id="a" sourceRef="gone" targetRef="s"/>'
        ).replace(
            b"<process",
            b'<collaboration id="co"><participant id="pool" processRef="gone"/>'
            b'<messageFlow id="mf" sourceRef="gone" targetRef="s"/></collaboration><process',
            1,
        )
    )
    use(definitions)
    assert [flow.id for flow in definitions.processes[0].loose_flows] == ["f"]
    assert definitions.senders(definitions.nodes["s"]) == ()


def use(definitions: Definitions) -> None:
    """What every screen does with a file."""
    check_file(definitions)
    for process in definitions.processes:
        runnable(definitions, process.id)
    for node in definitions.nodes.values():
        definitions.performer(node)
        definitions.receivers(node)
        assert definitions.process_of(node) in definitions.processes
    assert definitions.compensation_handlers is not None
    for number in range(len(definitions.diagrams)):
        svg.draw(definitions, diagram=number)
    assert read(write(definitions)).processes == definitions.processes
    for element in list(definitions.nodes)[:2]:
        label = Words((("en", "Check"),))
        assert read(with_labels(definitions.source, {element: label})).nodes[element].label == label


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1e999", "1e300", "wide"])
def test_shape_without_a_place_is_not_drawn(value):
    drawing = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane>'
        f'<di:BPMNShape bpmnElement="t"><dc:Bounds x="0" y="0" width="{value}" height="80"/></di:BPMNShape>'
        f'<di:BPMNEdge bpmnElement="f"><dc:waypoint x="{value}" y="1"/></di:BPMNEdge>'
        '<di:BPMNShape bpmnElement="u"><dc:Bounds x="0" y="0" width="9" height="9"/></di:BPMNShape>'
        "</di:BPMNPlane></di:BPMNDiagram></definitions>"
    )
    definitions = read(
        source('<task id="t" name="A b"/><task id="u" name="C d"/>').replace(b"</definitions>", drawing.encode())
    )
    assert [shape.element for shape in definitions.diagrams[0].shapes] == ["u"]
    assert definitions.diagrams[0].edges == ()
    use(definitions)


def reads_or_refuses(data: bytes) -> bool:
    try:
        definitions = read(data, "probe.bpmn")
    except Broken:
        return False
    use(definitions)
    return True


VALUES = ["", "-1", "NaN", "1e999", "= (", "${", "PT", "x"]


def drop_attribute(one, _other, chance):
    if one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]


def mix_attributes(one, other, chance):
    if one.attrib and other.attrib:
        one.set(chance.choice(list(one.attrib)), chance.choice(list(other.attrib.values())))


def spoil_values(one, _other, chance):
    one.text = chance.choice(VALUES)
    if one.attrib:
        one.set(chance.choice(list(one.attrib)), chance.choice(VALUES))


def move(one, other, _chance):
    if other not in one.iter():
        other.append(one)


DAMAGES = (
    drop_attribute,
    mix_attributes,
    spoil_values,
    move,
    lambda one, _other, _chance: one.getparent().remove(one),
    lambda one, _other, _chance: one.addnext(copy.deepcopy(one)),
    lambda one, other, _chance: setattr(one, "tag", other.tag),
)


def damaged_tree(data: bytes, chance: random.Random) -> bytes:
    """A few elements or attributes removed, doubled, moved or mixed up; still well-formed XML."""
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 4)):
        elements = [e for e in root.iter() if isinstance(e.tag, str) and e is not root]
        if elements:
            chance.choice(DAMAGES)(chance.choice(elements), chance.choice(elements), chance)
    return etree.tostring(root)


def damaged_bytes(data: bytes, chance: random.Random) -> bytes:
    """A part lost, doubled, overwritten or cut off, as by a bad transfer or a careless editor."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(data) or 1)
        end = start + chance.randrange(1, 40)
        new = chance.choice([b"", data[start:end] * 2, chance.randbytes(3), b"<", b"&x;", b'"', data[:start][-9:]])
        data = data[:start] + new + data[end:]
    return data


SAMPLES = (library.source("freelancer_order"), library.source("blue_card_case"))


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32), sample=st.sampled_from(SAMPLES), tree=st.booleans())
def test_damaged_file_is_read_or_refused(seed, sample, tree):
    damage = damaged_tree if tree else damaged_bytes
    reads_or_refuses(damage(sample, random.Random(seed)))


@settings(max_examples=examples(100), deadline=None)
@given(data=st.binary(max_size=60), place=st.integers(0, len(HEAD)))
def test_any_bytes_are_read_or_refused(data, place):
    reads_or_refuses(data)
    reads_or_refuses(HEAD[:place].encode() + data + HEAD[place:].encode() + b"</definitions>")


@pytest.mark.corpus
def test_damaged_exports_are_read_or_refused(corpus):
    paths = [
        path for case in ("A.3.0", "A.4.1", "B.2.0", "C.3.0") for path in (corpus / "bpmn-miwg").glob(f"*_{case}*")
    ]
    read_anyway = 0
    for seed, path in enumerate(sorted(paths)):
        for damage in (damaged_tree, damaged_bytes):
            read_anyway += reads_or_refuses(damage(path.read_bytes(), random.Random(seed)))
    assert 0 < read_anyway < 2 * len(paths)
