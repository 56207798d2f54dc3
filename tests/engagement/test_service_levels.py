"""Clocks run on what happens, wait while the other side acts, and a breach is a fact of the order and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from pypdf import PdfReader

from werkfluss.engagement.domain import deliveries, hand_over, offers, orders, service_levels
from werkfluss.engagement.models import HandOver, Order, ServiceClock
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.workforce.models import Kind, Resource

As = Callable[[Resource], Actor]
DraftFor = Callable[..., Order]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00 in Berlin, 14:30 in Kolkata
LEVELS: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "levels": [
        {"kind": "response", "hours": 8},
        {"kind": "response", "severity": "high", "hours": 2},
        {"kind": "delivery", "hours": 0},
        {"kind": "rework", "hours": 16},
    ],
    "weekdays": [0, 1, 2, 3, 4],
    "start": "09:00",
    "end": "17:00",
}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """``at(moment)``: it is this moment from now on."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "today", lambda: moment.astimezone(clock.FIRM_ZONE).date())

    move(MONDAY)
    return move


@pytest.fixture
def team(make_external: Callable[..., Resource]) -> Resource:
    facts = {"client_instructs": False, "integrated": False, "licence": False}
    return make_external(
        "Team Pune", small_business=False, kind=Kind.PARTNER, facts=facts, time_zone="Asia/Kolkata", country="CZ"
    )


@pytest.fixture
def agreed(at: Callable[..., None], team: Resource, draft_for: DraftFor, in_firm: Actor, as_external: As) -> Order:
    """An order with a day on Wednesday, service times agreed, under way."""
    order = draft_for(team, last_day=MONDAY.date() + timedelta(days=2))
    service_levels.set_terms(order, LEVELS, by=in_firm)
    order.refresh_from_db()
    offer = orders.send_offer(order, by=in_firm)
    offers.accept_offer(offer, by=as_external(team))
    order.refresh_from_db()
    mail.outbox.clear()
    return order


def one(order: Order, kind: str) -> ServiceClock:
    return ServiceClock.objects.filter(order=order, kind=kind).latest("started_at")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[arg-type]


def test_delivery_has_until_the_close_of_the_agreed_day(agreed: Order) -> None:
    (row,) = service_levels.clocks_of(agreed)
    assert (row.kind, row.side, row.due_at, row.state) == ("delivery", "partner", berlin(2026, 11, 25, 17), "running")


def test_question_of_the_partner_stops_its_own_time(
    agreed: Order, at: Callable[..., None], team: Resource, as_external: As, lead: Actor
) -> None:
    pune = as_external(team)
    offers.ask_question(agreed, text="Welche Norm?", by=pune)
    assert (one(agreed, "response").side, one(agreed, "response").due_at) == ("firm", berlin(2026, 11, 24, 10))
    assert one(agreed, "delivery").state == "paused"
    at(berlin(2026, 11, 24, 10))
    offers.answer_question(agreed, text="EN 60204", by=lead)
    assert one(agreed, "response").state == "met"
    # Eight working hours later: Wednesday 17:00 becomes Thursday 17:00.
    assert (one(agreed, "delivery").state, one(agreed, "delivery").due_at) == ("running", berlin(2026, 11, 26, 17))


def test_question_of_the_firm_is_answered_late_and_both_sides_hear(
    agreed: Order, at: Callable[..., None], team: Resource, as_external: As, lead: Actor, in_firm: Actor
) -> None:
    offers.answer_question(agreed, text="Wo steht der Entwurf?", by=lead)
    mail.outbox.clear()
    at(berlin(2026, 11, 23, 15))
    assert service_levels.tick(clock.now(), by=in_firm) == 0
    at(berlin(2026, 11, 23, 16, 30))
    assert [service_levels.tick(clock.now(), by=in_firm) for _time in range(2)] == [1, 0]
    assert [letter.to for letter in mail.outbox] == [["pune@redaktion.example"]]
    at(berlin(2026, 11, 24, 10, 30))
    assert [service_levels.tick(clock.now(), by=in_firm) for _time in range(2)] == [1, 0]
    assert len(mail.outbox) == 3
    offers.ask_question(agreed, text="Morgen", by=as_external(team))
    row = one(agreed, "response")
    assert (row.state, row.breached_at) == ("missed", berlin(2026, 11, 24, 10))
    assert service_levels.record_of(team.pk) == {"response": (0, 1)}
    agreed.refresh_from_db()
    assert agreed.price_cents == 1000


def test_urgent_question_has_the_shorter_time(agreed: Order, lead: Actor, team: Resource, as_external: As) -> None:
    offers.answer_question(agreed, text="Anlage steht", by=lead)
    row = one(agreed, "response")
    with pytest.raises(NotPermitted):
        service_levels.set_severity(row, severity="high", by=as_external(team))
    service_levels.set_severity(row, severity="high", by=lead)
    assert one(agreed, "response").due_at == berlin(2026, 11, 23, 12)


def test_what_is_sent_back_is_mended_by_the_next_delivery(
    agreed: Order, at: Callable[..., None], team: Resource, as_external: As, lead: Actor
) -> None:
    pune = as_external(team)
    delivery = deliveries.deliver_order(agreed, text="Fertig", by=pune)
    assert one(agreed, "delivery").state == "met"
    deliveries.send_back_delivery(delivery, unmet=[], note="Maß fehlt", by=lead)
    row = one(agreed, "rework")
    assert (row.state, row.due_at, row.title) == ("running", berlin(2026, 11, 25, 10), "Maß fehlt")
    at(berlin(2026, 11, 25, 11))
    deliveries.deliver_order(agreed, text="Mit Maß", by=pune)
    assert one(agreed, "rework").state == "missed"


