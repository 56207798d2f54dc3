"""Details of activities and events, as the standard and the dialects of the engines write them."""

from __future__ import annotations

import pytest

from werkfluss.process.bpmn import read
from werkfluss.process.model import (
    CallActivity,
    Event,
    EventKind,
    Gateway,
    Loop,
    LoopKind,
    Script,
    SubProcess,
    SubProcessKind,
    Task,
    Timer,
    Trigger,
    VariableMapping,
)

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" '
    'xmlns:wf="https://werkfluss.example/bpmn/1" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:flowable="http://flowable.org/bpmn">'
)


def file(body, around=""):
    return read(f'{HEAD}{around}<process id="p">{body}</process></definitions>'.encode())


def node(body, around=""):
    """The first node of a process with this body."""
    return file(body, around).processes[0].nodes[0]


def extended(inner):
    return f"<extensionElements>{inner}</extensionElements>"


MULTI = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (
            f'<{MULTI} isSequential="true"><loopCardinality>3</loopCardinality>'
            f"<completionCondition>done &gt;= 2</completionCondition></{MULTI}>",
            Loop(LoopKind.SEQUENTIAL, cardinality="3", completion="done >= 2"),
        ),
        (
            f"<{MULTI}><loopDataInputRef>data</loopDataInputRef><loopDataOutputRef>gone</loopDataOutputRef>"
            f'<inputDataItem id="i1" name="offer"/><outputDataItem id="i2" name="price"/></{MULTI}>',
            Loop(LoopKind.PARALLEL, collection="offers", item="offer", output="gone", output_item="price"),
        ),
        (
            f'<{MULTI} camunda:collection="${{offers}}" camunda:elementVariable="offer"><completionCondition>'
            f"${{nrOfCompletedInstances/nrOfInstances >= 0.5}}</completionCondition></{MULTI}>",
            Loop(
                LoopKind.PARALLEL,
                collection="offers",
                item="offer",
                completion="nrOfCompletedInstances/nrOfInstances >= 0.5",
            ),
        ),
        (
            f'<{MULTI} flowable:collection="offers" flowable:elementVariable="offer"/>',
            Loop(LoopKind.PARALLEL, collection="offers", item="offer"),
        ),
        (
            f"<{MULTI}>"
            + extended(
                '<zeebe:loopCharacteristics inputCollection="= offers" inputElement="offer" '
                'outputCollection="prices" outputElement="= price"/>'
            )
            + f"</{MULTI}>",
            Loop(LoopKind.PARALLEL, collection="= offers", item="offer", output="prices", output_item="= price"),
        ),
        (
            '<standardLoopCharacteristics testBefore="true" loopMaximum="5"><loopCondition>not(ok)</loopCondition>'
            "</standardLoopCharacteristics>",
            Loop(LoopKind.STANDARD, condition="not(ok)", maximum=5, test_before=True),
        ),
        ('<standardLoopCharacteristics loopMaximum="many"/>', Loop(LoopKind.STANDARD)),
        ("", None),
    ],
)
def test_loop_is_read_in_every_dialect(mark, expected):
    read_node = node(f'<userTask id="t">{mark}</userTask><dataObject id="data" name="offers"/>')
    assert isinstance(read_node, Task)
    assert read_node.loop == expected


def test_ad_hoc_sub_process_has_its_rules():
    plain = node('<adHocSubProcess id="a"/>')
    assert isinstance(plain, SubProcess)
    assert (plain.kind, plain.sequential, plain.cancel_remaining) == (SubProcessKind.AD_HOC, False, True)
    full = node(
        '<adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false">'
        + extended('<zeebe:adHoc activeElementsCollection="= [&quot;x&quot;]"/>')
        + "<completionCondition>= done</completionCondition></adHocSubProcess>"
    )
    assert isinstance(full, SubProcess)
    assert (full.sequential, full.cancel_remaining, full.completion) == (True, False, "= done")
    assert full.active == '= ["x"]'


