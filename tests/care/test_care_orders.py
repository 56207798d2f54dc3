"""Providers, orders, marks, codes: who sees what, what is refused, and what can never be found out."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection

from werkfluss.care.domain import bookings, covers, gaps, packages, providers, vouchers
from werkfluss.care.domain.covers import Hole, Insured, Stay, holes
from werkfluss.care.models import CareBooking, CareOffer, CareProvider, VoucherCode
from werkfluss.kernel import clock
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation, Payload, User
from werkfluss.org.roles import Role
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Resource

Acting = Callable[[Actor], AbstractContextManager[Actor]]


@pytest.fixture
def herself(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "ananya@muster.example")


@pytest.fixture
def person(in_firm: Actor, herself: Actor) -> Resource:
    return resources.add_resource(
        kind=Kind.EMPLOYEE,
        name="Ananya Kulkarni",
        rate=resources.set_rate(name="Entwicklung", cents_per_hour=7800, by=in_firm),
        email="ananya@muster.example",
        user=User.objects.get(pk=herself.id),
        country="IN",
        nationality="IN",
        city="Pune",
        by=in_firm,
    )


@pytest.fixture
def hr(in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]) -> Actor:
    return member_of(firm, Role.HR)


def _provider(hr: Actor, name: str = "Wegbegleiter", **changes: Any) -> CareProvider:
    given = {"agreement_on": date(2026, 1, 5), "transfer": "inside", "team": True, "source": "Vertrag 2026/4"} | changes
    address = f"post@{name.lower()}.example"
    return providers.add_provider(name=f"{name} GmbH", email=address, by=hr, **given)


def _offer(hr: Actor, provider: CareProvider, module: str = "housing", unit: str = "once") -> CareOffer:
    return providers.add_offer(
        provider,
        module=module,
        title=f"Paket {module}",
        price=Decimal("480.00"),
        unit=unit,
        accepted_when="Ein Mietvertrag ist unterschrieben.",
        by=hr,
    )


def _own(provider: CareProvider, hr: Actor) -> Actor:
    return firms.user_actor(hr.org_id, providers.let_in(provider, by=hr))


def _ordered(hr: Actor, person: Resource, provider: CareProvider) -> CareBooking:
    booking = bookings.plan_booking(_offer(hr, provider), person=person, quantity=2, by=hr)
    bookings.order(booking, expected_version=booking.version, by=hr)
    return booking


def test_order_runs_from_plan_to_invoice_with_its_cost(hr: Actor, person: Resource, herself: Actor) -> None:
    provider = _provider(hr)
    booking = _ordered(hr, person, provider)
    assert booking.cost == Decimal("960.00")
    outside = _own(provider, hr)
    bookings.take_on(booking, expected_version=booking.version, by=outside)
    with pytest.raises(Conflict):
        bookings.decline(booking, because="zu spät", expected_version=booking.version, by=outside)
    bookings.deliver(
        booking, invoice_reference="RE-7", invoice_amount=Decimal(900), expected_version=booking.version, by=outside
    )
    bookings.accept_delivery(booking, expected_version=booking.version, by=hr)
    assert (booking.state, booking.cost, booking.asked) == ("done", Decimal(900), True)
    assert bookings.cost_of([booking]) == {"EUR": Decimal(900)}
    assert booking.closed_on == clock.today()


def test_nothing_is_ordered_without_agreement_or_basis_of_transfer(hr: Actor, person: Resource) -> None:
    without = bookings.plan_booking(_offer(hr, _provider(hr, agreement_on=None)), person=person, by=hr)
    with pytest.raises(Refused) as caught:
        bookings.order(without, expected_version=without.version, by=hr)
    assert caught.value.citation == "Art. 28 Abs. 3 DSGVO"
    abroad = _provider(hr, "Sahyadri", country="IN", transfer="missing")
    assert [one.basis for one in providers.missing_of(abroad, on=clock.today())] == ["Art. 44 DSGVO"]
    inside = _provider(hr, "Tirol", country="AT", transfer="missing")
    assert providers.missing_of(inside, on=clock.today()) == []


def test_mail_to_a_provider_names_neither_person_nor_module(hr: Actor, person: Resource) -> None:
    mail.outbox = []
    _ordered(hr, person, _provider(hr))
    [letter] = mail.outbox
    assert letter.to == ["post@wegbegleiter.example"]
    for word in ("Ananya", "Kulkarni", "Paket", "housing", "Wohnen", "480"):
        assert word not in letter.subject + str(letter.body)


def test_provider_sees_its_own_orders_and_what_the_person_released(hr: Actor, person: Resource, herself: Actor) -> None:
    mine, theirs = _provider(hr), _provider(hr, "Anderswo")
    booking, other = _ordered(hr, person, mine), _ordered(hr, person, theirs)
    planned = bookings.plan_booking(mine.offers.get(), person=person, by=hr)
    outside = _own(mine, hr)
    assert list(bookings.orders_of(outside)) == [booking]
    assert planned not in bookings.orders_of(outside)
    with pytest.raises(NotPermitted):
        bookings.take_on(other, expected_version=other.version, by=outside)
    assert bookings.released_of(booking) == []
    with pytest.raises(NotPermitted):
        bookings.release(booking, ["name"], by=hr)
    bookings.release(booking, ["city", "name", "salary"], by=herself)
    assert [value for _name, value in bookings.released_of(booking)] == ["Ananya Kulkarni", "Pune"]
    assert bookings.released_of(other) == []
    bookings.cancel(booking, expected_version=booking.version, by=hr)
    assert bookings.released_of(booking) == []


def test_address_of_a_member_never_becomes_a_provider(hr: Actor, person: Resource) -> None:
    provider = _provider(hr)
    provider.edit(email="ananya@muster.example")
    with pytest.raises(Refused):
        providers.let_in(provider, by=hr)


def test_marks_move_in_full_tens_and_name_nobody(hr: Actor, person: Resource, herself: Actor) -> None:
    offer = _offer(hr, _provider(hr))
    for at in range(12):
        row = CareBooking.objects.create(
            number=500 + at, offer=offer, person=person, state="done", price=1, accepted_when="-", asked=True
        )
        if at == 0:
            with pytest.raises(NotPermitted):
                bookings.mark_service(row, 4, person=hr)
        bookings.mark_service(row, 4 if at < 9 else 1, person=herself)
        assert bool(bookings.marks_of(offer)) is (at >= 9)
    assert bookings.marks_of(offer) == {1: 1, 2: 0, 3: 0, 4: 9}
    for alone in (False, None):
        offer.provider.edit(team=alone)
        assert bookings.marks_of(offer) == {}
    with pytest.raises(Conflict):
        bookings.mark_service(row, 4, person=herself)


def test_gap_check_says_what_is_missing_who_offers_it_and_what_to_ask(
    hr: Actor, person: Resource, herself: Actor
) -> None:
    today = clock.today()
    offer = _offer(hr, _provider(hr))
    found = {f"{one.module.id}.{one.rule.id}": one for one in gaps.gaps_of(person, on=today, for_hr=True)}
    assert found["visa_residence.title"].state == "gap"
    assert found["housing.lasting"].state == "not_known"
    assert [fact.name for fact in found["housing.lasting"].asks] == ["moves"]
    gaps.answer(person, name="moves", value=True, on=today, by=hr)
    gaps.answer(person, name="flat", value="temporary", on=today, by=hr)
    found = {f"{one.module.id}.{one.rule.id}": one for one in gaps.gaps_of(person, on=today, for_hr=True)}
    assert found["housing.first_weeks"].state == "covered"
    assert found["housing.lasting"].state == "gap"
    assert found["housing.lasting"].offers == (offer,)
    booking = bookings.plan_booking(offer, person=person, by=hr)
    bookings.order(booking, expected_version=booking.version, by=hr)
    found = {f"{one.module.id}.{one.rule.id}": one for one in gaps.gaps_of(person, on=today, for_hr=True)}
    assert found["housing.lasting"].state == "ordered"


def test_hr_sees_of_the_persons_answers_only_what_is_released(hr: Actor, person: Resource, herself: Actor) -> None:
    today = clock.today()
    row = gaps.answer(person, name="partner_work", value=True, on=today, by=herself)
    assert "partner_work" not in gaps.facts_of(person, on=today, for_hr=True)
    assert gaps.facts_of(person, on=today, for_hr=False)["partner_work"] is True
    with pytest.raises(NotPermitted):
        gaps.set_release(row, released=True, by=hr)
    gaps.set_release(row, released=True, by=herself)
    assert gaps.facts_of(person, on=today, for_hr=True)["partner_work"] is True
    with pytest.raises(ValueError, match="blood"):
        gaps.answer(person, name="blood", value=True, on=today, by=hr)


DAY = date(2027, 2, 15)


def test_insurance_has_no_hole_from_entry_on() -> None:
    """Entry on 15 February, work from 1 March, partner insured from the 20th to the end of June: by hand."""
    stays = [
        Stay("self", "DE", DateRange(DAY)),
        Stay("partner", "DE", DateRange(DAY)),
        Stay("self", "AT", DateRange(date(2027, 7, 1), date(2027, 8, 1))),
    ]
    insured = [
        Insured("self", "DE", DateRange(date(2027, 3, 1)), assumed=True),
        Insured("self", "DE", DateRange(date(2027, 2, 20), date(2027, 3, 5))),
        Insured("partner", "DE", DateRange(date(2027, 2, 20), date(2027, 7, 1))),
    ]
    assert holes(stays, insured) == [
        Hole("self", "DE", DateRange(DAY, date(2027, 2, 20))),
        Hole("partner", "DE", DateRange(DAY, date(2027, 2, 20))),
        Hole("partner", "DE", DateRange(date(2027, 7, 1))),
        Hole("self", "AT", DateRange(date(2027, 7, 1), date(2027, 8, 1))),
    ]


def test_law_says_who_is_insured_by_employment_or_what_to_ask() -> None:
    sure, _why = covers.insured_by_law(annual_pay="54000", work_start=DAY, on=date(2026, 11, 22))
    assert sure == Insured("self", "DE", DateRange(DAY), assumed=True)
    above, why = covers.insured_by_law(annual_pay="90000", work_start=DAY, on=date(2026, 11, 22))
    assert above is None
    assert "privat" in why.de
    unknown, why = covers.insured_by_law(annual_pay=None, work_start=DAY, on=date(2026, 11, 22))
    assert unknown is None
    assert why.en.startswith("Not known")


def test_package_is_copied_changed_and_priced(hr: Actor, person: Resource) -> None:
    offer = _offer(hr, _provider(hr))
    made = packages.make_package(
        name="Indien", route="blue_card", countries=["IN"], modules=["housing", "arrival"], by=hr
    )
    packages.change_package(
        made,
        name="Indien",
        route="blue_card",
        countries=["IN"],
        note="",
        items={"housing": offer, "arrival": None},
        expected_version=made.version,
        by=hr,
    )
    copied = packages.copy_package(made, name="Brasilien", by=hr)
    assert packages.cost_of(copied) == Decimal(480)
    assert {item.module for item in copied.items.all()} == {"housing", "arrival"}
    with pytest.raises(Refused):
        packages.change_package(
            copied,
            name="Brasilien",
            route="",
            countries=[],
            note="",
            items={"arrival": offer},
            expected_version=copied.version,
            by=hr,
        )


def _lot(hr: Actor, count: int = 12) -> Any:
    offer = _offer(hr, _provider(hr, "Zuhören"), module="psychosocial", unit="code")
    codes = [f"ZH-{at:04d}-KANARIE" for at in range(count)]
    return vouchers.buy_codes(
        offer, codes=codes, portal="https://zuhoeren.example", expires_on=clock.today() + timedelta(days=300), by=hr
    )


def test_code_is_taken_once_and_nothing_says_by_whom(hr: Actor, person: Resource) -> None:
    lot = _lot(hr)
    cache.clear()
    mail.outbox = []
    taken = {vouchers.take_code("psychosocial", org_id=hr.org_id).code for _ in range(9)}
    lot.refresh_from_db()
    assert len(taken) == 9
    assert not VoucherCode.objects.filter(code__in=taken).exists()
    assert (vouchers.count_of(lot).taken, vouchers.count_of(lot).left_at_most) == (None, 12)
    vouchers.take_code("psychosocial", org_id=hr.org_id)
    lot.refresh_from_db()
    assert vouchers.count_of(lot).taken == 10
    assert mail.outbox == []


def test_codes_run_out_and_the_firm_has_a_limit_by_the_hour(hr: Actor, person: Resource) -> None:
    _lot(hr, vouchers.MOST_IN_AN_HOUR + 1)
    cache.clear()
    with pytest.raises(Refused) as caught:
        vouchers.take_code("telemedicine", org_id=hr.org_id)
    assert "kein Code" in caught.value.reason.de
    for _ in range(vouchers.MOST_IN_AN_HOUR):
        vouchers.take_code("psychosocial", org_id=hr.org_id)
    with pytest.raises(Refused) as caught:
        vouchers.take_code("psychosocial", org_id=hr.org_id)
    assert "sehr viele" in caught.value.reason.de
    # It is one number in the database, for all processes, and gone when the hour is over.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_cache WHERE cache_key LIKE '%%care.vouchers%%'")
        assert cursor.fetchone() == (1,)
        vouchers.forget_the_hour([hr.org_id])
        cursor.execute("SELECT count(*) FROM org_cache WHERE cache_key LIKE '%%care.vouchers%%'")
        assert cursor.fetchone() == (0,)
    vouchers.take_code("psychosocial", org_id=hr.org_id)
    cache.clear()


@pytest.mark.parametrize(
    "codes", [["A1"] * 12, [f"C{at}" for at in range(9)], [f"C{at} Ananya" for at in range(12)], ["x" * 81] * 12]
)
def test_a_list_with_more_than_codes_is_refused(hr: Actor, person: Resource, codes: list[str]) -> None:
    offer = _offer(hr, _provider(hr, "Zuhören"), module="psychosocial", unit="code")
    with pytest.raises(Refused):
        vouchers.buy_codes(offer, codes=codes, portal="https://z.example", expires_on=clock.today(), by=hr)


def test_invoice_is_a_sum(hr: Actor, person: Resource) -> None:
    lot = _lot(hr)
    with pytest.raises(Refused):
        vouchers.enter_invoice(lot, reference="RE-1", codes=3, amount=Decimal(240), by=hr)
    vouchers.enter_invoice(lot, reference="RE-1", codes=10, amount=Decimal(800), by=hr)
    assert lot.invoice_codes == 10


def test_confidential_modules_cannot_be_ordered_for_a_person(hr: Actor, person: Resource) -> None:
    lot = _lot(hr)
    with pytest.raises(Refused):
        bookings.plan_booking(lot.offer, person=person, by=hr)
    with pytest.raises(Refused):
        _offer(hr, _provider(hr), module="psychosocial", unit="once")


@pytest.mark.usefixtures("committed_db")
def test_no_row_of_any_table_ties_a_person_to_a_code(
    firm: Organisation, director: Actor, member_of: Callable[..., Actor], acting_in: Acting, owner_connection: Any
) -> None:
    """All tables, compared before and after: only the list and the count of the hour have changed; no personal row."""
    cache.clear()
    member_of(firm, Role.EMPLOYEE, "still@muster.example")
    with acting_in(director):
        _lot(director)
    before = _rows(owner_connection)
    with acting_in(director):
        code = vouchers.take_code("psychosocial", org_id=director.org_id).code
    after = _rows(owner_connection)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"care_voucherlot", "care_vouchercode", "org_cache"}
    # What stays of it until the hour is over is how many the firm took, and when that hour ends.
    [counted] = after["org_cache"] - before["org_cache"]
    assert f"care.vouchers.{director.org_id}" in counted
    assert re.search(r'"expires":"[-\d]+T\d\d:00:0[01]', counted)
    assert before["care_vouchercode"] - after["care_vouchercode"] == {
        row for row in before["care_vouchercode"] if code in row
    }
    [old], [new] = (
        before["care_voucherlot"] - after["care_voucherlot"],
        after["care_voucherlot"] - before["care_voucherlot"],
    )
    assert old.replace('"taken":0', '"taken":1') == new
    with acting_in(director):
        assert not [row for row in Payload.objects.values_list("data", flat=True) if code in str(row)]


def _rows(owner: Any) -> dict[str, set[str]]:
    tables = [
        name
        for (name,) in owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    ]
    return {
        name: {
            row
            for (row,) in owner.execute(
                f"SELECT replace(row_to_json(t)::text, '\": ', '\":') FROM \"{name}\" t"
            ).fetchall()
        }
        for name in tables
    }
