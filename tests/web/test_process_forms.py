"""The property forms beside the drawing: what they do not change stays, and what the engine obeys can be said."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from django.utils.formats import localize_input

from tests.process.samples import chain, flow, source
from werkfluss.process import bpmn, library
from werkfluss.process.editing import find, with_edited
from werkfluss.process.model import Activity, Event, Gateway, LoopKind
from werkfluss.web import process_words
from werkfluss.web.forms.process_editor import form_for
from werkfluss.web.forms.process_fields import ElementForm

FILE = source(
    '<laneSet id="ls"><lane id="l" name="Labor"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    '<startEvent id="s"/><userTask id="w" name="Antrag schreiben"/><userTask id="a" name="Antrag genehmigen"/>'
    '<scriptTask id="calc"/><adHocSubProcess id="box"><userTask id="x"/></adHocSubProcess>'
    '<boundaryEvent id="late" attachedToRef="a"><escalationEventDefinition/></boundaryEvent>'
    '<intermediateCatchEvent id="mail" name="Brief"><messageEventDefinition/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="cond"><conditionalEventDefinition/></intermediateCatchEvent>'
    '<exclusiveGateway id="g"/><exclusiveGateway id="h"/><endEvent id="e1"/><endEvent id="e2"/><endEvent id="e3"/>'
    + chain("s", "w", "a", "g")
    + flow("yes", "g", "calc", "ja")
    + flow("no", "g", "e2", "nein")
    + chain("calc", "h")
    + flow("much", "h", "e1", "viel", "= betrag > 5")
    + flow("little", "h", "e3", "wenig", "${betrag.foo()}")
)
MODEL = bpmn.read(FILE)
APPROVAL = {"votes": "2", "voters": "Geschäftsführung, Labor, HR", "refusal": "no", "timeout": "no", "due": "2 Tage"}
APPROVAL |= {"approves": ["w"], "escalation": "Leitung"}


def posted(form: ElementForm, **changed: Any) -> QueryDict:
    """What a browser sends of a form, with some fields filled in otherwise."""
    data = QueryDict(mutable=True)
    for bound in (form[name] for name in form.fields):
        value = changed.get(bound.name, bound.value())
        if isinstance(value, list):
            data.setlist(bound.name, value)
        elif isinstance(value, bool):
            data.setlist(bound.name, ["on"] if value else [])
        else:
            data[bound.name] = "" if value is None else str(localize_input(value))
    return data


def filled(element: str, **changed: Any) -> ElementForm:
    found = find(MODEL, element)
    assert set(changed) <= set(form_for(found, MODEL).fields)
    return form_for(found, MODEL, posted(form_for(found, MODEL), **changed))


def written(element: str, **changed: Any) -> Any:
    form = filled(element, **changed)
    assert form.is_valid(), form.errors
    return find(bpmn.read(with_edited(FILE, element, form.edited())), element)


@pytest.mark.parametrize("name", library.names()[::5])
def test_form_that_nobody_changes_changes_nothing(name: str) -> None:
    model, file = library.load(name), library.source(name)
    for element in (*model.nodes, *model.flows, *model.lanes):
        found = find(model, element)
        form = form_for(found, model, posted(form_for(found, model)))
        assert form.is_valid(), (element, form.errors)
        assert with_edited(file, element, form.edited()) == file, element


def test_approval_by_several_is_written_and_said_in_words() -> None:
    step = written("a", **APPROVAL)
    assert isinstance(step, Activity)
    facts = step.facts
    assert (facts.approvals, facts.approves, facts.escalation) == ("2/Geschäftsführung,Labor,HR", "w", "Leitung")
    assert (facts.refusal, facts.timeout) == ("no", "no")
    with translation.override("en"):
        said = process_words.rules(MODEL, step)
    assert "2 of 3 decide: Geschäftsführung, Labor, HR" in said
    assert "if nobody decides in time: nein" in said
    assert "not by whoever did: Antrag schreiben" in said


@pytest.mark.parametrize(
    ("element", "field", "changed"),
    [
        ("a", "votes", {**APPROVAL, "votes": "4"}),
        ("a", "votes", {**APPROVAL, "votes": ""}),
        ("a", "voters", {**APPROVAL, "voters": ""}),
        ("a", "voters", {**APPROVAL, "voters": "Labor, labor, HR"}),
        ("a", "voters", {**APPROVAL, "voters": "Labor, Aufsichtsrat"}),
        ("a", "escalation", {"escalation": "Aufsichtsrat"}),
        ("a", "timeout", {"timeout": "no"}),
        ("a", "due", {"provision": "Art. 12 DSGVO"}),
        ("w", "repeat_number", {"repeat": "sequentialMultiInstance", "repeat_list": "x", "repeat_number": "2"}),
        ("w", "repeat_item", {"repeat": "parallelMultiInstance", "repeat_list": "x", "repeat_item": "ein Teil"}),
        ("w", "repeat_list", {"repeat": "parallelMultiInstance", "repeat_item": "teil"}),
        ("w", "repeat_until", {"repeat": "parallelMultiInstance", "repeat_until": "if"}),
        ("w", "repeat_most", {"repeat": "standardLoop", "repeat_most": "0"}),
        ("calc", "script", {"script": "1 +"}),
        ("calc", "result", {"result": "die Summe"}),
        ("mail", "called", {"correlation": "nummer"}),
        ("cond", "condition", {"condition": "a >"}),
        ("much", "condition", {"condition": "a >"}),
    ],
)
def test_fault_stands_at_its_field(element: str, field: str, changed: dict[str, Any]) -> None:
    form = filled(element, **changed)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    group = next((one for one in form.fieldsets() if field in [bound.name for bound in one.fields]), None)
    assert group is not None
    assert group.is_open or not group.folded


def test_repetition_branches_calls_and_events_are_written() -> None:
    step = written("w", repeat="parallelMultiInstance", repeat_list="angebote", repeat_item="angebot")
    assert isinstance(step, Activity)
    assert step.loop is not None
    assert (step.loop.kind, step.loop.collection, step.loop.item) == (LoopKind.PARALLEL, "= angebote", "angebot")
    gate = written("h", default="little")
    assert isinstance(gate, Gateway)
    assert gate.default == "little"
    late = written("late", called="Zu spät", code="E7", interrupts=False)
    assert isinstance(late, Event)
    assert (late.trigger.name, late.trigger.code, late.interrupting) == ("Zu spät", "E7", False)
    mail = written("mail", called="Antwort", correlation="nummer")
    assert isinstance(mail, Event)
    assert (mail.trigger.name, mail.trigger.correlation) == ("Antwort", "= nummer")
    cond = written("cond", condition="bestand < 5")
    assert isinstance(cond, Event)
    assert cond.trigger.condition == "= bestand < 5"
    box = written("box", completion="fertig", one_by_one=True, ends_rest=False)
    assert (box.completion, box.sequential, box.cancel_remaining) == ("= fertig", True, False)


def test_expression_of_another_tool_stays_until_somebody_touches_it() -> None:
    assert written("little", name="gering").condition == "${betrag.foo()}"
    assert list(filled("little", condition="${betrag.bar()}").errors) == ["condition"]


def test_table_says_which_branch_is_taken_otherwise() -> None:
    changed = bpmn.read(with_edited(FILE, "h", filled_default("little")))
    with translation.override("de"):
        said = {key: process_words.when(changed, changed.flows[key]) for key in ("much", "little", "yes")}
    assert said == {"much": "betrag > 5", "little": "wenn keine andere Bedingung gilt", "yes": ""}


def filled_default(branch: str) -> Any:
    form = filled("h", default=branch)
    assert form.is_valid()
    return form.edited()


def test_data_of_a_step_is_said_in_lines_and_a_fault_names_its_line() -> None:
    found = written("w", inputs="betrag = auftrag.summe * 2\n", outputs="zusage = betrag")
    assert [(one.target, one.source) for one in found.inputs] == [("betrag", "= auftrag.summe * 2")]
    assert [(one.target, one.source) for one in found.outputs] == [("zusage", "= betrag")]
    with translation.override("de"):
        form = filled("w", inputs="x = 1\nbetrag = < <", outputs="so")
        assert not form.is_valid()
        assert form.errors["inputs"][0].startswith("Zeile 2: betrag")
        assert form.errors["outputs"][0].startswith("Zeile 1")
        assert form["inputs"].value() == "x = 1\nbetrag = < <"
    assert "inputs" not in form_for(find(MODEL, "box"), MODEL).fields
    assert "passes_all" not in form_for(find(MODEL, "w"), MODEL).fields
