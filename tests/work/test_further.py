"""What is asked beside the rule of the kind: leasing, work in other states. One list for plans, orders, page, re-check."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.work import builders as b
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Check
from werkfluss.org.actor import Actor
from werkfluss.work.domain import further, gate, planning, plans, subject_rules
from werkfluss.work.domain.gate import Permission
from werkfluss.work.domain.gate_facts import Brief
from werkfluss.work.models import Task
from werkfluss.workforce.models import Resource

PERSONNEL = {"licence": True, "labelled_and_named": True}


def ask(task: Task, resource: Resource, by: Actor) -> Permission:
    return gate.permissions([task], [resource], on=b.DAY, by=by)[task.pk, resource.pk]


def rules_behind(found: Permission) -> set[str]:
    return set(Check.objects.filter(pk__in=found.checks).values_list("rule", flat=True))


def the_task(by: Actor, **more: Any) -> Task:
    return b.task(b.project(by), by, **more)


def leased_team(by: Actor, since: str | None) -> Resource:
    team = b.resource(by, "partner")
    facts = {"client_instructs": True, "integrated": True, "months": "3", **PERSONNEL}
    b.tell(team, facts | ({"leasing_since": since} if since else {}), by)
    return team


@pytest.mark.parametrize(
    ("since", "outcome"), [("2026-06-01", "allowed_with_conditions"), ("2025-01-01", "blocked"), (None, "unknown")]
)
def test_leased_team_is_asked_since_when(since: str | None, outcome: str, in_firm: Actor) -> None:
    found = ask(the_task(in_firm), leased_team(in_firm, since), in_firm)
    assert found.outcome == outcome
    assert further.DURATION in rules_behind(found)
    if since is None:
        assert found.remedy is not None
        assert "Seit welchem Tag" in found.remedy.de


def test_team_that_is_not_leased_is_not_asked_how_long(in_firm: Actor) -> None:
    team = b.resource(in_firm, "partner")
    b.tell(team, {"client_instructs": False, "integrated": False, "licence": False}, in_firm)
    found = ask(the_task(in_firm), team, in_firm)
    assert found.permits
    assert further.DURATION not in rules_behind(found)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (PERSONNEL, "allowed_with_conditions"),
        ({}, "unknown"),
        (PERSONNEL | {"licence": False}, "blocked"),
        (PERSONNEL | {"leasing_since": "2024-11-01"}, "blocked"),
    ],
)
def test_lent_worker_needs_licence_label_and_time_left(facts: dict[str, Any], outcome: str, in_firm: Actor) -> None:
    person = b.resource(in_firm)
    b.tell(person, {"leasing_since": "2026-09-01"} | facts, in_firm)
    found = ask(the_task(in_firm), person, in_firm)
    assert found.outcome == outcome
    assert {further.LEASING, further.DURATION} <= rules_behind(found)


def test_own_staff_is_not_asked_about_leasing(in_firm: Actor) -> None:
    found = ask(the_task(in_firm), b.resource(in_firm), in_firm)
    assert found.outcome == "allowed"
    assert not {rule for rule in rules_behind(found) if rule.startswith(("de/aueg", "eu/"))}


def test_plan_ends_with_the_longest_time_of_leasing(in_firm: Actor) -> None:
    person, task = b.resource(in_firm), the_task(in_firm)
    b.tell(person, PERSONNEL | {"leasing_since": "2025-06-10"}, in_firm)
    assert ask(task, person, in_firm).latest == date(2026, 12, 9)
    plan = plans.request_plan(as_of=b.DAY, by=in_firm)
    (resource,) = planning.load_work(plan, by=in_firm).problem.resources
    last_minute = max(end for _start, end in resource.windows)
    assert last_minute <= 17 * 24 * 60, "23 November to 9 December"


def test_employee_sent_to_france_needs_notices_beside_the_a1(in_firm: Actor) -> None:
    found = ask(the_task(in_firm, place_country="FR"), b.resource(in_firm), in_firm)
    wanted = {"eu/a1/work_abroad", "eu/cross_border/posting_notice", "eu/cross_border/days_183"}
    assert wanted <= rules_behind(found)


def test_work_in_great_britain_needs_an_a1_too(in_firm: Actor) -> None:
    found = ask(the_task(in_firm, place_country="GB"), b.resource(in_firm), in_firm)
    assert {"eu/a1/work_abroad", "de/remote_work/third_country"} <= rules_behind(found)
    assert "eu/cross_border/third_country_posting" not in rules_behind(found)


def test_stay_in_a_third_country_is_unknown_until_data_and_technology_are_cleared(in_firm: Actor) -> None:
    person, task = b.resource(in_firm), the_task(in_firm, place_country="IN")
    before = ask(task, person, in_firm)
    assert before.outcome == "unknown"
    assert {"de/remote_work/third_country", "eu/cross_border/third_country_posting"} <= rules_behind(before)
    b.tell(person, b.THIRD_COUNTRY | {"german_employment": True, "limited_in_advance": True}, in_firm)
    assert ask(task, person, in_firm).permits


def test_freelancer_abroad_is_not_asked_about_notices_of_employees(in_firm: Actor) -> None:
    person = b.resource(in_firm, "freelancer")
    b.tell(person, b.FREE, in_firm)
    found = ask(the_task(in_firm, place_country="FR"), person, in_firm)
    assert "eu/a1/work_abroad" in rules_behind(found)
    assert not {rule for rule in rules_behind(found) if rule.startswith("eu/cross_border")}


def test_recorded_share_of_telework_says_whose_social_security_applies(in_firm: Actor) -> None:
    person = b.resource(in_firm, country="AT", nationality="AT")
    assert "eu/a1/telework" not in rules_behind(ask(the_task(in_firm), person, in_firm))
    b.tell(person, {"telework_percent": "40"}, in_firm)
    (check,) = Check.objects.filter(pk__in=ask(the_task(in_firm), person, in_firm).checks, rule="eu/a1/telework")
    assert check.verdict["values"]["on_request"] == "DE"


@pytest.mark.parametrize(
    ("kind", "place", "facts"),
    [("partner", "IN", {"leasing_since": "2026-06-01"}), ("employee", "FR", {}), ("employee", "", {})],
)
def test_page_and_gate_ask_the_same(kind: str, place: str, facts: dict[str, Any], in_firm: Actor) -> None:
    row, task = b.resource(in_firm, kind), the_task(in_firm, place_country=place)
    b.tell(row, facts, in_firm)
    found = ask(task, row, in_firm)
    recorded = facts_on(b.DAY, subject_type="workforce.resource", subject_ids=[row.pk]).get(row.pk, {})
    shown, _refusal = subject_rules.of_work(Brief.of(task), {}, row, recorded, on=b.DAY)
    assert {one.question.rule for one in shown} == rules_behind(found)
