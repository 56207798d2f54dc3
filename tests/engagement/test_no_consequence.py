"""Declining, answering late and withdrawing have no consequence anywhere: the whole flow of data is looked at.

The optimiser's input, the legal permissions and every row of every table are compared; only the offer itself, its order
and case, the record and the mail may tell that something was declined.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection

import werkfluss

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource

As = Callable[["Resource"], "Actor"]
# Where the answer itself is kept, and what follows from any answer at all: the course of the case, the record, the mail.
MAY_TELL = {
    "engagement.order",
    "engagement.offer",
    "engagement.ordermessage",
    "work.case",
    "work.casetask",
    "work.token",
    "work.wait",
    "org.entry",
    "org.payload",
    "org.loginlink",
    "org.outgoingmail",
}


def rows() -> dict[str, list[Any]]:
    """Every row of every table of ours, but of those that may tell."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if not model.__module__.startswith("werkfluss.") or label in MAY_TELL or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')
            found[label] = cursor.fetchall()
    return found


def optimiser_input(by: Actor) -> tuple[str, str]:
    """What the next plan would be made from: the problem as the optimiser reads it, and the permissions."""
    from werkfluss.kernel import clock
    from werkfluss.work.domain.planning import load_work
    from werkfluss.work.models import Plan

    plan = Plan(as_of=clock.today(), seed=1)
    work = load_work(plan, by=by)
    told = sorted((str(key), one.outcome, str(one.reasons), one.conditions) for key, one in work.permissions.items())
    return work.problem.digest, str(told)


def decline(order: Order, person: Actor, firm: Actor) -> None:
    from werkfluss.engagement.domain import offers, orders

    offer = orders.open_offer(order)
    assert offer is not None
    offers.decline_offer(offer, note="keine Zeit", by=person)


def counter_in_vain(order: Order, person: Actor, firm: Actor) -> None:
    from werkfluss.engagement.domain import offers, orders

    offer = orders.open_offer(order)
    assert offer is not None
    offers.counter_offer(offer, price_cents=999_900, by=person)
    latest = orders.latest_offer(order)
    assert latest is not None
    offers.refuse_counter(latest, reason="", by=firm)


def stay_silent(order: Order, person: Actor, firm: Actor) -> None:
    from werkfluss.engagement.domain import offers

    offers.expire_offers(order, by=firm)


def be_withdrawn(order: Order, person: Actor, firm: Actor) -> None:
    from werkfluss.engagement.domain import orders

    orders.cancel_order(order, reason="Bedarf entfallen", by=firm)


ANSWERS = [decline, counter_in_vain, stay_silent, be_withdrawn]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: one.__name__)
def test_answer_leaves_no_trace_outside_the_offer(
    answer: Callable[..., None],
    draft_for: Callable[..., Order],
    make_external: Callable[..., Resource],
    external: Resource,
    in_firm: Actor,
    as_external: As,
) -> None:
    from werkfluss.engagement.domain import orders
    from werkfluss.kernel import clock
    from werkfluss.work.domain import tasks

    make_external("Henning Albrecht")
    project = tasks.create_project(name="Anleitung", start=clock.today() + timedelta(days=40), by=in_firm)
    task = tasks.create_task(project, title="Kapitel 3", brief="Neu gliedern", effort_minutes=600, by=in_firm)
    tasks.fill_task(task, criteria=["Kapitel liegt vor"])
    order = draft_for(external, clauses={"hours": "free", "refusal": "each"})
    orders.send_offer(order, by=in_firm)
    optimiser_input(in_firm)  # the first one stores the verdicts that it asks for
    planned, kept = optimiser_input(in_firm), rows()
    order.refresh_from_db()
    answer(order, as_external(external), in_firm)
    assert optimiser_input(in_firm) == planned
    after = rows()
    assert {label for label in kept if kept[label] != after[label]} == set()


def test_nothing_below_reads_offers() -> None:
    """Offers are known to engagement and to the rooms above it; plan, people, law and optimiser cannot name them."""
    root = Path(werkfluss.__file__).parent
    below = ("work", "workforce", "compliance", "delegation", "law", "agents", "care", "evidence", "org")
    for room in below:
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                assert not (module or "").startswith("werkfluss.engagement"), path
