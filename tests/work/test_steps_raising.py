"""What whoever does a step may say instead of doing it; across called cases too."""

from __future__ import annotations

import pytest

from tests.process.samples import chain
from tests.work.case_world import again, complete, deploy, elements, run, step
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import cases, step_raising
from werkfluss.work.models import Case

AROUND = '<error id="er" name="Teil fehlt" errorCode="E1"/><escalation id="es" name="Eilt" errorCode="C1"/>'
HELP = '<boundaryEvent id="h" name="Hilfe" attachedToRef="t" cancelActivity="false"><escalationEventDefinition escalationRef="es"/></boundaryEvent>'
BODY = (
    '<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b" name="Teil fehlt" attachedToRef="t">'
    '<errorEventDefinition errorRef="er"/></boundaryEvent>'
    + HELP
    + '<userTask id="order"/><userTask id="help"/><endEvent id="e"/>'
    + chain("s", "t", "e")
    + chain("b", "order", "e")
    + chain("h", "help", "e")
)


def test_person_says_what_hinders_and_the_drawing_answers(in_firm: Actor) -> None:
    case = run(BODY, around=AROUND, by=in_firm)
    one = step(case)
    offered = {raisable.said.de: raisable.key for raisable in step_raising.raisable_at(one)}
    assert sorted(offered) == ["Hilfe", "Teil fehlt"]
    with pytest.raises(Refused):
        step_raising.raise_at(one, key=offered["Teil fehlt"], reason=" ", by=in_firm)
    with pytest.raises(Refused):
        step_raising.raise_at(one, key="error:X", reason="anders", by=in_firm)
    step_raising.raise_at(one, key=offered["Hilfe"], reason="allein geht es nicht", by=in_firm)
    assert elements(case) == ["help", "t"]
    step_raising.raise_at(one, key=offered["Teil fehlt"], reason="Schraube M8 fehlt", by=in_firm)
    assert elements(case) == ["help", "order"]
    one.refresh_from_db()
    assert (one.state, one.reason, one.done_by) == ("cancelled", "Schraube M8 fehlt", None)


def test_escalation_goes_on_to_the_case_that_called_and_cannot_be_taken_back_then(in_firm: Actor) -> None:
    child = '<startEvent id="s"/><userTask id="u"/><userTask id="t"/><endEvent id="e"/>' + chain("s", "u", "t", "e")
    caller = (
        '<startEvent id="s"/><callActivity id="t" calledElement="pruefung"/><userTask id="help"/><endEvent id="e"/>'
        + HELP
        + chain("s", "t", "e")
        + chain("h", "help", "e")
    )
    deploy(child, process="pruefung", by=in_firm)
    case = run(caller, around=AROUND, by=in_firm)
    inner = case.children.get()
    complete(inner, by=in_firm)
    assert cases.undoable_steps(again(inner))
    (offered,) = step_raising.raisable_at(step(inner))
    assert (offered.said.de, offered.ends) == ("Hilfe", False)
    step_raising.raise_at(step(inner), key=offered.key, reason="Frist morgen", by=in_firm)
    assert elements(case) == ["help"]
    assert elements(inner) == ["t"]
    assert cases.undoable_steps(again(inner)) == []


def test_only_the_name_is_known_to_the_case_that_called(in_firm: Actor) -> None:
    """The called drawing throws a code and a name, the calling one catches by the name."""
    thrown = '<intermediateThrowEvent id="x"><escalationEventDefinition escalationRef="es"/></intermediateThrowEvent>'
    child = f'<startEvent id="s"/>{thrown}<userTask id="u"/><endEvent id="e"/>' + chain("s", "x", "u", "e")
    deploy(child, process="pruefung", around='<escalation id="es" name="Eilt" escalationCode="C9"/>', by=in_firm)
    caller = (
        '<startEvent id="s"/><callActivity id="t" calledElement="pruefung"/><userTask id="help"/><endEvent id="e"/>'
        + HELP
        + chain("s", "t", "e")
        + chain("h", "help", "e")
    )
    case = run(caller, around='<escalation id="es" name="Eilt"/>', by=in_firm)
    assert elements(case) == ["help"]
    assert Case.objects.get(parent=case).state == "running"
