"""Clarity of a drawing: decisions, events, partners, agents, times, and the score."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import APPROVAL, duration, flow, model, source
from werkfluss.process import library
from werkfluss.process.bpmn import read
from werkfluss.process.clarity import codes, explain
from werkfluss.process.clarity.conditions import dead_branches
from werkfluss.process.clarity_process import check_process


def found(body: str) -> set[tuple[str, str]]:
    return {(f.code, f.element) for f in check_process(model(body), "p").findings}


def advice(body: str, code: str) -> str:
    return next(f.advice.de for f in check_process(model(body), "p").findings if f.code == code)


def step(tag: str, name: str, facts: str = "") -> str:
    """A process of one step."""
    inner = f"<extensionElements>{facts}</extensionElements>" if facts else ""
    body = f'<startEvent id="s" name="Los"/><{tag} id="t" name="{name}">{inner}</{tag}><endEvent id="e" name="Fertig"/>'
    return body + flow("f1", "s", "t") + flow("f2", "t", "e")


def decision(*branches: tuple[str, str], gateway: str = 'name="Wie viel?"') -> str:
    """Branches b1, b2 … of (label, condition)."""
    body = f'<startEvent id="s" name="Los"/><exclusiveGateway id="g" {gateway}/>' + flow("f0", "s", "g")
    for number, (label, condition) in enumerate(branches, start=1):
        body += f'<endEvent id="e{number}" name="Ende"/>' + flow(f"b{number}", "g", f"e{number}", label, condition)
    return body


@pytest.mark.parametrize(
    "name", ["KI prüft Beleg", "GPT-Antwort schreiben", "Agent beauftragen", "Bot antwortet", "AI draft"]
)
def test_agent_that_is_only_drawn_is_found(name):
    assert ("drawn_agent", "t") in found(step("serviceTask", name))
    assert ("drawn_agent", "t") in found(step("userTask", name))
    assert ("ai_unsaid", "t") not in found(step("userTask", name))


@pytest.mark.parametrize(
    "name", ["Angebot prüfen", "Verbot aussprechen", "Agentur beauftragen", "Kiste packen", "Email senden"]
)
def test_other_names_are_no_agent(name):
    assert ("drawn_agent", "t") not in found(step("userTask", name))


def test_agent_with_its_facts_is_no_drawn_one():
    said = '<wf:work ai="forbidden"/>'
    assert ("drawn_agent", "t") not in found(step("userTask", "KI-Richtlinie prüfen", said))
    inner = f'<task id="i" name="Beleg lesen"><extensionElements>{said}</extensionElements></task>'
    box = f'<adHocSubProcess id="t" name="KI-Agent Belege sortieren">{inner}</adHocSubProcess>'
    body = f'<startEvent id="s"/>{box}<endEvent id="e"/>' + flow("f1", "s", "t") + flow("f2", "t", "e")
    assert ("drawn_agent", "t") not in found(body)
    assert ("drawn_agent", "t") in found(body.replace(said, ""))


def test_automatic_step_of_an_agent_is_judged_as_an_agent():
    asked = found(step("serviceTask", "Beleg einordnen", '<wf:work ai="required" tool="Ordnet ein"/>'))
    assert {c for c, e in asked if e == "t"} == {
        "no_outcome",
        "no_criteria",
        "no_data_class",
        "no_ai_purpose",
        "agent_without_acceptance",
    }
    waived = '<wf:work ai="required" tool="Ordnet ein" acceptance="waived" acceptanceReason="nur Vorschlag"/>'
    assert ("agent_without_acceptance", "t") not in found(step("serviceTask", "Beleg einordnen", waived))
    plain = found(step("serviceTask", "Beleg einordnen", '<wf:work tool="Ordnet ein"/>'))
    assert {c for c, e in plain if e == "t"} == {"no_outcome", "no_data_class"}


def test_tools_and_acceptance_of_an_agent_in_a_box_are_asked_for():
    tool = '<userTask id="i" name="Kunden anrufen"/>'
    box = f'<adHocSubProcess id="t" name="Anfrage beantworten"><extensionElements><wf:work ai="allowed"/></extensionElements>{tool}'
    body = (
        f'<startEvent id="s"/>{box}</adHocSubProcess><endEvent id="e"/>' + flow("f1", "s", "t") + flow("f2", "t", "e")
    )
    assert {c for c, e in found(body) if e == "t"} == {"no_ai_purpose", "agent_without_acceptance"}
    assert ("agent_tool_undescribed", "i") in found(body)
    told = body.replace('anrufen"/>', 'anrufen"><documentation>Fragt nach</documentation></userTask>')
    assert ("agent_tool_undescribed", "i") not in found(told)
    assert ("agent_tool_undescribed", "i") not in found(body.replace('ai="allowed"', 'ai="forbidden"'))


def test_decision_must_be_a_question():
    branches = (("ja", ""), ("nein", ""))
    assert ("gateway_no_question", "g") in found(decision(*branches, gateway=""))
    assert ("gateway_no_question", "g") in found(decision(*branches, gateway='name="Höhe"'))
    for name in ("Genehmigt?", "Welche Höhe", "Is it approved"):
        assert ("gateway_no_question", "g") not in found(decision(*branches, gateway=f'name="{name}"'))
    after = APPROVAL.replace('name="Antrag stellen"', 'name="Antrag prüfen"').replace('name="Genehmigt?"', "")
    assert "„Antrag in Ordnung?“" in advice(after, "gateway_no_question")


def test_deadlock_names_the_decision_whose_branches_are_awaited():
    body = decision(("ja", ""), ("nein", ""), gateway='name="Genehmigt?"').replace("e1", "t1").replace("e2", "t2")
    for name in ("t1", "t2"):
        body = body.replace(f'<endEvent id="{name}" name="Ende"/>', f'<userTask id="{name}" name="Antrag ablegen"/>')
        body += flow(f"f{name}", name, "j")
    body += '<parallelGateway id="j"/><endEvent id="e" name="Aus"/>' + flow("fe", "j", "e")
    assert ("deadlock", "j") in found(body)
    assert "Nach „Genehmigt?“ wird nur ein Zweig genommen" in advice(body, "deadlock")


def test_unlabelled_branch_is_advised_by_the_other_one():
    assert "„nein“, neben „ja“" in advice(decision(("ja", ""), ("", "")), "branch_unlabelled")


@pytest.mark.parametrize(
    ("conditions", "dead"),
    [
        (["x > 5 and x < 3"], [0]),
        (["x > 5 and x <= 5"], [0]),
        (["x >= 5 and x <= 5"], []),
        (["x = 5 and x > 5"], [0]),
        (["x between 9 and 3"], [0]),
        (["false"], [0]),
        (['art = "A" and art = "B"'], [0]),
        (["x < 1 and x > 2 or y > 3"], []),
        (["x < 1 and x > 2 or y > 3 and y < 3"], [0]),
        (["5 < x and 3 > x"], [0]),
        (["auftrag.wert > 10 and auftrag.wert < -1"], [0]),
        (["x > 5", "x > 10"], [1]),
        (["x > 10", "x > 5"], []),
        (["x > 5", "x > 10 and y = 1"], [1]),
        (["x > 5 and unklar(x)", "x > 10"], []),
        (['art = "A"', 'art = "A"'], [1]),
        (["x < 5", "x >= 5"], []),
        (["x != 5", "x = 5"], []),
        (["not(x > 5) and x > 7"], []),
        (["1 +"], []),
    ],
)
def test_condition_that_can_never_hold_is_found(conditions, dead):
    assert list(dead_branches([f"={one}" for one in conditions])) == dead


@given(st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 6)), min_size=1, max_size=4))
@settings(max_examples=examples(60))
def test_dead_condition_holds_for_no_number(parts):
    from werkfluss.process.feel import evaluate

    text = " and ".join(f"x {operator} {number}" for operator, number in parts)
    holds = any(evaluate(text, {"x": half / 2}).value is True for half in range(-2, 16))
    assert bool(list(dead_branches([text]))) == (not holds)


def test_dead_branch_is_named_by_its_label():
    body = decision(("hoch", "=betrag > 1000"), ("sehr hoch", "=betrag > 5000"), ("sonst", "=betrag <= 1000"))
    assert {e for c, e in found(body) if c == "dead_branch"} == {"b2"}
    assert "„sehr hoch“" in advice(body, "dead_branch")


@pytest.mark.parametrize(
    ("condition", "broken"), [("=betrag >", True), ("=betrag > 1", False), ("${betrag}", False), ("wenn groß", False)]
)
def test_feel_that_cannot_be_read_is_found(condition, broken):
    body = decision(("hoch", condition), ("sonst", "=betrag <= 1"))
    assert (("feel_invalid", "b1") in found(body)) is broken


@pytest.mark.parametrize(
    "inner",
    [
        "<multiInstanceLoopCharacteristics><loopCardinality>= 1 +</loopCardinality></multiInstanceLoopCharacteristics>",
        "<standardLoopCharacteristics><loopCondition>= x &gt;</loopCondition></standardLoopCharacteristics>",
    ],
)
def test_expression_of_a_loop_that_cannot_be_read_is_found(inner):
    body = step("userTask", "Beleg prüfen").replace("</userTask>", f"{inner}</userTask>")
    assert ("feel_invalid", "t") in found(body)
    assert ("feel_invalid", "t") not in found(body.replace("= 1 +", "= 1 + 1").replace("= x &gt;", "= x &gt; 1"))


def timer(text: str) -> str:
    event = f'<intermediateCatchEvent id="w" name="Warten">{duration(text)}</intermediateCatchEvent>'
    body = f'<startEvent id="s" name="Los"/>{event}<endEvent id="e" name="Fertig"/>'
    return body + flow("f1", "s", "w") + flow("f2", "w", "e")


def test_time_is_read_as_the_engine_reads_it():
    assert ("timer_invalid", "w") in found(timer("zwei Wochen"))
    assert "„zwei Wochen“" in advice(timer("zwei Wochen"), "timer_invalid")
    assert ("feel_invalid", "w") in found(timer("= frist +"))
    assert ("timer_without_time", "w") in found(timer(""))
    for text in ("P14D", "= frist"):
        assert found(timer(text)) == set()
    late = check_process(model(step("userTask", "Beleg prüfen", '<wf:work due="bald"/>')), "p").findings
    assert ("timer_invalid", "deadline") in {(one.code, one.field) for one in late}


def test_event_without_a_name_is_advised_by_the_step_before():
    body = step("userTask", "Rechnung prüfen").replace(' name="Fertig"', "")
    assert ("event_unnamed", "e") in found(body)
    assert "„Rechnung geprüft“" in advice(body, "event_unnamed")
    inside = (
        f'<subProcess id="b" name="Ware prüfen">{step("userTask", "Ware zählen").replace(" name=", " x=")}</subProcess>'
    )
    assert not any(code == "event_unnamed" and element in "se" for code, element in found(inside))


def bound(events: str, inner: str = "", tag: str = "userTask") -> str:
    body = f'<startEvent id="s" name="Los"/><{tag} id="t" name="Ware prüfen">{inner}</{tag}><endEvent id="e" name="Fertig"/>'
    body += events + flow("f1", "s", "t") + flow("f2", "t", "e")
    for name in ("b1", "b2"):
        if f'id="{name}"' in events:
            body += f'<endEvent id="e{name}" name="Vorbei"/>' + flow(f"f{name}", name, f"e{name}")
    return body


def boundary(name: str, inner: str, *, interrupting: bool = True) -> str:
    cancel = str(interrupting).lower()
    return (
        f'<boundaryEvent id="{name}" name="{name}" attachedToRef="t" cancelActivity="{cancel}">{inner}</boundaryEvent>'
    )


def never(body: str) -> set[str]:
    return {element for code, element in found(body) if code == "boundary_never"}


def test_boundary_event_that_cannot_occur_is_found():
    long, short = boundary("b1", duration("P10D")), boundary("b2", duration("P5D"))
    assert never(bound(long + short)) == {"b1"}
    assert never(bound(long + boundary("b2", duration("P5D"), interrupting=False))) == set()
    fault = boundary("b1", "<errorEventDefinition/>")
    person = '<userTask id="i" name="Ware zählen"/>'
    assert never(bound(fault, person, "subProcess")) == {"b1"}
    assert never(bound(fault, '<serviceTask id="i" name="Ware buchen"/>', "subProcess")) == set()
    assert never(bound(fault, "", "subProcess")) == set()  # drawn closed
    thrown = f'{person}<endEvent id="x"><errorEventDefinition/></endEvent>' + flow("fi", "i", "x")
    assert never(bound(fault, thrown, "subProcess")) == set()
    assert never(bound(boundary("b1", "<cancelEventDefinition/>"))) == {"b1"}


def test_partner_without_a_name_is_found_once():
    pools = '<collaboration id="c"><participant id="own" processRef="p"/><participant id="them"{}/>'
    pools += '<messageFlow id="m1" name="Antrag" sourceRef="ask" targetRef="them"/>'
    pools += '<messageFlow id="m2" sourceRef="them" targetRef="do"/></collaboration>'
    body = source(APPROVAL)
    for name, expected in (("", ["them"]), (' name="Kunde"', [])):
        data = body.replace(b"<process ", pools.format(name).encode() + b"<process ", 1)
        partners = [f for f in check_process(read(data), "p").findings if f.code == "partner_unnamed"]
        assert [f.element for f in partners] == expected
        assert all("„Antrag“" in f.message.de for f in partners)


def test_complex_gateway_is_said_to_be_unjudged():
    body = '<startEvent id="s" name="Los"/><complexGateway id="c"/><endEvent id="e" name="Aus"/>'
    result = check_process(model(body + flow("f1", "s", "c") + flow("f2", "c", "e")), "p")
    assert "complex_gateway" in {f.code for f in result.findings}
    assert result.unjudged == ("p",)


def test_instantiating_receive_task_is_a_start():
    body = '<receiveTask id="t" name="Antrag empfangen" instantiate="true"/><endEvent id="e" name="Da"/>' + flow(
        "f", "t", "e"
    )
    assert ("no_start", "p") not in found(body)
    assert ("no_start", "p") in found(body.replace(' instantiate="true"', ""))


def test_compensation_hangs_on_no_flow():
    undo = '<boundaryEvent id="b" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>'
    undo += '<userTask id="u" name="Buchung stornieren" isForCompensation="true"/>'
    loose = {c for c, e in found(step("userTask", "Reise buchen") + undo) if e in ("b", "u")}
    assert not loose & {"dead_end", "unreachable"}


@pytest.mark.parametrize("code", codes())
def test_every_code_is_explained_in_both_languages(code):
    rule = explain(code)
    for text in (rule.message, rule.action, rule.question, rule.example, rule.why):
        assert text.de != text.en
    assert rule.question.de.endswith("?")
    assert rule.question.en.endswith("?")
    assert rule.weight > 0
    assert rule.severity in ("gap", "hint")


def test_unknown_code_has_no_explanation():
    with pytest.raises(KeyError):
        explain("nonsense")


def test_score_is_100_without_findings_and_falls_with_each():
    data = library.source("freelancer_order")
    assert check_process(read(data), "freelancer_order").score == 100
    unnamed = data.replace(b"Bedarf beschlossen", b"").replace(b'<wf:label en="Need decided"/>', b"")
    worse = check_process(read(unnamed), "freelancer_order")
    assert {f.code for f in worse.findings} == {"event_unnamed"}
    assert worse.score == 99


def test_edits_name_field_message_and_gain():
    edits = check_process(model(APPROVAL), "p").edits
    assert [edit.field for edit in edits] == ["criteria", "outcome", "effort_hours"]
    assert edits[0].message.de.endswith("Nennen Sie mindestens ein nachprüfbares Merkmal.")
    # Two steps of two, 20 points each, of which the activities make up 70 per cent.
    assert [edit.gain for edit in edits] == [14.0, 14.0, 10.5]


def test_drawing_can_always_gain():
    """However bad it is: each fault less is worth something."""
    lost = "".join(f'<userTask id="x{i}" name="Beleg prüfen"/>' + flow(f"g{i}", f"x{i}", "do") for i in range(30))
    edits = {e.code: e.gain for e in check_process(model(APPROVAL + lost), "p").edits}
    assert len(edits) == 3
    assert min(edits.values()) > 0
