"""What the example firm offers its people: care and its providers, benefits, career steps, a job with applicants."""

from __future__ import annotations

from datetime import timedelta

from werkfluss.care.domain import applicants, bookings, growing, packages, providers, vouchers
from werkfluss.care.models import Applicant, CareOffer, ExpatCase
from werkfluss.cli.example_firm import care_shapes, files
from werkfluss.cli.example_firm.people import ExampleFirm
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor

# What the newcomer's package plans is for the user to order; this much has been ordered.
_ORDERED = "housing"
_STAGES = ("received", "review", "interview", "offer")
_Offers = dict[tuple[str, str], CareOffer]


def bring_in_catalogue(firm: ExampleFirm) -> None:
    """The catalogue, and the package of the international hire with its first order on the way."""
    given = files.care_catalogue()
    with firm.on_its_day():
        with firm.inside("hr") as by:
            offers = _providers(given, by)
            _codes(given, offers, by)
            _packages(given, offers, by)
            _benefits_and_steps(given, by)
            _hiring(given, by)
            _package_of_the_hire(firm, by)
        _wishes(firm, given)
        _chosen_step(firm, given)


def _providers(given: care_shapes.CareCatalogue, by: Actor) -> _Offers:
    """The first offer of each provider for each module."""
    found: _Offers = {}
    for one in given.providers:
        provider = providers.add_provider(
            name=one.name,
            email=one.email,
            source=one.source,
            country=one.country,
            contact=one.contact,
            languages=one.languages,
            contract=one.contract,
            agreement_on=one.agreement_on,
            transfer=one.transfer,
            team=one.team,
            by=by,
        )
        for offer in one.offers:
            made = providers.add_offer(
                provider,
                module=offer.module,
                title=offer.title,
                price=offer.price,
                unit=offer.unit,
                accepted_when=offer.accepted_when,
                countries=offer.countries,
                by=by,
            )
            found.setdefault((one.id, offer.module), made)
    return found


def _codes(given: care_shapes.CareCatalogue, offers: _Offers, by: Actor) -> None:
    of_module = {module: offer for (_provider, module), offer in offers.items()}
    for one in given.codes:
        vouchers.buy_codes(
            of_module[one.module],
            codes=[f"{one.prefix}-{number:03}" for number in range(1, one.count + 1)],
            portal=one.portal,
            expires_on=clock.today() + timedelta(days=one.valid_days),
            by=by,
        )


def _packages(given: care_shapes.CareCatalogue, offers: _Offers, by: Actor) -> None:
    for one in given.packages:
        package = packages.make_package(
            name=one.name, route=one.route, countries=one.countries, note=one.note, modules=one.modules, by=by
        )
        packages.change_package(
            package,
            name=one.name,
            route=one.route,
            countries=one.countries,
            note=one.note,
            items={module: offers[provider, module] if provider else None for module, provider in one.modules.items()},
            expected_version=package.version,
            by=by,
        )


def _benefits_and_steps(given: care_shapes.CareCatalogue, by: Actor) -> None:
    for one in given.benefits:
        growing.add_benefit(kind=one.kind, name=one.name, what=one.what, value_month=one.value_month, by=by)
    for position, step in enumerate(given.career, start=1):
        growing.add_step(
            path=step.path,
            position=position,
            title=step.title,
            meaning=step.meaning,
            skills=step.skills,
            courses=step.courses,
            by=by,
        )


def _hiring(given: care_shapes.CareCatalogue, by: Actor) -> None:
    sources = {
        one.id: applicants.add_source(kind=one.kind, name=one.name, url=one.url, agreed=one.agreed, by=by)
        for one in given.sources
    }
    for one in given.openings:
        job = applicants.add_opening(
            title=one.title,
            about=one.about,
            pay_from_cents=int(one.pay_from * 100),
            pay_to_cents=int(one.pay_to * 100),
            questions=one.questions,
            by=by,
        )
        for person in one.applicants:
            made, _token = applicants.receive(
                job,
                name=person.name,
                email=person.email,
                way="source",
                source=sources[person.source],
                language=person.language,
                country=person.country,
                by=by,
            )
            applicants.confirm_own(made, skills=person.skills, phone="", by=Actor.system(by.org_id))
            _as_far_as(made, person, by)


def _as_far_as(made: Applicant, person: care_shapes.Applicant, by: Actor) -> None:
    for stage in _STAGES[1 : _STAGES.index(person.stage) + 1]:
        applicants.move(made, stage=stage, next_step=person.next_step, by=by)


def _package_of_the_hire(firm: ExampleFirm, by: Actor) -> None:
    expat = ExpatCase.objects.get(person=firm.resources[files.blue_card_case().person])
    fits = next(one for one in packages.fitting(expat) if one.countries)
    for booking in packages.apply_package(fits, expat, by=by):
        if booking.offer.module == _ORDERED:
            bookings.order(booking, expected_version=booking.version, by=by)


def _wishes(firm: ExampleFirm, given: care_shapes.CareCatalogue) -> None:
    for one in given.wishes:
        with firm.inside(one.login) as by:
            person = firm.own_resource(one.login)
            growing.wish_mentoring(person, side=one.side, topics=one.topics, languages=one.languages, by=by)


def _chosen_step(firm: ExampleFirm, given: care_shapes.CareCatalogue) -> None:
    """The hire has chosen the second step of her path and lets HR see it."""
    path = given.career[0].path
    with firm.inside("international") as by:
        step = growing.steps().filter(path=path)[1]
        growing.choose_step(firm.own_resource("international"), step, released=True, by=by)
