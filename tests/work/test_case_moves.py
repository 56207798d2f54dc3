"""Many cases moved to another version: looked at first, ordered once, done one by one, and who stays is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from tests.process.samples import chain
from tests.work.case_world import again, complete, deploy, elements, start
from tests.work.test_cases_versions import NEW, OLD
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.work.domain import case_moves, case_versions, cases
from werkfluss.work.models import Case, CaseMove, ProcessDefinition, Token, Wait

# Step a has another id, b is gone and nothing is like it.
OTHER = '<startEvent id="s"/><userTask id="x9" name="Prüfen"/><endEvent id="e"/>' + chain("s", "x9", "e")


@pytest.fixture
def old(in_firm: Actor) -> ProcessDefinition:
    return deploy(OLD, by=in_firm)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was recorded of moves, as it is announced at once; no job is enqueued."""
    heard: list[tuple[str, Any]] = []
    for kind in ("ordered", "resumed", "done", "broken"):
        listener = lambda event, _by: heard.append((event.kind.rpartition(".")[2], event.data))  # noqa: E731
        monkeypatch.setitem(events._handlers, f"work.case_move.{kind}", [listener])
    return heard


def done(move: CaseMove, by: Actor) -> list[tuple[int, str, str]]:
    while case_moves.move_next(move.pk, by=by):
        pass
    return [(row.case.number, row.state, row.why_de) for row in move.items.order_by("case__number")]


def test_preview_says_of_each_case_whether_it_moves_needs_a_person_or_is_stuck(
    old: ProcessDefinition, in_firm: Actor
) -> None:
    _, at_b = start(old, by=in_firm), start(old, by=in_firm)
    complete(at_b, "a", by=in_firm)
    new = deploy(OTHER, by=in_firm)
    first, second = case_versions.preview_migration(new)
    assert (first.outlook, [(one.old, one.new) for one in first.places]) == ("map", [("a", "")])
    assert (second.outlook, second.places[0].old) == ("map", "b")
    asked = {one.element: (one.cases, one.guess, one.candidates) for one in case_versions.questions(new)}
    assert asked == {"a": (1, "x9", ("x9",)), "b": (1, "", ("x9",))}
    moved, _ = case_versions.preview_migration(new, confirmed={"a": "x9"})
    assert (moved.outlook, moved.places[0].confirmed, moved.places[0].new) == ("moves", True, "x9")


def test_case_that_stands_where_nothing_is_alike_is_stuck(old: ProcessDefinition, in_firm: Actor) -> None:
    start(old, by=in_firm)
    script = OTHER.replace('<userTask id="x9" name="Prüfen"/>', '<manualTask id="x9" name="Prüfen"/>')
    (found,) = case_versions.preview_migration(deploy(script, by=in_firm))
    assert (found.outlook, case_versions.questions(deploy(script, by=in_firm))) == ("stuck", [])
    assert "diesen Schritt gibt es in der neuen Fassung nicht" in found.problems[0].de


def test_chosen_cases_move_and_who_cannot_is_named(
    old: ProcessDefinition, told: list[tuple[str, Any]], in_firm: Actor
) -> None:
    at_a, at_b, left, over = (start(old, by=in_firm) for _ in range(4))
    complete(at_b, "a", by=in_firm)
    new = deploy(NEW, by=in_firm)
    move = case_moves.order_move(new, cases=[at_a.pk, at_b.pk, over.pk], by=in_firm)
    cases.cancel_case(again(over), reason="Vorbei", by=in_firm)
    found = done(move, in_firm)
    assert [(number, state) for number, state, _ in found] == [
        (at_a.number, "moved"),
        (at_b.number, "stayed"),
        (over.number, "stayed"),
    ]
    assert "Buchen" in found[1][2]
    assert "beendet" in found[2][2]
    assert [again(one).definition for one in (at_a, at_b, left)] == [new, old, old]
    assert elements(at_b) == ["b"]
    move.refresh_from_db()
    assert (move.state, move.ended_at is not None) == ("done", True)
    assert told[-1] == ("done", {"moved": 1, "stayed": [at_b.number, over.number], "open": []})


def test_order_sent_twice_is_one(old: ProcessDefinition, told: list[tuple[str, Any]], in_firm: Actor) -> None:
    both = [start(old, by=in_firm).pk for _ in range(2)]
    new = deploy(NEW, by=in_firm)
    move = case_moves.order_move(new, cases=both, by=in_firm)
    assert case_moves.order_move(new, cases=both, by=in_firm) == move
    with pytest.raises(Refused):
        case_moves.order_move(new, cases=both[:1], by=in_firm)
    done(move, in_firm)
    assert case_moves.order_move(new, cases=both, by=in_firm) == move
    with pytest.raises(Refused):
        case_moves.order_move(new, cases=both[:1], by=in_firm)
    assert [kind for kind, _ in told] == ["ordered", "done"]


