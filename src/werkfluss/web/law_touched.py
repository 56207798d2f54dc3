"""Whom and what a change of the law touches in a firm: people, teams, agents, tasks given out, orders, stored checks.

Asked with the facts recorded today, for whoever asks: what that person may not see is left out. A constant number of
queries, whatever the size of the firm; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.compliance.domain.impact import DECIDED, Impact, impacts
from werkfluss.compliance.domain.rerun import Batch, latest_checks
from werkfluss.compliance.models import Check
from werkfluss.engagement.domain import further
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.web import law_subject
from werkfluss.web.law_view import MADE, PAY_FACTS, locked
from werkfluss.work.domain import subject_rules
from werkfluss.work.domain.gate_facts import Brief
from werkfluss.work.models import Assignment, PlanItemCheck, Task
from werkfluss.workforce.models import Resource

RESOURCE, TASK, ORDER, CHECK = "resource", "task", "order", "check"
# Stored checks may be many: a page asks so many of them again at once, the latest first, and offers to go on.
MOST_CHECKS = 300
_TO_DO = (Task.State.OFFERED, Task.State.ASSIGNED, Task.State.STARTED)
_OPEN_ORDERS = (Order.State.DRAFT, Order.State.OFFERED, Order.State.AGREED)
# These follow the day that is asked about.
_OF_THE_DAY = frozenset({"month", "work_start", "work_end"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what is touched, with the word for its kind."""

    kind: str
    pk: UUID
    name: str

    @property
    def word(self) -> str:
        words = {RESOURCE: "", TASK: _("Task"), ORDER: _("Order"), CHECK: _("Stored check")}
        return words[self.kind]

    def url(self, firm: str, question: Question) -> str:
        """The page on which the answer can be looked at."""
        if self.kind == CHECK:
            return reverse("law_check", kwargs={"firm": firm, "pk": self.pk})
        page = reverse("law_of", kwargs={"firm": firm, "kind": self.kind, "pk": self.pk})
        return f"{page}?rule={question.rule}&fact-on={question.on.isoformat()}"


_Asks = Callable[[date], Iterable[tuple[Subject, list[Question]]]]


def impacts_of(actor: Actor, changes: Sequence[explain.Change], checks: Sequence[Check]) -> list[Impact[Subject]]:
    """For each day of change whom and what it touches, stored ``checks`` among it; a dozen queries."""
    on = clock.today()
    people = law_subject.doers(actor)
    by_key = {row.pk: row for row in people}
    known = law_subject.recorded_of(people, on=on, actor=actor)
    parts: list[_Asks] = [lambda day: _of_people(people, known, day)]
    if actor.may("project.read"):
        given = _given_out(by_key)
        about = law_subject.recorded_of((one.task for one in given), on=on, actor=actor)
        parts.append(lambda day: _of_tasks(given, about, by_key, known, day))
    if actor.may("order.read"):
        listed = _orders(by_key)
        told = law_subject.recorded_of((row for row, _briefs in listed), on=on, actor=actor)
        parts.append(lambda day: _of_orders(listed, told, by_key, known, day))

    def asks(day: date) -> Iterable[tuple[Subject, list[Question]]]:
        # The same question of the same facts is told once: of the person first, of a stored check last.
        told: set[tuple[str, frozenset[tuple[str, str]]]] = set()
        for part in parts:
            found = list(part(day))
            yield from ((subject, [q for q in asked if _same(q) not in told]) for subject, asked in found)
            told |= {_same(q) for _subject, asked in found for q in asked}
        for subject, question in _of_checks(checks, day):
            if _same(question) not in told:
                yield subject, [question]

    return [_without_calm_checks(one) for one in impacts(asks, changes)]


def _same(question: Question) -> tuple[str, frozenset[tuple[str, str]]]:
    """What two askings of one question share, whatever the day on which each was asked."""
    return question.rule, frozenset((name, repr(value)) for name, value in question.facts if name not in _OF_THE_DAY)


def _without_calm_checks(found: Impact[Subject]) -> Impact[Subject]:
    """Of stored checks only those that would be decided otherwise are worth a line."""
    told = tuple(one for one in found.touched if one.subject.kind != CHECK or one.how in DECIDED)
    return replace(found, touched=told)


