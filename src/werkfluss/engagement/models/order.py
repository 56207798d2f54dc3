"""The order and the tasks that it covers."""

from __future__ import annotations

from django.db import models

from werkfluss.org.tenancy import TenantModel
from werkfluss.work.models import Assignment, Case, Task
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
