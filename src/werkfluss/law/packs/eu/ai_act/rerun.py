"""Uses to classify again on the day a text changes that their class leans on (draft guidelines, contested notions)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkfluss.law.verdict import Verdict

RULE = "eu/ai_act/classification"


@dataclass(frozen=True, slots=True)
class Rerun:
    """One use to ask again: ``leans_on`` holds ids of provisions of the pack."""

    id: str
    risk_class: str
    certainty: str
    leans_on: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "class": self.risk_class,
            "certainty": self.certainty,
            "leans_on": list(self.leans_on),
        }


def rerun_list(
    uses: Iterable[tuple[str, Mapping[str, Any]]],
    on: date,
    check: Callable[[str, Mapping[str, Any], date], Verdict],
    *,
    text: str | None = None,
) -> list[Rerun]:
    """The uses (id, facts) whose class leans on a text that may change; ``text`` names one (``guidelines_6_draft``).

    Raises:
        FactsRefused: a fact is not in the rule's schema or has the wrong type.

    """
    found = []
    for use_id, facts in uses:
        verdict = check(RULE, facts, on)
        leans_on = verdict.values.get("leans_on") or ()
        if isinstance(leans_on, tuple) and leans_on and (text is None or text in leans_on):
            found.append(Rerun(use_id, str(verdict.values["class"]), verdict.certainty, leans_on))
    return found
