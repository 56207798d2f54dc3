"""From acceptance to the payment file and back: nothing typed twice, two people for the money, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from werkfluss.compliance.models import Fact
from werkfluss.engagement.domain import claims, deliveries, ledger, objections, payees, runs
from werkfluss.engagement.models import BankAccount, Claim, Delivery, Order, PaymentRun
from werkfluss.formats import sepa
from werkfluss.formats.extf.read import read as extf_read
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.roles import Role
from werkfluss.workforce.models import Resource

OWN_IBAN = "DE89370400440532013000"
OTHER_IBAN = "AT611904300234573201"


@pytest.fixture
def own_account(lead: Actor, director: Actor) -> BankAccount:
    """The firm's own account, entered by one and confirmed by another."""
    account = payees.enter_account(None, iban=OWN_IBAN, holder="Nordhessen Maschinenbau GmbH", by=lead)
    payees.confirm_account(account, by=director)
    return account


@pytest.fixture
def claim(draft: Order, deliver_for: Callable[..., Delivery], lead: Actor) -> Claim:
    """2,400 euro, accepted; the IBAN on file is confirmed by the lead, who did not enter it."""
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    payees.confirm_account(payees.accounts_to_confirm().get(resource=draft.resource), by=lead)
    return Claim.objects.get(order=draft)


def prepared(claim: Claim, by: Actor) -> PaymentRun:
    return runs.prepare_run([claim], execute_on=sepa.bank_day_on_or_after(clock.today()), by=by)


def test_accepted_work_is_paid_without_typing_anything_again(
    claim: Claim, own_account: BankAccount, lead: Actor, director: Actor
) -> None:
    assert (claim.gross_cents, claim.state) == (240_000, "open")
    assert claims.holds(claim, claims.around([claim], on=clock.today(), by=lead)) == []
    run = prepared(claim, lead)
    runs.release_run(run, by=director)
    run.refresh_from_db()
    root = etree.fromstring(runs.payment_file(run))
    assert sepa.schema_fault(root) is None
    space = {"p": root.nsmap[None]}
    assert [node.text for node in root.iterfind(".//p:InstdAmt", space)] == ["2400.00"]
    assert [node.text for node in root.iterfind(".//p:CdtrAcct//p:IBAN", space)] == ["DE80123456780000081511"]
    assert [node.text for node in root.iterfind(".//p:DbtrAcct//p:IBAN", space)] == [OWN_IBAN]
    assert claim.number in (root.findtext(".//p:Ustrd", namespaces=space) or "")
    runs.confirm_paid(run, paid_on=clock.today(), by=lead)
    claim.refresh_from_db()
    assert (claim.state, claim.paid_on) == ("paid", clock.today())
    assert mail.outbox[-1].subject.startswith("Überwiesen")
    order = Order.objects.select_related("case").get(pk=claim.order_id)
    assert order.case is not None
    assert order.case.state == "completed"


def test_run_has_a_booking_proposal(claim: Claim, own_account: BankAccount, lead: Actor, in_firm: Actor) -> None:
    run = prepared(claim, lead)
    firms.change_profile(
        FirmProfile.objects.get(), changes={"datev_consultant": None, "datev_client": None}, by=in_firm
    )
    with pytest.raises(Refused, match="DATEV"):
        ledger.batch_of(run)
    firms.change_profile(
        FirmProfile.objects.get(), changes={"datev_consultant": 29098, "datev_client": 55003}, by=in_firm
    )
    (proposal,) = ledger.proposals_of(run)
    chart = FirmProfile.objects.get().chart_of_accounts
    assert [posting.account for posting in proposal.postings] == ["3100" if chart == "SKR03" else "5900"]
    assert sum(posting.amount for posting in proposal.postings) == 2400
    batch = extf_read(ledger.batch_of(run), filename="EXTF.csv")
    assert [booking.document for booking in batch.bookings] == [proposal.document]


def test_who_prepares_does_not_release(claim: Claim, own_account: BankAccount, lead: Actor, director: Actor) -> None:
    run = prepared(claim, lead)
    with pytest.raises(Refused, match="prepares"):
        runs.release_run(run, by=lead)
    assert not PaymentRun.objects.get(pk=run.pk).file_id
    runs.release_run(run, by=director)
    with pytest.raises(Conflict):
        runs.release_run(run, by=director)


