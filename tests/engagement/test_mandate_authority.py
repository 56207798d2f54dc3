"""Limits that approvals ask, conflicts of interest that let them rest, and the log of decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused

if TYPE_CHECKING:
    from werkfluss.engagement.domain.authority_limits import Matter
    from werkfluss.engagement.models import AuthorityLimit, Mandate
    from werkfluss.org.actor import Actor
    from werkfluss.work.models import ResultItem

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ANSWERS = st.sampled_from(["yes", "no", "unsure"])


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def mandate(in_firm: Actor) -> Mandate:
    from werkfluss.engagement.domain import fractional
    from werkfluss.org.domain import firms
    from werkfluss.org.roles import Role
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name="CFO", cents_per_hour=15000, by=in_firm)
    person = resources.add_resource(
        kind=Kind.FRACTIONAL, name="Dr. Stein", rate=rate, email="stein@cfo.example", languages=["de"], by=in_firm
    )
    terms = fractional.Terms("Finanzleitung", Decimal(2), "week", TODAY, date(2027, 6, 30))
    made = fractional.propose_share(person, terms, by=in_firm)
    person.refresh_from_db()
    assert person.user is not None
    firms.add_member(person.user, role=Role.LEAD, by=in_firm)
    fractional.agree(made, by=firms.user_actor(in_firm.org_id, person.user))
    made.refresh_from_db()
    return made


@pytest.fixture
def cfo(mandate: Mandate, in_firm: Actor) -> Actor:
    from werkfluss.org.domain import firms

    assert mandate.resource.user is not None
    return firms.user_actor(in_firm.org_id, mandate.resource.user)


def declare(mandate: Mandate, by: Actor, **answers: Any) -> Any:
    from werkfluss.engagement.domain import conflicts

    said = {"competitor": "no", "same_sector": "no", "holdings": "no"} | answers
    return conflicts.declare(mandate, conflicts.Answers(**said), by=by)


def grant(mandate: Mandate, by: Actor, *, kind: str = "payment", cents: int = 10_000_00, **more: Any) -> AuthorityLimit:
    from werkfluss.engagement.domain import authority_limits

    new = authority_limits.NewLimit(kind, cents, TODAY, "Vertrag § 5", **more)
    mandate.resource.refresh_from_db()
    return authority_limits.grant_limit(mandate.resource, new, by=by)


def matter(cents: int, kind: str = "payment", number: int = 1) -> Matter:
    from uuid import UUID

    from werkfluss.engagement.domain.authority_limits import Matter

    return Matter(kind, "engagement.paymentrun", UUID(int=number), f"Zahllauf {number}", cents)


def line(gross: str, by: Actor) -> ResultItem:
    """A booking line that waits for a decision."""
    from werkfluss.work.domain import tasks
    from werkfluss.work.models import Assignment, Result, ResultItem
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name="Agent", cents_per_hour=100, by=by)
    agent = resources.add_resource(kind=Kind.AGENT, name="Rechnungs-Agent", rate=rate, by=by)
    task = tasks.create_task(tasks.create_project(name="Bücher", start=TODAY, by=by), title="Buchen", by=by)
    given_to = Assignment.objects.create(task=task, resource=agent, first_day=TODAY, last_day=TODAY)
    result = Result.objects.create(task=task, assignment=given_to, delivered_at=NOW, text="x")
    posting = {"account": "4980", "tax_key": "", "amount": gross}
    fields = {"gross": gross, "postings": [posting], "text": "Beleg"}
    return ResultItem.objects.create(result=result, position=1, title="Beleg 7", light="sicher", fields=fields)


def test_within_the_limit_alone_and_above_it_two(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import authority_limits as limits
    from werkfluss.engagement.models import AuthorityUse

    grant(mandate, in_firm)
    declare(mandate, cfo)
    limits.ask(matter(10_000_00), by=cfo)
    above = matter(10_000_01, number=2)
    with pytest.raises(Refused) as refused:
        limits.ask(above, by=cfo)
    assert refused.value.reason.de == "10.000,01 EUR liegen über Ihrer Grenze von 10.000,00 EUR je Fall."
    assert "Unterschreiben Sie als Erste" in refused.value.what_to_do.de
    use = limits.sign_first(above, by=cfo)
    with pytest.raises(Conflict):
        limits.sign_first(above, by=cfo)
    limits.ask(above, by=in_firm)
    use.refresh_from_db()
    assert (use.state, use.second_by) == ("both", in_firm.id)
    assert [one.state for one in AuthorityUse.objects.order_by("created_at")] == ["alone", "both"]
    with pytest.raises(Refused, match="within your limit"):
        limits.sign_first(matter(1, number=3), by=cfo)
    with pytest.raises(NotPermitted):
        limits.sign_first(above, by=in_firm)


def test_month_is_summed_and_an_undone_signature_does_not_count(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import authority_limits as limits

    under = grant(mandate, in_firm, kind="booking", cents=600_00, month_cents=1000_00)
    declare(mandate, cfo)
    item = line("600.00", in_firm)
    from werkfluss.work.domain import acceptance, bookings

    bookings.approve_booking(item, by=cfo)
    assert limits.used_in_month(under, on=TODAY) == 600_00
    other = line("500.00", in_firm)
    with pytest.raises(Refused, match="a month would be exceeded"), transaction.atomic():
        bookings.approve_booking(other, by=cfo)
    other.refresh_from_db()
    assert other.state == "proposed"
    item.refresh_from_db()
    acceptance.reopen_item(item, by=cfo)
    assert limits.used_in_month(under, on=TODAY) == 0
    bookings.approve_booking(other, by=cfo)
    other.refresh_from_db()
    assert other.state == "approved"


def test_without_a_limit_of_the_kind_nothing_is_approved(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.work.domain import bookings

    grant(mandate, in_firm, kind="payment")
    declare(mandate, cfo)
    with pytest.raises(Refused, match="no authority for bookings"), transaction.atomic():
        bookings.approve_booking(line("1.00", in_firm), by=cfo)


def test_who_has_no_limits_decides_by_role_as_ever(in_firm: Actor) -> None:
    from werkfluss.engagement.models import AuthorityUse
    from werkfluss.work.domain import bookings

    bookings.approve_booking(line("99999.00", in_firm), by=in_firm)
    assert not AuthorityUse.objects.exists()


def test_hire_needs_a_limit_of_its_own(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    declare(mandate, cfo)
    rate = resources.set_rate(name="Meister", cents_per_hour=50_00, by=in_firm)
    with pytest.raises(Refused, match="no authority for hires"), transaction.atomic():
        resources.add_resource(kind=Kind.EMPLOYEE, name="Neu", rate=rate, by=cfo)
    grant(mandate, in_firm, kind="hire", cents=104_000_00)
    resources.add_resource(kind=Kind.EMPLOYEE, name="Neu", rate=rate, weekly_minutes=2400, by=cfo)
    with pytest.raises(Refused, match="above your limit") as refused, transaction.atomic():
        resources.add_resource(kind=Kind.EMPLOYEE, name="Teurer", rate=rate, weekly_minutes=2460, by=cfo)
    assert refused.value.what_to_do.en.startswith("Ask a person with a higher limit"), "a hire has no first signature"


def test_another_currency_is_nobodys_to_convert(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from dataclasses import replace

    from werkfluss.engagement.domain import authority_limits as limits

    grant(mandate, in_firm)
    declare(mandate, cfo)
    with pytest.raises(Refused, match="nobody converts USD"):
        limits.ask(replace(matter(1), currency="USD"), by=cfo)
    limits.ask(matter(1), by=cfo)


def test_limits_are_granted_and_ended_by_the_managing_director(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import authority_limits as limits

    with pytest.raises(NotPermitted):
        grant(mandate, cfo)
    for wrong in ({"cents": 0}, {"kind": "loan"}, {"month_cents": 1}, {"last_day": date(2026, 1, 1)}):
        with pytest.raises(Refused):
            grant(mandate, in_firm, **wrong)
    under = grant(mandate, in_firm)
    declare(mandate, cfo)
    limits.ask(matter(1), by=cfo)
    limits.end_limit(under, by=in_firm)
    with pytest.raises(Refused, match="no authority"):
        limits.ask(matter(1, number=2), by=cfo)
    with pytest.raises(Conflict):
        limits.end_limit(under, by=in_firm)


def test_authority_rests_without_declaration_in_conflict_and_after_the_mandate(
    mandate: Mandate, cfo: Actor, in_firm: Actor
) -> None:
    from werkfluss.compliance.models import Deadline
    from werkfluss.engagement.domain import authority_limits as limits
    from werkfluss.engagement.domain import conflicts, fractional

    grant(mandate, in_firm)
    with pytest.raises(Refused, match="declaration on conflicts of interest is missing"):
        limits.ask(matter(1), by=cfo)
    row = declare(mandate, cfo, competitor="yes")
    with pytest.raises(Refused, match="conflict of interest"):
        limits.ask(matter(1), by=cfo)
    with pytest.raises(NotPermitted):
        conflicts.waive(row, reason="Anderer Markt", by=cfo)
    with pytest.raises(Refused):
        conflicts.waive(row, reason=" ", by=in_firm)
    conflicts.waive(row, reason="Anderer Markt", by=in_firm)
    limits.ask(matter(1), by=cfo)
    deadline = Deadline.objects.get(code=conflicts.CODE, state="open")
    assert deadline.due == date(2027, 11, 23)
    with clock.frozen(datetime(2027, 6, 1, tzinfo=UTC)):
        limits.ask(matter(1, number=2), by=cfo)
    fractional.end_mandate(mandate, last_day=TODAY, by=in_firm)
    with pytest.raises(Refused, match="No mandate"):
        limits.ask(matter(1, number=3), by=cfo)
    deadline.refresh_from_db()
    assert deadline.state == "dropped"


def test_declaration_grows_old(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import conflicts

    declare(mandate, cfo)
    conflicts.require_at_work(mandate.resource, on=date(2027, 6, 30))
    mandate.edit(last_day=date(2028, 1, 31))
    with pytest.raises(Refused, match="missing"):
        conflicts.require_at_work(mandate.resource, on=date(2027, 11, 24))
    with pytest.raises(Conflict):
        conflicts.declare(mandate, conflicts.Answers("no", "no", "no"), by=in_firm_as_external(in_firm))


def in_firm_as_external(by: Actor) -> Actor:
    """The director with the right of an external, but not with the mandate."""
    from dataclasses import replace

    from werkfluss.org.roles import Role

    return replace(by, roles=by.roles | {Role.FREELANCER})


def test_named_competitor_is_found_on_the_list(mandate: Mandate, cfo: Actor, in_firm: Actor) -> None:
    from werkfluss.engagement.domain import conflicts

    listed = conflicts.add_competitor(name="Fräs & Dreh GmbH", sector="Zerspanung", by=in_firm)
    row = declare(mandate, cfo, named=("fräs dreh",))
    assert conflicts.finding_of(row).outcome == conflicts.CONFLICT
    conflicts.end_competitor(listed, by=in_firm)
    assert conflicts.finding_of(row).outcome == conflicts.NONE


@settings(max_examples=60)
@given(ANSWERS, ANSWERS, ANSWERS, st.lists(st.sampled_from(["Alpha AG", "Beta", "Gamma"]), max_size=3))
def test_finding_is_none_only_for_three_times_no(
    competitor: str, same_sector: str, holdings: str, named: list[str]
) -> None:
    from werkfluss.engagement.domain import conflicts

    found = conflicts.judge(conflicts.Answers(competitor, same_sector, holdings, tuple(named)), ["ALPHA", "Delta"])
    hit = "Alpha AG" in named
    calm = (competitor, same_sector, holdings) == ("no", "no", "no")
    assert (found.outcome == conflicts.CONFLICT) == (hit or competitor == "yes")
    assert (found.outcome == conflicts.NONE) == (calm and not hit)
    assert "Delta" not in str(found)


def test_decision_is_logged_with_its_signature(
    mandate: Mandate, cfo: Actor, in_firm: Actor, make_external: Callable[..., Any]
) -> None:
    from werkfluss.engagement.domain import authority_limits as limits
    from werkfluss.engagement.domain import decision_log

    grant(mandate, in_firm)
    declare(mandate, cfo)
    limits.ask(matter(500_00), by=cfo)
    use = limits.uses_of(mandate.resource).get()
    row = decision_log.decide(mandate, what="Zahllauf frei", why="Alles fällig", basis="Fristen", use=use, by=cfo)
    assert (row.number, row.use, row.decided_on) == (1, use, TODAY)
    for wrong in ({"what": ""}, {"why": " "}, {"decided_on": date(2026, 11, 24)}, {"decided_on": date(2026, 11, 22)}):
        with pytest.raises(Refused):
            decision_log.decide(mandate, **({"what": "x", "why": "y", "by": cfo} | wrong))
    with pytest.raises(NotPermitted):
        decision_log.decide(mandate, what="x", why="y", by=in_firm)
    use.edit(resource=make_external())
    with pytest.raises(Conflict):
        decision_log.decide(mandate, what="x", why="y", use=use, by=cfo)