DECLARED = (
    '<message id="m" name="Reply">'
    + extended('<zeebe:subscription correlationKey="= order"/>')
    + '</message><signal id="s" name="Alarm"/><error id="e" name="Refused" errorCode="E42"/>'
    '<escalation id="x" name="Late" escalationCode="L1"/><message id="unnamed"/>'
    '<timerEventDefinition id="shared"><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>'
)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (
            '<messageEventDefinition messageRef="m"/>',
            Trigger(EventKind.MESSAGE, "Reply", reference="m", correlation="= order"),
        ),
        ('<messageEventDefinition messageRef="unnamed"/>', Trigger(EventKind.MESSAGE, reference="unnamed")),
        ('<signalEventDefinition signalRef="s"/>', Trigger(EventKind.SIGNAL, "Alarm", reference="s")),
        ('<errorEventDefinition errorRef="e"/>', Trigger(EventKind.ERROR, "Refused", code="E42", reference="e")),
        (
            '<escalationEventDefinition escalationRef="x"/>',
            Trigger(EventKind.ESCALATION, "Late", code="L1", reference="x"),
        ),
        ('<linkEventDefinition name="A"/>', Trigger(EventKind.LINK, "A")),
        ("<linkEventDefinition/>", Trigger(EventKind.LINK, "Probe")),
        ("<terminateEventDefinition/>", Trigger(EventKind.TERMINATE)),
        ("<cancelEventDefinition/>", Trigger(EventKind.CANCEL)),
        (
            '<compensateEventDefinition activityRef="book" waitForCompletion="false"/>',
            Trigger(EventKind.COMPENSATE, activity="book", wait=False),
        ),
        (
            '<conditionalEventDefinition><condition language="FEEL">stock &lt; 3</condition>'
            "</conditionalEventDefinition>",
            Trigger(EventKind.CONDITIONAL, condition="stock < 3", language="FEEL"),
        ),
        (
            "<timerEventDefinition><timeDate>= due</timeDate></timerEventDefinition>",
            Trigger(EventKind.TIMER, timer=Timer("date", "= due")),
        ),
        (
            "<timerEventDefinition><timeDuration>${wait}</timeDuration></timerEventDefinition>",
            Trigger(EventKind.TIMER, timer=Timer("duration", "wait")),
        ),
        (
            "<eventDefinitionRef>shared</eventDefinitionRef>",
            Trigger(EventKind.TIMER, timer=Timer("cycle", "R3/PT1H")),
        ),
    ],
)
def test_trigger_is_read_with_its_details(definition, expected):
    event = node(f'<intermediateCatchEvent id="c" name="Probe">{definition}</intermediateCatchEvent>', DECLARED)
    assert isinstance(event, Event)
    assert event.triggers == (expected,)
    assert event.trigger == expected


def test_key_joins_thrower_and_catcher():
    assert Trigger(EventKind.ERROR, "Refused", code="E42", reference="e").key == "E42"
    assert Trigger(EventKind.MESSAGE, "Reply", reference="m").key == "Reply"
    assert Trigger(EventKind.MESSAGE, reference="m").key == "m"


def test_event_with_several_triggers_keeps_each():
    event = node(
        '<startEvent id="start" parallelMultiple="true"><messageEventDefinition messageRef="m"/>'
        '<signalEventDefinition signalRef="s"/></startEvent>',
        DECLARED,
    )
    assert isinstance(event, Event)
    assert [one.kind for one in event.triggers] == [EventKind.MESSAGE, EventKind.SIGNAL]
    assert (event.trigger.kind, event.parallel) == (EventKind.MULTIPLE, True)
    plain = node('<startEvent id="s"/>')
    assert isinstance(plain, Event)
    assert (plain.triggers, plain.trigger.kind) == ((), EventKind.NONE)


def test_compensation_finds_its_handler_in_either_direction():
    for ends in ('sourceRef="b" targetRef="undo"', 'sourceRef="undo" targetRef="b"'):
        definitions = file(
            '<task id="book"/><task id="undo" isForCompensation="true"/><task id="other"/>'
            '<boundaryEvent id="b" attachedToRef="book"><compensateEventDefinition/></boundaryEvent>'
            '<boundaryEvent id="t" attachedToRef="other"><timerEventDefinition/></boundaryEvent>'
            f'<association id="l" {ends}/><association id="k" sourceRef="t" targetRef="undo"/>'
        )
        handler = definitions.compensation_handler("book")
        assert handler is not None
        assert (handler.id, handler.for_compensation) == ("undo", True)
        assert definitions.compensation_handler("other") is None


