"""Decision tables that the firm keeps decide in cases; where there is none, or it errs, a person does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.process.dmn_samples import decision, input_data, literal, source, table
from tests.process.samples import chain
from tests.work.case_world import again, complete, elements, run, step
from werkfluss.kernel.errors import Broken, Refused
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.work.domain import cases, decisions
from werkfluss.work.domain.decisions import deploy_decisions, examine_decisions
from werkfluss.work.models import CaseIncident, Decision

RULE = (
    '<startEvent id="s"/><businessRuleTask id="r" name="Rabatt festlegen"><extensionElements>'
    '<zeebe:calledDecision xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" decisionId="Rabatt" '
    'resultVariable="discount"/></extensionElements></businessRuleTask><userTask id="t"/><endEvent id="e"/>'
    + chain("s", "r", "t", "e")
)


def discount(rules: list[str], policy: str = "UNIQUE") -> bytes:
    logic = table(policy, ["amount:number"], ["percent:number"], rules)
    return source(input_data("amount", "number") + decision("Rabatt", logic, "amount"))


GOOD = discount(["< 100|0", ">= 100|5"])
CASES = [{"name": "groß", "decision": "Rabatt", "inputs": {"amount": 200}, "expected": 5}]


def test_table_decides_and_says_how_it_came_to_it(in_firm: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setitem(events._handlers, "work.case.started", [lambda event, _by: told.append(event.data)])
    row = deploy_decisions(GOOD, filename="r.dmn", tests=CASES, by=in_firm)
    case = run(RULE, by=in_firm, amount=250)
    assert (again(case).variables, elements(case)) == ({"amount": 250, "discount": 5}, ["t"])
    (trail,) = told[0]["decisions"]
    assert (trail["table"], trail["revision"], trail["element"]) == (row.key, 1, "r")
    assert [rule["rule"] for rule in trail["trail"][0]["tables"][0]["rules"]] == [2]


def test_without_a_table_a_person_decides(in_firm: Actor) -> None:
    case = run(RULE, by=in_firm, amount=250)
    by_hand = step(case)
    assert (by_hand.kind, by_hand.element) == ("rule", "r")
    assert "nicht hinterlegt" in by_hand.brief
    complete(case, data={"result": 7}, by=in_firm)
    assert again(case).variables["discount"] == 7
    assert CaseIncident.objects.get().state == "settled"


def test_table_that_errs_leaves_it_to_a_person_until_it_is_mended(in_firm: Actor) -> None:
    deploy_decisions(discount(["< 100|0", "> 50|5"]), filename="r.dmn", by=in_firm)
    case = run(RULE, by=in_firm, amount=70)
    assert "kein Ergebnis" in step(case).brief
    with pytest.raises(Refused):
        cases.retry_step(step(case), by=in_firm)
    assert elements(case) == ["r"]
    deploy_decisions(GOOD, filename="r.dmn", by=in_firm)
    cases.retry_step(step(case), by=in_firm)
    assert (again(case).variables["discount"], elements(case)) == (0, ["t"])


def test_same_file_is_the_same_version_and_another_one_the_next(in_firm: Actor) -> None:
    first = deploy_decisions(GOOD, filename="a.dmn", by=in_firm)
    assert deploy_decisions(GOOD, filename="b.dmn", by=in_firm) == first
    second = deploy_decisions(discount(["-|1"]), filename="a.dmn", by=in_firm)
    assert (second.key, second.revision) == (first.key, 2)
    assert list(decisions.decisions()) == [second]
    assert decisions.model_with("Rabatt") == second
    assert decisions.model_with("Unbekannt") is None


def test_findings_are_shown_and_keep_nothing(in_firm: Actor) -> None:
    found = examine_decisions(discount(["< 100|0", "> 50|5"]), filename="r.dmn", tests=CASES)
    assert {"overlap", "untested"} <= {finding.code for finding in found.findings}
    assert (found.blockers, found.report.passed) == ((), 1)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("data", "tests", "where"),
    [
        (discount(["< < 100|0"]), [], "Rabatt"),
        (GOOD, [{**CASES[0], "expected": 9}], "groß"),
    ],
)
def test_table_that_cannot_decide_or_fails_its_tests_is_refused(
    data: bytes, tests: list[Any], where: str, in_firm: Actor
) -> None:
    with pytest.raises(Refused) as refused:
        deploy_decisions(data, filename="r.dmn", tests=tests, by=in_firm)
    assert refused.value.fault.where.startswith(where)
    assert not Decision.objects.exists()


def test_decision_of_another_model_is_not_taken_over_a_second_time(in_firm: Actor) -> None:
    deploy_decisions(GOOD, filename="r.dmn", by=in_firm)
    other = source(decision("Rabatt", literal("1"))).replace(b'name="Probe"', b'name="Anderes"')
    with pytest.raises(Refused):
        deploy_decisions(other, filename="r.dmn", by=in_firm)


@pytest.mark.parametrize("data", [b"", b"<html/>", b"not xml"])
def test_file_that_is_no_dmn_is_refused(data: bytes, in_firm: Actor) -> None:
    with pytest.raises(Broken):
        deploy_decisions(data, filename="x.dmn", by=in_firm)
