"""What the law is asked about a resource by itself, before there is any task: the page of a person shows it.

The gate (``work.domain.gate``) asks the same rules per task; here only what depends on the resource alone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.work.domain import gate_facts
from werkfluss.workforce.models import Kind, Resource


def questions_about(resource: Resource, recorded: dict[str, Any], *, on: date) -> list[Question]:
    """The rules that hold for this kind of resource, with the facts recorded of it; no query of its own
    if ``papers`` and ``working_times`` are prefetched.

    A fact of a form that the rule cannot take is left out: the page has to open, so that it can be recorded anew. The
    gate gives no work on it meanwhile.
    """
    return [_fitting(question) for question in _questions(resource, recorded, on)]


def _fitting(question: Question) -> Question:
    unfit = explain.misfits(question)
    if not unfit:
        return question
    return Question(question.rule, question.on, tuple(pair for pair in question.facts if pair[0] not in unfit))


def _questions(resource: Resource, recorded: dict[str, Any], on: date) -> list[Question]:
    subject = gate_facts.Subject.of(resource, recorded)
    match Kind(resource.kind):
        case Kind.EMPLOYEE:
            return _of_employee(subject, on)
        case Kind.FREELANCER:
            return [Question.of("de/status/engagement", on, subject.own("engagement"))]
        case Kind.FRACTIONAL:
            return [Question.of("de/status/fractional_executive", on, subject.own("fractional_executive"))]
        case Kind.PARTNER:
            # Members of a partner's team are never named here, so this fact holds by construction.
            facts = subject.own("partner_team") | {"named_by_client": False}
            return [Question.of("de/aueg/partner_team", on, facts)]
        case Kind.AGENT:
            return [Question.of("eu/ai_act/classification", on, recorded.get("ai_act", {}))]


def _of_employee(subject: gate_facts.Subject, on: date) -> list[Question]:
    resource, asked = subject.resource, []
    if resource.country in gate_facts.WORKING_TIME_RULES:
        rule = gate_facts.WORKING_TIME_RULES[resource.country]
        asked.append(Question.of(rule, on, subject.working_time(rule)))
    start = max(on, resource.active_from or on)
    abroad = gate_facts.is_third_country(resource.country)
    if resource.country == "DE" or (abroad and subject.title_from is not None):
        asked.append(Question.of("de/residence/work_permission", on, subject.residence(start)))
    elif abroad:
        facts = subject.own("third_country") | {"work_country": resource.country}
        asked.append(Question.of("de/remote_work/third_country", on, facts))
    return asked
