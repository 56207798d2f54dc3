"""Externals as partners of a contract: their way in, and what the law says of working with them."""

from __future__ import annotations

from datetime import date

from werkfluss.compliance.domain.checks import Answer, Question, check_facts, fact_names
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.events import Event, record
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.workforce.models import Kind, Resource

_RULES = {
    Kind.FREELANCER: "de/status/engagement",
    Kind.FRACTIONAL: "de/status/fractional_executive",
    Kind.PARTNER: "de/aueg/partner_team",
}


def status_check(resource: Resource, *, on: date, by: Actor) -> Answer:
    """What the law says of an order to this external on this day, from the facts recorded of it.

    Raises:
        Refused: it is no external.
    """
    rule = _RULES.get(Kind(resource.kind))
    if rule is None:
        raise _no_external(resource)
    known = facts_on(on, subject_type="workforce.resource", subject_ids=[resource.pk])[resource.pk]
    facts = {name: value for name, value in known.items() if name in fact_names(rule)}
    if rule == _RULES[Kind.PARTNER]:
        # Members of a partner's team are never named here, so this holds by construction.
        facts["named_by_client"] = False
    question = Question.of(rule, on, facts)
    return check_facts([question], by=by)[question]


def require_permitted(resource: Resource, *, on: date, by: Actor) -> Answer:
    """The check, if it lets the order be given.

    Raises:
        Refused: the law forbids it, or facts are missing; neither can be overridden.
    """
    answer = status_check(resource, on=on, by=by)
    verdict = answer.verdict
    if verdict.permits:
        return answer
    first = next(iter(verdict.conditions), None)
    asked = [fact.question for fact in verdict.missing]
    way_out = first.text if first else Text("Bitte die Zusammenarbeit ändern.", "Please change the way of working.")
    if asked:
        way_out = Text(
            "Bitte mit Quelle erfassen: " + " ".join(text.de for text in asked),
            "Please record with its source: " + " ".join(text.en for text in asked),
        )
    raise Refused(
        next(iter(verdict.reasons), way_out),
        citation=", ".join(citation.label for citation in verdict.citations) or verdict.rule,
        what_to_do=way_out,
        where=resource.name,
    )


def invite(resource: Resource, *, by: Actor) -> User:
    """The external's login, made if there is none: no password, the way in is a link or one the person sets.

    Raises:
        Refused: it is no external, or has no e-mail address.
    """
    if Kind(resource.kind) not in _RULES:
        raise _no_external(resource)
    if resource.user is None:
        # Another copy of the same row may have been invited a moment ago.
        resource.refresh_from_db(fields=["user", "version"])
    if resource.user is not None:
        return resource.user
    if not resource.email:
        raise Refused(
            Text(f"Für {resource.name} fehlt die E-Mail-Adresse.", f"{resource.name} has no e-mail address."),
            citation="Auftrag",
            what_to_do=Text("Bitte tragen Sie die Adresse ein.", "Please enter the address."),
        )
    user = User.objects.filter(email=resource.email.lower()).first()
    if user is None:
        language = "de" if "de" in resource.languages else next(iter(resource.languages), "de")
        user = User.objects.create_user(
            resource.email, name=resource.name, language=language, time_zone=resource.time_zone
        )
    resource.edit(user=user)
    role = Role.PROVIDER if resource.kind == Kind.PARTNER else Role.FREELANCER
    firms.add_member(user, role=role, by=by)
    record(Event("engagement.external.invited", resource, {"user": user.pk, "role": role}), by=by)
    return user


def _no_external(resource: Resource) -> Refused:
    return Refused(
        Text(f"{resource.name} bekommt keine Aufträge.", f"{resource.name} is not given orders."),
        citation="Auftrag",
        what_to_do=Text("Aufträge gehen an Externe.", "Orders go to externals."),
    )
