"""What is proposed to be automated, and what never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from werkfluss.kernel.text import Text
from werkfluss.process.candidates import Candidate, Kind, candidates
from werkfluss.process.mining import Spread, StepFigures
from werkfluss.process.model import AiUse, FlowNode, Gateway, Task, WorkFacts

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DONE = StepFigures("step", shown=True, finished=50)


def found(node: FlowNode, one: StepFigures, *, connected: bool = False) -> list[Candidate]:
    return candidates(
        {node.id: node}, {node.id: one}, branch=lambda name: Text(name, name), connected=lambda _name: connected
    )


def task(**facts: object) -> Task:
    return Task("step", "Prüfen", "p", facts=WorkFacts(**facts))


def spread(median: timedelta) -> Spread:
    return Spread(median, median, median, 50)


def decided(**branches: int) -> StepFigures:
    return replace(DONE, branches=branches)


def test_decision_that_nearly_always_falls_the_same_way_could_be_a_rule():
    (one,) = found(Gateway("step", "Betrag?", "p"), decided(ja=49, nein=1))
    assert one.kind is Kind.RULE
    assert "49 von 50" in one.reason.de
    assert "„ja“" in one.reason.de
    assert "Art. 22 DSGVO" in one.what_to_do.de


@pytest.mark.parametrize(
    ("node", "figures"),
    [
        (Gateway("step", "Betrag?", "p"), decided(ja=40, nein=10)),
        (Gateway("step", "Betrag?", "p"), decided(ja=19)),
        (task(acceptance="four_eyes"), decided(ja=50)),
        (task(data_class="personal"), decided(ja=50)),
        (Gateway("step", "Betrag?", "p"), replace(decided(ja=50), shown=False)),
    ],
    ids=["mixed", "too few", "four eyes", "personal data", "not shown"],
)
def test_decision_stays_with_people(node: FlowNode, figures: StepFigures):
    assert found(node, figures) == []


@pytest.mark.parametrize(("connected", "word"), [(True, "Störungen"), (False, "anbinden")])
def test_automatic_step_done_by_hand_says_what_is_missing(connected: bool, word: str):
    (one,) = found(task(operation="book"), replace(DONE, by_machine=10), connected=connected)
    assert one.kind is Kind.SERVICE
    assert "40" in one.reason.de
    assert word in one.what_to_do.de


def test_automatic_step_that_runs_by_itself_is_no_candidate():
    assert found(task(operation="book"), replace(DONE, by_machine=50), connected=True) == []


@pytest.mark.parametrize(
    ("use", "by_machine", "proposed"),
    [(AiUse.ALLOWED, 0, True), (AiUse.REQUIRED, 5, True), (AiUse.ALLOWED, 30, False)]
    + [(use, 0, False) for use in (AiUse.FORBIDDEN, AiUse.UNSAID)],
)
def test_agent_is_proposed_only_where_the_process_allows_one(use: AiUse, by_machine: int, proposed: bool):
    kinds = [one.kind for one in found(task(ai=use), replace(DONE, by_machine=by_machine))]
    assert kinds == ([Kind.AGENT] if proposed else [])


def test_minutes_of_work_after_days_of_lying_are_named():
    figures = replace(DONE, work=spread(5 * MINUTE), idle=spread(3 * DAY))
    assert [one.kind for one in found(task(), figures)] == [Kind.BUNDLE]
    assert found(task(), replace(figures, idle=spread(60 * MINUTE))) == []
    assert found(task(), replace(figures, work=None)) == []


def test_most_frequent_step_comes_first():
    nodes = {name: Task(name, name, "p", facts=WorkFacts(ai=AiUse.ALLOWED)) for name in ("rare", "often")}
    figures = {"rare": replace(DONE, element="rare"), "often": replace(DONE, element="often", finished=400)}
    figures["gone"] = replace(DONE, element="gone")
    listed = candidates(nodes, figures, branch=lambda name: Text(name, name), connected=lambda _name: False)
    assert [one.element for one in listed] == ["often", "rare"]