def test_claim_is_in_one_run_only(claim: Claim, own_account: BankAccount, lead: Actor, director: Actor) -> None:
    run = prepared(claim, lead)
    with pytest.raises(Conflict):
        prepared(claim, lead)
    runs.drop_run(run, reason="Falscher Tag", by=lead)
    again = prepared(claim, lead)
    runs.release_run(again, by=director)
    runs.confirm_paid(again, paid_on=clock.today(), by=lead)
    with pytest.raises(Conflict):
        prepared(claim, lead)
    with pytest.raises(Conflict):
        runs.confirm_paid(again, paid_on=clock.today(), by=lead)


def test_account_needs_a_second_person(external: Resource, lead: Actor, director: Actor) -> None:
    account = payees.enter_account(external, iban=OTHER_IBAN, holder="Marlene Fuchs", by=lead)
    with pytest.raises(Refused, match="does not confirm"):
        payees.confirm_account(account, by=lead)
    payees.confirm_account(account, by=director)
    found = payees.usable_account(external, on=clock.today())
    assert found is not None
    assert found.iban == OTHER_IBAN


def test_changed_account_is_told_to_the_old_contact_and_waits(
    claim: Claim, own_account: BankAccount, lead: Actor, director: Actor
) -> None:
    run = prepared(claim, lead)
    mail.outbox.clear()
    changed = payees.enter_account(claim.order.resource, iban=OTHER_IBAN, holder="M. Fuchs", by=lead)
    (letter,) = mail.outbox
    assert letter.to == [claim.order.resource.email]
    assert "1511" in letter.body
    assert "3201" in letter.body
    payees.confirm_account(changed, by=director)
    with pytest.raises(Refused, match="changed"):
        runs.release_run(run, by=director)  # money never goes to another account than was seen when it was prepared
    runs.drop_run(run, reason="Konto geändert", by=lead)
    claim.refresh_from_db()
    today = clock.today()
    assert [one.code for one in claims.holds(claim, claims.around([claim], on=today, by=lead))] == ["account"]
    assert claims.holds(claim, claims.around([claim], on=today + payees.COOLING_OFF, by=lead)) == []


@pytest.mark.parametrize("iban", ["DE00", "DE89370400440532013001", "", "GB00 0000"])
def test_wrong_iban_is_refused(iban: str, external: Resource, lead: Actor) -> None:
    with pytest.raises(Refused):
        payees.enter_account(external, iban=iban, holder="M. Fuchs", by=lead)


def test_only_who_may_enters_an_account(
    external: Resource, member_of: Callable[..., Actor], firm: Organisation
) -> None:
    with pytest.raises(NotPermitted):
        payees.enter_account(external, iban=OTHER_IBAN, holder="X", by=member_of(firm, Role.EMPLOYEE))


def test_objection_after_preparing_stops_the_release(
    claim: Claim, own_account: BankAccount, lead: Actor, director: Actor, as_external: Callable[[Resource], Actor]
) -> None:
    run = prepared(claim, lead)
    assert claim.invoice is not None
    objections.object_to_invoice(claim.invoice, reason="Zu wenig", by=as_external(claim.order.resource))
    with pytest.raises(Refused, match="objected"):
        runs.release_run(run, by=director)


def test_corrected_invoice_moves_what_is_owed(
    claim: Claim, lead: Actor, as_external: Callable[[Resource], Actor]
) -> None:
    assert claim.invoice is not None
    objection = objections.object_to_invoice(claim.invoice, reason="Falsch", by=as_external(claim.order.resource))
    objections.correct_invoice(objection, net_cents=200_000, by=lead)
    claim.refresh_from_db()
    assert (claim.gross_cents, claim.state) == (200_000, "open")
    assert claim.number != objection.number


def test_deleted_payment_file_is_said(claim: Claim, own_account: BankAccount, lead: Actor, director: Actor) -> None:
    run = prepared(claim, lead)
    runs.release_run(run, by=director)
    run.refresh_from_db()
    run.edit(digest="0" * 64)
    with pytest.raises(Refused, match="no longer"):
        runs.payment_file(run)
    runs.drop_run(run, reason="Datei fehlt", by=director)
    claim.refresh_from_db()
    assert claim.state == "open"


def test_weekend_and_future_days_are_refused(
    claim: Claim, own_account: BankAccount, lead: Actor, director: Actor
) -> None:
    today = clock.today()
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    with pytest.raises(Refused, match="bank"):
        runs.prepare_run([claim], execute_on=saturday, by=lead)
    with pytest.raises(Refused, match="othing is chosen"):
        runs.prepare_run([], execute_on=sepa.bank_day_on_or_after(today), by=lead)
    run = prepared(claim, lead)
    runs.release_run(run, by=director)
    with pytest.raises(Refused):
        runs.confirm_paid(run, paid_on=today + timedelta(days=1), by=lead)


