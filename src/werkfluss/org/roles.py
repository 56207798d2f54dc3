"""Roles, and what each may do. This table and the table of addresses in ``web.urls`` are the whole of permissions."""

from __future__ import annotations

from enum import StrEnum

from werkfluss.kernel.text import Text


class Role(StrEnum):
    MANAGING_DIRECTOR = "managing_director"
    HR = "hr"
    LEAD = "lead"
    EMPLOYEE = "employee"
    FREELANCER = "freelancer"
    PROVIDER = "provider"
    FAMILY = "family"
    WORKS_COUNCIL = "works_council"
    AUDITOR = "auditor"
    AGENT = "agent"


LABELS: dict[Role, Text] = {
    Role.MANAGING_DIRECTOR: Text("Geschäftsführung", "Managing director"),
    Role.HR: Text("Personal", "HR"),
    Role.LEAD: Text("Leitung", "Lead"),
    Role.EMPLOYEE: Text("Beschäftigte", "Employee"),
    Role.FREELANCER: Text("Freie", "Freelancer"),
    Role.PROVIDER: Text("Dienstleister", "Provider"),
    Role.FAMILY: Text("Familie", "Family"),
    Role.WORKS_COUNCIL: Text("Betriebsrat", "Works council"),
    Role.AUDITOR: Text("Prüfung und Datenschutz", "Audit and data protection"),
    Role.AGENT: Text("KI-Agent", "AI agent"),
}

_MD, _HR, _LEAD = Role.MANAGING_DIRECTOR, Role.HR, Role.LEAD
_STAFF = frozenset({_MD, _HR, _LEAD, Role.EMPLOYEE})
_STEERING = frozenset({_MD, _LEAD})
_PEOPLE = frozenset({_MD, _HR})
_OVERSIGHT = frozenset({Role.WORKS_COUNCIL, Role.AUDITOR})
_EXTERNAL = frozenset({Role.FREELANCER, Role.PROVIDER})
# The family of a person from abroad sees the portal alone, and there what the person shows.
_EVERYBODY = frozenset(Role) - {Role.AGENT, Role.FAMILY}

PERMISSIONS: dict[str, frozenset[Role]] = {
    "firm.enter": _EVERYBODY,
    "portal.use": _STAFF | {Role.FAMILY},
    "own_tasks.read": _STAFF | _EXTERNAL,
    "own_tasks.work": _STAFF | _EXTERNAL,
    "project.read": _STAFF | _OVERSIGHT,
    "project.write": _STEERING,
    "plan.read": _STEERING | _OVERSIGHT | {_HR},
    "plan.write": _STEERING,
    "plan.publish": _STEERING,
    "result.accept": _STAFF,
    "people.read": _PEOPLE | {_LEAD, Role.WORKS_COUNCIL, Role.AUDITOR},
    "people.write": _PEOPLE,
    "member.write": _PEOPLE,
    "agent.read": _STEERING | _OVERSIGHT | {_HR},
    "agent.write": _STEERING,
    "booking.read": _STEERING | {Role.AUDITOR},
    "booking.approve": _STEERING,
    "law.read": _STAFF | _OVERSIGHT,
    "fact.record": _PEOPLE | {_LEAD},
    "deadline.read": _PEOPLE | {_LEAD, Role.AUDITOR},
    "deadline.write": _PEOPLE,
    "import.run": _PEOPLE | {_LEAD},
    "case.read": _PEOPLE | {_LEAD, Role.AUDITOR},
    "process_board.read": _PEOPLE | _OVERSIGHT | {_LEAD},
    "case.work": _PEOPLE | {_LEAD},
    "care.read": _PEOPLE,
    "care.write": _PEOPLE,
    "own_care.read": _STAFF,
    "own_care.write": _STAFF,
    "care_order.read": frozenset({Role.PROVIDER}),
    "care_order.answer": frozenset({Role.PROVIDER}),
    "order.read": _STEERING | {_HR, Role.AUDITOR},
    "order.write": _STEERING | {_HR},
    "own_orders.read": _EXTERNAL,
    "own_orders.answer": _EXTERNAL,
    "own_team.read": frozenset({Role.PROVIDER}),
    "own_team.write": frozenset({Role.PROVIDER}),
    "mandate.read": _PEOPLE | {Role.AUDITOR},
    "mandate.write": _PEOPLE,
    "own_mandate.read": frozenset({Role.FREELANCER}),
    "own_mandate.answer": frozenset({Role.FREELANCER}),
    "talent.read": _PEOPLE | {_LEAD},
    "talent.write": _PEOPLE,
    "talent.refer": _STAFF,
    "figures.read": _PEOPLE,
    "staying.read": _PEOPLE | _OVERSIGHT | {_LEAD},
    "staying.write": _PEOPLE,
    "pulse.answer": _STAFF | _EXTERNAL,
    "payment.read": _STEERING | {_HR, Role.AUDITOR},
    "payment.prepare": _STEERING | {_HR},
    "payment.release": _STEERING,
    "evidence.read": frozenset({_MD, Role.AUDITOR}),
    "hold.read": _PEOPLE | {Role.AUDITOR},
    "hold.write": _PEOPLE,
    "dossier.read": _STEERING | {_HR, Role.AUDITOR},
    "firm.manage": frozenset({_MD}),
    "api.use": frozenset({Role.AGENT}),
}


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that hold ``permission``.

    Raises:
        KeyError: no such permission is in the table; a misspelt name must not silently deny or allow.
    """
    return PERMISSIONS[permission]
