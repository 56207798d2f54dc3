"""Providers as the firm knows them, what they offer, what was ordered of them, and what a gap check knows."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from werkfluss.care.models.cases import ExpatCase
from werkfluss.org.models import User
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class CareProvider(TenantModel):
    """A provider of care: what the firm has checked of it, entered with a source and end-dated.

    ``agreement_on``: the day of the processing agreement (Art. 28 GDPR); without it nothing is ordered that carries
    data of a person. ``transfer``: on what basis data go to its country. ``team``: several people work there; what is
    one person, or not asked yet, has no figure of quality.
    """

    TRANSFERS = [
        ("inside", "inside EU and EEA"),
        ("adequacy", "adequacy decision, Art. 45 GDPR"),
        ("clauses", "standard clauses, Art. 46 GDPR"),
        ("missing", "missing"),
    ]
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True)
    email = models.EmailField()
    country = models.CharField(max_length=2, default="DE")
    languages = models.JSONField(default=list, blank=True)
    contract = models.CharField(max_length=200, blank=True, help_text="number or name of the contract")
    agreement_on = models.DateField(null=True, blank=True)
    transfer = models.CharField(max_length=10, choices=TRANSFERS, default="missing")
    team = models.BooleanField(null=True, blank=True)
    source = models.CharField(max_length=300)
    checked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name


class CareOffer(TenantModel):
    """What a provider offers for one module, at the price the firm agreed. Empty ``countries``: everywhere."""

    UNITS = [("once", "once"), ("month", "a month"), ("hour", "an hour"), ("code", "a code")]
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="offers")
    module = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=6, choices=UNITS)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    accepted_when = models.TextField(max_length=1000)
    countries = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "module"], name="care_offer_by_module")]

    def __str__(self) -> str:
        return self.title


class CareBooking(TenantModel):
    """An order to a provider for one person. The price is the offer's on the day of the order.

    ``released``: names of what the person lets this provider see; the person alone changes it. ``asked``: the question
    about the service is still open. Nothing says whether or how it was answered.
    """

    STATES = [
        ("planned", "planned"),
        ("ordered", "ordered"),
        ("accepted", "accepted"),
        ("declined", "declined"),
        ("delivered", "delivered"),
        ("done", "done"),
        ("cancelled", "cancelled"),
    ]
    number = models.PositiveIntegerField()
    offer = models.ForeignKey(CareOffer, on_delete=models.PROTECT, related_name="bookings")
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    expat_case = models.ForeignKey(ExpatCase, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings")
    state = models.CharField(max_length=10, choices=STATES, default="planned")
    quantity = models.PositiveSmallIntegerField(default=1)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    accepted_when = models.TextField(max_length=1000)
    wanted_by = models.DateField(null=True, blank=True)
    released = models.JSONField(default=list, blank=True)
    asked = models.BooleanField(default=False)
    ordered_by = models.UUIDField(null=True)
    ordered_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    declined_because = models.CharField(max_length=200, blank=True)
    invoice_reference = models.CharField(max_length=80, blank=True)
    invoice_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "number"], name="one_care_booking_per_number")]
        indexes = [models.Index(fields=["org", "person", "state"], name="care_booking_by_person")]

    @property
    def cost(self) -> Decimal:
        """What it costs: the invoice where there is one, else the agreed price."""
        return self.invoice_amount if self.invoice_amount is not None else self.price * self.quantity


class ServiceCount(TenantModel):
    """How often a service was given this mark. ``shown`` is what the firm sees: the state at the last full ten."""

    offer = models.ForeignKey(CareOffer, on_delete=models.CASCADE, related_name="counts")
    mark = models.PositiveSmallIntegerField(help_text="1 not at all to 4 fully")
    count = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "offer", "mark"], name="one_count_per_mark_of_service")]


class CareAnswer(TenantModel):
    """An answer to a question of the gap check (``modules/facts.yaml``). A new one ends the old one.

    HR sees what HR recorded and what the person ``released``, nothing else.
    """

    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    value = models.JSONField()
    own = models.BooleanField(default=False, help_text="said by the person")
    released = models.BooleanField(default=False)
    valid_from = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "person", "name"], name="care_answer_by_person")]


class CareCover(TenantModel):
    """Insured from when to when, for whom and where: never what for, with whom or at which price.

    ``member``: ``self``, ``partner`` or ``child1`` …; names of the family are not needed.
    """

    KINDS = [("statutory", "statutory"), ("private", "private"), ("abroad", "insurance for abroad")]
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    member = models.CharField(max_length=10)
    country = models.CharField(max_length=2, default="DE")
    kind = models.CharField(max_length=10, choices=KINDS)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    own = models.BooleanField(default=False)
    released = models.BooleanField(default=False)
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "person"], name="care_cover_by_person")]


class CarePackage(TenantModel):
    """Modules put together for a route and countries of origin (empty: every one)."""

    name = models.CharField(max_length=120)
    route = models.CharField(max_length=40, blank=True)
    countries = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_on = models.DateField(null=True, blank=True)


class PackageItem(TenantModel):
    """A module of a package, with an offer once the firm has chosen one."""

    package = models.ForeignKey(CarePackage, on_delete=models.CASCADE, related_name="items")
    module = models.CharField(max_length=40)
    offer = models.ForeignKey(CareOffer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "package", "module"], name="one_module_per_package")]
