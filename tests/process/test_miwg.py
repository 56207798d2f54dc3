"""The exports of six drawing tools: everything is read, nothing is lost, and the tasks are those of the reference."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict

import pytest
from lxml import etree

from werkfluss.process import svg
from werkfluss.process.bpmn import read, write
from werkfluss.process.model import Activity, Definitions, Event, EventKind, LoopKind, SubProcess, Task

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = ("Shape", "Edge", "Bounds", "waypoint", "Label", "Plane", "Diagram", "LabelStyle", "Font")

# Names that whoever drew the reference again in the tool wrote in another way: reference → export.
RENAMED = {
    "bic_A.3.0": {"task 3": "aktivität"},
    "bic_B.1.0": {"sub process - expanded": ""},
    "bic_C.1.0": {"rechnung klären": "rechnung erklären"},
    "bic_C.4.0": {
        "give employee welcome package": "give employeee welcome package",
        "assign required applications and permissions": "asssign required applications and permissions",
    },
    "camunda_B.2.0": {"user task 12 muti-inst. seq.": "user task 12 multi-inst seq."},
    "camunda_C.1.0": {"rechnung klären": "rechnung klãƒâ¤ren"},
    "camunda_C.1.1": {"rechnung klären": "rechnung klãƒâ¤ren"},
    "signavio_C.3.0": {
        "perform repair (standard level)": "premium repair (standard level)",
        "perform repair (premium level)": "premium repair (premium level)",
    },
    "signavio_C.4.0": {
        "perform training for time reports sick leave and holidays": (
            "perform training for time reports, sick leave and holidays"
        )
    },
}
# What the tool itself left out or wrote as something else: (tasks in a process that is not in the file,
# tasks in a sub-process that was exported as a plain task, sub-processes and calls exported as plain tasks).
LEFT_OUT = {
    "adonis_C.4.0": (10, 0, 0),
    "aris_B.1.0": (1, 0, 0),
    "aris_B.2.0": (1, 0, 0),
    "bic_A.3.0": (0, 0, 1),
    "bic_A.4.0": (0, 2, 2),
    "bic_A.4.1": (0, 2, 2),
    "bic_B.1.0": (2, 1, 5),
    "bic_C.2.0": (0, 1, 1),
    "bic_C.3.0": (0, 0, 1),
    "camunda_B.1.0": (1, 0, 0),
    "camunda_B.2.0": (1, 0, 0),
    "camunda_C.4.0": (10, 0, 0),
    "ibo_A.4.0": (4, 0, 0),
    "ibo_B.1.0": (2, 0, 0),
    "ibo_B.2.0": (4, 0, 0),
    "signavio_B.1.0": (2, 0, 0),
    "signavio_B.2.0": (4, 0, 0),
}


@pytest.fixture(scope="module")
def files(corpus):
    paths = sorted((corpus / "bpmn-miwg").glob("*.bpmn"))
    assert len(paths) == 95
    return {path.stem: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def models(files):
    return {stem: read(data, stem) for stem, data in files.items()}


def tasks(models: list[Definitions]) -> Counter[str]:
    return Counter(task.name.casefold() for model in models for process in model.processes for task in process.tasks)


@pytest.mark.corpus
def test_tasks_of_every_tool_match_a_plain_reading_of_the_xml(files, models):
    for stem, data in files.items():
        raw = [
            element
            for process in ET.fromstring(data).iter(f"{BPMN}process")
            for element in process.iter()
            if element.tag.startswith(BPMN) and element.tag.lower().endswith("task")
        ]
        expected = Counter((e.get("id"), " ".join((e.get("name") or "").split())) for e in raw)
        assert Counter((t.id, t.name) for p in models[stem].processes for t in p.tasks) == expected, stem


@pytest.mark.corpus
def test_tasks_of_every_export_are_those_of_its_reference(models):
    """Each difference is explained by the file itself: a process left out, a sub-process turned into a task."""
    exports: dict[str, list[Definitions]] = defaultdict(list)
    for stem, model in models.items():
        found = re.match(r"(?!ref_)[a-z]+_[ABC]\.\d\.\d", stem)
        if found:
            # Two tools wrote the four pools of C.4.0 into a file each.
            exports[found[0] if "C.4.0" in stem else stem].append(model)
    identical = 0
    for stem, parts in exports.items():
        case = re.split("-", stem)[0]
        reference = models["ref_" + case.partition("_")[2]]
        renamed = RENAMED.get(case, {})
        found_tasks = tasks(parts)
        missing, extra = Counter[str](), found_tasks.copy()
        no_process = in_task = 0
        for process in reference.processes:
            names = [renamed.get(task.name.casefold(), task.name.casefold()) for task in process.tasks]
            for task, name in zip(process.tasks, names, strict=True):
                around = [renamed.get(e.name.casefold(), e.name.casefold()) for e in reference.enclosing(task)]
                if extra[name] > 0:
                    extra[name] -= 1
                elif any(found_tasks[one] for one in around):
                    in_task += 1
                elif not any(found_tasks[one] for one in names):
                    no_process += 1
                else:
                    missing[name] += 1
        others = Counter(
            renamed.get(node.name.casefold(), node.name.casefold())
            for node in reference.nodes.values()
            if isinstance(node, Activity) and not isinstance(node, Task)
        )
        as_task = +extra & others
        assert (+missing, +extra - as_task) == (Counter(), Counter()), case
        assert (no_process, in_task, as_task.total()) == LEFT_OUT.get(case, (0, 0, 0)), case
        identical += found_tasks == tasks([reference])
    assert (len(exports), identical) == (76, 53)


@pytest.mark.corpus
def test_roundtrip_loses_nothing_of_any_tool(files, models):
    for stem, data in files.items():
        written = write(models[stem])
        declared = re.match(rb"""<\?xml[^>]*encoding=["']([\w-]+)""", data.removeprefix(codecs.BOM_UTF8))
        if declared is None or declared[1].upper() == b"UTF-8":
            assert written == data, stem
        before, after = etree.fromstring(data), etree.fromstring(written)
        assert etree.tostring(after, method="c14n") == etree.tostring(before, method="c14n"), stem
        assert [e.get("id") for e in after.iter()] == [e.get("id") for e in before.iter()]
        again = read(written, stem)
        assert (again.processes, again.diagrams) == (models[stem].processes, models[stem].diagrams)
        assert (again.participants, again.message_flows, again.artifacts) == (
            models[stem].participants,
            models[stem].message_flows,
            models[stem].artifacts,
        )


