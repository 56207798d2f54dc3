"""Of whom or what the law is asked on the page of the legal check: people, teams, agents, tasks and orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.facts import facts_on, record_fact
from werkfluss.engagement.domain import further
from werkfluss.engagement.domain.billing import taxed_as
from werkfluss.engagement.domain.orders import briefs_of, orders
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.web import people_view
from werkfluss.web.access import FirmRequest
from werkfluss.web.forms.law import here
from werkfluss.web.law_view import PAY_FACTS, locked
from werkfluss.work.domain import subject_rules
from werkfluss.work.domain.gate import Permission
from werkfluss.work.domain.gate_facts import Brief
from werkfluss.work.domain.subject_rules import Applied
from werkfluss.work.models import Assignment, Task
from werkfluss.workforce.models import Kind, Resource

RESOURCE, TASK, ORDER = "resource", "task", "order"
_GRAVITY = ("blocked", "unknown", "allowed_with_conditions", "allowed")
_LIVE = ("offered", "active")
_SELF_BILLING, _VAT = "de/invoice/self_billing", "de/invoice/vat"
# Their answers are recorded of the order itself.
_ORDER_RULES = ("de/status/artists_levy", _SELF_BILLING, _VAT)
_ON_THIS_PAGE = (_SELF_BILLING, _VAT)
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class LawSubject:
    """What the law is asked about. ``resource``: who does the work, if that is known."""

    kind: str
    row: models.Model
    title: str
    word: str
    url: str
    resource: Resource | None

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.row.pk}"

    def keeper(self, rule: str) -> models.Model:
        """Whose fact an answer to a rule is: the agent's own classification, but a task's own use of AI."""
        if self.kind == TASK and rule == subject_rules.CLASSIFICATION:
            return self.row
        if self.kind == ORDER and rule in _ORDER_RULES:
            return self.row
        return self.resource or self.row


@dataclass(frozen=True, slots=True)
class Answered:
    """A rule that applies, with what it says to the recorded facts; nothing is stored by showing it."""

    question: Question
    gate: bool
    title: str
    verdict: Verdict


def may_see(actor: Actor, resource: Resource) -> bool:
    """Legal answers about people are for those who keep facts or deadlines; employees wait for the works council."""
    return _may_see_some(actor) and not people_view.is_locked(resource)


def _may_see_some(actor: Actor) -> bool:
    return actor.may("people.read") and (actor.may("fact.record") or actor.may("deadline.read"))


def open_subject(request: FirmRequest, kind: str, pk: UUID) -> LawSubject:
    """Raises Http404 if there is none, or this person may not know what the law says about it."""
    makers = {RESOURCE: _of_resource, TASK: _of_task, ORDER: _of_order}
    if kind not in makers:
        raise Http404
    found = makers[kind](request, pk)
    if found is None:
        raise Http404
    return found


def from_ref(request: FirmRequest, text: str) -> LawSubject | None:
    """The subject that an address names as ``kind:key``; a key alone is a resource. ``None`` for no name.

    Raises:
        Http404: there is no such subject, or it is not this person's to see.
    """
    if not text:
        return None
    kind, _colon, key = text.rpartition(":")
    try:
        return open_subject(request, kind or RESOURCE, UUID(key))
    except ValueError:
        raise Http404 from None


def _of_resource(request: FirmRequest, pk: UUID) -> LawSubject | None:
    row = _resources().filter(pk=pk).first()
    if row is None or not may_see(request.actor, row):
        return None
    url = reverse("person", kwargs={"firm": request.org.slug, "pk": pk})
    return LawSubject(RESOURCE, row, row.name, str(people_view.KINDS[row.kind]), url, row)


def _of_task(request: FirmRequest, pk: UUID) -> LawSubject | None:
    row = Task.objects.select_related("project").filter(pk=pk, is_summary=False).first()
    if row is None or not request.actor.may("project.read"):
        return None
    url = reverse("task", kwargs={"firm": request.org.slug, "pk": pk})
    return LawSubject(TASK, row, row.title, _("Task"), url, _doer(request, row))


def _doer(request: FirmRequest, task: Task) -> Resource | None:
    """Whom the address names with ``with=``, else who has the task now."""
    chosen = request.GET.get("with") or request.POST.get("with") or ""
    try:
        found = _resources().filter(pk=UUID(chosen)).first() if chosen else None
    except ValueError:
        raise Http404 from None
    if not chosen:
        live = Assignment.objects.filter(task=task, state__in=_LIVE).values("resource")
        found = _resources().filter(pk__in=live).first()
    return found if found is not None and may_see(request.actor, found) else None


def _of_order(request: FirmRequest, pk: UUID) -> LawSubject | None:
    row = orders().select_related("resource").filter(pk=pk).first()
    if row is None or not request.actor.may("order.read"):
        return None
    url = reverse("order", kwargs={"firm": request.org.slug, "pk": pk})
    doer = _resources().get(pk=row.resource_id)
    title = f"{row.title} – {doer.name}"
    return LawSubject(ORDER, row, title, _("Order to an external"), url, doer if may_see(request.actor, doer) else None)


def _resources() -> models.QuerySet[Resource]:
    return Resource.objects.prefetch_related("papers", "working_times")


def doers(actor: Actor) -> list[Resource]:
    """Everybody of whom this person may see legal answers, with papers and hours at hand; four queries."""
    if not _may_see_some(actor):
        return []
    rows = _resources().exclude(active_to__lte=clock.today())
    if locked():
        rows = rows.exclude(kind=Kind.EMPLOYEE)
    return list(rows[:_SHOWN])


def recorded_of(rows: Iterable[models.Model], *, on: date, actor: Actor) -> dict[UUID, dict[str, Any]]:
    """Recorded facts of rows of one type; pay only for those who keep the personnel file. One query."""
    listed = list(rows)
    if not listed:
        return {}
    known = facts_on(on, subject_type=listed[0]._meta.label_lower, subject_ids=[row.pk for row in listed])
    if actor.may("people.write"):
        return known
    return {key: {n: v for n, v in facts.items() if n not in PAY_FACTS} for key, facts in known.items()}


def applied(subject: LawSubject, *, on: date, actor: Actor) -> tuple[list[Applied], Permission | None]:
    """All rules that apply to the subject, and what the work itself rules out before any law is asked."""
    doer = subject.resource
    recorded = recorded_of([doer], on=on, actor=actor).get(doer.pk, {}) if doer else {}
    if isinstance(subject.row, Order):
        return _of_an_order(subject.row, doer, recorded, on, actor)
    if isinstance(subject.row, Task):
        about = recorded_of([subject.row], on=on, actor=actor).get(subject.row.pk, {})
        if doer is not None:
            return subject_rules.of_work(Brief.of(subject.row), about, doer, recorded, on=on)
        return (subject_rules.of_ai_use(about, on=on) if subject.row.ai_allowed else []), None
    return (subject_rules.of_resource(doer, recorded, on=on) if doer else []), None


def _of_an_order(
    order: Order, doer: Resource | None, recorded: dict[str, Any], on: date, actor: Actor
) -> tuple[list[Applied], Permission | None]:
    """The same questions as the order itself asks; self-billing and its VAT are asked on this page only."""
    found: list[Applied] = []
    refusal = None
    about = recorded_of([order], on=on, actor=actor).get(order.pk, {})
    told = {_VAT: taxed_as(order, on)}
    also = [Question.of(rule, on, explain.usable(rule, about, on=on) | told.get(rule, {})) for rule in _ORDER_RULES]
    if doer is not None:
        briefs = briefs_of(order)
        for brief in briefs:
            asked, refused = subject_rules.of_work(brief, about, doer, recorded, on=on)
            found += [one for one in asked if one not in found]
            refusal = refusal or refused
        theirs = further.asked_of(order, doer, recorded, about, briefs=briefs, on=on)
        also = [*theirs, *(one for one in also if one.rule in _ON_THIS_PAGE)]
    decided = {one.question for one in found}
    return found + [Applied(one, gate=False) for one in also if one not in decided], refusal


def answered(found: Iterable[Applied]) -> list[Answered]:
    """Each rule with its answer: what decides about work first, the gravest on top."""
    answers = [
        Answered(one.question, one.gate, here(explain.rule_card(one.question.rule).title), explain.answer(one.question))
        for one in found
    ]
    return sorted(answers, key=lambda one: (not one.gate, _GRAVITY.index(one.verdict.outcome)))


def record_answers(
    subject: LawSubject, rule: str, answers: dict[str, Any], *, source: str, valid_from: date, by: Actor
) -> int:
    """Record the answers to a rule's questions where the rule finds them again; how many were recorded."""
    keeper = subject.keeper(rule)
    plain = {name: value for name, value in answers.items() if subject_rules.home_of(rule, name).place == "fact"}
    if rule == subject_rules.CLASSIFICATION and plain:
        known = facts_on(valid_from, subject_type=keeper._meta.label_lower, subject_ids=[keeper.pk])
        before = known.get(keeper.pk, {}).get(subject_rules.AI_FACTS, {})
        plain = {subject_rules.AI_FACTS: {**before, **plain}}
    for name, value in plain.items():
        record_fact(keeper, name=name, value=value, source=source, valid_from=valid_from, by=by)
    return len(answers)


