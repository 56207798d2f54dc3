"""Asking the law again of work that was given out: what does it say today of the days on which the work is done?

A fact, a paper or a value of the law may have changed since the plan was published. The difference is kept as a row
and shown to people; no assignment is ever changed here. What got easier is no difference that anybody must act on.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from werkfluss.compliance.domain.checks import Answer, Outcome, Question, Verdict, check_facts, consider
from werkfluss.compliance.models import Fact
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain import gate, subject_rules
from werkfluss.work.domain.gate import Permission
from werkfluss.work.domain.gate_facts import Brief, Subject
from werkfluss.work.models import Assignment, Recheck, Task

_LIVE = (Assignment.State.OFFERED, Assignment.State.ACTIVE)
_TO_DO = (Task.State.OFFERED, Task.State.ASSIGNED, Task.State.STARTED)
_PERMITS = ("allowed", "allowed_with_conditions")
_TASK, _RESOURCE = "work.task", "workforce.resource"
_Known = dict[tuple[str, UUID], list[Fact]]


def open_rechecks() -> QuerySet[Recheck]:
    """What people must look at, by the day of the work on which it begins."""
    rows = Recheck.objects.filter(state=Recheck.State.OPEN)
    return rows.select_related("assignment__task__project", "assignment__resource").order_by("since", "created_at")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that differs from the one on which the work was given out. ``gate``: without it no work is given."""

    was: str
    outcome: Outcome
    since: date
    reasons: tuple[Text, ...]
    citations: tuple[str, ...]
    conditions: tuple[Text, ...]
    remedy: Text | None
    questions: tuple[Question, ...]
    gate: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "reasons": [text.as_json() for text in self.reasons],
            "citations": list(self.citations),
            "conditions": [text.as_json() for text in self.conditions],
            "remedy": self.remedy.as_json() if self.remedy else None,
            "gate": self.gate,
        }

    @property
    def digest(self) -> str:
        """Of the answer without its day: an answer that holds on is the same one tomorrow."""
        said = {"outcome": self.outcome, "citations": sorted(self.citations), "gate": self.gate}
        if self.outcome in _PERMITS:
            said["conditions"] = sorted(text.de for text in self.conditions)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def recheck_assignments(*, today: date, by: Actor) -> tuple[int, int]:
    """Ask again of all work that was given out and is not delivered; how many answers were found and settled.

    May run any number of times: an answer already kept is left alone. A constant number of queries for what is as it
    was, a few for every difference that is new.
    """
    live = list(_given_out())
    again = _Again(_facts(live))
    found = {one.pk: difference for one in live if (difference := again.difference(one, today)) is not None}
    # Locked one after the other in the same order: two runs at once do the same thing once.
    kept = {row.assignment_id: row for row in Recheck.objects.filter(state=Recheck.State.OPEN).select_for_update()}
    noted = set(
        Recheck.objects.filter(assignment_id__in=found, settled_because=Recheck.Because.NOTED).values_list(
            "assignment_id", "digest"
        )
    )
    still = {one.pk for one in live}
    settled = 0
    for key, row in kept.items():
        difference = found.get(key)
        if difference is None or difference.digest != row.digest:
            _settle(row, _why(key in still, difference), by=by)
            settled += 1
        elif difference.as_json()["remedy"] != row.explanation["remedy"]:
            _say_anew(row, difference, by=by)
    new = {
        one.pk: found[one.pk]
        for one in live
        if one.pk in found
        and (one.pk, found[one.pk].digest) not in noted
        and (one.pk not in kept or kept[one.pk].digest != found[one.pk].digest)
    }
    _keep([one for one in live if one.pk in new], new, by=by)
    return len(new), settled


