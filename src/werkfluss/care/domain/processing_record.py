"""The record of processing activities of the care catalogue (Art. 30 GDPR): each module, and who gets its data here.

What a module does with data is declared in its folder; which modules are in use, with which providers, is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkfluss.care.models import (
    Benefit,
    CareAnswer,
    CareBooking,
    CareCover,
    CareerStep,
    CareOffer,
    CareProvider,
    MentoringWish,
)
from werkfluss.care.modules import CareModule, care_modules
from werkfluss.evidence.retention import Rule, register


@dataclass(frozen=True, slots=True)
class Receiver:
    """A provider with the day of its processing agreement and the basis on which data go to its country."""

    name: str
    country: str
    agreement_on: date | None
    transfer: str


@dataclass(frozen=True, slots=True)
class Line:
    """A module with what is so in this firm; ``rules`` are its periods."""

    module: CareModule
    used: bool
    receivers: tuple[Receiver, ...]
    rules: tuple[Rule, ...]


def processing_record() -> list[Line]:
    """Every module of the catalogue, those in use first; a handful of queries."""
    used, receivers = _used(), _receivers()
    rules = register().rules
    lines = [
        Line(
            module,
            module.id in used,
            tuple(receivers.get(module.id, ())),
            tuple(rules[key] for key in module.record.periods) if module.record else (),
        )
        for module in care_modules()
    ]
    return sorted(lines, key=lambda line: not line.used)


def _used() -> set[str]:
    """Modules with an offer or an order, with rows of their own, or of which a question was answered."""
    found = set(CareOffer.objects.filter(ended_on=None).values_list("module", flat=True))
    found |= set(CareBooking.objects.values_list("offer__module", flat=True))
    answered = set(CareAnswer.objects.filter(ended_on=None).values_list("name", flat=True).distinct())
    own = {
        "mentoring": MentoringWish.objects.filter(ended_on=None).exists(),
        "career_path": CareerStep.objects.filter(ended_on=None).exists(),
        "benefits": Benefit.objects.filter(ended_on=None).exists(),
    }
    found |= {name for name, there in own.items() if there}
    covered = CareCover.objects.exists()
    for module in care_modules():
        asked = {name for gap in module.gaps for rule in (gap.needed, gap.covered) for name in rule.names()}
        if asked & answered or (module.periods and covered):
            found.add(module.id)
    return found


def _receivers() -> dict[str, list[Receiver]]:
    """Providers by module: those with an offer now, and those whose order still runs."""
    rows = CareProvider.objects.filter(offers__ended_on=None, ended_on=None) | CareProvider.objects.filter(
        offers__bookings__state__in=("ordered", "accepted", "delivered")
    )
    fields = ("offers__module", "name", "country", "agreement_on", "transfer")
    found: dict[str, list[Receiver]] = {}
    for module, *values in rows.order_by("name").values_list(*fields).distinct():
        if module:
            found.setdefault(module, []).append(Receiver(*values))
    return found
