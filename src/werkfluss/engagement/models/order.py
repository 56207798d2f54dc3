"""The order, the tasks that it covers, and a call for offers that joins several orders."""

from __future__ import annotations

from django.db import models

from werkfluss.engagement.price import KINDS
from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Assignment, Case, Task
from werkfluss.workforce.models import Resource


class Call(TenantModel):
    """The same order put to several externals, each with an order of their own; at most one of them comes about."""

    MODES = [("first", "the first to accept has it"), ("choose", "the firm chooses among the answers")]
    title = models.CharField(max_length=200)
    mode = models.CharField(max_length=6, choices=MODES)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="since then nobody else can accept")


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
    price_kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    price_cents = models.PositiveIntegerField(help_text="what it costs at most, net: price, sum of milestones or cap")
    price = models.JSONField(default=dict, help_text="the parts of the price: engagement/price.py")
    clauses = models.JSONField(default=dict, help_text="chosen clauses: engagement/clauses.py")
    service_levels = models.JSONField(default=dict, blank=True, help_text="agreed times: engagement/service_terms.py")
    currency = models.CharField(max_length=3, default="EUR")
    first_day = models.DateField()
    last_day = models.DateField()
    data_class = models.CharField(max_length=12, blank=True)
    payment_days = models.PositiveSmallIntegerField(default=14, help_text="from acceptance to the money")
    self_billing = models.BooleanField(default=True, help_text="the offer proposes Gutschrift, s.14(2) s.5 UStG")
    self_billing_agreed_on = models.DateField(null=True, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey("Call", null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_order_per_number")]


class OrderTask(TenantModel):
    """A task that the order covers."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
