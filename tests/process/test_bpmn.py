"""Reading and writing BPMN: our own small files, and the exports of six drawing tools."""

from __future__ import annotations

import pytest

from tests.process.samples import APPROVAL, duration, flow, model, source
from werkfluss.kernel.errors import Broken
from werkfluss.process.bpmn import read
from werkfluss.process.extension import with_facts
from werkfluss.process.model import AiUse, Event, EventKind, Task, Words, WorkFacts


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


def test_model_is_frozen():
    task = model('<task id="t" name="Rechnung prüfen"/>').nodes["t"]
    assert isinstance(task, Task)
    with pytest.raises(AttributeError):
        task.name = "anders"  # type: ignore[misc]


def test_large_model_is_read_quickly():
    steps = "".join(f'<task id="t{i}"/>' + (flow(f"f{i}", f"t{i - 1}", f"t{i}") if i else "") for i in range(500))
    assert len(model(steps).processes[0].tasks) == 500
