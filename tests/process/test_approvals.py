"""Approval by several: how it is declared, when it is decided, and what the clarity check asks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import flow, model, source
from werkfluss.kernel.errors import Broken
from werkfluss.process.answers import Answer, answer
from werkfluss.process.approvals import (
    Approvals,
    approved_steps,
    branch_named,
    branches,
    decided,
    is_tied,
    read_approvals,
    steps_before,
)
from werkfluss.process.bpmn import read
from werkfluss.process.clarity_process import check_process
from werkfluss.process.extension import with_facts
from werkfluss.process.questions import questions


def body(work: str, *, timer: str = "") -> str:
    inner = f"<extensionElements><wf:work {work}/></extensionElements>"
    return (
        '<startEvent id="s" name="Los"/><userTask id="a" name="Antrag stellen"/>'
        f'<userTask id="t" name="Antrag prüfen">{inner}</userTask>{timer}'
        '<exclusiveGateway id="g" name="Genehmigt?"/><endEvent id="e1" name="Ja"/><endEvent id="e2" name="Nein"/>'
        + flow("f0", "s", "a")
        + flow("f1", "a", "t")
        + flow("f2", "t", "g")
        + flow("yes", "g", "e1", "ja")
        + flow("no", "g", "e2", "nein")
    )


def codes(text: str) -> set[str]:
    return {one.code for one in check_process(model(text), "p").findings if one.element == "t"}


def test_approvals_name_votes_and_roles() -> None:
    assert read_approvals("2/Geschäftsführung, Personal,Leitung") == Approvals(
        2, ("Geschäftsführung", "Personal", "Leitung")
    )
    assert read_approvals(" ") is None


@pytest.mark.parametrize("text", ["2", "2/a", "0/a", "x/a,b", "2/a,a", "-1/a"])
def test_approvals_that_cannot_be_reached_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_approvals(text)
    with pytest.raises(Broken):
        model(body(f'approvals="{text}"'))


def test_facts_of_an_approval_survive_writing() -> None:
    said = 'approvals="2/a,b,c" refusal="nein" timeout="no" approves="a" escalation="Leitung" due="P2D"'
    before = source(body(said))
    node = read(before).nodes["t"]
    assert read(with_facts(before, {"t": node.facts})).nodes["t"].facts == node.facts
    assert (node.facts.refusal, node.facts.approves, node.facts.escalation) == ("nein", "a", "Leitung")


def test_branches_are_those_behind_the_step() -> None:
    found = model(body(""))
    offered = [(one.id, one.name) for one in branches(found, found.nodes["t"])]
    assert offered == [("yes", "ja"), ("no", "nein")]
    assert branches(found, found.nodes["a"]) == ()
    assert (branch_named(offered, "no"), branch_named(offered, " NEIN "), branch_named(offered, "vielleicht")) == (
        "no",
        "no",
        "",
    )
    assert branch_named(offered, "") == ""


def test_doers_of_the_step_before_are_barred_unless_another_is_named() -> None:
    found = model(body('approvals="1/a,b"'))
    assert approved_steps(found, found.nodes["t"]) == ("a",)
    assert steps_before(found, found.nodes["e1"]) == ("t",)
    plain = model(body(""))
    assert approved_steps(plain, plain.nodes["t"]) == ()
    named = model(body('approves="a missing"'))
    assert approved_steps(named, named.nodes["t"]) == ("a",)


def test_one_refusal_ends_it_only_where_it_is_declared() -> None:
    assert decided(["yes", "no"], needed=2, refusal="no") == "no"
    assert decided(["yes", "no"], needed=2) == ""
    assert decided(["yes", "no", "yes"], needed=2) == "yes"
    assert decided([], needed=1) == ""


@settings(max_examples=examples(60))
@given(st.lists(st.sampled_from(["yes", "no", "later"]), max_size=5), st.integers(1, 5))
def test_tie_means_that_no_further_votes_can_decide(votes: list[str], needed: int) -> None:
    left = 5 - len(votes)
    can = any(decided([*votes, *[branch] * left], needed=needed) for branch in ("yes", "no", "later"))
    assert is_tied(votes, needed=needed, left=left) is not can


def test_due_time_without_a_way_out_is_asked_about() -> None:
    late = 'approvals="2/a,b,c" due="P2D"'
    assert "approval_no_timeout" in codes(body(late))
    assert "approval_no_timeout" not in codes(body(f'{late} timeout="nein"'))
    assert "approval_no_timeout" not in codes(body('approvals="2/a,b,c"'))
    assert "approval_no_timeout" not in codes(body('due="P2D"'))
    timer = (
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="{}"><timerEventDefinition id="td">'
        "<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    assert "approval_no_timeout" not in codes(body(late, timer=timer.format("true")))
    assert "approval_no_timeout" in codes(body(late, timer=timer.format("false")))


def test_answer_to_the_question_is_stored_in_the_file() -> None:
    before = source(body('approvals="2/a,b,c" due="P2D"'))
    asked = next(one for one in questions(read(before), "p") if one.field == "timeout")
    assert asked.elements == ("t",)
    after = answer(before, [asked.answered("nein")])
    assert read(after).nodes["t"].facts.timeout == "nein"
    assert "timeout" not in {one.field for one in questions(read(after), "p")}
    assert answer(before, [Answer("timeout", ("t",), "")]) == before


@pytest.mark.parametrize("work", ['approvals="1/a" timeout="vielleicht"', 'approvals="1/a" refusal="vielleicht"'])
def test_branch_that_the_drawing_lacks_is_found(work: str) -> None:
    assert "approval_no_branch" in codes(body(work))
