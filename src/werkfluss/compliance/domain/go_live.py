"""The go-live lock of the works council: whether a person-related function must stay off today.

Every room that shows or decides something about employees asks here; the agreement itself is recorded in
``agents.domain.works_council`` as a sourced fact of the firm with its document.

What is locked: what is apt to monitor the conduct or performance of employees (s. 87(1) no. 6 BetrVG), as the list of
functions in the pack ``de/works_council`` says; above all naming them in plans, projects, deadlines and cases, and
giving tasks to them by name. What is not: a person's own tasks and papers, and what a statute obliges the employer to
keep (co-determination ends where a statute decides, s. 87(1) first half-sentence BetrVG): the residence title and its
end (s. 4a(5) s. 3 AufenthG), the A1 (s. 106 SGB IV). Only those who have to fulfil such a duty see the name then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from werkfluss.compliance.domain.checks import Question, Verdict
from werkfluss.compliance.domain.explain import answer
from werkfluss.compliance.models import Fact
from werkfluss.law.packs.de.works_council.functions import FUNCTIONS
from werkfluss.org.models import FirmProfile

GO_LIVE = "de/works_council/go_live"
AGREEMENT = "works_agreement"
LABEL = FirmProfile._meta.label_lower
_PERMITS = ("allowed", "allowed_with_conditions")


def person_related() -> tuple[str, ...]:
    return tuple(one.id for one in FUNCTIONS if one.person_related)


def verdict_on(function: str, *, on: date) -> Verdict:
    """What ``de/works_council/go_live`` says of a function on a day. One query."""
    profile = _profiles(on).get()
    return answer(Question.of(GO_LIVE, on, facts_of(profile.has_works_council, profile.agreed, function)))


def is_locked(function: str, *, on: date) -> bool:
    """Whether the function must stay off. Without a clear answer of the law the recorded agreement decides."""
    verdict = verdict_on(function, on=on)
    if verdict.outcome == "unknown" and verdict.readings:
        # A pack past its review says what it would have said as its first reading; no live firm is shut for that.
        return verdict.readings[0].outcome not in _PERMITS
    return verdict.outcome not in _PERMITS


def _profiles(on: date) -> QuerySet[Any]:
    facts = (
        Fact.objects.filter(subject_type=LABEL, subject_id=OuterRef("pk"), name=AGREEMENT, document__isnull=False)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
        .order_by("-valid_from", "-created_at")
    )
    rows: QuerySet[Any] = FirmProfile.objects.annotate(agreed=Subquery(facts.values("value")[:1]))
    return rows


def facts_of(works_council: bool, agreed: Mapping[str, Any] | None, function: str) -> dict[str, Any]:
    return {
        "works_council": works_council,
        "person_related": function in person_related(),
        "agreement": agreed["kind"] if agreed else "none",
        "covers_function": bool(agreed) and function in (agreed or {}).get("covers", ()),
    }
