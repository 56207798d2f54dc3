"""What whoever does a step may say instead of doing it; across called cases too."""

from __future__ import annotations

import pytest

from tests.process.samples import chain
from tests.work.case_world import again, complete, deploy, elements, run, step
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain import cases, services, step_raising
from werkfluss.work.models import Case, CaseIncident

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


INSIDE = '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + chain("s", "t", "e")
CATCH = '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition errorRef="er"/></boundaryEvent>'


def calling(key: str, caught: str = "") -> str:
    """A process that calls another one; with ``caught`` an error at the edge of the call leads to a step."""
    body = f'<startEvent id="s"/><callActivity id="t" calledElement="{key}"/><endEvent id="e"/>' + chain("s", "t", "e")
    return body + (caught + '<userTask id="order"/><endEvent id="f"/>' + chain("b", "order", "f") if caught else "")


def inmost(case: Case) -> Case:
    child = Case.objects.filter(parent=case).first()
    return case if child is None else inmost(child)


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_error_of_a_person_crosses_into_the_case_that_catches_it(levels: int, in_firm: Actor) -> None:
    deploy(INSIDE, process="p1", by=in_firm)
    for number in range(1, levels):
        deploy(calling(f"p{number}"), process=f"p{number + 1}", by=in_firm)
    case = run(calling(f"p{levels}", CATCH), around=AROUND, by=in_firm)
    one = step(inmost(case))
    (offered,) = step_raising.raisable_at(one)
    assert (offered.said.de, offered.ends, offered.outside) == ("Teil fehlt", True, True)
    step_raising.raise_at(one, key=offered.key, reason="Schraube fehlt", by=in_firm)
    assert elements(case) == ["order"]
    assert {one.state for one in Case.objects.exclude(pk=case.pk)} == {"failed"}
    assert not CaseIncident.objects.filter(state="open").exists()
    one.refresh_from_db()
    assert (one.state, one.reason) == ("cancelled", "Schraube fehlt")


def test_nearest_case_that_catches_gets_the_error_and_only_what_is_caught_is_offered(in_firm: Actor) -> None:
    deploy(INSIDE, process="p1", by=in_firm)
    deploy(calling("p1", CATCH), process="p2", around=AROUND, by=in_firm)
    case = run(calling("p2", CATCH), around=AROUND, by=in_firm)
    middle = case.children.get()
    (offered,) = step_raising.raisable_at(step(inmost(case)))
    step_raising.raise_at(step(inmost(case)), key=offered.key, reason="fehlt", by=in_firm)
    assert (elements(middle), elements(case), again(case).state) == (["order"], [], "running")
    alone = run(calling("p1"), by=in_firm)
    assert step_raising.raisable_at(step(inmost(alone))) == ()
    with pytest.raises(Refused):
        cases.fail_step(step(inmost(alone)), error="E1", reason="fehlt", by=in_firm)
    assert elements(inmost(alone)) == ["t"]


THROWN = '<startEvent id="s"/><endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>' + chain("s", "x")


def test_error_that_is_drawn_crosses_every_case_that_does_not_catch_it(in_firm: Actor) -> None:
    deploy(THROWN, process="p1", around='<error id="er" name="Teil fehlt" errorCode="E9"/>', by=in_firm)
    deploy(calling("p1"), process="p2", by=in_firm)
    by_name = '<error id="er" name="Teil fehlt"/>'  # the code is known to the called drawing alone
    case = run(calling("p2", CATCH), around=by_name, by=in_firm)
    assert elements(case) == ["order"]
    assert not CaseIncident.objects.filter(state="open").exists()


def test_error_that_no_case_catches_is_an_incident_where_the_call_stands(in_firm: Actor) -> None:
    deploy(THROWN, process="p1", around='<error id="er" name="Teil fehlt" errorCode="E9"/>', by=in_firm)
    deploy(calling("p1"), process="p2", by=in_firm)
    case = run(calling("p2"), by=in_firm)
    middle = case.children.get()
    hand = step(middle)
    assert (elements(middle), elements(case), again(case).state) == (["t"], [], "running")
    assert "Teil fehlt" in hand.brief
    assert "von Hand" in hand.brief
    assert {one.case.pk for one in CaseIncident.objects.filter(state="open")} == {middle.pk, inmost(case).pk}
    cases.complete_step(hand, by=in_firm)
    assert again(case).state == "completed"


@pytest.mark.parametrize("caught", ["", CATCH])
def test_error_of_a_service_crosses_if_somebody_outside_catches_it(
    caught: str, in_firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_call: services.ServiceCall, _by: Actor) -> dict[str, object]:
        raise services.ProcessError("E1", Text("Das Teil fehlt.", "The part is missing."))

    monkeypatch.setitem(services._services, "test.missing", services.Registered(missing, services.Effect.BY_KEY))
    work = '<extensionElements><wf:work operation="test.missing"/></extensionElements>'
    inside = f'<startEvent id="s"/><serviceTask id="t">{work}</serviceTask><endEvent id="e"/>'
    deploy(inside + chain("s", "t", "e"), process="p1", by=in_firm)
    case = run(calling("p1", caught), around=AROUND, by=in_firm)
    if caught:
        assert (elements(case), inmost(case).state) == (["order"], "failed")
        assert not CaseIncident.objects.filter(state="open").exists()
    else:  # it stays where it happened, and a person does it
        assert (elements(inmost(case)), again(case).state) == (["t"], "running")
        assert step(inmost(case)).brief == "Das Teil fehlt."
        assert CaseIncident.objects.get(state="open").case.pk == inmost(case).pk


def test_script_that_breaks_down_waits_for_a_person_who_may_raise_what_the_caller_catches(in_firm: Actor) -> None:
    inside = '<startEvent id="s"/><scriptTask id="t" scriptFormat="feel"><script>=sum(for n in 1..9000000 return n)</script></scriptTask><endEvent id="e"/>'
    deploy(inside + chain("s", "t", "e"), process="p1", by=in_firm)
    case = run(calling("p1", CATCH), around=AROUND, by=in_firm)
    one = step(inmost(case))
    assert CaseIncident.objects.get(state="open").code == "script"
    (offered,) = step_raising.raisable_at(one)
    step_raising.raise_at(one, key=offered.key, reason="lässt sich nicht rechnen", by=in_firm)
    assert elements(case) == ["order"]
