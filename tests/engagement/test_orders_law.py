"""What else the law asks of an order, the papers for counsel, and the warning that was passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.engagement.conftest import all_indicators, record_all
from tests.engagement.test_orders_gate import order_to
from werkfluss.compliance.domain.facts import facts_on, record_fact
from werkfluss.compliance.models import Check, Fact
from werkfluss.engagement.domain import counsel, orders, warnings
from werkfluss.engagement.models import Order
from werkfluss.evidence.domain.documents import content_of
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event
from werkfluss.workforce.models import Kind, Resource

Make = Callable[..., Resource]
# Six points: client's presence, tools and reports; amber, no hard stop.
AMBER = all_indicators(
    client_sets_hours=True,
    uses_client_equipment=True,
    detailed_reports=True,
    paid_by_time_only=True,
    own_staff_used=False,
    own_capital_at_risk=False,
    fixed_price_with_acceptance=False,
    may_refuse_orders=False,
    several_clients=False,
    own_market_presence=False,
)


def further(order: Order, by: Actor) -> dict[str, Any]:
    return {one.rule: one for one in orders.further_checks(order, by=by)}


def ignored(person: Resource) -> bool | None:
    known = facts_on(clock.today(), subject_type="workforce.resource", subject_ids=[person.pk])[person.pk]
    return known.get(warnings.IGNORED)


def test_german_freelancer_is_asked_about_the_artists_levy_only(external: Resource, in_firm: Actor) -> None:
    order = order_to(external, in_firm)
    found = further(order, in_firm)
    assert list(found) == ["de/status/artists_levy"]
    assert found["de/status/artists_levy"].outcome == "unknown"
    for name, value in {"purpose": "own_advertising", "fees_of_year": "6000"}.items():
        record_fact(order, name=name, value=value, source="Buchhaltung", valid_from=clock.today(), by=in_firm)
    levy = further(order, in_firm)["de/status/artists_levy"]
    assert levy.outcome == "allowed_with_conditions"
    assert levy.values["levy"] == "294.00", "4.9 percent in 2026"


def test_freelancer_abroad_brings_reverse_charge_and_withholding(make_external: Make, in_firm: Actor) -> None:
    far = make_external("Anil Deshpande", country="IN", facts={"subject": "other_service"})
    order = order_to(far, in_firm, price_cents=480_000)
    found = further(order, in_firm)
    assert set(found) == {"de/status/artists_levy", "de/invoice/reverse_charge", "de/status/withholding"}
    assert found["de/invoice/reverse_charge"].values["output_vat"] == "912.00"
    assert found["de/status/withholding"].outcome == "allowed"


def test_partner_is_asked_how_long_unless_it_is_no_leasing(make_external: Make, in_firm: Actor) -> None:
    facts = {"leasing_since": (clock.today() - timedelta(days=800)).isoformat()}
    team = make_external("Team Nord", kind=Kind.PARTNER, facts=facts)
    order = order_to(team, in_firm)
    assert further(order, in_firm)["de/aueg/duration"].outcome == "blocked"
    record_all(team, {"client_instructs": False, "integrated": False}, in_firm)
    assert "de/aueg/duration" not in further(order, in_firm)


def test_partner_sent_abroad_has_to_give_notice(make_external: Make, in_firm: Actor) -> None:
    team = make_external("Team Nord", kind=Kind.PARTNER)
    at_home, in_france = order_to(team, in_firm), order_to(team, in_firm, place_country="FR")
    assert not [rule for rule in further(at_home, in_firm) if rule.startswith("eu/")]
    assert {"eu/cross_border/posting_notice", "eu/cross_border/days_183"} <= set(further(in_france, in_firm))
    in_india = order_to(team, in_firm, place_country="IN")
    assert {"eu/cross_border/third_country_posting", "eu/cross_border/days_183"} <= set(further(in_india, in_firm))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What is recorded of offers and exports, before it is in the chain."""
    found: list[Event] = []
    for kind in ("engagement.offer.sent", "engagement.order.exported_for_counsel"):
        monkeypatch.setitem(events._handlers, kind, [lambda event, _by: found.append(event)])
    return found


def test_offer_records_every_check_it_rests_on(external: Resource, in_firm: Actor, heard: list[Event]) -> None:
    orders.send_offer(order_to(external, in_firm), by=in_firm)
    (event,) = heard
    rules = set(Check.objects.filter(pk__in=event.data["checks"]).values_list("rule", flat=True))
    assert rules == {"de/status/engagement", "de/status/artists_levy"}


