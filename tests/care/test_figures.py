"""What becomes rows of the figures: who a case waits for, what counts as started, what services were marked as."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from werkfluss.care.domain import bookings, expat_cases, figures, providers
from werkfluss.care.models import CareBooking, CareOffer, ExpatCase, ServiceCount
from werkfluss.compliance.domain.deadlines import complete_deadline, deadlines_about
from werkfluss.engagement.domain.returning import order_rows
from werkfluss.engagement.models import Order
from werkfluss.kernel import clock
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.models import CaseTask
from werkfluss.workforce.domain import resources
from werkfluss.workforce.domain.coming import coming
from werkfluss.workforce.models import Kind, Rate, Resource


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


def _rate(by: Actor) -> Rate:
    return resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=by)


@pytest.fixture
def expat(in_firm: Actor) -> ExpatCase:
    person = resources.add_resource(
        kind=Kind.EMPLOYEE, name="Ravi Menon", rate=_rate(in_firm), country="IN", nationality="IN", by=in_firm
    )
    start = clock.today() + timedelta(days=30)
    return expat_cases.open_case(person, route="blue_card", wished_start=start, by=in_firm)


def _offer(hr: Actor, name: str, team: bool | None) -> CareOffer:
    provider = providers.add_provider(
        name=name,
        email=f"{name.lower()}@anbieter.example",
        source="-",
        team=team,
        agreement_on=date(2026, 1, 5),
        transfer="inside",
        by=hr,
    )
    return providers.add_offer(
        provider, module="housing", title="Suche", price=Decimal(480), unit="once", accepted_when="-", by=hr
    )


def test_case_has_started_when_its_day_is_over_and_the_title_was_there(expat: ExpatCase, in_firm: Actor) -> None:
    later = expat.wished_start + timedelta(days=1)
    assert figures.start_rows(on=later)["case"] == []
    complete_deadline(deadlines_about(expat).get(code="work_start"), by=in_firm)
    assert figures.start_rows(on=expat.wished_start)["case"] == []
    (row,) = figures.start_rows(on=later)["case"]
    assert (row.group, row.who, row.value) == ("blue_card", expat.person_id, Decimal(30))


def test_waits_are_by_party_and_only_the_firm_has_hands(expat: ExpatCase, in_firm: Actor) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    CaseTask.objects.filter(case=expat.case).delete()
    for element, resource in (("check_papers", None), ("record_visa", expat.person), ("collect_papers", expat.person)):
        CaseTask.objects.create(
            case=expat.case,
            key=element,
            element=element,
            name=element,
            resource=resource,
            state="done",
            done_at=clock.now(),
            done_by=in_firm.id or expat.pk,
        )
    found = figures.waits(on=tomorrow, finished=True)
    hands = {row.group: (row.part, row.by is not None) for row in found.done}
    assert hands == {
        "firm": ("blue_card:check_papers", True),
        "authority": ("blue_card:record_visa", False),
        "person": ("blue_card:collect_papers", False),
    }
    assert figures.waits(on=tomorrow, finished=False).done == []


def test_wait_at_a_provider_ends_when_it_says_that_it_is_done(expat: ExpatCase, hr: Actor) -> None:
    offer = _offer(hr, "Wegweiser", True)
    booking = bookings.plan_booking(offer, person=expat.person, expat_case=expat, by=hr)
    bookings.order(booking, expected_version=booking.version, by=hr)
    tomorrow = clock.today() + timedelta(days=1)
    assert [row.group for row in figures.waits(on=tomorrow, finished=True).open if row.group == "provider"]
    own = firms.user_actor(hr.org_id, providers.let_in(offer.provider, by=hr))
    booking.refresh_from_db()
    bookings.take_on(booking, expected_version=booking.version, by=own)
    bookings.deliver(
        booking, invoice_reference="R1", invoice_amount=Decimal(500), expected_version=booking.version, by=own
    )
    CareBooking.objects.filter(pk=booking.pk).update(ordered_on=clock.today() - timedelta(days=9))
    # The record is written when a firm is left; this test stays inside.
    said = chain.Draft(clock.now(), "care.booking.delivered", own, "care.carebooking", booking.pk, {})
    chain.append(said)
    (row,) = [one for one in figures.waits(on=tomorrow, finished=True).done if one.group == "provider"]
    assert (row.value, row.who) == (Decimal(9), expat.person_id)


def test_provider_that_is_one_person_or_not_known_has_no_figure(hr: Actor) -> None:
    for name, team in (("Allein", False), ("Unbekannt", None), ("Verein", True), ("Wenige", True)):
        offer = _offer(hr, name, team)
        ServiceCount.objects.filter(offer=offer).update(count=5, shown=0 if name == "Wenige" else 5)
    assert [(one.provider, one.mark, one.alone) for one in figures.qualities()] == [
        ("Allein", None, True),
        ("Unbekannt", None, True),
        ("Verein", 2, False),
        ("Wenige", None, False),
    ]


def test_externals_come_leave_and_return_as_rows_without_a_name(in_firm: Actor) -> None:
    made = [
        resources.add_resource(kind=Kind.FREELANCER, name=f"Freie {at}", rate=_rate(in_firm), by=in_firm)
        for at in range(3)
    ]
    Resource.objects.filter(pk=made[0].pk).update(active_from=date(2024, 2, 1), active_to=date(2025, 1, 1))
    for number, (who, state) in enumerate(
        [(0, "agreed"), (0, "billed"), (1, "accepted"), (1, "declined"), (2, "draft")]
    ):
        Order.objects.create(
            number=700 + number,
            resource=made[who],
            title="-",
            brief="-",
            price_kind="fixed",
            price_cents=100,
            first_day=date(2026, 1, 1 + number),
            last_day=date(2026, 2, 1),
            state=state,
        )
    assert {(row.group, row.who) for row in order_rows(on=date(2026, 6, 1))} == {
        ("further", made[0].pk),
        ("once", made[1].pk),
    }
    found = coming([Kind.FREELANCER], on=date(2026, 6, 1))
    # The last day is 31 December 2024.
    assert ([row.group for row in found.joined], [row.group for row in found.left]) == (["2024"], ["2024"])
