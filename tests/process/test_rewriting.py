"""What the engine obeys, written into the file by a form: read back as it was meant, and nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import chain, flow, source
from werkfluss.kernel.errors import Broken
from werkfluss.process import bpmn
from werkfluss.process.editing import Declared, Edited, with_edited
from werkfluss.process.model import Activity, CallActivity, Event, Gateway, Loop, LoopKind, SubProcess, Task

FILE = source(
    '<startEvent id="s"><outgoing>f_s_a</outgoing></startEvent>'
    '<userTask id="a" name="Prüfen"><incoming>f_s_a</incoming></userTask>'
    '<scriptTask id="b"/><callActivity id="c"/><sendTask id="send"/>'
    '<adHocSubProcess id="box"><userTask id="x"/></adHocSubProcess>'
    '<boundaryEvent id="late" attachedToRef="a"><escalationEventDefinition/></boundaryEvent>'
    '<intermediateCatchEvent id="mail"><messageEventDefinition/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="when"><conditionalEventDefinition/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="in"><linkEventDefinition name="L"/></intermediateCatchEvent>'
    '<exclusiveGateway id="g"/><endEvent id="e1"/><endEvent id="e2"/>'
    + chain("s", "a", "b", "c", "send", "g")
    + flow("yes", "g", "e1", "ja")
    + flow("no", "g", "e2", "nein"),
    around='<message id="M" name="Antrag"/>',
)
TEXTS = st.sampled_from(["", "3", "liste", "count(liste) > 2 and x < 5", '"a & b"'])
NAMES = st.sampled_from(["", "einer", "ergebnis"])


def node(data: bytes, element: str) -> object:
    return bpmn.read(data).nodes[element]


def others(data: bytes, element: str) -> dict[str, object]:
    return {key: one for key, one in bpmn.read(data).nodes.items() if key != element}


def formal(text: str) -> str:
    return text.removeprefix("=").strip()


@settings(max_examples=examples(60), deadline=None)
@given(
    kind=st.sampled_from(LoopKind),
    texts=st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    names=st.tuples(NAMES, NAMES),
    maximum=st.none() | st.integers(1, 999),
    before=st.booleans(),
    element=st.sampled_from(["a", "b", "c", "box"]),
)
def test_loop_is_read_back_as_it_was_written_and_can_be_taken_away(
    kind: LoopKind, texts: tuple[str, ...], names: tuple[str, str], maximum: int | None, before: bool, element: str
) -> None:
    standard = kind is LoopKind.STANDARD
    many = dict(
        zip(("cardinality", "collection", "output_item", "completion"), texts, strict=False),
        item=names[0],
        output=names[1],
    )
    loop = Loop(
        kind,
        **({} if standard else many),
        **({"condition": texts[4], "maximum": maximum, "test_before": before} if standard else {}),
    )
    once = with_edited(FILE, element, Edited(loop=(Loop(LoopKind.PARALLEL, cardinality="7"),)))
    for start in (FILE, once):  # into a step without a loop, and in place of another one
        changed = with_edited(start, element, Edited(loop=(loop,)))
        found = node(changed, element)
        assert isinstance(found, Activity)
        assert found.loop is not None
        said = {key: formal(getattr(found.loop, key)) for key in (*many, "condition")}
        assert said == {key: formal(getattr(loop, key)) for key in (*many, "condition")}
        assert (found.loop.kind, found.loop.maximum, found.loop.test_before) == (kind, loop.maximum, loop.test_before)
        assert others(changed, element) == others(FILE, element)
        gone = node(with_edited(changed, element, Edited(loop=())), element)
        assert gone == node(FILE, element)


@pytest.mark.parametrize("element", ["g", "a"])
def test_default_branch_is_set_and_removed(element: str) -> None:
    changed = with_edited(FILE, element, Edited(default="no"))
    found = node(changed, element)
    assert isinstance(found, Gateway | Activity)
    assert found.default == "no"
    assert with_edited(changed, element, Edited(default="")) == FILE


@pytest.mark.parametrize("element", ["mail", "late", "send"])
def test_name_of_what_is_awaited_is_declared_once(element: str) -> None:
    code = "E1" if element == "late" else ""
    wanted = Declared("Rückfrage <dringend>", code)
    changed = with_edited(FILE, element, Edited(declared=wanted))
    found = node(changed, element)
    if isinstance(found, Task):
        assert found.message == wanted.name
    else:
        assert isinstance(found, Event)
        assert (found.trigger.name, found.trigger.code) == (wanted.name, code)
    assert with_edited(changed, element, Edited(declared=wanted)) == changed
    other = "mail" if element == "send" else "send"
    twice = with_edited(changed, other, Edited(declared=Declared(wanted.name)))
    assert twice.count(b"<message ") == 2
    nameless = with_edited(changed, element, Edited(declared=Declared("")))
    assert node(nameless, element) == node(FILE, element)


def test_known_message_is_used_again_and_gets_its_key() -> None:
    changed = with_edited(FILE, "mail", Edited(declared=Declared("Antrag", correlation="nummer")))
    found = node(changed, "mail")
    assert isinstance(found, Event)
    assert (found.trigger.reference, found.trigger.name) == ("M", "Antrag")
    assert formal(found.trigger.correlation) == "nummer"
    again = with_edited(changed, "mail", Edited(declared=Declared("Antrag")))
    found = node(again, "mail")
    assert isinstance(found, Event)
    assert found.trigger.correlation == ""


def test_condition_link_and_interruption_of_events() -> None:
    changed = with_edited(FILE, "when", Edited(condition="betrag > 5"))
    changed = with_edited(changed, "in", Edited(link="Weiter"))
    changed = with_edited(changed, "late", Edited(interrupting=False))
    when, link, late = (node(changed, one) for one in ("when", "in", "late"))
    assert isinstance(when, Event)
    assert isinstance(link, Event)
    assert isinstance(late, Event)
    assert formal(when.trigger.condition) == "betrag > 5"
    assert link.trigger.name == "Weiter"
    assert late.interrupting is False
    assert node(with_edited(changed, "late", Edited(interrupting=True)), "late") == node(FILE, "late")


def test_toolbox_call_and_script_are_read_back() -> None:
    edited = Edited(completion="fertig", sequential=True, cancel_remaining=False)
    changed = with_edited(with_edited(FILE, "box", edited), "c", Edited(called="einstellen"))
    changed = with_edited(changed, "b", Edited(script="a + 1 < 5"))
    box, call, script = (node(changed, one) for one in ("box", "c", "b"))
    assert isinstance(box, SubProcess)
    assert isinstance(call, CallActivity)
    assert isinstance(script, Task)
    assert script.script is not None
    assert (formal(box.completion), box.sequential, box.cancel_remaining) == ("fertig", True, False)
    assert (call.called, script.script.text, script.script.language) == ("einstellen", "a + 1 < 5", "feel")
    back = Edited(completion="", sequential=False, cancel_remaining=True, called="", script="")
    for element in ("box", "c", "b"):
        changed = with_edited(changed, element, back)
    assert bpmn.read(changed).nodes == bpmn.read(FILE).nodes


def test_event_of_another_kind_is_refused() -> None:
    with pytest.raises(Broken):
        with_edited(FILE, "mail", Edited(link="X"))
    with pytest.raises(Broken):
        with_edited(FILE, "s", Edited(declared=Declared("X")))


def test_provision_is_said_in_both_languages() -> None:
    found = node(FILE, "a")
    assert isinstance(found, Activity)
    facts = replace(found.facts, provision="Art. 12 Abs. 3 DSGVO", due="P1M")
    changed = with_edited(FILE, "a", Edited(facts=facts))
    changed = changed.replace(
        b' provision="Art. 12 Abs. 3 DSGVO"/>', b'/><wf:provision de="Art. 12 Abs. 3 DSGVO" en="Art. 12(3) GDPR"/>'
    )
    found = node(changed, "a")
    assert isinstance(found, Activity)
    assert found.facts.said(found.facts.provision, "en") == "Art. 12(3) GDPR"
    kept = node(with_edited(changed, "a", Edited(facts=replace(found.facts, due="P2M"))), "a")
    assert isinstance(kept, Activity)
    assert kept.facts.said(kept.facts.provision, "en") == "Art. 12(3) GDPR"
