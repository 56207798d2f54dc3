"""Acceptance: the agreed criteria, by a human, by two where four eyes are set; the same yardstick for every kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.work import builders as b
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.roles import Role
from werkfluss.work.domain import acceptance, assignments
from werkfluss.work.models import Assignment, Result, ResultItem, Task


def delivered(by: Actor, *, kind: str = "employee", items: int = 0, **more: Any) -> Result:
    user = b.user()
    given = b.assign(b.resource(by, kind, user=user), b.task(b.project(by), by, **more))
    lines = [{"title": f"Zeile {n}", "light": "sicher", "fields": {"account": "4930"}} for n in range(items)]
    worker = Actor(by.org_id, ActorKind.USER, user.pk, frozenset({Role.EMPLOYEE}))
    return assignments.deliver_result(given, text="fertig", items=lines, by=worker)


def person(by: Actor) -> Actor:
    return Actor(by.org_id, ActorKind.USER, b.user().pk, frozenset({Role.LEAD}))


@pytest.mark.parametrize("kind", ["employee", "freelancer", "partner", "agent"])
def test_every_kind_is_accepted_against_the_criteria(kind: str, in_firm: Actor) -> None:
    result = delivered(in_firm, kind=kind)
    acceptance.accept_result(result, met=[True], by=in_firm)
    assert (result.state, result.task.state, result.assignment.state) == ("accepted", "accepted", "done")
    said = result.acceptances.get()
    assert said.criteria == [{"text": "Alle 12 Positionen haben einen Preis", "met": True}]
    assert said.decided_by == in_firm.id


@pytest.mark.parametrize("met", [[False], [], [True, True]])
def test_accepted_only_when_each_criterion_is_met(met: list[bool], in_firm: Actor) -> None:
    result = delivered(in_firm)
    with pytest.raises(Refused, match="criteria"):
        acceptance.accept_result(result, met=met, by=in_firm)
    assert Result.objects.get(pk=result.pk).state == "delivered"
    assert not result.acceptances.exists()


@pytest.mark.parametrize("kind", [ActorKind.AGENT, ActorKind.SYSTEM])
def test_only_a_human_decides(kind: ActorKind, in_firm: Actor) -> None:
    result = delivered(in_firm, items=1)
    machine = Actor(in_firm.org_id, kind, None if kind is ActorKind.SYSTEM else in_firm.id)
    for act in (
        lambda: acceptance.accept_result(result, met=[True], by=machine),
        lambda: acceptance.send_back(result, unmet=[], note="nein", by=machine),
        lambda: acceptance.approve_item(result.items.get(), fields={}, by=machine),
        lambda: acceptance.reject_item(result.items.get(), note="nein", by=machine),
    ):
        with pytest.raises(Refused, match="human"):
            act()


def test_four_eyes_need_two_people_who_did_not_do_it(in_firm: Actor) -> None:
    result = delivered(in_firm, four_eyes=True)
    worker = Actor(in_firm.org_id, ActorKind.USER, result.delivered_by, frozenset({Role.LEAD}))
    with pytest.raises(Refused, match="four-eyes"):
        acceptance.accept_result(result, met=[True], by=worker)
    acceptance.accept_result(result, met=[True], by=in_firm)
    assert Result.objects.get(pk=result.pk).state == "delivered"
    with pytest.raises(Refused, match="four-eyes"):
        acceptance.accept_result(result, met=[True], by=in_firm)
    acceptance.accept_result(result, met=[True], by=person(in_firm))
    assert result.state == "accepted"
    assert result.task.state == Task.State.ACCEPTED


def test_second_of_four_eyes_may_send_back(in_firm: Actor) -> None:
    result = delivered(in_firm, four_eyes=True)
    acceptance.accept_result(result, met=[True], by=in_firm)
    acceptance.send_back(result, unmet=[], note="Seite 3 fehlt", by=person(in_firm))
    assert (result.state, result.task.state) == ("sent_back", "started")


def test_sent_back_says_what_is_missing_and_work_goes_on(in_firm: Actor) -> None:
    result = delivered(in_firm)
    criterion = "Alle 12 Positionen haben einen Preis"
    acceptance.send_back(result, unmet=[criterion], note="Position 7 fehlt", by=in_firm)
    assert (result.state, result.task.state, result.assignment.state) == ("sent_back", "started", "active")
    assert result.acceptances.get().criteria == [{"text": criterion, "met": False}]
    worker = Actor(in_firm.org_id, ActorKind.USER, result.assignment.resource.user_id, frozenset({Role.EMPLOYEE}))
    again = assignments.deliver_result(result.assignment, text="jetzt mit 7", by=worker)
    acceptance.accept_result(again, met=[True], by=in_firm)
    assert again.state == "accepted"


def test_sending_back_needs_a_word(in_firm: Actor) -> None:
    with pytest.raises(Refused, match="missing"):
        acceptance.send_back(delivered(in_firm), unmet=[], note=" ", by=in_firm)


def test_nobody_decides_twice(in_firm: Actor) -> None:
    result = delivered(in_firm)
    acceptance.accept_result(result, met=[True], by=in_firm)
    with pytest.raises(Conflict):
        acceptance.accept_result(result, met=[True], by=in_firm)
    with pytest.raises(Conflict):
        acceptance.send_back(result, unmet=[], note="doch nicht", by=in_firm)


def test_lines_are_decided_before_the_whole(in_firm: Actor) -> None:
    result = delivered(in_firm, items=2)
    first, second = result.items.all()
    acceptance.approve_item(first, fields={"account": "4940"}, note="Büro", by=in_firm)
    with pytest.raises(Refused, match="lines"):
        acceptance.accept_result(result, met=[True], by=in_firm)
    acceptance.reject_item(second, note="doppelt", by=in_firm)
    acceptance.accept_result(result, met=[True], by=in_firm)
    assert result.state == "accepted"


def test_edited_line_keeps_what_was_proposed(in_firm: Actor) -> None:
    item = delivered(in_firm, items=1).items.get()
    acceptance.approve_item(item, fields={"account": "4940"}, by=in_firm)
    item = ResultItem.objects.get(pk=item.pk)
    assert (item.fields, item.proposed) == ({"account": "4940"}, {"account": "4930"})
    with pytest.raises(Conflict):
        acceptance.approve_item(item, fields={}, by=in_firm)
    acceptance.reopen_item(item, by=in_firm)
    assert (item.state, item.fields) == ("proposed", {"account": "4930"})


def test_exported_line_is_not_reopened(in_firm: Actor) -> None:
    item = delivered(in_firm, items=1).items.get()
    acceptance.approve_item(item, fields={}, by=in_firm)
    item.edit(exported_at=clock.now())
    with pytest.raises(Refused, match="exported"):
        acceptance.reopen_item(item, by=in_firm)


def test_results_to_accept_are_those_delivered(in_firm: Actor) -> None:
    first, second = delivered(in_firm), delivered(in_firm)
    acceptance.accept_result(first, met=[True], by=in_firm)
    assert list(acceptance.results_to_accept()) == [second]
    assert Assignment.objects.get(pk=second.assignment_id).state == Assignment.State.ACTIVE
