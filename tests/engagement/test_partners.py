"""A partner team: several people act for it, sub-processors need a basis, capacity comes and goes, nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from werkfluss.engagement.domain import (
    capacity,
    deliveries,
    hand_over,
    offers,
    order_book,
    orders,
    partners,
    sub_processors,
)
from werkfluss.engagement.models import CapacityOffer, Order, PartnerMember
from werkfluss.engagement.rules import own_orders
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.domain.calendars import working_windows
from werkfluss.workforce.models import Kind, Resource, Share

As = Callable[[Resource], Actor]
DraftFor = Callable[..., Order]


@pytest.fixture
def team(make_external: Callable[..., Resource]) -> Resource:
    facts = {"client_instructs": False, "integrated": False, "licence": False}
    return make_external("Team Sibiu", small_business=False, kind=Kind.PARTNER, facts=facts)


@pytest.fixture
def head(team: Resource, in_firm: Actor, as_external: As) -> Actor:
    from werkfluss.engagement.domain.externals import invite

    invite(team, by=in_firm)
    return as_external(team)


@pytest.fixture
def join(team: Resource, head: Actor, firm: Organisation) -> Callable[..., Actor]:
    """``join("Ana Pop", role="technical")``: one of the partner's people as an actor."""

    def make(name: str, *, role: str = "technical") -> Actor:
        address = f"{name.split(maxsplit=1)[0].lower()}@sibiu.example"
        member = partners.invite_member(team, email=address, name=name, role=role, by=head)
        return firms.user_actor(firm.pk, member.user)

    return make


def milestones(first: int = 60_000, second: int = 40_000) -> dict[str, object]:
    today = clock.today()
    parts = [
        {"title": "Entwurf", "cents": first, "due": (today + timedelta(days=5)).isoformat()},
        {"title": "Rest", "cents": second, "due": None},
    ]
    return {
        "price_kind": "milestones",
        "price_cents": first + second,
        "price": {"milestones": parts},
        "last_day": today + timedelta(days=30),
    }


def test_several_people_of_a_partner_act_on_one_order(
    team: Resource, head: Actor, join: Callable[..., Actor], draft_for: DraftFor, in_firm: Actor, lead: Actor
) -> None:
    ana, ion = join("Ana Pop"), join("Ion Rusu")
    order = draft_for(team)
    mail.outbox.clear()
    offer = orders.send_offer(order, by=in_firm)
    assert sorted(to for letter in mail.outbox for to in letter.to) == [
        "ana@sibiu.example",
        "ion@sibiu.example",
        "sibiu@redaktion.example",
    ]
    offers.accept_offer(offer, by=ana)
    offers.ask_question(order, text="Welche Norm?", by=ion)
    delivery = deliveries.deliver_order(order, text="Fertig", by=head)
    assert [own.pk for own in own_orders(ion)] == [order.pk]
    with pytest.raises(Refused):
        deliveries.accept_delivery(delivery, met=[True], by=ion)
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    order.refresh_from_db()
    assert order.state == "billed"


def test_partner_sees_its_own_orders_only(
    team: Resource,
    join: Callable[..., Actor],
    draft_for: DraftFor,
    make_external: Callable[..., Resource],
    in_firm: Actor,
) -> None:
    ana = join("Ana Pop")
    other = make_external(
        "Team Lodz", small_business=False, kind=Kind.PARTNER, facts={"client_instructs": False, "integrated": False}
    )
    theirs = draft_for(other)
    offer = orders.send_offer(theirs, by=in_firm)
    assert not own_orders(ana).exists()
    with pytest.raises(NotPermitted):
        offers.accept_offer(offer, by=ana)
    with pytest.raises(NotPermitted):
        offers.ask_question(theirs, text="?", by=ana)


def test_removed_person_has_no_way_in_any_more(
    team: Resource, head: Actor, join: Callable[..., Actor], draft_for: DraftFor, in_firm: Actor, firm: Organisation
) -> None:
    ana = join("Ana Pop")
    offer = orders.send_offer(draft_for(team), by=in_firm)
    partners.remove_member(PartnerMember.objects.get(), by=head)
    assert not own_orders(ana).exists()
    with pytest.raises(NotPermitted):
        offers.accept_offer(offer, by=ana)
    assert not firms.user_actor(firm.pk, User.objects.get(pk=ana.id)).roles
    with pytest.raises(Refused):
        partners.remove_member(PartnerMember.objects.get(), by=head)


