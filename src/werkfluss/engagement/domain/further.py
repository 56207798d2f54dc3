"""What else the law asks of an order, beside the gate: leasing, work abroad, levies, tax withheld, reverse charge.

None of it decides whether the order may be offered; it says what has to be done and paid because of it. What nobody
recorded stays out, and the rule then names what it would have to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Answer, Question, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.models import Order
from werkfluss.org.actor import Actor
from werkfluss.work.domain.gate_facts import Brief, is_coordinated, is_third_country
from werkfluss.workforce.models import Kind, Resource

_HOME = "DE"
_SELF_EMPLOYED = (Kind.FREELANCER, Kind.FRACTIONAL)
LEASING, DURATION = "de/aueg/partner_team", "de/aueg/duration"


def checks_of(order: Order, briefs: Sequence[Brief], *, on: date, by: Actor) -> list[Answer]:
    """The answers of every further rule that applies to the order, each stored once."""
    asked = questions_of(order, briefs, on=on)
    answers = check_facts(asked, by=by) if asked else {}
    return [answers[question] for question in asked]


def questions_of(order: Order, briefs: Sequence[Brief], *, on: date) -> list[Question]:
    """What is asked: recorded of the resource or of the order itself, and what the order says."""
    resource = order.resource
    recorded = {
        **facts_on(on, subject_type=resource._meta.label_lower, subject_ids=[resource.pk]).get(resource.pk, {}),
        **facts_on(on, subject_type=order._meta.label_lower, subject_ids=[order.pk]).get(order.pk, {}),
    }
    found = []
    for rule, told in _that_apply(order, resource, briefs, recorded, on):
        question = Question.of(rule, on, told | explain.usable(rule, recorded, on=on))
        if question not in found:
            found.append(question)
    return found


def _that_apply(
    order: Order, resource: Resource, briefs: Sequence[Brief], recorded: dict[str, Any], on: date
) -> Iterable[tuple[str, dict[str, Any]]]:
    kind, home = Kind(resource.kind), resource.country
    if kind is Kind.PARTNER and _is_leasing(recorded, on) is not False:
        yield DURATION, {}
    if kind in _SELF_EMPLOYED:
        # The levy is for fees to people, not to companies (s. 25 KSVG).
        yield "de/status/artists_levy", {}
    if home != _HOME:
        price = format(Decimal(order.price_cents) / 100, "f")
        yield "de/invoice/reverse_charge", {"supplier_state": home, "net_amount": price}
        if kind in _SELF_EMPLOYED:
            yield "de/status/withholding", {"recipient_state": home, "fee": price}
    if kind is Kind.FRACTIONAL and home != _HOME:
        # Who concludes contracts for the firm from abroad may make it a permanent establishment there.
        yield "eu/cross_border/home_office", {}
    for place in sorted({brief.place_country for brief in briefs if brief.place_country not in {"", home}}):
        yield from _abroad(kind, home, place)


def _abroad(kind: Kind, home: str, place: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Work in another state than the one where it is usually done; the A1 is the gate's."""
    if kind is not Kind.PARTNER:
        return  # these notices and taxes are those of people who are employed
    if is_coordinated(home) and is_coordinated(place):
        yield "eu/cross_border/posting_notice", {"home": home, "work_country": place, "kind": "service"}
    if home == _HOME and is_third_country(place):
        yield "eu/cross_border/third_country_posting", {"work_country": place}
    yield "eu/cross_border/days_183", {}


def _is_leasing(recorded: dict[str, Any], on: date) -> bool | None:
    """Whether the partner's people would be leased; None while that is open."""
    told = explain.usable(LEASING, recorded, on=on) | {"named_by_client": False}
    leasing = explain.answer(Question.of(LEASING, on, told)).values.get("leasing")
    return leasing if isinstance(leasing, bool) else None
