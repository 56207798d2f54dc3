"""Orders and offers, and the self-billed invoice that follows acceptance."""

from __future__ import annotations

from django.db import models

from werkfluss.evidence.models import Document
from werkfluss.org.models import LoginLink
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Assignment, Case, Result, Task
from werkfluss.workforce.models import Resource


class Order(TenantModel):
    """The contractual frame of an external's tasks (Auftrag): a result, a price, a date window; never hours or place
    of work that the task does not need.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        OFFERED = "offered", "offered"
        AGREED = "agreed", "agreed"
        DELIVERED = "delivered", "delivered"
        ACCEPTED = "accepted", "accepted"
        BILLED = "billed", "billed"
        DECLINED = "declined", "declined"
        CANCELLED = "cancelled", "cancelled"

    number = models.PositiveIntegerField()
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="orders")
    title = models.CharField(max_length=200)
    brief = models.TextField()
    criteria = models.JSONField(default=list)
    price_kind = models.CharField(max_length=10, choices=[("fixed", "fixed"), ("hourly", "hourly, capped")])
    price_cents = models.PositiveIntegerField(help_text="fixed price or cap, net")
    currency = models.CharField(max_length=3, default="EUR")
    first_day = models.DateField()
    last_day = models.DateField()
    data_class = models.CharField(max_length=12, blank=True)
    payment_days = models.PositiveSmallIntegerField(default=14, help_text="from acceptance to the money")
    self_billing = models.BooleanField(default=True, help_text="the offer proposes Gutschrift, s.14(2) s.5 UStG")
    self_billing_agreed_on = models.DateField(null=True, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_order_per_number")]


class OrderTask(TenantModel):
    """A task that the order covers."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Offer(TenantModel):
    """One version of an order put to the external, who may decline it without any consequence."""

    STATES = [
        ("sent", "sent"),
        ("accepted", "accepted"),
        ("declined", "declined"),
        ("countered", "countered"),
        ("withdrawn", "withdrawn"),
        ("expired", "expired"),
    ]
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="offers")
    revision = models.PositiveSmallIntegerField()
    terms = models.JSONField(help_text="the order as it was offered")
    state = models.CharField(max_length=10, choices=STATES, default="sent")
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    counter = models.JSONField(null=True, blank=True, help_text="what the external proposes instead: price, days")
    link = models.ForeignKey(LoginLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["org", "order", "revision"], name="one_offer_per_revision")]


class OrderMessage(TenantModel):
    """A question about an order, or its answer: in writing, so that both sides can look it up."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    from_external = models.BooleanField()
    written_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["created_at"]


class Delivery(TenantModel):
    """What the external handed in for the order, and the Abnahme against the agreed criteria. Files belong to it."""

    STATES = [("delivered", "delivered"), ("accepted", "accepted"), ("sent_back", "sent back")]
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    text = models.TextField(blank=True)
    amount_cents = models.PositiveIntegerField(help_text="net; the fixed price, or what was worked up to the cap")
    delivered_at = models.DateTimeField()
    delivered_by = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="delivered")
    criteria = models.JSONField(default=list, help_text="[{text, met}]")
    note = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-delivered_at"]


class DeliveredResult(TenantModel):
    """The result at a task that a delivery made; its acceptance and that of the delivery are one."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="results")
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="+")


class SelfBilledInvoice(TenantModel):
    """Gutschrift, s.14(2) s.5 UStG, type code 389: made from the accepted order, nothing typed again."""

    number = models.CharField(max_length=30)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    result = models.ForeignKey(Result, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    due_on = models.DateField()
    net_cents = models.PositiveIntegerField()
    tax_cents = models.PositiveIntegerField()
    tax_category = models.CharField(max_length=2)
    xml = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_invoice_per_number")]


class Objection(TenantModel):
    """The external objects to a Gutschrift: that document loses its effect as an invoice, s.14(2) s.6 UStG.

    ``number``, ``xml`` and ``pdf`` are the document objected to, which stays on record when another takes its place.
    """

    ANSWERS = [("", "open"), ("corrected", "corrected"), ("invoice_asked", "invoice asked for")]
    invoice = models.ForeignKey(SelfBilledInvoice, on_delete=models.PROTECT, related_name="objections")
    number = models.CharField(max_length=30)
    xml = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    objected_at = models.DateTimeField()
    objected_by = models.UUIDField(null=True)
    answer = models.CharField(max_length=15, choices=ANSWERS, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-objected_at"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_objection_per_document")]