def test_case_that_somebody_else_has_moved_counts_as_moved(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(NEW, by=in_firm)
    move = case_moves.order_move(new, cases=[case.pk], by=in_firm)
    case_versions.migrate_case(case, to=new, by=in_firm)
    assert done(move, in_firm) == [(case.number, "moved", "")]


def test_guess_moves_only_when_it_is_confirmed(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(OTHER, by=in_firm)
    assert done(case_moves.order_move(new, cases=[case.pk], by=in_firm), in_firm)[0][1] == "stayed"
    with pytest.raises(Refused):
        case_moves.order_move(new, cases=[case.pk], confirmed={"a": "gibt es nicht"}, by=in_firm)
    move = case_moves.order_move(new, cases=[case.pk], confirmed={"a": "x9"}, by=in_firm)
    assert done(move, in_firm)[0][1] == "moved"
    assert elements(case) == ["x9"]


def test_who_may_no_longer_work_on_cases_moves_none(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    new = deploy(NEW, by=in_firm)
    nobody = Actor(in_firm.org_id, in_firm.kind, in_firm.id)
    with pytest.raises(NotPermitted):
        case_moves.order_move(new, cases=[case.pk], by=nobody)
    move = case_moves.order_move(new, cases=[case.pk], by=in_firm)
    assert done(move, nobody)[0][1] == "stayed"
    assert Case.objects.get(pk=case.pk).definition == old


def test_move_that_broke_off_goes_on_where_it_was(old: ProcessDefinition, in_firm: Actor) -> None:
    both = [start(old, by=in_firm) for _ in range(2)]
    new = deploy(NEW, by=in_firm)
    move = case_moves.order_move(new, cases=[one.pk for one in both], by=in_firm)
    assert case_moves.move_next(move.pk, by=in_firm)
    case_moves.break_move(move.pk, by=in_firm)
    assert not case_moves.move_next(move.pk, by=in_firm)
    case_moves.resume_move(move, by=in_firm)
    with pytest.raises(Conflict):
        case_moves.resume_move(move, by=in_firm)
    assert case_moves.leave_next(move.pk)
    assert not case_moves.leave_next(move.pk)
    assert [state for _, state, _ in done(move, in_firm)] == ["moved", "stayed"]


def test_nothing_to_move_is_refused(old: ProcessDefinition, in_firm: Actor) -> None:
    case = start(old, by=in_firm)
    for chosen in ([], [case.pk]):
        with pytest.raises(Refused):
            case_moves.order_move(old, cases=chosen, by=in_firm)


def cloned(case: Case, times: int) -> None:
    """More cases that stand where this one does."""
    last = Case.objects.latest("number").number
    made = [Case(**_fields(case, number=last + n)) for n in range(1, times + 1)]
    Case.objects.bulk_create(made)
    for related in (Token, Wait):
        rows = list(related.objects.filter(case=case))
        related.objects.bulk_create(related(**_fields(row, case=one)) for one in made for row in rows)


def _fields(row: Model, **changed: Any) -> dict[str, Any]:
    """What a row has besides its own key, with some values changed."""
    kept = {one.name for one in row._meta.concrete_fields} - {"id", "version", "created_at", "updated_at", *changed}
    return {name: getattr(row, name) for name in kept} | changed


def test_a_thousand_cases_are_a_few_groups_and_cost_as_many_queries_as_three(
    old: ProcessDefinition, in_firm: Actor
) -> None:
    first, at_b = start(old, by=in_firm, betrag=1), start(old, by=in_firm)
    complete(at_b, "a", by=in_firm)
    new = deploy(OTHER, by=in_firm)

    def look(confirmed: dict[str, str]) -> list[tuple[int, str, list[str]]]:
        with CaptureQueriesContext(connection) as seen:
            rows = case_versions.standing_cases(new)
            case_versions.questions(new, cases=rows)
            groups = case_versions.grouped(case_versions.preview_migration(new, confirmed=confirmed, cases=rows))
        queries.append(len(seen))
        return [(len(one.previews), one.first.outlook, [at.old for at in one.first.places]) for one in groups]

    queries: list[int] = []
    assert sorted(look({})) == [(1, "map", ["a"]), (1, "map", ["b"])]
    cloned(Case.objects.get(pk=first.pk), 700)
    cloned(Case.objects.get(pk=at_b.pk), 300)
    assert look({"a": "x9"}) == [(701, "moves", ["a"]), (301, "map", ["b"])]
    assert queries[0] == queries[1]
    names = [one.key for one in case_versions.grouped(case_versions.preview_migration(new))]
    assert names == [one.key for one in case_versions.grouped(case_versions.preview_migration(new))]
    assert len(set(names)) == 2


def test_group_says_what_each_of_its_cases_would_be_told_alone(old: ProcessDefinition, in_firm: Actor) -> None:
    """Looking at one of those that are alike is enough: the same comes out for each of them without it."""
    made = [start(old, by=in_firm, betrag=n) for n in range(3)]
    complete(made[2], "a", by=in_firm)
    for drawn in (NEW, OTHER):
        new = deploy(drawn, by=in_firm)
        together = case_versions.preview_migration(new)
        alone = [case_versions.preview_migration(new, cases=[one.case])[0] for one in together]
        assert [(one.outlook, one.problems, one.notes, one.places) for one in together] == [
            (one.outlook, one.problems, one.notes, one.places) for one in alone
        ]