def stored_checks(actor: Actor, *, skip: int = 0, everything: bool = False) -> Batch:
    """The latest stored checks that something rests on and this person may see, each question once.

    That is: work given out, a condition that is open, or somebody who asked; not what the planner asked of everybody
    it did not choose. None while the works council has not agreed to such checks.
    """
    if not actor.may("people.read") or locked():
        return Batch([], 0, 0)
    given = Assignment.objects.filter(state__in=("offered", "active"), task__state__in=_TO_DO)
    live = PlanItemCheck.objects.filter(item__in=given.values("item"))
    asked = Entry.objects.filter(kind=MADE).exclude(actor_id=None)
    among = Q(pk__in=live.values("check_ref")) | Q(pk__in=asked.values("object_id")) | Q(conditions__state="open")
    if not actor.may("people.write"):
        among &= ~Q(facts__has_any_keys=sorted(PAY_FACTS))
    return latest_checks(among, most=None if everything else MOST_CHECKS, skip=skip)


def _of_people(
    people: Sequence[Resource], known: dict[UUID, dict[str, Any]], day: date
) -> Iterable[tuple[Subject, list[Question]]]:
    for row in people:
        rules = subject_rules.of_resource(row, known.get(row.pk, {}), on=day)
        yield Subject(RESOURCE, row.pk, row.name), [one.question for one in rules]


def _given_out(people: dict[UUID, Resource]) -> list[Assignment]:
    """Tasks that somebody has of whom this person may see legal answers."""
    rows = Assignment.objects.filter(state__in=("offered", "active"), task__state__in=_TO_DO, resource_id__in=people)
    return list(rows.select_related("task__project").order_by("task__number"))


def _of_tasks(
    given: Sequence[Assignment],
    about: dict[UUID, dict[str, Any]],
    people: dict[UUID, Resource],
    known: dict[UUID, dict[str, Any]],
    day: date,
) -> Iterable[tuple[Subject, list[Question]]]:
    for one in given:
        doer = people[one.resource_id]
        brief = replace(Brief.of(one.task), start=day)
        asked, _refusal = subject_rules.of_work(brief, about.get(one.task_id, {}), doer, known.get(doer.pk, {}), on=day)
        yield Subject(TASK, one.task_id, f"{one.task.title} ({doer.name})"), [each.question for each in asked]


def _orders(people: dict[UUID, Resource]) -> list[tuple[Order, list[Task]]]:
    rows = Order.objects.filter(state__in=_OPEN_ORDERS, resource_id__in=people).order_by("number")
    return [(row, [each.task for each in row.tasks.all()]) for row in rows.prefetch_related("tasks__task__project")]


def _of_orders(
    listed: Sequence[tuple[Order, list[Task]]],
    told: dict[UUID, dict[str, Any]],
    people: dict[UUID, Resource],
    known: dict[UUID, dict[str, Any]],
    day: date,
) -> Iterable[tuple[Subject, list[Question]]]:
    for order, tasks in listed:
        doer, about = people[order.resource_id], told.get(order.pk, {})
        recorded = known.get(doer.pk, {})
        own = Brief(order.pk, day, order.data_class, about.get("place_country", ""), about.get("export_controlled"))
        briefs = [own, *(replace(Brief.of(task), start=day) for task in tasks)]
        asked = [q.question for brief in briefs for q in subject_rules.of_work(brief, about, doer, recorded, on=day)[0]]
        asked += further.asked_of(order, doer, recorded, about, briefs=briefs, on=day)
        name = f"{order.number} · {order.title} ({doer.name})"
        yield Subject(ORDER, order.pk, name), list(dict.fromkeys(asked))


def _of_checks(checks: Sequence[Check], day: date) -> Iterable[tuple[Subject, Question]]:
    titles = {card.id: card for card in explain.rule_cards()}
    for row in checks:
        if row.rule in titles:
            name = f"{row.on:%d.%m.%Y}"
            yield Subject(CHECK, row.pk, name), Question.of(row.rule, day, row.facts or {})
