"""Which rules apply to whom: for a person, a team, an agent and a piece of work, with the facts recorded of them.

``gate`` rules decide whether work may be given; the others apply as well and are asked with what is recorded. Nothing
is stored here, and nothing is guessed: what nobody recorded stays out, and the rule then says what it would need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, fact_names
from werkfluss.work.domain import further, gate, gate_facts
from werkfluss.work.domain.gate_facts import Brief
from werkfluss.work.domain.person_checks import questions_about
from werkfluss.workforce.models import Kind, Resource

CLASSIFICATION = "eu/ai_act/classification"
AI_FACTS = "ai_act"

# Beside the gate, per kind of resource; law/README.md says which question each rule answers.
ALSO: Mapping[str, tuple[str, ...]] = {
    Kind.EMPLOYEE: ("eu/ai_act/literacy",),
    Kind.FREELANCER: ("de/status/pension_duty", "de/status/artists_levy", "eu/ai_act/literacy"),
    Kind.FRACTIONAL: ("de/status/pension_duty", "eu/ai_act/literacy"),
    Kind.PARTNER: (),
    Kind.AGENT: ("eu/ai_act/role",),
}
_GERMAN_EMPLOYEE = ("de/terms/minimum_wage", "de/terms/leave", "de/social/insurance_duty")
_GERMAN_FOREIGNER = ("de/residence/employer_duties", "de/residence/routes")
_SUPPLIER_ABROAD = ("de/invoice/reverse_charge", "de/status/withholding")
# Far above every limit for a Minijob: above it the question would only be noise.
_NEAR_A_MINIJOB = Decimal(1000)
_DAYS_PER_WEEK_KNOWN = range(1, 8)


@dataclass(frozen=True, slots=True)
class Applied:
    """One rule that applies; ``gate``: without its permission no work is given."""

    question: Question
    gate: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where an answer belongs. ``place``: fact, declared or papers; ``name``: the name a fact is kept under."""

    place: str
    name: str


_DECLARED = frozenset({"citizenship", "work_country", "insured_in", "recipient_state", "supplier_state"})
_PAPERS = frozenset({"title", "title_from", "title_to", "a1_held"})
_RESIDENCE = frozenset({"de/residence/work_permission", "eu/a1/work_abroad"})


def home_of(rule: str, name: str) -> Home:
    """Where the answer to a rule's question is kept, so that the rule finds it there again."""
    if rule == CLASSIFICATION:
        return Home("fact", AI_FACTS)
    if name in _DECLARED:
        return Home("declared", name)
    if rule in _RESIDENCE and name in _PAPERS:
        return Home("papers", name)
    return Home("fact", name)


def of_resource(resource: Resource, recorded: dict[str, Any], *, on: date) -> list[Applied]:
    """All rules that apply to a person, team or agent on a day; no query if papers and hours are prefetched."""
    needed = [Applied(question, gate=True) for question in questions_about(resource, recorded, on=on)]
    subject = gate_facts.Subject.of(resource, recorded)
    needed += [Applied(question, gate=True) for question in further.questions_of(subject, on=on)]
    rules = [*_also(resource), *_of_pay(resource, recorded)]
    also = [Question.of(rule, on, _facts(rule, subject, on)) for rule in rules]
    return needed + [Applied(question, gate=False) for question in also]


def of_work(
    brief: Brief, about: dict[str, Any], resource: Resource, recorded: dict[str, Any], *, on: date
) -> tuple[list[Applied], gate.Permission | None]:
    """The gate's rules for one piece of work and who is to do it, and what the work itself rules out before them."""
    questions, refusal = gate.questions_of(brief, about, gate_facts.Subject.of(resource, recorded), on=on)
    return [Applied(question, gate=True) for question in questions], refusal


def of_ai_use(about: Mapping[str, Any], *, on: date) -> list[Applied]:
    """A piece of work that AI may do, before it is known which agent."""
    return [Applied(Question.of(CLASSIFICATION, on, about.get(AI_FACTS, {})), gate=True)]


def _also(resource: Resource) -> Iterable[str]:
    kind, german = Kind(resource.kind), resource.country == "DE"
    if kind is Kind.EMPLOYEE and german:
        yield from _GERMAN_EMPLOYEE
    foreigner = bool(resource.nationality) and gate_facts.is_third_country(resource.nationality)
    if kind is Kind.EMPLOYEE and foreigner and (german or gate_facts.is_third_country(resource.country)):
        yield from _GERMAN_FOREIGNER
    if kind in {Kind.FREELANCER, Kind.FRACTIONAL} and not german:
        yield from _SUPPLIER_ABROAD
    yield from ALSO[kind]


def _of_pay(resource: Resource, recorded: Mapping[str, Any]) -> Iterable[str]:
    """What is asked of German staff only where the pay is recorded that it depends on."""
    if resource.kind != Kind.EMPLOYEE or resource.country != "DE" or "gross" not in recorded:
        return
    try:
        near = Decimal(str(recorded["gross"])) <= _NEAR_A_MINIJOB
    except InvalidOperation:
        near = False
    if near:
        yield "de/social/minijob"
    elif "health" in recorded:
        yield "de/social/contributions"


def _facts(rule: str, subject: gate_facts.Subject, on: date) -> dict[str, Any]:
    """Recorded facts of the rule, and what is declared of the resource where nothing is recorded."""
    names = fact_names(rule)
    declared = {name: value for name, value in _declared(rule, subject, on).items() if name in names}
    return {name: value for name, value in declared.items() if value} | explain.usable(rule, subject.recorded, on=on)


def _declared(rule: str, subject: gate_facts.Subject, on: date) -> dict[str, Any]:
    resource = subject.resource
    found: dict[str, Any] = {
        "citizenship": resource.nationality,
        "recipient_state": resource.country,
        "supplier_state": resource.country,
        "month": on.replace(day=1).isoformat(),
    }
    if rule.startswith("de/residence/"):
        start = subject.title_from or resource.active_from
        found["work_start"] = start.isoformat() if start else None
        found["lives_abroad"] = resource.country != "DE" or None
    if rule.startswith("de/terms/"):
        found["weekly_hours"] = f"{resource.weekly_minutes / 60:g}"
        days = {row.weekday for row in resource.working_times.all()}
        found["days_per_week"] = str(len(days)) if len(days) in _DAYS_PER_WEEK_KNOWN else None
    return found
