"""What else the law asks of an order: what holds of plans too, and levies and taxes of its price.

What holds of plans too (``work.domain.further``) decides with the gate whether the order may be offered. Levies and
taxes decide nothing; they say what has to be done and paid because of it. What nobody recorded stays out, and the
rule then names what it would have to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Answer, Question, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.engagement.models import Order
from werkfluss.org.actor import Actor
from werkfluss.work.domain import further
from werkfluss.work.domain.gate_facts import Brief, Subject
from werkfluss.workforce.models import Kind, Resource

_HOME = "DE"
_SELF_EMPLOYED = (Kind.FREELANCER, Kind.FRACTIONAL)


def checks_of(order: Order, briefs: Sequence[Brief], *, on: date, by: Actor) -> list[Answer]:
    """The answers of every further rule that applies to the order, each stored once."""
    asked = questions_of(order, briefs, on=on)
    answers = check_facts(asked, by=by) if asked else {}
    return [answers[question] for question in asked]


def questions_of(order: Order, briefs: Sequence[Brief], *, on: date) -> list[Question]:
    """What is asked: recorded of the resource or of the order itself, and what the order says."""
    resource = order.resource
    known = facts_on(on, subject_type=resource._meta.label_lower, subject_ids=[resource.pk]).get(resource.pk, {})
    return asked_of(order, resource, known, facts_about(order, on=on), briefs=briefs, on=on)


def facts_about(order: Order, *, on: date) -> dict[str, Any]:
    """What is recorded of the order itself."""
    return facts_on(on, subject_type=order._meta.label_lower, subject_ids=[order.pk]).get(order.pk, {})


def asked_of(
    order: Order,
    resource: Resource,
    known: dict[str, Any],
    about: Mapping[str, Any],
    *,
    briefs: Sequence[Brief],
    on: date,
) -> list[Question]:
    """The same from facts at hand: ``known`` of the resource, ``about`` of the order. No query."""
    recorded = {**known, **about}
    found = further.questions_of(
        Subject.of(resource, known), about, places=[brief.place_country for brief in briefs], on=on
    )
    for rule, told in _of_the_price(order, resource):
        found.append(Question.of(rule, on, told | explain.usable(rule, recorded, on=on)))
    return list(dict.fromkeys(found))


def _of_the_price(order: Order, resource: Resource) -> Iterable[tuple[str, dict[str, Any]]]:
    kind, home = Kind(resource.kind), resource.country
    if kind in _SELF_EMPLOYED:
        # The levy is for fees to people, not to companies (s. 25 KSVG).
        yield "de/status/artists_levy", {}
    if home != _HOME:
        price = format(Decimal(order.price_cents) / 100, "f")
        yield "de/invoice/reverse_charge", {"supplier_state": home, "net_amount": price}
        # Companies abroad too (s. 50a(1) EStG, s. 2 no. 1 KStG); the payment waits for the same answer.
        yield "de/status/withholding", {"recipient_state": home, "fee": price}
