"""Reading and writing BPMN: our own small files, and the exports of six drawing tools."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from tests.process.samples import APPROVAL, duration, flow, model, source
from werkfluss.kernel.errors import Broken
from werkfluss.process.bpmn import read, write
from werkfluss.process.extension import with_facts
from werkfluss.process.model import AiUse, Event, EventKind, Task, Words, WorkFacts
from werkfluss.process.xml import MAX_BYTES

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

# Exports whose tool itself renamed, split or dropped tasks: the names are not in the file. Figures: how many tasks of
# the reference are missing, and how many are there that the reference does not have.
DIFFERENT_IN_THE_FILE = {
    "adonis_C.4.0-export": (10, 0),
    "aris_B.1.0-export": (1, 0),
    "aris_B.2.0-export": (1, 0),
    "bic_A.3.0-export": (1, 2),
    "bic_A.4.0-export": (2, 2),
    "bic_A.4.1-export": (2, 2),
    "bic_B.1.0-export": (3, 5),
    "bic_C.1.0-export": (1, 1),
    "bic_C.2.0-export": (1, 1),
    "bic_C.3.0-export": (0, 1),
    "bic_C.4.0.1-export": (11, 1),
    "bic_C.4.0.2-export": (18, 1),
    "bic_C.4.0.3-export": (19, 0),
    "bic_C.4.0.4-export": (20, 0),
    "camunda_B.1.0-export": (1, 0),
    "camunda_B.2.0-export": (2, 1),
    "camunda_C.1.0-export": (1, 1),
    "camunda_C.1.1-export": (1, 1),
    "camunda_C.4.0-export": (10, 0),
    "ibo_A.4.0-roundtrip": (4, 0),
    "ibo_B.1.0-roundtrip": (2, 0),
    "ibo_B.2.0-roundtrip": (4, 0),
    "signavio_B.1.0-export": (2, 0),
    "signavio_B.2.0-export": (4, 0),
    "signavio_C.3.0-export": (2, 2),
    "signavio_C.4.0-export.1": (11, 1),
    "signavio_C.4.0-export.2": (17, 0),
    "signavio_C.4.0-export.3": (19, 0),
    "signavio_C.4.0-export.4": (20, 0),
}


def miwg(corpus: Path) -> list[Path]:
    files = sorted((corpus / "bpmn-miwg").glob("*.bpmn"))
    assert len(files) > 90
    return files


def task_names(path: Path) -> Counter[str]:
    definitions = read(path.read_bytes(), path.name)
    return Counter(task.name.casefold() for process in definitions.processes for task in process.tasks)


@pytest.mark.corpus
def test_tasks_of_every_tool_match_a_plain_reading_of_the_xml(corpus):
    for path in miwg(corpus):
        raw = [
            element
            for process in ET.parse(path).getroot().iter(f"{BPMN}process")
            for element in process.iter()
            if element.tag.startswith(BPMN) and element.tag.lower().endswith("task")
        ]
        expected = Counter((e.get("id"), " ".join((e.get("name") or "").split())) for e in raw)
        definitions = read(path.read_bytes(), path.name)
        assert Counter((t.id, t.name) for p in definitions.processes for t in p.tasks) == expected, path.name


@pytest.mark.corpus
def test_tasks_of_an_export_equal_its_reference(corpus):
    files = miwg(corpus)
    references = {path.stem.removeprefix("ref_"): task_names(path) for path in files if path.stem.startswith("ref_")}
    equal = 0
    for path in files:
        if path.stem.startswith("ref_"):
            continue
        case = re.search(r"_([ABC]\.\d\.\d)", path.stem)
        assert case is not None
        wanted, found = references[case[1]], task_names(path)
        difference = ((wanted - found).total(), (found - wanted).total())
        assert difference == DIFFERENT_IN_THE_FILE.get(path.stem, (0, 0)), path.name
        equal += difference == (0, 0)
    assert equal == 53


@pytest.mark.corpus
def test_roundtrip_loses_nothing_of_any_tool(corpus):
    for path in miwg(corpus):
        before = etree.fromstring(path.read_bytes())
        first = read(path.read_bytes(), path.name)
        written = write(first)
        assert etree.tostring(etree.fromstring(written), method="c14n") == etree.tostring(before, method="c14n")
        again = read(written, path.name)
        assert again.processes == first.processes
        assert again.diagrams == first.diagrams
        assert [d.shapes for d in first.diagrams if d.shapes], path.name


@pytest.mark.corpus
def test_every_node_of_a_process_with_lanes_has_one(corpus):
    lost = {
        path.name: sum(1 for p in read(path.read_bytes()).processes if p.lanes for n in p.nodes if not n.lane)
        for path in miwg(corpus)
    }
    # In these files the tool left the steps out of its lists of lane members.
    assert {name for name, count in lost.items() if count} == {
        "bic_A.4.0-export.bpmn",
        "bic_A.4.1-export.bpmn",
        "bic_B.1.0-export.bpmn",
        "ref_B.2.0.bpmn",
    }


@pytest.mark.corpus
def test_performer_comes_from_the_resource_before_the_lane(corpus):
    definitions = read((corpus / "bpmn-miwg" / "ref_C.1.1.bpmn").read_bytes())
    performers = {task.name: definitions.performer(task) for task in definitions.processes[0].tasks}
    assert performers["Approve Invoice"] == "Approver"
    assert performers["Prepare Bank Transfer"] == "Accountant"


def test_flows_are_connected_even_without_lists_in_the_nodes():
    definitions = model(APPROVAL)
    assert definitions.nodes["g"].incoming == ("f2",)
    assert definitions.nodes["g"].outgoing == ("f3", "f4")


def test_loose_flow_is_kept_apart():
    definitions = model('<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="gone"/>')
    assert [one.id for one in definitions.processes[0].loose_flows] == ["f"]
    assert definitions.nodes["s"].outgoing == ()


def test_boundary_timer_and_sub_process_are_read():
    definitions = model(
        '<subProcess id="sub"><userTask id="inner"/></subProcess>'
        f'<boundaryEvent id="b" attachedToRef="sub" cancelActivity="false">{duration("P3D")}</boundaryEvent>'
    )
    event = definitions.nodes["b"]
    assert isinstance(event, Event)
    assert (event.trigger.kind, event.interrupting, event.attached_to) == (EventKind.TIMER, False, "sub")
    assert event.trigger.timer is not None
    assert event.trigger.timer.expression == "P3D"
    assert definitions.nodes["inner"].scope == "sub"
    assert [node.id for node in definitions.enclosing(definitions.nodes["inner"])] == ["sub"]


def test_extension_is_read_with_both_languages():
    definitions = model(
        '<userTask id="t" name="Angebot prüfen"><extensionElements><wf:label en="Check the offer"/>'
        '<wf:outcome de="Geprüft" en="Checked"/><wf:criterion>Preis steht</wf:criterion><wf:skill>einkauf</wf:skill>'
        '<wf:work effort="PT2H/PT4H" dataClass="internal" due="P5D" ai="forbidden"/></extensionElements></userTask>'
    )
    task = definitions.nodes["t"]
    assert task.name_in("en") == "Check the offer"
    assert task.name_in("de") == "Angebot prüfen"
    assert task.facts.outcome is not None
    assert task.facts.outcome.in_language("en") == "Checked"
    assert task.facts.effort == (2.0, 4.0)
    assert (task.facts.skills, task.facts.due, task.facts.ai) == (("einkauf",), "P5D", AiUse.FORBIDDEN)


def test_answers_are_stored_in_the_file_and_the_rest_stays():
    before = source(APPROVAL)
    facts = WorkFacts(
        skills=("reise",),
        outcome=Words((("de", "Buchung"), ("en", "Booking"))),
        criteria=(Words((("", "Bestätigung liegt vor"),)),),
        effort=(1.0, 2.5),
        data_class="internal",
        due="P2D",
        ai=AiUse.ALLOWED,
        ai_purpose=Words((("", "Vorschlag"),)),
        acceptance="requester",
    )
    after = with_facts(before, {"do": facts})
    definitions = read(after)
    assert definitions.nodes["do"].facts == facts
    unchanged = [node for node in definitions.nodes.values() if node.id != "do"]
    assert unchanged == [node for node in read(before).nodes.values() if node.id != "do"]
    assert with_facts(after, {"do": facts}) == after
    assert read(with_facts(after, {"do": WorkFacts()})).nodes["do"].facts == WorkFacts()


def test_answers_for_an_unknown_element_are_refused():
    with pytest.raises(Broken, match="no such element"):
        with_facts(source(APPROVAL), {"gone": WorkFacts()})


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]><definitions>&b;</definitions>'
FOREIGN = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><definitions>&a;</definitions>'


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "not well-formed"),
        (b"<definitions>", "not well-formed"),
        (b"no xml at all", "not well-formed"),
        (BOMB, "DOCTYPE"),
        (FOREIGN, "DOCTYPE"),
        (b"<a>" * 200 + b"</a>" * 200, "nested too deeply"),
        (b"<project xmlns='http://schemas.microsoft.com/project'/>", "top element is “project”"),
        (b"<definitions/>", "no namespace"),
        (source('<task id="x"/><task id="x"/>'), "occurs twice"),
        (source('<task id="x"><extensionElements><wf:work effort="bald"/></extensionElements></task>'), "effort"),
        (source('<task id="x"><extensionElements><wf:work ai="maybe"/></extensionElements></task>'), "AI use"),
    ],
)
def test_bad_file_is_refused_with_its_cause(data, cause):
    with pytest.raises(Broken, match=re.escape(cause)) as caught:
        read(data, "probe.bpmn")
    assert caught.value.fault.where.startswith("probe.bpmn")


def test_file_that_is_too_large_is_refused():
    with pytest.raises(Broken, match="too large"):
        read(b" " * (MAX_BYTES + 1))


def test_model_is_frozen():
    task = model('<task id="t" name="Rechnung prüfen"/>').nodes["t"]
    assert isinstance(task, Task)
    with pytest.raises(AttributeError):
        task.name = "anders"  # type: ignore[misc]


def test_large_model_is_read_quickly():
    steps = "".join(f'<task id="t{i}"/>' + (flow(f"f{i}", f"t{i - 1}", f"t{i}") if i else "") for i in range(500))
    assert len(model(steps).processes[0].tasks) == 500
