"""Authorities the firm deals with, what is entered for their papers, and the papers made for them."""

from __future__ import annotations

from django.db import models

from werkfluss.care.models.cases import ExpatCase
from werkfluss.evidence.models import Document
from werkfluss.org.tenancy import TenantModel
from werkfluss.workforce.models import Resource


class Authority(TenantModel):
    """An authority as this firm knows it: entered once with a source, end-dated when another one takes its place.

    ``place`` is the town for which it is competent; empty: for every place.
    """

    CHANNELS = [
        ("unknown", "unknown"),
        ("post", "post"),
        ("email", "e-mail"),
        ("portal", "portal"),
        ("in_person", "in person"),
        ("transmission", "electronic transmission"),
    ]
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    address = models.TextField(max_length=500, blank=True)
    channel = models.CharField(max_length=12, choices=CHANNELS, default="unknown")
    contact = models.CharField(max_length=300, blank=True, help_text="mail address, portal or telephone")
    place = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=300)
    checked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "kind", "place"], name="authority_by_kind_and_place")]

    def __str__(self) -> str:
        return self.name


class FormEntry(TenantModel):
    """A statement that only papers for authorities need (a passport number, a date of birth), with its source.

    Such statements stay in this room: facts of ``compliance`` are shown to leads, these are not. Without a person the
    statement is about the firm; with ``about`` it holds for one case or order alone. A new one ends the old one.
    """

    person = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=60)
    value = models.JSONField()
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "person", "name"], name="form_entry_by_person")]


class AuthorityPaper(TenantModel):
    """A data sheet or draft as it was made once; a later one is a new row with the next ``revision``.

    ``kind`` is a file of ``care/authority/papers`` or ``package`` (a ZIP of several). ``about_type`` and ``about_id``
    name the order a sheet is about, since this room does not know orders.
    """

    kind = models.CharField(max_length=40)
    revision = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    expat_case = models.ForeignKey(ExpatCase, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    content = models.JSONField(help_text="what stands on it")
    digest = models.BinaryField(max_length=32)
    missing = models.PositiveSmallIntegerField(default=0)
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.UUIDField(null=True)
    handed_over_on = models.DateField(null=True, blank=True)
    handed_over_how = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "person", "kind"], name="authority_paper_by_person")]
