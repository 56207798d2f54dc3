"""Stored checks asked again: whether today's packs, or today's date, would decide otherwise. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.models import Check
from werkfluss.kernel.errors import Broken


@dataclass(frozen=True, slots=True)
class Again:
    """The same facts asked again. ``same_day``: by the packs in use; ``today``: for today, if it is another day."""

    question: Question
    same_day: Verdict
    today: Verdict | None
    before: Verdict

    @property
    def newer_pack(self) -> bool:
        """Whether the pack is another one than the one that was asked."""
        return self.same_day.pack_version != self.before.pack_version

    @property
    def law_changed(self) -> bool:
        """Whether the packs in use decide the stored question otherwise."""
        return _differs(self.before, self.same_day)

    @property
    def day_changed(self) -> bool:
        """Whether today decides otherwise than the day that was asked."""
        return self.today is not None and _differs(self.same_day, self.today)


@dataclass(frozen=True, slots=True)
class Outdated:
    """A stored check whose answer would be another one now, with what it would be."""

    check: Check
    again: Again


def latest_checks(among: Q | None = None, *, most: int) -> list[Check]:
    """The latest stored checks ``among`` whose facts are still there, each question of each fact once: one query."""
    rows = Check.objects.filter(among or Q(), facts__isnull=False).order_by("-on", "-created_at")
    found: dict[tuple[str, bytes], Check] = {}
    for row in rows[: most * 4]:
        found.setdefault((row.rule, bytes(row.facts_digest)), row)
    return list(found.values())[:most]


def outdated(checks: Iterable[Check], *, on: date) -> list[Outdated]:
    """Those that the packs in use, or the later day ``on``, would decide otherwise. No query.

    A check of a day that is still to come is not outdated because today decides otherwise.
    """
    found = ((check, again(check, on=max(on, check.on))) for check in checks)
    return [Outdated(check, one) for check, one in found if one is not None and (one.law_changed or one.day_changed)]


def again(check: Check, *, on: date) -> Again | None:
    """Ask a stored check again; ``None`` if its facts were erased, or no pack has its rule or takes its facts.

    No query: everything needed is in the check and the packs.
    """
    if check.facts is None:
        return None
    question = Question.of(check.rule, check.on, check.facts)
    try:
        same_day = explain.answer(question)
        today = explain.answer(Question.of(check.rule, on, check.facts)) if on != check.on else None
    except Broken:
        return None
    return Again(question, same_day, today, Verdict.from_json(check.verdict))


def _differs(one: Verdict, other: Verdict) -> bool:
    return one.outcome != other.outcome or _asked_for(one) != _asked_for(other)


def _asked_for(verdict: Verdict) -> set[tuple[str, str]]:
    return {(condition.kind, condition.basis) for condition in verdict.conditions}
