"""What this release of the optimiser says about itself, and the neutral-allocation memo written from it.

The inputs about people are read from ``delegation.Problem`` itself: a field nobody has thought of turns the memo's
conclusion into "review" instead of staying unnoticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from werkfluss import __version__
from werkfluss.delegation import Candidate, Costs, Resource
from werkfluss.kernel.text import Text
from werkfluss.law.packs.eu.ai_act.memo import Memo, ReleaseFacts, neutral_allocation_memo

# Field of the optimiser's input -> what it says of a person; None: says nothing of one.
FEATURES: Mapping[str, str | None] = {
    "Resource.id": None,
    "Resource.kind": None,
    "Resource.name": None,  # for explanations; the solver sees numbers
    "Resource.windows": "availability_declared",
    "Resource.rate_cents_per_hour": "offer_price",
    "Resource.skills": "required_qualification_binary",
    "Resource.capacity_share": "contracted_capacity",
    "Resource.parallel": None,  # 1 for every natural person
    "Resource.minimum_minutes": "contracted_capacity",
    "Resource.maximum_minutes": "contracted_capacity",
    "Resource.window_only": None,
    "Resource.time_zone": "time_zone",
    "Candidate.task": None,
    "Candidate.resource": None,
    "Candidate.outcome": "legal_permission",
    "Candidate.reasons": "legal_permission",
    "Candidate.citations": "legal_permission",
    "Candidate.conditions": "legal_permission",
    "Candidate.earliest": "legal_permission",  # entry, permit or start of the contract
    "Candidate.meets": "required_qualification_binary",
    "Candidate.remedy": None,
    "Candidate.effort": None,  # refused for natural persons
    "Candidate.fixed_cents": None,  # refused for natural persons
    "Candidate.check": None,
    "Candidate.offerable": None,  # the answer to this very offer, which is not made twice; nothing about others
}
_CONSTRAINTS = (
    Text("Höchstens die vereinbarten Stunden.", "At most the contracted hours."),
    Text("Nur, was das Recht erlaubt; Unklares wird nie zugeteilt.", "Only what the law permits; the unclear never."),
    Text("Vier Augen, wo die Aufgabe es verlangt.", "Four eyes where the task asks for it."),
    Text("Veröffentlichtes ändert sich so wenig wie möglich.", "What is published changes as little as possible."),
)


def person_features() -> tuple[str, ...]:
    """The inputs about a person, by the names of the memo; an unmapped field keeps its own name."""
    inputs = [f"{kind.__name__}.{field.name}" for kind in (Resource, Candidate) for field in fields(kind)]
    found = [FEATURES.get(name, name) for name in inputs]
    return tuple(dict.fromkeys(name for name in found if name is not None))


def release_facts(on: date) -> ReleaseFacts:
    """The facts of the release in use; every plan waits for a person who publishes it."""
    return ReleaseFacts(
        version=__version__,
        released_on=on,
        solver="OR-Tools CP-SAT",
        person_features=person_features(),
        objective=tuple((field.name, 1) for field in fields(Costs)),
        constraints=_CONSTRAINTS,
        learned_inputs=False,
        custom_fields=False,
        human_release=True,
    )


def memo(on: date) -> Memo:
    return neutral_allocation_memo(release_facts(on))
