"""Taking back a step, and taking a running case to another version."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain, duration, flow, model, restarted
from werkfluss.kernel.errors import Refused
from werkfluss.process.engine import may_undo, migrate, preview, step
from werkfluss.process.state import (
    Completed,
    Reopen,
    StartTimer,
    State,
    Status,
    TimerFired,
    Undone,
    Withdraw,
)

ROW = (
    '<startEvent id="s"/><userTask id="a" name="Prüfen"/><userTask id="b" name="Buchen"/><userTask id="c"/><endEvent id="e"/>'
    f'<boundaryEvent id="late" attachedToRef="a">{duration("P2D")}</boundaryEvent>'
    + chain("s", "a", "b", "c", "e")
    + chain("late", "c")
)


def undo(case, wait, before, since):
    return case.happen(Undone(wait, AT, before, since))


def test_completed_step_is_taken_back():
    case = Case(ROW)
    before, wait = case.state, case.wait("a").id
    timer = case.wait("late")
    case.complete("a", urteil="gut")
    after = case.state
    since = case.commands
    new = case.wait("b").id
    assert may_undo(case.model, before, after, since, wait) is None
    undo(case, wait, before, since)
    assert (case.waiting, case.state.variables) == (["a", "late"], {})
    assert [(c.wait, c.element) for c in case.given(Withdraw)] == [(new, "b")]
    assert [c.wait for c in case.given(Reopen)] == [wait]
    assert [(c.wait, c.due.isoformat()) for c in case.given(StartTimer)] == [(timer.id, timer.due)]
    # Ids are never used twice: the outside keeps them as keys.
    assert case.state.counter == after.counter
    assert case.complete("a").wait("b").id not in {new, wait}
    assert case.complete("b").complete("c").done


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ('<serviceTask id="b" name="Zahlen"/>', "„Zahlen“ ist schon ausgeführt worden."),
        ('<sendTask id="b" name="Absenden"/>', "„Absenden“ ist schon ausgeführt worden."),
        (
            '<intermediateThrowEvent id="b" name="Zusage"><messageEventDefinition/></intermediateThrowEvent>',
            "„Zusage“ ist schon abgeschickt worden.",
        ),
        (
            '<intermediateThrowEvent id="b" name="Start"><signalEventDefinition/></intermediateThrowEvent>',
            "„Start“ ist schon abgeschickt worden.",
        ),
        ('<callActivity id="b" name="Prüfung" calledElement="far"/>', "Der Prozess „Prüfung“ ist schon gestartet."),
        ('<endEvent id="b"/>', "Der Vorgang ist inzwischen beendet."),
    ],
)
def test_step_is_not_taken_back_once_it_has_an_effect_outside(element, said):
    tail = "" if "endEvent" in element else '<userTask id="c"/>' + chain("b", "c")
    case = Case(f'<startEvent id="s"/><userTask id="a"/>{element}{tail}' + chain("s", "a", "b"))
    before, wait = case.state, case.wait("a").id
    case.complete("a")
    with pytest.raises(Refused) as refused:
        undo(case, wait, before, case.commands)
    assert refused.value.reason.de == said


def test_step_is_not_taken_back_once_others_have_worked_on():
    case = Case(ROW)
    before, wait = case.state, case.wait("a").id
    since = list(case.complete("a").commands)
    since += case.complete("b").commands
    with pytest.raises(Refused, match="gone on since"):
        undo(case, wait, before, since)


def test_parallel_work_done_meanwhile_is_named():
    body = '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b" name="Buchen"/><userTask id="c"/>'
    case = Case(body + chain("s", "g", "a", "c") + chain("g", "b", "c"))
    before, wait = case.state, case.wait("a").id
    since = list(case.complete("a").commands)
    since += case.complete("b").commands
    reason = may_undo(case.model, before, case.state, since, wait)
    assert reason is not None
    assert reason.de == "Danach ist schon weitergearbeitet worden („Buchen“)."


def test_open_or_unknown_step_cannot_be_taken_back():
    case = Case(ROW)
    for wait in (case.wait("a").id, "w99"):
        with pytest.raises(Refused):
            undo(case, wait, case.state, [])


# Migration.

NEW = (
    '<startEvent id="s"/><userTask id="a" name="Genau prüfen"/><userTask id="mid"/><userTask id="b2"/><userTask id="c"/>'
    f'<endEvent id="e"/><boundaryEvent id="late" attachedToRef="a">{duration("P9D")}</boundaryEvent>'
    f'<boundaryEvent id="later" attachedToRef="a" cancelActivity="false">{duration("P3D")}</boundaryEvent>'
    '<endEvent id="x"/>' + chain("s", "a", "mid", "b2", "c", "e") + chain("late", "c") + chain("later", "x")
)


def test_case_moves_to_the_new_version_with_its_waits():
    case = Case(ROW)
    old = {wait.id: wait for wait in case.state.waits}
    found = migrate(case.state, case.model, model(NEW), at=AT)
    assert found.problems == ()
    kept = {wait.id: wait for wait in found.state.waits if wait.id in old}
    assert kept == old  # same ids, and the timer is due when it was
    assert [(c.element, c.due.isoformat()) for c in found.commands] == [("later", "2026-03-05T08:00:00+00:00")]
    state = restarted(found.state)
    state, _ = step(model(NEW), state, Completed(case.wait("a").id, AT))
    assert [wait.node for wait in state.waits] == ["mid"]


def test_step_that_is_gone_keeps_the_case_on_its_version_unless_mapped():
    case = Case(ROW).complete("a")
    found = migrate(case.state, case.model, model(NEW), at=AT)
    assert [problem.de for problem in found.problems] == [
        "Der Vorgang steht bei „Buchen“; diesen Schritt gibt es in der neuen Fassung nicht."
    ]
    assert found.state == case.state
    moved = migrate(case.state, case.model, model(NEW), {"b": "b2"}, at=AT)
    assert [wait.node for wait in moved.state.waits] == ["b2"]
    assert {token.node for token in moved.state.tokens} == {"b2"}


def test_step_that_became_something_else_or_moved_elsewhere_is_a_problem():
    case = Case(ROW).complete("a")
    for body in (
        '<startEvent id="s"/><serviceTask id="b"/>' + chain("s", "b"),
        '<startEvent id="s"/><subProcess id="q"><userTask id="b"/></subProcess>' + chain("s", "q"),
    ):
        assert len(migrate(case.state, case.model, model(body), at=AT).problems) == 1


def test_event_that_is_no_longer_drawn_is_withdrawn():
    plain = '<startEvent id="s"/><userTask id="a" name="Prüfen"/>' + chain("s", "a")
    case = Case(ROW)
    found = migrate(case.state, case.model, model(plain), at=AT)
    assert [(c.wait, c.element) for c in found.commands if isinstance(c, Withdraw)] == [(case.wait("late").id, "late")]
    assert [wait.node for wait in found.state.waits] == ["a"]
    assert step(model(plain), found.state, TimerFired(case.wait("late").id, AT))[1] == ()


def test_branch_that_waits_at_a_join_keeps_its_place():
    def parallel(x, y, join="j"):
        return (
            f'<startEvent id="s"/><parallelGateway id="g"/><userTask id="x"/><userTask id="y"/><parallelGateway id="{join}"/>'
            '<userTask id="n"/>'
            + chain("s", "g", "x") + chain("g", "y")
            + flow(x, "x", join) + flow(y, "y", join) + chain(join, "n")
        )  # fmt: skip

    case = Case(parallel("f1", "f2")).complete("x")
    renamed = model(parallel("g1", "g2", "join"))
    found = migrate(case.state, case.model, renamed, {"j": "join"}, at=AT)
    assert found.problems == ()
    state, _ = step(renamed, found.state, Completed(case.wait("y").id, AT))
    assert [wait.node for wait in state.waits] == ["n"]


def test_preview_says_what_changes_for_the_case():
    case = Case(ROW)
    lines = [text.de for text in preview(case.state, case.model, model(NEW), at=AT)]
    assert lines == ["Neu: „later“ gilt ab jetzt.", "„Prüfen“ heißt dann „Genau prüfen“."]
    assert [text.en for text in preview(case.state, case.model, case.model, at=AT)] == [
        "Nothing changes for this case."
    ]
    case.complete("a")
    assert "gibt es in der neuen Fassung nicht" in preview(case.state, case.model, model(NEW), at=AT)[0].de


def test_state_of_the_first_format_is_read():
    case = Case(ROW)
    old = case.state.as_json()
    for scope in old["scopes"]:
        del scope["kind"], scope["data"]
    assert State.from_json({**old, "format": 1}) == case.state
    assert case.state.status is Status.RUNNING