def test_only_who_coordinates_invites_and_the_firm_sees_counts(
    team: Resource, join: Callable[..., Actor], in_firm: Actor, firm: Organisation
) -> None:
    ana, ion = join("Ana Pop"), join("Ion Rusu", role="coordination")
    with pytest.raises(NotPermitted):
        partners.invite_member(team, email="x@sibiu.example", name="X", role="technical", by=ana)
    with pytest.raises(NotPermitted):
        partners.invite_member(team, email="x@sibiu.example", name="X", role="technical", by=in_firm)
    partners.invite_member(team, email="x@sibiu.example", name="X", role="accounting", by=ion)
    assert partners.counts_of(team) == {"coordination": 2, "technical": 1, "accounting": 1}
    staff = User.objects.create_user("chef@muster.example", name="Chef")
    firms.add_member(staff, role=Role.LEAD, by=in_firm)
    for address in ("chef@muster.example", "ana@sibiu.example"):
        with pytest.raises(Refused):
            partners.invite_member(team, email=address, name="Y", role="technical", by=ion)


def test_order_book_names_next_step_and_day(
    team: Resource, head: Actor, draft_for: DraftFor, in_firm: Actor, lead: Actor
) -> None:
    order = draft_for(team, **milestones())

    def row() -> order_book.BookRow:
        (found,) = order_book.book_of(order_book.team_orders())
        return found

    offer = orders.send_offer(order, by=in_firm)
    assert (row().side, row().accepted, len(row().milestones)) == ("partner", 0, 2)
    offers.accept_offer(offer, by=head)
    assert row().step is not None
    assert (str(row().step), row().due) == ("Liefern: Entwurf", clock.today() + timedelta(days=5))
    offers.ask_question(order, text="Welche Norm?", by=head)
    assert (row().side, str(row().step)) == ("firm", "Frage beantworten")
    offers.answer_question(order, text="EN 60204", by=lead)
    assert row().side == "partner"
    delivery = deliveries.deliver_order(order, text="Entwurf", chosen={"m1": None}, by=head)
    assert (row().side, [one.state for one in row().milestones]) == ("firm", ["delivered", "open"])
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    assert (row().accepted, str(row().step), row().due) == (1, "Liefern: Rest", order.last_day)
    (protocol,) = order.acceptances.all()
    assert (protocol.kind, protocol.net_cents, protocol.final) == ("partial", 60_000, False)
    last = deliveries.deliver_order(order, text="Rest", chosen={"m2": None}, by=head)
    deliveries.accept_delivery(last, met=[True], by=lead)
    assert (row().state, row().side, row().due) == ("billed", "", None)


def test_sub_processor_in_a_third_country_without_basis_stops_personal_data(
    team: Resource, head: Actor, draft_for: DraftFor, in_firm: Actor
) -> None:
    says = {"name": "Kolkata Data", "country": "IN", "purpose": "Erfassung", "data_class": "ordinary"}
    row = sub_processors.declare(team, **says, by=head)
    with pytest.raises(Refused) as refused:
        orders.send_offer(draft_for(team, data_class="personal"), by=in_firm)
    assert "Kolkata Data" in refused.value.reason.de
    with pytest.raises(Refused):
        sub_processors.approve(row, by=in_firm)
    orders.send_offer(draft_for(team, data_class="internal"), by=in_firm)
    sub_processors.object_to(row, reason="Bitte mit Standardvertragsklauseln", by=in_firm)
    with pytest.raises(Conflict):
        sub_processors.approve(row, by=in_firm)
    sub_processors.end(row, by=head)
    better = sub_processors.declare(team, **says, safeguard="standard_clauses", assessed=True, by=head)
    sub_processors.approve(better, by=in_firm)
    assert [one.stops for one in sub_processors.judged(team, on=clock.today())] == [False]


def test_sub_processor_declared_after_the_offer_stops_it_too(
    team: Resource, head: Actor, draft_for: DraftFor, in_firm: Actor
) -> None:
    offer = orders.send_offer(draft_for(team, data_class="personal"), by=in_firm)
    says = {"name": "Kolkata Data", "country": "IN", "purpose": "Erfassung", "data_class": "ordinary"}
    row = sub_processors.declare(team, **says, by=head)
    with pytest.raises(Refused):
        offers.accept_offer(offer, by=head)
    sub_processors.end(row, by=head)
    assert offers.accept_offer(offer, by=head).state == "agreed"


def test_objection_after_agreement_halts_personal_data(
    team: Resource, head: Actor, draft_for: DraftFor, in_firm: Actor
) -> None:
    order = offers.accept_offer(orders.send_offer(draft_for(team, data_class="personal"), by=in_firm), by=head)
    plain = offers.accept_offer(orders.send_offer(draft_for(team, data_class="internal"), by=in_firm), by=head)
    row = sub_processors.declare(
        team, name="Brno Hosting", country="CZ", purpose="Server", data_class="ordinary", by=head
    )
    assert sub_processors.halting(order, on=clock.today()) == [], "declared, with a basis: nobody has objected"
    sub_processors.object_to(row, reason="Wettbewerber", by=in_firm)
    assert [one.row for one in sub_processors.halting(order, on=clock.today())] == [row]
    assert sub_processors.halting(plain, on=clock.today()) == []
    assert f"Auftrag {order.number}." in mail.outbox[-1].body
    assert sub_processors.halted_orders(row) == [order]
    for refused in (
        lambda: hand_over.write_card(order, standing="Liste liegt bei", next_step="Erfassen", by=in_firm),
        lambda: deliveries.deliver_order(order, text="Erfasst", by=head),
        lambda: orders.send_offer(draft_for(team, data_class="personal"), by=in_firm),
    ):
        with pytest.raises(Refused) as error:
            refused()
        assert "Wettbewerber" in error.value.reason.de
        assert "Mein Team" in error.value.what_to_do.de
    # The partner may hand back what it has, and an order without personal data goes on.
    hand_over.write_card(order, standing="Wir ruhen", next_step="Bitte entscheiden", by=head)
    deliveries.deliver_order(plain, text="Fertig", by=head)
    sub_processors.end(row, by=head)
    assert deliveries.deliver_order(order, text="Erfasst", by=head).order_id == order.pk


