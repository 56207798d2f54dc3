"""The record of processing of each care module: declared in full, with the providers and transfers of this firm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from werkfluss.care.domain import processing_record, providers
from werkfluss.care.modules import Booking, CareModule, care_modules, read_module
from werkfluss.evidence.retention import register
from werkfluss.kernel.errors import Broken
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.web import care_record_view

MODULES = {module.id: module for module in care_modules()}


@pytest.mark.parametrize("module", MODULES.values(), ids=list(MODULES))
def test_every_module_declares_its_processing_or_that_nothing_enters(module: CareModule) -> None:
    assert (module.record is None) == (module.booking is Booking.VOUCHER) == (module.nothing is not None)
    if module.record is not None:
        assert set(module.record.periods) <= set(register().rules)
        assert module.record.abroad == (module.booking is Booking.ORDER)
        if module.record.abroad:
            assert "care.booking" in module.record.periods


def test_psychosocial_support_says_that_nothing_of_a_person_enters() -> None:
    nothing = MODULES["psychosocial"].nothing
    assert nothing is not None
    assert "Keine personenbezogenen Daten" in nothing.de
    assert "No personal data" in nothing.en


@pytest.mark.parametrize("record", [{}, {"nothing": {"de": "x"}}, {"purpose": {"de": "x", "en": "x"}}])
def test_record_that_is_not_whole_is_refused_with_its_place(record: dict[str, object]) -> None:
    raw = {
        "name": {"de": "x", "en": "x"},
        **{key: {"de": "x", "en": "x"} for key in ("what", "for_whom", "firm_learns", "first_step")},
        "group": "settling",
        "booking": "order",
        "papers": {},
        "gaps": {},
        "providers": [],
        "never": [{"de": "x", "en": "x"}],
        "record": record,
    }
    with pytest.raises(Broken) as refused:
        read_module("x", raw)
    assert "x/module.yaml: record" in refused.value.fault.where


def test_providers_stand_in_the_record_with_agreement_and_basis_of_transfer(
    in_firm: Actor, firm: Organisation, member_of: Callable[..., Actor]
) -> None:
    hr = member_of(firm, Role.HR)
    for name, country, agreed, basis in (
        ("Innen GmbH", "AT", date(2026, 1, 5), "inside"),
        ("Outside Inc", "US", date(2026, 2, 3), "clauses"),
        ("Ohne Vertrag", "CH", None, "adequacy"),
    ):
        provider = providers.add_provider(
            name=name,
            email=f"{country}@anbieter.example",
            source="-",
            country=country,
            agreement_on=agreed,
            transfer=basis,
            by=hr,
        )
        providers.add_offer(
            provider, module="housing", title="Suche", price=Decimal(480), unit="once", accepted_when="-", by=hr
        )
    lines = {line.module.id: line for line in processing_record.processing_record()}
    assert {name for name, line in lines.items() if line.used} == {"housing"}
    rows = {label.de: words for label, words in care_record_view.rows_of(lines["housing"])}
    assert rows["Dienstleister"].de == (
        "Innen GmbH (AT): Auftragsverarbeitung vom 05.01.2026; Ohne Vertrag (CH): Vertrag zur Auftragsverarbeitung fehlt; "
        "Outside Inc (US): Auftragsverarbeitung vom 03.02.2026"
    )
    abroad = rows["Übermittlung in Drittländer"]
    assert "Innen" not in abroad.de
    assert "Outside Inc (US): Standardvertragsklauseln (Art. 46 DSGVO)" in abroad.de
    assert "Ohne Vertrag (CH): adequacy decision (Art. 45 GDPR)" in abroad.en
    assert "36 Monate" in rows["Löschfristen"].de
    title, sections = care_record_view.part()
    assert title.de.startswith("Betreuung")
    assert [section.title.de for section in sections] == ["Wohnen", "Nicht in Gebrauch"]
    assert "Psychosoziale Beratung" in str(sections[-1].paragraphs[0])
