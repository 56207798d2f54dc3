"""Whom a change of the law touches: the same facts asked on the day before a change and on its day.

The verdicts say themselves on which dated values, provisions and rule versions they stand, so nobody keeps a list of
who depends on what, and a value that changes without changing an answer is told apart from one that does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Outcome, Question, Verdict
from werkfluss.compliance.domain.explain import Change
from werkfluss.kernel.errors import Broken
from werkfluss.law.verdict import Condition

_Subject = TypeVar("_Subject")
_DAY = timedelta(days=1)
# How an answer fares, the gravest first.
WORSE, OTHER, OPEN, SAME = "worse", "other", "open", "same"
_ORDER = (WORSE, OTHER, OPEN, SAME)
DECIDED = frozenset({WORSE, OTHER})
_GRAVITY = {"blocked": 3, "unknown": 2, "allowed_with_conditions": 1, "allowed": 0}


@dataclass(frozen=True, slots=True)
class Touched(Generic[_Subject]):
    """One rule about one subject that a change concerns, with its answer before and on the day of the change.

    ``how``: worse, other (better, or the same outcome for other reasons), open (facts are missing on both days), same.
    """

    subject: _Subject
    question: Question
    before: Verdict
    after: Verdict
    how: str

    @property
    def new(self) -> tuple[Condition, ...]:
        """Conditions that come with the change."""
        return tuple(one for one in self.after.conditions if one not in self.before.conditions)

    @property
    def gone(self) -> tuple[Condition, ...]:
        """Conditions that fall away with it."""
        return tuple(one for one in self.before.conditions if one not in self.after.conditions)


@dataclass(frozen=True, slots=True)
class Impact(Generic[_Subject]):
    """One day of change: what changes on it, and whom it touches, the gravest first."""

    day: date
    changes: tuple[Change, ...]
    touched: tuple[Touched[_Subject], ...]

    @property
    def decided(self) -> tuple[Touched[_Subject], ...]:
        """Those with an answer that changes."""
        return tuple(one for one in self.touched if one.how in DECIDED)

    @property
    def open(self) -> tuple[Touched[_Subject], ...]:
        """Those of whom facts are missing, so nobody can say yet."""
        return tuple(one for one in self.touched if one.how == OPEN)

    @property
    def same(self) -> tuple[Touched[_Subject], ...]:
        """Those whose answer stands on something that changes, and stays."""
        return tuple(one for one in self.touched if one.how == SAME)


# The rules that apply to each subject on a day, with the facts known today.
Asks = Callable[[date], Iterable[tuple[_Subject, Sequence[Question]]]]


def impacts(asks: Asks[_Subject], changes: Iterable[Change]) -> list[Impact[_Subject]]:
    """For each day on which something changes, whom it touches. Asks the law only; stores nothing."""
    by_day: dict[date, list[Change]] = defaultdict(list)
    for change in changes:
        by_day[change.day].append(change)
    return [_impact(asks, day, by_day[day]) for day in sorted(by_day)]


def _impact(asks: Asks[_Subject], day: date, changes: Sequence[Change]) -> Impact[_Subject]:
    packs = {_pack(change) for change in changes}
    touched = []
    for subject, questions in asks(day):
        for question in questions:
            if question.rule.rpartition("/")[0] not in packs:
                continue
            found = _touched(subject, question, day, changes)
            if found is not None:
                touched.append(found)
    touched.sort(key=lambda one: (_ORDER.index(one.how), one.question.rule))
    return Impact(day, tuple(changes), tuple(touched))


def _touched(subject: _Subject, question: Question, day: date, changes: Sequence[Change]) -> Touched[_Subject] | None:
    facts = dict(question.facts)
    try:
        before = explain.answer(Question.of(question.rule, day - _DAY, facts))
        after = explain.answer(Question.of(question.rule, day, facts))
    except Broken:  # a fact that the rule cannot take (any more): it says nothing of this change
        return None
    if not any(stands_on(before, after, change) for change in changes):
        return None
    return Touched(subject, question, before, after, _how(before, after))


def stands_on(before: Verdict, after: Verdict, change: Change) -> bool:
    """Whether one of the answers uses the value, the rule version or the provision that changes."""
    if change.kind == "rule":
        return change.id == after.rule
    pair = (before, after)
    if change.kind == "parameter":
        return any(use.id == change.id for verdict in pair for use in verdict.parameters)
    pack = after.rule.rpartition("/")[0]
    return any(f"{pack}/{cited.id}" == change.id for verdict in pair for cited in verdict.citations)


def _how(before: Verdict, after: Verdict) -> str:
    if _GRAVITY[after.outcome] > _GRAVITY[before.outcome]:
        return WORSE
    if before.outcome != after.outcome:
        return OTHER
    if after.outcome == "unknown" and after.missing:
        return OPEN
    moved = _told(before) != _told(after) or _other_readings(before) != _other_readings(after)
    return OTHER if moved else SAME


def _told(verdict: Verdict) -> tuple[object, ...]:
    return verdict.reasons, verdict.conditions


def _other_readings(verdict: Verdict) -> list[Outcome]:
    """Readings under which the answer would be another one."""
    return [one.outcome for one in verdict.readings if one.outcome != verdict.outcome]


def _pack(change: Change) -> str:
    return change.id.rpartition("/")[0]
