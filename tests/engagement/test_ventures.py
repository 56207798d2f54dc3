"""Joint ventures on both sides, from the proposal to the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.web.samples.ventures import TERMS
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order, Venture
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource

LINES = [
    {"kind": "income", "what": "Verkauf", "cents": 1_000_000, "source": "R-1"},
    {"kind": "cost", "what": "Material", "cents": 400_000, "source": "ER-7"},
]


@pytest.fixture
def proposed(sent: Order, in_firm: Actor) -> Venture:
    from werkfluss.engagement.domain import ventures

    return ventures.propose(sent, terms=TERMS, by=in_firm)


@pytest.fixture
def person(proposed: Venture, as_external: Callable[[Resource], Actor]) -> Actor:
    return as_external(proposed.order.resource)


@pytest.fixture
def agreed(proposed: Venture, person: Actor) -> Venture:
    from werkfluss.engagement.domain import ventures

    ventures.accept(proposed, revision=1, by=person)
    proposed.refresh_from_db()
    return proposed


def test_change_is_a_proposal_and_what_was_agreed_stays(agreed: Venture, person: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import ventures

    ventures.propose(agreed.order, terms=TERMS | {"percent": "10"}, by=in_firm)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.terms["percent"]) == ("agreed", "30")
    with pytest.raises(Conflict):
        ventures.accept(agreed, revision=1, by=person)
    ventures.decline(agreed, revision=2, by=person)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.terms["percent"], agreed.proposal) == ("agreed", "30", None)


def test_only_the_other_side_confirms_and_nobody_else_sees_it(
    agreed: Venture,
    person: Actor,
    in_firm: Actor,
    make_external: Callable[..., Resource],
    draft_for: Callable[..., Order],
) -> None:
    from werkfluss.engagement.domain import ventures
    from werkfluss.kernel import clock
    from werkfluss.org.domain import firms

    software = agreed.items.get(side="contractor")
    with pytest.raises(NotPermitted):
        ventures.done(software, on=clock.today(), by=in_firm)
    ventures.done(software, on=clock.today(), by=person)
    with pytest.raises(NotPermitted):
        ventures.confirm(software, by=person)
    ventures.confirm(software, by=in_firm)
    software.refresh_from_db()
    assert software.confirmed_by == in_firm.id
    assert [one.pk for one in ventures.own_ventures(person)] == [agreed.pk]
    from werkfluss.engagement.domain import orders

    other = make_external("Ulf Bast")
    orders.send_offer(draft_for(other), by=in_firm)
    other.refresh_from_db()
    assert other.user is not None
    stranger = firms.user_actor(in_firm.org_id, other.user)
    assert not ventures.own_ventures(stranger).exists()
    with pytest.raises(NotPermitted):
        ventures.confirm(agreed.items.get(kind="goal"), by=stranger)


def test_share_is_owed_once_both_agree_and_the_tax_question_is_answered(
    agreed: Venture, person: Actor, in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import statements
    from werkfluss.engagement.models import Claim
    from werkfluss.evidence.domain.documents import content_of
    from werkfluss.kernel import clock

    made = statements.send_statement(agreed, last_day=clock.today(), lines=LINES, by=in_firm)
    assert made.share_cents == 180_000
    assert made.pdf is not None
    german, english = (
        " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
        for pdf in (content_of(made.pdf), statements.statement_pdf(made, "en"))
    )
    for words in ("Abrechnung des gemeinsamen Projekts", "Davon 30 Prozent: 1.800,00 EUR", "ER-7", "4.200,00 EUR"):
        assert words in german, words
    for words in ("Statement of the joint venture", "Of this 30 per cent: EUR 1,800.00", "Income and costs"):
        assert words in english, words
    statements.agree(made, by=person)
    assert not Claim.objects.exists()
    assert statements.waits_for(agreed) is not None
    statements.answer_tax(agreed, tax="profit", source="Steuerberatung, Schreiben vom Montag", by=in_firm)
    claim = Claim.objects.get()
    assert (claim.number, claim.gross_cents, claim.due_on) == (
        made.number,
        180_000,
        clock.today() + timedelta(days=agreed.order.payment_days),
    )
    with pytest.raises(Refused):
        statements.answer_tax(agreed, tax="fee", source="anders", by=in_firm)


@pytest.mark.parametrize("tax", ["fee", "silent"])
def test_share_that_is_no_profit_is_not_paid_from_here(
    agreed: Venture, person: Actor, in_firm: Actor, tax: str
) -> None:
    from werkfluss.engagement.domain import statements
    from werkfluss.engagement.models import Claim
    from werkfluss.kernel import clock

    statements.answer_tax(agreed, tax=tax, source="Steuerberatung", by=in_firm)
    made = statements.send_statement(agreed, last_day=clock.today(), lines=LINES, by=in_firm)
    statements.agree(made, by=person)
    assert not Claim.objects.exists()


def test_objection_stops_the_money_and_a_new_statement_takes_its_place(
    agreed: Venture, person: Actor, in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import statements
    from werkfluss.kernel import clock

    with pytest.raises(Refused):
        statements.send_statement(
            agreed, last_day=clock.today(), lines=[{"kind": "cost", "what": "Ohne Beleg", "cents": 5}], by=in_firm
        )
    made = statements.send_statement(agreed, last_day=clock.today(), lines=LINES, by=in_firm)
    with pytest.raises(NotPermitted):
        statements.agree(made, by=in_firm)
    statements.object_to(made, text="Ein Verkauf fehlt", by=person)
    again = statements.send_statement(agreed, last_day=clock.today(), lines=LINES[:1], by=in_firm)
    made.refresh_from_db()
    assert (made.state, again.first_day, again.share_cents) == ("replaced", made.first_day, 300_000)
    with pytest.raises(Conflict):
        statements.agree(made, by=person)


def test_notice_ends_it_after_the_agreed_days_with_a_last_statement(
    agreed: Venture, person: Actor, in_firm: Actor
) -> None:
    from datetime import datetime, time

    from werkfluss.engagement.domain import statements, ventures
    from werkfluss.kernel import clock

    last = ventures.give_notice(agreed, by=person)
    assert last == clock.today() + timedelta(days=90)
    with pytest.raises(Refused):
        ventures.propose(agreed.order, terms=TERMS, by=in_firm)
    with clock.frozen(datetime.combine(last + timedelta(days=1), time(9), clock.FIRM_ZONE)):
        agreed.refresh_from_db()
        made = statements.send_statement(agreed, last_day=last, lines=[], by=in_firm)
        statements.agree(made, by=person)
    agreed.refresh_from_db()
    assert agreed.state == "ended"


def test_contract_takes_contributions_share_and_notice_from_the_venture(agreed: Venture) -> None:
    from werkfluss.engagement.domain.contract_facts import facts_of

    facts = facts_of(agreed.order)
    assert (facts["client_contribution"], facts["client_value_cents"]) == ("Prototyp", 2_000_000)
    assert (facts["contractor_contribution"], facts["contractor_value_cents"]) == ("Software", 600_000)
    assert (facts["contractor_share"], facts["notice_days"]) == (30, 90)


def test_declining_a_share_leaves_nothing_behind(proposed: Venture, person: Actor) -> None:
    from werkfluss.engagement.domain import ventures

    ventures.decline(proposed, revision=1, by=person)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.terms, proposed.proposal) == ("declined", {}, None)
    assert not proposed.items.exists()
