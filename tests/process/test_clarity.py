"""Clarity: of single tasks, of labels, of whole drawings."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process.samples import APPROVAL, duration, flow, model
from werkfluss.process.bpmn import read
from werkfluss.process.clarity import TaskFacts, check_task, is_delegable, score
from werkfluss.process.clarity_process import check_file, check_process
from werkfluss.process.labels import is_verb_object
from werkfluss.process.model import AiUse

CLEAR = TaskFacts(
    title="Stückliste prüfen",
    skills=("konstruktion",),
    outcome="Geprüfte Stückliste als Excel-Datei",
    criteria=("Alle 60 Positionen haben Preis und Lieferzeit.",),
    effort_hours=(4.0, 6.0),
    data_class="internal",
    deadline="2026-03-31",
    ai=AiUse.FORBIDDEN,
)


def codes(facts):
    return {finding.code for finding in check_task(facts)}


def test_clear_task_has_no_finding():
    assert check_task(CLEAR) == ()
    assert score(check_task(CLEAR)) == 100
    assert is_delegable(check_task(CLEAR))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"title": "Stücklistenprüfung"}, "title_not_verb_object"),
        ({"skills": ()}, "no_skill"),
        ({"outcome": ""}, "no_outcome"),
        ({"criteria": ("",)}, "no_criteria"),
        ({"criteria": ("Wird zeitnah erledigt",)}, "criteria_vague"),
        ({"effort_hours": None}, "no_effort"),
        ({"effort_hours": (1.0, 40.0)}, "effort_wide"),
        ({"data_class": ""}, "no_data_class"),
        ({"deadline": ""}, "no_date"),
        ({"ai": AiUse.UNSAID}, "ai_unsaid"),
        ({"ai": AiUse.ALLOWED, "acceptance": "requester"}, "no_ai_purpose"),
        ({"ai": AiUse.ALLOWED, "ai_purpose": "Vorsortieren"}, "agent_without_acceptance"),
        ({"ai": AiUse.REQUIRED, "ai_purpose": "Vorsortieren", "acceptance": "waived"}, "agent_without_acceptance"),
    ],
)
def test_missing_fact_is_found_by_its_code(change, code):
    findings = check_task(replace(CLEAR, **change))
    assert {finding.code for finding in findings} == {code}
    assert findings[0].field in {field.name for field in fields(TaskFacts)}
    assert findings[0].question.de.endswith("?")
    assert score(findings) < 100


def test_predecessor_stands_for_a_deadline():
    assert codes(replace(CLEAR, deadline="", predecessors=("t1",))) == set()


def test_waiver_with_a_reason_replaces_the_acceptance():
    waived = replace(
        CLEAR, ai=AiUse.ALLOWED, ai_purpose="Ablage", acceptance="waived", acceptance_reason="ohne Wirkung"
    )
    assert codes(waived) == set()


def test_hint_does_not_stop_a_task():
    findings = check_task(replace(CLEAR, title="Stücklistenprüfung"))
    assert is_delegable(findings)
    assert not is_delegable(check_task(replace(CLEAR, outcome="")))


@given(st.sets(st.sampled_from(["skills", "outcome", "criteria", "effort_hours", "data_class", "deadline", "ai"])))
def test_every_missing_fact_costs(missing):
    empty = TaskFacts(title=CLEAR.title)
    facts = replace(CLEAR, **{name: getattr(empty, name) for name in missing})
    total = score(check_task(facts))
    assert (total == 100) == (not missing)
    for name in missing:
        assert score(check_task(replace(facts, **{name: getattr(CLEAR, name)}))) > total


@pytest.mark.parametrize(
    ("label", "good"),
    [
        ("Angebot prüfen", True),
        ("Check the offer", True),
        ("Unterlagen an die Behörde senden", True),
        ("Prepare Bank Transfer", True),
        ("Zahlung veranlassen (SEPA)", True),
        ("Rechnungsprüfung", False),
        ("Prüfung der Rechnung", False),
        ("Task 1", False),
        ("Invoice approval", False),
        ("Termin mit allen", False),
        ("prüfen", False),
        ("", False),
    ],
)
def test_label_says_verb_and_object(label, good):
    assert is_verb_object(label) is good


def structural(body):
    return {(f.code, f.element) for f in check_process(model(body), "p").findings if f.element != "" and f.weight}


def test_missing_start_and_end_are_found():
    assert {("no_start", "p"), ("no_end", "p")} <= structural('<task id="t"/>')


def test_unreachable_step_and_dead_end_are_found():
    body = APPROVAL + '<userTask id="lost"/>' + flow("f9", "lost", "do")
    assert ("unreachable", "lost") in structural(body)
    assert ("dead_end", "do") in structural(APPROVAL.replace(flow("f5", "do", "yes"), ""))


def test_loop_without_exit_is_found():
    body = '<startEvent id="s"/><task id="a"/><task id="b"/><endEvent id="e"/>'
    body += flow("f1", "s", "a") + flow("f2", "a", "b") + flow("f3", "b", "a")
    assert {("no_way_out", "a"), ("no_way_out", "b"), ("unreachable", "e")} <= structural(body)


SPLIT = (
    '<startEvent id="s"/><{0} id="g"/><userTask id="x"/><userTask id="y"/><{1} id="m"/><userTask id="z"/><endEvent id="e"/>'
    + flow("f1", "s", "g")
    + flow("f2", "g", "x", "a")
    + flow("f3", "g", "y", "b")
    + flow("f4", "x", "m")
    + flow("f5", "y", "m")
    + flow("f6", "m", "z")
    + flow("f7", "z", "e")
)


def test_decision_joined_in_parallel_deadlocks():
    assert ("deadlock", "m") in structural(SPLIT.format("exclusiveGateway", "parallelGateway"))


def test_parallel_branches_merged_without_waiting_run_twice():
    found = structural(SPLIT.format("parallelGateway", "exclusiveGateway"))
    assert ("runs_twice", "z") in found
    assert not any(code == "deadlock" for code, _ in found)


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway"])
def test_matching_gateways_are_sound(kind):
    assert not {code for code, _ in structural(SPLIT.format(kind, kind))} & {"deadlock", "runs_twice", "gateway_mix"}


def side_path(target):
    return (
        '<startEvent id="s"/><userTask id="t"/><userTask id="u"/><endEvent id="e"/><endEvent id="e2"/>'
        f'<boundaryEvent id="b" attachedToRef="t" cancelActivity="false">{duration("P1D")}</boundaryEvent>'
        + flow("f1", "s", "t")
        + flow("f2", "t", "u")
        + flow("f3", "u", "e")
        + flow("f4", "b", target)
    )


def test_side_path_back_to_the_main_path_runs_twice():
    assert ("runs_twice", "u") in structural(side_path("u").replace('<endEvent id="e2"/>', ""))
    assert not any(code == "runs_twice" for code, _ in structural(side_path("e2")))


def test_mixed_gateway_unlabelled_branch_and_empty_timer_are_found():
    body = APPROVAL.replace('name="nein"', 'name=""') + flow("f9", "do", "g")
    found = structural(body)
    assert {("gateway_mix", "g"), ("branch_unlabelled", "f4")} <= found
    empty = structural(side_path("e2").replace("<timeDuration>P1D</timeDuration>", ""))
    assert ("timer_without_time", "b") in empty


def test_service_without_a_description_is_found():
    body = '<startEvent id="s"/><serviceTask id="t" name="Beleg ablegen"/><endEvent id="e"/>'
    body += flow("f1", "s", "t") + flow("f2", "t", "e")
    assert ("agent_tool_undescribed", "t") in structural(body)
    described = body.replace('ablegen"/>', 'ablegen"><documentation>Legt ab</documentation></serviceTask>')
    assert ("agent_tool_undescribed", "t") not in structural(described)


def test_edits_are_the_three_that_help_most():
    result = check_process(model(APPROVAL), "p")
    assert 0 < result.score < 100
    gains = [edit.gain for edit in result.edits]
    assert len(gains) == 3
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0
    assert result.edits[0].elements == ("ask", "do")


@pytest.mark.corpus
def test_reference_models_are_sound_and_unclear(corpus):
    for path in sorted((corpus / "bpmn-miwg").glob("ref_*.bpmn")):
        results, total = check_file(read(path.read_bytes(), path.name))
        assert 0 <= total < 100
        found = {finding.code for result in results for finding in result.findings}
        assert "no_outcome" in found
        assert not found & {"no_way_out", "livelock", "loose_flow", "boundary_never", "feel_invalid", "drawn_agent"}
        # B.2.0 shows every element and makes no sense: an inclusive split meets a parallel join there.
        assert ("deadlock" in found) == (path.name == "ref_B.2.0.bpmn"), path.name


@pytest.mark.corpus
def test_loose_arrows_of_an_export_are_reported(corpus):
    results, _ = check_file(read((corpus / "bpmn-miwg" / "signavio_B.1.0-export.bpmn").read_bytes()))
    assert "loose_flow" in {finding.code for result in results for finding in result.findings}