@dataclass(frozen=True, slots=True)
class Choice:
    """A subject in the list to start from."""

    ref: str
    name: str


def choices(request: FirmRequest) -> list[tuple[str, list[Choice]]]:
    """What this person may ask about, by kind; at most three queries."""
    found: list[tuple[str, list[Choice]]] = []
    actor = request.actor
    people = doers(actor)
    staff = [Choice(f"{RESOURCE}:{row.pk}", row.name) for row in people if row.kind != Kind.AGENT]
    agents = [Choice(f"{RESOURCE}:{row.pk}", row.name) for row in people if row.kind == Kind.AGENT]
    found += [(_("People and teams"), staff), (_("AI agents"), agents)]
    if actor.may("order.read"):
        rows = Order.objects.exclude(state__in=("declined", "cancelled")).order_by("-number")[:_SHOWN]
        found.append((_("Orders"), [Choice(f"{ORDER}:{row.pk}", f"{row.number} · {row.title}") for row in rows]))
    if actor.may("project.read"):
        tasks = Task.objects.filter(is_summary=False, project__state="open").exclude(state__in=("accepted", "dropped"))
        listed = tasks.order_by("-number")[:_SHOWN]
        found.append((_("Tasks"), [Choice(f"{TASK}:{row.pk}", f"{row.number} · {row.title}") for row in listed]))
    return [(word, listed) for word, listed in found if listed]
