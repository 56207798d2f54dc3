"""Signs of the firm's own conduct, read from what really happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from werkfluss.engagement.domain import conduct
from werkfluss.engagement.models import Acceptance, Claim, Delivery, Offer, OrderMessage, PassportRequest
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.kernel import clock
from werkfluss.workforce.models import Paper


@pytest.fixture
def noon() -> datetime:
    day = clock.today() - timedelta(days=30)
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.FIRM_ZONE)


def _now() -> conduct.Period:
    return conduct.periods(clock.today())[0]


def _at(row, moment: datetime) -> None:
    type(row).objects.filter(pk=row.pk).update(created_at=moment)


def test_two_half_years_touch_and_end_yesterday():
    now, before = conduct.periods(clock.today())
    assert now.last == clock.today() - timedelta(days=1)
    assert before.last + timedelta(days=1) == now.first
    assert (now.last - now.first).days == (before.last - before.first).days == 181


def test_firm_without_anything_has_no_values(in_firm):
    assert {(one.now, one.cases, one.before) for one in conduct.readings(clock.today())} == {(None, 0, None)}


def test_days_until_acceptance_is_the_median_and_hidden_below_three_cases(sent, noon):
    sign = conduct.BY_CODE["days_to_accept"]
    for count, days in enumerate((1, 2, 9), start=1):
        Delivery.objects.create(
            order=sent, amount_cents=1, state="accepted", delivered_at=noon - timedelta(days=days), decided_at=noon
        )
        value = Decimal("2.0") if count == conduct.FEWEST else None
        assert conduct.shown(sign, _now()) == (value, count)


def test_days_to_pay_run_from_acceptance_to_the_money(sent, noon):
    for number, days in enumerate((5, 7, 30)):
        delivery = Delivery.objects.create(order=sent, amount_cents=1, state="accepted", delivered_at=noon)
        accepted = Acceptance.objects.create(
            number=number,
            order=sent,
            delivery=delivery,
            kind="full",
            net_cents=1,
            final=False,
            decided_at=noon - timedelta(days=30),
        )
        Claim.objects.create(
            order=sent, acceptance=accepted, number=f"G-{number}", currency="EUR", net_cents=1, gross_cents=1,
            due_on=noon.date(), state="paid", paid_on=(noon - timedelta(days=30 - days)).date(),
        )  # fmt: skip
    assert conduct.BY_CODE["days_to_pay"].read(_now()) == (Decimal("7.0"), 3)


def test_days_to_answer_run_from_the_question_to_the_next_answer_of_the_firm(sent, noon):
    for number in range(3):
        question = OrderMessage.objects.create(order=sent, text="?", from_external=True)
        _at(question, noon + timedelta(days=10 * number))
        answer = OrderMessage.objects.create(order=sent, text="!", from_external=False)
        _at(answer, noon + timedelta(days=10 * number, hours=36))
    open_question = OrderMessage.objects.create(order=sent, text="?", from_external=True)
    _at(open_question, noon + timedelta(days=29))
    value, cases = conduct.BY_CODE["days_to_answer"].read(_now())
    assert cases == 3, "the fourth is not answered"
    assert value == Decimal("1.5")


def test_order_with_another_offer_after_agreement_counts_as_changed(sent, noon):
    sign = conduct.BY_CODE["changes_after_agreement"]
    first = sent.offers.get()
    Offer.objects.filter(pk=first.pk).update(state="accepted", answered_at=noon)
    assert sign.read(_now()) == (Decimal("0.0"), 1)
    Offer.objects.create(order=sent, revision=first.revision + 1, terms={}, answer_by=noon)
    assert sign.read(_now()) == (Decimal("100.0"), 1)


def test_paper_asked_for_while_a_valid_one_is_there_counts_as_asked_twice(external, in_firm, noon):
    file = keep_file(b"Police", filename="police.txt", title="Police", belongs_to=external, by=in_firm)

    def paper(*, days: int, expires: int | None, document: bool) -> None:
        until = None if expires is None else (noon + timedelta(days=expires)).date()
        row = Paper.objects.create(
            resource=external, kind="insurance", expires=until, document=file if document else None
        )
        _at(row, noon + timedelta(days=days))

    sign = conduct.BY_CODE["papers_asked_twice"]
    paper(days=0, expires=60, document=True)
    paper(days=10, expires=None, document=False)
    assert sign.read(_now()) == (Decimal("0.0"), 2), "the first would soon run out"
    paper(days=11, expires=400, document=True)
    paper(days=12, expires=None, document=False)
    assert sign.read(_now()) == (Decimal("25.0"), 4)


def test_paper_of_a_passport_asked_for_again_soon_after_it_was_given_counts(sent, in_firm, noon):
    def asked(*, days: int, answered: int | None, declined: bool = False) -> None:
        PassportRequest.objects.create(
            resource=sent.resource,
            kind="liability_insurance",
            scope="validity",
            purpose="Auftrag",
            asked_at=noon + timedelta(days=days),
            answered_at=None if answered is None else noon + timedelta(days=answered),
            declined=declined,
        )

    sign = conduct.BY_CODE["papers_asked_twice"]
    asked(days=0, answered=1, declined=True)
    asked(days=2, answered=3)
    assert sign.read(_now()) == (Decimal("0.0"), 2), "a declined question was answered with nothing"
    asked(days=10, answered=11)
    assert sign.read(_now()) == (Decimal("33.3"), 3)
