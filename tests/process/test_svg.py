"""The drawing: every sign of the notation, and a picture for a large model."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.process.samples import duration, flow, source
from werkfluss.process.bpmn import read
from werkfluss.process.svg import draw, signs

NAMESPACES = (
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
)


def box(element, height=80, more=""):
    return (
        f'<di:BPMNShape bpmnElement="{element}" {more}><dc:Bounds x="10" y="10" width="100" height="{height}"/>'
        "</di:BPMNShape>"
    )


def line(element):
    points = '<dd:waypoint x="10" y="10"/><dd:waypoint x="90" y="10"/>'
    return f'<di:BPMNEdge bpmnElement="{element}">{points}</di:BPMNEdge>'


def drawn(body, *shapes, around=""):
    plan = f"<di:BPMNDiagram {NAMESPACES}><di:BPMNPlane>{''.join(shapes)}</di:BPMNPlane></di:BPMNDiagram></definitions>"
    data = source(body).replace(b"</definitions>", (around + plan).encode())
    return etree.fromstring(draw(read(data)))


def part(svg, element):
    (group,) = [one for one in svg.iter("{*}g") if one.get("data-element") == element]
    return group


def marks(svg, element):
    """The signs in the group of an element, with the class that says whether they are filled."""
    return {(one.get("d"), one.get("class")) for one in part(svg, element).iter("{*}path")}


def classes(svg, element):
    return [one.get("class") for one in part(svg, element)]


ONCE = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("inner", "attributes", "expected"),
    [
        ("<standardLoopCharacteristics/>", "", {signs.LOOPS["standardLoop"]}),
        (f"<{ONCE}/>", "", {signs.LOOPS["parallelMultiInstance"]}),
        (f'<{ONCE} isSequential="true"/>', "", {signs.LOOPS["sequentialMultiInstance"]}),
        ("", 'isForCompensation="true"', {signs.COMPENSATION}),
        (f"<{ONCE}/>", 'isForCompensation="true"', {signs.LOOPS["parallelMultiInstance"], signs.COMPENSATION}),
    ],
)
def test_activity_carries_its_markers(inner, attributes, expected):
    svg = drawn(f'<userTask id="t" {attributes}>{inner}</userTask>', box("t"))
    assert marks(svg, "t") == {(path, "bpmn-mark") for path in expected | {signs.TASKS["userTask"]}}


def test_sub_processes_show_what_they_are():
    svg = drawn(
        '<adHocSubProcess id="a"/><subProcess id="e" triggeredByEvent="true"><task id="in"/></subProcess>'
        '<transaction id="x"/><callActivity id="c"/><callActivity id="o"/><subProcess id="big"/>',
        *(box("a"), box("e", 200), box("in"), box("x", more='isExpanded="true"')),
        *(box("c"), box("o", 200, 'isExpanded="true"'), box("big", 200, 'isExpanded="true"')),
    )
    assert marks(svg, "a") == {(signs.AD_HOC, "bpmn-mark"), (signs.COLLAPSED, "bpmn-mark")}
    assert (part(svg, "e")[0].get("class"), part(svg, "e")[0].get("stroke-dasharray")) == ("bpmn-subprocess", "5 3")
    assert classes(svg, "x") == ["bpmn-task", "bpmn-event-inner", "bpmn-mark"]
    assert classes(svg, "c") == ["bpmn-task bpmn-end", "bpmn-mark"]
    assert classes(svg, "o") == ["bpmn-subprocess bpmn-end"]
    assert classes(svg, "big") == ["bpmn-subprocess"]


@pytest.mark.parametrize(("tag", "css"), [("intermediateCatchEvent", "bpmn-mark"), ("endEvent", "bpmn-arrow")])
def test_thrown_signs_are_filled(tag, css):
    svg = drawn(f'<{tag} id="e"><messageEventDefinition/></{tag}>', box("e"))
    expected = signs.THROWN["message"] if css == "bpmn-arrow" else signs.EVENTS["message"]
    assert marks(svg, "e") == {(expected, css)}


def test_event_without_interruption_is_dashed():
    body = '<task id="t"/><boundaryEvent id="b" attachedToRef="t" {}>' + duration("PT1H") + "</boundaryEvent>"
    for attribute, dashes in (('cancelActivity="false"', "5 3"), ("", None)):
        svg = drawn(body.format(attribute), box("t"), box("b", 100))
        rings = list(part(svg, "b").iter("{*}circle"))
        assert [ring.get("stroke-dasharray") for ring in rings] == [dashes, dashes]


def test_several_triggers_are_a_pentagon_or_a_cross():
    both = "<messageEventDefinition/><signalEventDefinition/>"
    svg = drawn(
        f'<startEvent id="one">{both}</startEvent><startEvent id="all" parallelMultiple="true">{both}</startEvent>',
        *(box("one"), box("all")),
    )
    assert marks(svg, "one") == {(signs.EVENTS["multiple"], "bpmn-mark")}
    assert marks(svg, "all") == {(signs.PARALLEL_MULTIPLE, "bpmn-mark")}


def test_event_gateway_has_two_rings_unless_it_starts_the_case():
    svg = drawn(
        '<eventBasedGateway id="a"/><eventBasedGateway id="b" instantiate="true"/>'
        '<eventBasedGateway id="c" instantiate="true" eventGatewayType="Parallel"/>',
        *(box("a"), box("b"), box("c")),
    )
    assert {path for path, _ in marks(svg, "a")} == {signs.GATEWAYS["eventBasedGateway"], signs.SECOND_RING}
    assert {path for path, _ in marks(svg, "b")} == {signs.GATEWAYS["eventBasedGateway"]}
    assert {path for path, _ in marks(svg, "c")} == {signs.PARALLEL_EVENTS}


def test_flows_show_default_condition_and_message():
    svg = drawn(
        '<task id="a" default="std"/><task id="b"/>'
        + flow("std", "a", "b")
        + flow("c", "a", "b", condition="x > 1")
        + flow("plain", "b", "a"),
        *(line("std"), line("c"), line("plain"), line("m")),
        around='<collaboration id="k"><participant id="pool"/><messageFlow id="m" sourceRef="pool" targetRef="a"/>'
        "</collaboration>",
    )
    assert classes(svg, "std") == ["bpmn-flow", "bpmn-flow"]
    assert classes(svg, "c") == ["bpmn-flow", "bpmn-gateway"]
    assert classes(svg, "plain") == ["bpmn-flow"]
    assert classes(svg, "m") == ["bpmn-message-flow", "bpmn-event"]


def test_data_notes_and_groups_have_their_shapes():
    svg = drawn(
        '<dataObjectReference id="o" name="Angebot"/><dataStoreReference id="s" name="Akte"/>'
        '<textAnnotation id="n"><text>Nur im Inland</text></textAnnotation><group id="g"/>',
        *(box("o"), box("s"), box("n"), box("g")),
    )
    assert [one.tag.rpartition("}")[2] for one in part(svg, "o")] == ["title", "path", "text"]
    assert [one.tag.rpartition("}")[2] for one in part(svg, "s")] == ["title", "path", "path", "text"]
    assert "".join(part(svg, "n").itertext()).count("Nur im Inland") == 2
    assert classes(svg, "g") == ["bpmn-artifact"]


def test_heat_and_counts_stand_on_their_element_only():
    plan = f"<di:BPMNDiagram {NAMESPACES}><di:BPMNPlane>{box('a')}{box('b')}</di:BPMNPlane></di:BPMNDiagram>"
    data = source('<userTask id="a" name="A"/><userTask id="b" name="B"/>').replace(
        b"</definitions>", f"{plan}</definitions>".encode()
    )
    svg = etree.fromstring(draw(read(data), heat={"a": 3}, counts={"a": "12"}))
    assert part(svg, "a").get("class") == "bpmn-element heat-3"
    assert part(svg, "b").get("class") == "bpmn-element"
    (plate,) = [one for one in svg.iter("{*}g") if one.get("class") == "bpmn-count"]
    assert plate.getparent() is part(svg, "a")
    assert "".join(plate.itertext()) == "12"


def test_model_of_500_activities_is_read_and_drawn_whole():
    count = 500
    body = "".join(
        f'<userTask id="t{i}" name="Schritt {i} prüfen"/>' + (flow(f"f{i}", f"t{i - 1}", f"t{i}") if i else "")
        for i in range(count)
    )
    svg = drawn(body, *(box(f"t{i}") for i in range(count)), *(line(f"f{i}") for i in range(1, count)))
    elements = {one.get("data-element") for one in svg.iter("{*}g")}
    assert elements == {f"t{i}" for i in range(count)} | {f"f{i}" for i in range(1, count)}
