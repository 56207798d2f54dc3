"""An order to an external passes the same legal gate as a planned task: third country, A1, data, export control."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.engagement.conftest import record_all
from werkfluss.engagement.domain import orders
from werkfluss.engagement.models import Offer, Order
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import gate, tasks
from werkfluss.work.models import Assignment
from werkfluss.workforce.models import Resource

Make = Callable[..., Resource]
ABROAD = {"payroll": "settled", "permanent_establishment": "none_recorded"}


def order_to(external: Resource, by: Actor, **more: Any) -> Order:
    today = clock.today()
    told = {
        "title": "Steuerung programmieren",
        "brief": "Die Steuerung der Anlage 7.",
        "criteria": ["Probelauf ohne Fehler"],
        "price_cents": 480_000,
        "first_day": today + timedelta(days=5),
        "last_day": today + timedelta(days=40),
        "data_class": "internal",
    }
    return orders.draft_order(external, by=by, **(told | more))


def test_order_to_a_third_country_waits_for_its_facts(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", time_zone="Asia/Kolkata")
    order = order_to(far, in_firm, export_controlled=False)
    with pytest.raises(Refused) as refused:
        orders.send_offer(order, by=in_firm)
    assert refused.value.what_to_do.de.startswith("Bitte mit Quelle erfassen")
    assert refused.value.citation
    assert refused.value.fault.where == "Anil Deshpande"
    assert not Offer.objects.exists()
    record_all(far, ABROAD, in_firm)
    assert orders.send_offer(order, by=in_firm).state == "sent"


def test_blocked_order_is_refused_with_citation_and_next_step(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", facts=ABROAD | {"payroll": "not_settled"})
    with pytest.raises(Refused) as refused:
        orders.send_offer(order_to(far, in_firm, export_controlled=False), by=in_firm)
    assert "VO (EG) 593/2008" in refused.value.citation
    assert "611a BGB" not in refused.value.citation
    assert "nicht geregelt" in refused.value.reason.de
    assert "Beschäftigung vor Ort regeln" in refused.value.what_to_do.de, refused.value.what_to_do


def test_export_control_is_asked_of_an_order_that_says_nothing_of_it(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", facts=ABROAD)
    order = order_to(far, in_firm)
    with pytest.raises(Refused):
        orders.send_offer(order, by=in_firm)
    orders.state_for_the_law(order, source="Ausfuhrliste geprüft", export_controlled=False, by=in_firm)
    assert orders.send_offer(order, by=in_firm).state == "sent"


def test_change_to_personal_data_is_asked_anew(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", facts=ABROAD)
    order = order_to(far, in_firm, export_controlled=False)
    orders.send_offer(order, by=in_firm)
    with pytest.raises(Refused):
        orders.send_offer(order, changes={"data_class": "personal"}, by=in_firm)
    assert [offer.state for offer in order.offers.all()] == ["sent"]


def test_work_in_another_eu_state_shows_the_a1_as_a_condition_of_the_order(external: Resource, in_firm: Actor) -> None:
    record_all(external, {"case_type": "posting", "posting_months": "1", "replaces_posted_person": False}, in_firm)
    at_home, away = order_to(external, in_firm), order_to(external, in_firm, place_country="AT")
    assert [v.rule for v in orders.legal_checks(at_home, by=in_firm)[1]] == ["de/status/engagement"]
    found, verdicts = orders.legal_checks(away, by=in_firm)
    assert found.outcome == "allowed_with_conditions"
    a1 = [one for one in found.conditions if "A1" in one.text.de]
    assert a1, found.conditions
    assert all(one.citation for one in a1)
    assert {verdict.rule for verdict in verdicts} == {"de/status/engagement", "eu/a1/work_abroad"}
    assert orders.send_offer(away, by=in_firm).state == "sent"


def test_order_for_a_task_is_asked_what_the_plan_was_asked(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", facts=ABROAD)
    project = tasks.create_project(name="Anlage 7", start=clock.today(), by=in_firm)
    day = clock.today()
    told: dict[str, Any] = {"title": "Steuerung", "outcome": "läuft", "data_class": "internal"}
    for listed in (True, False):
        task = tasks.create_task(project, export_controlled=listed, by=in_firm, **told)
        planned = gate.permissions([task], [far], on=day, by=in_firm)[task.pk, far.pk]
        given = Assignment.objects.create(
            task=task, resource=far, state=Assignment.State.OFFERED, first_day=day, last_day=date(2027, 3, 1)
        )
        order = orders.order_from_assignment(given, by=in_firm)
        found, _ = orders.legal_checks(order, by=in_firm)
        assert planned.permits != listed
        assert (found.outcome, found.remedy, found.conditions) == (
            planned.outcome,
            planned.remedy,
            planned.conditions,
        )
        if listed:
            with pytest.raises(Refused):
                orders.send_offer(order, by=in_firm)
        else:
            assert orders.send_offer(order, by=in_firm).state == "sent"