def test_only_the_partner_declares_and_only_the_firm_decides(team: Resource, head: Actor, in_firm: Actor) -> None:
    says = {"name": "Brno Hosting", "country": "CZ", "purpose": "Server", "data_class": "ordinary"}
    with pytest.raises(NotPermitted):
        sub_processors.declare(team, **says, by=in_firm)
    row = sub_processors.declare(team, **says, by=head)
    with pytest.raises(NotPermitted):
        sub_processors.approve(row, by=head)
    with pytest.raises(Refused):
        sub_processors.object_to(row, reason=" ", by=in_firm)


@pytest.fixture
def offered(team: Resource, head: Actor, in_firm: Actor) -> CapacityOffer:
    skill = resources.add_skill(key="plc", name_de="SPS", name_en="PLC", by=in_firm)
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    return capacity.offer_capacity(
        team,
        skill=skill,
        minutes_per_week=1200,
        first_day=monday,
        last_day=monday + timedelta(days=13),
        price_cents=40_000,
        price_per="day",
        by=head,
    )


def days_there(team: Resource) -> list[date]:
    start = datetime.combine(clock.today(), datetime.min.time(), UTC)
    found = working_windows([team], start=start, end=start + timedelta(days=60))[team.pk]
    return sorted({begin.date() for begin, _end in found})


def test_accepted_capacity_is_planned_with_until_its_end(
    offered: CapacityOffer, team: Resource, in_firm: Actor
) -> None:
    assert len(days_there(team)) > 30
    capacity.accept_capacity(offered, by=in_firm)
    team.refresh_from_db()
    days = days_there(team)
    assert days
    assert offered.first_day <= days[0]
    assert days[-1] <= offered.last_day
    assert team.rate.cents_per_hour == 5000
    assert [row.skill.key for row in team.skills.all()] == ["plc"]
    (share,) = Share.objects.filter(resource=team)
    assert (share.minutes_per_week, share.valid_to) == (1200, offered.last_day + timedelta(days=1))
    with pytest.raises(Conflict):
        capacity.accept_capacity(offered, by=in_firm)


def test_declining_capacity_changes_nothing(
    offered: CapacityOffer, team: Resource, in_firm: Actor, draft_for: DraftFor, head: Actor
) -> None:
    before, rate = days_there(team), team.rate_id
    capacity.decline_capacity(offered, by=in_firm)
    team.refresh_from_db()
    assert (days_there(team), team.rate_id, team.skills.count()) == (before, rate, 0)
    assert orders.send_offer(draft_for(team), by=in_firm).state == "sent"
    with pytest.raises(Conflict):
        capacity.withdraw_capacity(offered, by=head)


def test_capacity_is_offered_by_the_partner_and_decided_by_the_firm(
    offered: CapacityOffer, team: Resource, head: Actor, in_firm: Actor
) -> None:
    terms = {name: getattr(offered, name) for name in ("skill", "first_day", "last_day", "price_cents", "price_per")}
    with pytest.raises(NotPermitted):
        capacity.offer_capacity(team, **terms, minutes_per_week=600, by=in_firm)
    with pytest.raises(NotPermitted):
        capacity.accept_capacity(offered, by=head)
    with pytest.raises(Refused):
        capacity.offer_capacity(team, **terms, minutes_per_week=10, by=head)
    with pytest.raises(Refused):
        past = terms | {"first_day": date(2020, 1, 1), "last_day": date(2020, 2, 1)}
        capacity.offer_capacity(team, **past, minutes_per_week=600, by=head)
    capacity.withdraw_capacity(offered, by=head)


def test_overlapping_capacity_adds_up() -> None:
    def one(first: int, last: int, minutes: int) -> tuple[date, date, int]:
        return date(2027, 1, first), date(2027, 1, last), minutes

    found = capacity.segments([one(1, 10, 600), one(5, 20, 300), one(25, 26, 60)])
    assert [(start.day, end.day, minutes) for start, end, minutes in found] == [
        (1, 5, 600),
        (5, 11, 900),
        (11, 21, 300),
        (25, 27, 60),
    ]
