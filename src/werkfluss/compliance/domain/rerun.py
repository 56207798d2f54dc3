"""Stored checks asked again: whether today's packs, or today's date, would decide otherwise. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the stored checks, the latest first: ``rows`` begin after ``skipped`` others; ``total`` are all."""

    rows: list[Check]
    skipped: int
    total: int

    @property
    def first(self) -> int:
        """The place of the first of these among all, from 1."""
        return self.skipped + 1

    @property
    def last(self) -> int:
        return self.skipped + len(self.rows)

    @property
    def left(self) -> int:
        """How many older ones come after these."""
        return max(0, self.total - self.skipped - len(self.rows))


def latest_checks(among: Q | None = None, *, most: int | None = None, skip: int = 0) -> Batch:
    """Stored checks ``among`` whose facts are still there, the latest of each question of each fact: two queries.

    Only keys are read of all of them; facts and verdicts of at most ``most`` after the first ``skip``.
    """
    keys = Check.objects.filter(among or Q(), facts__isnull=False).order_by("-on", "-created_at")
    found: dict[tuple[str, bytes], UUID] = {}
    for pk, rule, digest in keys.values_list("pk", "rule", "facts_digest"):
        found.setdefault((rule, bytes(digest)), pk)
    chosen = list(found.values())[skip : None if most is None else skip + most]
    rows = Check.objects.in_bulk(chosen)
    return Batch([rows[pk] for pk in chosen if pk in rows], min(skip, len(found)), len(found))


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
