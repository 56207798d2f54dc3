"""What the example firm offers its people, as files: readable, complete, and invented."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from werkfluss.care.domain.growing import BENEFITS, TOPICS
from werkfluss.care.modules import Booking, care_module, care_modules
from werkfluss.care.routes import care_route, route_names
from werkfluss.cli.example_firm import files, venture
from werkfluss.engagement import venture as pure

GIVEN = files.care_catalogue()
OFFERS = [(provider, offer) for provider in GIVEN.providers for offer in provider.offers]


def test_every_module_that_is_bought_has_an_offer_in_its_way() -> None:
    for module in care_modules():
        units = {offer.unit for _provider, offer in OFFERS if offer.module == module.id}
        if module.booking is Booking.OWN:
            assert units == set(), module.id
        else:
            assert units, f"nobody offers {module.id}"
            assert (units == {"code"}) is (module.booking is Booking.VOUCHER), module.id


def test_all_but_one_provider_can_be_ordered_from() -> None:
    unready = [one.id for one in GIVEN.providers if one.agreement_on is None or one.transfer == "missing"]
    assert unready == ["umzug_pune"]
    assert all(one.agreement_on is None or one.agreement_on <= files.firm().planned_today for one in GIVEN.providers)
    assert {one.transfer for one in GIVEN.providers if one.country == "CH"} == {"adequacy"}


def test_codes_are_bought_for_every_confidential_module() -> None:
    assert {one.module for one in GIVEN.codes} == {one.id for one in care_modules() if one.booking is Booking.VOUCHER}
    assert len({one.prefix for one in GIVEN.codes}) == len(GIVEN.codes)


def test_packages_hold_modules_with_the_offers_of_their_providers() -> None:
    offered = Counter((provider.id, offer.module) for provider, offer in OFFERS)
    for package in GIVEN.packages:
        assert package.route in route_names(), package.name
        assert care_route(package.route)
        for module, provider in package.modules.items():
            assert care_module(module)
            assert provider is None or offered[provider, module], (package.name, module)


def test_package_of_the_international_hire_fits_her_case() -> None:
    case = files.blue_card_case()
    fits = [one for one in GIVEN.packages if one.route == case.route and case.person_facts.citizenship in one.countries]
    assert [one.name for one in fits] == ["Ankommen aus Indien mit Blauer Karte"]


def test_wishes_find_each_other_and_belong_to_logins() -> None:
    logins = {one.key: one.person for one in files.firm().logins}
    assert all(logins[one.login] and set(one.topics) <= set(TOPICS) for one in GIVEN.wishes)
    seeks = [one for one in GIVEN.wishes if one.side == "seeks"]
    offers = [one for one in GIVEN.wishes if one.side == "offers"]
    assert any(set(one.topics) & set(other.topics) for one in seeks for other in offers)


def test_job_has_a_pay_range_a_guide_and_invented_applicants() -> None:
    known = {one.id for one in GIVEN.sources}
    for job in GIVEN.openings:
        assert 0 < job.pay_from < job.pay_to
        assert len(job.questions) >= 3
        assert len(job.applicants) == 2
        assert all(one.source in known and one.next_step for one in job.applicants)
    assert {one.kind for one in GIVEN.benefits} <= set(BENEFITS)
    assert len({one.path for one in GIVEN.career}) == 2


@pytest.mark.parametrize("name", ["care_catalogue.yaml", "venture.yaml"])
def test_addresses_are_invented(name: str) -> None:
    text = files.content(name).decode()
    hosts = re.findall(r"@([\w.-]+)", text) + re.findall(r"https?://([\w.-]+)", text)
    assert all(host.rstrip(".").endswith(".example") for host in hosts)


def test_venture_holds_together() -> None:
    given = files.venture()
    terms = pure.read(venture.terms_of(given.terms))
    assert terms.value_of("client") == 750_000
    assert given.partner in {one.id for one in files.externals().freelancers}
    assert set(given.done) <= {one.what for one in given.terms.contributions if one.side == "client"}
