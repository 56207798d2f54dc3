"""What is missing for a person, who offers it, and what it costs. Nothing about health is asked or stored.

HR is answered from what HR recorded and what the person released; the person from everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from werkfluss.care.domain.providers import offers
from werkfluss.care.models import CareAnswer, CareBooking, CareOffer
from werkfluss.care.modules import CareModule, FactKind, GapRule, care_modules, fact_kinds
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.kernel.errors import NotPermitted
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Resource


class State(StrEnum):
    GAP = "gap"
    UNKNOWN = "not_known"
    ORDERED = "ordered"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Gap:
    """One need of a person. ``asks``: what has to be answered before it can be said; ``offers``: who offers it."""

    module: CareModule
    rule: GapRule
    state: State
    asks: tuple[FactKind, ...]
    offers: tuple[CareOffer, ...] = ()


def find_gaps(modules: Iterable[CareModule], facts: Mapping[str, Any]) -> list[Gap]:
    """What each module says to these facts; needs that surely do not apply are left out. Pure."""
    return [found for module in modules for rule in module.gaps if (found := _gap(module, rule, facts)) is not None]


def _gap(module: CareModule, rule: GapRule, facts: Mapping[str, Any]) -> Gap | None:
    needed = rule.needed.holds(facts)
    if needed is False:
        return None
    covered = rule.covered.holds(facts)
    if covered:
        return Gap(module, rule, State.COVERED, ()) if needed else None
    if facts.get(f"service.{module.id}"):
        return Gap(module, rule, State.ORDERED, ())
    if needed is None or covered is None:
        names = dict.fromkeys((*rule.needed.names(), *rule.covered.names())) if needed else rule.needed.names()
        kinds = fact_kinds()
        asks = tuple(kinds[name] for name in dict.fromkeys(names) if name in kinds and facts.get(name) is None)
        return Gap(module, rule, State.UNKNOWN, asks)
    return Gap(module, rule, State.GAP, ())


def gaps_of(person: Resource, *, on: date, for_hr: bool, modules: Sequence[CareModule] | None = None) -> list[Gap]:
    """The needs of a person, what is missing first. Five queries, however many there are."""
    found = find_gaps(modules or care_modules(), facts_of(person, on=on, for_hr=for_hr))
    by_module: dict[str, list[CareOffer]] = {}
    for offer in offers():
        by_module.setdefault(offer.module, []).append(offer)
    order = list(State)
    shown = [
        Gap(one.module, one.rule, one.state, one.asks, tuple(by_module.get(one.module.id, ())))
        if one.state in {State.GAP, State.UNKNOWN}
        else one
        for one in found
    ]
    return sorted(shown, key=lambda one: order.index(one.state))


def facts_of(person: Resource, *, on: date, for_hr: bool) -> dict[str, Any]:
    """What a gap check may know of a person on a day."""
    facts: dict[str, Any] = {name: row.value for name, row in answers_of(person, for_hr=for_hr).items()}
    facts["third_country"] = is_third_country(person.nationality, on=on)
    papers = person.papers.filter(state="confirmed").filter(Q(expires=None) | Q(expires__gte=on))
    facts |= {f"paper.{kind}": True for kind in papers.values_list("kind", flat=True)}
    ordered = CareBooking.objects.filter(person=person).exclude(state__in=("planned", "declined", "cancelled"))
    facts |= {f"service.{module}": True for module in ordered.values_list("offer__module", flat=True)}
    return _known(facts)


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """A paper that is not confirmed and a service nobody ordered are not there: that is known."""
    for module in care_modules():
        for rule in module.gaps:
            for name in (*rule.needed.names(), *rule.covered.names()):
                if name.startswith(("paper.", "service.")):
                    facts.setdefault(name, False)
    return facts


def is_third_country(nationality: str, *, on: date) -> bool | None:
    """By the law pack: needs a title; ``None`` where the citizenship is not known."""
    if not nationality:
        return None
    asked = Question.of("de/residence/free_movement", on, {"citizenship": nationality, "union_family": False})
    outcome = explain.answer(asked).outcome
    return {"allowed": False, "blocked": True}.get(outcome)


def answers(*, for_hr: bool) -> QuerySet[CareAnswer]:
    rows = CareAnswer.objects.filter(ended_on=None)
    return rows.filter(Q(own=False) | Q(released=True)) if for_hr else rows


def answers_of(person: Resource, *, for_hr: bool) -> dict[str, CareAnswer]:
    """What was answered, by question; where both said something, the person's word counts."""
    rows = answers(for_hr=for_hr).filter(person=person).order_by("own", "created_at")
    return {row.name: row for row in rows}


def answer(person: Resource, *, name: str, value: Any, on: date, released: bool = False, by: Actor) -> CareAnswer:
    """Answer a question of the gap check: HR for the person, or the person, who says whether HR may see it.

    Raises:
        NotPermitted: neither HR nor the person.
        ValueError: no such question, or no answer to it.
    """
    own = by.id is not None and person.user_id == by.id
    if not own:
        by.require("care.write")
    kind = fact_kinds().get(name)
    if kind is None or kind.derived or not kind.allows(value):
        raise ValueError(f"no answer to {name}")
    for older in CareAnswer.objects.filter(person=person, name=name, own=own, ended_on=None):
        older.edit(ended_on=on)
    made = CareAnswer.objects.create(
        person=person, name=name, value=value, own=own, released=own and released, valid_from=on, recorded_by=by.id
    )
    # The record says that something was answered, not what: auditors and others read it.
    record(Event("care.answer.given", made, {}), by=by)
    return made


def set_release(row: CareAnswer, *, released: bool, by: Actor) -> None:
    """The person shows an answer to HR, or takes it back.

    Raises:
        NotPermitted: somebody else than the person, or not the person's own answer.
    """
    if by.id is None or row.person.user_id != by.id or not row.own:
        raise NotPermitted("care.release")
    row.edit(released=released)
    record(Event("care.answer.released", row, {}), by=by)
