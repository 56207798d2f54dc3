"""Decision tables of a firm: changed rule by rule, with the test cases that are kept with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.process.samples import chain
from tests.work.case_world import deploy
from tests.work.test_cases_decisions import CASES, GOOD, RULE
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.process.dmn.editing import RuleRow, rows_of
from werkfluss.process.dmn.testing import Case
from werkfluss.process.dmn.walking import tables
from werkfluss.work.domain import decision_tests, decisions
from werkfluss.work.domain.decisions import deploy_decisions, save_rules
from werkfluss.work.models import Decision

LARGE = Case("groß", "Rabatt", {"amount": 200}, 5)


@pytest.fixture
def kept(in_firm: Actor) -> Decision:
    return deploy_decisions(GOOD, filename="r.dmn", tests=CASES, by=in_firm)


def rows(row: Decision, *outcomes: str) -> list[RuleRow]:
    found = rows_of(tables(decisions.model_of(row))["Rabatt"])
    return [replace(one, outcomes=(new,)) for one, new in zip(found, outcomes, strict=True)]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was recorded of decisions, as it is announced at once."""
    heard: list[tuple[str, Any]] = []
    for verb in ("deployed", "test_kept", "test_removed"):
        listener = lambda event, _by: heard.append((event.kind.rpartition(".")[2], event.data))  # noqa: E731
        monkeypatch.setitem(events._handlers, f"work.decision.{verb}", [listener])
    return heard


def test_file_is_kept_byte_for_byte(in_firm: Actor) -> None:
    source = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- by hand -->\r\n' + GOOD
    assert deploy_decisions(source, filename="r.dmn", by=in_firm).dmn.encode() == source


def test_changed_rule_is_a_new_version_with_the_same_tests(kept: Decision, in_firm: Actor) -> None:
    made = save_rules(kept, place=0, rows=rows(kept, "1", "5"), by=in_firm)
    assert (made.key, made.revision, made.tests) == (kept.key, 2, kept.tests)
    assert made.dmn == kept.dmn.replace("<text>0</text>", "<text>1</text>")
    assert save_rules(kept, place=0, rows=rows(kept, "1", "5"), by=in_firm) == made  # sent twice
    with pytest.raises(Conflict):
        save_rules(kept, place=0, rows=rows(kept, "2", "5"), by=in_firm)
    assert Decision.objects.count() == 2


def test_rule_that_breaks_a_test_is_kept_only_by_somebody_who_has_seen_it(
    kept: Decision, told: list[tuple[str, Any]], in_firm: Actor
) -> None:
    with pytest.raises(Refused):
        save_rules(kept, place=0, rows=rows(kept, "0", "7"), by=in_firm)
    made = save_rules(kept, place=0, rows=rows(kept, "0", "7"), accept_failing=True, by=in_firm)
    assert made.revision == 2
    assert [(kind, data["failing"]) for kind, data in told] == [("deployed", ["groß"])]


@pytest.mark.parametrize("cell", ["1 +", "< 5 5"])
def test_rule_that_cannot_be_read_is_refused(cell: str, kept: Decision, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        save_rules(kept, place=0, rows=rows(kept, cell, "5"), accept_failing=True, by=in_firm)
    assert Decision.objects.count() == 1


def test_tests_go_along_unless_their_decision_is_gone(kept: Decision, in_firm: Actor) -> None:
    other = GOOD.replace(b'"Rabatt"', b'"Nachlass"')
    found = decisions.examine_decisions(other, filename="r.dmn")
    assert (found.latest, found.report.outcomes) == (kept, ())
    assert deploy_decisions(other, filename="r.dmn", by=in_firm).tests == []


def test_test_case_is_kept_changed_and_removed(told: list[tuple[str, Any]], in_firm: Actor) -> None:
    row = deploy_decisions(GOOD, filename="r.dmn", by=in_firm)
    decision_tests.keep_test(row, LARGE, expected_version=1, by=in_firm)
    decision_tests.keep_test(row, LARGE, expected_version=1, by=in_firm)  # sent twice
    assert (len(row.tests), row.version, row.revision) == (1, 2, 1)
    with pytest.raises(Conflict):
        decision_tests.keep_test(row, replace(LARGE, name="noch einer"), expected_version=1, by=in_firm)
    decision_tests.keep_test(row, replace(LARGE, expected=9), number=1, expected_version=2, by=in_firm)
    report = decision_tests.report_of(Decision.objects.get())
    assert (report.passed, report.coverage[0].missed) == (0, (1,))
    decision_tests.remove_test(row, 1, expected_version=3, by=in_firm)
    assert Decision.objects.get().tests == []
    with pytest.raises(Conflict):
        decision_tests.remove_test(row, 1, expected_version=4, by=in_firm)
    assert [kind for kind, _ in told] == ["deployed", "test_kept", "test_kept", "test_removed"]


def test_test_case_of_an_unknown_decision_is_refused(kept: Decision, in_firm: Actor) -> None:
    with pytest.raises(Broken):
        decision_tests.keep_test(kept, replace(LARGE, decision="Gibt es nicht"), expected_version=1, by=in_firm)
    assert len(Decision.objects.get().tests) == 1


def test_tests_of_an_old_version_stay_as_they_were(kept: Decision, in_firm: Actor) -> None:
    save_rules(kept, place=0, rows=rows(kept, "1", "5"), by=in_firm)
    with pytest.raises(Conflict):
        decision_tests.keep_test(kept, replace(LARGE, name="neu"), expected_version=1, by=in_firm)


def test_nobody_without_the_right_changes_a_table(kept: Decision, in_firm: Actor) -> None:
    nobody = Actor(in_firm.org_id, in_firm.kind, in_firm.id)
    for act in (
        lambda: save_rules(kept, place=0, rows=rows(kept, "1", "5"), by=nobody),
        lambda: deploy_decisions(GOOD, filename="r.dmn", by=nobody),
        lambda: decision_tests.keep_test(kept, LARGE, expected_version=1, by=nobody),
        lambda: decision_tests.remove_test(kept, 1, expected_version=1, by=nobody),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_processes_that_ask_a_decision_are_named(kept: Decision, in_firm: Actor) -> None:
    deploy('<startEvent id="s"/><endEvent id="e"/>' + chain("s", "e"), process="other", by=in_firm)
    asking = deploy(RULE, by=in_firm)
    (use,) = decisions.uses_of(kept, decisions.uses())
    assert (use.definition, use.element, use.decision) == (asking, "r", "Rabatt")
