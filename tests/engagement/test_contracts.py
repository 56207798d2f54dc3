"""Contracts from orders: facts taken over, every edit a version, both sides see the same, drafts only are changed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from django.core import mail

from werkfluss.engagement.contracts import library
from werkfluss.engagement.domain import contracts, orders
from werkfluss.engagement.models import Contract, Order
from werkfluss.engagement.rules import own_contracts
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.workforce.models import Resource

As = Callable[[Resource], Actor]


@pytest.fixture
def contract(sent: Order, lead: Actor) -> Contract:
    return contracts.draft_contract(sent, kind="werkvertrag", by=lead)


def _text(contract: Contract) -> str:
    pages = pypdf.PdfReader(io.BytesIO(contracts.pdf_of(contracts.latest_version(contract)))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_contract_holds_the_facts_of_the_order_in_both_languages(contract: Contract) -> None:
    text = _text(contract)
    order = contract.order
    for word in (order.title, "Marlene Fuchs", "Am Grün 17, 35037 Marburg", "2.400,00 EUR", "EUR 2,400.00"):
        assert word in text
    assert f"{order.last_day:%d.%m.%Y}" in text
    assert "innerhalb von 7 Tagen" in text
    assert "within 7 days" in text
    assert contracts.content_of(contracts.latest_version(contract)).facts["liability_cap_cents"] == 240_000


@pytest.mark.parametrize("kind", sorted(set(library.kinds()) - {"abruf"}))
def test_every_kind_is_drafted_from_an_order(sent: Order, lead: Actor, kind: str) -> None:
    made = contracts.draft_contract(sent, kind=kind, by=lead)
    assert contracts.latest_version(made).content["facts"]["contractor_name"] == "Marlene Fuchs"


def test_call_off_needs_a_signed_framework(sent: Order, lead: Actor) -> None:
    frame = contracts.draft_contract(sent, kind="rahmenvertrag", by=lead)
    with pytest.raises(Refused):
        contracts.draft_contract(sent, kind="abruf", frame=frame, by=lead)
    frame.edit(state=Contract.State.SIGNED, signed_at=clock.now())
    made = contracts.draft_contract(sent, kind="abruf", frame=frame, by=lead)
    assert f"V-{frame.number} vom" in _text(made)
    assert made.frame == frame


def test_clauses_of_the_order_choose_the_variant(sent: Order, lead: Actor) -> None:
    sent.edit(
        clauses={"substitution": "excluded", "rights": "on_payment", "hours": "fixed", "insurance_cents": 100_000_000}
    )
    made = contracts.draft_contract(sent, kind="werkvertrag", by=lead)
    chosen = {one["clause"]: one["variant"] for one in contracts.latest_version(made).content["clauses"]}
    assert (chosen["substitution"], chosen["rights"], chosen["insurance"]) == ("personal", "exclusive", "sum")
    assert chosen["independence"] == "as_ordered"
    codes = {one.code for one in contracts.findings_of(contracts.latest_version(made))}
    assert {"substitution_none", "instructions"} <= codes


def test_every_edit_is_a_version_and_the_one_before_stays(contract: Contract, lead: Actor) -> None:
    contracts.write_clause(
        contract, clause="payment", text=Text("Zahlung in 90 Tagen.", "Payment in 90 days."), by=lead
    )
    seen = contracts.findings_of(contracts.latest_version(contract))
    assert [(one.code, one.clause) for one in seen] == [("payment_late", "payment")]
    contracts.mend_clause(contract, clause="payment", code="payment_late", by=lead)
    assert contracts.findings_of(contracts.latest_version(contract)) == ()
    changes = [(one.revision, one.change["what"]) for one in contract.versions.order_by("revision")]
    assert changes == [(1, "drafted"), (2, "own_text"), (3, "mended:payment_late")]
    first = contracts.content_of(contract.versions.get(revision=1))
    assert all(one.own is None for one in first.clauses)


def test_same_edit_again_makes_no_version(contract: Contract, lead: Actor) -> None:
    contracts.choose_variant(contract, clause="payment", variant="d30", by=lead)
    contracts.choose_variant(contract, clause="payment", variant="d30", by=lead)
    assert contract.versions.count() == 2


def test_page_drawn_from_an_older_version_is_a_conflict(contract: Contract, lead: Actor) -> None:
    contracts.choose_variant(contract, clause="payment", variant="d30", by=lead)
    with pytest.raises(Conflict):
        contracts.expected_revision(contract, "1")
    contracts.expected_revision(contract, "2")


def test_changed_order_is_noticed_and_taken_over(contract: Contract, lead: Actor) -> None:
    assert not contracts.stale_facts(contract)
    order = Order.objects.get(pk=contract.order_id)
    order.edit(last_day=order.last_day + timedelta(days=3))
    contract = Contract.objects.get(pk=contract.pk)
    assert contracts.stale_facts(contract)
    contracts.refresh_facts(contract, by=lead)
    assert f"{order.last_day:%d.%m.%Y}" in _text(contract)


def test_external_sees_a_contract_only_when_shown_and_never_that_of_another(
    contract: Contract, lead: Actor, as_external: As, make_external: Callable[..., Resource],
    draft_for: Callable[..., Order], in_firm: Actor,
) -> None:  # fmt: skip
    fuchs = as_external(contract.order.resource)
    assert list(own_contracts(fuchs)) == []
    contracts.show_contract(contract, by=lead)
    assert list(own_contracts(fuchs)) == [contract]
    assert "Vertragsentwurf" in mail.outbox[-1].subject
    other = make_external("Jonas Weber")
    orders.send_offer(draft_for(other), by=in_firm)
    assert list(own_contracts(as_external(other))) == []


def test_external_cannot_edit(contract: Contract, as_external: As) -> None:
    fuchs = as_external(contract.order.resource)
    with pytest.raises(NotPermitted):
        contracts.choose_variant(contract, clause="payment", variant="d30", by=fuchs)
    with pytest.raises(NotPermitted):
        contracts.withdraw_contract(contract, reason="nein", by=fuchs)


def test_withdrawn_contract_is_not_edited_any_more(contract: Contract, lead: Actor) -> None:
    with pytest.raises(Refused):
        contracts.withdraw_contract(contract, reason=" ", by=lead)
    contracts.withdraw_contract(contract, reason="Anderer Zuschnitt", by=lead)
    with pytest.raises(Refused):
        contracts.choose_variant(contract, clause="payment", variant="d30", by=lead)


def test_contract_of_an_unoffered_order_is_not_shown(draft: Order, lead: Actor) -> None:
    made = contracts.draft_contract(draft, kind="nda", by=lead)
    with pytest.raises(Refused):
        contracts.show_contract(made, by=lead)


def test_english_decides_for_who_does_not_read_german(
    make_external: Callable[..., Resource], draft_for: Callable[..., Order], lead: Actor
) -> None:
    person = make_external("Amara Okafor", languages=["en"])
    made = contracts.draft_contract(draft_for(person), kind="werkvertrag", by=lead)
    assert "the English one applies" in _text(made)
