"""How long the papers of acceptance and payment are kept, and what goes when a person is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from werkfluss.engagement.models import (
    Acceptance,
    AcceptancePeriod,
    BankAccount,
    Claim,
    EarlyPayment,
    PaymentItem,
    PaymentRun,
    ReceivedInvoice,
)
from werkfluss.evidence.domain.documents import register_kept_as
from werkfluss.evidence.domain.erasure import Erased, register_eraser
from werkfluss.evidence.domain.retention import Schedule, day_of, delete_rows, register_schedule, waiting
from werkfluss.evidence.models import Document
from werkfluss.kernel import clock
from werkfluss.org.tenancy import TenantModel


def register() -> None:
    register_kept_as(Acceptance, lambda _row, _title: Document.KeepAs.LETTER)
    register_kept_as(ReceivedInvoice, lambda _row, _title: Document.KeepAs.INVOICE)
    register_kept_as(PaymentRun, lambda _row, _title: Document.KeepAs.VOUCHER)
    register_schedule(
        # What rests on something comes after it: the night goes through them from the end.
        Schedule("engagement.invoice", BankAccount, _accounts),
        Schedule("engagement.invoice", Acceptance, lambda: _rows(Acceptance, day_of("decided_at"))),
        Schedule("engagement.order", AcceptancePeriod, lambda: _rows(AcceptancePeriod, F("ends_on"))),
        Schedule("engagement.invoice", ReceivedInvoice, lambda: _rows(ReceivedInvoice, day_of("uploaded_at"))),
        Schedule("engagement.invoice", PaymentRun, lambda: _rows(PaymentRun, _run_day(""))),
        Schedule("engagement.invoice", Claim, lambda: _rows(Claim, Coalesce("paid_on", "due_on"))),
        Schedule("engagement.invoice", EarlyPayment, lambda: _rows(EarlyPayment, day_of("asked_at"))),
        Schedule("engagement.invoice", PaymentItem, lambda: _rows(PaymentItem, _run_day("run__"))),
    )
    register_eraser(_erase)


def _rows(model: type[TenantModel], over: Any) -> QuerySet[Any]:
    return model._default_manager.order_by().annotate(over=over)


def _run_day(prefix: str) -> Any:
    return Coalesce(f"{prefix}paid_on", f"{prefix}execute_on")


def _accounts() -> QuerySet[BankAccount]:
    """Of externals, from the last payment to them or the last decision; the firm's own are no personal data."""
    paid = PaymentItem.objects.filter(account=OuterRef("pk")).order_by().values("account")
    last = Subquery(paid.annotate(last=Max("run__execute_on")).values("last"))
    rows = BankAccount.objects.order_by().filter(resource__isnull=False)
    return rows.annotate(over=Coalesce(last, day_of("decided_at"), day_of("entered_at")))


def _erase(person: models.Model) -> Erased:
    """Accounts that no money went to are deleted; the papers of what was paid wait for the end of their period."""
    accounts = list(BankAccount.objects.filter(resource_id=person.pk))
    used = set(PaymentItem.objects.filter(account__in=accounts).values_list("account_id", flat=True))
    named = {"order__resource_id": person.pk}
    rows: Sequence[TenantModel] = [
        *(account for account in accounts if account.pk in used),
        *Acceptance.objects.filter(**named),
        *AcceptancePeriod.objects.filter(delivery__order__resource_id=person.pk),
        *ReceivedInvoice.objects.filter(**named),
        *Claim.objects.filter(**named),
        *EarlyPayment.objects.filter(claim__order__resource_id=person.pk),
        *PaymentItem.objects.filter(claim__order__resource_id=person.pk),
    ]
    held = waiting(rows, clock.today())
    stays = tuple((row._meta.label, held[row.pk]) for row in rows if row.pk in held)
    gone = delete_rows([account for account in accounts if account.pk not in used])
    return Erased(objects=tuple(gone), waiting=stays)
