"""Packages: modules put together for a route and countries of origin, priced, and applied to a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from werkfluss.care.domain.bookings import OPEN, plan_booking
from werkfluss.care.domain.gaps import Gap, gaps_of
from werkfluss.care.models import CareBooking, CareOffer, CarePackage, ExpatCase, PackageItem
from werkfluss.care.modules import Booking, care_module
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record


def packages() -> QuerySet[CarePackage]:
    """The packages in use, by name."""
    return CarePackage.objects.filter(ended_on=None).prefetch_related("items__offer__provider").order_by("name")


def fitting(expat: ExpatCase) -> list[CarePackage]:
    """Packages for the route and the country of origin of a case; those for every one too."""
    origin = expat.person.nationality
    return [
        one for one in packages() if one.route in {"", expat.route} and (not one.countries or origin in one.countries)
    ]


def make_package(
    *, name: str, route: str = "", countries: Sequence[str] = (), note: str = "", modules: Iterable[str], by: Actor
) -> CarePackage:
    """Put modules together.

    Raises:
        KeyError: one of the modules does not exist.
    """
    by.require("care.write")
    package = CarePackage.objects.create(name=name, route=route, countries=list(countries), note=note)
    _put(package, {care_module(module).id: None for module in modules})
    record(Event("care.package.made", package, {"name": name}), by=by)
    return package


def copy_package(package: CarePackage, *, name: str, by: Actor) -> CarePackage:
    """A package like this one under another name, to be changed on its own."""
    by.require("care.write")
    made = CarePackage.objects.create(
        name=name, route=package.route, countries=package.countries, note=package.note, copied_from=package
    )
    _put(made, {item.module: item.offer for item in package.items.all()})
    record(Event("care.package.made", made, {"name": name}), by=by)
    return made


def change_package(
    package: CarePackage,
    *,
    name: str,
    route: str,
    countries: Sequence[str],
    note: str,
    items: dict[str, CareOffer | None],
    expected_version: int,
    by: Actor,
) -> None:
    """Write the package anew. Cases to which it was applied keep what was planned then.

    Raises:
        Conflict: somebody else was faster.
        Refused: an offer is of another module.
    """
    by.require("care.write")
    for module, offer in items.items():
        if offer is not None and offer.module != module:
            raise Refused(
                Text("Das Angebot gehört zu einem anderen Modul.", "The offer belongs to another module."),
                citation=care_module(module).name.de,
                what_to_do=Text("Wählen Sie ein Angebot dieses Moduls.", "Choose an offer of this module."),
            )
    package.edit(expected_version=expected_version, name=name, route=route, countries=list(countries), note=note)
    package.items.all().delete()
    _put(package, items)
    record(Event("care.package.changed", package, {"name": name}), by=by)


def end_package(package: CarePackage, *, by: Actor) -> None:
    """It is not proposed any more."""
    by.require("care.write")
    package.edit(ended_on=clock.today())
    record(Event("care.package.ended", package, {"name": package.name}), by=by)


def cost_of(package: CarePackage) -> Decimal:
    """The sum of what is chosen, once each; modules without an offer and used by code cost nothing here."""
    chosen = (item.offer for item in package.items.all() if item.offer is not None)
    return sum((offer.price for offer in chosen if offer.unit != "code"), Decimal(0))


def apply_package(package: CarePackage, expat: ExpatCase, *, by: Actor) -> list[CareBooking]:
    """Plan an order for each chosen offer that is not on the person's list yet; nothing is sent to anybody."""
    by.require("care.write")
    running = CareBooking.objects.filter(person=expat.person, state__in=OPEN)
    there = set(running.values_list("offer__module", flat=True))
    chosen = [item.offer for item in package.items.select_related("offer__provider") if item.offer is not None]
    made = [
        plan_booking(offer, person=expat.person, expat_case=expat, wanted_by=expat.wished_start, by=by)
        for offer in chosen
        if offer.module not in there and offer.ended_on is None and care_module(offer.module).booking is Booking.ORDER
    ]
    record(Event("care.package.applied", package, {"name": package.name, "case": expat.pk}), by=by)
    return made


def gaps_left(package: CarePackage, expat: ExpatCase, *, on: date) -> list[Gap]:
    """What stays open for the person of a case although the package is applied: gaps of modules it does not hold."""
    held = set(package.items.values_list("module", flat=True))
    return [one for one in gaps_of(expat.person, on=on, for_hr=True) if one.module.id not in held]


def _put(package: CarePackage, items: dict[str, CareOffer | None] | dict[str, None]) -> None:
    PackageItem.objects.bulk_create(
        PackageItem(package=package, module=module, offer=offer) for module, offer in items.items()
    )
