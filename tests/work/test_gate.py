"""The legal gate: blocked is never assignable, unknown waits for a recorded fact, conditions cost their lead time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.work import builders as b
from werkfluss.compliance.models import Check
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.work.domain import gate
from werkfluss.work.domain.gate import Permission
from werkfluss.work.models import Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Resource

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries


def ask(task: Task, resource: Resource, by: Actor) -> Permission:
    return gate.permissions([task], [resource], on=b.DAY, by=by)[task.pk, resource.pk]


def the_task(by: Actor, **more: Any) -> Task:
    return b.task(b.project(by), by, **more)


def test_german_in_germany_is_allowed(in_firm: Actor) -> None:
    found = ask(the_task(in_firm), b.resource(in_firm), in_firm)
    assert found.outcome == "allowed"
    assert {"§ 3 ArbZG", "§ 4 ArbZG", "§ 5 ArbZG"} <= set(found.citations)


def test_eu_citizen_needs_no_title(in_firm: Actor) -> None:
    found = ask(the_task(in_firm), b.resource(in_firm, nationality="FR"), in_firm)
    assert found.outcome == "allowed"
    assert found.earliest is None


def test_third_country_national_without_title_is_blocked(in_firm: Actor) -> None:
    found = ask(the_task(in_firm), b.resource(in_firm, nationality="IN"), in_firm)
    assert found.outcome == "blocked"
    assert "§ 4a Abs. 5 AufenthG" in found.citations
    assert found.remedy is not None
    assert not found.permits


def with_title(by: Actor, **more: Any) -> Resource:
    person = b.resource(by, nationality="IN", **more)
    first = date(2027, 1, 15)
    resources.add_paper(
        person, kind="residence_title", state="confirmed", valid_from=first, expires=date(2030, 1, 14), by=by
    )
    return person


def test_work_begins_with_the_title(in_firm: Actor) -> None:
    found = ask(the_task(in_firm), with_title(in_firm), in_firm)
    assert found.permits
    assert found.earliest == date(2027, 1, 15)


def test_unconfirmed_title_counts_for_nothing(in_firm: Actor) -> None:
    person = b.resource(in_firm, nationality="IN")
    resources.add_paper(person, kind="residence_title", state="uploaded", valid_from=b.DAY, by=in_firm)
    assert ask(the_task(in_firm), person, in_firm).outcome == "blocked"


def test_work_from_a_third_country_is_unknown_until_its_facts_are_recorded(in_firm: Actor) -> None:
    task, person = the_task(in_firm), b.resource(in_firm, country="IN", nationality="IN", time_zone="Asia/Kolkata")
    before = ask(task, person, in_firm)
    assert before.outcome == "unknown"
    assert not before.permits
    assert before.remedy is not None
    assert before.remedy.de.startswith("Bitte mit Quelle erfassen")
    b.tell(person, b.THIRD_COUNTRY, in_firm)
    assert ask(task, person, in_firm).permits


@pytest.mark.parametrize(("fact", "value"), [("payroll", "not_settled"), ("permanent_establishment", "risk")])
def test_bad_fact_keeps_work_from_a_third_country_away(fact: str, value: str, in_firm: Actor) -> None:
    person = b.resource(in_firm, country="IN", nationality="IN")
    b.tell(person, b.THIRD_COUNTRY | {fact: value}, in_firm)
    assert ask(the_task(in_firm), person, in_firm).outcome != "allowed"


def test_personal_data_makes_the_transfer_a_question_again(in_firm: Actor) -> None:
    person = b.resource(in_firm, country="IN", nationality="IN")
    b.tell(person, {k: v for k, v in b.THIRD_COUNTRY.items() if k != "data_transfer"}, in_firm)
    internal, personal = the_task(in_firm), the_task(in_firm, data_class="personal")
    found = gate.permissions([internal, personal], [person], on=b.DAY, by=in_firm)
    assert found[internal.pk, person.pk].permits
    assert found[personal.pk, person.pk].outcome == "unknown"


def test_export_controlled_task_does_not_leave_unasked(in_firm: Actor) -> None:
    person = b.resource(in_firm, country="IN", nationality="IN")
    b.tell(person, {k: v for k, v in b.THIRD_COUNTRY.items() if k != "export_control"}, in_firm)
    assert ask(the_task(in_firm, export_controlled=True), person, in_firm).outcome == "unknown"


def test_task_in_germany_needs_the_title_wherever_the_person_lives(in_firm: Actor) -> None:
    person = b.resource(in_firm, country="IN", nationality="IN")
    b.tell(person, b.THIRD_COUNTRY, in_firm)
    assert ask(the_task(in_firm, place_country="DE"), person, in_firm).outcome == "blocked"


def test_a1_is_a_condition_with_its_citation(in_firm: Actor) -> None:
    person = b.resource(in_firm)
    b.tell(person, {"case_type": "posting", "posting_months": "1", "replaces_posted_person": False}, in_firm)
    found = ask(the_task(in_firm, place_country="AT"), person, in_firm)
    assert found.outcome == "allowed_with_conditions"
    assert "Art. 12 VO (EG) 883/2004" in found.citations
    a1 = [one for one in found.conditions if "A1" in one.text.de]
    assert a1
    assert all(one.lead_days >= 0 for one in a1)
    assert all(one.citation for one in found.conditions)


def test_a1_at_hand_is_no_condition_any_more(in_firm: Actor) -> None:
    person = b.resource(in_firm)
    b.tell(person, {"case_type": "posting", "posting_months": "1", "replaces_posted_person": False}, in_firm)
    task = the_task(in_firm, place_country="AT")
    before = ask(task, person, in_firm)
    resources.add_paper(person, kind="a1", state="confirmed", valid_from=b.DAY, expires=date(2027, 12, 31), by=in_firm)
    after = ask(task, person, in_firm)
    assert after.permits
    assert len(after.conditions) < len(before.conditions)


def test_expired_a1_counts_for_nothing(in_firm: Actor) -> None:
    person = b.resource(in_firm)
    b.tell(person, {"case_type": "posting", "posting_months": "1", "replaces_posted_person": False}, in_firm)
    task = the_task(in_firm, place_country="AT")
    before = ask(task, person, in_firm)
    resources.add_paper(
        person, kind="a1", state="confirmed", valid_from=date(2026, 1, 1), expires=date(2026, 6, 30), by=in_firm
    )
    assert ask(task, person, in_firm).conditions == before.conditions


def test_no_a1_at_home(in_firm: Actor) -> None:
    found = ask(the_task(in_firm, place_country="DE"), b.resource(in_firm), in_firm)
    assert not any("883/2004" in citation for citation in found.citations)


def test_fitter_in_linz_works_under_austrian_law(in_firm: Actor) -> None:
    fitter = b.resource(in_firm, country="AT", nationality="AT", city="Linz", time_zone="Europe/Vienna")
    found = ask(the_task(in_firm), fitter, in_firm)
    assert found.permits
    assert any("AZG" in citation for citation in found.citations)
    assert not any("ArbZG" in citation for citation in found.citations)


def test_too_long_a_day_is_blocked(in_firm: Actor) -> None:
    from datetime import time

    hours = [(day, time(6), time(18)) for day in range(5)]
    found = ask(the_task(in_firm), b.resource(in_firm, hours=hours), in_firm)
    assert found.outcome == "blocked"
    assert "§ 3 ArbZG" in found.citations


def test_freelancer_is_unknown_until_the_contract_is_described(in_firm: Actor) -> None:
    task, person = the_task(in_firm), b.resource(in_firm, "freelancer")
    assert ask(task, person, in_firm).outcome == "unknown"
    b.tell(person, b.FREE, in_firm)
    found = ask(task, person, in_firm)
    assert found.outcome == "allowed_with_conditions"
    assert any("Zeitfenster" in one.text.de for one in found.conditions)


def test_freelancer_whose_hours_place_and_work_are_set_is_blocked(in_firm: Actor) -> None:
    person = b.resource(in_firm, "freelancer")
    bound = ("client_sets_hours", "client_sets_place", "client_instructs_how", "embedded_in_team", "joint_project_work")
    free = {name: not value for name, value in b.FREE.items() if name in b.FREE and name != "already_running"}
    b.tell(person, free | dict.fromkeys(bound, True) | {"already_running": False}, in_firm)
    found = ask(the_task(in_firm), person, in_firm)
    assert found.outcome == "blocked"
    assert any("SGB IV" in citation for citation in found.citations)


def test_partner_team_is_never_named_by_the_firm(in_firm: Actor) -> None:
    team = b.resource(in_firm, "partner", country="PT")
    b.tell(team, {"client_instructs": False, "integrated": False, "licence": False}, in_firm)
    found = ask(the_task(in_firm), team, in_firm)
    assert found.permits
    checks = Check.objects.filter(pk__in=found.checks, rule="de/aueg/partner_team")
    assert [check.facts["named_by_client"] for check in checks] == [False]


AGENT = {"ai_allowed": True, "ai_purpose": "Belege vorsortieren", "skill_folder": "invoice_booking"}
AI_ACT = {
    "ai_technique": "rules_only",
    "developed_or_commissioned": "no",
    "own_name": "no",
    "used_under_authority": "yes",
}


def test_agent_with_a_file_is_asked_its_class(in_firm: Actor) -> None:
    agent = b.agent(in_firm)
    b.tell(agent, {"ai_act": AI_ACT}, in_firm)
    found = ask(the_task(in_firm, **AGENT), agent, in_firm)
    assert Check.objects.filter(pk__in=found.checks, rule="eu/ai_act/classification").exists()
    assert found.permits


def test_stopped_agent_does_nothing(in_firm: Actor) -> None:
    agent = b.agent(in_firm)
    task = the_task(in_firm, **AGENT)
    resources.stop_agent(agent.agent_file, at=clock.now(), by=in_firm)
    found = ask(task, agent, in_firm)
    assert found.outcome == "blocked"
    assert found.citations == ("KI-Akte",)
    resources.release_agent(agent.agent_file, by=in_firm)
    assert ask(task, Resource.objects.get(pk=agent.pk), in_firm).citations != ("KI-Akte",)


@pytest.mark.parametrize(
    ("task", "file"),
    [
        (AGENT | {"ai_allowed": False}, {}),
        (AGENT | {"skill_folder": "lead_qualification"}, {}),
        (AGENT | {"data_class": "personal"}, {}),
        (AGENT | {"place_country": "DE"}, {}),
        (AGENT, {"expires": b.DAY}),
        (AGENT, {"expires": b.DAY - timedelta(days=1)}),
    ],
)
def test_agent_outside_its_file_is_blocked(task: dict[str, Any], file: dict[str, Any], in_firm: Actor) -> None:
    found = ask(the_task(in_firm, **task), b.agent(in_firm, **file), in_firm)
    assert found.outcome == "blocked"
    assert found.remedy is not None


def test_kind_that_the_task_is_not_meant_for_is_blocked(in_firm: Actor) -> None:
    task, person = the_task(in_firm, kinds_allowed=["freelancer"]), b.resource(in_firm)
    assert ask(task, person, in_firm).citations == ("Aufgabe",)


def test_one_question_is_stored_once(in_firm: Actor) -> None:
    tasks = [the_task(in_firm) for _ in range(3)]
    people = [b.resource(in_firm) for _ in range(3)]
    gate.permissions(tasks, people, on=b.DAY, by=in_firm)
    stored = Check.objects.count()
    assert stored == Check.objects.values("rule", "on", "facts_digest").distinct().count()
    gate.permissions(tasks, people, on=b.DAY, by=in_firm)
    assert Check.objects.count() == stored


def test_gate_needs_no_query_per_pair(in_firm: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tasks = [the_task(in_firm) for _ in range(3)]
    people = [b.resource(in_firm) for _ in range(4)]

    def read() -> tuple[list[Task], list[Resource]]:
        found = list(resources.resources_on(b.DAY).prefetch_related("papers", "working_times"))
        return list(Task.objects.select_related("project")), found

    gate.permissions(*read(), on=b.DAY, by=in_firm)
    few, many = ([tasks[0]], [people[0]]), read()
    gate.permissions(*few, on=b.DAY, by=in_firm)
    with django_assert_num_queries(3):
        gate.permissions(*many, on=b.DAY, by=in_firm)


@pytest.mark.parametrize("value", ["vielleicht", 7, {"ja": True}, ["ja"]])
def test_fact_of_the_wrong_form_holds_up_its_own_pair_only(value: Any, in_firm: Actor) -> None:
    task, wrong, right = the_task(in_firm), b.resource(in_firm, "freelancer"), b.resource(in_firm)
    b.tell(wrong, b.FREE | {"client_sets_hours": value}, in_firm)
    found = gate.permissions([task], [wrong, right], on=b.DAY, by=in_firm)
    assert found[task.pk, right.pk].outcome == "allowed"
    held = found[task.pk, wrong.pk]
    assert held.outcome == "unknown"
    assert held.remedy is not None
    assert "neu erfassen" in held.remedy.de
    assert "Arbeitszeit" in held.reasons[0].de
    b.tell(wrong, {"client_sets_hours": False}, in_firm)
    assert ask(task, wrong, in_firm).permits
