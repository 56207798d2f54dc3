"""What the bank has booked confirms what was paid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engagement.test_payment import OWN_IBAN, claim, own_account, prepared
from werkfluss.engagement.domain import bank_statements, runs
from werkfluss.engagement.models import BankAccount, Claim, PaymentRun
from werkfluss.formats import camt
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, NotPermitted
from werkfluss.org.actor import Actor

__all__ = ["claim", "own_account"]
HEAD = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'


def _entry(
    cents: int,
    *,
    day: date,
    batch: str = "",
    ids: dict[str, int] | None = None,
    mark: str = "DBIT",
    state: str = "BOOK",
) -> str:
    details = f"<Btch><PmtInfId>{batch}</PmtInfId></Btch>" if batch else ""
    for reference, sum_ in (ids or {}).items():
        details += (
            f'<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="EUR">{sum_ / 100:.2f}</Amt></TxDtls>'
        )
    return (
        f'<Ntry><Amt Ccy="EUR">{cents / 100:.2f}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>{state}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _file(*entries: str, iban: str = OWN_IBAN) -> bytes:
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
    return f"{HEAD}{account}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>".encode()


@pytest.fixture
def run(claim: Claim, own_account: BankAccount, lead: Actor, director: Actor) -> PaymentRun:
    made = prepared(claim, lead)
    runs.release_run(made, by=director)
    made.refresh_from_db()
    return made


def _take(by: Actor, *entries: str, iban: str = OWN_IBAN) -> bank_statements.Found:
    return bank_statements.take_statement(camt.read(_file(*entries, iban=iban), filename="auszug.xml"), by=by)


@pytest.mark.parametrize("as_batch", [True, False])
def test_run_is_paid_by_its_batch_or_by_each_payment(run: PaymentRun, lead: Actor, as_batch: bool) -> None:
    item, today = run.items.get(), clock.today()
    own = (
        _entry(item.cents, day=today, batch=runs.batch_id(run))
        if as_batch
        else _entry(item.cents, day=today, ids={item.end_to_end: item.cents})
    )
    found = _take(lead, _entry(99, day=today), own)
    assert [(one.pk, day) for one, day in found.paid] == [(run.pk, today)]
    run.refresh_from_db()
    assert (run.state, run.paid_on) == ("paid", today)
    assert _take(lead, own).paid == [], "a second time nothing happens"


def test_other_sum_other_account_and_what_is_only_announced_leave_it_open(run: PaymentRun, lead: Actor) -> None:
    item, today = run.items.get(), clock.today()
    right = _entry(item.cents, day=today, batch=runs.batch_id(run))
    for entries, iban in (
        ([_entry(item.cents - 1, day=today, ids={item.end_to_end: item.cents - 1})], OWN_IBAN),
        ([_entry(item.cents, day=today, batch=runs.batch_id(run), state="PDNG")], OWN_IBAN),
        ([_entry(item.cents, day=today + timedelta(days=1), batch=runs.batch_id(run))], OWN_IBAN),
        ([right], "AT611904300234573201"),
    ):
        assert _take(lead, *entries, iban=iban).paid == []
    run.refresh_from_db()
    assert run.state == "released"


def test_money_that_came_back_is_said_and_externals_read_no_statements(
    run: PaymentRun, lead: Actor, in_firm: Actor
) -> None:
    item, today = run.items.get(), clock.today()
    found = _take(lead, _entry(item.cents, day=today, ids={item.end_to_end: item.cents}, mark="CRDT"))
    assert [(one.pk, day) for one, day in found.returned] == [(item.pk, today)]
    from werkfluss.org.actor import ActorKind
    from werkfluss.org.roles import Role

    external = Actor(in_firm.org_id, ActorKind.USER, None, frozenset({Role.FREELANCER}))
    with pytest.raises(NotPermitted):
        _take(external, _entry(1, day=today))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a/>",
        b"<!DOCTYPE a><Document/>",
        _file("<Ntry><Sts>BOOK</Sts></Ntry>"),
        _file(_entry(5, day=date(2026, 1, 1)).replace("0.05", "viel")),
    ],
)
def test_what_is_no_statement_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Broken):
        camt.read(data, filename="x.xml")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_quietly(data: bytes) -> None:
    with pytest.raises(Broken) as refused:
        camt.read(data, filename="x.xml")
    assert refused.value.fault.next_step.de