def test_without_an_account_of_the_firm_there_is_no_run(claim: Claim, lead: Actor) -> None:
    with pytest.raises(Refused, match="account of the firm"):
        prepared(claim, lead)


def test_tax_abroad_is_asked_before_anything_is_paid(
    make_external: Callable[..., Resource],
    draft_for: Callable[..., Order],
    deliver_for: Callable[..., Delivery],
    own_account: BankAccount,
    lead: Actor,
) -> None:
    from werkfluss.compliance.domain.facts import record_fact

    person = make_external(
        "Łukasz Zieliński",
        small_business=False,
        country="PL",
        facts={"iban": OTHER_IBAN, "vat_id": "PL5260001246"},
    )
    order = draft_for(person, price_cents=100_000)
    deliveries.accept_delivery(deliver_for(order), met=[True], by=lead)
    payees.confirm_account(payees.accounts_to_confirm().get(resource=person), by=lead)
    owed = Claim.objects.get(order=order)
    assert owed.gross_cents == 100_000  # reverse charge
    assert [one.code for one in claims.holds(owed, claims.around([owed], on=clock.today(), by=lead))] == ["withholding"]
    for name, value in {"subject": "rights_for_a_time", "exemption_certificate": False}.items():
        # Half an answer settles nothing: without the word on an exemption the sum is open.
        assert [one.code for one in claims.holds(owed, claims.around([owed], on=clock.today(), by=lead))] == [
            "withholding"
        ]
        record_fact(order, name=name, value=value, source="Vertrag", valid_from=clock.today(), by=lead)
    run = prepared(owed, lead)
    owed.refresh_from_db()
    assert owed.withheld_cents == 15_825  # 15 % and 5.5 % of it
    assert runs.total_cents(run) == 100_000 - 15_825
    assert Decimal(owed.withheld_cents) / owed.net_cents == Decimal("0.15825")


def test_tax_is_asked_where_nobody_has_said_it(
    make_external: Callable[..., Resource],
    draft_for: Callable[..., Order],
    deliver_for: Callable[..., Delivery],
    lead: Actor,
) -> None:
    from werkfluss.compliance.domain.facts import record_fact
    from werkfluss.compliance.models import Fact
    from werkfluss.engagement.domain import invoices

    person = make_external("Jonas Klein", small_business=False)
    order = draft_for(person, price_cents=100_000)
    says = {"purpose": "own_advertising"}
    for name, value in says.items():
        record_fact(order, name=name, value=value, source="Auftrag", valid_from=clock.today(), by=lead)
    delivery = deliver_for(order)
    with pytest.raises(Refused, match="reduced rate"):
        invoices.vat_check(order, delivery, by=lead)
    record_fact(order, name="service", value="reduced", source="Vertrag", valid_from=clock.today(), by=lead)
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    assert Claim.objects.get(order=order).gross_cents == 107_000
    unknown = make_external("Niemand Weiß")
    Fact.objects.filter(subject_id=unknown.pk, name="small_business").delete()
    other = draft_for(unknown)
    deliveries.accept_delivery(deliver_for(other), met=[True], by=lead)
    other.refresh_from_db()
    assert other.acceptances.get().net_cents == 1000
    assert not other.claims.exists()
    with pytest.raises(Refused, match="details depend"):
        invoices.bill_order(other, by=lead)


def test_what_claims_wait_for_takes_as_many_queries_for_many_as_for_one(claim: Claim, lead: Actor) -> None:
    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            rows = list(claims.open_claims()[:number])
            near = claims.around(rows, on=clock.today(), by=lead)
            assert [claims.holds(row, near) for row in rows] == [[]] * number
        return len(asked)

    for copy in range(4):
        Claim.objects.create(
            order=claim.order, number=f"Z-{copy}", currency="EUR", net_cents=100, gross_cents=100, due_on=claim.due_on
        )
    assert queries(5) == queries(1)


def test_who_recorded_the_iban_as_a_fact_never_confirms_it(
    draft: Order, deliver_for: Callable[..., Delivery], lead: Actor
) -> None:
    Fact.objects.filter(subject_id=draft.resource_id, name="iban").update(recorded_by=lead.id)
    BankAccount.objects.all().delete()
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    account = payees.accounts_to_confirm().get(resource=draft.resource)
    assert account.entered_by == lead.id
    with pytest.raises(Refused):
        payees.confirm_account(account, by=lead)