def note_recheck(row: Recheck, *, by: Actor) -> None:
    """A person has read it and will see to the new conditions; the same answer does not come up again.

    Raises:
        Conflict: it is settled already.
        Refused: the work is not permitted; nobody can note that away.
    """
    if row.state != Recheck.State.OPEN:
        raise Conflict(f"recheck {row.pk}")
    if row.now not in _PERMITS and row.explanation.get("gate", True):
        raise Refused(
            Text("Die Arbeit ist so nicht zulässig.", "The work is not permitted as it stands."),
            citation="Rechtsprüfung",
            what_to_do=Text(
                "Bitte neu planen, jemand anderen wählen oder die fehlende Angabe erfassen.",
                "Please plan again, choose somebody else or record the missing fact.",
            ),
        )
    _settle(row, Recheck.Because.NOTED, by=by)


def _given_out() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(state__in=_LIVE, task__state__in=_TO_DO)
    return (
        rows.select_related("task__project", "resource__agent_file", "item__plan")
        .prefetch_related("item__checks__check_ref", "resource__papers", "resource__working_times")
        .order_by("pk")
    )


def _facts(live: Sequence[Assignment]) -> _Known:
    """Every fact about the tasks and resources, in the order in which they began to hold: one query."""
    about = Q(subject_type=_TASK, subject_id__in={one.task_id for one in live})
    about |= Q(subject_type=_RESOURCE, subject_id__in={one.resource_id for one in live})
    known: _Known = defaultdict(list)
    for row in Fact.objects.filter(about).order_by("valid_from", "created_at"):
        known[row.subject_type, row.subject_id].append(row)
    return known


