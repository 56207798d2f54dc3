"""Asking the law, once per distinct question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from werkfluss.compliance.models import Check
from werkfluss.law import api as law
from werkfluss.law.verdict import Outcome, Verdict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

__all__ = ["Answer", "Outcome", "Question", "Verdict", "check_facts", "consider", "fact_names"]

_Key = tuple[str, date, bytes]


@dataclass(frozen=True, slots=True)
class Question:
    """One rule asked of one set of facts on one day; ``facts`` as sorted (name, plain value) pairs."""

    rule: str
    on: date
    facts: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, rule: str, on: date, facts: Mapping[str, Any]) -> Question:
        return cls(rule, on, tuple(sorted((name, value) for name, value in facts.items() if value is not None)))


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored check with its verdict at hand."""

    check: Check
    verdict: Verdict


@cache
def fact_names(rule: str) -> frozenset[str]:
    """The facts a rule knows; anything else given to it is refused.

    Raises:
        Broken: no such rule.
    """
    return frozenset(fact["name"] for fact in law.schema(rule).as_json())


def check_facts(questions: Iterable[Question], *, by: Actor) -> dict[Question, Answer]:
    """Verdicts for all questions; equal questions share one stored check. Two queries, whatever the number.

    Raises:
        Broken: a rule does not exist or a fact has the wrong type.
    """
    asked = list(dict.fromkeys(questions))
    verdicts = [law.check(question.rule, dict(question.facts), question.on) for question in asked]
    keys = [_key(question) for question in asked]
    kept = _kept(asked, keys, verdicts)
    fresh: dict[_Key, Check] = {}
    for question, key, verdict in zip(asked, keys, verdicts, strict=True):
        if key not in kept and key not in fresh:
            fresh[key] = _new(question, key, verdict)
    if fresh:
        made = list(fresh.values())
        Check.objects.bulk_create(made)
        record(Event("compliance.checks.made", made[0], {"checks": [check.pk for check in made]}), by=by)
    stored = kept | fresh
    return {q: Answer(stored[key], verdict) for q, key, verdict in zip(asked, keys, verdicts, strict=True)}


def consider(questions: Iterable[Question]) -> dict[Question, Answer]:
    """Verdicts without a trace: nothing is read or stored, so the checks in them exist nowhere.

    For what is asked every night and of interest only where the answer differs; ask ``check_facts`` then.

    Raises:
        Broken: a rule does not exist or a fact has the wrong type.
    """
    found: dict[Question, Answer] = {}
    for question in questions:
        if question not in found:
            verdict = law.check(question.rule, dict(question.facts), question.on)
            found[question] = Answer(_new(question, _key(question), verdict), verdict)
    return found


def _key(question: Question) -> _Key:
    return question.rule, question.on, bytes.fromhex(law.facts_digest(dict(question.facts)))


def _new(question: Question, key: _Key, verdict: Verdict) -> Check:
    return Check(
        rule=question.rule,
        on=question.on,
        facts_digest=key[2],
        pack_version=verdict.pack_version,
        outcome=verdict.outcome,
        verdict=verdict.as_json(),
        facts=dict(question.facts),
    )


def _kept(asked: Sequence[Question], keys: Sequence[_Key], verdicts: Sequence[Verdict]) -> dict[_Key, Check]:
    """Checks already stored. A pack overdue for review answers otherwise under the same version, so both count."""
    wanted = {key: (v.pack_version, v.outcome) for key, v in zip(keys, verdicts, strict=True)}
    rows = Check.objects.filter(rule__in={q.rule for q in asked}, on__in={q.on for q in asked}).defer(
        "verdict", "facts"
    )
    found: dict[_Key, Check] = {}
    for row in rows:
        key = (row.rule, row.on, bytes(row.facts_digest))
        if wanted.get(key) == (row.pack_version, row.outcome):
            found[key] = row
    return found
