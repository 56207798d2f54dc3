"""Files without a drawing get one: every step and flow has a place, nothing else of the file changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from werkfluss.process import bpmn, library
from werkfluss.process.drawing_in import is_drawn, with_drawing
from werkfluss.process.model import Bounds, Event, EventPosition

if TYPE_CHECKING:
    from pathlib import Path

    from werkfluss.process.model import Definitions

POOLS = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:x">
  <collaboration id="together"><participant id="we" name="Wir" processRef="p"/><participant id="they" name="Kunde"/>
    <messageFlow id="m" sourceRef="t" targetRef="they"/></collaboration>
  <process id="p"><laneSet id="ls"><lane id="l1" name="Eins"><flowNodeRef>s</flowNodeRef></lane>
    <lane id="l2" name="Zwei"><flowNodeRef>t</flowNodeRef><flowNodeRef>sub</flowNodeRef></lane></laneSet>
    <startEvent id="s"/><task id="t" name="Tun"/><boundaryEvent id="b" attachedToRef="t"><timerEventDefinition/>
    </boundaryEvent><subProcess id="sub"><task id="inner"/></subProcess><endEvent id="s_di"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="sub"/>
    <sequenceFlow id="f3" sourceRef="b" targetRef="s_di"/><sequenceFlow id="f4" sourceRef="sub" targetRef="t"/></process>
  <process id="q"><task id="alone"/></process>
</definitions>"""


def without_drawing(source: bytes) -> bytes:
    root = etree.fromstring(source)
    for element in list(root):
        if etree.QName(element).localname == "BPMNDiagram":
            root.remove(element)
    return etree.tostring(root)


def places(definitions: Definitions) -> dict[str, Bounds]:
    return {shape.element: shape.bounds for diagram in definitions.diagrams for shape in diagram.shapes}


def within(inner: Bounds, outer: Bounds) -> bool:
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y <= inner.y and inner.y + inner.height <= outer.y + outer.height


def overlap(a: Bounds, b: Bounds) -> bool:
    across = a.x < b.x + b.width and b.x < a.x + a.width
    return across and a.y < b.y + b.height and b.y < a.y + a.height


def drawn_whole(source: bytes) -> None:
    before, after = bpmn.read(source), bpmn.read(with_drawing(source))
    assert replace(after, diagrams=(), source=b"") == replace(before, diagrams=(), source=b"")
    found = places(after)
    assert set(after.nodes) <= set(found)
    assert set(after.flows) == {edge.element for diagram in after.diagrams for edge in diagram.edges} & set(after.flows)
    for scope, nodes in after.members.items():
        standing = [n for n in nodes if not (isinstance(n, Event) and n.position is EventPosition.BOUNDARY)]
        for one, other in combinations(standing, 2):
            assert not overlap(found[one.id], found[other.id]), (one.id, other.id)
        if scope in found:
            assert all(within(found[node.id], found[scope]) for node in standing)
    for edge in (edge for diagram in after.diagrams for edge in diagram.edges):
        assert len(edge.waypoints) >= 2


@pytest.mark.parametrize("name", library.names())
def test_processes_of_the_library_are_laid_out_again(name: str) -> None:
    drawn_whole(without_drawing(library.source(name)))


def test_pools_lanes_sub_processes_and_attached_events_stand_where_they_belong() -> None:
    drawn_whole(POOLS)
    after = bpmn.read(with_drawing(POOLS))
    found = places(after)
    assert within(found["s"], found["l1"])
    assert within(found["t"], found["l2"])
    assert within(found["l2"], found["we"])
    assert within(found["inner"], found["sub"])
    host, event = found["t"], found["b"]
    assert event.y < host.y + host.height < event.y + event.height
    assert not overlap(found["we"], found["they"])
    message = next(edge for edge in after.diagrams[0].edges if edge.element == "m")
    assert message.waypoints[-1][1] == found["they"].y
    ids = [shape.id for diagram in after.diagrams for shape in diagram.shapes]
    assert len(ids) == len(set(ids))
    assert "s_di" not in ids, "an id of the file is not taken twice"
    assert [{shape.element for shape in one.shapes} >= {"alone"} for one in after.diagrams] == [False, True]


def test_only_the_drawing_is_added() -> None:
    assert with_drawing(POOLS).replace(b"\n", b"").startswith(POOLS[:40].replace(b"\n", b""))
    begin, end = POOLS.split(b'  <process id="p">')
    assert end.removesuffix(b"\n</definitions>") in with_drawing(POOLS)
    assert begin.partition(b"<collaboration")[2] in with_drawing(POOLS)


def test_what_is_drawn_stays_byte_for_byte() -> None:
    source = library.source("complaint")
    assert is_drawn(bpmn.read(source))
    assert with_drawing(source) == source
    empty = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p"/></definitions>'
    assert with_drawing(empty) == empty


@pytest.mark.corpus
def test_reference_models_without_drawing_are_laid_out(corpus: Path) -> None:
    files = sorted((corpus / "bpmn-miwg").glob("ref_*.bpmn"))
    assert files
    for file in files:
        source = without_drawing(file.read_bytes())
        after = bpmn.read(with_drawing(source))
        assert set(after.nodes) <= set(places(after)), file.name
