"""The same order put to several: one comes about, the others are told politely, and nothing is kept against anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail

from werkfluss.kernel.errors import Conflict, Refused

if TYPE_CHECKING:
    from werkfluss.engagement.models import Call, Offer, Order
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource


Asked = tuple["Call", "Order", "Order"]


@pytest.fixture
def asked(
    draft_for: Callable[..., Order], make_external: Callable[..., Resource], external: Resource, in_firm: Actor
) -> Callable[[str], Asked]:
    """Two externals asked with the same order."""
    from werkfluss.engagement.domain import calls

    def make(mode: str) -> Asked:
        order = draft_for(external, clauses={"hours": "free"})
        call, held = calls.ask_several(order, [make_external("Henning Albrecht"), external], mode=mode, by=in_firm)
        assert held == {}
        one, other = call.orders.order_by("number")
        return call, one, other

    return make


def offer_of(order: Order) -> Offer:
    from werkfluss.engagement.domain import orders

    offer = orders.latest_offer(order)
    assert offer is not None
    return offer


def test_everybody_gets_the_same_terms_and_an_order_of_the_own(asked: Callable[[str], Asked]) -> None:
    _call, one, other = asked("first")
    assert offer_of(one).terms == offer_of(other).terms
    assert one.number != other.number
    assert one.case_id != other.case_id
    assert {one.resource.name, other.resource.name} == {"Marlene Fuchs", "Henning Albrecht"}
    letters = {to: str(letter.body) for letter in mail.outbox for to in letter.to}
    assert "Albrecht" not in letters["fuchs@redaktion.example"]


def test_first_to_accept_has_it_and_the_other_is_told_politely(
    asked: Callable[[str], Asked], as_external: Callable[[Resource], Actor]
) -> None:
    from werkfluss.engagement.domain import offers

    call, one, other = asked("first")
    mail.outbox.clear()
    offers.accept_offer(offer_of(one), by=as_external(one.resource))
    for order in (one, other, call):
        order.refresh_from_db()
    assert (one.state, other.state) == ("agreed", "cancelled")
    assert call.closed_at is not None
    (letter,) = [each for each in mail.outbox if "albrecht@redaktion.example" in each.to]
    assert "Vielen Dank" in str(letter.body)
    assert "keine Folgen" in str(letter.body)
    assert "Fuchs" not in str(letter.body)


def test_second_to_accept_reads_that_it_is_given(
    asked: Callable[[str], Asked], as_external: Callable[[Resource], Actor]
) -> None:
    from werkfluss.engagement.domain import offers

    _call, one, other = asked("first")
    stale = offer_of(other)
    offers.accept_offer(offer_of(one), by=as_external(one.resource))
    with pytest.raises(Refused) as refusal:
        offers.accept_offer(stale, by=as_external(other.resource))
    assert "anderweitig vergeben" in refusal.value.reason.de


def test_firm_chooses_among_answers(
    asked: Callable[[str], Asked], as_external: Callable[[Resource], Actor], in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import offers

    call, one, other = asked("choose")
    with pytest.raises(Refused):
        offers.accept_offer(offer_of(one), by=as_external(one.resource))
    offers.counter_offer(offer_of(one), price_cents=1_200, by=as_external(one.resource))
    offers.counter_offer(offer_of(other), by=as_external(other.resource))  # as it was offered
    assert offer_of(other).counter == {}
    chosen = offers.take_counter(offer_of(one), by=in_firm)
    assert (chosen.revision, chosen.terms["price_cents"]) == (2, 1_200)
    offers.accept_offer(chosen, by=as_external(one.resource))
    for order in (one, other, call):
        order.refresh_from_db()
    assert (one.state, other.state) == ("agreed", "cancelled")


def test_double_acceptance_in_two_tabs_counts_once(
    asked: Callable[[str], Asked], as_external: Callable[[Resource], Actor]
) -> None:
    from werkfluss.engagement.domain import offers

    _call, one, _other = asked("first")
    tab = offer_of(one)
    offers.accept_offer(offer_of(one), by=as_external(one.resource))
    with pytest.raises((Conflict, Refused)):
        offers.accept_offer(tab, by=as_external(one.resource))
    assert one.offers.filter(state="accepted").count() == 1


def test_acceptance_after_withdrawal_does_nothing(
    sent: Order, external: Resource, as_external: Callable[[Resource], Actor], in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import offers, orders

    tab = offer_of(sent)
    orders.cancel_order(sent, reason="Bedarf entfallen", by=in_firm)
    with pytest.raises(Conflict):
        offers.accept_offer(tab, by=as_external(external))
    sent.refresh_from_db()
    assert sent.state == "cancelled"


def test_withdrawal_after_acceptance_tells_the_external(
    sent: Order, external: Resource, as_external: Callable[[Resource], Actor], in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import offers, orders

    offers.accept_offer(offer_of(sent), by=as_external(external))
    mail.outbox.clear()
    orders.cancel_order(sent, reason="Bedarf entfallen", by=in_firm)
    assert [letter.to for letter in mail.outbox] == [["fuchs@redaktion.example"]]


def test_whom_the_law_does_not_permit_gets_no_offer(
    draft_for: Callable[..., Order], make_external: Callable[..., Resource], external: Resource, in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import calls

    bound = {"client_sets_hours": True, "embedded_in_team": True, "client_sets_place": True}
    other = make_external("Henning Albrecht", facts=bound)
    call, held = calls.ask_several(draft_for(external), [other], mode="first", by=in_firm)
    assert list(held) == ["Henning Albrecht"]
    assert sorted(call.orders.values_list("state", flat=True)) == ["draft", "offered"]


def test_only_a_draft_goes_to_several(sent: Order, make_external: Callable[..., Resource], in_firm: Actor) -> None:
    from werkfluss.engagement.domain import calls

    with pytest.raises(Refused):
        calls.ask_several(sent, [make_external("Henning Albrecht")], mode="first", by=in_firm)


def test_question_that_may_go_to_nobody_is_refused_and_leaves_the_draft(
    draft_for: Callable[..., Order], make_external: Callable[..., Resource], external: Resource, in_firm: Actor
) -> None:
    from django.db import transaction

    from werkfluss.engagement.domain import calls
    from werkfluss.engagement.models import Order
    from werkfluss.kernel import clock

    order = draft_for(external, clauses={"hours": "free"})
    others, yesterday = [make_external("Henning Albrecht")], clock.now() - timedelta(days=1)
    before = Order.objects.count()
    with pytest.raises(Refused, match="does not end within"), transaction.atomic():
        calls.ask_several(order, others, mode="first", answer_by=yesterday, by=in_firm)
    order.refresh_from_db()
    assert (order.call_id, Order.objects.count()) == (None, before)