@pytest.fixture
def doubtful(make_external: Make) -> Resource:
    return make_external("Jana Brandt", facts=AMBER)


def test_offer_after_an_amber_check_is_recorded_as_passed_over(doubtful: Resource, in_firm: Actor) -> None:
    order = order_to(doubtful, in_firm)
    _permission, before = orders.legal_checks(order, by=in_firm)
    assert before[0].values["level"] == "amber", before[0].values
    assert before[0].outcome == "allowed_with_conditions"
    assert ignored(doubtful) is None, "looking at it passes nothing over"
    orders.send_offer(order, by=in_firm)
    assert ignored(doubtful) is True
    fact = Fact.objects.get(name=warnings.IGNORED, subject_id=doubtful.pk)
    assert fact.source == f"Angebot 1 zu Auftrag {order.number} trotz gelber Prüfung"
    _permission, after = orders.legal_checks(order, by=in_firm)
    assert any("Vorsatz" in reason.de for reason in after[0].reasons)
    orders.send_offer(order_to(doubtful, in_firm), by=in_firm)
    assert Fact.objects.filter(name=warnings.IGNORED).count() == 1, "the first day stays"


def test_change_to_free_work_ends_the_warning(doubtful: Resource, in_firm: Actor) -> None:
    orders.send_offer(order_to(doubtful, in_firm), by=in_firm)
    record_all(doubtful, all_indicators(), in_firm)
    orders.send_offer(order_to(doubtful, in_firm), by=in_firm)
    assert ignored(doubtful) is False


def test_offer_after_a_green_check_warns_of_nothing(external: Resource, in_firm: Actor) -> None:
    orders.send_offer(order_to(external, in_firm), by=in_firm)
    assert ignored(external) is None


def test_conditions_that_are_done_are_not_passed_over(doubtful: Resource, in_firm: Actor) -> None:
    from werkfluss.compliance.domain.conditions import fulfil, take_on

    order = order_to(doubtful, in_firm)
    _permission, verdicts = orders.legal_checks(order, by=in_firm)
    check = Check.objects.get(rule="de/status/engagement")
    wanted = [n for n, one in enumerate(verdicts[0].conditions) if one.kind != "record"]
    assert wanted
    for number in wanted:
        fulfil(take_on(check, number=number, subject=doubtful, on=clock.today(), by=in_firm), by=in_firm)
    assert not warnings.warned_of(order, verdicts)
    orders.send_offer(order, by=in_firm)
    assert ignored(doubtful) is None


def test_papers_for_counsel_hold_every_indicator_with_its_source(
    doubtful: Resource, in_firm: Actor, heard: list[Event]
) -> None:
    order = order_to(doubtful, in_firm, place_country="AT", export_controlled=False)
    pdf, data = counsel.export_for_counsel(order, by=in_firm)
    assert content_of(pdf).startswith(b"%PDF")
    told = json.loads(content_of(data))
    assert told["order"]["place_country"] == "AT"
    assert told["order"]["export_controlled"] is False
    rows = {row["fact"]: row for row in told["status"]["indicators"]}
    assert len(rows) == 24
    assert rows["client_sets_hours"]["answer"] == "yes"
    assert rows["client_sets_hours"]["source"] == "Rahmenvertrag"
    assert rows["client_sets_hours"]["since"] == "2026-01-01"
    assert {one["rule"] for one in told["verdicts"]} >= {"de/status/engagement", "eu/a1/work_abroad"}
    assert [(event.subject, event.data["documents"]) for event in heard] == [(order, [pdf.pk, data.pk])]


def test_papers_for_counsel_are_not_among_the_files_of_the_external(doubtful: Resource, in_firm: Actor) -> None:
    order = order_to(doubtful, in_firm)
    letter = orders.release_file(order, content=b"Plan", filename="plan.txt", by=in_firm)
    made = counsel.export_for_counsel(order, by=in_firm)
    assert [one.pk for one in orders.files_for_external(order)] == [letter.pk]
    assert {one.pk for one in counsel.counsel_files(order)} == {one.pk for one in made}
    assert {one.keep_as for one in made} == {Document.KeepAs.OWNER}


def test_partner_has_papers_for_counsel_without_indicators(make_external: Make, in_firm: Actor) -> None:
    team = make_external("Team Nord", kind=Kind.PARTNER)
    _pdf, data = counsel.export_for_counsel(order_to(team, in_firm), language="en", by=in_firm)
    told = json.loads(content_of(data))
    assert told["status"] is None
    assert "de/aueg/partner_team" in {one["rule"] for one in told["verdicts"]}