@pytest.mark.parametrize(
    ("element", "script", "result"),
    [
        (
            '<scriptTask id="t" scriptFormat="FEEL" camunda:resultVariable="sum"><script>a + b</script></scriptTask>',
            Script("feel", "a + b"),
            "sum",
        ),
        (
            f'<scriptTask id="t">{extended("""<zeebe:script expression="= a" resultVariable="r"/>""")}</scriptTask>',
            Script("feel", "= a"),
            "r",
        ),
        ('<scriptTask id="t"><script>x</script></scriptTask>', Script("", "x"), ""),
        ('<scriptTask id="t"/>', None, ""),
        (f'<scriptTask id="t">{extended("""<wf:work result="own"/>""")}</scriptTask>', None, "own"),
    ],
)
def test_script_is_read_with_its_result(element, script, result):
    task = node(element)
    assert isinstance(task, Task)
    assert (task.script, task.result) == (script, result)


@pytest.mark.parametrize(
    ("attributes", "inner", "decision", "result"),
    [
        ('camunda:decisionRef="rate" camunda:resultVariable="r"', "", "rate", "r"),
        ("", '<zeebe:calledDecision decisionId="rate" resultVariable="r"/>', "rate", "r"),
        ('camunda:decisionRef="theirs"', '<wf:work decision="ours" result="r"/>', "ours", "r"),
    ],
)
def test_decision_is_read_and_our_own_word_counts_first(attributes, inner, decision, result):
    task = node(f'<businessRuleTask id="t" {attributes}>{extended(inner)}</businessRuleTask>')
    assert isinstance(task, Task)
    assert (task.decision, task.result) == (decision, result)


def test_call_hands_over_what_the_dialect_says():
    plain = node('<callActivity id="c" calledElement="other"/>')
    assert isinstance(plain, CallActivity)
    assert (plain.called, plain.passes_all, plain.returns_all) == ("other", True, True)
    eight = node(
        '<callActivity id="c">'
        + extended(
            '<zeebe:calledElement processId="other" propagateAllChildVariables="false"/><zeebe:ioMapping>'
            '<zeebe:input source="= a" target="b"/><zeebe:output source="= c" target="d"/></zeebe:ioMapping>'
        )
        + "</callActivity>"
    )
    assert isinstance(eight, CallActivity)
    assert (eight.called, eight.passes_all, eight.returns_all) == ("other", True, False)
    assert (eight.inputs, eight.outputs) == ((VariableMapping("= a", "b"),), (VariableMapping("= c", "d"),))
    seven = node(
        '<callActivity id="c" calledElement="other">'
        + extended(
            '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${x}" target="y"/>'
            '<camunda:out variables="all"/>'
        )
        + "</callActivity>"
    )
    assert isinstance(seven, CallActivity)
    assert (seven.passes_all, seven.returns_all) == (False, True)
    assert seven.inputs == (VariableMapping("a", "b"), VariableMapping("x", "y"))


def test_input_parameters_become_feel_or_are_left_out():
    task = node(
        '<serviceTask id="t" camunda:topic="ship">'
        + extended(
            '<camunda:inputOutput><camunda:inputParameter name="who">say "hi"</camunda:inputParameter>'
            '<camunda:inputParameter name="n">${count}</camunda:inputParameter>'
            '<camunda:inputParameter name="bad">${execution.get("x")}</camunda:inputParameter></camunda:inputOutput>'
        )
        + "</serviceTask>"
    )
    assert isinstance(task, Task)
    assert task.service == "ship"
    assert task.inputs == (VariableMapping('"say \\"hi\\""', "who"), VariableMapping("count", "n"))


@pytest.mark.parametrize(
    ("attributes", "inner", "owner"),
    [
        ('camunda:assignee="chef"', "", "chef"),
        ('camunda:assignee="${boss}" camunda:candidateGroups="buying"', "", "buying"),
        ('camunda:assignee="#{boss}"', "", ""),
        ("", extended('<zeebe:assignmentDefinition assignee="= boss" candidateGroups="sales"/>'), "sales"),
        ("", extended("<wf:performer>Einkauf</wf:performer>"), "Einkauf"),
        ("", '<potentialOwner id="o"><resourceRef>r</resourceRef></potentialOwner>', "Clerk"),
    ],
)
def test_assignment_names_the_performer(attributes, inner, owner):
    definitions = file(f'<userTask id="t" {attributes}>{inner}</userTask>', '<resource id="r" name="Clerk"/>')
    assert definitions.performer(definitions.nodes["t"]) == owner