@pytest.mark.corpus
def test_diagram_has_every_shape_bound_and_waypoint_of_the_file(files, models):
    for stem, data in files.items():
        root = etree.fromstring(data)
        shapes = {
            e.get("id"): tuple(float(b.get(k)) for k in ("x", "y", "width", "height"))
            for e in root.iter("{*}BPMNShape")
            for b in e
            if etree.QName(b).localname == "Bounds"
        }
        edges = {
            e.get("id"): [(float(p.get("x")), float(p.get("y"))) for p in e if etree.QName(p).localname == "waypoint"]
            for e in root.iter("{*}BPMNEdge")
        }
        found = models[stem].diagrams
        assert {
            s.id: (s.bounds.x, s.bounds.y, s.bounds.width, s.bounds.height) for d in found for s in d.shapes
        } == shapes, stem
        assert {e.id: list(e.waypoints) for d in found for e in d.edges} == edges, stem


@pytest.mark.corpus
def test_every_element_of_a_process_has_its_place_in_the_model(files, models):
    """Whatever stands in a process and has an id is a node, flow, lane or artifact, or lies inside one."""
    inner = {"documentation", "extensionElements", "laneSet", "ioSpecification", "property", "dataObject"}
    inner |= {"dataInputAssociation", "dataOutputAssociation"}
    inner |= {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
    for stem, data in files.items():
        model = models[stem]
        loose = {flow.id for process in model.processes for flow in process.loose_flows}
        modelled = {*model.nodes, *model.flows, *loose, *(artifact.id for artifact in model.artifacts)}
        for scope in etree.fromstring(data).iter(*(f"{BPMN}{tag}" for tag in ("process", "subProcess", "transaction"))):
            inside = [e for e in scope if isinstance(e.tag, str) and e.tag.startswith(BPMN) and e.get("id")]
            names = {etree.QName(e).localname for e in inside if e.get("id") not in modelled}
            assert names <= inner, stem


@pytest.mark.corpus
def test_every_node_of_a_process_with_lanes_has_one(models):
    lost = {stem: sum(1 for p in m.processes if p.lanes for n in p.nodes if not n.lane) for stem, m in models.items()}
    # In these files the tool left the steps out of its lists of lane members.
    assert {stem for stem, count in lost.items() if count} == {
        "bic_A.4.0-export",
        "bic_A.4.1-export",
        "bic_B.1.0-export",
        "ref_B.2.0",
    }


@pytest.mark.corpus
def test_performer_comes_from_the_resource_before_the_lane(models):
    definitions = models["ref_C.1.1"]
    performers = {task.name: definitions.performer(task) for task in definitions.processes[0].tasks}
    assert performers["Approve Invoice"] == "Approver"
    assert performers["Prepare Bank Transfer"] == "Accountant"


@pytest.mark.corpus
def test_every_event_definition_of_the_reference_with_all_elements_is_read(models):
    events = [node for node in models["ref_B.2.0"].nodes.values() if isinstance(node, Event)]
    assert {event.trigger.kind for event in events} == set(EventKind) - {
        EventKind.COMPENSATE,
        EventKind.CANCEL,
        EventKind.MULTIPLE,
    }


@pytest.mark.corpus
def test_loops_and_sub_processes_of_the_reference_are_read(models):
    nodes = models["ref_B.2.0"].nodes.values()
    loops = Counter(node.loop.kind for node in nodes if isinstance(node, Activity) and node.loop)
    assert loops == {LoopKind.STANDARD: 1, LoopKind.PARALLEL: 2, LoopKind.SEQUENTIAL: 1}
    assert any(isinstance(node, SubProcess) for node in nodes)


@pytest.mark.corpus
def test_partners_of_a_collaboration_are_known(models):
    definitions = models["ref_C.2.0"]
    for process in definitions.processes:
        pool = definitions.pool_of(process.id)
        if pool is not None:
            assert pool not in definitions.partners(process.id)
            assert len(definitions.partners(process.id)) == len(definitions.participants) - 1
    ends = [definitions.participant(end) for flow in definitions.message_flows for end in (flow.source, flow.target)]
    assert ends
    assert None not in ends


@pytest.mark.corpus
def test_every_drawn_element_of_the_model_is_in_the_picture(models):
    for stem, model in models.items():
        for number, diagram in enumerate(model.diagrams):
            drawn = set(re.findall(r'data-element="([^"]*)"', svg.draw(model, diagram=number)))
            wanted = {s.element for s in diagram.shapes} & (
                {*model.nodes, *model.lanes}
                | {pool.id for pool in model.participants}
                | {artifact.id for artifact in model.artifacts}
            )
            assert wanted <= drawn, stem
