"""An order from the offer to the money: every step once, by the right person, and declining costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from werkfluss.compliance.models import Check
from werkfluss.engagement.domain import deliveries, invoices, links, offers, orders
from werkfluss.engagement.models import Delivery, Offer, Order, SelfBilledInvoice
from werkfluss.engagement.rules import own_orders
from werkfluss.evidence.domain.documents import content_of, documents_of
from werkfluss.formats.en16931.pdf import extract_xml
from werkfluss.formats.en16931.read import read
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import LoginLink
from werkfluss.work.domain import cases
from werkfluss.workforce.models import Resource

As = Callable[[Resource], Actor]
DraftFor = Callable[..., Order]
DeliverFor = Callable[[Order], Delivery]


def step_names(order: Order) -> list[str]:
    order.refresh_from_db()
    assert order.case is not None
    return [step.element for step in cases.open_steps(order.case)]


def offer_of(order: Order) -> Offer:
    found = orders.latest_offer(order)
    assert found is not None
    return found


def letters(subject: str) -> list[str]:
    """The mails whose subject begins like this."""
    return [str(letter.body) for letter in mail.outbox if letter.subject.startswith(subject)]


def agreed(order: Order, by: Actor) -> Order:
    return offers.accept_offer(offer_of(order), by=by)


def test_draft_is_nobody_s_business_but_the_firm_s(draft: Order, external: Resource, in_firm: Actor) -> None:
    assert step_names(draft) == ["write_offer"]
    assert not own_orders(in_firm).exists()


def test_offer_goes_out_by_mail_with_a_link_for_this_person(sent: Order, external: Resource, as_external: As) -> None:
    assert (sent.state, step_names(sent)) == ("offered", ["answer_offer"])
    (letter,) = mail.outbox
    external.refresh_from_db()
    assert letter.to == ["fuchs@redaktion.example"]
    assert "2.400,00 EUR" in letter.body
    assert "Eine Absage hat keine Folgen" in letter.body
    link = LoginLink.objects.get()
    assert (link.user_id, link.target) == (external.user_id, f"/o/muster/my-orders/{sent.pk}/")
    assert offer_of(sent).link_id == link.pk
    assert [order.pk for order in own_orders(as_external(external))] == [sent.pk]


def test_accepted_delivered_accepted_billed_with_nothing_typed_again(
    sent: Order, external: Resource, as_external: As, lead: Actor
) -> None:
    fuchs = as_external(external)
    assert agreed(sent, fuchs).state == "agreed"
    assert sent.self_billing_agreed_on is None
    sent.refresh_from_db()
    assert sent.self_billing_agreed_on == clock.today()
    assert step_names(sent) == ["deliver"]
    delivery = deliveries.deliver_order(sent, text="Fertig", files=[("Anleitung.pdf", b"%PDF-1.7")], by=fuchs)
    assert [document.filename for document in documents_of(delivery)] == ["Anleitung.pdf"]
    assert step_names(sent) == ["accept"]
    deliveries.accept_delivery(delivery, met=[True, True], by=lead)
    assert step_names(sent) == ["pay"]
    assert sent.state == "billed"
    invoice = SelfBilledInvoice.objects.get()
    assert invoice.number == f"GS-{clock.today().year}-0001"
    assert (invoice.net_cents, invoice.tax_cents, invoice.tax_category) == (240_000, 0, "E")
    assert invoice.due_on == clock.today() + timedelta(days=7)
    data = content_of(invoice.xml)
    written = read(data, filename="x.xml").invoice
    assert (written.type_code, written.seller.name, written.buyer.name) == (
        "389",
        "Marlene Fuchs",
        "Muster Maschinenbau GmbH",
    )
    assert written.totals.payable == Decimal("2400.00")
    assert written.vat[0].exemption_reason.startswith("Steuerbefreit")
    assert invoice.pdf is not None
    _, inside = extract_xml(content_of(invoice.pdf), filename="x.pdf")
    assert read(inside, filename="x.xml").invoice.id == invoice.number
    assert b"%PDF" in content_of(invoice.pdf)[:8]
    assert len(letters("Abgenommen")) == 1


def test_billing_again_gives_the_same_invoice(
    sent: Order, external: Resource, as_external: As, lead: Actor, in_firm: Actor
) -> None:
    fuchs = as_external(external)
    agreed(sent, fuchs)
    deliveries.accept_delivery(deliveries.deliver_order(sent, text="x", by=fuchs), met=[True, True], by=lead)
    sent.refresh_from_db()
    assert invoices.bill_order(sent, by=in_firm) == SelfBilledInvoice.objects.get()


def test_regular_supplier_is_billed_with_vat(
    make_external: Callable[..., Resource], draft_for: DraftFor, deliver_for: DeliverFor, lead: Actor
) -> None:
    other = make_external("Henning Albrecht", small_business=False)
    order = draft_for(other, price_cents=100_000)
    deliveries.accept_delivery(deliver_for(order), met=[True], by=lead)
    invoice = SelfBilledInvoice.objects.get(order=order)
    assert (invoice.net_cents, invoice.tax_cents, invoice.tax_category) == (100_000, 19_000, "S")


@pytest.mark.parametrize(
    ("supplied", "rate"), [(datetime(2020, 12, 31, 22, tzinfo=UTC), 16), (datetime(2020, 12, 31, 23, tzinfo=UTC), 19)]
)
def test_vat_rate_is_that_of_the_day_of_supply(
    supplied: datetime,
    rate: int,
    make_external: Callable[..., Resource],
    draft_for: DraftFor,
    deliver_for: DeliverFor,
    lead: Actor,
) -> None:
    order = draft_for(make_external("Henning Albrecht", small_business=False), price_cents=100_000)
    delivery = deliver_for(order)
    delivery.edit(delivered_at=supplied)  # the first minute of 2021 in Germany is 23:00 UTC
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    invoice = SelfBilledInvoice.objects.get(order=order)
    assert invoice.tax_cents == rate * 1000
    written = read(content_of(invoice.xml), filename="x.xml").invoice
    assert written.lines[0].vat_rate == rate
    check = Check.objects.get(rule="de/invoice/vat")
    assert check.verdict["parameters"][0]["provision"] == ("ustg_28_1" if rate == 16 else "ustg_12_1")


def test_without_prior_agreement_no_self_billed_invoice(
    external: Resource, draft: Order, in_firm: Actor, as_external: As, lead: Actor
) -> None:
    orders.edit_order(draft, expected_version=draft.version, self_billing=False, by=in_firm)
    orders.send_offer(draft, by=in_firm)
    fuchs = as_external(external)
    agreed(draft, fuchs)
    deliveries.accept_delivery(deliveries.deliver_order(draft, text="x", by=fuchs), met=[True, True], by=lead)
    assert not SelfBilledInvoice.objects.exists()
    assert step_names(draft) == ["self_bill"]
    assert draft.state == "accepted"
    assert draft.case is not None
    waiting = cases.open_steps(draft.case).get()
    assert "Ohne vorherige Vereinbarung" in waiting.brief
    with pytest.raises(Refused):
        cases.retry_step(waiting, by=in_firm)


def test_missing_address_spends_no_number(
    make_external: Callable[..., Resource], draft_for: DraftFor, deliver_for: DeliverFor, lead: Actor
) -> None:
    from werkfluss.org.models import Counter

    other = make_external("Ohne Anschrift", facts={"address": {}, "tax_number": ""})
    deliveries.accept_delivery(deliver_for(order := draft_for(other)), met=[True], by=lead)
    assert step_names(order) == ["self_bill"]
    assert not Counter.objects.filter(name__startswith="self_billed_invoice").exists()


def test_declining_leaves_no_trace_at_the_person(sent: Order, external: Resource, as_external: As) -> None:
    from werkfluss.compliance.models import Fact

    fuchs = as_external(external)
    before = (external.version, Fact.objects.count(), external.skills.count(), external.shares.count())
    offers.decline_offer(offer_of(sent), note="keine Zeit", by=fuchs)
    external.refresh_from_db()
    assert (external.version, Fact.objects.count(), external.skills.count(), external.shares.count()) == before
    sent.refresh_from_db()
    assert sent.state == "declined"
    assert sent.case is not None
    assert sent.case.state == "completed"


def test_declined_person_can_be_offered_the_next_order(
    draft_for: DraftFor, sent: Order, external: Resource, as_external: As, in_firm: Actor
) -> None:
    before = orders.legal_checks(sent, by=in_firm)
    offers.decline_offer(offer_of(sent), by=as_external(external))
    assert orders.legal_checks(sent, by=in_firm) == before
    again = draft_for(external, title="Nächster")
    assert orders.send_offer(again, by=in_firm).state == "sent"


def test_counter_proposal_becomes_a_new_offer(sent: Order, external: Resource, as_external: As, in_firm: Actor) -> None:
    fuchs = as_external(external)
    first = offer_of(sent)
    offers.counter_offer(first, price_cents=260_000, note="mehr Bilder", by=fuchs)
    assert step_names(sent) == ["check_counter"]
    first.refresh_from_db()
    second = offers.take_counter(first, by=in_firm)
    assert (second.revision, second.terms["price_cents"], second.state) == (2, 260_000, "sent")
    assert step_names(sent) == ["answer_offer"]
    agreed(sent, fuchs)
    sent.refresh_from_db()
    assert sent.price_cents == 260_000
    with pytest.raises(Conflict):
        offers.take_counter(first, by=in_firm)


def test_refused_counter_proposal_ends_the_order(
    sent: Order, external: Resource, as_external: As, in_firm: Actor
) -> None:
    offers.counter_offer(offer_of(sent), price_cents=900_000, by=as_external(external))
    offers.refuse_counter(offer_of(sent), reason="zu teuer", by=in_firm)
    sent.refresh_from_db()
    assert sent.state == "declined"
    assert letters("Keine Einigung")


def test_counter_proposal_without_a_difference_is_refused(sent: Order, external: Resource, as_external: As) -> None:
    with pytest.raises(Refused):
        offers.counter_offer(offer_of(sent), price_cents=sent.price_cents, by=as_external(external))
    assert offer_of(sent).state == "sent"


def test_change_of_an_agreed_order_is_an_offer_that_may_be_declined(
    sent: Order, external: Resource, as_external: As, in_firm: Actor
) -> None:
    fuchs = as_external(external)
    agreed(sent, fuchs)
    later = sent.last_day + timedelta(days=10)
    change = orders.send_offer(sent, changes={"last_day": later}, by=in_firm)
    offers.decline_offer(change, by=fuchs)
    sent.refresh_from_db()
    assert (sent.state, sent.last_day) == ("agreed", later - timedelta(days=10))
    agreed_change = orders.send_offer(sent, changes={"last_day": later}, by=in_firm)
    offers.accept_offer(agreed_change, by=fuchs)
    sent.refresh_from_db()
    assert (sent.state, sent.last_day) == ("agreed", later)
    assert step_names(sent) == ["deliver"]


def test_somebody_else_can_neither_see_nor_answer(
    sent: Order, make_external: Callable[..., Resource], as_external: As, in_firm: Actor
) -> None:
    from werkfluss.engagement.domain.externals import invite

    stranger = make_external("Fremder Freier")
    invite(stranger, by=in_firm)
    actor = as_external(stranger)
    assert not own_orders(actor).exists()
    for act in (offers.accept_offer, offers.decline_offer):
        with pytest.raises(NotPermitted):
            act(offer_of(sent), by=actor)
    with pytest.raises(NotPermitted):
        offers.counter_offer(offer_of(sent), price_cents=1, by=actor)
    with pytest.raises(NotPermitted):
        offers.ask_question(sent, text="?", by=actor)
    with pytest.raises(NotPermitted):
        offers.accept_offer(offer_of(sent), by=in_firm)


def test_offer_is_answered_once(sent: Order, external: Resource, as_external: As) -> None:
    fuchs = as_external(external)
    offer = offer_of(sent)
    agreed(sent, fuchs)
    with pytest.raises(Conflict):
        offers.decline_offer(offer, by=fuchs)


def test_silence_lapses_without_consequence(sent: Order, external: Resource, in_firm: Actor, as_external: As) -> None:
    cases.fire_due_timers(clock.now() + timedelta(days=5), by=in_firm)
    assert len(letters("Noch offen")) == 1
    cases.fire_due_timers(clock.now() + timedelta(days=8), by=in_firm)
    sent.refresh_from_db()
    assert (sent.state, offer_of(sent).state) == ("declined", "expired")
    with pytest.raises(Conflict):
        agreed(sent, as_external(external))


@pytest.mark.parametrize("days", [2, 20])
def test_case_waits_for_the_answer_as_long_as_the_offer_says(days: int, draft: Order, in_firm: Actor) -> None:
    answer_by = clock.now() + timedelta(days=days)
    offer = orders.send_offer(draft, answer_by=answer_by, by=in_firm)
    assert draft.case is not None
    assert cases.open_steps(draft.case).get().due == answer_by
    cases.fire_due_timers(answer_by - timedelta(minutes=1), by=in_firm)
    assert step_names(draft) == ["answer_offer"]
    cases.fire_due_timers(answer_by, by=in_firm)
    draft.refresh_from_db()
    offer.refresh_from_db()
    assert (draft.state, offer.state, step_names(draft)) == ("declined", "expired", [])


def test_new_offer_before_the_answer_has_a_time_to_answer_of_its_own(
    sent: Order, external: Resource, as_external: As, in_firm: Actor
) -> None:
    later = clock.now() + timedelta(days=12)
    second = orders.send_offer(sent, changes={"price_cents": 250_000}, answer_by=later, by=in_firm)
    assert step_names(sent) == ["answer_offer"]
    assert len(letters("Angebot")) == 2
    assert second.link_id is not None
    cases.fire_due_timers(clock.now() + timedelta(days=8), by=in_firm)
    assert step_names(sent) == ["answer_offer"]
    assert agreed(sent, as_external(external)).price_cents == 250_000


@pytest.mark.parametrize("days", [-1, 61])
def test_time_to_answer_ends_within_two_months(days: int, draft: Order, in_firm: Actor) -> None:
    with pytest.raises(Refused, match="60"):
        orders.send_offer(draft, answer_by=clock.now() + timedelta(days=days), by=in_firm)
    assert not draft.offers.exists()


def test_late_answer_is_refused(sent: Order, external: Resource, as_external: As) -> None:
    actor = as_external(external)
    with clock.frozen(clock.now() + timedelta(days=8)), pytest.raises(Refused):
        agreed(sent, actor)


def test_dependent_external_is_never_offered_anything(
    draft_for: DraftFor, make_external: Callable[..., Resource], draft: Order, in_firm: Actor
) -> None:
    hansen = make_external(
        "Dirk Hansen", facts={"client_sets_hours": True, "embedded_in_team": True, "client_sets_place": True}
    )
    order = draft_for(hansen)
    with pytest.raises(Refused) as refused:
        orders.send_offer(order, by=in_firm)
    assert "SGB IV" in refused.value.citation
    order.refresh_from_db()
    assert order.state == "draft"
    assert not order.offers.exists()


def test_delivery_is_sent_back_with_a_reason_and_comes_again(
    sent: Order, external: Resource, as_external: As, lead: Actor
) -> None:
    fuchs = as_external(external)
    agreed(sent, fuchs)
    first = deliveries.deliver_order(sent, text="Fertig", by=fuchs)
    with pytest.raises(Refused):
        deliveries.accept_delivery(first, met=[True, False], by=lead)
    with pytest.raises(Refused):
        deliveries.send_back_delivery(first, unmet=["Quelldatei öffnet"], note="", by=lead)
    deliveries.send_back_delivery(first, unmet=["Quelldatei öffnet"], note="Datei ist beschädigt", by=lead)
    first.refresh_from_db()
    assert [one["met"] for one in first.criteria] == [True, False]
    assert step_names(sent) == ["deliver"]
    second = deliveries.deliver_order(sent, text="Neu", by=fuchs)
    deliveries.accept_delivery(second, met=[True, True], by=lead)
    assert step_names(sent) == ["pay"]
    with pytest.raises(Conflict):
        deliveries.accept_delivery(Delivery.objects.get(pk=first.pk), met=[True, True], by=lead)


def test_external_never_accepts_the_own_work(sent: Order, external: Resource, as_external: As) -> None:
    fuchs = as_external(external)
    agreed(sent, fuchs)
    delivery = deliveries.deliver_order(sent, text="x", by=fuchs)
    with pytest.raises(Refused):
        deliveries.accept_delivery(delivery, met=[True, True], by=fuchs)


@pytest.mark.parametrize("claimed", [None, 0, 240_001])
def test_order_by_effort_is_billed_up_to_the_cap(
    claimed: int | None, draft: Order, external: Resource, as_external: As, in_firm: Actor, lead: Actor
) -> None:
    orders.edit_order(draft, expected_version=draft.version, price_kind="hourly", by=in_firm)
    orders.send_offer(draft, by=in_firm)
    fuchs = as_external(external)
    agreed(draft, fuchs)
    with pytest.raises(Refused):
        deliveries.deliver_order(draft, text="x", amount_cents=claimed, by=fuchs)
    delivery = deliveries.deliver_order(draft, text="x", amount_cents=200_000, by=fuchs)
    deliveries.accept_delivery(delivery, met=[True, True], by=lead)
    assert SelfBilledInvoice.objects.get().net_cents == 200_000


def test_link_is_for_one_person_once_and_not_for_ever(external: Resource, in_firm: Actor) -> None:
    from werkfluss.engagement.domain.externals import invite

    user = invite(external, by=in_firm)
    link, token = links.issue_link(user, target="/o/muster/", by=in_firm)
    assert token not in str(link.__dict__)
    assert links.open_link("wrong") is None
    assert links.open_link(token) == link
    assert links.open_link(token) == link, "looking does not use it up"
    assert links.use_link(token, by=in_firm).user == user
    assert links.open_link(token) is None
    with pytest.raises(Refused):
        links.use_link(token, by=in_firm)
    _, late = links.issue_link(user, target="/", expires_at=clock.now() - timedelta(seconds=1), by=in_firm)
    assert links.open_link(late) is None


def test_cancelled_order_ends_its_case_and_tells_the_external(sent: Order, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        orders.cancel_order(sent, reason="", by=in_firm)
    orders.cancel_order(sent, reason="Budget gestrichen", by=in_firm)
    sent.refresh_from_db()
    assert sent.case is not None
    assert (sent.state, sent.case.state, offer_of(sent).state) == ("cancelled", "cancelled", "withdrawn")
    assert "Budget gestrichen" in letters("Zurückgezogen")[0]


def test_english_speaker_gets_both_languages(
    make_external: Callable[..., Resource], draft_for: DraftFor, in_firm: Actor
) -> None:
    person = make_external("Ana Costa", languages=["en", "pt"])
    order = draft_for(person, title="Interface")
    orders.send_offer(order, by=in_firm)
    (text,) = letters("Offer: Interface · Angebot: Interface")
    assert text.index("We offer you an order") < text.index("wir bieten Ihnen einen Auftrag an")


def test_window_that_runs_backwards_is_refused(external: Resource, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        orders.draft_order(
            external,
            title="x",
            brief="x",
            criteria=["x"],
            price_cents=1,
            first_day=date(2026, 12, 2),
            last_day=date(2026, 12, 1),
            by=in_firm,
        )
