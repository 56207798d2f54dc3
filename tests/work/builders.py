"""What the tests of the room work build: tasks that are clear, people, externals and agents with what the law asks."""

from __future__ import annotations

import itertools
from datetime import date, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import User
    from werkfluss.work.models import Assignment, Project, Task
    from werkfluss.workforce.models import Resource, Skill

DAY = date(2026, 11, 23)  # a Monday
START = date(2026, 12, 1)
OFFICE_HOURS = [
    (day, time(*part[0]), time(*part[1])) for day in range(5) for part in (((8, 0), (12, 0)), ((12, 45), (16, 45)))
]
_numbers = itertools.count(1)

# What a firm answers about a freelancer whose order leaves him free.
FREE = {
    "client_sets_hours": False,
    "client_sets_place": False,
    "client_instructs_how": False,
    "embedded_in_team": False,
    "joint_project_work": False,
    "uses_client_equipment": False,
    "appears_as_staff": False,
    "detailed_reports": False,
    "must_work_in_person": False,
    "paid_by_time_only": False,
    "salary_like_pay": False,
    "former_employee_same_work": False,
    "exclusivity": False,
    "may_refuse_orders": True,
    "own_staff_used": True,
    "own_capital_at_risk": True,
    "fixed_price_with_acceptance": True,
    "several_clients": True,
    "own_market_presence": True,
    "fee_above_salary": True,
    "own_office_and_tools": True,
    "registered_business": True,
    "contract_says_self_employed": True,
    "specialist_in_process": False,
    "already_running": False,
}
THIRD_COUNTRY = {
    "payroll": "settled",
    "permanent_establishment": "none_recorded",
    "data_transfer": "no_personal_data",
    "export_control": "not_listed",
}


def skill(key: str, by: Actor) -> Skill:
    from werkfluss.workforce.domain import resources

    return resources.add_skill(key=key, name_de=key.title(), name_en=key.title(), by=by)


def project(by: Actor, **more: Any) -> Project:
    from werkfluss.work.domain import tasks

    return tasks.create_project(**{"name": "Umbau", "start": START, "deadline": date(2027, 3, 31), **more}, by=by)


def task(of: Project, by: Actor, *, skills: tuple[str, ...] = ("planung",), **more: Any) -> Task:
    """A task that the clarity check finds nothing missing of."""
    from werkfluss.work.domain import tasks

    told = {
        "title": f"Angebot {next(_numbers)} prüfen",
        "outcome": "Geprüftes Angebot als PDF",
        "effort_minutes": 480,
        "data_class": "internal",
        "deadline": date(2027, 2, 1),
        **more,
    }
    for key in skills:
        skill(key, by)
    made = tasks.create_task(of, by=by, **told)
    tasks.fill_task(made, skills=dict.fromkeys(skills), criteria=["Alle 12 Positionen haben einen Preis"])
    return made


def user(name: str = "person") -> User:
    from werkfluss.org.models import User

    return User.objects.create_user(f"{name}{next(_numbers)}@muster.example", name=name)


def resource(by: Actor, kind: str = "employee", *, skills: tuple[str, ...] = ("planung",), **declared: Any) -> Resource:
    """Somebody who can do it: German staff unless said otherwise, with usual hours."""
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    told = {"name": f"Person {next(_numbers):03}", "country": "DE", "nationality": "DE", **declared}
    if kind == "employee":
        told.setdefault("hours", OFFICE_HOURS)
    rate = resources.set_rate(name=told.pop("rate_name", "Satz"), cents_per_hour=told.pop("cents", 6000), by=by)
    made = resources.add_resource(kind=Kind(kind), rate=rate, by=by, **told)
    level = 3 if kind in {"agent", "partner"} else None
    resources.set_skills(made, skills={skill(key, by): level for key in skills}, by=by)
    return made


def agent(by: Actor, **more: Any) -> Resource:
    """An agent with its file; what the AI Act asks is recorded of it."""
    from werkfluss.workforce.domain import resources

    made = resource(by, "agent", country="", nationality="")
    told = {
        "purpose": "Belege vorsortieren",
        "skill_folder": "invoice_booking",
        "ai_act_class": "minimal",
        "ai_act_citation": "Art. 6 KI-VO",
        "data_classes": ["internal"],
        "budget_cents_month": 1000,
        "budget_cents_run": 100,
        "label_de": "KI",
        "label_en": "AI",
        "expires": date(2027, 12, 31),
        **more,
    }
    resources.open_agent_file(made, responsible=user("verantwortlich"), by=by, **told)
    tell(made, {"ai_act": {"ai_technique": "rules_only"}}, by)
    return made


def tell(subject: Any, facts: dict[str, Any], by: Actor, *, on: date = DAY) -> None:
    """Record facts with their source."""
    from werkfluss.compliance.domain.facts import record_fact

    for name, value in facts.items():
        record_fact(subject, name=name, value=value, source="Vertrag vom 01.11.2026", valid_from=on, by=by)


def assign(to: Resource, given: Task, **more: Any) -> Assignment:
    from werkfluss.work.models import Assignment, Task

    state = more.pop("state", Assignment.State.ACTIVE)
    given.edit(state=Task.State.OFFERED if state == Assignment.State.OFFERED else Task.State.ASSIGNED)
    days = {"first_day": START, "last_day": date(2026, 12, 4), **more}
    return Assignment.objects.create(task=given, resource=to, state=state, **days)