class _Again:
    """One run: what is known, and every verdict heard so far. It asks no database and keeps nothing."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._heard: dict[Question, Answer] = {}

    def difference(self, one: Assignment, today: date) -> Found | None:
        """The first day of the work still to be done on which the law says otherwise, and what it says then."""
        first, last = max(today, one.first_day), max(today, one.last_day)
        for day in dict.fromkeys((first, last)):
            if self._on(one, day) is not None:
                return self._on(one, self._earliest(one, first, day))
        return None

    def _earliest(self, one: Assignment, first: date, found: date) -> date:
        """Between a day that is as it was and one that differs: the first that differs, by halving."""
        before = first
        while (found - before).days > 1:
            middle = before + timedelta(days=(found - before).days // 2)
            if self._on(one, middle) is None:
                before = middle
            else:
                found = middle
        return found

    def _on(self, one: Assignment, day: date) -> Found | None:
        recorded = self._facts_on(_RESOURCE, one.resource_id, day)
        subject = Subject.of(one.resource, recorded)
        brief = replace(Brief.of(one.task), start=day)
        asked = gate.Asked(brief, self._facts_on(_TASK, one.task_id, day), subject, day)
        questions: list[Question] = []

        def law(wanted: Iterable[Question]) -> dict[Question, Answer]:
            questions.extend(wanted)
            return self._consider(questions)

        (permission,) = gate.answers_to([asked], law=law)
        new = _new_conditions(one, permission)
        if permission.permits and not new:
            return self._beside_the_gate(one, recorded, day)
        return Found(
            one.item.outcome if one.item else "",
            permission.outcome,
            day,
            () if permission.permits else permission.reasons,
            tuple(dict.fromkeys(c.citation for c in new)) if permission.permits else permission.citations,
            tuple(c.text for c in new),
            permission.remedy,
            tuple(questions),
            gate=True,
        )

    def _beside_the_gate(self, one: Assignment, recorded: dict[str, Any], day: date) -> Found | None:
        """Rules that do not decide on the work but hold for the person: permitted when it was given out, not then."""
        given = one.item.plan.as_of if one.item else one.created_at.astimezone(clock.FIRM_ZONE).date()
        if day <= given:
            return None
        now = self._applied(one, recorded, day)
        refused = [question for question in now if _says_no(self._consider([question])[question].verdict)]
        if not refused:
            return None
        # By the law of the day on which it was given out, with the facts of then and those of now.
        then = [*self._applied(one, self._facts_on(_RESOURCE, one.resource_id, given), given)]
        then += self._applied(one, recorded, given)
        heard = self._consider(then)
        before = {q.rule: heard[q].verdict.outcome for q in then if heard[q].verdict.permits}
        for question in refused:
            if question.rule in before:
                return _beside(before[question.rule], self._consider([question])[question].verdict, question)
        return None

    def _applied(self, one: Assignment, recorded: dict[str, Any], day: date) -> list[Question]:
        rules = subject_rules.of_resource(one.resource, recorded, on=day)
        return [applied.question for applied in rules if not applied.gate]

    def _facts_on(self, label: str, key: UUID, day: date) -> dict[str, Any]:
        return {
            fact.name: fact.value
            for fact in self._known.get((label, key), ())
            if fact.valid_from <= day and (fact.valid_to is None or fact.valid_to > day)
        }

    def _consider(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        self._heard.update(consider(question for question in questions if question not in self._heard))
        return self._heard


def _new_conditions(one: Assignment, permission: Permission) -> tuple[gate.ToDo, ...]:
    """What the law asks for now and did not when the work was given out; nothing if nobody had asked then."""
    checks = list(one.item.checks.all()) if one.item else []
    if not checks or not permission.permits:
        return ()
    before = set()
    for row in checks:
        verdict = Verdict.from_json(row.check_ref.verdict)
        labels = {citation.id: citation.label for citation in verdict.citations}
        before |= {(c.kind, labels.get(c.basis, c.basis)) for c in verdict.conditions}
    return tuple(c for c in permission.conditions if (c.kind, c.citation) not in before)


def _beside(was: Outcome, verdict: Verdict, question: Question) -> Found:
    """What is told of a rule beside the gate; of a verdict that is open, the readings that forbid it."""
    against = [reading for reading in verdict.readings if reading.outcome == "blocked"]
    told = (*verdict.reasons, *(text for reading in against for text in (reading.label, *reading.reasons)))
    return Found(
        was,
        verdict.outcome,
        question.on,
        tuple(dict.fromkeys(told)),
        tuple(citation.label for citation in verdict.citations),
        tuple(c.remedy or c.text for c in verdict.conditions if c.kind != "record"),
        None,
        (question,),
        gate=False,
    )


def _says_no(verdict: Verdict) -> bool:
    """Forbidden, or open between readings of which one forbids: a draft for next year, say. Not: facts are missing."""
    return not verdict.permits and (
        verdict.outcome == "blocked" or any(reading.outcome == "blocked" for reading in verdict.readings)
    )


def _why(live: bool, found: Found | None) -> Recheck.Because:
    if not live:
        return Recheck.Because.ENDED
    return Recheck.Because.PERMITTED if found is None else Recheck.Because.CHANGED


def _settle(row: Recheck, because: Recheck.Because, *, by: Actor) -> None:
    row.edit(state=Recheck.State.SETTLED, settled_at=clock.now(), settled_by=by.id, settled_because=because)
    data = {"assignment": row.assignment_id, "was": row.was, "now": row.now, "because": because}
    record(Event("work.recheck.settled", row, data), by=by)


def _say_anew(row: Recheck, found: Found, *, by: Actor) -> None:
    """The same answer, but something else is to be done: one of several missing facts is there now, say."""
    row.edit(explanation=found.as_json())
    record(Event("work.recheck.said_anew", row, {"assignment": row.assignment_id, "now": row.now}), by=by)


def _keep(rows: Sequence[Assignment], found: dict[UUID, Found], *, by: Actor) -> None:
    """Store the verdicts behind the new answers, and the answers."""
    questions = [question for one in rows for question in found[one.pk].questions]
    answers = check_facts(questions, by=by) if questions else {}
    for one in rows:
        difference = found[one.pk]
        row = Recheck.objects.create(
            assignment=one,
            was=difference.was,
            now=difference.outcome,
            since=difference.since,
            explanation=difference.as_json(),
            digest=difference.digest,
            checks=list(dict.fromkeys(str(answers[question].check.pk) for question in difference.questions)),
        )
        data = {"assignment": one.pk, "was": row.was, "now": row.now, "since": row.since}
        record(Event("work.recheck.found", row, data), by=by)
