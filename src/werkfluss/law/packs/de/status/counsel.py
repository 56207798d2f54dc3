"""The dossier for counsel: every indicator with answer, points, source of the weight, and evidence for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.law.packs.de.status.indicators import HARD_STOP, INDICATORS
from werkfluss.law.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """Since when an answer holds and where it was read (contract, call, site visit)."""

    since: date
    source: str


def dossier(verdict: Verdict, facts: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> dict[str, Any]:
    """The verdict of ``de/status/engagement`` with its indicators and their evidence as one JSON-ready document.

    ``evidence`` is by fact name; an answer without it is listed under ``unproven``, so that nobody takes it for proof.

    Raises:
        ValueError: the verdict is one of another rule.

    """
    if verdict.rule != "de/status/engagement":
        raise ValueError(f"no dossier for {verdict.rule}")
    rows = [_row(item.name, facts, evidence) | {
        "id": item.id,
        "question": item.question.as_json(),
        "group": item.group,
        "weight": item.weight,
        "weight_source": item.source,
        "hard_stop": item.name in HARD_STOP,
    } for item in INDICATORS]  # fmt: skip
    return {
        "verdict": verdict.as_json(),
        "indicators": rows,
        "unproven": [row["fact"] for row in rows if row["answer"] != "open" and row["since"] is None],
        "other_facts": [
            _row(name, facts, evidence) for name in facts if name not in {item.name for item in INDICATORS}
        ],
    }


def _row(name: str, facts: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> dict[str, Any]:
    proof = evidence.get(name)
    value = facts.get(name)
    return {
        "fact": name,
        "answer": _answer(value),
        "since": proof.since.isoformat() if proof else None,
        "source": proof.source if proof else None,
    }


def _answer(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "open" if value in (None, "unknown") else str(value)
