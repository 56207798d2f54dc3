"""From what is owed to what is paid: bank accounts, claims, requests for earlier money, payment runs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from werkfluss.engagement.models.acceptance import Acceptance
from werkfluss.engagement.models.invoice import SelfBilledInvoice
from werkfluss.engagement.models.order import Order
from werkfluss.engagement.models.received import ReceivedInvoice
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class BankAccount(TenantModel):
    """Where money goes, or (without ``resource``) where the firm's own comes from. Used once a second person agreed."""

    STATES = [
        ("proposed", "waits for a second person"),
        ("confirmed", "confirmed"),
        ("replaced", "replaced"),
        ("refused", "refused"),
    ]
    resource = models.ForeignKey(
        Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_accounts"
    )
    holder = models.CharField(max_length=200)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True)
    source = models.CharField(max_length=200, blank=True)
    is_change = models.BooleanField(help_text="another account was confirmed before: the old contact is told")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    usable_from = models.DateField(null=True, blank=True, help_text="after the cooling-off of a change")

    class Meta:
        ordering = ["-entered_at"]


class Claim(TenantModel):
    """What is owed on one invoice, and where it stands on the way to the money."""

    STATES = [("open", "open"), ("in_run", "in a payment run"), ("paid", "paid"), ("void", "no longer owed")]
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims")
    acceptance = models.ForeignKey(Acceptance, null=True, on_delete=models.PROTECT, related_name="claims")
    invoice = models.OneToOneField(
        SelfBilledInvoice, null=True, blank=True, on_delete=models.PROTECT, related_name="claim"
    )
    received = models.OneToOneField(
        ReceivedInvoice, null=True, blank=True, on_delete=models.PROTECT, related_name="claim"
    )
    number = models.CharField(max_length=60, help_text="of the invoice")
    currency = models.CharField(max_length=3)
    net_cents = models.PositiveIntegerField()
    gross_cents = models.PositiveIntegerField()
    withheld_cents = models.PositiveIntegerField(default=0, help_text="s.50a EStG, set when it goes into a run")
    discount_cents = models.PositiveIntegerField(default=0, help_text="for earlier payment, agreed by both sides")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=STATES, default="open")
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "number"]


class EarlyPayment(TenantModel):
    """The external asks for the money before it is due; the firm is free to say no, and nothing follows from asking."""

    ANSWERS = [("", "open"), ("granted", "granted"), ("declined", "declined")]
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="early")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    wished_on = models.DateField()
    discount_cents = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=8, choices=ANSWERS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)


class PaymentRun(TenantModel):
    """Claims paid together: one person prepares, another releases, the file goes to the bank, the bank confirms."""

    STATES = [("prepared", "prepared"), ("released", "released"), ("paid", "paid"), ("dropped", "dropped")]
    number = models.PositiveIntegerField()
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    execute_on = models.DateField()
    state = models.CharField(max_length=8, choices=STATES, default="prepared")
    prepared_at = models.DateTimeField()
    prepared_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.UUIDField(null=True, blank=True)
    file = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file, hex")
    paid_on = models.DateField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_run_per_number")]


class PaymentItem(TenantModel):
    """One payment of a run, as it stands in the file: a claim is in one live run at most."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="items")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="items")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    cents = models.PositiveIntegerField()
    end_to_end = models.CharField(max_length=35)
    live = models.BooleanField(default=True, help_text="false once its run was dropped")

    class Meta:
        ordering = ["end_to_end"]
        constraints = [
            models.UniqueConstraint(fields=["org", "claim"], condition=Q(live=True), name="one_live_payment_per_claim")
        ]
