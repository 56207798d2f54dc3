"""Samples of the care catalogue: providers, offers, orders, packages, codes, one's own care."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.care.models import CareBooking, CareOffer, CareProvider, VoucherLot
    from werkfluss.workforce.models import Resource


def _employee(world: World) -> Resource:
    """The person behind the employee's login, made once."""
    from werkfluss.org.roles import Role
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind, Resource

    user = world.users[Role.EMPLOYEE]
    found = Resource.objects.filter(user=user, kind="employee").first()
    if found is not None:
        return found
    name = world.unique("Betreute")
    rate = resources.set_rate(name=name, cents_per_hour=5000, by=world.director)
    return resources.add_resource(
        kind=Kind.EMPLOYEE, name=name, rate=rate, email=user.email, user=user, nationality="IN", by=world.director
    )


def provider(world: World) -> CareProvider:
    from werkfluss.care.domain import providers
    from werkfluss.kernel import clock

    name = world.unique("Begleitung")
    return providers.add_provider(
        name=name,
        email=f"{name.replace(' ', '.').lower()}@{world.org.slug}.example",
        source=f"{world.mark} Vertrag",
        agreement_on=clock.today(),
        transfer="inside",
        by=world.director,
    )


def offer(world: World, *, module: str = "housing", unit: str = "once") -> CareOffer:
    from werkfluss.care.domain import providers

    return providers.add_offer(
        provider(world),
        module=module,
        title=world.unique("Wohnungssuche"),
        price=Decimal(480),
        unit=unit,
        accepted_when=world.unique("Mietvertrag"),
        by=world.director,
    )


def booking(world: World) -> CareBooking:
    """Ordered for the employee, at the provider of this world."""
    from werkfluss.care.domain import bookings
    from werkfluss.org.roles import Role

    made = offer(world)
    made.provider.edit(user=world.users[Role.PROVIDER])
    row = bookings.plan_booking(made, person=_employee(world), by=world.director)
    row.edit(state="ordered", asked=True)
    return row


def lot(world: World) -> VoucherLot:
    from werkfluss.care.domain import vouchers
    from werkfluss.kernel import clock

    codes = [f"{world.mark}-{at:04d}" for at in range(12)]
    return vouchers.buy_codes(
        offer(world, module="psychosocial", unit="code"),
        codes=codes,
        portal="https://portal.example",
        expires_on=clock.today() + timedelta(days=90),
        by=world.director,
    )


@sample("care_module", "my_code")
def module(world: World) -> Mapping[str, object]:
    lot(world)
    return {"name": "psychosocial"}


@sample("care_provider", "care_provider_edit", "care_provider_end", "care_offer_new")
def one_provider(world: World) -> Mapping[str, object]:
    return {"pk": offer(world).provider_id}


@sample("care_offer_end")
def one_offer(world: World) -> Mapping[str, object]:
    return {"pk": offer(world).pk}


@sample("care_voucher_invoice")
def one_lot(world: World) -> Mapping[str, object]:
    return {"pk": lot(world).pk}


@sample("care_booking", "my_care_booking", "my_care_mark", "my_care_order")
def one_booking(world: World) -> Mapping[str, object]:
    return {"pk": booking(world).pk}


@sample("care_booking_act")
def booking_act(world: World) -> Mapping[str, object]:
    return {"pk": booking(world).pk, "act": "cancel"}


@sample("my_care_order_answer")
def order_answer(world: World) -> Mapping[str, object]:
    return {"pk": booking(world).pk, "act": "accept"}


@sample("care_gaps", "care_gap_answers", "care_gap_plan", "care_gap_cover")
def person(world: World) -> Mapping[str, object]:
    return {"pk": _employee(world).pk}


@sample("care_cover_drop")
def hr_cover(world: World) -> Mapping[str, object]:
    return {"pk": _cover(world, own=False)}


@sample("my_insurance_drop")
def own_cover(world: World) -> Mapping[str, object]:
    return {"pk": _cover(world, own=True)}


def _cover(world: World, *, own: bool) -> object:
    from werkfluss.care.models import CareCover
    from werkfluss.kernel import clock

    made = CareCover.objects.create(
        person=_employee(world), member="self", country="DE", kind="statutory", first_day=clock.today(), own=own
    )
    return made.pk


@sample("my_care_release")
def own_answer(world: World) -> Mapping[str, object]:
    from werkfluss.care.models import CareAnswer
    from werkfluss.kernel import clock

    made = CareAnswer.objects.create(
        person=_employee(world), name="partner_work", value=True, own=True, valid_from=clock.today()
    )
    return {"pk": made.pk}


@sample("care_package", "care_package_edit", "care_package_copy", "care_package_end", "care_package_apply")
def package(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import packages

    made = packages.make_package(name=world.unique("Paket"), modules=["housing", "arrival"], by=world.director)
    return {"pk": made.pk}


@listed("care_providers", queries=10)
def one_more_provider(world: World) -> None:
    provider(world)


@listed("care_bookings", queries=10)
def one_more_booking(world: World) -> None:
    booking(world)


@sample("my_mentoring_act")
def own_wish(world: World) -> Mapping[str, object]:
    from werkfluss.care.models import MentoringWish
    from werkfluss.kernel import clock

    wish, _made = MentoringWish.objects.get_or_create(
        person=_employee(world), side="seeks", ended_on=None, defaults={"topics": ["town"], "said_on": clock.today()}
    )
    return {"pk": wish.pk, "act": "end"}


@sample("my_path_choose", "care_step_end")
def career_step(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import growing

    made = growing.add_step(
        path=world.unique("Weg"), position=1, title=world.unique("Schritt"), meaning=world.mark, skills=[], courses="",
        by=world.director,
    )  # fmt: skip
    return {"pk": made.pk}


@sample("care_benefit_end")
def benefit(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain import growing

    made = growing.add_benefit(
        kind="bicycle", name=world.unique("Rad"), what=world.mark, value_month=None, by=world.director
    )
    return {"pk": made.pk}
