"""The deadlines every HR starts with, derived from what the firm says of its people, papers, orders and agents.

They are proposals: a person chooses which become deadlines, and which are left out for good. When people join, theirs
come up by themselves. Where the law says what is due, its rule is asked; what is only practice says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from werkfluss.compliance.domain.checks import Question, check_facts, consider
from werkfluss.compliance.domain.conditions import days_of_duty, duty_code, take_on_duty
from werkfluss.compliance.domain.deadlines import drop_deadline, set_deadline
from werkfluss.compliance.domain.explain import usable
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Deadline
from werkfluss.engagement.models import Order
from werkfluss.flow import renewals
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.law.deadlines import last_day_of_months, months_after
from werkfluss.org.actor import Actor
from werkfluss.work.domain.gate_facts import is_third_country
from werkfluss.workforce.domain.resources import resources_on
from werkfluss.workforce.models import Kind, Resource, Share

PROBATION, START, TERM, INSTRUCTION = "probation", "start", "term", "instruction"
CERTIFICATE, TITLE, A1, INSURANCE, CONTRACT, AGENT = "certificate", "title", "a1", "insurance", "contract", "agent"
GROUPS = (PROBATION, START, TERM, INSTRUCTION, CERTIFICATE, TITLE, A1, INSURANCE, CONTRACT, AGENT)

INSTRUCTION_CODE = "practice:instruction"
INSTRUCTION_TITLE = Text("Jährliche Unterweisung", "Annual safety instruction")
# The statutes at hand do not hold the provision on instructions, so none is cited.
PRACTICE = "Übung der Firma: einmal im Jahr (keine Quelle im Rechtspaket)"
_INSTRUCTION_LEAD, _TERM_LEAD, _CONTRACT_LEAD = 14, 90, 14
_LONGEST_PROBATION, _WAITING_MONTHS = 6, 6
_NEEDED = ("org_id", "kind", "name", "country", "nationality", "active_from", "active_to")
_PAPER_GROUPS = {
    "residence_title": TITLE,
    "a1": A1,
    "health_insurance": INSURANCE,
    "liability_insurance": INSURANCE,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A deadline that is not there yet. ``duty``: the question to the law and the number of the duty in its answer.

    ``assumed`` says what was taken for granted because nobody has recorded it.
    """

    group: str
    subject: models.Model
    about: str
    code: str
    title: Text
    due: date
    lead_days: int
    who: str
    basis: str
    duty: tuple[Question, int] | None = None
    assumed: Text | None = None

    @property
    def key(self) -> str:
        return f"{self.subject._meta.label_lower}|{self.subject.pk}|{self.code}|{self.due.isoformat()}"

    @property
    def start_by(self) -> date:
        return self.due - timedelta(days=self.lead_days)


@dataclass(slots=True)
class _Person:
    resource: Resource
    recorded: dict[str, Any]
    shares: list[Share] = field(default_factory=list)


def proposals(*, on: date) -> list[Proposal]:
    """What is not a deadline yet and was not left out, the earliest start first. A constant number of queries."""
    people = _people(on)
    found = [one for person in people for one in _of_person(person, on)]
    found += [_of_renewal(renewal) for renewal in renewals.renewals(on=on)]
    found += [_of_order(order) for order in _orders(on)]
    kept = Deadline.objects.filter(code__in={one.code for one in found})
    rows = kept.values_list("subject_type", "subject_id", "code", "due", "state")
    known = {(label, key, code, due) for label, key, code, due, _ in rows}
    running = {(label, key, code) for label, key, code, _, state in rows if state == "open"}
    fresh = [one for one in found if (*_subject(one), one.due) not in known and _subject(one) not in running]
    return sorted(fresh, key=lambda one: (one.start_by, one.due, one.about))


def without_start() -> int:
    """Staff of whom nobody has said when they began: no deadline can be derived from it."""
    return Resource.objects.filter(kind=Kind.EMPLOYEE, active_from=None, active_to=None).count()


def create(keys: Iterable[str], *, on: date, by: Actor) -> list[Deadline]:
    """Make the chosen proposals deadlines; what has become one meanwhile is left alone."""
    chosen = _chosen(keys, on)
    questions = [one.duty[0] for one in chosen if one.duty is not None]
    checks = check_facts(questions, by=by) if questions else {}
    made = []
    for one in chosen:
        if one.duty is not None:
            question, number = one.duty
            made.append(take_on_duty(checks[question].check, number=number, subject=one.subject, by=by))
        else:
            made.append(_set(one, by=by))
    return made