def test_reserved_defect_waits_for_the_firm_once_it_is_reported(
    agreed: Order, at: Callable[..., None], team: Resource, as_external: As, lead: Actor
) -> None:
    pune = as_external(team)
    delivery = deliveries.deliver_order(agreed, text="Fertig", by=pune)
    day = clock.today() + timedelta(days=5)
    deliveries.accept_delivery(delivery, met=[True], defects=["Logo fehlt"], mend_by=day, by=lead)
    row = one(agreed, "rework")
    with pytest.raises(NotPermitted):
        service_levels.report_mended(row, text="Fertig", by=lead)
    at(berlin(2026, 11, 24, 12))
    service_levels.report_mended(row, text="Logo ist drin", by=pune)
    row.refresh_from_db()
    assert row.state == "paused"
    at(berlin(2026, 11, 27, 12))
    service_levels.confirm_mended(row, mended=False, text="Falsche Farbe", by=lead)
    row.refresh_from_db()
    assert (row.state, row.due_at > clock.now()) == ("running", True)
    service_levels.report_mended(row, text="Jetzt blau", by=pune)
    row.refresh_from_db()
    service_levels.confirm_mended(row, mended=True, by=lead)
    assert one(agreed, "rework").state == "met"
    with pytest.raises(Conflict):
        service_levels.confirm_mended(row, mended=True, by=lead)


def test_cancelled_order_stops_its_clocks(agreed: Order, in_firm: Actor) -> None:
    orders.cancel_order(agreed, reason="Bedarf entfällt", by=in_firm)
    assert {row.state for row in service_levels.clocks_of(agreed)} == {"stopped"}


def test_no_clock_runs_on_a_person(external: Resource, draft_for: DraftFor, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        service_levels.set_terms(draft_for(external), LEVELS, by=in_firm)


def test_changed_times_are_a_new_offer_that_says_so(
    agreed: Order, in_firm: Actor, team: Resource, as_external: As
) -> None:
    from werkfluss.engagement.domain.terms import versions_of

    levels = LEVELS | {"levels": [{"kind": "response", "hours": 4}], "penalty": "0,1 % je Tag, höchstens 5 %"}
    service_levels.set_terms(agreed, levels, by=in_firm)
    assert one(agreed, "delivery").state == "running"
    offer = orders.open_offer(agreed)
    assert offer is not None
    offers.accept_offer(offer, by=as_external(team))
    assert one(agreed, "delivery").state == "stopped"
    changed = [row.words.de for row in versions_of(agreed)[-1].differences]
    assert "Antwort auf eine Frage: 8 Stunden → 4 Stunden" in changed
    assert "Vertragsstrafe: keine vereinbart → 0,1 % je Tag, höchstens 5 %" in changed


def test_card_goes_to_the_other_side_and_back(
    agreed: Order, at: Callable[..., None], team: Resource, as_external: As, lead: Actor
) -> None:
    pune = as_external(team)
    at(datetime(2026, 11, 23, 15, tzinfo=UTC))  # 16:00 in Berlin, 20:30 in Pune
    card = hand_over.write_card(agreed, standing="Blatt 1 fertig", next_step="Prüfen", role="Konstruktion", by=lead)
    starts = hand_over.starts_work(agreed, "partner", clock.now())
    assert starts.astimezone(ZoneInfo("Asia/Kolkata")).strftime("%d %H:%M") == "24 08:00"
    # Eight agreed hours from when the other side starts: Tuesday 9:00 to 17:00 in Berlin.
    assert card.answer_by == berlin(2026, 11, 24, 17)
    assert hand_over.both_times(agreed, card.written_at) == (
        "23.11.2026 16:00 Europe/Berlin",
        "23.11.2026 20:30 Asia/Kolkata",
    )
    with pytest.raises(NotPermitted):
        hand_over.take_over(card, by=lead)
    hand_over.take_over(card, text="Machen wir", by=pune)
    with pytest.raises(Conflict):
        hand_over.take_over(card, by=pune)
    back = hand_over.write_card(agreed, standing="Geprüft", next_step="Abnehmen", by=pune)
    assert (back.number, back.side) == (2, "partner")
    assert list(hand_over.open_cards()) == [back]
    hand_over.write_card(agreed, standing="Gesehen", next_step="Liefern", by=lead)
    assert HandOver.objects.get(pk=back.pk).answered_at is not None
    for language, words in (
        ("de", ("Übergaben zu Auftrag", "Nächster Schritt")),
        ("en", ("Hand-overs of order", "Next step")),
    ):
        pages = PdfReader(BytesIO(hand_over.history_pdf(agreed, language, at=clock.now()))).pages
        text = " ".join(page.extract_text() for page in pages)
        for said in (*words, "Blatt 1 fertig", "Machen wir", "Asia/Kolkata"):
            assert said in text


def test_card_needs_an_order_under_way_and_one_of_its_sides(
    agreed: Order, make_external: Callable[..., Resource], in_firm: Actor, as_external: As, lead: Actor
) -> None:
    from werkfluss.engagement.domain.externals import invite

    other = make_external("Andere Person")
    invite(other, by=in_firm)
    with pytest.raises(NotPermitted):
        hand_over.write_card(agreed, standing="x", next_step="y", by=as_external(other))
    with pytest.raises(Refused):
        hand_over.write_card(agreed, standing=" ", next_step="y", by=lead)
    orders.cancel_order(agreed, reason="Bedarf entfällt", by=in_firm)
    with pytest.raises(Refused):
        hand_over.write_card(agreed, standing="x", next_step="y", by=lead)
