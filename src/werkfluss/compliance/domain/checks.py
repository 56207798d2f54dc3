"""Asking the law, once per distinct question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.compliance.models import Check
from werkfluss.law import api as law
from werkfluss.law.verdict import Verdict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


@dataclass(frozen=True, slots=True)
class Question:
    """One rule asked of one set of facts on one day."""

    rule: str
    on: date
    facts: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        return bytes.fromhex(law.facts_digest(self.facts))


def check_facts(questions: Sequence[Question], *, by: Actor) -> list[Check]:
    """Verdicts for all questions, in their order; equal questions share one stored check.

    Raises:
        Broken: a rule does not exist or a fact has the wrong type.
    """
    keys = [(q.rule, q.on, q.digest) for q in questions]
    verdicts: dict[tuple[str, date, bytes], tuple[Question, Verdict]] = {}
    for key, question in zip(keys, questions, strict=True):
        if key not in verdicts:
            verdicts[key] = (question, law.check(question.rule, question.facts, question.on))
    kept = _kept(verdicts)
    fresh = [
        Check(
            rule=question.rule,
            on=question.on,
            facts_digest=key[2],
            pack_version=verdict.pack_version,
            outcome=verdict.outcome,
            verdict=verdict.as_json(),
            facts=dict(question.facts),
        )
        for key, (question, verdict) in verdicts.items()
        if key not in kept
    ]
    Check.objects.bulk_create(fresh)
    for check in fresh:
        kept[(check.rule, check.on, bytes(check.facts_digest))] = check
    if fresh:
        record(Event("compliance.checks.made", fresh[0], {"checks": [c.pk for c in fresh], "count": len(fresh)}), by=by)
    return [kept[key] for key in keys]


def _kept(
    verdicts: Mapping[tuple[str, date, bytes], tuple[Question, Verdict]],
) -> dict[tuple[str, date, bytes], Check]:
    """The checks already stored under the pack versions and outcomes of these verdicts."""
    rows = Check.objects.filter(rule__in={key[0] for key in verdicts}, on__in={key[1] for key in verdicts}).only(
        "id", "rule", "on", "facts_digest", "pack_version", "outcome", "version", "org_id"
    )
    found = {}
    for row in rows:
        key = (row.rule, row.on, bytes(row.facts_digest))
        # A pack that has become overdue for review answers otherwise under the same version.
        same = key in verdicts and (row.pack_version, row.outcome) == (
            verdicts[key][1].pack_version,
            verdicts[key][1].outcome,
        )
        if same:
            found[key] = row
    return found
