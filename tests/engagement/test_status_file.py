"""The independence file: evidence about the order, own declarations, the interval, alerts, clocks, papers for counsel."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from werkfluss.kernel.errors import NotPermitted, Refused

if TYPE_CHECKING:
    from werkfluss.engagement.models import Order
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource

As = Callable[["Resource"], "Actor"]
STATES = {
    "de/status/order:7a",
    "de/status/order:look",
    "de/status/order:changed",
    "de/status/order:one_client",
    "de/status/order:leasing",
}


def agree(order: Order, by: Actor, as_external: As) -> Order:
    from werkfluss.engagement.domain import offers, orders

    offer = orders.send_offer(order, by=by)
    return offers.accept_offer(offer, by=as_external(order.resource))


@pytest.fixture
def running(draft: Order, in_firm: Actor, as_external: As) -> Order:
    return agree(draft, in_firm, as_external)


def clocks(order: Order) -> dict[str, date]:
    from werkfluss.compliance.domain.deadlines import deadlines_about

    return {row.code: row.due for row in deadlines_about(order).filter(state="open") if row.code in STATES}


def test_agreement_opens_the_file_with_its_interval(running: Order) -> None:
    file = running.status_file
    assert file.outcome == "allowed_with_conditions"
    assert file.level == "green"
    assert (file.score_min, file.changed_on) == (file.score_max, None)


def test_evidence_of_the_run_changes_the_verdict_and_raises_an_alert(running: Order, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock

    before = running.status_file.score_max
    for name in ("client_sets_hours", "embedded_in_team", "client_sets_place"):
        status_file.record_run(running, name=name, value=True, source="Begehung", since=clock.today(), by=in_firm)
    running.status_file.refresh_from_db()
    file = running.status_file
    assert file.outcome == "blocked"
    assert file.score_max > before
    assert file.before["outcome"] != "blocked"
    assert clocks(running)["de/status/order:changed"] == clock.today() + timedelta(days=7)


def test_better_evidence_changes_the_file_without_an_alert(
    make_external: Callable[..., Resource], draft_for: Callable[..., Order], in_firm: Actor, as_external: As
) -> None:
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock

    order = agree(draft_for(make_external(facts={"client_sets_hours": True})), in_firm, as_external)
    status_file.record_run(
        order, name="client_sets_hours", value=False, source="Vereinbarung vom Montag", since=clock.today(), by=in_firm
    )
    order.status_file.refresh_from_db()
    assert order.status_file.changed_on == clock.today()
    assert "de/status/order:changed" not in clocks(order)


def test_night_records_only_what_differs(running: Order, in_firm: Actor) -> None:
    from werkfluss.compliance.models import Fact
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock
    from werkfluss.org.models import Entry

    today, entries = clock.today(), Entry.objects.count()
    assert status_file.review_running(on=today, by=in_firm) == 0
    assert Entry.objects.count() == entries, "nothing changed, nothing is written"
    # Known otherwise without anybody looking at the order: as after new law.
    Fact.objects.filter(subject_id=running.resource_id, name="embedded_in_team").update(value=True)
    Fact.objects.filter(subject_id=running.resource_id, name="client_instructs_how").update(value=True)
    assert status_file.review_running(on=today, by=in_firm) == 1
    running.status_file.refresh_from_db()
    assert running.status_file.changed_on == today
    assert "de/status/order:changed" in clocks(running)
    assert status_file.review_running(on=today, by=in_firm) == 0


def test_declaration_of_the_external_counts_where_nothing_else_is_known(
    running: Order, external: Resource, as_external: As
) -> None:
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock

    status_file.declare(running, answers={"client_sets_hours": True, "several_clients": True}, by=as_external(external))
    rows = {row.name: row for row in status_file.rows_of(running, on=clock.today())}
    assert rows["client_sets_hours"].counts is True
    assert rows["client_sets_hours"].declared is not None
    assert rows["several_clients"].counts is True


def test_contradiction_counts_towards_employment_until_the_firm_records_what_is_the_case(
    running: Order, external: Resource, as_external: As, in_firm: Actor
) -> None:
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock

    def row() -> Any:
        rows = status_file.rows_of(running, on=clock.today())
        return next(one for one in rows if one.name == "client_sets_place")

    said = {"name": "client_sets_place", "value": False, "source": "Vertrag", "since": clock.today(), "by": in_firm}
    status_file.record_run(running, **said)
    status_file.declare(running, answers={"client_sets_place": True}, by=as_external(external))
    assert (row().counts, row().contested) == (True, True)
    status_file.record_run(running, **(said | {"source": "Gespräch: nur die Abnahme war vor Ort"}))
    assert (row().counts, row().contested) == (False, False)


def test_same_answer_is_kept_once(running: Order, external: Resource, as_external: As) -> None:
    from werkfluss.engagement.domain import status_file

    for _ in range(2):
        status_file.declare(running, answers={"several_clients": True}, by=as_external(external))
    assert running.declarations.count() == 1


def test_only_the_own_external_declares(running: Order, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import status_file

    with pytest.raises(NotPermitted):
        status_file.declare(running, answers={"several_clients": True}, by=in_firm)


@pytest.mark.parametrize("answers", [{}, {"income": True}, {"former_employee_same_work": True}])
def test_nothing_else_is_asked(running: Order, external: Resource, as_external: As, answers: dict[str, bool]) -> None:
    from werkfluss.engagement.domain import status_file

    with pytest.raises(Refused):
        status_file.declare(running, answers=answers, by=as_external(external))


@pytest.mark.parametrize(
    "wrong", [{"name": "shoe_size"}, {"source": "  "}, {"since": date(2999, 1, 1)}], ids=["name", "source", "day"]
)
def test_entry_needs_indicator_evidence_and_day(running: Order, in_firm: Actor, wrong: dict[str, Any]) -> None:
    from werkfluss.engagement.domain import status_file
    from werkfluss.kernel import clock

    right = {"name": "client_sets_hours", "value": True, "source": "Mail", "since": clock.today()}
    with pytest.raises(Refused):
        status_file.record_run(running, **(right | wrong), by=in_firm)


def test_no_question_asks_for_sums_or_times() -> None:
    from werkfluss.compliance.domain import explain
    from werkfluss.engagement.domain.status_file import PLAIN, asked_names
    from werkfluss.kernel import clock
    from werkfluss.workforce.models import Kind

    for kind in (Kind.FREELANCER, Kind.FRACTIONAL, Kind.PARTNER):
        for name in asked_names(kind, on=clock.today()):
            fact = explain.fact_question(name)
            assert fact is not None
            assert fact.type == "boolean"
    words = " ".join(text.de + text.en for text in PLAIN.values())
    assert not any(sign in words for sign in ("€", "Euro", "Umsatz", "Stunden"))


def test_long_engagement_with_one_client_gets_its_clocks(
    make_external: Callable[..., Resource], draft_for: Callable[..., Order], in_firm: Actor, as_external: As
) -> None:
    from werkfluss.kernel import clock

    today = clock.today()
    long = draft_for(make_external(facts={"several_clients": False}), last_day=today + timedelta(days=600))
    order = agree(long, in_firm, as_external)
    found = clocks(order)
    assert found["de/status/order:look"] > today + timedelta(days=170)
    assert found["de/status/order:one_client"].year == today.year + 1


def test_clocks_stop_with_the_order(
    make_external: Callable[..., Resource], draft_for: Callable[..., Order], in_firm: Actor, as_external: As
) -> None:
    from werkfluss.engagement.domain import orders
    from werkfluss.kernel import clock

    order = agree(draft_for(make_external(), last_day=clock.today() + timedelta(days=600)), in_firm, as_external)
    assert clocks(order)
    orders.cancel_order(order, reason="Bedarf entfallen", by=in_firm)
    assert clocks(order) == {}


def test_papers_for_counsel_hold_the_file(running: Order, external: Resource, as_external: As, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import counsel, status_file
    from werkfluss.evidence.domain.documents import content_of

    status_file.declare(running, answers={"several_clients": True}, by=as_external(external))
    pdf, data = counsel.export_for_counsel(running, by=in_firm)
    told = json.loads(content_of(data))["independence_file"]
    row = next(one for one in told["rows"] if one["fact"] == "several_clients")
    assert row["declared"]["answer"] is True
    assert told["procedure_by"] is not None
    assert content_of(pdf).startswith(b"%PDF")


@pytest.fixture(scope="module")
def golden(corpus: Path) -> dict[str, Any]:
    read = json.loads((corpus.parent / "law" / "people" / "golden_dev.json").read_text())
    cases = read["cases"] if isinstance(read, dict) else read
    return {one["id"]: one for one in cases if one["area"] == "status"}


# How each golden case of status is told to an order: clauses, what is recorded of the person and of the run, on a day.
FREE = {"hours": "free", "place": "free", "instructions": "result", "team": "none", "substitution": "allowed"}
TOLD: dict[str, dict[str, Any]] = {
    "D31": {"run": {"several_clients": False, "own_staff_used": False}, "on": date(2026, 11, 22)},
    "D32": {"run": {"several_clients": True, "own_staff_used": False}, "on": date(2026, 11, 22)},
    "D33": {
        "clauses": {"hours": "fixed", "place": "client", "team": "embedded", "equipment": "client"},
        "price_kind": "hourly",
        "person": {"already_running": True, "own_staff_used": False},
        "on": date(2026, 11, 22),
    },
    "D34": {"run": {"applied_on": "2026-12-08", "person_consents": True, "own_cover": True}, "on": date(2026, 12, 8)},
    "D35": {"run": {"applied_on": "2026-12-14", "person_consents": True, "own_cover": True}, "on": date(2026, 12, 14)},
    "D36": {"on": date(2027, 8, 2)},
    "D37": {
        "run": {"both_assumed_self_employed": True, "teacher_consents": True, "teaches_art": True},
        "on": date(2026, 11, 22),
    },
    "D38": {"run": {"leasing_since": "2025-06-01"}, "on": date(2026, 11, 22)},
}


def told_to_an_order(case: str, person: Resource, draft_for: Callable[..., Order], by: Actor) -> Order:
    """An order as the form writes it, and the facts that people record of it."""
    from werkfluss.compliance.domain.facts import record_fact

    told = TOLD[case]
    start = date(2024, 11, 1) if case in {"D31", "D32"} else date(2025, 9, 22) if case == "D33" else date(2026, 11, 10)
    terms = {"clauses": told.get("clauses", FREE), "price_kind": told.get("price_kind", "fixed")}
    order = draft_for(person, first_day=start, last_day=date(2027, 12, 31), **terms)
    for subject, facts in ((person, told.get("person", {})), (order, told.get("run", {}))):
        for name, value in facts.items():
            record_fact(subject, name=name, value=value, source="Akte", valid_from=start, by=by)
    return order


@pytest.mark.corpus
@pytest.mark.parametrize("case", sorted(TOLD))
def test_golden_status_case_through_the_order(
    case: str,
    golden: dict[str, Any],
    make_external: Callable[..., Resource],
    draft_for: Callable[..., Order],
    in_firm: Actor,
) -> None:
    from werkfluss.compliance.domain import explain
    from werkfluss.compliance.domain.checks import Question
    from werkfluss.engagement.domain import orders, status_clocks, status_file

    assert golden.keys() == TOLD.keys()
    on = TOLD[case]["on"]
    order = told_to_an_order(case, make_external(), draft_for, in_firm)
    counts = status_file.counting(order, on=on)
    also = {one.rule: one for one in status_clocks.also_asked(order, counts, on=on)}
    if case in {"D31", "D32"}:
        pension = also["de/status/pension_duty"].values
        assert pension["insured"] is (case == "D31")
        if case == "D31":
            assert (pension["regular_contribution_month"], pension["half_base"]) == ("735.63", True)
    elif case == "D33":
        verdict = status_file.verdict_of(order, on=on)
        assert verdict.outcome == "blocked"
        assert any("Sofort anhalten" in one.text.de for one in verdict.conditions)
        assert status_clocks.seven_a(order, on=on).prognosis.outcome == "blocked"
        with pytest.raises(Refused):
            orders.send_offer(order, by=in_firm)
    elif case in {"D34", "D35"}:
        clock_7a = status_clocks.seven_a(order, on=on)
        assert clock_7a.window_ends == date(2026, 12, 10)
        insured = {"D34": "notice_of_decision", "D35": "start_of_work"}
        assert clock_7a.today.values["insured_from"] == insured[case]
        assert clock_7a.in_time is (case == "D34")
    elif case == "D36":
        wanted = {"instrument": "group_opinion", "already_running": True, "decided_single_case": True}
        assert explain.answer(Question.of(status_clocks.INSTRUMENT, on, wanted)).outcome == "blocked"
        assert status_clocks.seven_a(order, on=on).prognosis.outcome == "blocked"
    elif case == "D37":
        assert also["de/status/teacher"].values["regime"] == "ksvg"
    else:
        leasing = also["de/aueg/duration"]
        assert leasing.values["last_day"] == "2026-11-30"
        assert [duty.due for duty in leasing.duties] == [date(2026, 11, 30)]
