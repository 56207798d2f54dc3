"""Steps of every kind: several branches, toolboxes, conditions, errors; and steps taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.process.samples import APPROVAL, chain, flow
from tests.work.case_world import again, complete, elements, run, step
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, services
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.domain.services import ServiceCall
from werkfluss.work.models import Case, CaseTask, CaseUndo

INCLUSIVE = (
    '<startEvent id="s"/><inclusiveGateway id="g" name="Wer wird gefragt?"/><userTask id="a"/><userTask id="b"/>'
    '<userTask id="c"/><endEvent id="e"/>'
    + chain("s", "g")
    + "".join(flow(f"to_{one}", "g", one, one.upper()) + chain(one, "e") for one in "abc")
)
BOX = (
    '<startEvent id="s"/><adHocSubProcess id="box" name="Einarbeiten"><userTask id="read" name="Lesen"/>'
    '<userTask id="meet" name="Treffen"/></adHocSubProcess><userTask id="after"/><endEvent id="e"/>'
    + chain("s", "box", "after", "e")
)


def test_several_branches_are_taken_at_once(in_firm: Actor) -> None:
    case = run(INCLUSIVE, by=in_firm)
    asked = step(case, "g")
    assert (asked.kind, asked.several, [flow for flow, _ in asked.choices]) == (
        "decision",
        True,
        ["to_a", "to_b", "to_c"],
    )
    complete(case, "g", choices=["to_a", "to_c", "to_a"], by=in_firm)
    assert elements(case) == ["a", "c"]
    asked.refresh_from_db()
    assert (asked.picked, asked.choice) == (["to_a", "to_c"], "to_a, to_c")


def test_several_branches_where_one_is_allowed_are_refused(in_firm: Actor) -> None:
    case = run(APPROVAL, by=in_firm)
    with pytest.raises(Refused):
        complete(case, "ask", choices=["f3", "f4"], by=in_firm)
    assert elements(case) == ["ask"]


def test_toolbox_offers_its_activities_until_somebody_finishes_it(in_firm: Actor) -> None:
    case = run(BOX, by=in_firm)
    box = step(case, "box")
    assert (box.kind, box.choices) == ("toolbox", [["read", "Lesen"], ["meet", "Treffen"]])
    cases.begin_activity(box, element="read", by=in_firm)
    cases.begin_activity(box, element="read", by=in_firm)
    assert elements(case) == ["box", "read", "read"]
    with pytest.raises(Refused):
        cases.begin_activity(box, element="after", by=in_firm)
    cases.finish_toolbox(step(case, "box"), reason="Reicht", by=in_firm)
    assert elements(case) == ["after"]
    with pytest.raises(Conflict):
        cases.begin_activity(box, element="read", by=in_firm)
    with pytest.raises(Conflict):
        cases.finish_toolbox(step(case, "after"), by=in_firm)


def test_turn_of_a_repeated_step_says_whom_it_is_about(in_firm: Actor) -> None:
    each = (
        '<startEvent id="s"/><userTask id="t"><multiInstanceLoopCharacteristics><extensionElements>'
        '<zeebe:loopCharacteristics xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" inputCollection="= names" '
        'inputElement="name"/></extensionElements></multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>'
        + chain("s", "t", "e")
    )
    case = run(each, by=in_firm, names=["Aydin", "Berger"])
    assert [one.variables["name"] for one in cases.open_steps(case)] == ["Aydin", "Berger"]


def conditional(kind: str) -> str:
    event = f"<conditionalEventDefinition><condition>{kind}</condition></conditionalEventDefinition>"
    return (
        f'<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b" attachedToRef="t">{event}</boundaryEvent>'
        '<userTask id="met"/><endEvent id="e"/>' + chain("s", "t", "e") + chain("b", "met", "e")
    )


def test_condition_in_words_is_said_by_a_person(in_firm: Actor) -> None:
    case = run(conditional("Das Wetter ist gut"), by=in_firm)
    said = step(case, "b")
    assert (said.kind, said.brief) == ("condition", "Das Wetter ist gut")
    complete(case, "b", by=in_firm)
    assert elements(case) == ["met"]
    assert CaseTask.objects.get(element="t").state == "cancelled"


def test_formal_condition_needs_nobody(in_firm: Actor) -> None:
    case = run(conditional("=amount &gt; 5"), by=in_firm, amount=3)
    assert elements(case) == ["t"]
    case.refresh_from_db()
    assert not CaseTask.objects.filter(kind="condition").exists()


def test_event_that_may_come_again_stays_with_the_person(in_firm: Actor) -> None:
    body = conditional("Es ruft jemand an").replace('attachedToRef="t"', 'attachedToRef="t" cancelActivity="false"')
    case = run(body, by=in_firm)
    complete(case, "b", by=in_firm)
    complete(case, "b", by=in_firm)
    assert elements(case) == ["b", "met", "met", "t"]


def test_timer_without_a_time_is_let_go_by_a_person(in_firm: Actor) -> None:
    body = (
        '<startEvent id="s"/><intermediateCatchEvent id="w" name="Bedenkzeit"><timerEventDefinition/>'
        '</intermediateCatchEvent><userTask id="t"/><endEvent id="e"/>' + chain("s", "w", "t", "e")
    )
    case = run(body, by=in_firm)
    assert (step(case).kind, step(case).name) == ("timer", "Bedenkzeit")
    assert case.incidents.get().code == "timer_without_time"
    complete(case, "w", by=in_firm)
    assert elements(case) == ["t"]
    assert case.incidents.get().state == "settled"


def test_error_of_a_step_goes_the_way_that_is_drawn(in_firm: Actor) -> None:
    body = (
        '<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b" attachedToRef="t">'
        '<errorEventDefinition errorRef="er"/></boundaryEvent><userTask id="mend"/><endEvent id="e"/>'
        + chain("s", "t", "e")
        + chain("b", "mend", "e")
    )
    case = run(body, around='<error id="er" name="Defekt" errorCode="X1"/>', by=in_firm)
    with pytest.raises(Refused):
        cases.fail_step(step(case), error="X2", reason="Anders", by=in_firm)
    assert (elements(case), case.incidents.count()) == (["t"], 0)
    cases.fail_step(step(case), error="X1", reason="Kaputt", by=in_firm)
    assert elements(case) == ["mend"]


def test_escalation_of_a_step_leaves_it_open(in_firm: Actor) -> None:
    body = (
        '<startEvent id="s"/><userTask id="t"/><boundaryEvent id="b" attachedToRef="t" cancelActivity="false">'
        '<escalationEventDefinition/></boundaryEvent><userTask id="help"/><endEvent id="e"/>'
        + chain("s", "t", "e")
        + chain("b", "help", "e")
    )
    case = run(body, by=in_firm)
    cases.escalate_step(step(case), reason="Ich komme nicht weiter", by=in_firm)
    assert elements(case) == ["help", "t"]


# Taking back.

TWO = '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>' + chain(
    "s", "a", "b", "c", "e"
)


def test_last_steps_are_taken_back_one_after_the_other(in_firm: Actor) -> None:
    case = run(TWO, by=in_firm, amount=1)
    before = state_of(again(case))
    first, _ = step(case), complete(case, data={"amount": 2}, by=in_firm)
    second, case = step(case), complete(case, data={"amount": 3}, by=in_firm)
    assert [one.element for one in cases.undoable_steps(case)] == ["b"]
    with pytest.raises(Refused):
        cases.undo_step(first, reason="Zu früh", by=in_firm)
    cases.undo_step(second, reason="Vertippt", by=in_firm)
    case = again(case)
    assert (elements(case), case.variables) == (["b"], {"amount": 2})
    assert "c" not in case.engine["visited"]
    second.refresh_from_db()
    assert (second.state, second.done_at, second.data) == ("open", None, {})
    assert [one.element for one in cases.undoable_steps(case)] == ["a"]
    cases.undo_step(first, reason="Auch", by=in_firm)
    case = again(case)
    assert (elements(case), case.variables) == (["a"], {"amount": 1})
    now = state_of(case)
    assert (now.tokens, now.waits, now.scopes) == (before.tokens, before.waits, before.scopes)
    for element in ("a", "b", "c"):
        complete(case, element, by=in_firm)
    assert again(case).state == "completed"
    assert not CaseUndo.objects.exists()


def test_step_is_not_taken_back_twice_nor_without_a_reason(in_firm: Actor) -> None:
    case = run(TWO, by=in_firm)
    done, _ = step(case), complete(case, by=in_firm)
    with pytest.raises(Refused):
        cases.undo_step(done, reason=" ", by=in_firm)
    cases.undo_step(done, reason="Irrtum", by=in_firm)
    with pytest.raises(Conflict):
        cases.undo_step(done, reason="Irrtum", by=in_firm)


def test_step_after_which_something_left_the_case_is_not_taken_back(
    in_firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
        return {"told": True}

    monkeypatch.setitem(services._services, "test.tell", services.Registered(tell, services.Effect.BY_KEY))
    body = (
        '<startEvent id="s"/><userTask id="a"/><serviceTask id="t"><extensionElements><wf:work operation="test.tell"/>'
        '</extensionElements></serviceTask><userTask id="b"/><endEvent id="e"/>' + chain("s", "a", "t", "b", "e")
    )
    case = run(body, by=in_firm)
    done, case = step(case), complete(case, by=in_firm)
    assert case.variables == {"told": True}
    assert cases.undoable_steps(case) == []
    with pytest.raises(Refused):
        cases.undo_step(done, reason="Irrtum", by=in_firm)


def test_somebody_else_takes_nothing_back(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> None:
    case = run(TWO, by=in_firm)
    done, _ = step(case), complete(case, by=in_firm)
    with pytest.raises(NotPermitted):
        cases.undo_step(done, reason="Nein", by=member_of(firm, Role.EMPLOYEE))


def test_step_that_its_subject_leads_is_not_taken_back(in_firm: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(services._led, "p", frozenset({"a"}))
    case = run(TWO, by=in_firm)
    done = step(case)
    cases.complete_step(done, led=True, by=in_firm)
    assert cases.undoable_steps(again(case)) == []
    with pytest.raises(Refused):
        cases.undo_step(done, reason="Nein", by=in_firm)


def test_only_the_last_events_are_kept(in_firm: Actor) -> None:
    case = run(BOX, by=in_firm)
    for _ in range(9):
        cases.begin_activity(step(case, "box"), element="read", by=in_firm)
        complete(case, "read", by=in_firm)
    kept = CaseUndo.objects.filter(case=case).count()
    assert kept <= 12
    assert Case.objects.get().engine["undo"] > kept
