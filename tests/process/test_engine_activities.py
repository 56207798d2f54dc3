"""Scripts, rules, calls, mappings, loops, multi-instance and ad-hoc sub-processes (BPMN 2.0.2, 10.3 and 13.3)."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain, duration, flow
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.process.engine import new_case, step
from werkfluss.process.state import (
    AGAIN,
    DONE,
    ActivityChosen,
    AdHocFinished,
    CallProcess,
    CallService,
    Completed,
    CreateWorkItem,
    EvaluateDecision,
    Failed,
    Finished,
    Incident,
    OfferActivities,
    Start,
    Status,
    TimerFired,
    WaitKind,
    Withdraw,
)

AROUND = '<error id="err" name="Kaputt" errorCode="E1"/>'
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def task(name, inner="", kind="userTask", **facts):
    own = "".join(f' {key}="{value}"' for key, value in facts.items())
    work = f"<extensionElements><wf:work{own}/></extensionElements>" if facts else ""
    return f'<{kind} id="{name}">{work}{inner}</{kind}>'


def script(text, language="feel", **facts):
    box = "<extensionElements><wf:work {}/></extensionElements>".format(
        " ".join(f'{k}="{v}"' for k, v in facts.items())
    )
    body = f'<scriptTask id="t" scriptFormat="{language}">{box if facts else ""}<script><![CDATA[{text}]]></script></scriptTask>'
    return f'<startEvent id="s"/>{body}<userTask id="n"/>' + chain("s", "t", "n")


def test_script_in_feel_runs_and_stores_its_result():
    case = Case(script("netto * 1.19", result="brutto"), netto=100)
    assert (case.waiting, case.state.variables) == (["n"], {"netto": 100, "brutto": 119})
    assert Case(script("{a: 1, b: a + 1}")).state.variables == {"a": 1, "b": 2}


def test_script_in_another_language_is_done_by_a_person():
    case = Case(script("print(1)", language="python"))
    assert [item.element for item in case.given(CreateWorkItem)] == ["t"]
    assert case.complete("t").waiting == ["n"]


def test_script_that_gives_nothing_says_why():
    case = Case(script("1 / 0", result="x"))
    assert [incident.code for incident in case.given(Incident)] == ["script"]
    assert case.state.variables == {"x": None}


def test_business_rule_asks_for_a_decision_and_stores_its_result():
    rule = task("t", kind="businessRuleTask", decision="rabatt", result="satz")
    case = Case(f'<startEvent id="s"/>{rule}<userTask id="n"/>' + chain("s", "t", "n"), kunde="A")
    (order,) = case.given(EvaluateDecision)
    assert (order.decision, order.inputs) == ("rabatt", {"kunde": "A"})
    case.complete("t", result=0.1)
    assert (case.waiting, case.state.variables) == (["n"], {"kunde": "A", "satz": 0.1})


def test_business_rule_with_a_context_gives_each_entry_its_name():
    rule = task("t", kind="businessRuleTask", decision="rabatt")
    case = Case(f'<startEvent id="s"/>{rule}' + chain("s", "t")).complete("t", result={"satz": 1, "frist": 2})
    assert case.state.variables == {"satz": 1, "frist": 2}


def test_business_rule_without_decision_is_a_persons_work():
    case = Case('<businessRuleTask id="t"/>')
    assert case.given(CreateWorkItem)[0].kind is WaitKind.WORK


def test_service_takes_its_operation_from_the_file_of_another_tool():
    box = f'<extensionElements><zeebe:taskDefinition {ZEEBE} type="mail"/></extensionElements>'
    assert Case(f'<serviceTask id="t">{box}</serviceTask>').given(CallService)[0].operation == "mail"


CALLED = (
    '<process id="q"><startEvent id="qs"/><userTask id="qt"/><endEvent id="qe"/>'
    + chain("qs", "qt", "qe")
    + "</process>"
)


def test_call_runs_the_process_of_the_same_file_inside():
    case = Case('<callActivity id="c" calledElement="q"/><userTask id="n"/>' + chain("c", "n"), CALLED)
    assert (case.waiting, case.path) == (["qt"], ["c", "qs", "qt"])
    assert case.complete("qt", x=1).waiting == ["n"]
    assert case.state.variables == {"x": 1}


def test_call_with_mappings_shows_and_gives_back_only_those():
    box = (
        f'<extensionElements {ZEEBE}><zeebe:calledElement processId="q" propagateAllChildVariables="false" '
        'propagateAllParentVariables="false"/><zeebe:ioMapping><zeebe:input source="=betrag * 2" target="summe"/>'
        '<zeebe:output source="=urteil" target="ergebnis"/></zeebe:ioMapping></extensionElements>'
    )
    case = Case(f'<callActivity id="c">{box}</callActivity><userTask id="n"/>' + chain("c", "n"), CALLED, betrag=4)
    inner = next(scope for scope in case.state.scopes if scope.element == "q")
    assert inner.variables == {"summe": 8}
    case.complete("qt", urteil="gut", geheim=1)
    assert (case.waiting, case.state.variables) == (["n"], {"betrag": 4, "ergebnis": "gut"})


def test_call_of_a_process_elsewhere_is_a_case_of_its_own():
    body = (
        '<startEvent id="s"/><callActivity id="c" name="Prüfen" calledElement="far"/><userTask id="n"/><userTask id="m"/>'
        '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="err"/></boundaryEvent>'
        + chain("s", "c", "n")
        + chain("b", "m")
    )
    case = Case(body, AROUND, a=1)
    (order,) = case.given(CallProcess)
    assert (order.called, order.name, order.inputs) == ("far", "Prüfen", {"a": 1})
    assert case.complete("c", b=2).waiting == ["n"]
    assert case.state.variables == {"a": 1, "b": 2}
    assert Case(body, AROUND).fail("c", "E1").waiting == ["m"]


def test_call_without_a_name_is_a_persons_work():
    assert Case('<callActivity id="c"/>').given(CreateWorkItem)[0].element == "c"


def test_process_that_calls_itself_without_end_is_stopped():
    case = Case('<startEvent id="s"/><callActivity id="c" calledElement="p"/>' + chain("s", "c"))
    assert case.state.status is Status.FAILED
    assert [incident.code for incident in case.given(Incident)] == ["too_deep"]


def test_mappings_of_a_step_are_its_own_variables():
    box = (
        f'<extensionElements {ZEEBE}><zeebe:ioMapping><zeebe:input source="=a + 1" target="b"/>'
        '<zeebe:output source="=c + b" target="d"/></zeebe:ioMapping></extensionElements>'
    )
    case = Case(f'<startEvent id="s"/><userTask id="t">{box}</userTask><userTask id="n"/>' + chain("s", "t", "n"), a=1)
    assert case.given(CreateWorkItem)[0].variables == {"b": 2}
    case.complete("t", c=10)
    assert (case.waiting, case.state.variables) == (["n"], {"a": 1, "d": 12})


# Loops.


def looped(mark, inner="", kind="userTask", after='<userTask id="n"/>'):
    body = f'<startEvent id="s"/><{kind} id="t">{inner}{mark}</{kind}>{after}'
    return body + chain("s", "t", "n")


def standard(condition="", **own):
    attributes = "".join(f' {key}="{value}"' for key, value in own.items())
    inner = f"<loopCondition><![CDATA[{condition}]]></loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics{attributes}>{inner}</standardLoopCharacteristics>"


def multi(inner="", sequential=False):
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{inner}'
        "</multiInstanceLoopCharacteristics>"
    )


def test_standard_loop_repeats_while_its_condition_holds():
    case = Case(looped(standard("offen")))
    assert case.complete("t", offen=True).waiting == ["t"]
    assert case.complete("t", offen=True).path == ["s", "t", "t", "t"]
    assert case.complete("t", offen=False).waiting == ["n"]
    assert case.complete("n").done


def test_standard_loop_may_be_tested_before_and_limited():
    assert Case(looped(standard("offen", testBefore="true"))).waiting == ["n"]
    case = Case(looped(standard("offen", loopMaximum="2")), offen=True)
    assert case.complete("t").complete("t").waiting == ["n"]
    assert Case(looped(standard(loopMaximum="2"))).complete("t").complete("t").waiting == ["n"]


def test_loop_without_condition_asks_whether_once_more():
    case = Case(looped(standard())).complete("t")
    (item,) = case.given(CreateWorkItem)
    assert (item.kind, [choice.flow for choice in item.choices]) == (WaitKind.DECISION, [AGAIN, DONE])
    with pytest.raises(Refused):
        case.complete("t", "f_t_n")
    assert case.complete("t", AGAIN).complete("t").complete("t", DONE).waiting == ["n"]


def test_parallel_instances_by_number_end_together():
    case = Case(looped(multi("<loopCardinality>anzahl + 1</loopCardinality>")), anzahl=2)
    assert case.waiting == ["t", "t", "t"]
    assert [item.variables["loopCounter"] for item in case.given(CreateWorkItem)] == [1, 2, 3]
    each = next(scope for scope in case.state.scopes if scope.kind == "each")
    assert (each.variables["nrOfInstances"], each.variables["nrOfActiveInstances"]) == (3, 3)
    assert case.complete_all("t").waiting == ["n"]
    assert case.complete("n").done


COLLECTION = (
    f'<extensionElements><zeebe:loopCharacteristics {ZEEBE} inputCollection="=leute" inputElement="wer" '
    'outputCollection="urteile" outputElement="=urteil"/></extensionElements>'
)


@pytest.mark.parametrize("sequential", [True, False])
def test_instances_over_a_list_see_their_item_and_gather_the_results(sequential):
    case = Case(
        looped(multi(COLLECTION.replace("=urteil", "=wer.name"), sequential)), leute=[{"name": "A"}, {"name": "B"}]
    )
    assert case.waiting == (["t"] if sequential else ["t", "t"])
    assert case.given(CreateWorkItem)[0].variables["wer"] == {"name": "A"}
    while "t" in case.waiting:
        case.complete_all("t")
    assert case.state.variables["urteile"] == ["A", "B"]
    assert "wer" not in case.state.variables


def test_results_stay_in_order_of_the_list_whoever_is_first():
    case = Case(looped(multi(COLLECTION.replace("=urteil", "urteil"))), leute=["A", "B"])
    second, first = reversed(case.state.waits)
    case.happen(Completed(second.id, AT, {"urteil": "b"}))
    case.happen(Completed(first.id, AT, {"urteil": "a"}))
    assert case.state.variables == {"leute": ["A", "B"], "urteile": ["a", "b"]}


def test_completion_condition_takes_the_other_instances_back():
    inner = (
        "<loopCardinality>3</loopCardinality><completionCondition>nrOfCompletedInstances &gt;= 2</completionCondition>"
    )
    case = Case(looped(multi(inner)))
    for wait in case.state.waits[:2]:
        case.happen(Completed(wait.id, AT))
    assert [command.element for command in case.given(Withdraw)] == ["t"]
    assert case.waiting == ["n"]
    assert case.complete("n").done


def test_empty_list_is_passed_at_once():
    assert Case(looped(multi(COLLECTION)), leute=[]).waiting == ["n"]


def test_instances_without_a_number_are_asked_for_one_by_one():
    case = Case(looped(multi())).complete("t")
    assert case.given(CreateWorkItem)[0].kind is WaitKind.DECISION
    assert case.complete("t", AGAIN).complete("t").complete("t", DONE).waiting == ["n"]
    missing = Case(looped(multi(COLLECTION)))
    assert [incident.code for incident in missing.given(Incident)] == ["no_collection"]
    assert missing.waiting == ["t"]


def test_too_many_instances_are_refused():
    case = Case(looped(multi("<loopCardinality>1000000</loopCardinality>")))
    assert [incident.code for incident in case.given(Incident)] == ["too_many"]


def test_boundary_event_of_a_multi_instance_activity_ends_all_instances():
    body = looped(multi("<loopCardinality>3</loopCardinality>"))
    body += f'<boundaryEvent id="b" attachedToRef="t">{duration("P1D")}</boundaryEvent><userTask id="m"/>' + chain(
        "b", "m"
    )
    case = Case(body)
    assert case.waiting.count("b") == 1
    assert case.fire("b").waiting == ["m"]
    assert case.complete("m").done


def test_sub_process_in_several_instances_keeps_their_variables_apart():
    inner = '<userTask id="x"/><userTask id="y"/>' + chain("x", "y")
    case = Case(looped(multi(COLLECTION.replace("=urteil", "=wer")), inner, "subProcess"), leute=["A", "B"])
    assert case.waiting == ["x", "x"]
    first = case.state.waits[0]
    assert case.happen(Completed(first.id, AT)).waiting == ["x", "y"]
    case.complete("x").complete_all("y")
    assert (case.waiting, case.state.variables["urteile"]) == (["n"], ["A", "B"])


def test_error_in_one_instance_interrupts_all():
    inner = '<userTask id="x"/>'
    body = looped(multi("<loopCardinality>2</loopCardinality>"), inner, "subProcess") + '<userTask id="m"/>'
    body += '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>' + chain("b", "m")
    case = Case(body)
    assert case.happen(Failed(case.state.waits[0].id, AT, "E1")).waiting == ["m"]


# Ad-hoc.


def ad_hoc(inner="", attributes="", completion=""):
    tools = '<userTask id="call" name="Anrufen"/><userTask id="mail" name="Schreiben"/><userTask id="note"/>'
    rule = f"<completionCondition>{completion}</completionCondition>" if completion else ""
    return (
        f'<startEvent id="s"/><adHocSubProcess id="box" name="Klären" {attributes}>{tools}{chain("mail", "note")}{inner}{rule}'
        '</adHocSubProcess><userTask id="n"/>' + chain("s", "box", "n")
    )


def test_toolbox_offers_its_activities_any_number_of_times():
    case = Case(ad_hoc())
    (offer,) = case.given(OfferActivities)
    assert [(choice.flow, choice.label) for choice in offer.activities] == [("call", "Anrufen"), ("mail", "Schreiben")]
    assert (offer.name, offer.sequential, offer.by_condition) == ("Klären", False, False)
    case.choose("call").choose("call", wen="A").choose("mail")
    assert case.waiting == ["box", "call", "call", "mail"]
    case.complete_all("call").complete("mail")
    assert case.waiting == ["box", "note"]
    # What still runs is ended with it, unless the drawing says otherwise.
    assert case.finish().waiting == ["n"]
    assert [command.element for command in case.given(Withdraw)] == ["note"]
    assert case.complete("n").done


def test_toolbox_offers_activities_only():
    """Never a boundary event, a handler of compensation or an event sub-process."""
    inner = (
        f'<boundaryEvent id="b" attachedToRef="call">{duration("P1D")}</boundaryEvent><userTask id="u" isForCompensation="true"/>'
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s"><signalEventDefinition/></startEvent></subProcess>'
    )
    (offer,) = Case(ad_hoc(inner)).given(OfferActivities)
    assert [choice.flow for choice in offer.activities] == ["call", "mail"]


def test_toolbox_may_wait_for_what_still_runs():
    case = Case(ad_hoc(attributes='cancelRemainingInstances="false"')).choose("call").finish()
    assert case.waiting == ["call"]
    assert case.complete("call").waiting == ["n"]


def test_toolbox_ends_by_its_condition():
    case = Case(ad_hoc(completion="geklärt")).choose("call").choose("mail")
    case.complete("call", geklärt=False)
    assert case.waiting == ["box", "mail"]
    assert case.complete("mail", geklärt=True).waiting == ["n"]


def test_sequential_toolbox_lends_one_tool_at_a_time():
    case = Case(ad_hoc(attributes='ordering="Sequential"')).choose("call")
    with pytest.raises(Refused):
        case.choose("mail")
    assert case.complete("call").choose("mail").waiting == ["box", "mail"]


def test_toolbox_refuses_what_is_not_in_it():
    case = Case(ad_hoc())
    with pytest.raises(Refused):
        case.choose("note")
    box = case.toolbox
    case.finish()
    for event in (ActivityChosen(box, "call", AT), AdHocFinished(box, AT)):
        with pytest.raises(Conflict):
            case.happen(event)


def test_toolbox_with_nothing_in_hand_stays_open_and_may_be_interrupted():
    late = f'<boundaryEvent id="b" attachedToRef="box">{duration("P1D")}</boundaryEvent><userTask id="m"/>' + chain(
        "b", "m"
    )
    case = Case(ad_hoc() + late)
    assert case.choose("call").complete("call").waiting == ["b", "box"]
    assert case.fire("b").waiting == ["m"]
    assert case.complete("m").done


def test_agent_toolbox_begins_the_activities_named_by_data():
    box = f'<extensionElements><zeebe:adHoc {ZEEBE} activeElementsCollection="=zuerst"/></extensionElements>'
    assert Case(ad_hoc(box), zuerst=["mail", "fremd"]).waiting == ["box", "mail"]


def test_called_process_that_fails_tells_its_error():
    body = '<startEvent id="s"/><endEvent id="e"><errorEventDefinition errorRef="err"/></endEvent>' + chain("s", "e")
    assert Case(body, AROUND).given(Finished) == [Finished(Status.FAILED, ("e",), "E1", "Kaputt")]


def test_loop_and_branch_choice_do_not_mix():
    body = looped(standard(loopMaximum="2"), after='<exclusiveGateway id="n"/><userTask id="x"/><userTask id="y"/>')
    body += flow("fx", "n", "x", "a") + flow("fy", "n", "y", "b")
    case = Case(body)
    assert case.given(CreateWorkItem)[0].choices == ()
    assert case.complete("t").complete("t").waiting == ["n"]
    assert case.complete("n", "fy").waiting == ["y"]


def test_condition_that_breaks_down_is_decided_by_a_person():
    body = '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="x"/><userTask id="y"/>' + chain("s", "g")
    body += flow("fx", "g", "x", "a", "for i in 1..1000000 return i") + flow("fy", "g", "y", "b", "true")
    case = Case(body)
    assert ([incident.code for incident in case.given(Incident)], case.waiting) == (["condition"], ["g"])


def test_large_number_of_instances_is_one_step_each():
    definitions = Case(looped(multi("<loopCardinality>300</loopCardinality>"))).model
    state, commands = step(definitions, new_case("p"), Start(AT))
    assert len([c for c in commands if isinstance(c, CreateWorkItem)]) == 300
    assert step(definitions, state, TimerFired("w1", AT))[0] == state