def test_messages_of_tasks_are_named():
    task = node('<receiveTask id="t" messageRef="m" instantiate="true"/>', DECLARED)
    assert isinstance(task, Task)
    assert (task.message, task.correlation, task.instantiating) == ("Reply", "= order", True)
    by_operation = node(
        '<sendTask id="t" operationRef="op"/>',
        DECLARED
        + '<interface id="i"><operation id="op" name="Ask"><inMessageRef>m</inMessageRef></operation></interface>',
    )
    assert isinstance(by_operation, Task)
    assert (by_operation.message, by_operation.service) == ("Reply", "Ask")


def test_gateway_can_start_the_case():
    gateway = node('<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>')
    assert isinstance(gateway, Gateway)
    assert (gateway.instantiating, gateway.parallel) == (True, True)


@pytest.mark.parametrize(
    ("written", "condition", "language"),
    [
        ("${ok}", "ok", ""),
        ("${amount &gt;= 1000}", "amount >= 1000", ""),
        ("#{a.b != 3}", "a.b != 3", ""),
        ("${a == 3}", "${a == 3}", "juel"),
        ("${x.get()}", "${x.get()}", "juel"),
        ("amount &gt; 3", "amount > 3", "juel"),
    ],
)
def test_condition_of_camunda_is_feel_where_both_agree(written, condition, language):
    flow = file(
        '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        f'<conditionExpression language="juel">{written}</conditionExpression></sequenceFlow>'
    ).flows["f"]
    assert (flow.condition, flow.language) == (condition, language)


def test_lane_of_a_sub_process_belongs_to_the_process():
    definitions = file(
        '<subProcess id="s"><laneSet id="ls"><lane id="l" name="Lager"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
        '<task id="t"/><subProcess id="deep"><task id="u"/></subProcess></subProcess>',
        '<collaboration id="c"><participant id="pool" name="Firma" processRef="p"/></collaboration>',
    )
    assert definitions.lanes["l"].process == "p"
    pool = definitions.participant("l")
    assert pool is not None
    assert pool.id == "pool"
    assert definitions.performer(definitions.nodes["t"]) == "Lager"
    assert definitions.performer(definitions.nodes["u"]) == "Firma"


def test_lanes_and_pools_name_performers_and_partners():
    definitions = read(
        (
            f'{HEAD}<message id="m" name="Order"/><collaboration id="c">'
            '<participant id="us" name="Firm" processRef="p"/><participant id="them" name="Supplier"/>'
            '<participant id="many" name="Customers" processRef="q"><participantMultiplicity maximum="9"/>'
            "</participant>"
            '<messageFlow id="f1" sourceRef="send" targetRef="them" messageRef="m"/>'
            '<messageFlow id="f2" sourceRef="hear" targetRef="send"/></collaboration>'
            '<process id="p"><laneSet id="ls"><lane id="l1" name="Buying">'
            + extended("<wf:performer>Team Einkauf</wf:performer>")
            + '<flowNodeRef>send</flowNodeRef></lane></laneSet><sendTask id="send"/><task id="free"/></process>'
            '<process id="q"><task id="hear"/></process></definitions>'
        ).encode()
    )
    send, free = definitions.nodes["send"], definitions.nodes["free"]
    assert definitions.performer(send) == "Team Einkauf"
    assert definitions.performer(free) == "Firm"
    assert [pool.id for pool in definitions.receivers(send)] == ["them"]
    assert [pool.id for pool in definitions.senders(send)] == ["many"]
    assert [pool.id for pool in definitions.partners("p")] == ["them", "many"]
    assert definitions.message_flows[0].message == "Order"
    assert {pool.id: pool.multiple for pool in definitions.participants} == {"us": False, "them": False, "many": True}
    for element, pool_id in (("l1", "us"), ("hear", "many"), ("them", "them")):
        found = definitions.participant(element)
        assert found is not None
        assert found.id == pool_id
    assert definitions.participant("nobody") is None