def leave_out(keys: Iterable[str], *, reason: str, on: date, by: Actor) -> list[Deadline]:
    """The chosen proposals do not apply: they stay on record as dropped and are not proposed again.

    Raises:
        Refused: no reason.
    """
    if not reason.strip():
        raise Refused(
            Text("Bitte nennen Sie den Grund.", "Please give the reason."),
            citation="Fristen",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    made = create(keys, on=on, by=by)
    for deadline in made:
        drop_deadline(deadline, reason=reason, by=by)
    return made


def follow_up(deadline: Deadline, *, done_on: date, by: Actor) -> Deadline | None:
    """What comes back every year is due again a year after it was done; everything else ends with it."""
    if deadline.code != INSTRUCTION_CODE:
        return None
    rows = apps.get_model(deadline.subject_type)._default_manager
    subject = rows.filter(pk=deadline.subject_id).first()
    if subject is None or _gone(subject, done_on):
        return None
    return set_deadline(
        subject,
        code=INSTRUCTION_CODE,
        title=INSTRUCTION_TITLE,
        due=months_after(done_on, 12),
        lead_days=_INSTRUCTION_LEAD,
        who=deadline.who,
        basis=deadline.basis,
        by=by,
    )


def _gone(subject: models.Model, on: date) -> bool:
    until = getattr(subject, "active_to", None)
    return until is not None and until <= on


def _chosen(keys: Iterable[str], on: date) -> list[Proposal]:
    wanted = set(keys)
    return [one for one in proposals(on=on) if one.key in wanted]


def _subject(one: Proposal) -> tuple[str, UUID, str]:
    return one.subject._meta.label_lower, one.subject.pk, one.code


def _set(one: Proposal, *, by: Actor) -> Deadline:
    return set_deadline(
        one.subject,
        code=one.code,
        title=one.title,
        due=one.due,
        lead_days=one.lead_days,
        who=one.who,
        basis=one.basis,
        by=by,
    )


def _people(on: date) -> list[_Person]:
    # A firm reads all of them for a number on the first screen: only what a proposal needs.
    rows = list(resources_on(on).exclude(kind=Kind.AGENT).select_related(None).only(*_NEEDED))
    asked = [row.pk for row in rows if row.kind == Kind.EMPLOYEE and row.active_from is not None]
    known = facts_on(on, subject_type=Resource._meta.label_lower, subject_ids=asked) if asked else {}
    people = {row.pk: _Person(row, known.get(row.pk, {})) for row in rows}
    for share in Share.objects.filter(valid_to__gt=on):
        if share.resource_id in people:
            people[share.resource_id].shares.append(share)
    return list(people.values())


def _orders(on: date) -> Sequence[Order]:
    running = Order.objects.filter(state=Order.State.AGREED, last_day__gte=on)
    return list(running.select_related("resource").order_by("last_day", "number"))


def _of_person(person: _Person, on: date) -> Iterator[Proposal]:
    resource = person.resource
    if resource.kind == Kind.EMPLOYEE:
        if resource.country == "DE":
            yield from _by_law(person, on)
        yield _instruction(resource, on)
    yield from _ends(person)


def _by_law(person: _Person, on: date) -> Iterator[Proposal]:
    """Probation, written terms and duties for foreign staff: what the rules say of somebody's first day."""
    resource, start = person.resource, person.resource.active_from
    if start is None:
        return
    yield from _probation(person, start, on)
    rule = "de/terms/written_terms"
    facts = {"form": "none"} | usable(rule, person.recorded, on=on) | {"start": start.isoformat()}
    missing = _ASSUMED_TERMS if facts["form"] == "none" else None
    yield from (replace(one, assumed=missing) for one in _duties(START, resource, Question.of(rule, on, facts)))
    if resource.nationality and is_third_country(resource.nationality):
        rule = "de/residence/employer_duties"
        facts = {"relation": "employee"} | usable(rule, person.recorded, on=on)
        facts |= {"citizenship": resource.nationality, "work_start": start.isoformat()}
        yield from _duties(START, resource, Question.of(rule, on, facts))


def _probation(person: _Person, start: date, on: date) -> Iterator[Proposal]:
    resource, rule = person.resource, "de/terms/probation"
    facts = {"fixed_term": resource.active_to is not None} | usable(rule, person.recorded, on=on)
    # Other rules count months too: more than the longest probation is none.
    agreed = Decimal(str(facts.get("months", -1)))
    told = 0 <= agreed <= _LONGEST_PROBATION
    facts |= {"months": str(agreed if told else _LONGEST_PROBATION), "start": start.isoformat()}
    for one in _duties(PROBATION, resource, Question.of(rule, on, facts)):
        yield one if told else replace(one, assumed=_ASSUMED_PROBATION)
    protected = last_day_of_months(start, _WAITING_MONTHS)
    if told and agreed != _WAITING_MONTHS and protected >= on:
        yield _waiting_period(resource, protected)


_ASSUMED_PROBATION = Text(
    "Angenommen: sechs Monate, die längste Probezeit. Ist weniger vereinbart, bitte als Angabe erfassen.",
    "Assumed: six months, the longest probation. If less was agreed, please record it.",
)
_ASSUMED_TERMS = Text(
    "Angenommen: noch nicht ausgehändigt. Liegt der unterschriebene Vertrag vor, diese Zeile weglassen.",
    "Assumed: not handed over yet. If the signed contract is there, leave this line out.",
)


def _duties(group: str, resource: Resource, question: Question) -> Iterator[Proposal]:
    """The duties of a rule's answer that are still ahead."""
    verdict = consider([question])[question].verdict
    labels = {citation.id: citation.label for citation in verdict.citations}
    for number, duty in enumerate(verdict.duties):
        if duty.due is None or duty.due < question.on:
            continue
        yield Proposal(
            group,
            resource,
            resource.name,
            duty_code(question.rule, verdict.duties, number),
            duty.what,
            duty.due,
            days_of_duty(duty),
            duty.who.de,
            labels.get(duty.basis, duty.basis),
            (question, number),
        )


def _waiting_period(resource: Resource, last: date) -> Proposal:
    title = Text(
        "Sechs Monate um: danach gilt der allgemeine Kündigungsschutz",
        "Six months are over: general protection against dismissal begins",
    )
    # The pack on terms names the provision; its text is not among the statutes at hand.
    basis = "§ 1 Abs. 1 KSchG (Wortlaut nicht im Rechtspaket)"
    return Proposal(PROBATION, resource, resource.name, "practice:waiting", title, last, 21, "hr", basis)


def _instruction(resource: Resource, on: date) -> Proposal:
    """On the first day, then once a year: with the next anniversary, or in a month where no first day is known."""
    start = resource.active_from
    if start is None:
        due = on + timedelta(days=30)
    else:
        due, years = start, 0
        while due < on:
            years += 1
            due = months_after(start, 12 * years)
    return Proposal(
        INSTRUCTION,
        resource,
        resource.name,
        INSTRUCTION_CODE,
        INSTRUCTION_TITLE,
        due,
        _INSTRUCTION_LEAD,
        "lead",
        PRACTICE,
    )


def _ends(person: _Person) -> Iterator[Proposal]:
    """Contracts with a last day: of staff, of externals, of a share of the week."""
    resource = person.resource
    if resource.active_to is not None:
        last = resource.active_to - timedelta(days=1)
        if resource.kind == Kind.EMPLOYEE:
            title = Text(
                "Vertrag endet: verlängern, entfristen oder beenden", "Contract ends: extend, make permanent or let end"
            )
            basis = "§ 15 Abs. 1, 6 TzBfG" if resource.country == "DE" else "Vereinbartes Ende"
            yield Proposal(TERM, resource, resource.name, "term", title, last, _TERM_LEAD, "hr", basis)
        else:
            title = Text("Zusammenarbeit endet: Verlängerung klären", "Co-operation ends: clear an extension")
            yield Proposal(
                CONTRACT, resource, resource.name, "term", title, last, _CONTRACT_LEAD, "lead", "Vereinbartes Ende"
            )
    for share in person.shares:
        assert share.valid_to is not None
        title = Text("Vereinbarter Anteil endet: neu vereinbaren", "Agreed share ends: agree a new one")
        last = share.valid_to - timedelta(days=1)
        yield Proposal(
            CONTRACT, resource, resource.name, "share", title, last, _CONTRACT_LEAD, "lead", "Vereinbartes Ende"
        )


def _of_renewal(one: renewals.Renewal) -> Proposal:
    kind = one.code.removeprefix("renew:")
    group = AGENT if one.code == renewals.AGENT_FILE else _PAPER_GROUPS.get(kind, CERTIFICATE)
    return Proposal(
        group, one.resource, one.resource.name, one.code, one.title, one.due, one.lead_days, one.who, one.basis
    )


def _of_order(order: Order) -> Proposal:
    title = Text(
        f"Auftrag {order.number} endet: Abnahme oder Verlängerung klären",
        f"Order {order.number} ends: clear acceptance or an extension",
    )
    about = order.resource.name
    return Proposal(
        CONTRACT, order, about, "order_end", title, order.last_day, _CONTRACT_LEAD, "lead", "Vereinbartes Ende"
    )
