"""Running cases stay on their version until somebody moves them, and it is known before what that changes."""

from __future__ import annotations

import pytest

from tests.process.samples import chain, duration
from tests.work.case_world import again, complete, deploy, elements, start, step
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import case_versions, cases
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.models import Case, ProcessDefinition, Wait

OLD = '<startEvent id="s"/><userTask id="a" name="Prüfen"/><userTask id="b" name="Buchen"/><endEvent id="e"/>' + chain(
    "s", "a", "b", "e"
)
NEW = (
    '<startEvent id="s"/><userTask id="a" name="Genau prüfen"/><userTask id="c" name="Freigeben"/><endEvent id="e"/>'
    f'<boundaryEvent id="late" attachedToRef="a" cancelActivity="false">{duration("P2D")}</boundaryEvent>'
    '<userTask id="remind"/>' + chain("s", "a", "c", "e") + chain("late", "remind")
)


@pytest.fixture
def old(in_firm: Actor) -> ProcessDefinition:
    return deploy(OLD, by=in_firm)


def test_running_case_stays_on_its_version(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    deploy(NEW, by=in_firm)
    complete(case, "a", by=in_firm)
    assert elements(case) == ["b"]
    complete(case, "b", by=in_firm)
    assert again(case).state == "completed"


def test_preview_says_case_by_case_what_would_change(old: ProcessDefinition, in_firm: Actor) -> None:
    at_a, at_b, over = (start(old, by=in_firm) for _ in range(3))
    complete(at_b, "a", by=in_firm)
    cases.cancel_case(over, reason="Vorbei", by=in_firm)
    new = deploy(NEW, by=in_firm)
    first, second = case_versions.preview_migration(new)
    assert (first.case, first.ok, second.case, second.ok) == (at_a, True, at_b, False)
    assert any("Genau prüfen" in note.de for note in first.notes)
    assert "Buchen" in second.problems[0].de
    assert not Case.objects.filter(definition=new).exists()


def test_case_moves_with_its_steps_and_new_events(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(NEW, by=in_firm)
    case_versions.migrate_case(case, to=new, by=in_firm)
    case = again(case)
    assert (case.definition, step(case).name) == (new, "Genau prüfen")
    assert Wait.objects.get(case=case, kind="timer").due is not None
    complete(case, "a", by=in_firm)
    assert elements(case) == ["c"]
    with pytest.raises(Conflict):
        case_versions.migrate_case(case, to=new, by=in_firm)


def test_case_without_a_place_in_the_new_version_keeps_no_other_from_moving(
    old: ProcessDefinition, in_firm: Actor
) -> None:
    at_a, at_b = (start(old, by=in_firm) for _ in range(2))
    complete(at_b, "a", by=in_firm)
    before = state_of(again(at_b))
    new = deploy(NEW, by=in_firm)
    found = case_versions.migrate_cases([at_b, at_a], to=new, by=in_firm)
    assert [bool(one.why) for one in found] == [True, False]
    assert (again(at_a).definition, again(at_b).definition) == (new, old)
    assert (state_of(again(at_b)), elements(at_b)) == (before, ["b"])


def test_guess_counts_only_when_it_is_confirmed(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(OLD.replace('id="a"', 'id="x9"').replace('"a"', '"x9"').replace("f_s_a", "g1"), by=in_firm)
    (guess,) = case_versions.guesses(new)
    assert (guess.old, guess.new) == ("a", "x9")
    assert not case_versions.preview_migration(new)[0].ok
    with pytest.raises(Refused):
        case_versions.migrate_case(case, to=new, by=in_firm)
    assert case_versions.preview_migration(new, confirmed={"a": "x9"})[0].ok
    case_versions.migrate_case(case, to=new, confirmed={"a": "x9"}, by=in_firm)
    case = again(case)
    assert elements(case) == ["x9"]
    assert {"s", "x9"} <= set(case.engine["visited"])
    complete(case, "x9", by=in_firm)
    assert elements(case) == ["b"]


def test_wrong_guess_is_refused(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(NEW.replace('id="a"', 'id="x9"').replace('"a"', '"x9"'), by=in_firm)
    with pytest.raises(Refused):
        case_versions.migrate_case(case, to=new, confirmed={"a": "e"}, by=in_firm)
    assert again(case).definition == old


def test_nobody_without_the_right_moves_a_case(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(NEW, by=in_firm)
    with pytest.raises(NotPermitted):
        case_versions.migrate_case(case, to=new, by=Actor(in_firm.org_id, in_firm.kind, in_firm.id))


def test_case_of_another_process_is_refused(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    with pytest.raises(Refused):
        case_versions.migrate_case(case, to=deploy(NEW, process="q", by=in_firm), by=in_firm)


def test_step_done_before_the_move_is_not_taken_back_after_it(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    complete(case, "a", by=in_firm)
    assert cases.undoable_steps(again(case))
    newer = OLD.replace("Buchen", "Verbuchen")
    case_versions.migrate_case(case, to=deploy(newer, by=in_firm), by=in_firm)
    assert cases.undoable_steps(again(case)) == []
    assert step(case).name == "Verbuchen"
